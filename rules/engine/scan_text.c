/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_text.c - the scopes of a layer as folded texts, and the way back to the words.
 *
 * A body's lines that a mail program wrapped are joined, so that a phrase is
 * found however it was broken; lines that somebody ended on purpose stay.
 */
#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/engine/scan.h"

#define WRAP_MIN     60 /* a line this long, the next word added, was wrapped */
#define CONTEXT      60
#define SENTENCE_MAX 400
#define JOIN_MAX     ((size_t)256 << 10)

/* Length of the word that begins a line. */
static size_t first_word(const char *s, const char *end)
{
	const char *at = s;

	while (at < end && *at != ' ' && *at != '\n')
		at++;
	return (size_t)(at - s);
}

/* Copy the folded text without blanks around line ends; wrapped line ends
   become blanks. */
static bool join_lines(struct pw_arena *arena, struct pw_scan_text *text)
{
	char *data = pw_arena_alloc(arena, text->len + 1, 1);
	uint32_t *origin = pw_arena_alloc(arena, text->len + 1, sizeof *origin);
	size_t n = 0, line = 0, i, word;
	const char *end = text->data + text->len;

	if (!data || !origin)
		return false;
	for (i = 0; i < text->len; i++) {
		data[n] = text->data[i];
		origin[n] = text->origin[i];
		if (data[n] == ' ' && (n == line || text->data[i + 1] == '\n'))
			continue;
		if (data[n] == '\n') {
			const char *next = text->data + i + 1;

			next += *next == ' ';
			word = first_word(next, end);
			if (word && n > line && n - line + 1 + word >= WRAP_MIN)
				data[n] = ' ';
			line = n + 1;
		}
		n++;
	}
	data[n] = '\0';
	origin[n] = (uint32_t)text->origin[text->len];
	text->data = data;
	text->len = n;
	text->origin = origin;
	return true;
}

/* Beginning and end of a text that is too long: junk in front of the words
   that matter, or behind them, does not hide them. */
static bool fold_ends(struct pw_arena *arena, const char *original, size_t len,
		      size_t max, struct pw_scan_text *ret)
{
	size_t head = pw_utf8_cut(original, len, max / 2), tail = len - max / 2, i;
	struct pw_fold first, last;
	uint32_t *origin;
	char *data;

	while (tail < len && ((unsigned char)original[tail] & 0xC0) == 0x80)
		tail++;
	if (!pw_fold(arena, original, head, &first) ||
	    !pw_fold(arena, original + tail, len - tail, &last))
		return false;
	data = pw_arena_alloc(arena, first.len + last.len + 2, 1);
	origin = pw_arena_alloc(arena, first.len + last.len + 2, sizeof *origin);
	if (!data || !origin)
		return false;
	memcpy(data, first.data, first.len);
	memcpy(origin, first.origin, first.len * sizeof *origin);
	data[first.len] = '\n';
	origin[first.len] = (uint32_t)head;
	memcpy(data + first.len + 1, last.data, last.len + 1);
	for (i = 0; i <= last.len; i++)
		origin[first.len + 1 + i] = (uint32_t)(last.origin[i] + tail);
	ret->data = data;
	ret->len = first.len + 1 + last.len;
	ret->origin = origin;
	return true;
}

static bool make_text(struct pw_arena *arena, const char *original, size_t len,
		      size_t max, struct pw_scan_text *ret)
{
	struct pw_fold fold;

	ret->original = original;
	ret->original_len = len;
	if (len > max)
		return fold_ends(arena, original, len, max, ret);
	if (!pw_fold(arena, original, len, &fold))
		return false;
	ret->data = fold.data;
	ret->len = fold.len;
	ret->origin = fold.origin;
	return true;
}

static size_t body_len(const struct pw_layer *layer)
{
	return layer->text.data ? layer->text.len : 0;
}

/* What each body may have so that all together keep to the maximum: short ones
   are read whole, however much long ones hold. */
