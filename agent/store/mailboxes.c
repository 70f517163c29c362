/* SPDX-License-Identifier: Apache-2.0 */
/* mailboxes.c - how far each mailbox is read and acknowledged. */
#include "agent/store/db.h"
#include "agent/store/messages.h"

#define COLUMNS                                                                          \
	"SELECT name, uidvalidity, last_uid, first_ms, last_ok_ms, n_old, failing_ms, "  \
	"error FROM mailbox"

static void read_row(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_mailbox_row *row = ret;

	row->name = pw_db_get_text(stmt, arena);
	row->uidvalidity = (uint32_t)pw_db_get_int(stmt);
	row->last_uid = (uint32_t)pw_db_get_int(stmt);
	row->first_ms = pw_db_get_int(stmt);
	row->last_ok_ms = pw_db_get_int(stmt);
	row->n_old = pw_db_get_int(stmt);
	row->failing_ms = pw_db_get_int(stmt);
	row->error = pw_db_get_text(stmt, arena);
}

int pw_store_mailbox_get(struct pw_store *store, const char *name, struct pw_arena *arena,
			 struct pw_mailbox_row **ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, COLUMNS " WHERE name = ?", err) < 0)
		return -1;
	pw_db_text(&stmt, name);
	return pw_db_first(&stmt, arena, read_row, ret, err);
}

int pw_store_mailbox_list(struct pw_store *store, struct pw_arena *arena,
			  struct pw_mailbox_row **ret, size_t *ret_n, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, COLUMNS " ORDER BY name", err) < 0)
		return -1;
	return pw_db_list(&stmt, arena, read_row, ret, ret_n, err);
}

int pw_store_mailbox_put(struct pw_store *store, const struct pw_mailbox_row *row,
			 struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "INSERT OR REPLACE INTO mailbox(name, uidvalidity, last_uid,"
		       " first_ms, last_ok_ms, n_old, failing_ms, error)"
		       " VALUES (?,?,?,?,?,?,?,?)",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, row->name);
	pw_db_int(&stmt, row->uidvalidity);
	pw_db_int(&stmt, row->last_uid);
	pw_db_id(&stmt, row->first_ms);
	pw_db_id(&stmt, row->last_ok_ms);
	pw_db_int(&stmt, row->n_old);
	pw_db_id(&stmt, row->failing_ms);
	pw_db_text(&stmt, row->error);
	return pw_db_run(&stmt, err);
}

int pw_store_mailbox_advance(struct pw_store *store, const char *name,
			     uint32_t uidvalidity, uint32_t last_uid, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "INSERT INTO mailbox(name, uidvalidity, last_uid) VALUES (?,?,?)"
		       " ON CONFLICT(name) DO UPDATE SET"
		       " last_uid = iif(uidvalidity = excluded.uidvalidity,"
		       "  max(last_uid, excluded.last_uid), excluded.last_uid),"
		       " uidvalidity = excluded.uidvalidity",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, name);
	pw_db_int(&stmt, uidvalidity);
	pw_db_int(&stmt, last_uid);
	return pw_db_run(&stmt, err);
}

static void read_uid(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	uint32_t *uid = ret;

	(void)arena;
	*uid = (uint32_t)pw_db_get_int(stmt);
}

int pw_store_unacked(struct pw_store *store, const char *mailbox, uint32_t uidvalidity,
		     size_t limit, struct pw_arena *arena, uint32_t **ret_uids,
		     size_t *ret_n, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "SELECT uid FROM message WHERE mailbox = ? AND uidvalidity = ?"
		       " AND NOT is_acked ORDER BY uid LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, mailbox);
	pw_db_int(&stmt, uidvalidity);
	pw_db_int(&stmt, (int64_t)limit);
	return pw_db_list(&stmt, arena, read_uid, ret_uids, ret_n, err);
}

static int mark_acked(struct pw_store *store, const char *mailbox, uint32_t uidvalidity,
		      const uint32_t *uids, size_t n, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	size_t i;

	if (pw_db_stmt(&stmt, store,
		       "UPDATE message SET is_acked = 1 WHERE mailbox = ?"
		       " AND uidvalidity = ? AND uid = ? AND NOT is_acked",
		       err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		pw_db_text(&stmt, mailbox);
		pw_db_int(&stmt, uidvalidity);
		pw_db_int(&stmt, uids[i]);
		if (pw_db_run(&stmt, err) < 0)
			return -1;
	}
	return 0;
}

int pw_store_acked(struct pw_store *store, const char *mailbox, uint32_t uidvalidity,
		   const uint32_t *uids, size_t n, struct pw_err *err)
{
	if (pw_store_begin(store, err) < 0)
		return -1;
	return pw_store_end(store, mark_acked(store, mailbox, uidvalidity, uids, n, err),
			    err);
}
