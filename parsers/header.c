/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/header.h"

#include <gmime/gmime.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/charset.h"
#include "parsers/invisible.h"
#include "parsers/limits.h"
#include "parsers/transfer.h"

#define CHARSET_MAX  64
#define BASE64_WAITS 3 /* characters that a decoder keeps for the next ones */

const struct pw_field *pw_field_find(const struct pw_field *fields, size_t n,
				     const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pw_bytes_ieq(fields[i].name, name))
			return &fields[i];
	return NULL;
}

/* One encoded word: =?charset?encoding?text?= */
struct word {
	char charset[CHARSET_MAX];
	bool is_base64;
	struct pw_bytes text;
	size_t len; /* bytes of the source, delimiters included */
};

/* End of the word's text, which starts at data[at]: before "?=", or where a
   word that lost its end must stop. */
static size_t word_end(struct pw_bytes in, size_t at, bool is_base64)
{
	const char *end = memmem(in.data + at, in.len - at, "?=", 2);
	size_t stop = end ? (size_t)(end - in.data) : in.len;
	size_t i;

	if (end && (!is_base64 || !memchr(in.data + at, ' ', stop - at)))
		return stop;
	for (i = at; i < stop; i++)
		if (in.data[i] == ' ' || in.data[i] == '\t' || in.data[i] == '"')
			break;
	return i == stop || is_base64 || !end ? i : stop;
}

/* Read the encoded word at in.data[at] ("=?" is there). */
static bool word_read(struct pw_bytes in, size_t at, struct word *ret)
{
	size_t start = at + 2, i = start, n = 0;

	while (i < in.len && in.data[i] != '?' && in.data[i] != ' ' && in.data[i] != '=')
		i++;
	if (i + 3 > in.len || in.data[i] != '?' || i == start || in.data[i + 2] != '?')
		return false;
	/* RFC 2231 5: "charset*language". */
	while (start + n < i && n + 1 < CHARSET_MAX && in.data[start + n] != '*') {
		ret->charset[n] = in.data[start + n];
		n++;
	}
	ret->charset[n] = '\0';
	if (!strchr("bBqQ", in.data[i + 1]))
		return false;
	ret->is_base64 = strchr("bB", in.data[i + 1]) != NULL;
	ret->text.data = in.data + i + 3;
	n = word_end(in, i + 3, ret->is_base64);
	ret->text.len = n - (i + 3);
	if (n + 2 <= in.len && memcmp(in.data + n, "?=", 2) == 0)
		n += 2;
	ret->len = n - at;
	return true;
}

/* Collects decoded text: bytes of adjacent words of one charset are joined
   before they are converted, because senders cut characters in two. */
struct decoder {
	struct pw_arena *arena;
	struct pw_buf *out;   /* UTF-8 */
	struct pw_buf *bytes; /* of the words not yet converted */
	char charset[CHARSET_MAX];
	GMimeEncoding base64; /* may go on in the next word */
	bool is_in_quotes;
	enum pw_header_form form;
};

/* A decoded word in an address list: its commas separate nothing. */
static void add_quoted(struct pw_buf *out, struct pw_bytes text, bool is_in_quotes)
{
	bool is_special = false;
	size_t i;

	for (i = 0; i < text.len; i++)
		is_special |= strchr(",;:<>()@\"\\", text.data[i]) != NULL;
	if (is_special && !is_in_quotes)
		pw_buf_addc(out, '"');
	for (i = 0; i < text.len; i++) {
		if (is_special && strchr("\"\\", text.data[i]))
			pw_buf_addc(out, '\\');
		pw_buf_addc(out, text.data[i]);
	}
	if (is_special && !is_in_quotes)
		pw_buf_addc(out, '"');
}

/* Some leave the padding out. */
static void end_base64(struct decoder *d)
{
	char rest[4];

	pw_buf_add(d->bytes, rest, g_mime_encoding_step(&d->base64, "=", 1, rest));
	g_mime_encoding_init_decode(&d->base64, GMIME_CONTENT_ENCODING_BASE64);
}

static void flush_words(struct decoder *d)
{
	struct pw_bytes raw, text;

	end_base64(d);
	raw = (struct pw_bytes){ d->bytes->data, d->bytes->len };
	if (!raw.len)
		return;
	text = pw_charset_to_utf8(d->arena, d->charset, raw);
	/* Some encode what already was quoted. */
	if (d->form == PW_HEADER_ADDRESSES && !d->is_in_quotes && text.len >= 2 &&
	    text.data[0] == '"' && text.data[text.len - 1] == '"') {
		text.data++;
		text.len -= 2;
	}
	if (d->form == PW_HEADER_ADDRESSES)
		add_quoted(d->out, text, d->is_in_quotes);
	else
		pw_buf_add(d->out, text.data, text.len);
	pw_buf_reset(d->bytes);
}

static bool is_cut_anywhere(const GMimeEncoding *base64)
{
	static const guint32 waiting[] = { 0, 0x3F, 0xF, 0x3 };

	return base64->state > 0 && base64->save & waiting[base64->state];
}

