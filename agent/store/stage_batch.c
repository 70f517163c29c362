/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage_batch.c - short transactions with pauses, in which a running agent
 * gets its turn.
 */
#include <time.h>

#include "agent/store/stage_apply.h"

#define BATCH_MS 15 /* a transaction takes no longer */
#define PAUSE_MS 4  /* other writers look every 2 ms (open.c) */

int pw_apply_open_batch(struct pw_apply *apply, struct pw_err *err)
{
	if (apply->is_open)
		return 0;
	if (pw_store_begin(apply->stage->store, err) < 0)
		return -1;
	apply->is_open = true;
	apply->in_batch = 0;
	apply->batch_began_ms = pw_monotonic_ms(apply->stage->store->clock);
	return 0;
}

static int close_batch(struct pw_apply *apply, struct pw_err *err)
{
	if (!apply->is_open)
		return 0;
	if (pw_store_commit(apply->stage->store, err) < 0)
		return -1;
	apply->is_open = false;
	return 0;
}

int pw_apply_count(struct pw_apply *apply, struct pw_err *err)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000L * 1000L };
	struct pw_store *store = apply->stage->store;

	if (++apply->in_batch < PW_APPLY_BATCH &&
	    pw_monotonic_ms(store->clock) - apply->batch_began_ms < BATCH_MS)
		return 0;
	if (close_batch(apply, err) < 0)
		return -1;
	if (store->path)
		nanosleep(&pause, NULL);
	return 0;
}

int pw_apply_in_batches(struct pw_apply *apply,
			int (*step)(struct pw_apply *, struct pw_err *),
			struct pw_err *err)
{
	if (step(apply, err) == 0 && close_batch(apply, err) == 0)
		return 0;
	if (apply->is_open)
		pw_store_rollback(apply->stage->store);
	apply->is_open = false;
	return -1;
}
