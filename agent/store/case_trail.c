/* SPDX-License-Identifier: Apache-2.0 */
/* case_trail.c - what a case holds and what happened to it. */
#include "agent/store/cases.h"
#include "agent/store/db.h"

int pw_store_case_contract_add(struct pw_store *store, int64_t case_id,
			       const struct pw_case_contract *contract,
			       struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "INSERT OR IGNORE INTO case_contract(case_id, contract_id, how,"
		       " evidence, message_id, since_ms) VALUES (?,?,?,?,?,?)",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, case_id);
	pw_db_text(&stmt, contract->contract_id);
	pw_db_text(&stmt, contract->how);
	pw_db_text(&stmt, contract->evidence);
	pw_db_id(&stmt, contract->message_id);
	pw_db_int(&stmt, pw_db_time(store, contract->since_ms));
	return pw_db_run(&stmt, err);
}

static void read_contract(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_case_contract *row = ret;

	row->contract_id = pw_db_get_text(stmt, arena);
	row->how = pw_db_get_text(stmt, arena);
	row->evidence = pw_db_get_text(stmt, arena);
	row->message_id = pw_db_get_int(stmt);
	row->since_ms = pw_db_get_int(stmt);
}

int pw_store_case_contracts(struct pw_store *store, int64_t case_id,
			    struct pw_arena *arena, struct pw_case_contract **ret,
			    size_t *ret_n, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "SELECT contract_id, how, evidence, message_id, since_ms"
		       " FROM case_contract WHERE case_id = ? ORDER BY contract_id",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, case_id);
	return pw_db_list(&stmt, arena, read_contract, ret, ret_n, err);
}

int pw_store_case_event_add(struct pw_store *store, int64_t case_id,
			    const struct pw_case_event *event, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(
		    &stmt, store,
		    "INSERT INTO case_event(case_id, at_ms, kind, message_id, outbox_id,"
		    " text) VALUES (?,?,?,?,?,?)",
		    err) < 0)
		return -1;
	pw_db_int(&stmt, case_id);
	pw_db_int(&stmt, pw_db_time(store, event->at_ms));
	pw_db_text(&stmt, event->kind);
	pw_db_id(&stmt, event->message_id);
	pw_db_id(&stmt, event->outbox_id);
	pw_db_text(&stmt, event->text);
	return pw_db_run(&stmt, err);
}

static void read_event(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_case_event *row = ret;

	row->at_ms = pw_db_get_int(stmt);
	row->kind = pw_db_get_text(stmt, arena);
	row->message_id = pw_db_get_int(stmt);
	row->outbox_id = pw_db_get_int(stmt);
	row->text = pw_db_get_text(stmt, arena);
}

int pw_store_case_events(struct pw_store *store, int64_t case_id, size_t limit,
			 struct pw_arena *arena, struct pw_case_event **ret,
			 size_t *ret_n, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "SELECT at_ms, kind, message_id, outbox_id, text FROM case_event"
		       " WHERE case_id = ? ORDER BY id LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, case_id);
	pw_db_int(&stmt, (int64_t)limit);
	return pw_db_list(&stmt, arena, read_event, ret, ret_n, err);
}

int pw_store_case_once(struct pw_store *store, int64_t case_id, const char *what,
		       const char *person, bool *ret_first, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "INSERT OR IGNORE INTO case_once(case_id, what, person)"
		       " VALUES (?,?,?)",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, case_id);
	pw_db_text(&stmt, what);
	pw_db_text(&stmt, person);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	*ret_first = sqlite3_changes(store->db) > 0;
	return 0;
}
