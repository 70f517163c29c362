/* SPDX-License-Identifier: Apache-2.0 */
/* date_around.c - the weekday, time and zone beside a date. */
#include "parsers/date_match.h"

#include "agent/base/str.h"
#include "parsers/date_zone.h"

enum {
	WORDS_MAX = 4, /* fillers between a date and its time: "a las", "um" */
	FILLER_BYTES_MAX = 16,
	NO_TIME = -1000, /* tokens are counted from the current one */
	BEFORE_MAX = 10, /* tokens before a date in which its time may stand */
};

static const struct pw_token *at(const struct pw_tokens *tokens, int distance)
{
	return pw_token_at(tokens, distance);
}

static bool is_number_to(const struct pw_token *token, uint32_t max)
{
	return token->kind == PW_TOKEN_NUMBER && token->digits <= 2 &&
	       token->value <= max;
}

/* A sign or unit between hour and minute. */
static bool is_time_sign(const struct pw_tokens *tokens, int i, bool dotted)
{
	const struct pw_token *token = at(tokens, i);

	if (pw_token_is_sign(token, ":：∶"))
		return true;
	if (dotted && pw_token_is_sign(token, "."))
		return !token->has_gap && !at(tokens, i + 1)->has_gap;
	if (token->kind != PW_TOKEN_WORD)
		return false;
	return token->value == 0x65F6 || token->value == 0x6642 ||
	       token->value == 0x70B9 || token->value == 0xC2DC ||
	       pw_token_is_word(tokens, token, "h");
}

static bool is_unit_only(const struct pw_token *token)
{
	return token->kind == PW_TOKEN_WORD &&
	       (token->value == 0x5206 || token->value == 0xBD84 ||
		token->value == 0x79D2 || token->value == 0xCD08);
}

/* Half of the day at i: 0 none, 1 before, 2 after noon; *ret_n its tokens. */
static int half_at(const struct pw_tokens *tokens, int i, int *ret_n)
{
	struct pw_date_name name;
	int n;

	if (at(tokens, i)->kind != PW_TOKEN_WORD || at(tokens, i)->line_ends)
		return 0;
	/* Chinese and Japanese: two ideographs, whatever follows. */
	if (at(tokens, i)->value >= 0x3400 && at(tokens, i)->value <= 0x9FFF) {
		if (at(tokens, i + 1)->kind != PW_TOKEN_WORD)
			return 0;
		name = pw_date_name_find(tokens->text + at(tokens, i)->start,
					 at(tokens, i + 1)->end - at(tokens, i)->start);
		*ret_n = 2;
		return name.halves;
	}
	name = pw_token_name(tokens, i, &n);
	if (name.halves)
		*ret_n = n;
	return name.halves;
}

static void apply_half(struct pw_date_around *around, int half)
{
	around->has_half = true;
	if (half == 2 && around->hour < 12)
		around->hour += 12;
	else if (half == 1 && around->hour == 12)
		around->hour = 0;
}

/* The minutes at i + 2 of an hour at i: "12.1" is a version. */
static bool is_minute(const struct pw_tokens *tokens, int i, bool dotted)
{
	const struct pw_token *minute = at(tokens, i + 2);

	return is_time_sign(tokens, i + 1, dotted) && is_number_to(minute, 59) &&
	       (minute->digits == 2 || !pw_token_is_sign(at(tokens, i + 1), "."));
}

/* "11 h", "14 Uhr" */
static bool is_hour_word(const struct pw_tokens *tokens, int i)
{
	static const char *const words[] = { "h", "hs", "hrs", "uhr" };
	const struct pw_token *token = at(tokens, i);
	size_t k;

	for (k = 0; k < PW_ARRAY_LEN(words) && token->kind == PW_TOKEN_WORD; k++)
		if (!token->line_ends && pw_token_is_word(tokens, token, words[k]))
			return true;
	return false;
}

/* Read "9:31[:20][.5] [PM]" at i; half: what stood before it.  Returns the
   token after it, NO_TIME when none is there. */
static int read_time(const struct pw_tokens *tokens, int i, bool dotted, int half,
		     struct pw_date_around *ret)
{
	int took = 0, after;

