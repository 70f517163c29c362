/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.h - one compiled regular expression of a rule.
 *
 * The only module that knows PCRE2.  Compile once, match many times; a
 * pattern is immutable after pw_pattern_new().
 */
#ifndef PW_RULES_PATTERN_H
#define PW_RULES_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/arena.h"
#include "agent/base/buf.h"
#include "agent/base/err.h"

/* Steps that one search may take at one place of the text.  Counted, not
   timed: a verdict must not depend on load. */
#define PW_MATCH_LIMIT 50000u
/* Most bytes of a regular expression, folded. */
#define PW_MAX_REGEX ((size_t)64 << 10)

struct pw_pattern;

/* Compile regex (UTF-8, case-insensitive) after folding its letters as
   texts are folded.  On success *ret is owned by the caller; on failure *ret
   is untouched and *ret_offset is the byte of regex where the mistake is. */
int pw_pattern_new(struct pw_pattern **ret, const char *regex, size_t *ret_offset,
		   struct pw_err *err) PW_MUST_CHECK;
void pw_pattern_free(struct pw_pattern *pattern);
PW_DEFINE_FREEP(struct pw_pattern, pw_pattern_free)

/* The regex as it was compiled: folded. */
const char *pw_pattern_source(const struct pw_pattern *pattern);
/* Names of captures, and how many; each borrowed from the pattern. */
size_t pw_pattern_captures(const struct pw_pattern *pattern, const char *const **ret);

/* What a search needs to write to; one per thread. */
struct pw_search;
struct pw_search *pw_search_new(void);
void pw_search_free(struct pw_search *search);
PW_DEFINE_FREEP(struct pw_search, pw_search_free)

struct pw_span {
	size_t start, end;
};

/* Search text from byte `from` (valid UTF-8).  1 and *ret, 0 without a match,
   -1 with PW_ELIMIT when the search took too many steps. */
int pw_pattern_find(const struct pw_pattern *pattern, struct pw_search *search,
		    const char *text, size_t len, size_t from, struct pw_span *ret,
		    struct pw_err *err);
/* The same for matches that begin at byte `last` or before. */
int pw_pattern_find_within(const struct pw_pattern *pattern, struct pw_search *search,
			   const char *text, size_t len, size_t from, size_t last,
			   struct pw_span *ret, struct pw_err *err);
/* Span of capture i (of pw_pattern_captures()) in the match found last; false
   where it took no part. */
bool pw_pattern_capture(const struct pw_pattern *pattern, const struct pw_search *search,
			size_t i, struct pw_span *ret);

/* A phrase of whole words as a regex: blanks match any white space, hyphens
   a blank too, a final '*' the rest of the word.  Adds to out. */
void pw_phrase_to_regex(struct pw_buf *out, const char *phrase);

/* True when the pattern took more than the limit on one of a few texts made
   to provoke it.  *ret_seconds NULL allowed. */
bool pw_pattern_is_explosive(const struct pw_pattern *pattern, struct pw_search *search);

#endif
