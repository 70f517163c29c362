/* SPDX-License-Identifier: Apache-2.0 */
/* stage_sweep.c - what an import that was killed has left. */
#include "agent/store/stage_apply.h"

static int remove_row(void *self, struct pw_stmt *stmt, struct pw_err *err)
{
	struct pw_store *store = ((struct pw_apply *)self)->stage->store;
	PW_STMT remove = { 0 };
	int64_t row = pw_db_get_int(stmt);
	struct pw_contract contract = { 0 };

	contract.number = pw_db_get_text(stmt, NULL);
	contract.serials = pw_db_get_text(stmt, NULL);
	if (pw_apply_remove_identifiers(store, &contract, row, err) < 0 ||
	    pw_db_stmt(&remove, store, "DELETE FROM contract WHERE row = ?", err) < 0)
		return -1;
	pw_db_int(&remove, row);
	return pw_db_run(&remove, err);
}

static int revive_row(void *self, struct pw_stmt *stmt, struct pw_err *err)
{
	PW_STMT revive = { 0 };

	if (pw_db_stmt(&revive, ((struct pw_apply *)self)->stage->store,
		       "UPDATE contract SET to_gen = " PW_STORE_LIVE_MAX " WHERE row = ?",
		       err) < 0)
		return -1;
	pw_db_int(&revive, pw_db_get_int(stmt));
	return pw_db_run(&revive, err);
}

static int remove_touch(void *self, struct pw_stmt *stmt, struct pw_err *err)
{
	PW_STMT remove = { 0 };

	if (pw_db_stmt(&remove, ((struct pw_apply *)self)->stage->store,
		       "DELETE FROM touch WHERE id = ?", err) < 0)
		return -1;
	pw_db_int(&remove, pw_db_get_int(stmt));
	return pw_db_run(&remove, err);
}

/* sql gives one row that is in the way, again and again until there is none. */
static int sweep(struct pw_apply *apply, const char *sql,
		 int (*mend)(void *, struct pw_stmt *, struct pw_err *),
		 struct pw_err *err)
{
	int step;

	do {
		PW_STMT stmt = { 0 };

		if (pw_apply_open_batch(apply, err) < 0 ||
		    pw_db_open_stmt(&stmt, apply->stage->store, sql, true, err) < 0)
			return -1;
		step = pw_db_step(&stmt, err);
		if (step == 1 && mend(apply, &stmt, err) < 0)
			return -1;
		pw_db_close_stmt(&stmt);
		if (step == 1 && pw_apply_count(apply, err) < 0)
			return -1;
	} while (step == 1);
	return step;
}

int pw_apply_sweep(struct pw_apply *apply, struct pw_err *err)
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
