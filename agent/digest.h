/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.h - the watch for one's own sleep: what ends soon, and who has cared.
 *
 * Daily or weekly (alerts.digest), to each owner of a contract that ends
 * within PW_DUE_DAYS, and a summary of all to review_to.
 * It goes out even when there is nothing to tell, so that silence is noticed.
 */
#ifndef PW_DIGEST_H
#define PW_DIGEST_H

#include "agent/post.h"

/* Is a digest due on today?  last: day of the last one, PW_DAY_NONE: never. */
bool pw_digest_is_due(enum pw_digest digest, pw_day last, pw_day today);

/* Called now and then by the loop: queues the digests when they are due and
   remembers the day, in one transaction.  The first call ever only begins
   the count. */
int pw_digest_tick(const struct pw_post *post, struct pw_err *err) PW_MUST_CHECK;

#endif
