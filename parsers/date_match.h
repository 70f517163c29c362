/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date_match.h - the shapes that a date can have, over tokens.
 *
 * Inside the date code only.  A match is what is written; which of several
 * readings is meant (03/04, a month name that two languages use for
 * different months) is decided in date.c.
 */
#ifndef PW_PARSERS_DATE_MATCH_H
#define PW_PARSERS_DATE_MATCH_H

#include "parsers/date.h"
#include "parsers/date_token.h"

struct pw_date_match {
	int first, last;   /* tokens, as distances from the current one */
	int year_at;       /* of a year that stands behind the time, else 0 */
	size_t last_bytes; /* of the last token, when not all of it belongs; else 0 */
	int numbers[3];    /* in the order written; of named months: day, -, year */
	bool is_named;     /* the month is a word: name */
	bool is_year_first;
	bool has_year;
	bool is_two_digit_year;
	bool is_decided; /* units (CJK) or a four-digit year first: no other reading */
	char sign;       /* between numbers: '/', '.', '-', or 0 */
	struct pw_date_name name;
};

/* Does a date begin with the number at the current token (or with the month
   name before it)?  partial: take day and month without a year too. */
bool pw_date_match(const struct pw_tokens *tokens, bool partial,
		   struct pw_date_match *ret);

/* Parts of a date: a year of four digits (of the Buddhist calendar, too), a day
   of the month. */
bool pw_date_year(const struct pw_token *token, int *ret);
bool pw_date_day(const struct pw_token *token, int *ret);
/* Does more of a number or word follow the token there without a blank? */
bool pw_date_runs_on(const struct pw_tokens *tokens, int distance);

/* A day, a month that is a word, and a year; without the year. */
bool pw_date_match_named(const struct pw_tokens *tokens, struct pw_date_match *ret);
bool pw_date_match_named_partial(const struct pw_tokens *tokens,
				 struct pw_date_match *ret);

/* "primo dicembre 2026", "le premier mars 2027": a day that is a word. */
bool pw_date_match_first(const struct pw_tokens *tokens, struct pw_date_match *ret);

/* "13.XII.2026", "5 I 2027": Polish and Czech letters. */
bool pw_date_match_roman(const struct pw_tokens *tokens, struct pw_date_match *ret);

/* The same for dates without a word, in which the order can be in doubt. */
bool pw_date_match_digits(const struct pw_tokens *tokens, struct pw_date_match *ret);

/* What stands around a date. */
struct pw_date_around {
	uint8_t weekdays; /* bits as in struct pw_date_name, 0: none written */
	int first, last;  /* with weekday, time and zone */
	bool has_time, has_offset, has_half;
	int hour, minute, second, offset_minutes;
};

/* Read weekday, time and zone around a match.  search_before: the time may
   also stand anywhere before it. */
void pw_date_look_around(const struct pw_tokens *tokens,
			 const struct pw_date_match *match, bool search_before,
			 struct pw_date_around *ret);

#endif
