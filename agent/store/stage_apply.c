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
#include <string.h>
#include <time.h>

#include "agent/base/str.h"
#include "agent/store/stage_internal.h"
#include "rules/match/known.h"

#define BATCH          250 /* contracts a transaction ... */
#define BATCH_MS       15  /* ... or as many as this allows */
#define PAUSE_MS       4   /* other writers look every 2 ms (open.c) */
#define IDENTIFIER_MAX 256

struct apply {
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
static int open_batch(struct apply *apply, struct pw_err *err)
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

static int close_batch(struct apply *apply, struct pw_err *err)
{
	if (!apply->is_open)
		return 0;
	if (pw_store_commit(apply->stage->store, err) < 0)
		return -1;
	apply->is_open = false;
	return 0;
}

/* One more was written: give others their turn when it was enough. */
static int count_one(struct apply *apply, struct pw_err *err)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000L * 1000L };
	struct pw_store *store = apply->stage->store;

	if (++apply->in_batch < BATCH &&
	    pw_monotonic_ms(store->clock) - apply->batch_began_ms < BATCH_MS)
		return 0;
	if (close_batch(apply, err) < 0)
		return -1;
	if (store->path)
		nanosleep(&pause, NULL);
	return 0;
}

static int write_identifier(struct pw_store *store, const char *text, size_t len,
			    int64_t row, const char *sql, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	char normal[IDENTIFIER_MAX];

	if (!pw_identifier_normalise(text, len, normal, sizeof normal))
		return 0;
	if (pw_db_open_stmt(&stmt, store, sql, true, err) < 0)
		return -1;
	pw_db_text(&stmt, normal);
	pw_db_int(&stmt, row);
	return pw_db_run(&stmt, err);
}

/* Number and serials, into the index or out of it. */
static int write_identifiers(struct pw_store *store, const char *number,
			     const char *serials, int64_t row, const char *sql,
			     struct pw_err *err)
{
	const char *at = serials ? serials : "";

	if (number && write_identifier(store, number, strlen(number), row, sql, err) < 0)
		return -1;
	while (*at) {
		size_t len = strcspn(at, ";");

		if (write_identifier(store, at, len, row, sql, err) < 0)
			return -1;
		at += len + (at[len] == ';');
	}
	return 0;
}

static const char add_identifier[] =
	"INSERT OR IGNORE INTO identifier(normal, row) VALUES (?, ?)";
static const char remove_identifier[] =
	"DELETE FROM identifier WHERE normal = ? AND row = ?";

static int insert_contract(struct apply *apply, const struct pw_contract_row *row,
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
	return write_identifiers(store, row->contract.number, row->contract.serials,
				 sqlite3_last_insert_rowid(store->db), add_identifier,
				 err);
}

