/* SPDX-License-Identifier: Apache-2.0 */
/* outbox.c - mail to be sent, sent, or given up. */
#include "agent/store/outbox.h"

#include <string.h>

#include "agent/store/db.h"

/* Lists leave out data, which may be megabytes a row. */
#define COLUMNS(compose, data)                                                           \
	"SELECT id, kind, header_id, subject, case_id, message_id, " compose ", " data   \
	", without_original, state, attempts, created_ms, next_ms, done_ms, error "      \
	"FROM outbox"
#define WHOLE   COLUMNS("compose", "data")
#define SUMMARY COLUMNS("compose", "NULL")

static const char *const state_names[] = {
	[PW_OUTBOX_QUEUED] = "queued",
	[PW_OUTBOX_SENT] = "sent",
	[PW_OUTBOX_DEAD] = "dead",
};

const char *pw_outbox_state_name(enum pw_outbox_state state)
{
	return (size_t)state < PW_ARRAY_LEN(state_names) ? state_names[state] : "unknown";
}

static void read_data(struct pw_stmt *stmt, struct pw_arena *arena,
		      struct pw_outbox_row *row)
{
	size_t len;
	const void *bytes = pw_db_get_blob(stmt, &len);
	char *copy = bytes ? pw_arena_alloc(arena, len + 1, 1) : NULL;

	if (copy)
		memcpy(copy, bytes, len);
	row->data = copy;
	row->data_len = copy ? len : 0;
}

static void read_row(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_outbox_row *row = ret;

	row->id = pw_db_get_int(stmt);
	row->kind = pw_db_get_text(stmt, arena);
	row->header_id = pw_db_get_text(stmt, arena);
	row->subject = pw_db_get_text(stmt, arena);
	row->case_id = pw_db_get_int(stmt);
	row->message_id = pw_db_get_int(stmt);
	row->compose = pw_db_get_text(stmt, arena);
	read_data(stmt, arena, row);
	row->without_original = pw_db_get_int(stmt) != 0;
	row->state = (enum pw_outbox_state)pw_db_get_int(stmt);
	row->attempts = (int)pw_db_get_int(stmt);
	row->created_ms = pw_db_get_int(stmt);
	row->next_ms = pw_db_get_int(stmt);
	row->done_ms = pw_db_get_int(stmt);
	row->error = pw_db_get_text(stmt, arena);
	row->rcpts = NULL;
	row->n_rcpts = 0;
}

static void read_rcpt(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_outbox_rcpt *rcpt = ret;

	rcpt->address = pw_db_get_text(stmt, arena);
	rcpt->state = (enum pw_outbox_state)pw_db_get_int(stmt);
	rcpt->error = pw_db_get_text(stmt, arena);
}

static int read_rcpts(struct pw_store *store, struct pw_outbox_row *row,
		      struct pw_arena *arena, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "SELECT address, state, error FROM outbox_rcpt"
		       " WHERE outbox_id = ? ORDER BY n",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, row->id);
	return pw_db_list(&stmt, arena, read_rcpt, &row->rcpts, &row->n_rcpts, err);
}

static int read_list(struct pw_stmt *stmt, struct pw_arena *arena,
		     struct pw_outbox_row **ret, size_t *ret_n, struct pw_err *err)
{
	struct pw_outbox_row *rows;
	size_t n, i;

	if (pw_db_list(stmt, arena, read_row, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (read_rcpts(stmt->store, &rows[i], arena, err) < 0)
			return -1;
	*ret = rows;
	*ret_n = n;
	return 0;
}

static int find_by_header_id(struct pw_store *store, const char *header_id, int64_t *ret,
			     struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, "SELECT id FROM outbox WHERE header_id = ?", err) <
	    0)
		return -1;
	pw_db_text(&stmt, header_id);
	return pw_db_first_int(&stmt, ret, err);
}

int pw_store_outbox_knows(struct pw_store *store, const char *header_id, bool *ret,
			  struct pw_err *err)
{
	int64_t id;

	if (find_by_header_id(store, header_id, &id, err) < 0)
		return -1;
	*ret = id != 0;
	return 0;
}

