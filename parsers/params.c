/* SPDX-License-Identifier: Apache-2.0 */
/* params.c - Content-Type and Content-Disposition values (RFC 2045 5.1, RFC 2231). */
#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/charset.h"
#include "parsers/header.h"
#include "parsers/limits.h"

/* A parameter as it stands: name, name*, name*0, name*0*. */
struct piece {
	struct pw_bytes name; /* without the stars */
	struct pw_bytes value;
	bool is_extended;
	int section; /* -1: not continued */
};

static struct pw_bytes take_token(struct pw_bytes *rest, const char *stops)
{
	struct pw_bytes token = { rest->data, 0 };

	while (token.len < rest->len && rest->data[token.len] &&
	       !strchr(stops, rest->data[token.len]))
		token.len++;
	rest->data += token.len;
	rest->len -= token.len;
	return pw_bytes_trim(token);
}

static void skip(struct pw_bytes *rest, size_t n)
{
	n = n < rest->len ? n : rest->len;
	rest->data += n;
	rest->len -= n;
}

/* A quoted value; without its closing quote it ends at ';' or the end. */
static struct pw_bytes take_quoted(struct pw_arena *arena, struct pw_bytes *rest)
{
	struct pw_bytes value = { NULL, 0 };
	size_t i, n = 0;
	char *out;

	skip(rest, 1);
	for (i = 0; i < rest->len && rest->data[i] != '"'; i++)
		if (rest->data[i] == '\\')
			i++;
	if (i >= rest->len)
		return take_token(rest, ";\r\n");
	out = pw_arena_alloc(arena, i + 1, 1);
	if (!out)
		return value;
	value.data = out;
	for (i = 0; i < rest->len && rest->data[i] != '"'; i++) {
		/* Windows paths are written without escaping: keep such a '\'. */
		if (rest->data[i] == '\\' && i + 1 < rest->len &&
		    strchr("\"\\", rest->data[i + 1]))
			i++;
		out[n++] = rest->data[i];
	}
	value.len = n;
	skip(rest, i + 1);
	return value;
}

static void read_stars(struct piece *piece)
{
	const char *star = memchr(piece->name.data, '*', piece->name.len);
	size_t i;

	piece->section = -1;
	if (!star)
		return;
	i = (size_t)(star - piece->name.data) + 1;
	if (i < piece->name.len && piece->name.data[i] >= '0' &&
	    piece->name.data[i] <= '9') {
		piece->section = 0;
		for (; i < piece->name.len && piece->name.data[i] >= '0' &&
		       piece->name.data[i] <= '9' && piece->section < 1000;
		     i++)
			piece->section = piece->section * 10 + piece->name.data[i] - '0';
	}
	piece->is_extended = piece->name.data[piece->name.len - 1] == '*';
	piece->name.len = (size_t)(star - piece->name.data);
}

static bool take_piece(struct pw_arena *arena, struct pw_bytes *rest, struct piece *ret)
{
	*ret = (struct piece){ .section = -1 };
	while (rest->len && strchr("; \t\r\n", rest->data[0]))
		skip(rest, 1);
	if (!rest->len)
		return false;
	ret->name = take_token(rest, "=;");
	if (!rest->len || rest->data[0] == ';' || !ret->name.len) {
		skip(rest, 1);
		ret->name.len = 0;
		return true;
	}
	skip(rest, 1);
	while (rest->len && strchr(" \t\r\n", rest->data[0]))
		skip(rest, 1);
	if (rest->len && rest->data[0] == '"')
		ret->value = take_quoted(arena, rest);
	else
		ret->value = take_token(rest, ";\r\n");
	read_stars(ret);
	return true;
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef", *at;

	if (!c)
		return -1;
	at = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
	return at ? (int)(at - digits) : -1;
}

static void add_percent_decoded(struct pw_buf *out, struct pw_bytes in)
{
	size_t i;

	for (i = 0; i < in.len; i++) {
		if (in.data[i] == '%' && i + 2 < in.len && hex(in.data[i + 1]) >= 0 &&
		    hex(in.data[i + 2]) >= 0) {
			pw_buf_addc(out, (char)(hex(in.data[i + 1]) << 4 |
						hex(in.data[i + 2])));
			i += 2;
		} else {
			pw_buf_addc(out, in.data[i]);
		}
	}
}

