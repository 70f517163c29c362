/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.h - SQLite for the other files of this folder: statements, errors.
 *
 * Internal.  A statement is bound and read from left to right; both sides
 * keep their place, so that the order of the columns in the SQL is the only
 * list of them.
 */
#ifndef PW_STORE_DB_H
#define PW_STORE_DB_H

#include <sqlite3.h>

#include "agent/base/buf.h"
#include "agent/store/open.h"

#define PW_DB_CACHE  128
#define PW_WHERE_MAX 12 /* values of one filter */

struct pw_store {
	sqlite3 *db;
	char *path; /* NULL: in memory */
	enum pw_store_mode mode;
	const struct pw_clock *clock; /* borrowed */
	int depth;                    /* of transactions */
	int busy_ms, busy_fd;         /* how long other writers are waited for */
	int lock_fd;                  /* of the lock file, -1: none */
	int watch_fd;                 /* inotify on it, -1: none */
	int changes_told;             /* total changes when others were last told */
	int64_t failing_ms;           /* monotonic: since when writes fail; 0: fine */
	int changes_good;             /* total changes when that was last looked at */
	int64_t counted_version;      /* contracts version that the two below are of */
	int64_t n_contracts, n_customers;
	struct {
		const char *sql; /* the literal's address is the key */
		sqlite3_stmt *stmt;
		bool in_use;
	} cache[PW_DB_CACHE];
};

/* A statement in use. */
struct pw_stmt {
	struct pw_store *store;
	sqlite3_stmt *s; /* NULL: preparing failed, the error waits for pw_db_step() */
	int slot;        /* in the cache, -1: finalize */
	int bound, read; /* how many parameters and columns are done */
};

/* Let writes wait for other processes, with the patience of every new store. */
void pw_db_wait_for_writers(struct pw_store *store);

/* Prepare; sql is a literal when it should be cached (is_literal). */
int pw_db_open_stmt(struct pw_stmt *ret, struct pw_store *store, const char *sql,
		    bool is_literal, struct pw_err *err) PW_MUST_CHECK;
#define pw_db_stmt(ret, store, literal, err)                                             \
	pw_db_open_stmt(ret, store, "" literal, true, err)
void pw_db_close_stmt(struct pw_stmt *stmt);
#define PW_STMT PW_CLEANUP(pw_db_close_stmt) struct pw_stmt

void pw_db_int(struct pw_stmt *stmt, int64_t value);
/* NULL becomes no value; the text must live until the step. */
void pw_db_text(struct pw_stmt *stmt, const char *text);
void pw_db_blob(struct pw_stmt *stmt, const void *bytes, size_t len);
/* 0 becomes no value: ids, times. */
void pw_db_id(struct pw_stmt *stmt, int64_t id);
/* PW_DAY_NONE becomes no value. */
void pw_db_day(struct pw_stmt *stmt, int32_t day);
/* 1 a row, 0 done, -1 error. */
int pw_db_step(struct pw_stmt *stmt, struct pw_err *err) PW_MUST_CHECK;
/* Step to the end and make the statement ready to be bound again. */
int pw_db_run(struct pw_stmt *stmt, struct pw_err *err) PW_MUST_CHECK;
/* Ready to be bound again. */
void pw_db_reset(struct pw_stmt *stmt);

/* The next column.  Text: a copy in arena, or borrowed until the next step
   where arena is NULL; NULL for no value. */
int64_t pw_db_get_int(struct pw_stmt *stmt);
int32_t pw_db_get_day(struct pw_stmt *stmt);
const char *pw_db_get_text(struct pw_stmt *stmt, struct pw_arena *arena);
/* Borrowed until the next step. */
const void *pw_db_get_blob(struct pw_stmt *stmt, size_t *ret_len);

/* Fills one struct from the current row. */
typedef void pw_db_read_fn(struct pw_stmt *stmt, struct pw_arena *arena, void *ret);
/* Every row of a statement as an array of structs in arena; ret: where its first
   is to be pointed to (T **).  NULL and 0 where there is no row. */