static int insert_row(struct pw_store *store, const struct pw_outbox_row *row,
		      int64_t *ret_id, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "INSERT INTO outbox(kind, header_id, subject, case_id, message_id,"
		       " compose, data, without_original, state, created_ms, next_ms)"
		       " VALUES (?,?,?,?,?,?,?,?,0,?,?)",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, row->kind);
	pw_db_text(&stmt, row->header_id);
	pw_db_text(&stmt, row->subject);
	pw_db_id(&stmt, row->case_id);
	pw_db_id(&stmt, row->message_id);
	pw_db_text(&stmt, row->compose);
	pw_db_blob(&stmt, row->data, row->data_len);
	pw_db_int(&stmt, row->without_original);
	pw_db_int(&stmt, pw_db_time(store, row->created_ms));
	pw_db_int(&stmt, row->next_ms);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	*ret_id = sqlite3_last_insert_rowid(store->db);
	return 0;
}

static int insert_rcpts(struct pw_store *store, int64_t id,
			const struct pw_outbox_row *row, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	size_t i;

	if (pw_db_stmt(&stmt, store,
		       "INSERT INTO outbox_rcpt(outbox_id, n, address, state)"
		       " VALUES (?,?,?,0)",
		       err) < 0)
		return -1;
	for (i = 0; i < row->n_rcpts; i++) {
		pw_db_int(&stmt, id);
		pw_db_int(&stmt, (int64_t)i);
		pw_db_text(&stmt, row->rcpts[i].address);
		if (pw_db_run(&stmt, err) < 0)
			return -1;
	}
	return 0;
}

static int add_once(struct pw_store *store, const struct pw_outbox_row *row,
		    int64_t *ret_id, struct pw_err *err)
{
	if (find_by_header_id(store, row->header_id, ret_id, err) < 0)
		return -1;
	if (*ret_id)
		return 0;
	if (insert_row(store, row, ret_id, err) < 0)
		return -1;
	return insert_rcpts(store, *ret_id, row, err);
}

int pw_store_outbox_add(struct pw_store *store, const struct pw_outbox_row *row,
			int64_t *ret_id, struct pw_err *err)
{
	int64_t id;

	if (pw_store_begin(store, err) < 0 ||
	    pw_store_end(store, add_once(store, row, &id, err), err) < 0)
		return -1;
	*ret_id = id;
	return 0;
}

int pw_store_outbox_get(struct pw_store *store, int64_t id, struct pw_arena *arena,
			struct pw_outbox_row **ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	struct pw_outbox_row *rows;
	size_t n;

	if (pw_db_stmt(&stmt, store, WHOLE " WHERE id = ?", err) < 0)
		return -1;
	pw_db_int(&stmt, id);
	if (read_list(&stmt, arena, &rows, &n, err) < 0)
		return -1;
	*ret = n ? rows : NULL;
	return 0;
}

int pw_store_outbox_due(struct pw_store *store, const struct pw_outbox_turn *turn,
			size_t limit, struct pw_arena *arena, struct pw_outbox_row **ret,
			size_t *ret_n, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       SUMMARY " WHERE state = 0 AND (next_ms <= ? OR next_ms > ?)"
			       " ORDER BY next_ms, id LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, turn->until_ms);
	pw_db_int(&stmt, turn->beyond_ms);
	pw_db_int(&stmt, (int64_t)limit);
	return read_list(&stmt, arena, ret, ret_n, err);
}

int pw_store_outbox_next_ms(struct pw_store *store, int64_t *ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	/* At least 1, so that "at once" is not "empty". */
	if (pw_db_stmt(&stmt, store,
		       "SELECT max(next_ms, 1) FROM outbox WHERE state = 0"
		       " ORDER BY next_ms LIMIT 1",
		       err) < 0)
		return -1;
	return pw_db_first_int(&stmt, ret, err);
}

static int update_row(struct pw_store *store, const struct pw_outbox_row *row,
		      struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(
		    &stmt, store,
		    "UPDATE outbox SET state = ?, attempts = ?, next_ms = ?, done_ms = ?,"
		    " error = ?, without_original = ? WHERE id = ?",
		    err) < 0)
		return -1;
	pw_db_int(&stmt, row->state);
	pw_db_int(&stmt, row->attempts);
	pw_db_int(&stmt, row->next_ms);
	pw_db_id(&stmt, row->done_ms);
	pw_db_text(&stmt, row->error);
	pw_db_int(&stmt, row->without_original);
	pw_db_int(&stmt, row->id);
	return pw_db_run(&stmt, err);
}

