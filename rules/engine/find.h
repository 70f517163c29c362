/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find.h - where many strings stand in a text, in one pass over it.
 *
 * Two ways with the same answers: own tables of grams, always there, and
 * vectorscan (or Hyperscan), where it was built in.  Private to prefilter*.c.
 */
#ifndef PW_RULES_FIND_H
#define PW_RULES_FIND_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/mem.h"

/* Two bytes at least. */
struct pw_find_string {
	const char *text;
	size_t len;
};

/* String number index stands at start; of one string in rising order. */
typedef void pw_find_hit(void *context, uint32_t index, size_t start);

struct pw_grams;
/* Strings are borrowed until pw_grams_free(). */
struct pw_grams *pw_grams_new(const struct pw_find_string *strings, size_t n);
void pw_grams_free(struct pw_grams *grams);
void pw_grams_scan(const struct pw_grams *grams, const char *text, size_t len,
		   pw_find_hit *hit, void *context);

struct pw_hs;
/* NULL where vectorscan is not built in or refuses. */
struct pw_hs *pw_hs_new(const struct pw_find_string *strings, size_t n);
void pw_hs_free(struct pw_hs *hs);
void pw_hs_scan(const struct pw_hs *hs, const char *text, size_t len, pw_find_hit *hit,
		void *context);

#endif
