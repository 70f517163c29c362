/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding_write.c - findings as JSON text.
 *
 * Written straight from the tables: a tree of a thousand small objects would
 * take as long as finding what it says.
 */
#include <endian.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/finding_fields.h"

#define MAX_STRING ((size_t)1 << 20)
#define MAX_TEXT   ((size_t)64 << 20)
#define USUAL_TEXT ((size_t)8 << 10)

static void write_struct(struct pw_buf *out, const struct pw_struct_of *table,
			 const void *at);

/* How many bytes at s, of the next eight, a JSON string holds as they are: no
   controls, quotes, backslashes or what is not ASCII.  Each term sets the high
   bit of the bytes that it is about (and, behind such a byte, of others). */
static size_t plain_bytes(const char *s, size_t len)
{
	const uint64_t ones = UINT64_MAX / 255, highs = ones << 7;
	uint64_t bytes = 0, quotes, slashes, special;

	if (len < sizeof bytes)
		memcpy(&bytes, s, len); /* zeros behind it are controls */
	else
		memcpy(&bytes, s, sizeof bytes);
	bytes = le64toh(bytes);
	quotes = bytes ^ ones * '"';
	slashes = bytes ^ ones * '\\';
	special = ((bytes - ones * 0x20) | (quotes - ones) | (slashes - ones) | bytes) &
		  highs;
	return special ? (size_t)__builtin_ctzll(special) / 8 : sizeof bytes;
}

/* Bytes at s that a JSON string holds as they are; *ret_ok is false where what
   follows is not UTF-8. */
static size_t plain_length(const char *s, size_t len, bool *ret_ok)
{
	size_t i = 0, n;
	uint32_t cp;

	*ret_ok = true;
	while (i < len) {
		if ((unsigned char)s[i] >= 0x80) {
			n = pw_utf8_next(s + i, len - i, &cp);
			*ret_ok = cp != 0xFFFD || n > 1;
			if (!*ret_ok)
				break;
		} else {
			n = plain_bytes(s + i, len - i);
			if (n == 0)
				break;
		}
		i += n;
	}
	return i;
}

static void write_escaped(struct pw_buf *out, char c)
{
	if (c == '"' || c == '\\')
		pw_buf_addf(out, "\\%c", c);
	else if (c == '\n')
		pw_buf_adds(out, "\\n");
	else
		pw_buf_addf(out, "\\u%04x", (unsigned char)c);
}

/* False (and nothing lost but time) where text is not UTF-8. */
static bool write_utf8(struct pw_buf *out, const char *text)
{
	size_t left = strlen(text), n;
	bool is_ok;

	pw_buf_addc(out, '"');
	for (; left; text += n, left -= n) {
		n = plain_length(text, left, &is_ok);
		pw_buf_add(out, text, n);
		if (!is_ok)
			return false;
		if (n == 0) {
			write_escaped(out, *text);
			n = 1;
		}
	}
	pw_buf_addc(out, '"');
	return true;
}

static void write_string(struct pw_buf *out, const char *text)
{
	const size_t start = out->len;
	struct pw_buf clean;

	if (!text) {
		pw_buf_adds(out, "null");
		return;
	}
	if (write_utf8(out, text))
		return;
	/* Not UTF-8: shown escaped rather than lost. */
	out->len = start;
	pw_buf_init(&clean, MAX_STRING);
	pw_str_escape(&clean, text, strlen(text), MAX_STRING / 8);
	write_utf8(out, clean.data);
	pw_buf_done(&clean);
}

static void write_bool(struct pw_buf *out, bool is)
{
	pw_buf_adds(out, is ? "true" : "false");
}

/* Always with a point or an exponent: a real number.  Weights and their sums
   are halves of small numbers, which need no printf. */
static void write_double(struct pw_buf *out, double value)
{
	const double halves = isfinite(value) ? fabs(value) * 2 : 0;
	char text[40];

	if (halves < 1e9 && halves == floor(halves)) {
		if (halves > 0 && value < 0)
			pw_buf_addc(out, '-');
		pw_buf_addi(out, (int64_t)halves / 2);
		pw_buf_adds(out, (int64_t)halves % 2 ? ".5" : ".0");
		return;
	}
	snprintf(text, sizeof text, "%.17g", value);
	pw_buf_adds(out, text);
	if (!strpbrk(text, ".e"))
		pw_buf_adds(out, ".0");
}

