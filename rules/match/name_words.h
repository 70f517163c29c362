/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_words.h - company names as words, so that spellings of one compare equal.
 *
 * "Brandt Feinguss GmbH" and "BRANDT-FEINGUSS" are the words brandt,
 * feinguss; legal forms and connectors are marked and do not count.  In
 * scripts without spaces every character is a word.
 */
#ifndef PW_RULES_NAME_WORDS_H
#define PW_RULES_NAME_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"
#include "agent/base/buf.h"

/* What lies between a word and the next one. */
enum pw_gap {
	PW_GAP_TIED, /* blanks, hyphens or nothing */
	PW_GAP_SOFT, /* a comma, stop, ampersand or one line end: a name may go on */
	PW_GAP_HARD, /* anything else, or the end */
};

struct pw_name_word {
	const char *word;    /* folded, without dots and apostrophes */
	uint32_t start, end; /* bytes of the folded text */
	enum pw_gap gap;     /* after it */
	bool is_line_end;    /* a line ends after it */
	bool is_legal_form;  /* GmbH, Inc, S.p.A. ... */
	bool is_connector;   /* and, und, et ... */
	bool is_ideograph;   /* one character of a script without spaces */
};

/* The words of a folded text (pw_fold()), at most max; *ret in arena.  0
   also when the arena is exhausted. */
size_t pw_name_words(struct pw_arena *arena, const char *folded, size_t len, size_t max,
		     struct pw_name_word **ret);

/* Write the words that count of words[0..n), joined by blanks: legal forms at
   either end, connectors and a leading "the" are left out.  Returns how many
   words were written; *ret_had_form (NULL allowed) tells of a legal form. */
size_t pw_name_key(const struct pw_name_word *words, size_t n, struct pw_buf *out,
		   bool *ret_had_form);

#endif
