/* SPDX-License-Identifier: Apache-2.0 */
/*
 * normalise.h - the forms in which identifiers and company names are compared.
 */
#ifndef PW_RULES_NORMALISE_H
#define PW_RULES_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"

/* Normalised identifiers are between these lengths; what is shorter cannot
   tell anything, what is longer is none. */
#define PW_IDENTIFIER_MIN 5
#define PW_IDENTIFIER_MAX 64

/* An identifier in the form both sides are compared in: upper case, ASCII
   letters and digits only (full-width and look-alike characters made ASCII).
   Writes at most max bytes with NUL; returns the length, 0 where nothing is
   left or it does not fit. */
size_t pw_identifier_normalise(const char *text, size_t len, char *out, size_t max);

/* What one code point is to an identifier. */
enum pw_unit {
	PW_UNIT_CHAR,     /* a letter or digit of it: *ret_char */
	PW_UNIT_NOTHING,  /* invisible: as if it were not there */
	PW_UNIT_BLANK,    /* may lie between its groups: blanks ... */
	PW_UNIT_DASH,     /* ... hyphens, dots, colons, stars ... */
	PW_UNIT_LINE_END, /* ... line ends, and quote marks after them */
	PW_UNIT_QUOTE_MARK,
	PW_UNIT_LETTER, /* a letter that no identifier holds: it is part of a word */
	PW_UNIT_OTHER,  /* ends it */
};
enum pw_unit pw_unit_of(uint32_t cp, char *ret_char);

/* O and 0, I, l and 1, S and 5, B and 8 look alike: the one that stands for
   both.  c is upper case. */
char pw_unit_skeleton(char c);

#endif
