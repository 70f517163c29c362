/* SPDX-License-Identifier: Apache-2.0 */
/* date_match.c - see date_match.h. */
#include "parsers/date_match.h"

#include "agent/base/str.h"
#include "parsers/date_calendar.h"

enum {
	FILLERS_MAX = 3, /* "31st of the month of March": no; "27 de out. de": yes */
	FILLER_BYTES_MAX = 10, /* five letters of a two-byte script */
	HANGUL_BYTES = 3,
	REACH_MAX = 10,       /* tokens from a day to its year */
	TIME_TOKENS_MAX = 10, /* of a time and zone before a year */
};

static const struct pw_token *at(const struct pw_tokens *tokens, int distance)
{
	return pw_token_at(tokens, distance);
}

static size_t bytes_of(const struct pw_token *token)
{
	return token->end - token->start;
}

static bool is_glued(const struct pw_token *token)
{
	return !token->has_gap;
}

/* A number as part of something longer (a version, an amount, a serial). */
static bool is_tail_of_number(const struct pw_tokens *tokens)
{
	const struct pw_token *before = at(tokens, -1), *number = at(tokens, 0);
	const struct pw_token *second = at(tokens, -2);

	if (!is_glued(number) || before->kind == PW_TOKEN_END)
		return false;
	if (pw_token_is_sign(before, "#$€£_%+=\\"))
		return true;
	if (pw_token_is_sign(before, "/.-:,"))
		return second->kind == PW_TOKEN_NUMBER && is_glued(before);
	return before->kind == PW_TOKEN_WORD && before->value < 0x80 &&
	       bytes_of(before) < 3; /* "v12", "FG100"; but "Oct27" */
}

/* Does more of a number or word follow token without a blank? */
static bool runs_on(const struct pw_tokens *tokens, int distance)
{
	const struct pw_token *next = at(tokens, distance + 1);
	const struct pw_token *second = at(tokens, distance + 2);

	if (next->kind == PW_TOKEN_END || !is_glued(next))
		return false;
	if (next->kind == PW_TOKEN_WORD)
		return next->value < 0x80 && !pw_token_is_word(tokens, next, "t");
	if (pw_token_is_sign(next, "/-.:"))
		return second->kind == PW_TOKEN_NUMBER && is_glued(second);
	return pw_token_is_sign(next, "%€$");
}

static bool year_of(const struct pw_token *token, int *ret)
{
	if (token->kind != PW_TOKEN_NUMBER || token->digits != 4)
		return false;
	*ret = (int)token->value;
	if (*ret >= 2400 && *ret < 2700) /* Buddhist calendar */
		*ret -= 543;
	return *ret >= 1970 && *ret <= 2199;
}

static bool day_of(const struct pw_token *token, int *ret)
{
	if (token->kind != PW_TOKEN_NUMBER || token->digits > 2 || token->value < 1 ||
	    token->value > 31)
		return false;
	*ret = (int)token->value;
	return true;
}

/* The unit after a number in Chinese, Japanese or Korean. */
static bool is_unit(const struct pw_token *token, uint32_t han, uint32_t hangul,
		    bool alone)
{
	if (token->kind != PW_TOKEN_WORD)
		return false;
	if (token->value == han || (han == 0x65E5 && token->value == 0x865F) ||
	    (han == 0x65E5 && token->value == 0x53F7))
		return true;
	return token->value == hangul && (!alone || bytes_of(token) == 3);
}

static int era_year(const struct pw_tokens *tokens, int year)
{
	const struct pw_token *first = at(tokens, -2), *second = at(tokens, -1);

	if (first->value == 0x4EE4 && second->value == 0x548C) /* Reiwa */
		return 2018 + year;
	if (first->value == 0x5E73 && second->value == 0x6210) /* Heisei */
		return 1988 + year;
	if (first->value == 0x6C11 && second->value == 0x570B) /* Minguo */
		return 1911 + year;
	return 0;
}

