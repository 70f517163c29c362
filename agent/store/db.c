/* SPDX-License-Identifier: Apache-2.0 */
/* db.c - statements, transactions and errors of SQLite. */
#include "agent/store/db.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/day.h"

static enum pw_code code_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return PW_EDAMAGED;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return PW_EBUSY;
	case SQLITE_NOMEM:
		return PW_ENOMEM;
	case SQLITE_CONSTRAINT:
		return PW_EINPUT;
	case SQLITE_TOOBIG:
		return PW_ELIMIT;
	default:
		return PW_ESTORE;
	}
}

int64_t pw_store_failing_ms(const struct pw_store *store)
{
	return store->failing_ms;
}

/* A transaction that changed nothing shows nothing: it would also have ended
   well on a full disk. */
static void note_good(struct pw_store *store)
{
	if (sqlite3_total_changes(store->db) != store->changes_good)
		store->failing_ms = 0;
	store->changes_good = sqlite3_total_changes(store->db);
}

static void note_failure(struct pw_store *store, enum pw_code code)
{
	if ((code == PW_ESTORE || code == PW_EBUSY) && !store->failing_ms)
		store->failing_ms = pw_monotonic_ms(store->clock);
}

int pw_db_error(struct pw_store *store, int rc, struct pw_err *err)
{
	const char *path = store->path ? store->path : "in memory";
	enum pw_code code = code_of(rc);
	int system = store->db ? sqlite3_system_errno(store->db) : 0;

	note_failure(store, code);
	if (code == PW_EDAMAGED)
		return pw_err_set(err, code,
				  "store '%s' is damaged (%s): stop the agent, keep the "
				  "file, and put a backup in its place",
				  path, sqlite3_errstr(rc));
	if (code == PW_EBUSY)
		return pw_err_set(err, code,
				  "store '%s' is held by another process: try again when "
				  "it has finished",
				  path);
	if ((rc & 0xff) == SQLITE_FULL || system == ENOSPC)
		return pw_err_set(err, code, "store '%s': the disk is full", path);
	return pw_err_set(err, code, "store '%s': %s%s%s", path,
			  store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(rc),
			  system ? ": " : "", system ? strerror(system) : "");
}

int pw_db_full_arena(struct pw_err *err)
{
	return pw_err_set(err, PW_ELIMIT,
			  "rows of the store do not fit into the memory meant for them");
}

int64_t pw_db_time(const struct pw_store *store, int64_t ms)
{
	return ms ? ms : pw_wall_ms(store->clock);
}

int64_t pw_store_now(const struct pw_store *store)
{
	return pw_wall_ms(store->clock);
}

/* Find the statement in the cache, or a free place for it. */
static int find_slot(struct pw_store *store, const char *sql)
{
	int i;

	for (i = 0; i < PW_DB_CACHE && store->cache[i].sql; i++)
		if (store->cache[i].sql == sql)
			return store->cache[i].in_use ? -1 : i;
	return i < PW_DB_CACHE ? i : -1;
}

int pw_db_open_stmt(struct pw_stmt *ret, struct pw_store *store, const char *sql,
		    bool is_literal, struct pw_err *err)
{
	int rc;

	*ret = (struct pw_stmt){ .store = store, .slot = -1 };
	/* SQLite ends a transaction by itself on some failures; going on
	   would commit the rest of it piece by piece. */
	if (store->depth > 0 && sqlite3_get_autocommit(store->db))
		return pw_err_set(err, PW_ESTORE,
				  "the transaction was ended by an earlier failure");
	if (is_literal)
		ret->slot = find_slot(store, sql);
	if (ret->slot >= 0 && store->cache[ret->slot].stmt) {
		ret->s = store->cache[ret->slot].stmt;
		store->cache[ret->slot].in_use = true;
		return 0;
	}
	rc = sqlite3_prepare_v3(store->db, sql, -1,
				ret->slot >= 0 ? SQLITE_PREPARE_PERSISTENT : 0, &ret->s,
				NULL);
	if (rc != SQLITE_OK) {
		ret->slot = -1;
		return pw_db_error(store, rc, err);
	}
	if (ret->slot >= 0) {
		store->cache[ret->slot].sql = sql;
		store->cache[ret->slot].stmt = ret->s;
		store->cache[ret->slot].in_use = true;
	}
	return 0;
}

void pw_db_reset(struct pw_stmt *stmt)
{
	sqlite3_reset(stmt->s);
	stmt->bound = stmt->read = 0;
}

void pw_db_close_stmt(struct pw_stmt *stmt)
{
	if (!stmt->s)
		return;
	if (stmt->slot < 0) {
		sqlite3_finalize(stmt->s);
	} else {
		sqlite3_reset(stmt->s);
		sqlite3_clear_bindings(stmt->s);
		stmt->store->cache[stmt->slot].in_use = false;
	}
	stmt->s = NULL;
}

void pw_db_int(struct pw_stmt *stmt, int64_t value)
{
	sqlite3_bind_int64(stmt->s, ++stmt->bound, value);
}

