/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/transfer.h"

#include <gmime/gmime.h>

#define LOOKED_AT 4096 /* bytes that tell whether it is base64 at all */

enum pw_encoding pw_encoding_of(struct pw_bytes value)
{
	char label[32] = "";
	size_t i, n = 0;

	/* The first word: some quote it, or put a comment behind. */
	for (i = 0; i < value.len && n < sizeof label - 1; i++) {
		if (g_ascii_isalnum(value.data[i]) || value.data[i] == '-')
			label[n++] = value.data[i];
		else if (n)
			break;
	}
	if (g_ascii_strcasecmp(label, "quotedprintable") == 0)
		return PW_ENCODING_QP;
	switch (g_mime_content_encoding_from_string(label)) {
	case GMIME_CONTENT_ENCODING_BASE64:
		return PW_ENCODING_BASE64;
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		return PW_ENCODING_QP;
	case GMIME_CONTENT_ENCODING_UUENCODE:
		return PW_ENCODING_UU;
	default:
		return PW_ENCODING_NONE;
	}
}

/* GMime reads to the first '='; some senders join texts that were padded one
   by one, others do not pad. */
static size_t base64_decode(struct pw_bytes in, char *out)
{
	GMimeEncoding decoder;
	const char *padding;
	size_t len, n = 0;

	while (in.len) {
		padding = memchr(in.data, '=', in.len);
		len = padding ? (size_t)(padding + 1 - in.data) : in.len;
		g_mime_encoding_init_decode(&decoder, GMIME_CONTENT_ENCODING_BASE64);
		n += g_mime_encoding_step(&decoder, in.data, len, out + n);
		if (!padding)
			n += g_mime_encoding_step(&decoder, "=", 1, out + n);
		in.data += len;
		in.len -= len;
	}
	return n;
}

/* Decode in place.  GMime keeps back a code that the end cuts off. */
static size_t qp_decode(char *data, size_t len)
{
	GMimeEncoding decoder;
	size_t n;

	g_mime_encoding_init_decode(&decoder, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	n = g_mime_encoding_step(&decoder, data, len, data);
	if (decoder.state == 2) {
		data[n++] = '=';
		data[n++] = (char)decoder.save;
	}
	return n;
}

size_t pw_q_decode(struct pw_bytes in, char *out)
{
	size_t i;

	for (i = 0; i < in.len; i++)
		out[i] = in.data[i] == '_' ? ' ' : in.data[i];
	return qp_decode(out, in.len);
}

/* Copy without the blanks that gateways add between a soft break's '=' and
   its line end: to GMime it is none then. */
static size_t mend_soft_breaks(struct pw_bytes in, char *out)
{
	const char *at = in.data, *end = in.data + in.len, *mark, *blank;
	size_t n = 0;

	while ((mark = memchr(at, '=', (size_t)(end - at)))) {
		memcpy(out + n, at, (size_t)(mark + 1 - at));
		n += (size_t)(mark + 1 - at);
		at = mark + 1;
		for (blank = at; blank < end && strchr(" \t\r", *blank) && *blank;)
			blank++;
		if (blank == end || *blank == '\n')
			at = blank;
	}
	memcpy(out + n, at, (size_t)(end - at));
	return n + (size_t)(end - at);
}

static size_t uu_decode(struct pw_bytes in, char *out)
{
	GMimeEncoding decoder;
	struct pw_bytes line;

	while (pw_bytes_line(&in, &line))
		if (line.len >= 6 && memcmp(line.data, "begin ", 6) == 0)
			break;
	g_mime_encoding_init_decode(&decoder, GMIME_CONTENT_ENCODING_UUENCODE);
	return g_mime_encoding_step(&decoder, in.data, in.len, out);
}

/* Text in clear under a label that says base64: it has words. */
static bool is_in_clear(struct pw_bytes in)
{
	size_t i, len = in.len < LOOKED_AT ? in.len : LOOKED_AT, foreign = 0;

	for (i = 1; i + 1 < len; i++)
		foreign += in.data[i] & 0x80 ||
			   (in.data[i] == ' ' && (unsigned char)in.data[i - 1] > ' ' &&
			    (unsigned char)in.data[i + 1] > ' ');
	return foreign > 4 && foreign > len / 12;
}

struct pw_bytes pw_transfer_decode(struct pw_arena *arena, enum pw_encoding encoding,
				   struct pw_bytes in)
{
	struct pw_bytes out = { NULL, 0 };
	char *data;

	if (encoding == PW_ENCODING_NONE || !in.len)
		return in;
	if (encoding == PW_ENCODING_BASE64 && is_in_clear(in))
		return in;
	data = pw_arena_alloc(arena, in.len + 1, 1);
	if (!data)
		return out;
	out.data = data;
	if (encoding == PW_ENCODING_BASE64)
		out.len = base64_decode(in, data);
	else if (encoding == PW_ENCODING_QP)
		out.len = qp_decode(data, mend_soft_breaks(in, data));
	else
		out.len = uu_decode(in, data);
	return out;
}

struct pw_bytes pw_with_line_feeds(struct pw_arena *arena, struct pw_bytes in)
{
	char *copy, *at;

	if (!in.len || memchr(in.data, '\n', in.len) || !memchr(in.data, '\r', in.len))
		return in;
	copy = at = pw_arena_strndup(arena, in.data, in.len);
	while (at && (at = memchr(at, '\r', (size_t)(copy + in.len - at))))
		*at = '\n';
	return copy ? (struct pw_bytes){ copy, in.len } : in;
}
