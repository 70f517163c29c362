/* SPDX-License-Identifier: Apache-2.0 */
/* messages.c - rows of messages. */
#include "agent/store/messages.h"

#include "agent/store/db.h"
#include "agent/store/raw.h"

#define COLUMNS                                                                          \
	"SELECT id, mailbox, uidvalidity, uid, hash, size, received_ms, stored_ms, "     \
	"state, verdict, forwarder, subject, finding, why, case_id, duplicate_of, "      \
	"is_acked, label, EXISTS (SELECT 1 FROM raw WHERE message_id = "                 \
	"coalesce(duplicate_of, message.id)) FROM message"

static const char *const state_names[] = {
	[PW_MESSAGE_DECIDED] = "decided",
	[PW_MESSAGE_DUPLICATE] = "duplicate",
	[PW_MESSAGE_OWN] = "own",
	[PW_MESSAGE_UNREADABLE] = "unreadable",
	[PW_MESSAGE_TOO_LARGE] = "too-large",
	[PW_MESSAGE_REFUSED] = "refused",
	[PW_MESSAGE_OLD] = "old",
};

const char *pw_message_state_name(enum pw_message_state state)
{
	return (size_t)state < PW_ARRAY_LEN(state_names) ? state_names[state] : "unknown";
}

static void read_row(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_message_row *row = ret;

	row->id = pw_db_get_int(stmt);
	row->mailbox = pw_db_get_text(stmt, arena);
	row->uidvalidity = (uint32_t)pw_db_get_int(stmt);
	row->uid = (uint32_t)pw_db_get_int(stmt);
	row->hash = pw_db_get_text(stmt, arena);
	row->size = pw_db_get_int(stmt);
	row->received_ms = pw_db_get_int(stmt);
	row->stored_ms = pw_db_get_int(stmt);
	row->state = (enum pw_message_state)pw_db_get_int(stmt);
	row->verdict = (enum pw_verdict)pw_db_get_int(stmt);
	row->forwarder = pw_db_get_text(stmt, arena);
	row->subject = pw_db_get_text(stmt, arena);
	row->finding = pw_db_get_text(stmt, arena);
	row->why = pw_db_get_text(stmt, arena);
	row->case_id = pw_db_get_int(stmt);
	row->duplicate_of = pw_db_get_int(stmt);
	row->is_acked = pw_db_get_int(stmt) != 0;
	row->label = pw_db_get_text(stmt, arena);
	row->has_raw = pw_db_get_int(stmt) != 0;
}

int pw_store_message_find(struct pw_store *store, const char *mailbox,
			  uint32_t uidvalidity, uint32_t uid, struct pw_arena *arena,
			  struct pw_message_row **ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       COLUMNS " WHERE mailbox = ? AND uidvalidity = ? AND uid = ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, mailbox);
	pw_db_int(&stmt, uidvalidity);
	pw_db_int(&stmt, uid);
	return pw_db_first(&stmt, arena, read_row, ret, err);
}

int pw_store_message_by_hash(struct pw_store *store, const char *hash,
			     struct pw_arena *arena, struct pw_message_row **ret,
			     struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       COLUMNS " WHERE hash = ? AND hash IS NOT NULL AND"
			       " duplicate_of IS NULL ORDER BY id LIMIT 1",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, hash);
	return pw_db_first(&stmt, arena, read_row, ret, err);
}

int pw_store_message_get(struct pw_store *store, int64_t id, struct pw_arena *arena,
			 struct pw_message_row **ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, COLUMNS " WHERE id = ?", err) < 0)
		return -1;
	pw_db_int(&stmt, id);
	return pw_db_first(&stmt, arena, read_row, ret, err);
}

static int insert_row(struct pw_store *store, const struct pw_message_row *row,
		      int64_t *ret_id, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "INSERT INTO message(mailbox, uidvalidity, uid, hash, size,"
		       " received_ms, stored_ms, state, verdict, forwarder, subject,"
		       " finding, why, case_id, duplicate_of, is_acked, label)"
		       " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, row->mailbox);
	pw_db_int(&stmt, row->uidvalidity);
	pw_db_int(&stmt, row->uid);
	pw_db_text(&stmt, row->hash);
	pw_db_int(&stmt, row->size);
	pw_db_id(&stmt, row->received_ms);
	pw_db_int(&stmt, pw_db_time(store, row->stored_ms));
	pw_db_int(&stmt, row->state);
	pw_db_int(&stmt, row->verdict);
	pw_db_text(&stmt, row->forwarder);
	pw_db_text(&stmt, row->subject);
	pw_db_text(&stmt, row->finding);
	pw_db_text(&stmt, row->why);
	pw_db_id(&stmt, row->case_id);
	pw_db_id(&stmt, row->duplicate_of);
	pw_db_int(&stmt, row->is_acked);
	pw_db_text(&stmt, row->label);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	*ret_id = sqlite3_last_insert_rowid(store->db);
	return 0;
}

int pw_store_message_add(struct pw_store *store, const struct pw_message_row *row,
			 const void *raw, size_t raw_len, int64_t *ret_id,
			 struct pw_err *err)
{
	int64_t id;

	if (pw_store_begin(store, err) < 0)
		return -1;
	if (insert_row(store, row, &id, err) < 0 ||
	    (raw && pw_raw_add(store, id, raw, raw_len, err) < 0) ||
	    pw_store_commit(store, err) < 0) {
		pw_store_rollback(store);
		return pw_err_wrap(err, "message %u of '%s'", row->uid, row->mailbox);
	}
	*ret_id = id;
	return 0;
}

int pw_store_message_set_case(struct pw_store *store, int64_t id, int64_t case_id,
			      struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, "UPDATE message SET case_id = ? WHERE id = ?", err) <
	    0)
		return -1;
	pw_db_id(&stmt, case_id);
	pw_db_int(&stmt, id);
	return pw_db_run(&stmt, err);
}

int pw_store_message_set_label(struct pw_store *store, int64_t id, const char *label,
			       struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, "UPDATE message SET label = ? WHERE id = ?", err) <
	    0)
		return -1;
	pw_db_text(&stmt, label);
	pw_db_int(&stmt, id);
	return pw_db_run(&stmt, err);
}

static void list_where(struct pw_where *where, const struct pw_message_filter *f)
{
	pw_where_text(where, f->mailbox, "mailbox = ?");
	pw_where_int(where, f->case_id, "case_id = ?");
	pw_where_int(where, f->before_id, "id < ?");
	pw_where_int(where, f->since_ms, "stored_ms >= ?");
	pw_where_int(where, f->states, "(? >> state) & 1");
	pw_where_int(where, f->verdicts, "(? >> verdict) & 1");
	pw_where_text(where, f->customer,
		      "case_id IN (SELECT id FROM cases WHERE customer = ?)");
}

int pw_store_message_list(struct pw_store *store, const struct pw_message_filter *filter,
			  size_t limit, struct pw_arena *arena,
			  struct pw_message_row **ret, size_t *ret_n, struct pw_err *err)
{
	PW_CLEANUP(pw_where_done) struct pw_where where;
	PW_STMT stmt = { 0 };

	pw_where_init(&where, COLUMNS);
	list_where(&where, filter);
	if (pw_where_open(&stmt, &where, store, "ORDER BY id DESC LIMIT ?", limit, err) <
	    0)
		return -1;
	return pw_db_list(&stmt, arena, read_row, ret, ret_n, err);
}
