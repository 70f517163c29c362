/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter.h - which of many regexes can match a text at all, in one pass over it.
 *
 * Looks for the strings that each regex cannot do without (literals.h), by
 * vectorscan where it was built in, by own tables of 3- and 4-byte grams
 * otherwise.  A regex without such strings is always a candidate, so that the
 * verdict is the same with either and with none.
 */
#ifndef PW_RULES_PREFILTER_H
#define PW_RULES_PREFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/mem.h"

enum pw_prefilter_mode {
	PW_PREFILTER_AUTO, /* vectorscan when present, else grams */
	PW_PREFILTER_HS,   /* as AUTO where it is not built in */
	PW_PREFILTER_GRAMS,
	PW_PREFILTER_NONE,
};

struct pw_prefilter;

/* For n regexes (folded).  Owned by the caller. */
struct pw_prefilter *pw_prefilter_new(const char *const *regexes, size_t n,
				      enum pw_prefilter_mode mode);
void pw_prefilter_free(struct pw_prefilter *prefilter);
PW_DEFINE_FREEP(struct pw_prefilter, pw_prefilter_free)

/* Memory for scans; one per thread. */
struct pw_prefilter_scratch;
struct pw_prefilter_scratch *pw_prefilter_scratch_new(
	const struct pw_prefilter *prefilter);
void pw_prefilter_scratch_free(struct pw_prefilter_scratch *scratch);
PW_DEFINE_FREEP(struct pw_prefilter_scratch, pw_prefilter_scratch_free)

/* The regexes that can match text, as indexes in rising order, borrowed from
   scratch until the next call; returns how many. */
size_t pw_prefilter_scan(const struct pw_prefilter *prefilter,
			 struct pw_prefilter_scratch *scratch, const char *text,
			 size_t len, const uint32_t **ret);

/* "vectorscan", "grams" or "none". */
const char *pw_prefilter_name(const struct pw_prefilter *prefilter);
/* True where regex i has no fixed text and always runs. */
bool pw_prefilter_always(const struct pw_prefilter *prefilter, size_t i);

#endif
