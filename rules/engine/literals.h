/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals.h - what must stand in a text for a regex to match it at all.
 *
 * Reads a (folded) regex and gives clauses, of which every match satisfies at
 * least one: strings that must occur, and how long a run of digits must.
 * Where it does not understand a construct it gives none, and the regex is
 * always run: a prefilter must never cost a hit.
 */
#ifndef PW_RULES_LITERALS_H
#define PW_RULES_LITERALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"

#define PW_LITERAL_MAX_LEN 24  /* bytes of a string; longer ones are cut in two */
#define PW_LITERALS_MAX    128 /* strings of a need; with more it is dropped */
#define PW_NEEDS_MAX       4   /* of a clause; the worst are dropped */
#define PW_CLAUSES_MAX     64  /* of a regex; with more they become one */

/* Characters that text is made of where shapes of identifiers are looked for. */
enum pw_run {
	PW_RUN_DIGITS,
	PW_RUN_CODE, /* ASCII letters, digits, hyphen */
	PW_N_RUNS
};

/* What \w matches in a folded text. */
static inline bool pw_is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

struct pw_literal {
	char text[PW_LITERAL_MAX_LEN];
	unsigned char len;
	bool is_word_start; /* not after an ASCII letter or digit */
	bool is_word_end;
	bool at_start, at_end; /* of its part: for the reader of regexes alone */
};

/* Where a match can begin before a string of a need. */
enum pw_reach {
	PW_REACH_BYTES, /* at most `before` bytes */
	PW_REACH_WORD,  /* so many before the word that is `before` bytes back */
	PW_REACH_LINE,  /* in the line that is `before` bytes back */
	PW_REACH_TEXT,  /* anywhere */
};

/* Strings of which one must occur in each match. */
struct pw_need {
	struct pw_literal *items;
	size_t n;
	enum pw_reach reach;
	uint32_t before;
};

struct pw_clause {
	struct pw_need needs[PW_NEEDS_MAX]; /* all of them; the best first */
	size_t n_needs;
	unsigned runs[PW_N_RUNS]; /* least length of a run of such characters */
};

struct pw_clauses {
	struct pw_clause *items;
	size_t n; /* 0: nothing is known, run it always */
};

/* *ret lives in arena; n is 0 where the arena's maximum is reached, too. */
void pw_literals_of(struct pw_arena *arena, const char *regex, struct pw_clauses *ret);

/* Length of the shortest string, a word's boundaries counted as one; 0: no needs. */
size_t pw_need_quality(const struct pw_need *need);

#endif
