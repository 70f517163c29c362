/* SPDX-License-Identifier: Apache-2.0 */
/* date_token.c - see date_token.h. */
#include "parsers/date_token.h"

#include <unicode/uchar.h>

#include "agent/base/str.h"
#include "parsers/key.h"

enum {
	NAME_BYTES_MAX = 48,
	NAME_TOKENS_MAX = 6,
	DIGITS_MAX = 20,
	WORD_BYTES_MAX = 64, /* longer runs of letters name nothing; keep spans short */
};

static const struct pw_token no_token = { .kind = PW_TOKEN_END };

/* Scripts that put no blanks between words: each character is a word. */
static bool stands_alone(uint32_t cp)
{
	return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

static bool is_ascii_letter(uint32_t cp)
{
	return (cp | 0x20) - 'a' < 26;
}

static bool is_letter(uint32_t cp)
{
	if (cp < 0x80)
		return is_ascii_letter(cp);
	return u_isalpha((UChar32)cp) ||
	       (U_GET_GC_MASK((UChar32)cp) & (U_GC_MN_MASK | U_GC_MC_MASK)) != 0;
}

static int digit_value(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= '0' && cp <= '9' ? (int)cp - '0' : -1;
	if (stands_alone(
		    cp)) /* ideographs count too, but are not how dates are printed */
		return -1;
	return u_charDigitValue((UChar32)cp);
}

static size_t skip_blanks(struct pw_tokens *tokens, struct pw_token *token)
{
	size_t at = tokens->read, step;
	uint32_t cp;

	while (at < tokens->len) {
		if (tokens->text[at] > ' ') /* most often: ASCII that is no blank */
			break;
		step = pw_utf8_next(tokens->text + at, tokens->len - at, &cp);
		if (cp == '\n' && token->line_ends < 2)
			token->line_ends++;
		if (cp == '\n' || cp == '\r' || pw_cp_is_blank(cp))
			token->has_gap = true;
		else if (!pw_cp_is_invisible(cp))
			break;
		at += step;
	}
	return at;
}

static size_t read_number(struct pw_tokens *tokens, size_t at, struct pw_token *token)
{
	size_t step;
	uint32_t cp;
	int digit;

	for (; at < tokens->len; at += step) {
		step = pw_utf8_next(tokens->text + at, tokens->len - at, &cp);
		digit = digit_value(cp);
		if (digit < 0)
			break;
		if (token->digits < 9)
			token->value = token->value * 10 + (uint32_t)digit;
		if (token->digits < DIGITS_MAX)
			token->digits++;
	}
	return at;
}

/* Behind ASCII, most other scripts begin another word: Indian endings are glued
   to "PM".  Not Greek and Cyrillic, whose letters stand in for Latin ones. */
static bool goes_on_from_ascii(uint32_t cp)
{
	return cp < 0x590 || (cp >= 0x1E00 && cp <= 0x1EFF);
}

static size_t read_word(struct pw_tokens *tokens, size_t at)
{
	size_t start = at, step;
	bool after_ascii = at && is_ascii_letter((unsigned char)tokens->text[at - 1]);
	uint32_t cp;

	for (; at < tokens->len && at - start < WORD_BYTES_MAX; at += step) {
		step = 1;
		if (is_ascii_letter((unsigned char)tokens->text[at])) {
			after_ascii = true;
			continue;
		}
		step = pw_utf8_next(tokens->text + at, tokens->len - at, &cp);
		if (!is_letter(cp) || stands_alone(cp) ||
		    (after_ascii && !goes_on_from_ascii(cp)))
			break;
		after_ascii = false;
	}
	return at;
}

static bool read_token(struct pw_tokens *tokens, struct pw_token *token)
{
	uint32_t cp;
	size_t step;

	*token = (struct pw_token){ 0 };
	token->start = token->end = skip_blanks(tokens, token);
	tokens->read = token->start;
	step = pw_utf8_next(tokens->text + token->start, tokens->len - token->start, &cp);
	if (!step)
		return false;
	if (digit_value(cp) >= 0) {
		token->kind = PW_TOKEN_NUMBER;
		token->end = read_number(tokens, token->start, token);
	} else {
		token->kind = is_letter(cp) ? PW_TOKEN_WORD : PW_TOKEN_SIGN;
		token->value = cp;
		token->end = token->start + step;
		if (token->kind == PW_TOKEN_WORD && !stands_alone(cp))
			token->end = read_word(tokens, token->end);
	}
	tokens->read = token->end;
	return true;
}

static void forget(struct pw_tokens *tokens)
{
	const int drop = tokens->at - PW_TOKENS_BEHIND;

	memmove(tokens->window, tokens->window + drop,
		sizeof(tokens->window[0]) * (size_t)(tokens->n - drop));
	tokens->n -= drop;
	tokens->at -= drop;
}

static void fill(struct pw_tokens *tokens)
{
	while (tokens->n - tokens->at <= PW_TOKENS_AHEAD) {
		if (tokens->n == (int)PW_ARRAY_LEN(tokens->window))
			forget(tokens);
		if (!read_token(tokens, &tokens->window[tokens->n]))
			break;
		tokens->n++;
	}
}

void pw_tokens_init(struct pw_tokens *tokens, const char *text, size_t len)
{
	tokens->text = text;
	tokens->len = len;
	tokens->read = 0;
	tokens->n = 0;
	tokens->at = 0;
	fill(tokens);
	tokens->at = -1;
}

bool pw_tokens_next(struct pw_tokens *tokens)
{
	tokens->at++;
	fill(tokens);
	return tokens->at < tokens->n;
}

const struct pw_token *pw_token_at(const struct pw_tokens *tokens, int distance)
{
	int i = tokens->at + distance;

	return i >= 0 && i < tokens->n ? &tokens->window[i] : &no_token;
}

bool pw_token_is_sign(const struct pw_token *token, const char *signs)
{
	size_t len, at = 0;
	uint32_t cp;

	if (token->kind != PW_TOKEN_SIGN)
		return false;
	if (token->value < 0x80)
		return token->value && strchr(signs, (int)token->value);
	for (len = strlen(signs); at < len;) {
		at += pw_utf8_next(signs + at, len - at, &cp);
		if (cp == token->value)
			return true;
	}
	return false;
}

bool pw_token_is_word(const struct pw_tokens *tokens, const struct pw_token *token,
		      const char *key)
{
	char found[PW_KEY_MAX], first;

	if (token->kind != PW_TOKEN_WORD)
		return false;
	/* Words are compared by the dozen, and most begin otherwise. */
	first = tokens->text[token->start];
	if (!(first & 0x80) && (first ^ *key) & ~0x20)
		return false;
	return pw_key(found, tokens->text + token->start, token->end - token->start,
		      PW_KEY_NO_BLANKS) &&
	       strcmp(found, key) == 0;
}

static bool may_be_in_name(const struct pw_token *token)
{
	return token->kind == PW_TOKEN_WORD || pw_token_is_sign(token, ".'’׳");
}

static bool means_something(const struct pw_date_name *name)
{
	return name->n_rows != 0;
}

struct pw_date_name pw_token_name(const struct pw_tokens *tokens, int distance,
				  int *ret_n)
{
	const struct pw_token *first = pw_token_at(tokens, distance), *last;
	struct pw_date_name name = { 0 };
	size_t n;

	if (first->kind != PW_TOKEN_WORD ||
	    !pw_date_name_may_begin(tokens->text + first->start,
				    first->end - first->start))
		return name;
	for (n = 1; n < NAME_TOKENS_MAX; n++) {
		const struct pw_token *next = pw_token_at(tokens, distance + (int)n);

		if (!may_be_in_name(next) || next->line_ends)
			break;
	}
	for (; n > 0; n--) {
		last = pw_token_at(tokens, distance + (int)n - 1);
		if (last->kind != PW_TOKEN_WORD ||
		    last->end - first->start > NAME_BYTES_MAX)
			continue;
		name = pw_date_name_find(tokens->text + first->start,
					 last->end - first->start);
		if (means_something(&name)) {
			*ret_n = (int)n;
			return name;
		}
	}
	/* Hebrew glues "in" to the month. */
	if (first->value == 0x5D1 && first->end - first->start > 4) {
		name = pw_date_name_find(tokens->text + first->start + 2,
					 first->end - first->start - 2);
		*ret_n = 1;
	}
	return name;
}

struct pw_date_name pw_token_name_before(const struct pw_tokens *tokens, int distance,
					 int *ret_n)
{
	struct pw_date_name name = { 0 };
	int n, took;

	for (n = NAME_TOKENS_MAX - 1; n >= 0; n--) {
		if (pw_token_at(tokens, distance - n)->kind != PW_TOKEN_WORD)
			continue;
		name = pw_token_name(tokens, distance - n, &took);
		if (means_something(&name) && took == n + 1) {
			*ret_n = took;
			return name;
		}
	}
	return (struct pw_date_name){ 0 };
}
