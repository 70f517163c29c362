/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.c - runs each distinct regex at most once per layer and scope.
 */
#include "rules/engine/scan.h"

#include <string.h>

#include "agent/base/str.h"

int pw_scan_init(struct pw_scan *scan, struct pw_err *err)
{
	size_t i;

	scan->arena = scan->finding->arena;
	scan->n_layers = scan->mail->n_layers;
	scan->layers = pw_alloc(scan->n_layers, sizeof *scan->layers);
	for (i = 0; i < scan->n_layers; i++)
		scan->layers[i].layer = &scan->mail->layers[i];
	scan->search = scan->ruleset->search;
	scan->errors =
		pw_arena_alloc(scan->arena, PW_SCAN_MAX_ERRORS, sizeof *scan->errors);
	return scan->errors
		       ? pw_scan_texts(scan, err)
		       : pw_err_set(err, PW_ELIMIT, "the mail needs too much memory");
}

void pw_scan_done(struct pw_scan *scan)
{
	free(scan->layers);
}

void pw_scan_error(struct pw_scan *scan, const char *rule, const struct pw_err *err)
{
	char *text = pw_asprintf("%s: %s", rule, err->msg);
	const char *copy;
	size_t i;

	for (i = 0; i < scan->n_errors; i++)
		if (strcmp(scan->errors[i], text) == 0)
			break;
	if (i == scan->n_errors && i < PW_SCAN_MAX_ERRORS) {
		copy = pw_arena_strdup(scan->arena, text);
		if (copy)
			scan->errors[scan->n_errors++] = copy;
	}
	free(text);
}

static bool applies(const struct pw_scan *scan, const struct pw_user *user,
		    const struct pw_layer_scan *layer, bool as_none)
{
	/* Japanese and Chinese share characters, not words; only one has kana. */
	if (layer->has_kana ? user->is_chinese : user->is_japanese)
		return false;
	if (!(user->senders >> layer->sender_class & 1) &&
	    !(as_none && (user->senders >> PW_SENDER_NONE & 1)))
		return false;
	if (user->where == PW_WHERE_OUTERMOST)
		return layer->layer->parent < 0;
	if (user->where == PW_WHERE_INNER)
		return layer->layer->parent >= 0 || scan->n_layers == 1;
	return true;
}

static void add_hit(struct pw_scan *scan, struct pw_layer_scan *layer,
		    const struct pw_signal *signal, enum pw_scope scope,
		    struct pw_span span)
{
	struct pw_signal_hit *hits;

	if (layer->n_hits >= PW_SCAN_MAX_HITS)
		return;
	hits = pw_arena_grow(scan->arena, layer->hits, layer->n_hits, &layer->cap_hits,
			     sizeof *hits);
	if (!hits)
		return;
	layer->hits = hits;
	layer->hits[layer->n_hits++] = (struct pw_signal_hit){
		.signal = signal,
		.scope = scope,
		.span = span,
		.captures = signal->has_captures ? pw_scan_captures(scan, signal) : NULL,
	};
}

static bool has_hit(const struct pw_layer_scan *layer, const struct pw_signal *signal)
{
	size_t i;

	for (i = 0; i < layer->n_hits; i++)
		if (layer->hits[i].signal == signal)
			return true;
	return false;
}

/* One candidate pattern on one scope: is anybody asking, does it match? */
static void run_pattern(struct pw_scan *scan, struct pw_layer_scan *layer,
			enum pw_scope scope, uint32_t pattern, bool as_none)
{
	const struct pw_ruleset *ruleset = scan->ruleset;
	uint32_t first = ruleset->first_user[pattern];
	uint32_t last = ruleset->first_user[pattern + 1], i;
	const struct pw_signal *signal;
	struct pw_err err; /* a kilobyte, set where a search fails */
	struct pw_span span;
	int found = -2; /* not run yet */

	for (i = first; i < last; i++) {
		if (!(ruleset->users[i].scopes >> scope & 1) ||
		    !applies(scan, &ruleset->users[i], layer, as_none))
			continue;
		signal = &ruleset->signals[ruleset->users[i].signal];
		if (has_hit(layer, signal))
			continue; /* once is enough: in the subject, mostly */
		if (found == -2)
			found = pw_scan_find(scan, layer, (int)pattern, scope, 0, &span,
					     &err);
		if (found < 0)
			pw_scan_error(scan, signal->rule, &err);
		else if (found > 0)
			add_hit(scan, layer, signal, scope, span);
	}
}