/* charset'language'text of the first extended piece. */
static struct pw_bytes split_charset(struct pw_bytes value, char *charset, size_t size)
{
	const char *first = memchr(value.data, '\'', value.len), *second;
	size_t len;

	second = first ? memchr(first + 1, '\'',
				value.len - (size_t)(first + 1 - value.data))
		       : NULL;
	if (!second)
		return value;
	len = (size_t)(first - value.data);
	if (len < size) {
		memcpy(charset, value.data, len);
		charset[len] = '\0';
	}
	skip(&value, (size_t)(second + 1 - value.data));
	return value;
}

static const char *lower_copy(struct pw_arena *arena, struct pw_bytes in)
{
	char *copy = pw_arena_strndup(arena, in.data, in.len);
	size_t i;

	for (i = 0; copy && i < in.len; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	return copy;
}

static bool same_name(const struct piece *a, const struct piece *b)
{
	return a->name.len == b->name.len &&
	       strncasecmp(a->name.data, b->name.data, a->name.len) == 0;
}

/* Join the pieces of one continued or extended parameter, in order. */
static const char *join(struct pw_arena *arena, const struct piece *pieces, size_t n,
			const struct piece *first)
{
	struct pw_buf bytes PW_CLEANUP(pw_buf_done);
	char charset[64] = "";
	struct pw_bytes value;
	int section;
	size_t i;

	pw_buf_init(&bytes, PW_MAX_HEADER_BYTES);
	for (section = first->section < 0 ? -1 : 0; section < (int)n; section++) {
		for (i = 0; i < n; i++)
			if (pieces[i].section == section && same_name(&pieces[i], first))
				break;
		if (i == n)
			break;
		value = pieces[i].value;
		if (pieces[i].is_extended && section <= 0 && value.len)
			value = split_charset(value, charset, sizeof charset);
		if (pieces[i].is_extended)
			add_percent_decoded(&bytes, value);
		else
			pw_buf_add(&bytes, value.data, value.len);
		if (section < 0)
			break;
	}
	value = pw_charset_to_utf8(arena, charset,
				   (struct pw_bytes){ bytes.data, bytes.len });
	return pw_arena_strndup(arena, value.data, value.len);
}

static bool is_done(const struct pw_params *params, struct pw_bytes name)
{
	size_t i;

	for (i = 0; i < params->n; i++)
		if (pw_bytes_ieq(name, params->items[i].name))
			return true;
	return false;
}

struct pw_params pw_params_parse(struct pw_arena *arena, struct pw_bytes raw)
{
	struct pw_params params = { "", NULL, 0 };
	struct piece pieces[PW_MAX_PARAMS];
	struct pw_bytes rest = raw, token;
	size_t n = 0, i;

	if (rest.len > PW_MAX_HEADER_BYTES)
		rest.len = PW_MAX_HEADER_BYTES;
	rest = pw_bytes_trim(rest);
	token = take_token(&rest, "; \t\r\n");
	params.value = lower_copy(arena, token);
	if (!params.value)
		params.value = "";
	while (n < PW_MAX_PARAMS && take_piece(arena, &rest, &pieces[n]))
		if (pieces[n].name.len)
			n++;
	params.items = pw_arena_alloc(arena, n + 1, sizeof *params.items);
	for (i = 0; params.items && i < n; i++) {
		struct pw_param *item = &params.items[params.n];

		if (is_done(&params, pieces[i].name))
			continue;
		item->name = lower_copy(arena, pieces[i].name);
		if (pieces[i].is_extended || pieces[i].section >= 0)
			item->value = join(arena, pieces, n, &pieces[i]);
		else
			item->value = pw_header_text(arena, pieces[i].value,
						     PW_HEADER_TEXT, NULL);
		if (item->name && item->value)
			params.n++;
	}
	return params;
}

const char *pw_param(const struct pw_params *params, const char *name)
{
	size_t i;

	for (i = 0; i < params->n; i++)
		if (pw_streq(params->items[i].name, name))
			return params->items[i].value;
	return NULL;
}