static int update_rcpts(struct pw_store *store, const struct pw_outbox_row *row,
			struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	size_t i;

	if (pw_db_stmt(&stmt, store,
		       "UPDATE outbox_rcpt SET state = ?, error = ?"
		       " WHERE outbox_id = ? AND n = ?",
		       err) < 0)
		return -1;
	for (i = 0; i < row->n_rcpts; i++) {
		pw_db_int(&stmt, row->rcpts[i].state);
		pw_db_text(&stmt, row->rcpts[i].error);
		pw_db_int(&stmt, row->id);
		pw_db_int(&stmt, (int64_t)i);
		if (pw_db_run(&stmt, err) < 0)
			return -1;
	}
	return 0;
}

int pw_store_outbox_update(struct pw_store *store, const struct pw_outbox_row *row,
			   struct pw_err *err)
{
	int r;

	if (pw_store_begin(store, err) < 0)
		return -1;
	r = update_row(store, row, err);
	if (r == 0)
		r = update_rcpts(store, row, err);
	return pw_store_end(store, r, err);
}

int pw_store_outbox_replace(struct pw_store *store, int64_t id, const void *data,
			    size_t data_len, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, "UPDATE outbox SET data = ? WHERE id = ?", err) < 0)
		return -1;
	pw_db_blob(&stmt, data, data_len);
	pw_db_int(&stmt, id);
	return pw_db_run(&stmt, err);
}

int pw_store_outbox_hurry(struct pw_store *store, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "UPDATE outbox SET next_ms = 0 WHERE state = 0 AND next_ms > 0",
		       err) < 0)
		return -1;
	return pw_db_run(&stmt, err);
}

/* Where some were reached, only the others get it again. */
static int requeue_rcpts(struct pw_store *store, int64_t id, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(
		    &stmt, store,
		    "UPDATE outbox_rcpt SET state = 0, error = NULL WHERE outbox_id = ?1"
		    " AND (state <> 1 OR NOT EXISTS (SELECT 1 FROM outbox_rcpt"
		    "  WHERE outbox_id = ?1 AND state <> 1))",
		    err) < 0)
		return -1;
	pw_db_int(&stmt, id);
	return pw_db_run(&stmt, err);
}

static int requeue(struct pw_store *store, int64_t id, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (requeue_rcpts(store, id, err) < 0 ||
	    pw_db_stmt(&stmt, store,
		       "UPDATE outbox SET state = 0, attempts = 0, next_ms = 0,"
		       " done_ms = NULL, error = NULL WHERE id = ?"
		       " AND (compose IS NOT NULL OR data IS NOT NULL)",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, id);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	if (sqlite3_changes(store->db) == 0)
		return pw_err_set(err, PW_ENOTFOUND,
				  "mail %lld is not there, or too old to be sent again",
				  (long long)id);
	return 0;
}

int pw_store_outbox_requeue(struct pw_store *store, int64_t id, struct pw_err *err)
{
	if (pw_store_begin(store, err) < 0)
		return -1;
	return pw_store_end(store, requeue(store, id, err), err);
}

static void list_where(struct pw_where *where, const struct pw_outbox_filter *f)
{
	pw_where_int(where, f->states, "(? >> state) & 1");
	pw_where_text(where, f->kind, "kind = ?");
	pw_where_int(where, f->case_id, "case_id = ?");
	pw_where_int(where, f->since_ms, "created_ms >= ?");
	pw_where_int(where, f->before_id, "id < ?");
}

int pw_store_outbox_list(struct pw_store *store, const struct pw_outbox_filter *f,
			 size_t limit, struct pw_arena *arena, struct pw_outbox_row **ret,
			 size_t *ret_n, struct pw_err *err)
{
	PW_CLEANUP(pw_where_done) struct pw_where where;
	PW_STMT stmt = { 0 };

	pw_where_init(&where, SUMMARY);
	list_where(&where, f);
	if (pw_where_open(&stmt, &where, store, "ORDER BY id DESC LIMIT ?", limit, err) <
	    0)
		return -1;
	return read_list(&stmt, arena, ret, ret_n, err);
}

int pw_store_outbox_count(struct pw_store *store, const char *kind, int64_t since_ms,
			  int64_t *ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(
		    &stmt, store,
		    "SELECT count(*) FROM outbox"
		    " WHERE created_ms BETWEEN ?2 AND ?3 AND (?1 IS NULL OR kind = ?1)",
		    err) < 0)
		return -1;
	pw_db_text(&stmt, kind);
	pw_db_int(&stmt, since_ms);
	pw_db_int(&stmt, pw_store_now(store));
	return pw_db_first_int(&stmt, ret, err);
}
