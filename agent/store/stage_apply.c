/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage_apply.c - making the staged contracts the present ones.
 *
 * Everything is written under the next generation, which nobody sees, in
 * short transactions with pauses in which a running agent gets its turn; then
 * one tiny transaction moves `live`.  What a killed import left is swept
 * before the next one.
 */
#include <stdio.h>

#include "agent/base/str.h"
#include "agent/store/stage_apply.h"

#define PROGRESS_EVERY 250

static int insert_contract(struct pw_apply *apply, const struct pw_contract_row *row,
			   struct pw_err *err)
{
	struct pw_store *store = apply->stage->store;
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "INSERT INTO contract(" PW_CONTRACT_COLUMNS ", from_gen, since_ms)"
		       " VALUES (" PW_CONTRACT_PLACEHOLDERS ",?,?)",
		       err) < 0)
		return -1;
	pw_contract_row_bind(&stmt, row);
	pw_db_int(&stmt, apply->gen);
	pw_db_int(&stmt, apply->now_ms);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	return pw_apply_collect_identifiers(apply, &row->contract,
					    sqlite3_last_insert_rowid(store->db), err);
}

static int end_contract(struct pw_apply *apply, int64_t row, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, apply->stage->store,
		       "UPDATE contract SET to_gen = ? WHERE row = ?", err) < 0)
		return -1;
	pw_db_int(&stmt, apply->gen);
	pw_db_int(&stmt, row);
	return pw_db_run(&stmt, err);
}

