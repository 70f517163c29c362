/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/transfer.h"

#include <strings.h>

static const struct {
	const char *name;
	enum pw_encoding encoding;
} encodings[] = {
	{ "base64", PW_ENCODING_BASE64 },      { "quoted-printable", PW_ENCODING_QP },
	{ "quotedprintable", PW_ENCODING_QP }, { "x-uuencode", PW_ENCODING_UU },
	{ "uuencode", PW_ENCODING_UU },        { "x-uue", PW_ENCODING_UU },
};

enum pw_encoding pw_encoding_of(struct pw_bytes value)
{
	size_t i, len = 0;

	value = pw_bytes_trim(value);
	if (value.len && value.data[0] == '"') {
		value.data++;
		value.len--;
	}
	while (len < value.len && !strchr(" \t\r\n;\"(", value.data[len]))
		len++;
	value.len = len;
	for (i = 0; i < PW_ARRAY_LEN(encodings); i++)
		if (pw_bytes_ieq(value, encodings[i].name))
			return encodings[i].encoding;
	return PW_ENCODING_NONE;
}

/* Value of a base64 digit; 64: padding; 65: not base64. */
static unsigned base64_value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return c == '=' ? 64 : 65;
}

size_t pw_base64_decode(struct pw_base64 *state, struct pw_bytes in, char *out)
{
	size_t i, n = 0;

	for (i = 0; i < in.len; i++) {
		unsigned value = base64_value((unsigned char)in.data[i]);

		if (value == 64)
			*state = (struct pw_base64){ 0, 0 };
		if (value >= 64)
			continue;
		state->bits = state->bits << 6 | value;
		state->n_bits += 6;
		if (state->n_bits >= 8) {
			state->n_bits -= 8;
			out[n++] = (char)(state->bits >> state->n_bits & 0xFF);
		}
	}
	return n;
}

size_t pw_transfer_size(enum pw_encoding encoding, struct pw_bytes in)
{
	size_t i, digits = 0;

	if (encoding != PW_ENCODING_BASE64)
		return in.len;
	for (i = 0; i < in.len; i++)
		digits += base64_value((unsigned char)in.data[i]) < 64;
	return digits * 6 / 8;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "=XX" at in.data[at]: its byte, or -1. */
static int escaped_byte(struct pw_bytes in, size_t at)
{
	int high, low;

	if (at + 2 >= in.len)
		return -1;
	high = hex_value(in.data[at + 1]);
	low = hex_value(in.data[at + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

size_t pw_q_decode(struct pw_bytes in, char *out)
{
	size_t i, n = 0;
	int byte;

	for (i = 0; i < in.len; i++) {
		byte = in.data[i] == '=' ? escaped_byte(in, i) : -1;
		if (byte >= 0) {
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = in.data[i] == '_' ? ' ' : in.data[i];
		}
	}
	return n;
}

/* Length of a soft break that begins at in.data[at] == '=': the '=', blanks
   that a gateway added, and the line end; 0: none. */
static size_t soft_break(struct pw_bytes in, size_t at)
{
	size_t end = at + 1;

	while (end < in.len &&
	       (in.data[end] == ' ' || in.data[end] == '\t' || in.data[end] == '\r'))
		end++;
	if (end == in.len)
		return end - at;
	return in.data[end] == '\n' ? end + 1 - at : 0;
}

static size_t qp_decode(struct pw_bytes in, char *out)
{
	size_t i = 0, n = 0, length;
	const char *next;
	int byte;

	while (i < in.len) {
		next = memchr(in.data + i, '=', in.len - i);
		length = next ? (size_t)(next - in.data) - i : in.len - i;
		memcpy(out + n, in.data + i, length);
		n += length;
		i += length;
		if (i == in.len)
			break;
		byte = escaped_byte(in, i);
		if (byte >= 0) {
			out[n++] = (char)byte;
			i += 3;
			continue;
		}
		length = soft_break(in, i);
		if (!length)
			out[n++] = in.data[i++];
		i += length;
	}
	return n;
}

static size_t uu_line(struct pw_bytes line, char *out)
{
	size_t want = (size_t)((line.data[0] - ' ') & 63), i, n = 0;
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (i = 1; i < line.len && n < want; i++) {
		bits = bits << 6 | (uint32_t)((line.data[i] - ' ') & 63);
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			out[n++] = (char)(bits >> n_bits & 0xFF);
		}
	}
	return n;
}

static size_t uu_decode(struct pw_bytes in, char *out)
{
	struct pw_bytes line;
	bool is_inside = false;
	size_t n = 0;

	while (pw_bytes_line(&in, &line)) {
		if (line.len >= 6 && strncmp(line.data, "begin ", 6) == 0)
			is_inside = true;
		else if (line.len == 3 && strncmp(line.data, "end", 3) == 0)
			is_inside = false;
		else if (is_inside && line.len)
			n += uu_line(line, out + n);
	}
	return n;
}

struct pw_bytes pw_transfer_decode(struct pw_arena *arena, enum pw_encoding encoding,
				   struct pw_bytes in)
{
	struct pw_base64 state = { 0, 0 };
	struct pw_bytes out = { NULL, 0 };
	char *data;

	if (encoding == PW_ENCODING_NONE || !in.len)
		return in;
	data = pw_arena_alloc(arena, in.len + 1, 1);
	if (!data)
		return out;
	out.data = data;
	if (encoding == PW_ENCODING_BASE64)
		out.len = pw_base64_decode(&state, in, data);
	else if (encoding == PW_ENCODING_QP)
		out.len = qp_decode(in, data);
	else
		out.len = uu_decode(in, data);
	return out;
}
