/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_parts.h - what the files of the matcher share.
 */
#ifndef PW_RULES_MATCH_PARTS_H
#define PW_RULES_MATCH_PARTS_H

#include "rules/match/known_find.h"
#include "rules/match/match.h"
#include "rules/match/tokens.h"

#define PW_MATCH_SCRATCH_BYTES ((size_t)192 << 20) /* tokens of the longest text */
#define PW_MATCH_HITS_MAX      256                 /* identifiers of one message */
#define PW_MATCH_NEAR_MAX      64   /* runs of one message tried for near misses */
#define PW_MATCH_WEAK_MAX      2000 /* weak identifiers whose neighbourhood is read */

struct pw_match_run {
	struct pw_finding *finding;
	const struct pw_ruleset *ruleset; /* NULL allowed: vendors by their names only */
	const struct pw_known *known;
	const struct pw_mail *mail;
	const bool *layer_wanted;
	struct pw_arena *scratch; /* goes when the matching is done */
	size_t cap_identifiers;
	unsigned n_near_tried, n_weak_tried;
	bool is_exhausted;
};

/* One text of a layer: its subject or its words. */
struct pw_match_text {
	const struct pw_layer *layer;
	const char *text;
	size_t len;
	struct pw_tokens tokens;
};

/* A run of tokens [first, last] that could be an identifier. */
struct pw_match_span {
	size_t first, last;
	char normal[PW_IDENTIFIER_MAX + 1];
	size_t n_normal;
	enum pw_join join; /* the loosest between its tokens */
};

/* match_identifiers.c: fill finding->identifiers of one text. */
void pw_match_identifiers(struct pw_match_run *run, struct pw_match_text *text);

/* match_near.c: is the span one edit from an identifier of ours? */
bool pw_match_near(struct pw_match_run *run, const struct pw_match_span *span,
		   struct pw_known_contract *ret, const char **ret_why);

/* match_evidence.c: what speaks for an identifier that is too short to speak
   for itself; NULL: nothing does. */
const char *pw_match_evidence(struct pw_match_run *run, const struct pw_match_text *text,
			      const struct pw_match_span *span,
			      const struct pw_known_contract *contract);

#endif
