/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.c - which reading of a written date is meant, and the doors of date.h.
 */
#include "parsers/date.h"

#include <stdio.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>

#include "agent/base/str.h"
#include "parsers/date_match.h"
#include "parsers/date_span.h"

enum {
	READINGS_MAX = 14,
	VALUE_BYTES_MAX = 400, /* of a header value; longer ones are cut */
	YEARLESS_AHEAD = 305,  /* days: a day without a year is that far ahead at most */
};

struct reading {
	pw_day day;
	enum pw_date_order order; /* of numeric dates */
	int month;
};

struct readings {
	struct reading items[READINGS_MAX];
	size_t n;
};

static void add_reading(struct readings *readings, int year, int month, int day,
			enum pw_date_order order)
{
	struct reading *reading = &readings->items[readings->n];
	size_t i;

	if (readings->n == READINGS_MAX ||
	    !pw_day_from_civil(year, month, day, &reading->day))
		return;
	for (i = 0; i < readings->n; i++)
		if (readings->items[i].day == reading->day)
			return;
	reading->order = order;
	reading->month = month;
	readings->n++;
}

/* The year of a date without one: the last that is not after `near`. */
static int year_near(int month, int day, pw_day near)
{
	int year, near_month, near_day;
	pw_day candidate;

	if (near == PW_DAY_NONE)
		return 0;
	pw_day_to_civil(near, &year, &near_month, &near_day);
	if (!pw_day_from_civil(year, month, day, &candidate) || candidate > near + 1)
		year--;
	return year;
}

static void list_readings(const struct pw_date_match *match, pw_day near, bool year_first,
			  struct readings *ret)
{
	const int *number = match->numbers;
	int month, year;

	ret->n = 0;
	if (match->is_named) {
		for (month = 1; month <= 12; month++) {
			if (!(match->name.months & 1u << month))
				continue;
			year = match->has_year ? number[2]
					       : year_near(month, number[0], near);
			add_reading(ret, year, month, number[0], PW_ORDER_UNKNOWN);
		}
		return;
	}
	if (match->is_year_first) {
		year = match->has_year ? number[0]
				       : year_near(number[1], number[2], near);
		add_reading(ret, year, number[1], number[2], PW_ORDER_YMD);
		return;
	}
	if (!match->has_year) {
		add_reading(ret, year_near(number[1], number[0], near), number[1],
			    number[0], PW_ORDER_DMY);
		add_reading(ret, year_near(number[0], number[1], near), number[0],
			    number[1], PW_ORDER_MDY);
		return;
	}
	year = number[2] + (match->is_two_digit_year ? 2000 : 0);
	add_reading(ret, year, number[1], number[0], PW_ORDER_DMY);
	if (match->sign != '.')
		add_reading(ret, year, number[0], number[1], PW_ORDER_MDY);
	if (match->is_two_digit_year && year_first)
		add_reading(ret, 2000 + number[0], number[1], number[2], PW_ORDER_YMD);
}

static bool keep_only(struct readings *readings, size_t kept)
{
	readings->items[0] = readings->items[kept];
	readings->n = 1;
	return true;
}

static void keep_weekday(struct readings *readings, uint8_t weekdays)
{
	size_t i, kept = 0;
	struct readings left = { .n = 0 };

	for (i = 0; weekdays && i < readings->n; i++) {
		/* 1970-01-01 was a Thursday. */
		int weekday = ((readings->items[i].day + 4) % 7 + 7) % 7;

		if (weekdays & 1u << weekday)
			left.items[kept++] = readings->items[i];
	}
	left.n = kept;
	if (kept)
		*readings = left;
}

static bool keep_order(struct readings *readings, enum pw_date_order order)
{
	size_t i;

	for (i = 0; order != PW_ORDER_UNKNOWN && i < readings->n; i++)
		if (readings->items[i].order == order)
			return keep_only(readings, i);
	return false;
}

static bool keep_month(struct readings *readings, int month)
{
	size_t i;

	for (i = 0; month && i < readings->n; i++)
		if (readings->items[i].month == month)
			return keep_only(readings, i);
	return false;
}

/* The order of a locale's own short dates, from ICU's pattern. */
static enum pw_date_order order_of_locale(const char *locale)
{
	static const UChar probe[] = { 'y', 0 };
	UErrorCode status = U_ZERO_ERROR;
	UDateFormat *format;
	UChar pattern[64];
	int32_t i, n;
	enum pw_date_order order = PW_ORDER_UNKNOWN;

	format = udat_open(UDAT_NONE, UDAT_SHORT, locale, NULL, 0, probe, 0, &status);
	if (U_FAILURE(status))
		return order;
	n = udat_toPattern(format, false, pattern, PW_ARRAY_LEN(pattern), &status);
	for (i = 0; U_SUCCESS(status) && i < n && order == PW_ORDER_UNKNOWN; i++) {
		if (pattern[i] == 'd')
			order = PW_ORDER_DMY;
		else if (pattern[i] == 'M' || pattern[i] == 'L')
			order = PW_ORDER_MDY;
		else if (pattern[i] == 'y')
			order = PW_ORDER_YMD;
	}
	udat_close(format);
	return order;
}

