/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter.h - which of many regexes can match a text, and where, in one pass.
 *
 * Looks for the strings that each regex cannot do without (literals.h), by
 * vectorscan where it was built in, by own tables otherwise (find.h).  A
 * regex without such strings is always a candidate, everywhere, so that the
 * verdict is the same with either and with none.
 */
#ifndef PW_RULES_PREFILTER_H
#define PW_RULES_PREFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"
#include "rules/engine/find.h"

enum pw_prefilter_mode {
	PW_PREFILTER_AUTO, /* vectorscan when present, else grams */
	PW_PREFILTER_HS,   /* as AUTO where it is not built in */
	PW_PREFILTER_GRAMS,
	PW_PREFILTER_NONE,
};

struct pw_prefilter;

/* For n regexes (folded); NULL among them: not asked for.  saved: what
   pw_prefilter_save() wrote once, { NULL, 0 }: nothing.  Owned by the caller. */
struct pw_prefilter *pw_prefilter_new(const char *const *regexes, size_t n,
				      enum pw_prefilter_mode mode, struct pw_saved saved);
void pw_prefilter_free(struct pw_prefilter *prefilter);
PW_DEFINE_FREEP(struct pw_prefilter, pw_prefilter_free)

/* Matches begin at a byte from..to, both included, or there are none.  from
   is the start of a character. */
struct pw_window {
	uint32_t from, to;
};

struct pw_prospect {
	uint32_t regex;
	uint32_t first, n; /* its windows, apart and in rising order */
};

struct pw_prospects {
	const struct pw_prospect *items; /* by rising regex */
	size_t n;
	const struct pw_window *windows;
	bool is_all; /* each regex that was asked for, anywhere; items is NULL */
};

/* The regexes that can match text; uses memory that the prefilter keeps: one
   thread at a time.  *ret lives in arena; false when that is full. */
bool pw_prefilter_scan(struct pw_prefilter *prefilter, struct pw_arena *arena,
		       const char *text, size_t len,
		       struct pw_prospects *ret) PW_MUST_CHECK;

/* How many windows regex i has; *ret borrowed from prospects.  0: it cannot
   match.  Where all are prospects it is one, of the whole text. */
size_t pw_prospects_find(const struct pw_prospects *prospects, size_t i,
			 const struct pw_window **ret);

/* Was the saved database of use, or is none needed? */
bool pw_prefilter_is_saved(const struct pw_prefilter *prefilter);
/* What takes long to make, for a later start; may be nothing. */
void pw_prefilter_save(const struct pw_prefilter *prefilter, struct pw_buf *out);

/* "vectorscan", "grams" or "none". */
const char *pw_prefilter_name(const struct pw_prefilter *prefilter);
/* True where regex i has no fixed text and always runs. */
bool pw_prefilter_always(const struct pw_prefilter *prefilter, size_t i);

#endif
