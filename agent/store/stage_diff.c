/* SPDX-License-Identifier: Apache-2.0 */
/* stage_diff.c - what an import would change. */
#include <stdio.h>

#include "agent/base/str.h"
#include "agent/store/stage_internal.h"

/* Present contracts are walked in pieces, so that no reading holds back the
   clean-up of the write-ahead log. */
#define PIECE       256
#define PIECE_BYTES (32u << 20)

int pw_stage_stopped(const struct pw_stage_watch *watch, struct pw_err *err)
{
	if (watch && watch->is_stopped && watch->is_stopped(watch->self))
		return pw_err_set(err, PW_ECANCELED, "stopped; nothing was changed");
	return 0;
}

void pw_stage_progress(const struct pw_stage_watch *watch, uint64_t done, uint64_t total)
{
	if (watch && watch->progress)
		watch->progress(watch->self, done, total);
}

void pw_stage_tell(const struct pw_stage_watch *watch, enum pw_change_kind kind,
		   const struct pw_contract_row *before,
		   const struct pw_contract_row *after)
{
	const struct pw_change change = { kind, before, after };

	if (watch && watch->change)
		watch->change(watch->self, &change);
}

int pw_stage_present(struct pw_stage *stage, const char *contract_id,
		     struct pw_stmt *stmt, struct pw_contract_row *ret, int64_t *ret_row,
		     struct pw_err *err)
{
	int step;

	if (pw_db_stmt(stmt, stage->store,
		       "SELECT " PW_CONTRACT_COLUMNS ", row FROM present"
		       " WHERE contract_id = ?",
		       err) < 0)
		return -1;
	pw_db_text(stmt, contract_id);
	step = pw_db_step(stmt, err);
	if (step < 0)
		return -1;
	*ret_row = 0;
	if (step) {
		pw_contract_row_read(stmt, NULL, ret);
		*ret_row = pw_db_get_int(stmt);
	}
	return 0;
}

struct piece_row {
	struct pw_contract_row row;
	int64_t id;
};

/* The next present contracts after an id. */
static int read_piece(struct pw_stage *stage, const char *after, struct pw_arena *arena,
		      struct piece_row *rows, size_t *ret_n, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	size_t n = 0;
	int step;

	if (pw_db_stmt(&stmt, stage->store,
		       "SELECT " PW_CONTRACT_COLUMNS ", row, missing_ms FROM present"
		       " WHERE contract_id > ? ORDER BY contract_id LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, after);
	pw_db_int(&stmt, PIECE);
	while ((step = pw_db_step(&stmt, err)) == 1) {
		pw_contract_row_read(&stmt, arena, &rows[n].row);
		rows[n].id = pw_db_get_int(&stmt);
		rows[n++].row.missing_ms = pw_db_get_int(&stmt);
		if (pw_arena_exhausted(arena))
			return pw_db_full_arena(err);
	}
	*ret_n = n;
	return step;
}

int pw_stage_each_present(struct pw_stage *stage, const struct pw_stage_watch *watch,
			  pw_missing_fn *missing, pw_missing_fn *found, void *self,
			  struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *after = pw_strdup("");
	PW_CLEANUP(pw_freep)
	struct piece_row *rows = pw_alloc(PIECE, sizeof *rows);
	size_t n, i;

	do {
		PW_CLEANUP(pw_arena_freep)
		struct pw_arena *arena = pw_arena_new(PIECE_BYTES);

		if (pw_stage_stopped(watch, err) < 0 ||
		    read_piece(stage, after, arena, rows, &n, err) < 0)
			return -1;
		for (i = 0; i < n; i++) {
			bool holds;
			pw_missing_fn *fn;

			if (pw_stage_holds(stage, rows[i].row.contract.contract_id,
					   &holds, err) < 0)
				return -1;
			fn = holds ? found : missing;
			if (fn && fn(self, &rows[i].row, rows[i].id, err) < 0)
				return -1;
		}
		if (n) {
			free(after);
			after = pw_strdup(rows[n - 1].row.contract.contract_id);
		}
	} while (n == PIECE);
	return 0;
}

struct diff {
	const struct pw_stage_watch *watch;
	struct pw_stage_counts counts;
};

static int tell_missing(void *self, const struct pw_contract_row *row, int64_t row_id,
			struct pw_err *err)
{
	struct diff *diff = self;

	(void)row_id;
	(void)err;
	diff->counts.missing++;
	pw_stage_tell(diff->watch, PW_CHANGE_MISSING, row, NULL);
	return 0;
}

static int diff_one(struct pw_stage *stage, const struct pw_contract_row *after,
		    struct diff *diff, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	struct pw_contract_row before;
	int64_t row;

	if (pw_stage_present(stage, after->contract.contract_id, &stmt, &before, &row,
			     err) < 0)
		return -1;
	if (!row) {
		diff->counts.added++;
		pw_stage_tell(diff->watch, PW_CHANGE_ADDED, NULL, after);
	} else if (pw_contract_row_differs(&before, after, 0) < 0) {
		diff->counts.unchanged++;
	} else {
		diff->counts.changed++;
		pw_stage_tell(diff->watch, PW_CHANGE_CHANGED, &before, after);
	}
	return 0;
}

int pw_stage_diff(struct pw_stage *stage, const struct pw_stage_watch *watch,
		  struct pw_stage_counts *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_staged_close) struct pw_staged staged;
	struct diff diff = {
		watch, { .lines = stage->n_lines, .contracts = stage->n_contracts }
	};
	uint64_t done = 0;
	int step = pw_staged_open(&staged, stage, err);

	if (step < 0)
		return -1;
	while ((step = pw_staged_next(&staged, err)) == 1) {
		if (diff_one(stage, &staged.row, &diff, err) < 0)
			return -1;
		if (++done % PIECE == 0) {
			pw_stage_progress(watch, done, stage->n_contracts);
			if (pw_stage_stopped(watch, err) < 0)
				return -1;
		}
	}
	if (step < 0 ||
	    pw_stage_each_present(stage, watch, tell_missing, NULL, &diff, err) < 0)
		return -1;
	*ret = diff.counts;
	return 0;
}

bool pw_change_next(const struct pw_change *change, int *at, const char **ret_column,
		    char ret_before[256], char ret_after[256])
{
	int column = pw_contract_row_differs(change->before, change->after, *at);

	if (column < 0)
		return false;
	*at = column + 1;
	*ret_column = pw_contract_row_name(column);
	pw_contract_row_show(change->before, column, ret_before);
	pw_contract_row_show(change->after, column, ret_after);
	return true;
}
