/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.h - find our identifiers and our customers in a mail.
 *
 * Dictionary first, shape second: every run of the text that could be an
 * identifier is normalised and looked up; breaks by spaces, hyphens, line
 * wraps, soft hyphens and zero-width characters do not count.  An identifier
 * that is short enough to turn up by chance needs a label or its vendor near.
 */
#ifndef PW_RULES_MATCH_H
#define PW_RULES_MATCH_H

#include "rules/engine/finding.h"
#include "rules/engine/ruleset.h"
#include "rules/match/known.h"

/* Why an identifier counts that needs no label; others are shorter. */
#define PW_WHY_EXACT "exact"

/* Fill identifiers and customers of the finding for the layers that are
   wanted (layer_wanted[id] true).  Vendors that the finding has already count
   as evidence.  Customers come surest first; identifiers in the order of the
   mail, at most 256; near ones are hints only.  known NULL allowed: nothing
   is found.  Results live in the finding's arena.  Past a maximum
   PW_CAPPED_MEMORY is set and what was found stays; fails only with PW_ELIMIT
   when nothing fitted. */
int pw_match(struct pw_finding *finding, const struct pw_ruleset *ruleset,
	     const struct pw_known *known, const struct pw_mail *mail,
	     const bool *layer_wanted, struct pw_err *err) PW_MUST_CHECK;

/* Fill the customers anew, when it is known which layer solicits, who its
   recipients are and who passed it on: then addresses tell more. */
void pw_match_customers(struct pw_finding *finding, const struct pw_known *known,
			const struct pw_mail *mail, const bool *layer_wanted);

#endif