/* English without a region says nothing: half of the world writes it. */
static enum pw_date_order order_of_hints(const struct pw_date_hints *hints)
{
	if (hints->order != PW_ORDER_UNKNOWN)
		return hints->order;
	if (!hints->locale || pw_strieq(hints->locale, "en"))
		return PW_ORDER_UNKNOWN;
	return order_of_locale(hints->locale);
}

/* A mail was not sent after it arrived: keep what fits, the nearest first,
   because mails are passed on soon.  True when only one fits. */
static bool keep_near(struct readings *readings, pw_day near)
{
	struct reading best;
	size_t i, at = 0, fit = 0;

	if (near == PW_DAY_NONE)
		return false;
	for (i = 0; i < readings->n; i++) {
		if (readings->items[i].day > near + 1)
			continue;
		if (!fit++ || readings->items[i].day > readings->items[at].day)
			at = i;
	}
	best = readings->items[at];
	readings->items[at] = readings->items[0];
	readings->items[0] = best;
	return fit == 1;
}

/* Choose; true when the choice is only a guess. */
static bool decide(const struct pw_date_match *match, const struct pw_date_around *around,
		   const struct pw_date_hints *hints, struct readings *readings)
{
	keep_weekday(readings, around->weekdays);
	if (readings->n < 2)
		return false;
	if (match->is_named) {
		if (keep_month(readings, pw_date_name_month(&match->name, hints->locale)))
			return false;
		if (keep_month(readings, pw_date_name_month(&match->name, "en")))
			return false;
		return !keep_near(readings, hints->near);
	}
	if (keep_order(readings, order_of_hints(hints)))
		return false;
	if (keep_near(readings, hints->near))
		return false;
	/* A twelve-hour clock or a bare "en": American order is the better guess. */
	if (hints->near == PW_DAY_NONE &&
	    (around->has_half || (hints->locale && pw_strieq(hints->locale, "en"))))
		keep_order(readings, PW_ORDER_MDY);
	return true;
}

static bool read_match(const struct pw_date_match *match,
		       const struct pw_date_around *around,
		       const struct pw_date_hints *hints, struct pw_date *ret)
{
	struct readings readings;
	bool is_guess, year_first;

	/* 27/03/31 is a year first only where people write it so. */
	year_first = match->is_two_digit_year && order_of_hints(hints) == PW_ORDER_YMD;
	list_readings(match, hints->near, year_first, &readings);
	if (!readings.n)
		return false;
	is_guess = decide(match, around, hints, &readings);
	*ret = (struct pw_date){
		.day = readings.items[0].day,
		.has_time = around->has_time,
		.has_offset = around->has_offset,
		.is_ambiguous = is_guess || !match->has_year,
		.is_two_digit_year = match->is_two_digit_year,
		.hour = (int8_t)around->hour,
		.minute = (int8_t)around->minute,
		.second = (int8_t)(around->second > 59 ? 59 : around->second),
		.offset_minutes = (int16_t)around->offset_minutes,
	};
	return true;
}

static const struct pw_date_hints no_hints = { .near = PW_DAY_NONE };

bool pw_date_read(const char *text, size_t len, const struct pw_date_hints *hints,
		  bool partial, struct pw_date_reading *ret)
{
	struct pw_date_match match;
	struct pw_date_around around;
	struct pw_tokens tokens;

	hints = hints ? hints : &no_hints;
	pw_tokens_init(&tokens, text, pw_utf8_cut(text, len, VALUE_BYTES_MAX));
	while (pw_tokens_next(&tokens)) {
		if (!pw_date_match(&tokens, partial, &match))
			continue;
		pw_date_look_around(&tokens, &match, true, &around);
		if (!read_match(&match, &around, hints, &ret->date))
			continue;
		ret->start = pw_token_at(&tokens, around.first)->start;
		ret->end = pw_token_at(&tokens, around.last)->end;
		return true;
	}
	return false;
}

bool pw_date_parse(const char *text, size_t len, const struct pw_date_hints *hints,
		   struct pw_date *ret)
{
	bool may_lack_year = hints && hints->near != PW_DAY_NONE;
	struct pw_date_reading reading;

	if (!pw_date_read(text, len, hints, false, &reading) &&
	    !(may_lack_year && pw_date_read(text, len, hints, true, &reading)))
		return false;
	*ret = reading.date;
	return true;
}

/* "12.1" is a version and "24/7" no day; "12.1." and "12/1" are days. */
static bool is_day_of_year(const struct pw_tokens *tokens,
			   const struct pw_date_match *match)
{
	const int *number = match->numbers;

	if (match->sign == '.')
		return pw_token_is_sign(pw_token_at(tokens, match->last + 1), ".");
	return match->sign != '/' || number[0] != 24 || number[1] != 7;
}