static size_t fair_share(const struct pw_scan *scan)
{
	size_t low = 0, high = PW_SCAN_MAX_BODIES, share, total, i;

	while (low < high) {
		share = low + (high - low + 1) / 2;
		for (i = total = 0; i < scan->n_layers; i++) {
			size_t len = body_len(scan->layers[i].layer);

			total += len < share ? len : share;
		}
		if (total <= PW_SCAN_MAX_BODIES)
			low = share;
		else
			high = share - 1;
	}
	return low;
}

static void add_addresses(struct pw_buf *out, const struct pw_addrs *addrs)
{
	size_t i;

	for (i = 0; i < addrs->n; i++)
		pw_buf_addf(out, "%s <%s>\n",
			    addrs->items[i].name ? addrs->items[i].name : "",
			    addrs->items[i].address ? addrs->items[i].address : "");
}

/* The text of a scope that is put together from several fields. */
static void compose(struct pw_buf *out, const struct pw_layer *layer, enum pw_scope scope)
{
	const struct pw_addrs from = { (struct pw_addr *)(uintptr_t)&layer->from, 1 };
	size_t i;

	switch (scope) {
	case PW_SCOPE_FROM:
		add_addresses(out, &from);
		break;
	case PW_SCOPE_TO:
		add_addresses(out, &layer->to);
		add_addresses(out, &layer->cc);
		break;
	case PW_SCOPE_HEADER:
		for (i = 0; i < layer->n_headers; i++)
			pw_buf_addf(out, "%s: %s\n", layer->headers[i].name,
				    layer->headers[i].value);
		break;
	case PW_SCOPE_ATTACHMENT:
		for (i = 0; i < layer->n_attachments; i++)
			if (layer->attachments[i].name)
				pw_buf_addf(out, "%s\n", layer->attachments[i].name);
		break;
	case PW_SCOPE_LINK:
		for (i = 0; i < layer->n_links; i++)
			pw_buf_addf(out, "%s %s\n",
				    layer->links[i].text ? layer->links[i].text : "",
				    layer->links[i].href ? layer->links[i].href : "");
		break;
	default:
		break;
	}
}

static bool make_body(struct pw_scan *scan, struct pw_layer_scan *layer, size_t share)
{
	struct pw_scan_text *text = &layer->texts[PW_SCOPE_BODY];
	const char *data = layer->layer->text.data;

	return make_text(scan->arena, data ? data : "", body_len(layer->layer), share,
			 text) &&
	       join_lines(scan->arena, text);
}

static bool make_scope(struct pw_scan *scan, struct pw_layer_scan *layer,
		       enum pw_scope scope)
{
	const struct pw_layer *source = layer->layer;
	struct pw_buf text;
	const char *copy;
	size_t len;

	if (scope == PW_SCOPE_SUBJECT)
		return make_text(scan->arena, source->subject ? source->subject : "",
				 source->subject ? strlen(source->subject) : 0,
				 PW_SCAN_MAX_BYTES, &layer->texts[scope]);
	pw_buf_init(&text, JOIN_MAX);
	compose(&text, source, scope);
	len = text.len;
	copy = pw_arena_strndup(scan->arena, text.data, text.len);
	pw_buf_done(&text);
	return copy &&
	       make_text(scan->arena, copy, len, PW_SCAN_MAX_BYTES, &layer->texts[scope]);
}

int pw_scan_texts(struct pw_scan *scan, struct pw_err *err)
{
	size_t share = fair_share(scan), i;
	int scope;
	bool made;

	for (i = 0; i < scan->n_layers; i++) {
		if (body_len(scan->layers[i].layer) > share)
			scan->is_cut = true;
		for (scope = 0; scope < PW_N_SCOPES; scope++) {
			if (!(scan->ruleset->scopes >> scope & 1))
				continue;
			made = scope == PW_SCOPE_BODY
				       ? make_body(scan, &scan->layers[i], share)
				       : make_scope(scan, &scan->layers[i],
						    (enum pw_scope)scope);
			if (!made)
				return pw_err_set(err, PW_ELIMIT,
						  "the mail needs too much memory");
		}
	}
	return 0;
}