static bool match_units(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	const struct pw_token *number = at(tokens, 0);
	bool is_era = false, is_short = false;
	int year;

	if (!is_unit(at(tokens, 1), 0x5E74, 0xB144, true) ||
	    at(tokens, 2)->kind != PW_TOKEN_NUMBER ||
	    !is_unit(at(tokens, 3), 0x6708, 0xC6D4, true) ||
	    at(tokens, 4)->kind != PW_TOKEN_NUMBER ||
	    !is_unit(at(tokens, 5), 0x65E5, 0xC77C, false))
		return false;
	if (!year_of(number, &year)) {
		year = number->digits <= 3 ? era_year(tokens, (int)number->value) : 0;
		is_era = year != 0;
		is_short = !is_era && number->digits == 2 && number->value >= 20;
		if (is_short) /* "26년 12월 12일" */
			year = 2000 + (int)number->value;
		if (!year)
			return false;
	}
	*ret = (struct pw_date_match){
		.first = is_era ? -2 : 0,
		.last = 5,
		.numbers = { year, (int)at(tokens, 2)->value, (int)at(tokens, 4)->value },
		.is_year_first = true,
		.has_year = true,
		.is_two_digit_year = is_short,
		.is_decided = true,
		/* "2027년 3월 31일에": the particle is no part of the date. */
		.last_bytes = HANGUL_BYTES,
	};
	return true;
}

/* "月日" without a year: Japanese and Chinese short forms. */
static bool match_units_partial(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	if (!is_unit(at(tokens, 1), 0x6708, 0xC6D4, true) ||
	    at(tokens, 2)->kind != PW_TOKEN_NUMBER ||
	    !is_unit(at(tokens, 3), 0x65E5, 0xC77C, false))
		return false;
	*ret = (struct pw_date_match){
		.last = 3,
		.numbers = { 0, (int)at(tokens, 0)->value, (int)at(tokens, 2)->value },
		.is_year_first = true,
		.is_decided = true,
	};
	return true;
}

static char sign_of(const struct pw_token *token)
{
	if (pw_token_is_sign(token, "/∕／"))
		return '/';
	if (pw_token_is_sign(token, ".．"))
		return '.';
	return pw_token_is_sign(token, "-‐‑–−") ? '-' : '\0';
}

static bool gaps_fit(const struct pw_tokens *tokens, char sign)
{
	int i;

	for (i = 1; i <= 4; i++) {
		if (at(tokens, i)->line_ends > (sign == '.' ? 1 : 0))
			return false;
		if (at(tokens, i)->has_gap && (sign == '-' || (sign == '.' && i % 2)))
			return false;
	}
	return true;
}

static bool match_numbers(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	const struct pw_token *part[3] = { at(tokens, 0), at(tokens, 2), at(tokens, 4) };
	char sign = sign_of(at(tokens, 1));
	int i, n_short = 0;

	if (!sign || sign_of(at(tokens, 3)) != sign || !gaps_fit(tokens, sign))
		return false;
	for (i = 0; i < 3; i++) {
		if (part[i]->kind != PW_TOKEN_NUMBER || part[i]->digits == 3 ||
		    part[i]->digits > 4)
			return false;
		n_short += part[i]->digits <= 2;
	}
	if (n_short < 2 || part[1]->digits > 2 || runs_on(tokens, 4))
		return false;
	*ret = (struct pw_date_match){
		.last = 4,
		.numbers = { (int)part[0]->value, (int)part[1]->value,
			     (int)part[2]->value },
		.has_year = true,
		.sign = sign,
	};
	if (part[0]->digits == 4) {
		ret->is_year_first = ret->is_decided = true;
		return year_of(part[0], &ret->numbers[0]);
	}
	if (part[2]->digits == 4)
		return year_of(part[2], &ret->numbers[2]);
	ret->is_two_digit_year = true;
	if (part[2]->digits == 1 && part[0]->digits == 2 && sign == '/') {
		ret->is_year_first = true; /* "26/11/9": Samsung in Korean */
		ret->numbers[0] += 2000;
		return true;
	}
	return part[2]->digits == 2;
}

