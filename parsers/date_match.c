/* SPDX-License-Identifier: Apache-2.0 */
/* date_match.c - see date_match.h. */
#include "parsers/date_match.h"

#include "agent/base/str.h"
#include "parsers/date_calendar.h"

enum { HANGUL_BYTES = 3 };

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
bool pw_date_runs_on(const struct pw_tokens *tokens, int distance)
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

bool pw_date_year(const struct pw_token *token, int *ret)
{
	if (token->kind != PW_TOKEN_NUMBER || token->digits != 4)
		return false;
	*ret = (int)token->value;
	if (*ret >= 2400 && *ret < 2700) /* Buddhist calendar */
		*ret -= 543;
	return *ret >= 1970 && *ret <= 2199;
}

bool pw_date_day(const struct pw_token *token, int *ret)
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
	if (!pw_date_year(number, &year)) {
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
	if (n_short < 2 || part[1]->digits > 2 || pw_date_runs_on(tokens, 4))
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
		return pw_date_year(part[0], &ret->numbers[0]);
	}
	if (part[2]->digits == 4)
		return pw_date_year(part[2], &ret->numbers[2]);
	ret->is_two_digit_year = true;
	if (part[2]->digits == 1 && part[0]->digits == 2 && sign == '/') {
		ret->is_year_first = true; /* "26/11/9": Samsung in Korean */
		ret->numbers[0] += 2000;
		return true;
	}
	return part[2]->digits == 2;
}

/* 27/10 2026: the year stands apart; 27/10-2026 as Scandinavians write. */
static bool match_numbers_year(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	const struct pw_token *first = at(tokens, 0), *second = at(tokens, 2);
	int last = sign_of(at(tokens, 3)) == '-' ? 4 : 3;
	char sign = sign_of(at(tokens, 1));
	int year;

	if (sign != '/' || second->kind != PW_TOKEN_NUMBER || first->digits > 2 ||
	    second->digits > 2 || at(tokens, last)->digits != 4 ||
	    !pw_date_year(at(tokens, last), &year) || at(tokens, 3)->line_ends ||
	    at(tokens, last)->line_ends || pw_date_runs_on(tokens, last))
		return false;
	*ret = (struct pw_date_match){
		.last = last,
		.numbers = { (int)first->value, (int)second->value, year },
		.sign = last == 4 ? '.' : sign, /* no month comes first */
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
	    first->digits > 2 || second->digits > 2 || pw_date_runs_on(tokens, 2))
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
	if (match_digits(tokens, ret) || pw_date_match_named(tokens, ret) ||
	    pw_date_match_calendar(tokens, ret))
		return true;
	return partial && (match_units_partial(tokens, ret) ||
			   pw_date_match_named_partial(tokens, ret) ||
			   match_numbers_partial(tokens, ret));
}
