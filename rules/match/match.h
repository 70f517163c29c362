/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.h - find our identifiers and our customers in a mail.
 *
 * Dictionary first, shape second: every run of the text that could be an
 * identifier is normalised and looked up; breaks by spaces, hyphens, line
 * wraps, soft hyphens and zero-width characters do not count.
 */
#ifndef PW_RULES_MATCH_H
#define PW_RULES_MATCH_H

#include "rules/engine/finding.h"
#include "rules/engine/ruleset.h"
#include "rules/match/known.h"

/* Fill identifiers and customers of the finding for the layers that the
   solicitation thread spans (layer_wanted[id] true).  Results live in the
   finding's arena. */
int pw_match(struct pw_finding *finding, const struct pw_ruleset *ruleset,
	     const struct pw_known *known, const struct pw_mail *mail,
	     const bool *layer_wanted, struct pw_err *err) PW_MUST_CHECK;

#endif