/* A status that moved means that somebody of ours cared. */
static int touch_contract(struct pw_apply *apply, const struct pw_contract *before,
			  const struct pw_contract *after, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	char note[96];

	if (before->status == after->status)
		return 0;
	snprintf(note, sizeof note, "status %s, was %s", pw_status_name(after->status),
		 pw_status_name(before->status));
	if (pw_db_stmt(&stmt, apply->stage->store,
		       "INSERT INTO touch(contract_id, at_ms, kind, note, gen)"
		       " VALUES (?,?,'import',?,?)",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, after->contract_id);
	pw_db_int(&stmt, apply->now_ms);
	pw_db_text(&stmt, note);
	pw_db_int(&stmt, apply->gen);
	return pw_db_run(&stmt, err);
}

static int write_one(struct pw_apply *apply, const struct pw_contract_row *after,
		     int64_t row, const struct pw_contract_row *before,
		     struct pw_err *err)
{
	if (row) {
		apply->counts.changed++;
		pw_stage_tell(apply->watch, PW_CHANGE_CHANGED, before, after);
		if (touch_contract(apply, &before->contract, &after->contract, err) < 0 ||
		    end_contract(apply, row, err) < 0)
			return -1;
	} else {
		apply->counts.added++;
		pw_stage_tell(apply->watch, PW_CHANGE_ADDED, NULL, after);
	}
	return insert_contract(apply, after, err);
}

/* Look at the present contract, and write the staged one where they differ
   and a batch is open for it; else *ret_waits. */
static int compare_one(struct pw_apply *apply, const struct pw_contract_row *after,
		       bool *ret_waits, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	struct pw_contract_row before;
	int64_t row;

	*ret_waits = false;
	if (pw_stage_present(apply->stage, after->contract.contract_id, &stmt, &before,
			     &row, err) < 0)
		return -1;
	if (row && pw_contract_row_differs(&before, after, 0) < 0) {
		apply->counts.unchanged++;
		return 0;
	}
	*ret_waits = !apply->is_open;
	return *ret_waits ? 0 : write_one(apply, after, row, &before, err);
}

/* Outside a batch the look is over before one opens: a transaction that
   begins while an older state is being read cannot write. */
static int apply_one(struct pw_apply *apply, const struct pw_contract_row *after,
		     struct pw_err *err)
{
	bool waits;

	if (compare_one(apply, after, &waits, err) < 0)
		return -1;
	if (waits && (pw_apply_open_batch(apply, err) < 0 ||
		      compare_one(apply, after, &waits, err) < 0))
		return -1;
	return apply->is_open ? pw_apply_count(apply, err) : 0;
}

int pw_apply_progress(struct pw_apply *apply, enum pw_apply_phase phase, uint64_t done,
		      uint64_t total, struct pw_err *err)
{
	static const uint64_t starts_at[] = { 0, 60, 100 }; /* percent */
	const uint64_t first = starts_at[phase], share = starts_at[phase + 1] - first;
	const uint64_t all = apply->stage->n_contracts;

	pw_stage_progress(apply->watch,
			  all * (first * total + share * done) / total / 100, all);
	return pw_stage_stopped(apply->watch, err);
}

static int write_all(struct pw_apply *apply, struct pw_err *err)
{
	PW_CLEANUP(pw_staged_close) struct pw_staged staged;
	uint64_t done = 0;
	int step = pw_staged_open(&staged, apply->stage, err);

	if (step < 0)
		return -1;
	while ((step = pw_staged_next(&staged, err)) == 1) {
		if (apply_one(apply, &staged.row, err) < 0)
			return -1;
		if (++done % PROGRESS_EVERY == 0 &&
		    pw_apply_progress(apply, PW_APPLY_CONTRACTS, done,
				      apply->stage->n_contracts, err) < 0)
			return -1;
	}
	return step;
}

/* In one batch: mark that something is on its way, sweeping what was. */
static int prepare(struct pw_apply *apply, struct pw_err *err)
{
	struct pw_store *store = apply->stage->store;
	int64_t staging;

	if (pw_apply_open_batch(apply, err) < 0 ||
	    pw_db_number(store, "SELECT coalesce(staging, 0) FROM generation", &staging,
			 err) < 0 ||
	    (staging && pw_apply_sweep(apply, err) < 0) ||
	    pw_db_number(store, "SELECT live + 1 FROM generation", &apply->gen, err) < 0)
		return -1;
	return pw_db_exec(store, "UPDATE generation SET staging = live + 1", err);
}

/* The one moment in which everything becomes true. */
static int switch_over(struct pw_apply *apply, struct pw_err *err)
{
	struct pw_store *store = apply->stage->store;
	const struct pw_stage_counts *counts = &apply->counts;
	PW_STMT stmt = { 0 };

	if (pw_apply_open_batch(apply, err) < 0)
		return -1;
	if (!counts->added && !counts->changed)
		return pw_db_exec(store, "UPDATE generation SET staging = NULL", err);
	if (pw_db_exec(store,
		       "UPDATE generation SET live = staging, staging = NULL,"
		       " version = version + 1",
		       err) < 0 ||
	    pw_db_stmt(&stmt, store,
		       "INSERT INTO import(gen, at_ms, lines, added, changed)"
		       " VALUES (?,?,?,?,?)",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, apply->gen);
	pw_db_int(&stmt, apply->now_ms);
	pw_db_int(&stmt, (int64_t)counts->lines);
	pw_db_int(&stmt, (int64_t)counts->added);
	pw_db_int(&stmt, (int64_t)counts->changed);
	return pw_db_run(&stmt, err);
}

/* Marks on present contracts: since when an import did not list them. */

static int set_missing(struct pw_apply *apply, int64_t row, int64_t ms,
		       struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_apply_open_batch(apply, err) < 0 ||
	    pw_db_stmt(&stmt, apply->stage->store,
		       "UPDATE contract SET missing_ms = ? WHERE row = ?", err) < 0)
		return -1;
	pw_db_id(&stmt, ms);
	pw_db_int(&stmt, row);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	return pw_apply_count(apply, err);
}

static int mark_missing(void *self, const struct pw_contract_row *row, int64_t id,
			struct pw_err *err)
{
	struct pw_apply *apply = self;

	apply->counts.missing++;
	pw_stage_tell(apply->watch, PW_CHANGE_MISSING, row, NULL);
	return row->missing_ms ? 0 : set_missing(apply, id, apply->now_ms, err);
}

static int mark_found(void *self, const struct pw_contract_row *row, int64_t id,
		      struct pw_err *err)
{
	return row->missing_ms ? set_missing(self, id, 0, err) : 0;
}

static int mark_all(struct pw_apply *apply, struct pw_err *err)
{
	return pw_stage_each_present(apply->stage, NULL, mark_missing, mark_found, apply,
				     err);
}

/* Batches need not be on the disk one by one: the last commit brings all of
   them there. */
static int set_durable(struct pw_store *store, bool is_durable, struct pw_err *err)
{
	return pw_db_exec(store,
			  is_durable ? "PRAGMA synchronous = FULL"
				     : "PRAGMA synchronous = NORMAL",
			  err);
}

static int write_and_switch(struct pw_apply *apply, struct pw_err *err)
{
	struct pw_store *store = apply->stage->store;
	struct pw_err ignored = PW_ERR_INIT;

	if (set_durable(store, false, err) < 0)
		return -1;
	if (pw_apply_in_batches(apply, prepare, err) < 0 ||
	    pw_apply_in_batches(apply, write_all, err) < 0 ||
	    pw_apply_in_batches(apply, pw_apply_write_identifiers, err) < 0) {
		/* Nobody sees what was written; sweep it now where that works. */
		if (pw_apply_in_batches(apply, pw_apply_sweep, &ignored) < 0)
			ignored.code = PW_OK;
		set_durable(store, true, &ignored);
		return -1;
	}
	if (set_durable(store, true, err) < 0)
		return -1;
	return pw_apply_in_batches(apply, switch_over, err);
}

int pw_stage_apply(struct pw_stage *stage, const struct pw_stage_watch *watch,
		   struct pw_stage_counts *ret, struct pw_err *err)
{
	struct pw_apply apply = { .stage = stage,
				  .watch = watch,
				  .now_ms = pw_wall_ms(stage->store->clock) };

	apply.counts.lines = stage->n_lines;
	apply.counts.contracts = stage->n_contracts;
	if (write_and_switch(&apply, err) < 0)
		return -1;
	pw_lock_tell(stage->store);
	if (pw_apply_in_batches(&apply, mark_all, err) < 0)
		return pw_err_wrap(err, "contracts are imported, but those that are "
					"missing could not be marked");
	*ret = apply.counts;
	return 0;
}