static void write_key(struct pw_buf *out, const struct pw_field_of *field)
{
	pw_buf_add(out, field->json, field->json_len);
}

static void write_date(struct pw_buf *out, const struct pw_date *date)
{
	char day[PW_DAY_TEXT];
	size_t i;

	if (date->day == PW_DAY_NONE) {
		pw_buf_adds(out, "null");
		return;
	}
	pw_buf_adds(out, "{\"day\":");
	write_string(out, pw_day_to_iso(date->day, day));
	for (i = 0; i < PW_N_DATE_FLAGS; i++) {
		write_key(out, &pw_date_flags[i]);
		write_bool(out,
			   *(const bool *)((const char *)date + pw_date_flags[i].offset));
	}
	pw_buf_adds(out, ",\"hour\":");
	pw_buf_addi(out, date->hour);
	pw_buf_adds(out, ",\"minute\":");
	pw_buf_addi(out, date->minute);
	pw_buf_adds(out, ",\"second\":");
	pw_buf_addi(out, date->second);
	pw_buf_adds(out, ",\"offset\":");
	pw_buf_addi(out, date->offset_minutes);
	pw_buf_addc(out, '}');
}

static void write_list(struct pw_buf *out, const struct pw_field_of *field,
		       const void *base)
{
	const char *items = *(const char *const *)((const char *)base + field->offset);
	size_t n = *(const size_t *)((const char *)base + field->count_offset), i;

	pw_buf_addc(out, '[');
	for (i = 0; i < n; i++) {
		if (i)
			pw_buf_addc(out, ',');
		if (field->kind == PW_F_STRINGS)
			write_string(out, ((const char *const *)items)[i]);
		else
			write_struct(out, field->table, items + i * field->table->size);
	}
	pw_buf_addc(out, ']');
}

static void write_field(struct pw_buf *out, const struct pw_field_of *field,
			const void *base)
{
	const void *at = (const char *)base + field->offset;

	switch (field->kind) {
	case PW_F_STRING:
		write_string(out, *(const char *const *)at);
		break;
	case PW_F_INT:
		pw_buf_addi(out, *(const int *)at);
		break;
	case PW_F_UNSIGNED:
		pw_buf_addi(out, *(const unsigned *)at);
		break;
	case PW_F_SIZE:
		pw_buf_addi(out, (int64_t) * (const size_t *)at);
		break;
	case PW_F_DOUBLE:
		write_double(out, *(const double *)at);
		break;
	case PW_F_BOOL:
		write_bool(out, *(const bool *)at);
		break;
	case PW_F_DATE:
		write_date(out, at);
		break;
	case PW_F_CLASS:
		write_string(out,
			     pw_sender_class_name(*(const enum pw_sender_class *)at));
		break;
	case PW_F_HOW:
		write_string(out, pw_how_name(*(const enum pw_how *)at));
		break;
	case PW_F_STRUCT:
		write_struct(out, field->table, at);
		break;
	case PW_F_LIST:
	case PW_F_STRINGS:
		write_list(out, field, base);
		break;
	}
}

static void write_struct(struct pw_buf *out, const struct pw_struct_of *table,
			 const void *at)
{
	const size_t start = out->len;
	size_t i;

	for (i = 0; i < table->n; i++) {
		write_key(out, &table->fields[i]);
		write_field(out, &table->fields[i], at);
	}
	pw_buf_addc(out, '}');
	if (!pw_buf_failed(out))
		out->data[start] = '{'; /* for the first key's comma */
}

void pw_finding_write(const struct pw_finding *finding, struct pw_buf *out)
{
	pw_buf_reserve(out, USUAL_TEXT);
	write_struct(out, &pw_finding_fields, finding);
}

json_t *pw_finding_to_json(const struct pw_finding *finding)
{
	struct pw_buf text;
	json_t *json;

	pw_buf_init(&text, MAX_TEXT);
	pw_finding_write(finding, &text);
	json = json_loadb(text.data, text.len, 0, NULL);
	pw_buf_done(&text);
	return json;
}