	if (!is_number_to(at(tokens, i), 23))
		return NO_TIME;
	after = half_at(tokens, i + 1, &took);
	if (is_minute(tokens, i, dotted)) {
		ret->minute = (int)at(tokens, i + 2)->value;
		ret->hour = (int)at(tokens, i)->value;
		ret->second = 0;
		i += 3;
	} else if ((half || after) && at(tokens, i)->value <= 12) {
		ret->hour = (int)at(tokens, i)->value;
		ret->minute = ret->second = 0;
		i += 1;
	} else if (is_hour_word(tokens, i + 1)) {
		ret->hour = (int)at(tokens, i)->value;
		ret->minute = ret->second = 0;
		i += 2;
	} else {
		return NO_TIME;
	}
	if (is_unit_only(at(tokens, i)))
		i++;
	if (is_time_sign(tokens, i, dotted) && is_number_to(at(tokens, i + 1), 60)) {
		ret->second = (int)at(tokens, i + 1)->value;
		i += 2;
	} else if (is_number_to(at(tokens, i), 59) && is_unit_only(at(tokens, i + 1))) {
		ret->second = (int)at(tokens, i)->value;
		i += 2;
	}
	if (pw_token_is_sign(at(tokens, i), ".") && !at(tokens, i + 1)->has_gap &&
	    at(tokens, i + 1)->kind == PW_TOKEN_NUMBER)
		i += 2; /* fractions of a second */
	ret->has_time = true;
	after = half_at(tokens, i, &took);
	if (after || half) {
		apply_half(ret, after ? after : half);
		i += after ? took : 0;
	}
	if (pw_token_is_sign(at(tokens, i), ".") && after)
		i++;
	return i;
}

/* "+0100", "-04:00", "+3" at i; the number of tokens, 0: none. */
static int numeric_zone(const struct pw_tokens *tokens, int i, bool short_ok,
			int *ret_minutes)
{
	const struct pw_token *number = at(tokens, i + 1);
	bool east = pw_token_is_sign(at(tokens, i), "+");
	int n = 2, minutes;

	if ((!east && !pw_token_is_sign(at(tokens, i), "-−")) ||
	    number->kind != PW_TOKEN_NUMBER || number->has_gap)
		return 0;
	if (number->digits == 4) {
		minutes = (int)(number->value / 100 * 60 + number->value % 100);
	} else if (number->digits <= 2 && pw_token_is_sign(at(tokens, i + 2), ":") &&
		   is_number_to(at(tokens, i + 3), 59)) {
		minutes = (int)(number->value * 60 + at(tokens, i + 3)->value);
		n = 4;
	} else if (short_ok && number->digits <= 2) {
		minutes = (int)number->value * 60;
	} else {
		return 0;
	}
	if (minutes > 14 * 60)
		return 0;
	*ret_minutes = east ? minutes : -minutes;
	return n;
}

/* The zone at i, with or without brackets.  Returns the token after it. */
static int read_zone(const struct pw_tokens *tokens, int i, struct pw_date_around *ret)
{
	int start = i, n, minutes = 0;
	bool is_named, in_brackets;

	if (at(tokens, i)->line_ends)
		return start;
	in_brackets = pw_token_is_sign(at(tokens, i), "([");
	i += in_brackets;
	n = pw_date_zone(tokens, i, &minutes);
	is_named = n > 0;
	i += n;
	n = numeric_zone(tokens, i, is_named, &minutes);
	i += n;
	if (!is_named && !n)
		return start;
	ret->has_offset = true;
	ret->offset_minutes = minutes;
	if (in_brackets && pw_token_is_sign(at(tokens, i), ")]"))
		i++;
	else if (n && pw_token_is_sign(at(tokens, i), "(") &&
		 at(tokens, i + 1)->kind == PW_TOKEN_WORD &&
		 pw_token_is_sign(at(tokens, i + 2), ")"))
		i += 3; /* "+0100 (CET)" */
	return i;
}

/* "15.05 Uhr MEZ": a word between a time and its zone. */
static bool is_clock_word(const struct pw_tokens *tokens, int i)
{
	static const char *const words[] = { "uhr", "hrs", "hours", "น" };
	size_t k;

	for (k = 0; k < PW_ARRAY_LEN(words); k++)
		if (!at(tokens, i)->line_ends &&
		    pw_token_is_word(tokens, at(tokens, i), words[k]))
			return true;
	return false;
}