/* Words and signs that may stand between the parts of a date. */
static int skip_fillers(const struct pw_tokens *tokens, int i, int words_max)
{
	int words = 0;

	for (;; i++) {
		const struct pw_token *token = at(tokens, i);

		if (token->line_ends > 1)
			return i;
		if (pw_token_is_sign(token, ".,-/‐‑–'’׳·॰،"))
			continue;
		if (token->kind != PW_TOKEN_WORD || bytes_of(token) > FILLER_BYTES_MAX ||
		    ++words > words_max)
			return i;
	}
}

/* Does a year stand near enough for a search to be worth its cost? */
static bool has_year_ahead(const struct pw_tokens *tokens, int i, bool partial)
{
	int end = i + REACH_MAX, year;

	if (partial)
		return true;
	for (; i < end; i++)
		if (year_of(at(tokens, i), &year) ||
		    (at(tokens, i)->kind == PW_TOKEN_NUMBER &&
		     at(tokens, i)->digits == 2))
			return true;
	return false;
}

/* "12 seats end January 31, 2027": what looks like a short year is a day. */
static bool is_day_before_year(const struct pw_tokens *tokens, int i)
{
	int year, next = i + 1;

	next += pw_token_is_sign(at(tokens, next), ",.");
	return at(tokens, next)->line_ends == 0 && year_of(at(tokens, next), &year);
}

/* The year of a date with a named month: four digits, or two where nothing
   but a year can be meant ("31-Mar-27", "Mar '27"). */
static bool take_year(const struct pw_tokens *tokens, int i, int words_max,
		      struct pw_date_match *ret)
{
	const struct pw_token *token, *next;
	int from = i;

	for (i = skip_fillers(tokens, i, words_max); i >= from; i--) {
		token = at(tokens, i);
		if (year_of(token, &ret->numbers[2]) && !runs_on(tokens, i)) {
			ret->last = i;
			return ret->has_year = true;
		}
		if (token->kind == PW_TOKEN_NUMBER)
			break;
	}
	token = at(tokens, i);
	next = at(tokens, i + 1);
	if (i < from || token->kind != PW_TOKEN_NUMBER || token->digits != 2 ||
	    runs_on(tokens, i) || pw_token_is_sign(next, ":") ||
	    is_day_before_year(tokens, i) ||
	    (next->kind == PW_TOKEN_WORD && !pw_token_is_sign(at(tokens, i - 1), "-/'’")))
		return false;
	ret->numbers[2] = 2000 + (int)token->value;
	ret->last = i;
	ret->is_two_digit_year = true;
	return ret->has_year = true;
}

/* 27 October 2021, 27. říjen 2021, 27 de out. de 2021, 1er avril 2027 */
static bool match_day_month(const struct pw_tokens *tokens, bool partial,
			    struct pw_date_match *ret)
{
	struct pw_date_match match = { .is_named = true };
	int i, first_word, took = 0;

	if (!day_of(at(tokens, 0), &match.numbers[0]) ||
	    !has_year_ahead(tokens, 1, partial))
		return false;
	first_word = 1;
	for (i = 1; i <= first_word + FILLERS_MAX + 2; i++) {
		const struct pw_token *token = at(tokens, i);

		if (token->line_ends > 1)
			return false;
		if (pw_token_is_sign(token, ".,-/‐‑–º°ª)'’،"))
			continue;
		match.name = pw_token_name(tokens, i, &took);
		if (match.name.months)
			break;
		if (token->kind != PW_TOKEN_WORD || bytes_of(token) > FILLER_BYTES_MAX)
			return false;
	}
	if (!match.name.months)
		return false;
	match.last = i + took - 1;
	if (!take_year(tokens, match.last + 1, FILLERS_MAX, &match) && !partial)
		return false;
	*ret = match;
	return true;
}

