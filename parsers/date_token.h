/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date_token.h - a text as numbers, words and signs, for the date readers.
 *
 * Inside the date code only.  Tokens are read ahead into a sliding window,
 * so that a text of any length costs the same few kilobytes.
 */
#ifndef PW_PARSERS_DATE_TOKEN_H
#define PW_PARSERS_DATE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parsers/datenames.h"

enum pw_token_kind { PW_TOKEN_END, PW_TOKEN_NUMBER, PW_TOKEN_WORD, PW_TOKEN_SIGN };

struct pw_token {
	enum pw_token_kind kind;
	size_t start, end; /* bytes of the text */
	uint32_t value;    /* NUMBER: its value; SIGN: the code point; WORD: its first */
	uint8_t digits;    /* NUMBER: how many, at most 20 */
	bool has_gap;      /* blanks stand before it */
	uint8_t line_ends; /* line ends before it, at most 2 */
};

enum {
	PW_TOKENS_BEHIND = 12,
	PW_TOKENS_AHEAD = 36,
	PW_TOKENS_STEP = 48, /* the window slides by so many at once */
};

struct pw_tokens {
	const char *text;
	size_t len;
	size_t read; /* bytes tokenised so far */
	struct pw_token window[PW_TOKENS_BEHIND + 1 + PW_TOKENS_AHEAD + PW_TOKENS_STEP];
	int n;  /* tokens in the window */
	int at; /* the current one */
};

void pw_tokens_init(struct pw_tokens *tokens, const char *text, size_t len);
/* Go to the next token; false at the end. */
bool pw_tokens_next(struct pw_tokens *tokens);
/* The token at a distance from the current one (-PW_TOKENS_BEHIND ..
   PW_TOKENS_AHEAD); kind PW_TOKEN_END beyond the text. */
const struct pw_token *pw_token_at(const struct pw_tokens *tokens, int distance);

/* Is the token the sign cp / the word (a key: lower case, no accents)? */
bool pw_token_is_sign(const struct pw_token *token, const char *signs);
bool pw_token_is_word(const struct pw_tokens *tokens, const struct pw_token *token,
		      const char *key);

/* Look up the name that begins at distance, joined from up to four tokens
   without line ends ("a. m.", "tháng"); *ret_n says how many it took. */
struct pw_date_name pw_token_name(const struct pw_tokens *tokens, int distance,
				  int *ret_n);
/* The name that ends at distance, going backwards. */
struct pw_date_name pw_token_name_before(const struct pw_tokens *tokens, int distance,
					 int *ret_n);

#endif