void pw_db_text(struct pw_stmt *stmt, const char *text)
{
	int at = ++stmt->bound;

	if (text)
		sqlite3_bind_text(stmt->s, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(stmt->s, at);
}

void pw_db_blob(struct pw_stmt *stmt, const void *bytes, size_t len)
{
	int at = ++stmt->bound;

	if (bytes)
		sqlite3_bind_blob64(stmt->s, at, bytes, len, SQLITE_STATIC);
	else
		sqlite3_bind_null(stmt->s, at);
}

void pw_db_id(struct pw_stmt *stmt, int64_t id)
{
	int at = ++stmt->bound;

	if (id)
		sqlite3_bind_int64(stmt->s, at, id);
	else
		sqlite3_bind_null(stmt->s, at);
}

void pw_db_day(struct pw_stmt *stmt, int32_t day)
{
	int at = ++stmt->bound;

	if (day != PW_DAY_NONE)
		sqlite3_bind_int64(stmt->s, at, day);
	else
		sqlite3_bind_null(stmt->s, at);
}

int pw_db_step(struct pw_stmt *stmt, struct pw_err *err)
{
	int rc;

	/* Every placeholder has its value: one too few is a mistake of ours. */
	assert(stmt->bound == sqlite3_bind_parameter_count(stmt->s));
	rc = sqlite3_step(stmt->s);
	stmt->read = 0;
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return pw_db_error(stmt->store, rc, err);
}

int pw_db_run(struct pw_stmt *stmt, struct pw_err *err)
{
	int step;

	do
		step = pw_db_step(stmt, err);
	while (step == 1);
	pw_db_reset(stmt);
	if (step == 0 && stmt->store->depth == 0)
		note_good(stmt->store);
	return step;
}

int64_t pw_db_get_int(struct pw_stmt *stmt)
{
	return sqlite3_column_int64(stmt->s, stmt->read++);
}

int32_t pw_db_get_day(struct pw_stmt *stmt)
{
	int at = stmt->read++;

	if (sqlite3_column_type(stmt->s, at) == SQLITE_NULL)
		return PW_DAY_NONE;
	return sqlite3_column_int(stmt->s, at);
}

const char *pw_db_get_text(struct pw_stmt *stmt, struct pw_arena *arena)
{
	int at = stmt->read++;
	const char *text = (const char *)sqlite3_column_text(stmt->s, at);

	return text && arena ? pw_arena_strdup(arena, text) : text;
}

const void *pw_db_get_blob(struct pw_stmt *stmt, size_t *ret_len)
{
	int at = stmt->read++;
	const void *bytes = sqlite3_column_blob(stmt->s, at);

	*ret_len = (size_t)sqlite3_column_bytes(stmt->s, at);
	return bytes;
}

int pw_db_read_list(struct pw_stmt *stmt, struct pw_arena *arena, pw_db_read_fn *read,
		    size_t size, void *ret, size_t *ret_n, struct pw_err *err)
{
	char *rows = NULL;
	size_t n = 0, cap = 0;
	int step;

	while ((step = pw_db_step(stmt, err)) == 1) {
		rows = pw_arena_grow(arena, rows, n, &cap, size);
		if (rows)
			read(stmt, arena, rows + n++ * size);
		if (pw_arena_exhausted(arena))
			return pw_db_full_arena(err);
	}
	if (step < 0)
		return -1;
	memcpy(ret, &rows, sizeof rows);
	*ret_n = n;
	return 0;
}

int pw_db_read_first(struct pw_stmt *stmt, struct pw_arena *arena, pw_db_read_fn *read,
		     size_t size, void *ret, struct pw_err *err)
{
	void *row = NULL;
	int step = pw_db_step(stmt, err);

	if (step < 0)
		return -1;
	if (step) {
		row = pw_arena_alloc(arena, 1, size);
		if (row)
			read(stmt, arena, row);
		if (pw_arena_exhausted(arena))
			return pw_db_full_arena(err);
	}
	memcpy(ret, &row, sizeof row);
	return 0;
}

int pw_db_first_int(struct pw_stmt *stmt, int64_t *ret, struct pw_err *err)
{
	int step = pw_db_step(stmt, err);

	if (step < 0)
		return -1;
	*ret = step ? pw_db_get_int(stmt) : 0;
	return 0;
}

int pw_db_exec(struct pw_store *store, const char *sql, struct pw_err *err)
{
	int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : pw_db_error(store, rc, err);
}

int pw_db_number(struct pw_store *store, const char *sql, int64_t *ret,
		 struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_open_stmt(&stmt, store, sql, false, err) < 0)
		return -1;
	return pw_db_first_int(&stmt, ret, err);
}

int pw_store_begin(struct pw_store *store, struct pw_err *err)
{
	char sql[32] = "BEGIN IMMEDIATE";

	if (store->depth > 0) {
		if (sqlite3_get_autocommit(store->db))
			return pw_err_set(
				err, PW_ESTORE,
				"the transaction was ended by an earlier failure");
		snprintf(sql, sizeof sql, "SAVEPOINT s%d", store->depth);
	}
	if (pw_db_exec(store, sql, err) < 0)
		return -1;
	store->depth++;
	return 0;
}

int pw_store_commit(struct pw_store *store, struct pw_err *err)
{
	char sql[32] = "COMMIT";

	assert(store->depth > 0);
	if (sqlite3_get_autocommit(store->db))
		return pw_err_set(err, PW_ESTORE,
				  "the transaction was ended by an earlier failure");
	if (store->depth > 1)
		snprintf(sql, sizeof sql, "RELEASE s%d", store->depth - 1);
	if (pw_db_exec(store, sql, err) < 0)
		return -1;
	if (--store->depth == 0)
		note_good(store);
	return 0;
}

void pw_store_rollback(struct pw_store *store)
{
	char sql[64] = "ROLLBACK";

	assert(store->depth > 0);
	if (--store->depth == 0)
		store->changes_good = sqlite3_total_changes(store->db);
	if (sqlite3_get_autocommit(store->db))
		return; /* it is gone already */
	if (store->depth > 0)
		snprintf(sql, sizeof sql, "ROLLBACK TO s%d; RELEASE s%d", store->depth,
			 store->depth);
	sqlite3_exec(store->db, sql, NULL, NULL, NULL);
}

int pw_store_end(struct pw_store *store, int result, struct pw_err *err)
{
	if (result == 0 && pw_store_commit(store, err) == 0)
		return 0;
	pw_store_rollback(store);
	return -1;
}
