/* SPDX-License-Identifier: Apache-2.0 */
/* date_calendar.c - see date_calendar.h. */
#include "parsers/date_calendar.h"

#include <threads.h>
#include <unicode/ucal.h>

#include "agent/base/day.h"
#include "agent/base/str.h"

enum {
	YEARS_MAX = 70,
	MONTHS = 12,
	FILLERS_MAX = 2, /* words between day, month and year */
	MS_PER_DAY = 86400000,
};

struct calendar {
	const char *locale;
	int first, last; /* years; no year is one of both calendars */
	/* First days, of the month behind the last year too. */
	pw_day months[YEARS_MAX * MONTHS + 1];
};

/* Written once under the once-flag, read-only afterwards. */
static struct calendar calendars[] = {
	[PW_CALENDAR_PERSIAN] = { "fa@calendar=persian", 1375, 1429, { 0 } },
	[PW_CALENDAR_HIJRI] = { "ar@calendar=islamic-umalqura", 1430, 1480, { 0 } },
};

static once_flag calendars_once = ONCE_FLAG_INIT;

static void build_calendar(struct calendar *calendar)
{
	static const UChar zone[] = { 'G', 'M', 'T', 0 };
	UErrorCode status = U_ZERO_ERROR;
	UCalendar *cal = ucal_open(zone, -1, calendar->locale, UCAL_DEFAULT, &status);
	int i, n = (calendar->last - calendar->first + 1) * MONTHS;

	for (i = 0; i <= n; i++) {
		UDate ms;

		if (U_SUCCESS(status))
			ucal_clear(cal);
		ucal_setDate(cal, calendar->first + i / MONTHS, i % MONTHS, 1, &status);
		ms = ucal_getMillis(cal, &status);
		calendar->months[i] =
			U_SUCCESS(status) ? (pw_day)(ms / MS_PER_DAY) : PW_DAY_NONE;
	}
	if (cal)
		ucal_close(cal);
}

static void build_all(void)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(calendars); i++)
		build_calendar(&calendars[i]);
}

void pw_calendars_init(void)
{
	call_once(&calendars_once, build_all);
}

/* The calendar of a written year; NULL: of none. */
static const struct calendar *calendar_of(const struct pw_token *token)
{
	size_t i;

	for (i = 0; token->kind == PW_TOKEN_NUMBER && token->digits == 4 &&
		    i < PW_ARRAY_LEN(calendars);
	     i++)
		if ((int)token->value >= calendars[i].first &&
		    (int)token->value <= calendars[i].last)
			return &calendars[i];
	return NULL;
}

static bool set_date(const struct calendar *calendar, int year, int month, int day,
		     struct pw_date_match *ret)
{
	int i = (year - calendar->first) * MONTHS + month - 1;
	pw_day first;

	pw_calendars_init();
	if (month < 1 || month > MONTHS || day < 1)
		return false;
	first = calendar->months[i];
	if (first == PW_DAY_NONE || day > calendar->months[i + 1] - first)
		return false;
	pw_day_to_civil(first + day - 1, &ret->numbers[0], &ret->numbers[1],
			&ret->numbers[2]);
	ret->is_year_first = ret->has_year = ret->is_decided = true;
	return true;
}

static bool is_short_number(const struct pw_token *token)
{
	return token->kind == PW_TOKEN_NUMBER && token->digits <= 2;
}

/* 1405/08/22, 3/6/1448: only with strokes, for other numbers look like it. */
static bool match_strokes(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	const struct pw_token *first = pw_token_at(tokens, 0);
	const struct pw_token *month = pw_token_at(tokens, 2);
	const struct pw_token *last = pw_token_at(tokens, 4);
	const struct calendar *calendar;
	bool is_year_first;
	int i;

	for (i = 1; i <= 4; i++)
		if (pw_token_at(tokens, i)->has_gap ||
		    (i % 2 && !pw_token_is_sign(pw_token_at(tokens, i), "/")))
			return false;
	is_year_first = first->digits == 4;
	calendar = calendar_of(is_year_first ? first : last);
	if (!calendar || !is_short_number(month) ||
	    !is_short_number(is_year_first ? last : first))
		return false;
	*ret = (struct pw_date_match){ .last = 4 };
	return set_date(calendar, (int)(is_year_first ? first : last)->value,
			(int)month->value, (int)(is_year_first ? last : first)->value,
			ret);
}

static int month_of(const struct pw_date_name *name, const struct calendar *calendar)
{
	uint16_t months = name->other_months[calendar - calendars];
	int month;

	for (month = 1; month <= MONTHS; month++)
		if (months >> month & 1)
			return month;
	return 0;
}

/* 22 Aban 1405 in the letters of both calendars. */
static bool match_named(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	struct pw_date_name name = { 0 };
	const struct calendar *calendar;
	int i, took = 0, words = 0;

	for (i = 1; words <= FILLERS_MAX; i++) {
		const struct pw_token *token = pw_token_at(tokens, i);

		if (token->line_ends > 1)
			return false;
		if (pw_token_is_sign(token, ".,-،"))
			continue;
		calendar = words ? calendar_of(token) : NULL;
		if (calendar) {
			*ret = (struct pw_date_match){ .last = i };
			return set_date(calendar, (int)token->value,
					month_of(&name, calendar),
					(int)pw_token_at(tokens, 0)->value, ret);
		}
		if (token->kind != PW_TOKEN_WORD || token->value < 0x600 ||
		    token->value > 0x6FF)
			return false;
		words++;
		if (name.n_rows)
			continue;
		name = pw_token_name(tokens, i, &took);
		i += name.n_rows ? took - 1 : 0;
	}
	return false;
}

bool pw_date_match_calendar(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	const struct pw_token *next = pw_token_at(tokens, 1);

	if (next->kind == PW_TOKEN_SIGN && next->value == '/')
		return match_strokes(tokens, ret);
	return is_short_number(pw_token_at(tokens, 0)) && match_named(tokens, ret);
}
