/* SPDX-License-Identifier: Apache-2.0 */
/* touches.c - when somebody of ours cared for a contract. */
#include "agent/store/contracts.h"
#include "agent/store/db.h"

static int insert_touch(struct pw_store *store, const struct pw_touch *touch,
			struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "INSERT INTO touch(contract_id, at_ms, kind, note, who)"
		       " SELECT ?1, ?2, ?3, ?4, ?5"
		       " WHERE EXISTS (SELECT 1 FROM present WHERE contract_id = ?1)",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, touch->contract_id);
	pw_db_int(&stmt, pw_db_time(store, touch->at_ms));
	pw_db_text(&stmt, touch->kind);
	pw_db_text(&stmt, touch->note);
	pw_db_text(&stmt, touch->who);
	return pw_db_run(&stmt, err);
}

int pw_store_touch_add(struct pw_store *store, const struct pw_touch *touch,
		       struct pw_err *err)
{
	if (insert_touch(store, touch, err) < 0)
		return -1;
	if (sqlite3_changes(store->db) == 0)
		return pw_err_set(err, PW_ENOTFOUND, "there is no contract '%s'",
				  touch->contract_id);
	return 0;
}

static void read_touch(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_touch *row = ret;

	row->contract_id = pw_db_get_text(stmt, arena);
	row->at_ms = pw_db_get_int(stmt);
	row->kind = pw_db_get_text(stmt, arena);
	row->note = pw_db_get_text(stmt, arena);
	row->who = pw_db_get_text(stmt, arena);
}

int pw_store_touches(struct pw_store *store, const char *contract_id, size_t limit,
		     struct pw_arena *arena, struct pw_touch **ret, size_t *ret_n,
		     struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "SELECT contract_id, at_ms, kind, note, who FROM touch"
		       " WHERE contract_id = ? AND gen <= (SELECT live FROM generation)"
		       " ORDER BY at_ms DESC, id DESC LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, contract_id);
	pw_db_int(&stmt, (int64_t)limit);
	return pw_db_list(&stmt, arena, read_touch, ret, ret_n, err);
}
