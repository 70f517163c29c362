/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redraft.h - write a mail about a message that was decided earlier.
 *
 * The finding is in the store; what it means is resolved and judged anew over
 * today's contracts.  For updates of a thread, for alerts that a server would
 * not take with the original, and for those that the fallback gets.
 */
#ifndef PW_REDRAFT_H
#define PW_REDRAFT_H

#include "agent/alert_mail.h"

struct pw_redraft {
	struct pw_arena *arena;
	struct pw_finding *finding;
	struct pw_resolved *resolved;
	void *raw;
	struct pw_alert_mail mail; /* filled but for kind, unique and reason */
};

/* 1: *ret holds what the mail needs (pw_redraft_done() by the caller); 0: the
   message or its finding is not kept any more; -1: error.  with_original:
   fetch the raw message too. */
int pw_redraft_message(struct pw_redraft *ret, const struct pw_post *post,
		       const struct pw_ruleset *ruleset, int64_t message_id,
		       bool with_original, struct pw_err *err) PW_MUST_CHECK;
void pw_redraft_done(struct pw_redraft *redraft);

#endif
