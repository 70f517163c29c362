/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tokens.h - a text as runs of letters and digits that identifiers are made of.
 *
 * An identifier begins where a run begins and ends where a run ends; between
 * its runs may lie what a mail puts there: blanks, hyphens, dots, a line end
 * with quote marks.  Linear in the text.
 */
#ifndef PW_RULES_TOKENS_H
#define PW_RULES_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"

/* What lies between a token and the one before it. */
enum pw_join {
	PW_JOIN_NONE, /* something that no identifier spans */
	PW_JOIN_DASH, /* hyphens, dots, colons, without blanks */
	PW_JOIN_BLANK,
	PW_JOIN_WRAP, /* a line end */
};

struct pw_token {
	uint32_t unit;       /* first of its characters in units */
	uint32_t n_units;    /* how many */
	uint32_t start, end; /* bytes of the text */
	uint8_t join;        /* enum pw_join */
	bool is_word;        /* holds a letter that no identifier has */
};

struct pw_tokens {
	char *units; /* 0-9 and A-Z of all tokens, one after the other */
	size_t n_units;
	struct pw_token *items;
	size_t n;
};

/* False when the arena is exhausted. */
bool pw_tokens_make(struct pw_arena *arena, const char *text, size_t len,
		    struct pw_tokens *ret);

#endif