/* Hiragana or katakana: U+3041..U+30FE. */
static bool has_kana(const struct pw_scan_text *text)
{
	const unsigned char *s = (const unsigned char *)text->data;
	size_t i;

	for (i = 0; i + 2 < text->len; i++)
		if (s[i] == 0xE3 && s[i + 1] >= 0x81 && s[i + 1] <= 0x83)
			return true;
	return false;
}

static int run_scope(struct pw_scan *scan, struct pw_layer_scan *layer,
		     enum pw_scope scope, bool as_none, struct pw_err *err)
{
	const struct pw_ruleset *ruleset = scan->ruleset;
	const struct pw_scan_text *text = &layer->texts[scope];
	struct pw_prospects *prospects = &layer->prospects[scope];
	size_t i;

	if (!text->len)
		return 0;
	if (!prospects->items && !prospects->is_all &&
	    !pw_prefilter_scan(PW_SCOPES_WORDS >> scope & 1 ? ruleset->words
							    : ruleset->fields,
			       scan->arena, text->data, text->len, prospects))
		return pw_err_set(err, PW_ELIMIT, "the mail needs too much memory");
	for (i = 0; prospects->items && i < prospects->n; i++)
		run_pattern(scan, layer, scope, prospects->items[i].regex, as_none);
	for (i = 0; prospects->is_all && i < ruleset->n_patterns; i++)
		run_pattern(scan, layer, scope, (uint32_t)i, as_none);
	return 0;
}

int pw_scan_signals(struct pw_scan *scan, struct pw_layer_scan *layer, bool as_none,
		    struct pw_err *err)
{
	size_t i;
	int scope;

	layer->has_kana = has_kana(&layer->texts[PW_SCOPE_SUBJECT]) ||
			  has_kana(&layer->texts[PW_SCOPE_BODY]);
	for (scope = 0; scope < PW_N_SCOPES; scope++)
		if (run_scope(scan, layer, (enum pw_scope)scope, as_none, err) < 0)
			return -1;
	for (i = 0; i < layer->n_hits; i++)
		layer->kinds |= 1u << layer->hits[i].signal->kind;
	return pw_arena_exhausted(scan->arena)
		       ? pw_err_set(err, PW_ELIMIT, "the mail needs too much memory")
		       : 0;
}

bool pw_scan_matches(struct pw_scan *scan, const struct pw_layer_scan *layer, int pattern,
		     enum pw_scope scope, struct pw_span *ret)
{
	struct pw_err err; /* a kilobyte, set where a search fails */
	int found = pw_scan_find(scan, layer, pattern, scope, 0, ret, &err);

	if (found < 0)
		pw_scan_pattern_error(scan, pattern, &err);
	return found > 0;
}

bool pw_layer_hit(const struct pw_layer_scan *layer, enum pw_kind kind)
{
	return layer->kinds >> kind & 1;
}

/* Names. */

#define SIGNATURE_MAX 70  /* bytes of a line that may be a signature's */
#define ADDRESS_MAX   300 /* bytes of an address or link around a name */

static bool is_separator(char c)
{
	return c == '\n' || c == '|' || c == ',' || c == '/' || c == '-' || c == '(' ||
	       c == ')' || c == ':' || c == '\0';
}

/* The text before `at` ends with prefix. */
static bool ends_with(const struct pw_scan_text *text, size_t at, const char *prefix,
		      size_t len)
{
	size_t i;

	if (len > at)
		return false;
	for (i = 0; i < len; i++)
		if (text->data[at - len + i] != prefix[i] &&
		    !(prefix[i] == ' ' && text->data[at - len + i] == '\n'))
			return false;
	return len == at || !prefix[0] ||
	       !strchr("abcdefghijklmnopqrstuvwxyz", prefix[0]) ||
	       !strchr("abcdefghijklmnopqrstuvwxyz0123456789", text->data[at - len - 1]);
}

static bool is_introduced(const struct pw_ruleset *ruleset,
			  const struct pw_scan_text *text, struct pw_span span)
{
	const struct pw_introduction *phrase;
	size_t i;

	for (i = 0; i < ruleset->n_introductions; i++) {
		phrase = &ruleset->introductions[i];
		if (ends_with(text, span.start, phrase->before, phrase->before_len) &&
		    strncmp(text->data + span.end, phrase->after, phrase->after_len) == 0)
			return true;
	}
	return false;
}

