/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.h - the copy of a text that rules and identifiers are matched against.
 *
 * NFKC, full case folding, accents removed where they do not change the
 * letter's identity (e with acute -> e; sharp s -> ss; o with a stroke -> o, ae
 * in one -> ae), confusable Greek and
 * Cyrillic letters inside Latin words made Latin, soft hyphens, zero-width
 * and bidi characters dropped, every kind of space made ' ', every dash '-',
 * every apostrophe and quote ASCII, runs of blanks one blank; line ends stay.
 * Every byte of the copy knows where it came from.
 */
#ifndef PW_PARSERS_FOLD_H
#define PW_PARSERS_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"

struct pw_fold {
	const char *data; /* NUL-terminated UTF-8 */
	size_t len;
	const uint32_t *origin; /* origin[i]: byte of the original that data[i] came from;
				   origin[len] is the original's length */
};

/* Load the tables once, before the sandbox closes. */
void pw_fold_init(void);

/* Fold text (UTF-8, at most PW_MAX_TEXT_BYTES).  False when the arena is
   exhausted; *ret is then untouched. */
bool pw_fold(struct pw_arena *arena, const char *text, size_t len, struct pw_fold *ret);

/* Fold a short string (a name, a phrase of a rule) alone: NULL when the
   arena is exhausted. */
const char *pw_fold_string(struct pw_arena *arena, const char *text);

/* The span of the original that data[start, end) came from. */
void pw_fold_origin(const struct pw_fold *fold, size_t start, size_t end,
		    size_t *ret_start, size_t *ret_end);

#endif