static int end_contract(struct apply *apply, int64_t row, struct pw_err *err)
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
static int touch_contract(struct apply *apply, const struct pw_contract *before,
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

static int is_unchanged(struct apply *apply, const struct pw_contract_row *after,
			bool *ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	struct pw_contract_row before;
	int64_t row;

	if (pw_stage_present(apply->stage, after->contract.contract_id, &stmt, &before,
			     &row, err) < 0)
		return -1;
	*ret = row && pw_contract_row_differs(&before, after, 0) < 0;
	return 0;
}

static int write_one(struct apply *apply, const struct pw_contract_row *after,
		     struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	struct pw_contract_row before;
	int64_t row;

	if (pw_stage_present(apply->stage, after->contract.contract_id, &stmt, &before,
			     &row, err) < 0)
		return -1;
	if (row) {
		apply->counts.changed++;
		pw_stage_tell(apply->watch, PW_CHANGE_CHANGED, &before, after);
		if (touch_contract(apply, &before.contract, &after->contract, err) < 0 ||
		    end_contract(apply, row, err) < 0)
			return -1;
	} else {
		apply->counts.added++;
		pw_stage_tell(apply->watch, PW_CHANGE_ADDED, NULL, after);
	}
	return insert_contract(apply, after, err);
}

/* The first look is over before the batch opens: a transaction that begins
   while an older state is being read cannot write. */
static int apply_one(struct apply *apply, const struct pw_contract_row *after,
		     struct pw_err *err)
{
	bool unchanged;

	if (is_unchanged(apply, after, &unchanged, err) < 0)
		return -1;
	if (unchanged) {
		apply->counts.unchanged++;
		return 0;
	}
	if (open_batch(apply, err) < 0 || write_one(apply, after, err) < 0)
		return -1;
	return count_one(apply, err);
}

static int write_all(struct apply *apply, struct pw_err *err)
{
	PW_CLEANUP(pw_staged_close) struct pw_staged staged;
	const uint64_t total = apply->stage->n_contracts;
	uint64_t done = 0;
	int step = pw_staged_open(&staged, apply->stage, err);

	if (step < 0)
		return -1;
	while ((step = pw_staged_next(&staged, err)) == 1) {
		if (apply_one(apply, &staged.row, err) < 0)
			return -1;
		if (++done % BATCH == 0) {
			pw_stage_progress(apply->watch, done, total);
			if (pw_stage_stopped(apply->watch, err) < 0)
				return -1;
		}
	}
	return step;
}

/* Sweeping: rows of a generation that never became present. */

static int remove_row(void *self, struct pw_stmt *stmt, struct pw_err *err)
{
	struct pw_store *store = ((struct apply *)self)->stage->store;
	PW_STMT remove = { 0 };
	int64_t row = pw_db_get_int(stmt);
	const char *number = pw_db_get_text(stmt, NULL);
	const char *serials = pw_db_get_text(stmt, NULL);

	if (write_identifiers(store, number, serials, row, remove_identifier, err) < 0 ||
	    pw_db_stmt(&remove, store, "DELETE FROM contract WHERE row = ?", err) < 0)
		return -1;
	pw_db_int(&remove, row);
	return pw_db_run(&remove, err);
}

static int revive_row(void *self, struct pw_stmt *stmt, struct pw_err *err)
{
	PW_STMT revive = { 0 };

	if (pw_db_stmt(&revive, ((struct apply *)self)->stage->store,
		       "UPDATE contract SET to_gen = " PW_STORE_LIVE_MAX " WHERE row = ?",
		       err) < 0)
		return -1;
	pw_db_int(&revive, pw_db_get_int(stmt));
	return pw_db_run(&revive, err);
}

static int remove_touch(void *self, struct pw_stmt *stmt, struct pw_err *err)
{
	PW_STMT remove = { 0 };

	if (pw_db_stmt(&remove, ((struct apply *)self)->stage->store,
		       "DELETE FROM touch WHERE id = ?", err) < 0)
		return -1;
	pw_db_int(&remove, pw_db_get_int(stmt));
	return pw_db_run(&remove, err);
}

/* sql gives one row that is in the way, again and again until there is none. */
static int sweep(struct apply *apply, const char *sql,
		 int (*mend)(void *, struct pw_stmt *, struct pw_err *),
		 struct pw_err *err)
{
	int step;

	do {
		PW_STMT stmt = { 0 };

		if (open_batch(apply, err) < 0 ||
		    pw_db_open_stmt(&stmt, apply->stage->store, sql, true, err) < 0)
			return -1;
		step = pw_db_step(&stmt, err);
		if (step == 1 && mend(apply, &stmt, err) < 0)
			return -1;
		pw_db_close_stmt(&stmt);
		if (step == 1 && count_one(apply, err) < 0)
			return -1;
	} while (step == 1);
	return step;
}

static int sweep_all(struct apply *apply, struct pw_err *err)
{
	if (sweep(apply,
		  "SELECT row, number, serials FROM contract"
		  " WHERE from_gen > (SELECT live FROM generation) LIMIT 1",
		  remove_row, err) < 0 ||
	    sweep(apply,
		  "SELECT row FROM contract WHERE to_gen < " PW_STORE_LIVE_MAX
		  " AND to_gen > (SELECT live FROM generation) LIMIT 1",
		  revive_row, err) < 0 ||
	    sweep(apply,
		  "SELECT id FROM touch WHERE gen > 0"
		  " AND gen > (SELECT live FROM generation) LIMIT 1",
		  remove_touch, err) < 0)
		return -1;
	return pw_db_exec(apply->stage->store, "UPDATE generation SET staging = NULL",
			  err);
}

/* In one batch: mark that something is on its way, sweeping what was. */
static int prepare(struct apply *apply, struct pw_err *err)
{
	struct pw_store *store = apply->stage->store;
	int64_t staging;

	if (open_batch(apply, err) < 0 ||
	    pw_db_number(store, "SELECT coalesce(staging, 0) FROM generation", &staging,
			 err) < 0 ||
	    (staging && sweep_all(apply, err) < 0) ||
	    pw_db_number(store, "SELECT live + 1 FROM generation", &apply->gen, err) < 0)
		return -1;
	return pw_db_exec(store, "UPDATE generation SET staging = live + 1", err);
}

/* The one moment in which everything becomes true. */
static int switch_over(struct apply *apply, struct pw_err *err)
{
	struct pw_store *store = apply->stage->store;
	const struct pw_stage_counts *counts = &apply->counts;
	PW_STMT stmt = { 0 };

	if (open_batch(apply, err) < 0)
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

static int set_missing(struct apply *apply, int64_t row, int64_t ms, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (open_batch(apply, err) < 0 ||
	    pw_db_stmt(&stmt, apply->stage->store,
		       "UPDATE contract SET missing_ms = ? WHERE row = ?", err) < 0)
		return -1;
	pw_db_id(&stmt, ms);
	pw_db_int(&stmt, row);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	return count_one(apply, err);
}

static int mark_missing(void *self, const struct pw_contract_row *row, int64_t id,
			struct pw_err *err)
{
	struct apply *apply = self;

	apply->counts.missing++;
	pw_stage_tell(apply->watch, PW_CHANGE_MISSING, row, NULL);
	return row->missing_ms ? 0 : set_missing(apply, id, apply->now_ms, err);
}

static int mark_found(void *self, const struct pw_contract_row *row, int64_t id,
		      struct pw_err *err)
{
	return row->missing_ms ? set_missing(self, id, 0, err) : 0;
}

/* Runs a step whose batches are all committed, or the last one undone. */
static int in_batches(struct apply *apply, int (*step)(struct apply *, struct pw_err *),
		      struct pw_err *err)
{
	if (step(apply, err) == 0 && close_batch(apply, err) == 0)
		return 0;
	if (apply->is_open)
		pw_store_rollback(apply->stage->store);
	apply->is_open = false;
	return -1;
}

static int mark_all(struct apply *apply, struct pw_err *err)
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

static int write_and_switch(struct apply *apply, struct pw_err *err)
{
	struct pw_store *store = apply->stage->store;
	struct pw_err ignored = PW_ERR_INIT;

	if (set_durable(store, false, err) < 0)
		return -1;
	if (in_batches(apply, prepare, err) < 0 ||
	    in_batches(apply, write_all, err) < 0) {
		/* Nobody sees what was written; sweep it now where that works. */
		if (in_batches(apply, sweep_all, &ignored) < 0)
			ignored.code = PW_OK;
		set_durable(store, true, &ignored);
		return -1;
	}
	if (set_durable(store, true, err) < 0)
		return -1;
	return in_batches(apply, switch_over, err);
}

int pw_stage_apply(struct pw_stage *stage, const struct pw_stage_watch *watch,
		   struct pw_stage_counts *ret, struct pw_err *err)
{
	struct apply apply = { .stage = stage,
			       .watch = watch,
			       .now_ms = pw_wall_ms(stage->store->clock) };

	apply.counts.lines = stage->n_lines;
	apply.counts.contracts = stage->n_contracts;
	if (write_and_switch(&apply, err) < 0)
		return -1;
	pw_lock_tell(stage->store);
	if (in_batches(&apply, mark_all, err) < 0)
		return pw_err_wrap(err, "contracts are imported, but those that are "
					"missing could not be marked");
	*ret = apply.counts;
	return 0;
}
