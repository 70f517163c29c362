/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage_apply.h - an import while it writes (internal): batches, identifiers,
 * sweeping.
 */
#ifndef PW_STORE_STAGE_APPLY_H
#define PW_STORE_STAGE_APPLY_H

#include "agent/store/stage_internal.h"

/* Rows a transaction, or fewer when it takes long. */
#define PW_APPLY_BATCH 1000

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
/* One more was written: give others their turn when it was enough. */
int pw_apply_count(struct pw_apply *apply, struct pw_err *err) PW_MUST_CHECK;
/* Runs a step whose batches are all committed, or the last one undone. */
int pw_apply_in_batches(struct pw_apply *apply,
			int (*step)(struct pw_apply *, struct pw_err *),
			struct pw_err *err) PW_MUST_CHECK;

/* What an import does after the other, for its progress. */
enum pw_apply_phase { PW_APPLY_CONTRACTS, PW_APPLY_IDENTIFIERS };
/* Tell how far a phase is; fails when the import is to stop. */
int pw_apply_progress(struct pw_apply *apply, enum pw_apply_phase phase, uint64_t done,
		      uint64_t total, struct pw_err *err) PW_MUST_CHECK;

/* Number and serials of a row: collected for the index, all that was collected
   into the index, and those of a row out of it. */
int pw_apply_collect_identifiers(struct pw_apply *apply,
				 const struct pw_contract *contract, int64_t row,
				 struct pw_err *err) PW_MUST_CHECK;
int pw_apply_write_identifiers(struct pw_apply *apply, struct pw_err *err) PW_MUST_CHECK;
int pw_apply_remove_identifiers(struct pw_store *store,
				const struct pw_contract *contract, int64_t row,
				struct pw_err *err) PW_MUST_CHECK;

/* Remove what an import wrote that never became present. */
int pw_apply_sweep(struct pw_apply *apply, struct pw_err *err) PW_MUST_CHECK;

#endif
