/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint.h - rules that compile but are not what their author meant.
 *
 * Slow (it probes every regex): for `rules check`, not for the agent.
 */
#ifndef PW_RULES_LINT_H
#define PW_RULES_LINT_H

#include "agent/base/day.h"
#include "rules/engine/ruleset.h"

/* Add warnings: regexes that explode, regexes without fixed text, rules that
   shadow each other, names that are ordinary words, definitions that nothing
   uses, exclusions that ended before today (PW_DAY_NONE: not looked at).  Wrong
   samples (ok:/not:) are errors.  bundle gives the lines shown. */
void pw_ruleset_lint(const struct pw_ruleset *ruleset, const struct pw_bundle *bundle,
		     pw_day today, struct pw_diags *diags);

/* Compile and, where that works, add the warnings.  Nothing is searched with the
   result, so vectorscan's databases are not made. */
void pw_bundle_check(const struct pw_bundle *bundle, pw_day today,
		     struct pw_diags *diags);

/* The samples alone: errors for those that are wrong; returns how many there
   are. */
size_t pw_ruleset_check_samples(const struct pw_ruleset *ruleset,
				const struct pw_bundle *bundle, struct pw_diags *diags);

#endif
