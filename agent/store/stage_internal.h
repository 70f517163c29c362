/* SPDX-License-Identifier: Apache-2.0 */
/* stage_internal.h - what stage.c, stage_diff.c and stage_apply.c share. */
#ifndef PW_STORE_STAGE_INTERNAL_H
#define PW_STORE_STAGE_INTERNAL_H

#include "agent/store/contract_row.h"
#include "agent/store/stage.h"

struct pw_stage {
	struct pw_store *store;   /* borrowed */
	struct pw_store *scratch; /* a private database on disk that nobody waits for */
	bool sums_values;
	uint64_t n_lines, n_contracts;
};

/* The staged contracts, whole, in the order of contract_id. */
struct pw_staged {
	struct pw_stmt stmt;
	struct pw_stage *stage;
	struct pw_contract_row row; /* borrowed until the next call */
	struct pw_buf serials;
	char quantity[24], value[32];
};
int pw_staged_open(struct pw_staged *ret, struct pw_stage *stage,
		   struct pw_err *err) PW_MUST_CHECK;
int pw_staged_next(struct pw_staged *staged, struct pw_err *err) PW_MUST_CHECK;
void pw_staged_close(struct pw_staged *staged);
int pw_stage_holds(struct pw_stage *stage, const char *contract_id, bool *ret,
		   struct pw_err *err) PW_MUST_CHECK;

/* The present row of a contract; *ret_row 0: there is none. */
int pw_stage_present(struct pw_stage *stage, const char *contract_id,
		     struct pw_stmt *stmt, struct pw_contract_row *ret, int64_t *ret_row,
		     struct pw_err *err) PW_MUST_CHECK;

/* Calls back for every present contract that is not staged, and says whether
   it was known to be missing. */
typedef int pw_missing_fn(void *self, const struct pw_contract_row *row, int64_t row_id,
			  struct pw_err *err);
int pw_stage_each_present(struct pw_stage *stage, const struct pw_stage_watch *watch,
			  pw_missing_fn *missing, pw_missing_fn *found, void *self,
			  struct pw_err *err) PW_MUST_CHECK;

int pw_stage_stopped(const struct pw_stage_watch *watch,
		     struct pw_err *err) PW_MUST_CHECK;
void pw_stage_progress(const struct pw_stage_watch *watch, uint64_t done, uint64_t total);
void pw_stage_tell(const struct pw_stage_watch *watch, enum pw_change_kind kind,
		   const struct pw_contract_row *before,
		   const struct pw_contract_row *after);

/* open.c: a database of its own that vanishes with it. */
int pw_store_open_scratch(struct pw_store **ret, struct pw_store *like,
			  struct pw_err *err) PW_MUST_CHECK;

#endif