#define pw_db_list(stmt, arena, read, ret, ret_n, err)                                   \
	pw_db_read_list(stmt, arena, read, sizeof **(ret), ret, ret_n, err)
int pw_db_read_list(struct pw_stmt *stmt, struct pw_arena *arena, pw_db_read_fn *read,
		    size_t size, void *ret, size_t *ret_n,
		    struct pw_err *err) PW_MUST_CHECK;
/* The first row alone; NULL where there is none. */
#define pw_db_first(stmt, arena, read, ret, err)                                         \
	pw_db_read_first(stmt, arena, read, sizeof **(ret), ret, err)
int pw_db_read_first(struct pw_stmt *stmt, struct pw_arena *arena, pw_db_read_fn *read,
		     size_t size, void *ret, struct pw_err *err) PW_MUST_CHECK;
/* The first column of the first row; 0 where there is none. */
int pw_db_first_int(struct pw_stmt *stmt, int64_t *ret, struct pw_err *err) PW_MUST_CHECK;

/* Several statements without parameters. */
int pw_db_exec(struct pw_store *store, const char *sql, struct pw_err *err) PW_MUST_CHECK;
/* One number; 0 where there is no row. */
int pw_db_number(struct pw_store *store, const char *sql, int64_t *ret,
		 struct pw_err *err) PW_MUST_CHECK;
/* Turn the database's error into ours. */
int pw_db_error(struct pw_store *store, int rc, struct pw_err *err);
int pw_db_full_arena(struct pw_err *err);
/* now, where time is 0. */
int64_t pw_db_time(const struct pw_store *store, int64_t ms);

/* where.c: a statement whose conditions depend on a filter: those with a value (not
   NULL, not 0) count. */
struct pw_where {
	struct pw_buf sql;
	bool has_one;
	struct {
		const char *text; /* NULL: the number */
		int64_t number;
	} values[PW_WHERE_MAX];
	size_t n;
};
void pw_where_init(struct pw_where *where, const char *select);
void pw_where_done(struct pw_where *where);
void pw_where_is(struct pw_where *where, bool wanted, const char *condition);
void pw_where_text(struct pw_where *where, const char *value, const char *condition);
void pw_where_int(struct pw_where *where, int64_t value, const char *condition);
/* Prepares it with order and limit ("ORDER BY ... LIMIT ?") and its values,
   which must live until the last step. */
int pw_where_open(struct pw_stmt *ret, struct pw_where *where, struct pw_store *store,
		  const char *order, size_t limit, struct pw_err *err) PW_MUST_CHECK;

/* schema.c */
#define PW_STORE_APPLICATION 0x50574442 /* "PWDB" */
#define PW_STORE_LIVE_MAX    "9223372036854775807"
int pw_schema_latest(void);
/* Bring the schema up to date inside one transaction; the caller made sure
   that nobody else uses the store. */
int pw_schema_migrate(struct pw_store *store, int from, struct pw_err *err) PW_MUST_CHECK;

/* journal.c: undo what a crash left half-written; nothing where there is none. */
int pw_journal_undo(struct pw_store *store, struct pw_err *err) PW_MUST_CHECK;

/* lock.c: what one process at a time may do. */
enum pw_lock { PW_LOCK_AGENT, PW_LOCK_IMPORT, PW_LOCK_SCHEMA };
int pw_lock_open(struct pw_store *store, struct pw_err *err) PW_MUST_CHECK;
/* PW_EBUSY where another process holds it. */
int pw_lock_take(struct pw_store *store, enum pw_lock lock, bool wait,
		 struct pw_err *err) PW_MUST_CHECK;
/* The agent that holds its lock says which process it is. */
void pw_lock_sign(struct pw_store *store);
void pw_lock_drop(struct pw_store *store, enum pw_lock lock);
/* Wake the agent: something that it should look at has changed. */
void pw_lock_tell(struct pw_store *store);

#endif
