/* SPDX-License-Identifier: Apache-2.0 */
/* date_named.c - dates whose month is a word; see date_match.h. */
#include "agent/base/str.h"
#include "parsers/date_match.h"

enum {
	FILLERS_MAX = 3, /* "31st of the month of March": no; "27 de out. de": yes */
	FILLER_BYTES_MAX = 10, /* five letters of a two-byte script */
	REACH_MAX = 10,        /* tokens from a day to its year */
	TIME_TOKENS_MAX = 10,  /* of a time and zone before a year */
};

static const struct pw_token *at(const struct pw_tokens *tokens, int distance)
{
	return pw_token_at(tokens, distance);
}

static size_t bytes_of(const struct pw_token *token)
{
	return token->end - token->start;
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
		if (pw_date_year(at(tokens, i), &year) ||
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
	return at(tokens, next)->line_ends == 0 && pw_date_year(at(tokens, next), &year);
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
		if (pw_date_year(token, &ret->numbers[2]) &&
		    !pw_date_runs_on(tokens, i)) {
			ret->last = i;
			return ret->has_year = true;
		}
		if (token->kind == PW_TOKEN_NUMBER)
			break;
	}
	token = at(tokens, i);
	next = at(tokens, i + 1);
	if (i < from || token->kind != PW_TOKEN_NUMBER || token->digits != 2 ||
	    pw_date_runs_on(tokens, i) || pw_token_is_sign(next, ":") ||
	    is_day_before_year(tokens, i) ||
	    (next->kind == PW_TOKEN_WORD && !pw_token_is_sign(at(tokens, i - 1), "-/'’")))
		return false;
	ret->numbers[2] = 2000 + (int)token->value;
	ret->last = i;
	ret->is_two_digit_year = true;
	return ret->has_year = true;
}

/* The first token behind the day: Swedes write "den 4:e januari", "1:a maj". */
static int behind_day(const struct pw_tokens *tokens)
{
	bool is_ordinal = pw_token_is_sign(at(tokens, 1), ":") &&
			  (pw_token_is_word(tokens, at(tokens, 2), "e") ||
			   pw_token_is_word(tokens, at(tokens, 2), "a"));

	return is_ordinal ? 3 : 1;
}

/* "It ends on December 4th. May we quote?": no month, though one could be read. */
static bool is_question(const struct pw_tokens *tokens, int i)
{
	return pw_token_is_word(tokens, at(tokens, i), "may") &&
	       pw_token_is_sign(at(tokens, i - 1), ".") &&
	       at(tokens, i + 1)->kind == PW_TOKEN_WORD;
}

/* 27 October 2021, 27. říjen 2021, 27 de out. de 2021, 1er avril 2027 */
static bool match_day_month(const struct pw_tokens *tokens, bool partial,
			    struct pw_date_match *ret)
{
	struct pw_date_match match = { .is_named = true };
	int i, first_word, took = 0;

	if (!pw_date_day(at(tokens, 0), &match.numbers[0]) ||
	    !has_year_ahead(tokens, 1, partial))
		return false;
	first_word = behind_day(tokens);
	for (i = first_word; i <= first_word + FILLERS_MAX + 2; i++) {
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
	if (!take_year(tokens, match.last + 1, FILLERS_MAX, &match) &&
	    (!partial || is_question(tokens, i)))
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
		if (!pw_date_year(at(tokens, i), &ret->numbers[2]) ||
		    pw_date_runs_on(tokens, i) ||
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

	if (!pw_date_day(at(tokens, 0), &match.numbers[0]) ||
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
	if (at(tokens, after)->kind == PW_TOKEN_WORD && !at(tokens, after)->has_gap)
		after++;
	match.last = after - 1;
	if (!take_year(tokens, after, 0, &match) &&
	    !take_year_behind_time(tokens, after, &match)) {
		if (!partial || pw_date_runs_on(tokens, match.last) ||
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

	if (!pw_date_year(at(tokens, 0), &match.numbers[2]))
		return false;
	for (i = 1; i <= REACH_MAX && !at(tokens, i)->line_ends; i++) {
		const struct pw_token *token = at(tokens, i);

		if (pw_token_is_sign(token, ".-/()"))
			continue;
		if (token->kind == PW_TOKEN_NUMBER) {
			if (day || !pw_date_day(token, &day) ||
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
	if (!day || !match.name.months || pw_date_runs_on(tokens, match.last))
		return false;
	match.numbers[0] = day;
	*ret = match;
	return true;
}

/* ngày 27 tháng 10 năm 2021, 27 thg 10, 2021 */
static bool match_vietnamese(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	int day, month, year, i = 3;

	if (!pw_date_day(at(tokens, 0), &day) ||
	    (!pw_token_is_word(tokens, at(tokens, 1), "thang") &&
	     !pw_token_is_word(tokens, at(tokens, 1), "thg")) ||
	    !pw_date_day(at(tokens, 2), &month))
		return false;
	if (pw_token_is_sign(at(tokens, i), ","))
		i++;
	if (pw_token_is_word(tokens, at(tokens, i), "nam"))
		i++;
	if (!pw_date_year(at(tokens, i), &year))
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

	if (!pw_date_year(at(tokens, 0), &year) ||
	    !pw_token_is_word(tokens, at(tokens, 1), "оны") ||
	    !pw_date_day(at(tokens, 2), &month) || month > 12 ||
	    !pw_token_is_sign(at(tokens, 3), "-") ||
	    at(tokens, 4)->kind != PW_TOKEN_WORD ||
	    !pw_token_is_word(tokens, at(tokens, 5), "сарын") ||
	    !pw_date_day(at(tokens, 6), &day))
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

bool pw_date_match_named(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	return match_vietnamese(tokens, ret) || pw_date_match_roman(tokens, ret) ||
	       match_day_month(tokens, false, ret) ||
	       match_month_day(tokens, false, ret) || match_year_month(tokens, ret) ||
	       match_month_number(tokens, ret);
}

bool pw_date_match_named_partial(const struct pw_tokens *tokens,
				 struct pw_date_match *ret)
{
	return match_day_month(tokens, true, ret) || match_month_day(tokens, true, ret);
}
