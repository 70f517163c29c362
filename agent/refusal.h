/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.h - what follows from a mail server's answer: the mail again without
 * the original, the fallback in the place of who cannot be reached, and word of
 * dead letters.
 */
#ifndef PW_REFUSAL_H
#define PW_REFUSAL_H

#include "agent/delivery.h"
#include "agent/post.h"
#include "rules/engine/ruleset.h"

/* Inside the transaction that records the answer.  row is as it was settled. */
int pw_refusal_follow_up(const struct pw_post *post, const struct pw_ruleset *ruleset,
			 const struct pw_outbox_row *row, enum pw_delivery_next next,
			 struct pw_err *err) PW_MUST_CHECK;

#endif
