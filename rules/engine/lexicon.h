/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon.h - names of companies and products, found as whole words in a text.
 */
#ifndef PW_RULES_LEXICON_H
#define PW_RULES_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/mem.h"

enum pw_name_kind {
	PW_NAME_RIVAL,
	PW_NAME_RIVAL_AMBIGUOUS, /* a word too: counts only in an introduction */
	PW_NAME_VENDOR,
	PW_NAME_VENDOR_AMBIGUOUS, /* a word too: see pw_name_held() */
	PW_NAME_PRODUCT,
	PW_NAME_HINT,
};

struct pw_lexicon;

struct pw_lexicon *pw_lexicon_new(void);
void pw_lexicon_free(struct pw_lexicon *lexicon);
PW_DEFINE_FREEP(struct pw_lexicon, pw_lexicon_free)

/* Enter a name; "=Name" must be written exactly so, capitals included, and so
   must ambiguous ones.  Other names of vendors and products are found with the endings
   of languages ("Adobes").  The same name may be entered for several owners. */
void pw_lexicon_add(struct pw_lexicon *lexicon, const char *name, enum pw_name_kind kind,
		    int owner);

/* A text to look in: folded, and where each byte came from. */
struct pw_scan_text {
	const char *data; /* NUL-terminated */
	size_t len;
	const uint32_t *origin; /* len + 1 offsets into original */
	const char *original;
	size_t original_len;
};

struct pw_name_hit {
	enum pw_name_kind kind;
	int owner;
	size_t start, end; /* bytes of the folded text */
};

/* The next name at or after *at (longest first; each owner of it one hit);
   false at the end.  *at is moved; start with *at = 0, *again = 0
   and leave *ret alone in between. */
bool pw_lexicon_next(const struct pw_lexicon *lexicon, const struct pw_scan_text *text,
		     size_t *at, size_t *again, struct pw_name_hit *ret);

#endif
