/* SPDX-License-Identifier: Apache-2.0 */
/* dates.c - dates as exports write them. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/contracts/note.h"

/* Spreadsheet serials count days from 1899-12-30; these are 1927 to 2119. */
#define SERIAL_FIRST 10000
#define SERIAL_LAST  80000
#define SERIAL_EPOCH (-25569)

/* The first letters of months in the languages that exports come in. */
static const struct {
	const char *start;
	int month;
} months[] = {
	{ "jan", 1 },  { "gen", 1 },  { "ene", 1 },  { "feb", 2 },  { "fév", 2 },
	{ "fev", 2 },  { "mar", 3 },  { "mär", 3 },  { "maa", 3 },  { "mrz", 3 },
	{ "apr", 4 },  { "avr", 4 },  { "abr", 4 },  { "may", 5 },  { "mai", 5 },
	{ "mei", 5 },  { "mag", 5 },  { "jun", 6 },  { "juin", 6 }, { "giu", 6 },
	{ "jul", 7 },  { "juil", 7 }, { "lug", 7 },  { "aug", 8 },  { "aoû", 8 },
	{ "ago", 8 },  { "sep", 9 },  { "set", 9 },  { "oct", 10 }, { "okt", 10 },
	{ "ott", 10 }, { "out", 10 }, { "nov", 11 }, { "dec", 12 }, { "déc", 12 },
	{ "dez", 12 }, { "dic", 12 },
};

const char *pw_import_dates_name(enum pw_import_dates order)
{
	return order == PW_DATES_DMY ? "dmy" : order == PW_DATES_MDY ? "mdy" : "unknown";
}

/* A cell taken apart: numbers, the signs between them, a month's name. */
struct parts {
	int n;
	int numbers[3];
	int digits[3];
	char signs[2]; /* after the first and second number */
	int month;     /* by name, 0: none */
	int month_at;  /* before which number it stands */
};

static int month_of(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(months); i++) {
		size_t n = strlen(months[i].start);

		if (len >= n && len < 16 && !strncasecmp(word, months[i].start, n))
			return months[i].month;
	}
	return 0;
}

/* Does only a time of day (or nothing) follow? */
static bool is_time(const char *at)
{
	if (*at == 'T' || *at == 't')
		at++;
	while (*at && strchr(" 0123456789:.+-Zz", *at))
		at++;
	return !*at || !strcasecmp(at, "am") || !strcasecmp(at, "pm") ||
	       !strcasecmp(at, "utc") || !strcasecmp(at, "gmt");
}

static bool take_word(struct parts *parts, const char **at)
{
	const char *word = *at;
	size_t len = 0;

	while (isalpha((unsigned char)word[len]) || (unsigned char)word[len] >= 0x80)
		len++;
	*at += len;
	if (**at == '.')
		(*at)++;
	if (parts->month || (len == 2 && !strncasecmp(word, "de", 2)))
		return parts->month && len <= 2; /* "1st", "2 de mayo de 2026" */
	parts->month = month_of(word, len);
	parts->month_at = parts->n;
	return parts->month != 0;
}

static bool take_number(struct parts *parts, const char **at)
{
	int value = 0, digits = 0;

	for (; isdigit((unsigned char)**at); (*at)++, digits++)
		if (digits < 9)
			value = value * 10 + (**at - '0');
	if (parts->n == 3 || digits > 8)
		return false;
	parts->digits[parts->n] = digits;
	parts->numbers[parts->n++] = value;
	if ((!strncasecmp(*at, "st", 2) || !strncasecmp(*at, "nd", 2) ||
	     !strncasecmp(*at, "rd", 2) || !strncasecmp(*at, "th", 2)) &&
	    !isalpha((unsigned char)(*at)[2]))
		*at += 2;
	return true;
}

static bool is_complete(const struct parts *parts)
{
	return parts->n == 3 || (parts->n == 2 && parts->month);
}