static int read_zone_after_time(const struct pw_tokens *tokens, int i,
				struct pw_date_around *ret)
{
	int end = read_zone(tokens, i, ret);

	if (end > i || !is_clock_word(tokens, i))
		return end;
	end = read_zone(tokens, i + 1, ret);
	return end > i + 1 ? end : i;
}

/* Weekday, time and zone after the date. */
static void look_after(const struct pw_tokens *tokens, struct pw_date_around *ret)
{
	int i = ret->last + 1, words = 0, half = 0, took = 0, end;
	struct pw_date_name name;

	for (; i < ret->last + 14 && i < PW_TOKENS_AHEAD - 14; i++) {
		const struct pw_token *token = at(tokens, i);

		if (token->kind == PW_TOKEN_END || token->line_ends > 1)
			return;
		end = ret->has_time ? NO_TIME : read_time(tokens, i, true, half, ret);
		if (end != NO_TIME) {
			if (!ret->has_offset)
				end = read_zone_after_time(tokens, end, ret);
			ret->last = end - 1;
			return;
		}
		/* "2026年11月9日 GMT+8 15:05": the zone may stand first. */
		end = ret->has_offset || pw_token_is_sign(token, "+-−")
			      ? i
			      : read_zone(tokens, i, ret);
		if (end > i) {
			i = end - 1;
			continue;
		}
		if (token->kind == PW_TOKEN_NUMBER)
			return;
		if (token->kind == PW_TOKEN_SIGN) {
			if (!pw_token_is_sign(token, ".,()[]（）-–·@،，、॰"))
				return;
			continue;
		}
		half = half_at(tokens, i, &took);
		if (half) {
			i += took - 1;
			continue;
		}
		name = pw_token_name(tokens, i, &took);
		if (name.weekdays) {
			if (!ret->weekdays)
				ret->weekdays = name.weekdays;
			i += took - 1;
			ret->last = i;
			continue;
		}
		if (token->end - token->start > FILLER_BYTES_MAX || ++words > WORDS_MAX)
			return;
	}
}

/* The last letters of a serial number ("FL2218A04C") are no weekday. */
static bool is_of_serial(const struct pw_tokens *tokens, int i)
{
	const struct pw_token *token = at(tokens, i);

	return token->kind == PW_TOKEN_WORD && token->value < 0x80 && !token->has_gap &&
	       at(tokens, i - 1)->kind == PW_TOKEN_NUMBER;
}

/* The weekday before the date: "Wed, ", "Dienstag, den ". */
static void look_before(const struct pw_tokens *tokens, struct pw_date_around *ret)
{
	int i, took = 0, words = 0;

	for (i = ret->first - 1; i > ret->first - 6; i--) {
		const struct pw_token *token = at(tokens, i);
		struct pw_date_name name;

		if (token->kind == PW_TOKEN_NUMBER || token->kind == PW_TOKEN_END)
			return;
		if (token->kind == PW_TOKEN_SIGN) {
			if (!pw_token_is_sign(token, ".,()（）'’׳،॰"))
				return;
			continue;
		}
		if (is_of_serial(tokens, i))
			return;
		name = pw_token_name_before(tokens, i, &took);
		if (name.weekdays) {
			ret->weekdays = name.weekdays;
			ret->first = i - took + 1;
			return;
		}
		if (token->end - token->start > 6 || ++words > 1)
			return;
	}
}

static void look_for_time_before(const struct pw_tokens *tokens,
				 struct pw_date_around *ret)
{
	int i, end, took = 0, half = 0;

	for (i = ret->first - BEFORE_MAX; i < ret->first; i++) {
		struct pw_date_around time = *ret;
		int found = half_at(tokens, i, &took);

		half = found ? found : half;
		end = read_time(tokens, i, false, half, &time);
		if (end == NO_TIME || end > ret->first)
			continue;
		read_zone(tokens, end, &time);
		*ret = time;
		ret->first = i;
		return;
	}
}

void pw_date_look_around(const struct pw_tokens *tokens,
			 const struct pw_date_match *match, bool search_before,
			 struct pw_date_around *ret)
{
	*ret = (struct pw_date_around){ .first = match->first, .last = match->last };
	look_before(tokens, ret);
	look_after(tokens, ret);
	if (ret->last < match->year_at)
		ret->last = match->year_at;
	if (search_before && !ret->has_time)
		look_for_time_before(tokens, ret);
}
