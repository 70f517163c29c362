/* SPDX-License-Identifier: Apache-2.0 */
/* guard_fetch.c - FETCH responses with the attributes that we ask for. */
#include <ctype.h>
#include <string.h>

#include "agent/base/day.h"
#include "agent/base/str.h"
#include "agent/imap/guard_line.h"

#define DATE_LEN 26

static const char unknown_date[] = "01-Jan-1970 00:00:00 +0000";

static int unreadable(struct pw_err *err)
{
	return pw_err_set(err, PW_EPROTO, "sends a FETCH response that cannot be read");
}

/* RFC 3501 date-time, between its quotes. */
static bool is_date(const char *text, size_t len)
{
	static const char shape[DATE_LEN + 1] = "sd-aaa-dddd dd:dd:dd +dddd";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4];
	const char *found;
	pw_day day;
	size_t i;

	for (i = 0; len == DATE_LEN && i < DATE_LEN; i++) {
		char c = text[i];
		bool fits = shape[i] == 'd'   ? isdigit((unsigned char)c)
			    : shape[i] == 's' ? isdigit((unsigned char)c) || c == ' '
			    : shape[i] == 'a' ? isalpha((unsigned char)c)
			    : shape[i] == '+' ? c == '+' || c == '-'
					      : c == shape[i];
		if (!fits)
			return false;
	}
	if (len != DATE_LEN)
		return false;
	memcpy(month, text + 3, 3);
	month[3] = '\0';
	found = strcasestr(months, month);
	return found && (found - months) % 3 == 0 &&
	       pw_day_from_civil(atoi(text + 7), (int)(found - months) / 3 + 1,
				 atoi(text), &day) &&
	       atoi(text + 12) < 24 && atoi(text + 15) < 60 && atoi(text + 18) <= 60;
}

/* The byte after a quoted string, NULL where it does not end. */
static const char *after_quoted(const char *text)
{
	for (text++; *text && *text != '"'; text++)
		if (*text == '\\' && text[1])
			text++;
	return *text ? text + 1 : NULL;
}

static const char *after_list(const char *text)
{
	int depth = 0;

	do {
		if (*text == '"') {
			text = after_quoted(text);
			if (!text)
				return NULL;
			continue;
		}
		if (*text == '(' && ++depth > PW_GUARD_DEPTH_MAX)
			return NULL;
		if (*text == ')')
			depth--;
		if (!*text)
			return NULL;
		text++;
	} while (depth);
	return text;
}

static const char *after_value(const char *text)
{
	size_t len;

	if (*text == '"')
		return after_quoted(text);
	if (*text == '(')
		return after_list(text);
	len = strcspn(text, " ()\"{");
	return len ? text + len : NULL;
}

/* "BODY[HEADER.FIELDS (FROM)]<0>" holds spaces within its brackets. */
static const char *after_name(const char *text)
{
	const char *end = text + strcspn(text, " ()\"{[");

	if (*end == '[') {
		end = strchr(end, ']');
		if (!end)
			return NULL;
		end += strcspn(end, " ");
	}
	return end > text && *end == ' ' ? end : NULL;
}

static void write_name(struct pw_guard *guard, const char *name)
{
	pw_buf_addf(&guard->out, "%s%s ", guard->n_items++ ? " " : "", name);
}

static int write_number(struct pw_guard *guard, const char *name, const char *value,
			size_t len, struct pw_err *err)
{
	unsigned long long n = strtoull(value, NULL, 10);

	if (!len || len > 19 || strspn(value, "0123456789") != len)
		return unreadable(err);
	if (n > UINT32_MAX)
		n = UINT32_MAX; /* a size: too large anyway */
	write_name(guard, name);
	pw_buf_addf(&guard->out, "%llu", n);
	return 0;
}

static void write_date(struct pw_guard *guard, const char *value, size_t len)
{
	bool is_good = len > 2 && *value == '"' && is_date(value + 1, len - 2);

	write_name(guard, "INTERNALDATE");
	pw_buf_addf(&guard->out, "\"%.*s\"", DATE_LEN,
		    is_good ? value + 1 : unknown_date);
}

/* A text in quotes or NIL; libetpan wants no 8-bit bytes within quotes. */
static void write_short_text(struct pw_guard *guard, const char *value, size_t len)
{
	size_t i;

	write_name(guard, "BODY[]");
	if (*value != '"') {
		pw_buf_adds(&guard->out, "NIL");
		return;
	}
	for (i = 0; i < len; i++)
		pw_buf_addc(&guard->out, (signed char)value[i] > 0 ? value[i] : '?');
}

static int write_item(struct pw_guard *guard, const char *name, size_t name_len,
		      const char *value, size_t len, struct pw_err *err)
{
	static const char *const names[] = { "UID", "RFC822.SIZE", "INTERNALDATE",
					     "BODY[]" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(names); i++)
		if (strlen(names[i]) == name_len &&
		    strncasecmp(name, names[i], name_len) == 0)
			break;
	switch (i) {
	case 0:
		if (strtoull(value, NULL, 10) - 1 >= UINT32_MAX)
			return unreadable(err);
		return write_number(guard, names[i], value, len, err);
	case 1:
		return write_number(guard, names[i], value, len, err);
	case 2:
		write_date(guard, value, len);
		return 0;
	case 3:
		write_short_text(guard, value, len);
		return 0;
	default:
		return 0; /* not asked for */
	}
}

/* A literal is expected as a message's text and nowhere else. */
static int begin_literal(struct pw_guard *guard, const char *name, size_t name_len,
			 const char *value, struct pw_err *err)
{
	int64_t n = pw_guard_literal(value, strlen(value));

	if (n < 0 || name_len != 6 || strncasecmp(name, "BODY[]", 6) != 0)
		return pw_err_set(err, PW_EPROTO, "sends a literal nobody asked for");
	if ((uint64_t)n > guard->literal_max)
		return pw_err_set(err, PW_EPROTO,
				  "announces a text of %lld bytes, more than allowed",
				  (long long)n);
	write_name(guard, "BODY[]");
	pw_buf_addf(&guard->out, "{%lld}\r\n", (long long)n);
	guard->literal_left = (uint64_t)n;
	guard->is_continued = true;
	return 0;
}

int pw_guard_fetch_items(struct pw_guard *guard, const char *text, struct pw_err *err)
{
	guard->is_continued = false;
	for (;;) {
		const char *name, *name_end, *value;

		while (*text == ' ')
			text++;
		if (*text == ')' && !text[1])
			break;
		name = text;
		name_end = after_name(name);
		if (!name_end)
			return unreadable(err);
		value = name_end + 1;
		if (*value == '{' || *value == '~')
			return begin_literal(guard, name, (size_t)(name_end - name),
					     value, err);
		text = after_value(value);
		if (!text || write_item(guard, name, (size_t)(name_end - name), value,
					(size_t)(text - value), err) < 0)
			return text ? -1 : unreadable(err);
	}
	if (!guard->n_items) /* libetpan wants one at least */
		pw_buf_adds(&guard->out, "FLAGS ()");
	pw_buf_adds(&guard->out, ")\r\n");
	return 0;
}