static void add_word(struct decoder *d, const struct word *word)
{
	/* What waits of the word before becomes bytes with this one. */
	char *room = malloc(word->text.len + BASE64_WAITS);
	size_t n;

	if (!room)
		return;
	if (!pw_strieq(d->charset, word->charset))
		flush_words(d);
	strcpy(d->charset, word->charset);
	/* Bits that wait are the sender's only where one is set: then base64
	   was cut anywhere, else the padding is missing. */
	if (!word->is_base64 || !is_cut_anywhere(&d->base64))
		end_base64(d);
	n = word->is_base64 ? g_mime_encoding_step(&d->base64, word->text.data,
						   word->text.len, room)
			    : pw_q_decode(word->text, room);
	pw_buf_add(d->bytes, room, n);
	free(room);
}

/* Blanks at in.data[at] that stand between two encoded words mean nothing. */
static size_t gap_before_word(struct pw_bytes in, size_t at)
{
	size_t end = at;
	struct word word;

	while (end < in.len && (in.data[end] == ' ' || in.data[end] == '\t'))
		end++;
	if (end > at && end + 2 < in.len && memcmp(in.data + end, "=?", 2) == 0 &&
	    word_read(in, end, &word))
		return end - at;
	return 0;
}

static void decode_words(struct decoder *d, struct pw_bytes in)
{
	size_t at = 0;
	struct word word;

	while (at < in.len) {
		if (in.len - at > 2 && memcmp(in.data + at, "=?", 2) == 0 &&
		    word_read(in, at, &word)) {
			add_word(d, &word);
			at += word.len;
			at += gap_before_word(in, at);
			continue;
		}
		flush_words(d);
		if (in.data[at] == '\\' && d->is_in_quotes && at + 1 < in.len)
			pw_buf_addc(d->out, in.data[at++]);
		else if (in.data[at] == '"')
			d->is_in_quotes = !d->is_in_quotes;
		pw_buf_addc(d->out, in.data[at++]);
	}
	flush_words(d);
}

/* Line ends go, the blanks after them stay one blank.  *ret_plain tells that
   nothing is to be decoded and nothing to drop, as in most fields. */
static struct pw_bytes unfold(struct pw_arena *arena, struct pw_bytes raw,
			      bool *ret_plain)
{
	struct pw_bytes out = { NULL, 0 };
	size_t i, run, n = 0;
	char *data, c;

	raw = pw_bytes_trim(raw);
	if (raw.len > PW_MAX_HEADER_BYTES)
		raw.len = PW_MAX_HEADER_BYTES;
	data = pw_arena_alloc(arena, raw.len + 1, 1);
	if (!data)
		return out;
	*ret_plain = !raw.len || !memchr(raw.data, '?', raw.len);
	for (i = 0; i < raw.len; i++) {
		run = pw_ascii_run(raw.data + i, raw.len - i);
		memcpy(data + n, raw.data + i, run);
		n += run;
		i += run;
		if (i == raw.len)
			break;
		c = raw.data[i];
		if (c == '\r' || c == '\n') {
			while (i + 1 < raw.len && strchr("\r\n\t ", raw.data[i + 1]) &&
			       raw.data[i + 1])
				i++;
			c = ' ';
		} else if (c == '\t') {
			c = ' ';
		}
		if (c < ' ' || c == 0x7F)
			*ret_plain = false;
		if (c)
			data[n++] = c;
	}
	out.data = data;
	out.len = n;
	return out;
}

/* Drop what nobody sees; every kind of blank becomes a space. */
static const char *visible(struct pw_arena *arena, const char *text, size_t len)
{
	char *out = pw_arena_alloc(arena, len + 1, 1);
	size_t at = 0, n = 0, step;
	uint32_t cp;

	if (!out)
		return NULL;
	for (; at < len; at += step) {
		if (text[at] >= ' ' && text[at] < 0x7F) {
			out[n++] = text[at];
			step = 1;
			continue;
		}
		step = pw_utf8_next(text + at, len - at, &cp);
		if (cp == '\n' || cp == '\t' || pw_is_wide_blank(cp)) {
			out[n++] = ' ';
		} else if (cp >= 0x80 && cp < 0xA0) {
			continue;
		} else if (!pw_is_invisible(cp)) {
			memcpy(out + n, text + at, step);
			n += step;
		}
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

const char *pw_header_text(struct pw_arena *arena, struct pw_bytes raw,
			   enum pw_header_form form, const char *charset)
{
	bool is_plain;
	struct pw_bytes text = unfold(arena, raw, &is_plain);
	struct pw_buf out PW_CLEANUP(pw_buf_done) = { 0 };
	struct pw_buf bytes PW_CLEANUP(pw_buf_done) = { 0 };
	struct decoder d = { .arena = arena,
			     .form = form,
			     .base64 = { .encoding = GMIME_CONTENT_ENCODING_BASE64 } };

	if (!text.data)
		return NULL;
	if (is_plain)
		return text.data;
	pw_buf_init(&out, PW_MAX_HEADER_BYTES * 4);
	pw_buf_init(&bytes, PW_MAX_HEADER_BYTES);
	/* A body in UTF-16 or UTF-7 says nothing of a header in ASCII. */
	text = pw_charset_to_utf8(arena, pw_bytes_is_ascii(text) ? NULL : charset, text);
	if (!memmem(text.data, text.len, "=?", 2))
		return visible(arena, text.data, text.len);
	d.out = &out;
	d.bytes = &bytes;
	decode_words(&d, text);
	return visible(arena, out.data, out.len);
}
