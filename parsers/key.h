/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.h - short keys for looking up words of any language in our tables.
 *
 * A key is the word without what clients, fonts and transcoding change:
 * case folded, compatibility forms decomposed (full width, ligatures),
 * accents, zero-width and bidi characters dropped, every apostrophe ', every
 * run of blanks one blank.  Only words of tables are compared so; texts go through
 * fold.h.
 */
#ifndef PW_PARSERS_KEY_H
#define PW_PARSERS_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PW_KEY_MAX 96 /* bytes of a key with its NUL */

enum pw_key_flags {
	PW_KEY_NO_BLANKS = 1 << 0, /* drop blanks, full stops and apostrophes too */
};

/* Write the key of text into out (PW_KEY_MAX bytes, NUL-terminated) and
   return its length; 0 when there is none or it would not fit. */
size_t pw_key(char out[PW_KEY_MAX], const char *text, size_t len, unsigned flags);

/* Characters that take no room: zero-width, bidi controls, soft hyphen, BOM. */
bool pw_cp_is_invisible(uint32_t cp);
/* Any blank of Unicode, the tab and the no-break spaces; not line ends. */
bool pw_cp_is_blank(uint32_t cp);

#endif