/* Span of the original, grown to whole characters. */
static struct pw_span origin_span(const struct pw_scan_text *text, struct pw_span span)
{
	struct pw_span out;

	if (span.end > text->len)
		span.end = text->len;
	if (span.start > span.end)
		span.start = span.end;
	out.start = text->origin[span.start];
	out.end = text->origin[span.end];
	while (out.start > 0 && (text->original[out.start] & 0xC0) == 0x80)
		out.start--;
	while (out.end < text->original_len && (text->original[out.end] & 0xC0) == 0x80)
		out.end++;
	if (out.end < out.start)
		out.end = out.start;
	return out;
}

/* Copy with line ends and tabs as blanks. */
static const char *copy_flat(struct pw_arena *arena, const char *text, size_t len)
{
	char *copy = pw_arena_strndup(arena, text, len), *at;

	for (at = copy; at && *at; at++)
		if (*at == '\n' || *at == '\t' || *at == '\r')
			*at = ' ';
	return copy ? copy : "";
}

const char *pw_scan_words(const struct pw_scan *scan, const struct pw_scan_text *text,
			  struct pw_span span, size_t max)
{
	struct pw_span at = origin_span(text, span);
	size_t len = pw_utf8_cut(text->original + at.start, at.end - at.start, max);

	return copy_flat(scan->arena, text->original + at.start, len);
}

static const char full_stop[] = "\xE3\x80\x82"; /* ideographic */
#define FULL_STOP_BYTES (sizeof full_stop - 1)

/* Bytes of the sign at i that ends a sentence, 0: none does. */
static size_t sentence_end(const char *s, size_t i)
{
	if (s[i] == '\n')
		return 1;
	if (strchr(".!?", s[i]) && (s[i + 1] == ' ' || s[i + 1] == '\n' || !s[i + 1]))
		return 1;
	return strncmp(s + i, full_stop, FULL_STOP_BYTES) == 0 ? FULL_STOP_BYTES : 0;
}

/* Does a sentence begin at i? */
static bool begins_sentence(const char *s, size_t i)
{
	if (i == 0 || sentence_end(s, i - 1) == 1)
		return true;
	return i >= FULL_STOP_BYTES &&
	       sentence_end(s, i - FULL_STOP_BYTES) == FULL_STOP_BYTES;
}

const char *pw_scan_sentence(const struct pw_scan *scan, const struct pw_scan_text *text,
			     struct pw_span span)
{
	const char *s = text->data;
	size_t start = span.start, end = span.end;

	while (!begins_sentence(s, start) && span.start - start < SENTENCE_MAX / 2)
		start--;
	while (end < text->len && !sentence_end(s, end) &&
	       end - span.end < SENTENCE_MAX / 2)
		end++;
	if (end < text->len && s[end] != '\n')
		end += sentence_end(s, end);
	while (start < end && (s[start] == ' ' || s[start] == '\n'))
		start++;
	return pw_scan_words(scan, text, (struct pw_span){ start, end },
			     SENTENCE_MAX * 2);
}

const char *pw_scan_context(const struct pw_scan *scan, const struct pw_scan_text *text,
			    struct pw_span span, size_t *ret_at)
{
	struct pw_span match = origin_span(text, span), wide = match;
	size_t n;

	for (n = 0; wide.start > 0 && n < CONTEXT; wide.start--)
		n += (text->original[wide.start - 1] & 0xC0) != 0x80;
	for (n = 0; wide.end < text->original_len && n < CONTEXT; wide.end++)
		n += (text->original[wide.end] & 0xC0) != 0x80;
	while (wide.end < text->original_len && (text->original[wide.end] & 0xC0) == 0x80)
		wide.end++;
	if (wide.end - wide.start > 2000)
		wide.end = wide.start + pw_utf8_cut(text->original + wide.start,
						    wide.end - wide.start, 2000);
	*ret_at = match.start - wide.start;
	return copy_flat(scan->arena, text->original + wide.start, wide.end - wide.start);
}
