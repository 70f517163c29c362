/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage_apply.h - an import while it writes (internal): batches, identifiers,
 * sweeping.
 */
#ifndef PW_STORE_STAGE_APPLY_H
#define PW_STORE_STAGE_APPLY_H

#include "agent/store/stage_internal.h"

#define PW_APPLY_BATCH 250 /* contracts a transaction, or fewer when it takes long */

struct pw_apply {
	struct pw_stage *stage;
	const struct pw_stage_watch *watch;
	struct pw_stage_counts counts;
	int64_t gen; /* the generation that is being written */
	int64_t now_ms;
	bool is_open; /* a batch */
	int64_t batch_began_ms;
	unsigned in_batch;
};

/* A batch is open only while something was written: looking holds up nobody. */
int pw_apply_open_batch(struct pw_apply *apply, struct pw_err *err) PW_MUST_CHECK;
int pw_apply_close_batch(struct pw_apply *apply, struct pw_err *err) PW_MUST_CHECK;
/* One more was written: give others their turn when it was enough. */
int pw_apply_count(struct pw_apply *apply, struct pw_err *err) PW_MUST_CHECK;
/* Runs a step whose batches are all committed, or the last one undone. */
int pw_apply_in_batches(struct pw_apply *apply,
			int (*step)(struct pw_apply *, struct pw_err *),
			struct pw_err *err) PW_MUST_CHECK;

/* Number and serials of a row, into the index or (is_removal) out of it. */
int pw_apply_identifiers(struct pw_store *store, const char *number, const char *serials,
			 int64_t row, bool is_removal, struct pw_err *err) PW_MUST_CHECK;

/* Remove what an import wrote that never became present. */
int pw_apply_sweep(struct pw_apply *apply, struct pw_err *err) PW_MUST_CHECK;

#endif
