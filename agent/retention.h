/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention.h - how far the clock is believed where something is forgotten.
 *
 * Everything else that a wrong clock does is mended with the clock; what was
 * forgotten is gone.  So the time that retention counts by follows a jump ahead
 * slowly: after a long pause it catches up, a day with each call, and a clock
 * that is put right within a day or so has cost nothing.
 */
#ifndef PW_RETENTION_H
#define PW_RETENTION_H

#include "agent/store/store.h"

#define PW_RETENTION_STEP_MS (INT64_C(24) * 3600 * 1000)

/* The time to count by, at most the wall clock's: kept in the store.  To be
   called at the start and once an hour. */
int pw_retention_now(struct pw_store *store, int64_t wall_ms, int64_t *ret_ms,
		     struct pw_err *err) PW_MUST_CHECK;

#endif