/* Alone on a short line, or at the end of one after a separator. */
static bool is_signature(const struct pw_scan_text *text, struct pw_span span)
{
	size_t start = span.start, end = span.end, lead;

	while (start > 0 && text->data[start - 1] != '\n' &&
	       span.start - start <= SIGNATURE_MAX)
		start--;
	while (end < text->len && text->data[end] != '\n' && end - start <= SIGNATURE_MAX)
		end++;
	if (end - start > SIGNATURE_MAX)
		return false;
	lead = span.start;
	while (lead > start && text->data[lead - 1] == ' ')
		lead--;
	return (lead == start || is_separator(text->data[lead - 1])) &&
	       end - span.end < 40;
}

/* Inside an address or a link. */
static bool is_in_address(const struct pw_scan_text *text, struct pw_span span)
{
	size_t start = span.start, end = span.end;

	while (start > 0 && span.start - start < ADDRESS_MAX &&
	       !strchr(" \n<>()\"'", text->data[start - 1]))
		start--;
	while (end < text->len && end - span.end < ADDRESS_MAX &&
	       !strchr(" \n<>()\"'", text->data[end]))
		end++;
	if (memchr(text->data + start, '@', end - start))
		return true;
	return end - start > 8 && (!strncmp(text->data + start, "http", 4) ||
				   !strncmp(text->data + start, "www.", 4));
}

/* The letters and digits of words [start, end). */
static size_t squeeze(const char *s, size_t start, size_t end, char *out, size_t max)
{
	size_t n = 0;

	for (; start < end && n + 1 < max; start++)
		if ((s[start] >= 'a' && s[start] <= 'z') ||
		    (s[start] >= '0' && s[start] <= '9'))
			out[n++] = s[start];
	out[n] = '\0';
	return n;
}

/* "Juniper" in "Juniper Falls", written to juniperfallsdental.example: with
   the word before or after it, it is part of a name of somebody in the mail. */
static bool is_in_persons_name(const struct pw_scan *scan,
			       const struct pw_scan_text *text, struct pw_span span)
{
	size_t before = span.start, after = span.end, i;
	char with_next[80], with_last[80];
	size_t n_next, n_last;

	after += after < text->len;
	while (after < text->len && !strchr(" \n.,;:!?'", text->data[after]))
		after++;
	before -= before > 0;
	while (before > 0 && !strchr(" \n.,;:!?'", text->data[before - 1]))
		before--;
	/* Nothing is left of names in other scripts. */
	n_next = squeeze(text->data, span.start, after, with_next, sizeof with_next);
	n_last = squeeze(text->data, before, span.end, with_last, sizeof with_last);
	for (i = 0; i < scan->n_labels; i++)
		if ((n_next && after > span.end + 1 &&
		     strstr(scan->labels[i], with_next)) ||
		    (n_last && before + 1 < span.start &&
		     strstr(scan->labels[i], with_last)))
			return true;
	return false;
}

void pw_scan_add_name(struct pw_scan *scan, struct pw_layer_scan *layer,
		      enum pw_scope scope, const struct pw_name_hit *hit)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	const struct pw_span span = { hit->start, hit->end };
	struct pw_named *names;

	if (layer->n_names >= PW_SCAN_MAX_NAMES ||
	    (scope != PW_SCOPE_FROM && is_in_address(text, span)) ||
	    is_in_persons_name(scan, text, span))
		return;
	names = pw_arena_grow(scan->arena, layer->names, layer->n_names,
			      &layer->cap_names, sizeof *names);
	if (!names)
		return;
	layer->names = names;
	names[layer->n_names] = (struct pw_named){
		.name = *hit,
		.scope = scope,
		.is_introduction = scope == PW_SCOPE_FROM ||
				   is_introduced(scan->ruleset, text, span),
		.is_signature = scope == PW_SCOPE_BODY && is_signature(text, span),
	};
	if (hit->kind == PW_NAME_RIVAL_AMBIGUOUS &&
	    !names[layer->n_names].is_introduction && !names[layer->n_names].is_signature)
		return;
	layer->n_names++;
}

void pw_scan_names(struct pw_scan *scan, struct pw_layer_scan *layer)
{
	static const enum pw_scope scopes[] = { PW_SCOPE_SUBJECT, PW_SCOPE_BODY,
						PW_SCOPE_FROM };
	struct pw_name_hit hit = { 0 };
	size_t s, at, again;

	for (s = 0; s < PW_ARRAY_LEN(scopes); s++) {
		at = again = 0;
		while (pw_lexicon_next(scan->ruleset->lexicon, &layer->texts[scopes[s]],
				       &at, &again, &hit))
			pw_scan_add_name(scan, layer, scopes[s], &hit);
	}
}