/* Nov 13 15:05:12 CET 2026, as C and Unix print it; i: the hour. */
static bool take_year_behind_time(const struct pw_tokens *tokens, int i,
				  struct pw_date_match *ret)
{
	int end = i + TIME_TOKENS_MAX;

	if (at(tokens, i)->kind != PW_TOKEN_NUMBER ||
	    !pw_token_is_sign(at(tokens, i + 1), ":"))
		return false;
	for (; i < end && !at(tokens, i)->line_ends; i++) {
		if (!year_of(at(tokens, i), &ret->numbers[2]) || runs_on(tokens, i) ||
		    pw_token_is_sign(at(tokens, i - 1), "+-"))
			continue;
		ret->year_at = i;
		return ret->has_year = true;
	}
	return false;
}

/* March 31st, 2027; Mar. 31, 2027: the current number is the day. */
static bool match_month_day(const struct pw_tokens *tokens, bool partial,
			    struct pw_date_match *ret)
{
	struct pw_date_match match = { .is_named = true };
	int before = -1, after = 1, took = 0;

	if (!day_of(at(tokens, 0), &match.numbers[0]) ||
	    !has_year_ahead(tokens, 1, partial))
		return false;
	while (before > -3 && (pw_token_is_sign(at(tokens, before), ".-") ||
			       pw_token_is_word(tokens, at(tokens, before), "the")))
		before--;
	match.name = pw_token_name_before(tokens, before, &took);
	if (!match.name.months)
		return false;
	match.first = before - took + 1;
	/* The ordinal ending belongs to the day. */
	if (at(tokens, after)->kind == PW_TOKEN_WORD && is_glued(at(tokens, after)))
		after++;
	match.last = after - 1;
	if (!take_year(tokens, after, 0, &match) &&
	    !take_year_behind_time(tokens, after, &match)) {
		if (!partial || runs_on(tokens, match.last) ||
		    pw_token_is_sign(at(tokens, 1), ":"))
			return false;
	}
	*ret = match;
	return true;
}

/* 2021. október 28., 2021 m. spalio 27 d., 2021. gada 27. oktobris */
static bool match_year_month(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	struct pw_date_match match = { .is_named = true, .has_year = true };
	int i, day = 0, took = 0, fillers = 0;

	if (!year_of(at(tokens, 0), &match.numbers[2]))
		return false;
	for (i = 1; i <= REACH_MAX && !at(tokens, i)->line_ends; i++) {
		const struct pw_token *token = at(tokens, i);

		if (pw_token_is_sign(token, ".-/()"))
			continue;
		if (token->kind == PW_TOKEN_NUMBER) {
			if (day || !day_of(token, &day) ||
			    pw_token_is_sign(at(tokens, i + 1), ":"))
				return false;
		} else if (!match.name.months) {
			match.name = pw_token_name(tokens, i, &took);
			if (match.name.months)
				i += took - 1;
			else if (token->kind != PW_TOKEN_WORD ||
				 bytes_of(token) > FILLER_BYTES_MAX ||
				 /* "2026(e)ko" is one word in Basque */
				 (bytes_of(token) > 1 && ++fillers > 1))
				return false; /* "XGS 2100. Support expires on ..." */
		} else {
			return false;
		}
		match.last = i;
		if (day && match.name.months)
			break;
	}
	if (!day || !match.name.months || runs_on(tokens, match.last))
		return false;
	match.numbers[0] = day;
	*ret = match;
	return true;
}

