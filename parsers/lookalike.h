/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike.h - Greek and Cyrillic letters that stand in Latin words unseen.
 */
#ifndef PW_PARSERS_LOOKALIKE_H
#define PW_PARSERS_LOOKALIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The Latin letter (lower case) that cp looks like, '\0': none. */
char pw_lookalike(uint32_t cp);

/* Is the word that begins at text Latin with lookalikes in it?  A word of
   lookalikes alone is one where it has a digit (a serial number).  *ret_len
   is the word's length in bytes, or more where no blank follows it. */
bool pw_is_disguised(const char *text, size_t len, size_t *ret_len);

static inline bool pw_is_ascii_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

#endif
