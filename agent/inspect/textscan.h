/* SPDX-License-Identifier: Apache-2.0 */
/*
 * textscan.h - the last resort for a message that no parser survives.
 *
 * Looks at the bytes as plain text: our identifiers, and the domains of rivals.
 * Nothing is decoded, so it finds only what stands there in clear.
 */
#ifndef PW_INSPECT_TEXTSCAN_H
#define PW_INSPECT_TEXTSCAN_H

#include "rules/engine/finding.h"
#include "rules/engine/ruleset.h"
#include "rules/match/known.h"

#define PW_TEXTSCAN_BYTES ((size_t)4 << 20) /* the rest is not looked at */

/* known NULL allowed.  *ret is owned by the caller; is_solicitation is never
   set, n_hits are the domains of rivals that were seen. */
int pw_textscan(struct pw_finding **ret, const struct pw_ruleset *ruleset,
		const struct pw_known *known, const void *raw, size_t len,
		struct pw_err *err) PW_MUST_CHECK;

#endif