/* ngày 27 tháng 10 năm 2021, 27 thg 10, 2021 */
static bool match_vietnamese(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	int day, month, year, i = 3;

	if (!day_of(at(tokens, 0), &day) ||
	    (!pw_token_is_word(tokens, at(tokens, 1), "thang") &&
	     !pw_token_is_word(tokens, at(tokens, 1), "thg")) ||
	    !day_of(at(tokens, 2), &month))
		return false;
	if (pw_token_is_sign(at(tokens, i), ","))
		i++;
	if (pw_token_is_word(tokens, at(tokens, i), "nam"))
		i++;
	if (!year_of(at(tokens, i), &year))
		return false;
	*ret = (struct pw_date_match){
		.last = i,
		.numbers = { year, month, day },
		.is_year_first = true,
		.has_year = true,
		.is_decided = true,
	};
	return true;
}

/* Mongolian counts its months: 2026 оны 11-р сарын 13 */
static bool match_month_number(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	int year, month, day;

	if (!year_of(at(tokens, 0), &year) ||
	    !pw_token_is_word(tokens, at(tokens, 1), "оны") ||
	    !day_of(at(tokens, 2), &month) || month > 12 ||
	    !pw_token_is_sign(at(tokens, 3), "-") ||
	    at(tokens, 4)->kind != PW_TOKEN_WORD ||
	    !pw_token_is_word(tokens, at(tokens, 5), "сарын") ||
	    !day_of(at(tokens, 6), &day))
		return false;
	*ret = (struct pw_date_match){
		.last = 6,
		.numbers = { year, month, day },
		.is_year_first = true,
		.has_year = true,
		.is_decided = true,
	};
	return true;
}

/* 27/10 2026: the year stands apart. */
static bool match_numbers_year(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	const struct pw_token *first = at(tokens, 0), *second = at(tokens, 2);
	char sign = sign_of(at(tokens, 1));
	int year;

	if (sign != '/' || second->kind != PW_TOKEN_NUMBER || first->digits > 2 ||
	    second->digits > 2 || at(tokens, 3)->digits != 4 ||
	    !year_of(at(tokens, 3), &year) || at(tokens, 3)->line_ends ||
	    runs_on(tokens, 3))
		return false;
	*ret = (struct pw_date_match){
		.last = 3,
		.numbers = { (int)first->value, (int)second->value, year },
		.sign = sign,
		.has_year = true,
	};
	return true;
}

/* 27/10 12:46 and 27.10. without a year. */
static bool match_numbers_partial(const struct pw_tokens *tokens,
				  struct pw_date_match *ret)
{
	const struct pw_token *first = at(tokens, 0), *second = at(tokens, 2);
	char sign = sign_of(at(tokens, 1));

	if ((sign != '/' && sign != '.') || second->kind != PW_TOKEN_NUMBER ||
	    first->digits > 2 || second->digits > 2 || runs_on(tokens, 2))
		return false;
	*ret = (struct pw_date_match){
		.last = 2,
		.numbers = { (int)first->value, (int)second->value, 0 },
		.sign = sign,
	};
	return true;
}

static bool is_start(const struct pw_tokens *tokens)
{
	return at(tokens, 0)->kind == PW_TOKEN_NUMBER && !is_tail_of_number(tokens);
}

static bool match_digits(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	return match_units(tokens, ret) || match_numbers(tokens, ret) ||
	       match_numbers_year(tokens, ret);
}

bool pw_date_match_digits(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	return is_start(tokens) && match_digits(tokens, ret);
}

bool pw_date_match(const struct pw_tokens *tokens, bool partial,
		   struct pw_date_match *ret)
{
	if (!is_start(tokens))
		return pw_date_match_first(tokens, ret);
	if (match_digits(tokens, ret) || match_vietnamese(tokens, ret) ||
	    pw_date_match_roman(tokens, ret) || match_day_month(tokens, false, ret) ||
	    match_month_day(tokens, false, ret) || match_year_month(tokens, ret))
		return true;
	if (match_month_number(tokens, ret) || pw_date_match_calendar(tokens, ret))
		return true;
	return partial &&
	       (match_units_partial(tokens, ret) || match_day_month(tokens, true, ret) ||
		match_month_day(tokens, true, ret) || match_numbers_partial(tokens, ret));
}
