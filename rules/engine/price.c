/* SPDX-License-Identifier: Apache-2.0 */
/*
 * price.c - sums of money, by the sign or word of a currency beside a number.
 *
 * Code, for a regex of signs and digits has no word that a prefilter could look
 * for.
 */
#include "rules/engine/price.h"

#include <string.h>

#include "agent/base/mem.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c);
}

/* Bytes of the currency sign at s, 0: none. */
static size_t sign_at(const char *s, size_t len)
{
	static const char *const signs[] = { "$", "\xC2\xA3", "\xC2\xA5",
					     "\xE2\x82\xAC" };
	size_t i, n;

	for (i = 0; i < PW_ARRAY_LEN(signs); i++) {
		n = strlen(signs[i]);
		if (n <= len && memcmp(s, signs[i], n) == 0)
			return n;
	}
	return 0;
}

/* What stands behind a number and makes it money. */
static bool is_money_word(const char *s, size_t len)
{
	static const char *const words[] = { "k", "grand", "quid", "bucks", "cash" };
	size_t i, n;

	for (i = 0; i < PW_ARRAY_LEN(words); i++) {
		n = strlen(words[i]);
		if (n <= len && memcmp(s, words[i], n) == 0 &&
		    (n == len || !is_word(s[n])))
			return true;
	}
	return sign_at(s, len) > 0;
}

bool pw_names_price(const char *text, size_t len)
{
	size_t at, n;

	for (at = 0; at < len; at++) {
		n = sign_at(text + at, len - at);
		if (n) {
			at += n;
			at += at < len && text[at] == ' ';
			if (at < len && is_digit(text[at]))
				return true;
		} else if (is_digit(text[at])) {
			if (at > 0 && is_word(text[at - 1]))
				continue;
			while (at < len &&
			       (is_digit(text[at]) || text[at] == '.' || text[at] == ','))
				at++;
			at += at < len && text[at] == ' ';
			if (is_money_word(text + at, len - at))
				return true;
			at--;
		}
	}
	return false;
}
