/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find.h - where many strings stand in a text, in one pass over it.
 *
 * Strings that begin with a word have a way of their own; for the others there
 * are two with the same answers: own tables of grams, always there, and
 * vectorscan (or Hyperscan), where it was built in.  Private to prefilter*.c.
 */
#ifndef PW_RULES_FIND_H
#define PW_RULES_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/buf.h"
#include "agent/base/mem.h"

/* Two bytes at least; borrowed until the finder is freed. */
struct pw_find_string {
	const char *text;
	size_t len;
};

/* Told that string number index stands at start; of one string in rising order. */
struct pw_find_listener {
	void (*hit)(void *context, uint32_t index, size_t start);
	void *context;
};

/* Strings that begin with an ASCII letter or digit, found only where none is
   before it. */
struct pw_words;
struct pw_words *pw_words_new(const struct pw_find_string *strings, size_t n);
void pw_words_free(struct pw_words *words);
void pw_words_scan(const struct pw_words *words, const char *text, size_t len,
		   const struct pw_find_listener *listener);

struct pw_grams;
struct pw_grams *pw_grams_new(const struct pw_find_string *strings, size_t n);
void pw_grams_free(struct pw_grams *grams);
void pw_grams_scan(const struct pw_grams *grams, const char *text, size_t len,
		   const struct pw_find_listener *listener);

/* A database made before, NULL: none; one of other strings, of another
   version or machine, or a damaged one is not used. */
struct pw_saved {
	const void *bytes;
	size_t len;
};

struct pw_hs;
/* NULL where vectorscan is not built in or refuses. */
struct pw_hs *pw_hs_new(const struct pw_find_string *strings, size_t n,
			struct pw_saved saved);
/* Was it made from saved bytes? */
bool pw_hs_is_saved(const struct pw_hs *hs);
/* For a later pw_hs_new(); nothing where it cannot be saved. */
void pw_hs_save(const struct pw_hs *hs, struct pw_buf *out);
void pw_hs_free(struct pw_hs *hs);
void pw_hs_scan(const struct pw_hs *hs, const char *text, size_t len,
		const struct pw_find_listener *listener);

#endif
