/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relative_days.c - "the 29th", "the 13th of next month", "in 17 days", in English.
 *
 * Who knows the customer writes no date.  Such a day proves little: it only
 * counts as the end of a contract beside the vendor's name.
 */
#include "rules/engine/relative_days.h"

#include <string.h>

#include "agent/base/str.h"

#define DAYS_AHEAD 60

/* A place in folded text. */
struct place {
	const char *s;
	size_t len;
};

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The text at `at` begins with the word (several with one blank between). */
static bool has_word(struct place text, size_t at, const char *word)
{
	size_t len = strlen(word);

	return text.len - at >= len && memcmp(text.s + at, word, len) == 0 &&
	       (at + len == text.len ||
		(!is_letter(text.s[at + len]) && !is_digit(text.s[at + len])));
}

static bool has_any(struct place text, size_t at, const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (has_word(text, at, words[i]))
			return true;
	return false;
}

static size_t skip_blanks(struct place text, size_t at)
{
	while (at < text.len && text.s[at] == ' ')
		at++;
	return at;
}

static bool is_after(struct place text, size_t at, const char *word)
{
	size_t len = strlen(word);

	return at > len && text.s[at - 1] == ' ' && at - 1 >= len &&
	       memcmp(text.s + at - 1 - len, word, len) == 0 &&
	       (at - 1 == len || !is_letter(text.s[at - 2 - len]));
}

/* The day of that number so many months after that of `near`; with -1 in the first
   month in which it is not past. */
static pw_day day_of_month(pw_day near, int number, int months)
{
	int year, month, day;
	pw_day found;

	pw_day_to_civil(near, &year, &month, &day);
	if (months < 0)
		months = number < day;
	month += months;
	year += (month - 1) / 12;
	month = (month - 1) % 12 + 1;
	return pw_day_from_civil(year, month, number, &found) ? found : PW_DAY_NONE;
}

/* "29th" at `at`: what follows must not make it the 29th of something else. */
static pw_day ordinal_at(struct place text, size_t at, pw_day near)
{
	static const char *const suffixes[] = { "st", "nd", "rd", "th" };
	static const char *const joins[] = { "and", "or", "so",   "then", "unless",
					     "if",  "at", "when", "is",   "isn" };
	size_t n = 1 + (at + 1 < text.len && is_digit(text.s[at + 1])), next;
	int number = text.s[at] - '0';

	if (n == 2)
		number = number * 10 + text.s[at + 1] - '0';
	if (number < 1 || number > 31 ||
	    !has_any(text, at + n, suffixes, PW_ARRAY_LEN(suffixes)))
		return PW_DAY_NONE;
	next = skip_blanks(text, at + n + 2);
	if (has_word(text, next, "of this month") || has_word(text, next, "this month"))
		return day_of_month(near, number, 0);
	if (has_word(text, next, "of next month") || has_word(text, next, "next month"))
		return day_of_month(near, number, 1);
	if (next < text.len &&
	    (is_letter(text.s[next]) || is_digit(text.s[next]) ||
	     (unsigned char)text.s[next] >= 0x80) &&
	    !has_any(text, next, joins, PW_ARRAY_LEN(joins)))
		return PW_DAY_NONE;
	return day_of_month(near, number, -1);
}

/* "17 days": before them "in", or behind them "left". */
static pw_day days_ahead(struct place text, size_t at, size_t end, long number,
			 pw_day near)
{
	static const char *const afters[] = { "left",    "to go",     "from now",
					      "away",    "out",       "from today",
					      "remain",  "remaining", "until",
					      "to spare" };
	size_t next = skip_blanks(text, end);

	if (has_word(text, next, "days"))
		next = skip_blanks(text, next + 4);
	else
		return PW_DAY_NONE;
	if (number < 1 || number > DAYS_AHEAD ||
	    (!is_after(text, at, "in") && !is_after(text, at, "have") &&
	     !has_any(text, next, afters, PW_ARRAY_LEN(afters))))
		return PW_DAY_NONE;
	return near + (pw_day)number;
}

static const char *const numbers[] = {
	"one",     "two",     "three",     "four",     "five",     "six",      "seven",
	"eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen", "fourteen",
	"fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
};

static pw_day word_at(struct place text, size_t at, pw_day near)
{
	size_t i;

	if (has_word(text, at, "tomorrow"))
		return near + 1;
	for (i = 0; i < PW_ARRAY_LEN(numbers); i++)
		if (has_word(text, at, numbers[i]))
			return days_ahead(text, at, at + strlen(numbers[i]), (long)i + 1,
					  near);
	return PW_DAY_NONE;
}

static pw_day digits_at(struct place text, size_t at, pw_day near)
{
	size_t end = at;
	long number = 0;

	while (end < text.len && is_digit(text.s[end]) && end - at < 3)
		number = number * 10 + text.s[end++] - '0';
	if (end < text.len && is_digit(text.s[end]))
		return PW_DAY_NONE;
	if (end - at <= 2 && end < text.len && is_letter(text.s[end]))
		return is_after(text, at, "the") || is_after(text, at, "on")
			       ? ordinal_at(text, at, near)
			       : PW_DAY_NONE;
	return days_ahead(text, at, end, number, near);
}

size_t pw_relative_days(const char *text, size_t len, pw_day near, pw_day *ret,
			size_t max)
{
	const struct place place = { text, len };
	size_t at, n = 0;
	pw_day day;

	if (near == PW_DAY_NONE)
		return 0;
	for (at = 0; at < len && n < max; at++) {
		if (at > 0 && (is_letter(text[at - 1]) || is_digit(text[at - 1])))
			continue;
		day = is_digit(text[at])    ? digits_at(place, at, near)
		      : is_letter(text[at]) ? word_at(place, at, near)
					    : PW_DAY_NONE;
		if (day != PW_DAY_NONE)
			ret[n++] = day;
	}
	return n;
}