static size_t end_of(const struct pw_tokens *tokens, const struct pw_date_match *match)
{
	const struct pw_token *last = pw_token_at(tokens, match->last);

	return match->last_bytes ? last->start + match->last_bytes : last->end;
}

/* One date of the text from the current token on, behind done; what it is. */
static bool find_here(const struct pw_tokens *tokens, const struct pw_date_hints *hints,
		      bool is_yearless, size_t *done, struct pw_date_span *ret)
{
	struct pw_date_match match;
	struct pw_date_around around;
	struct pw_date date;

	if (!pw_date_match(tokens, is_yearless, &match) ||
	    pw_token_at(tokens, match.first)->start < *done)
		return false;
	pw_date_look_around(tokens, &match, false, &around);
	if (!read_match(&match, &around, hints, &date))
		return false;
	*done = end_of(tokens, &match);
	*ret = (struct pw_date_span){
		.start = pw_token_at(tokens, match.first)->start,
		.end = *done,
		.date = date,
	};
	return !is_yearless || (!match.has_year && is_day_of_year(tokens, &match));
}

/* Without a digit, in ASCII or another script, there is no date. */
static bool may_hold_number(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((text[i] & 0x80) || (text[i] >= '0' && text[i] <= '9'))
			return true;
	return false;
}

static size_t find_dates(struct pw_arena *arena, const char *text, size_t len,
			 const struct pw_date_hints *hints, size_t max,
			 struct pw_date_span **ret)
{
	struct pw_date_span *spans = NULL, *grown, span;
	bool is_yearless = hints->near != PW_DAY_NONE;
	struct pw_tokens tokens;
	size_t n = 0, cap = 0, done = 0;

	*ret = NULL;
	if (!may_hold_number(text, len))
		return 0;
	pw_tokens_init(&tokens, text, len);
	while (n < max && pw_tokens_next(&tokens)) {
		if (!find_here(&tokens, hints, is_yearless, &done, &span))
			continue;
		grown = pw_arena_grow(arena, spans, n, &cap, sizeof(*spans));
		if (!grown)
			break;
		spans = grown;
		spans[n++] = span;
	}
	*ret = spans;
	return n;
}

size_t pw_date_find(struct pw_arena *arena, const char *text, size_t len,
		    const struct pw_date_hints *hints, size_t max,
		    struct pw_date_span **ret)
{
	struct pw_date_hints timeless = hints ? *hints : no_hints;

	timeless.order = order_of_hints(&timeless); /* once, not for every date */
	timeless.near = PW_DAY_NONE; /* an expiry may well lie in the future */
	return find_dates(arena, text, len, &timeless, max, ret);
}

size_t pw_date_find_yearless(struct pw_arena *arena, const char *text, size_t len,
			     const struct pw_date_hints *hints, size_t max,
			     struct pw_date_span **ret)
{
	struct pw_date_hints ahead = *hints;

	*ret = NULL;
	if (hints->near == PW_DAY_NONE)
		return 0;
	ahead.order = order_of_hints(&ahead);
	ahead.near = hints->near + YEARLESS_AHEAD - 1; /* the last not after it */
	return find_dates(arena, text, len, &ahead, max, ret);
}

enum pw_date_order pw_date_order_of(const char *text, size_t len)
{
	struct pw_tokens tokens;
	struct pw_date_match match;
	int dmy = 0, mdy = 0;

	if (!may_hold_number(text, len))
		return PW_ORDER_UNKNOWN;
	pw_tokens_init(&tokens, text, len);
	while (pw_tokens_next(&tokens)) {
		if (!pw_date_match_digits(&tokens, &match) || match.is_decided ||
		    match.is_two_digit_year)
			continue;
		dmy += match.numbers[0] > 12 && match.numbers[1] <= 12;
		mdy += match.numbers[1] > 12 && match.numbers[0] <= 12;
	}
	if (!dmy == !mdy) /* none, or both: the text contradicts itself */
		return PW_ORDER_UNKNOWN;
	return dmy ? PW_ORDER_DMY : PW_ORDER_MDY;
}

char *pw_date_to_rfc3339(const struct pw_date *date, char out[PW_DATE_TEXT])
{
	char day[PW_DAY_TEXT];
	int minutes =
		date->offset_minutes < 0 ? -date->offset_minutes : date->offset_minutes;

	pw_day_to_iso(date->day, day);
	if (!date->has_time)
		snprintf(out, PW_DATE_TEXT, "%s", day);
	else if (!date->has_offset)
		snprintf(out, PW_DATE_TEXT, "%sT%02d:%02d:%02d", day, date->hour,
			 date->minute, date->second);
	else if (!minutes)
		snprintf(out, PW_DATE_TEXT, "%sT%02d:%02d:%02dZ", day, date->hour,
			 date->minute, date->second);
	else
		snprintf(out, PW_DATE_TEXT, "%sT%02d:%02d:%02d%c%02d:%02d", day,
			 date->hour, date->minute, date->second,
			 date->offset_minutes < 0 ? '-' : '+', minutes / 60 % 24,
			 minutes % 60);
	return out;
}
