/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headerblock.h - the header block that a client prints above a mail.
 *
 * Inside the unwrapping code only.  A block is three or more known labels of
 * any language, From and Subject or Date among them.
 */
#ifndef PW_PARSERS_HEADERBLOCK_H
#define PW_PARSERS_HEADERBLOCK_H

#include "parsers/bodyline.h"
#include "parsers/labels.h"

struct pw_field {
	const char *text; /* arena, one line; NULL: not in the block */
	size_t len;
};

struct pw_headerblock {
	size_t first, end; /* lines of the body: [first, end) */
	size_t rest;       /* bytes of line end - 1 that belong to the body text
			      (collapsed blocks), 0: none */
	uint16_t depth;
	unsigned n_labels;
	struct pw_field fields[PW_LABEL_KINDS];
	const char *language;      /* static, of most labels; NULL: unknown */
	const char *date_language; /* the one its date is probably written in */
	const char *found_by;      /* static */
};

/* How much stands before a block to say that it is one. */
enum pw_block_hint {
	PW_BLOCK_BARE,     /* nothing */
	PW_BLOCK_EXPECTED, /* nothing, but the mail around it replies or forwards */
	PW_BLOCK_RULED,    /* a rule, or a client's forward container */
	PW_BLOCK_NAMED,    /* "Forwarded message", "Original Message" */
};

/* Does a block begin at line i? */
bool pw_headerblock_read(struct pw_arena *arena, struct pw_body *body, size_t i,
			 enum pw_block_hint hint, struct pw_headerblock *ret);

/* Count the languages of a label; a word that is English too counts as that. */
void pw_languages_count(unsigned *counts, uint64_t languages);

/* The code of the commonest language in counts (one per pw_languages). */
const char *pw_language_of(const unsigned *counts, bool prefer_foreign);

#endif