static bool take_apart(const char *text, struct parts *parts)
{
	const char *at = text;

	memset(parts, 0, sizeof *parts);
	while (*at && !is_complete(parts)) {
		if (isdigit((unsigned char)*at)) {
			if (!take_number(parts, &at))
				return false;
		} else if (isalpha((unsigned char)*at) || (unsigned char)*at >= 0x80) {
			if (!take_word(parts, &at))
				return false;
		} else if (strchr("-/. ,", *at)) {
			if (parts->n >= 1 && parts->n <= 2 && *at != ' ' &&
			    !parts->signs[parts->n - 1])
				parts->signs[parts->n - 1] = *at;
			at++;
		} else {
			return false;
		}
	}
	return is_time(at);
}

static int full_year(int year, int digits)
{
	return digits <= 2 ? 2000 + year : year;
}

/* Three numbers of which the last is the year and nothing says more. */
static bool is_open_order(const struct parts *parts)
{
	return parts->n == 3 && !parts->month && parts->digits[0] <= 2 &&
	       (parts->signs[0] == '/' || parts->signs[0] == '-');
}

enum pw_date_evidence pw_date_evidence(const char *text)
{
	struct parts parts;

	if (!take_apart(text, &parts) || !is_open_order(&parts))
		return PW_DATE_NO_EVIDENCE;
	if (parts.numbers[0] > 12)
		return PW_DATE_IS_DMY;
	if (parts.numbers[1] > 12)
		return PW_DATE_IS_MDY;
	return parts.numbers[0] == parts.numbers[1] ? PW_DATE_NO_EVIDENCE
						    : PW_DATE_IS_OPEN;
}

/* "46370" or "46370.0" or "46370.25": a spreadsheet's day. */
static bool is_serial(const struct parts *parts, const char *text, pw_day *ret)
{
	const char *at = text + strspn(text, "0123456789");

	if (parts->digits[0] != 5 || parts->month || parts->numbers[0] < SERIAL_FIRST ||
	    parts->numbers[0] > SERIAL_LAST)
		return false;
	if (*at == '.')
		at += 1 + strspn(at + 1, "0123456789");
	*ret = SERIAL_EPOCH + parts->numbers[0];
	return *at == '\0';
}

static bool from_parts(const struct parts *p, const char *text,
		       enum pw_import_dates order, pw_day *ret)
{
	const int *n = p->numbers;
	int first;

	if (is_serial(p, text, ret))
		return true;
	if (p->month && p->n == 2 && p->digits[0] == 4) /* 2026 Dec 14 */
		return pw_day_from_civil(n[0], p->month, n[1], ret);
	if (p->month && p->n == 2)
		return pw_day_from_civil(full_year(n[1], p->digits[1]), p->month, n[0],
					 ret);
	if (p->n == 1 && p->digits[0] == 8)
		return pw_day_from_civil(n[0] / 10000, n[0] / 100 % 100, n[0] % 100, ret);
	if (p->n != 3)
		return false;
	if (p->digits[0] == 4)
		return pw_day_from_civil(n[0], n[1], n[2], ret);
	first = p->signs[0] == '.' || order != PW_DATES_MDY ? 0 : 1;
	return pw_day_from_civil(full_year(n[2], p->digits[2]), n[1 - first], n[first],
				 ret);
}

pw_day pw_value_date(const char *text, enum pw_import_dates order, struct pw_note *note)
{
	struct parts parts;
	pw_day day = PW_DAY_NONE;

	if (!*text || !strcmp(text, "-") || pw_strieq(text, "n/a"))
		return PW_DAY_NONE;
	if (!take_apart(text, &parts) && !is_serial(&parts, text, &day)) {
		pw_note(note, PW_NOTE_ERROR, text, "is no date");
		return PW_DAY_NONE;
	}
	if (is_open_order(&parts) && order == PW_DATES_UNKNOWN &&
	    pw_date_evidence(text) == PW_DATE_IS_OPEN) {
		pw_note(note, PW_NOTE_ERROR, text, "may be day/month or month/day");
		return PW_DAY_NONE;
	}
	if (!from_parts(&parts, text, order, &day))
		pw_note(note, PW_NOTE_ERROR, text,
			order == PW_DATES_UNKNOWN || !is_open_order(&parts) ? "is no date"
			: order == PW_DATES_DMY ? "is no date as day/month/year"
						: "is no date as month/day/year");
	return day;
}
