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

/* Folded; "try", "cad" and "ron" are words of other trades. */
static const char *const signs[] = { "$",
				     "\xC2\xA3" /* pound */,
				     "\xC2\xA5" /* yen, yuan */,
				     "\xE2\x82\xA9" /* won */,
				     "\xE2\x82\xAA" /* shekel */,
				     "\xE2\x82\xAC" /* euro */,
				     "\xE2\x82\xB9" /* rupee */,
				     "\xE2\x82\xBA" /* lira */ };
static const char *const currencies[] = {
	"aud", "brl", "chf", "cny", "czk", "dkk", "eur", "euro", "euros", "gbp", "huf",
	"inr", "jpy", "kr",  "krw", "nok", "pln", "sek", "sgd",  "usd",   "zar", "zl",
};
static const char *const behind_numbers[] = {
	"k",
	"grand",
	"quid",
	"bucks",
	"cash",
	"kc",
	"dollars",
	"pounds",
	"lei",
	"\xE5\x85\x83" /* yuan */,
	"\xE5\x86\x86" /* yen */,
	"\xEC\x9B\x90" /* won */
};

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
	size_t i, n;

	for (i = 0; i < PW_ARRAY_LEN(signs); i++) {
		n = strlen(signs[i]);
		if (n <= len && memcmp(s, signs[i], n) == 0)
			return n;
	}
	return 0;
}

/* Bytes of the word at s if it is one of the list, 0: none. */
static size_t word_at(const char *s, size_t len, const char *const *words, size_t n_words)
{
	size_t i, n;

	for (i = 0; i < n_words; i++) {
		n = strlen(words[i]);
		if (n <= len && memcmp(s, words[i], n) == 0 &&
		    (n == len || !is_word(s[n])))
			return n;
	}
	return 0;
}

/* What stands behind a number and makes it money. */
static bool is_money(const char *s, size_t len)
{
	return sign_at(s, len) || word_at(s, len, currencies, PW_ARRAY_LEN(currencies)) ||
	       word_at(s, len, behind_numbers, PW_ARRAY_LEN(behind_numbers));
}

bool pw_names_price(const char *text, size_t len)
{
	size_t at, n;

	for (at = 0; at < len; at++) {
		n = sign_at(text + at, len - at);
		if (!n && (at == 0 || !is_word(text[at - 1])))
			n = word_at(text + at, len - at, currencies,
				    PW_ARRAY_LEN(currencies));
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
			if (is_money(text + at, len - at))
				return true;
			at--;
		}
	}
	return false;
}
