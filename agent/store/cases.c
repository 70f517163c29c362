/* SPDX-License-Identifier: Apache-2.0 */
/* cases.c - rows of cases. */
#include "agent/store/cases.h"

#include "agent/store/db.h"

#define COLUMNS                                                                          \
	"SELECT id, rival, rival_name, customer, vendor, verdict, owner_email, "         \
	"opened_ms, last_ms, is_open, outcome, note, closed_ms, mailed_ms, "             \
	"snoozed_until_ms, thread_id, subject, claims, timing, severity, soonest_end, "  \
	"n_messages, n_pending, judgement FROM cases"

static void read_row(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_case_row *row = ret;

	row->id = pw_db_get_int(stmt);
	row->rival = pw_db_get_text(stmt, arena);
	row->rival_name = pw_db_get_text(stmt, arena);
	row->customer = pw_db_get_text(stmt, arena);
	row->vendor = pw_db_get_text(stmt, arena);
	row->verdict = (enum pw_verdict)pw_db_get_int(stmt);
	row->owner_email = pw_db_get_text(stmt, arena);
	row->opened_ms = pw_db_get_int(stmt);
	row->last_ms = pw_db_get_int(stmt);
	row->is_open = pw_db_get_int(stmt) != 0;
	row->outcome = pw_db_get_text(stmt, arena);
	row->note = pw_db_get_text(stmt, arena);
	row->closed_ms = pw_db_get_int(stmt);
	row->mailed_ms = pw_db_get_int(stmt);
	row->snoozed_until_ms = pw_db_get_int(stmt);
	row->thread_id = pw_db_get_text(stmt, arena);
	row->subject = pw_db_get_text(stmt, arena);
	row->claims = (unsigned)pw_db_get_int(stmt);
	row->timing = (enum pw_timing)pw_db_get_int(stmt);
	row->severity = (enum pw_severity)pw_db_get_int(stmt);
	row->soonest_end = pw_db_get_day(stmt);
	row->n_messages = pw_db_get_int(stmt);
	row->n_pending = pw_db_get_int(stmt);
	row->judgement = pw_db_get_text(stmt, arena);
}

int pw_store_case_get(struct pw_store *store, int64_t id, struct pw_arena *arena,
		      struct pw_case_row **ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, COLUMNS " WHERE id = ?", err) < 0)
		return -1;
	pw_db_int(&stmt, id);
	return pw_db_first(&stmt, arena, read_row, ret, err);
}

static void bind_row(struct pw_stmt *stmt, struct pw_store *store,
		     const struct pw_case_row *row)
{
	pw_db_id(stmt, row->id);
	pw_db_text(stmt, row->rival);
	pw_db_text(stmt, row->rival_name);
	pw_db_text(stmt, row->customer);
	pw_db_text(stmt, row->vendor);
	pw_db_int(stmt, row->verdict);
	pw_db_text(stmt, row->owner_email);
	pw_db_int(stmt, pw_db_time(store, row->opened_ms));
	pw_db_int(stmt, pw_db_time(store, row->last_ms));
	pw_db_int(stmt, row->is_open);
	pw_db_text(stmt, row->outcome);
	pw_db_text(stmt, row->note);
	pw_db_id(stmt, row->closed_ms);
	pw_db_id(stmt, row->mailed_ms);
	pw_db_id(stmt, row->snoozed_until_ms);
	pw_db_text(stmt, row->thread_id);
	pw_db_text(stmt, row->subject);
	pw_db_int(stmt, row->claims);
	pw_db_int(stmt, row->timing);
	pw_db_int(stmt, row->severity);
	pw_db_day(stmt, row->soonest_end);
	pw_db_int(stmt, row->n_messages);
	pw_db_int(stmt, row->n_pending);
	pw_db_text(stmt, row->judgement);
}

int pw_store_case_put(struct pw_store *store, const struct pw_case_row *row,
		      int64_t *ret_id, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	/* Not REPLACE: that would delete the row and what hangs on it. */
	if (pw_db_stmt(
		    &stmt, store,
		    "INSERT INTO cases(id, rival, rival_name, customer, vendor, verdict,"
		    " owner_email, opened_ms, last_ms, is_open, outcome, note, closed_ms,"
		    " mailed_ms, snoozed_until_ms, thread_id, subject, claims, timing,"
		    " severity, soonest_end, n_messages, n_pending, judgement)"
		    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
		    " ON CONFLICT(id) DO UPDATE SET (rival, rival_name, customer, vendor,"
		    " verdict, owner_email, opened_ms, last_ms, is_open, outcome, note,"
		    " closed_ms, mailed_ms, snoozed_until_ms, thread_id, subject, claims,"
		    " timing, severity, soonest_end, n_messages, n_pending, judgement) ="
		    " (excluded.rival, excluded.rival_name, excluded.customer,"
		    " excluded.vendor, excluded.verdict, excluded.owner_email,"
		    " excluded.opened_ms, excluded.last_ms, excluded.is_open,"
		    " excluded.outcome, excluded.note, excluded.closed_ms,"
		    " excluded.mailed_ms, excluded.snoozed_until_ms, excluded.thread_id,"
		    " excluded.subject, excluded.claims, excluded.timing,"
		    " excluded.severity, excluded.soonest_end, excluded.n_messages,"
		    " excluded.n_pending, excluded.judgement)",
		    err) < 0)
		return -1;
	bind_row(&stmt, store, row);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	*ret_id = row->id ? row->id : sqlite3_last_insert_rowid(store->db);
	return 0;
}

static void list_where(struct pw_where *where, const struct pw_case_filter *f)
{
	pw_where_text(where, f->rival, "rival = ?");
	pw_where_text(where, f->customer, "customer = ?");
	pw_where_text(where, f->vendor, "vendor = ?");
	pw_where_text(where, f->owner_email, "owner_email = ?");
	pw_where_is(where, f->only_open, "is_open");
	pw_where_is(where, f->only_closed, "NOT is_open");
	pw_where_is(where, f->only_pending, "is_open AND n_pending > 0");
	pw_where_int(where, f->mailed_before_ms, "coalesce(mailed_ms, 0) < ?");
	pw_where_int(where, f->since_ms, "last_ms >= ?");
	pw_where_int(where, f->last_before_ms, "last_ms < ?");
	pw_where_int(where, f->before_id, "id < ?");
	pw_where_text(where, f->contract_id,
		      "id IN (SELECT case_id FROM case_contract WHERE contract_id = ?)");
}

int pw_store_case_list(struct pw_store *store, const struct pw_case_filter *filter,
		       size_t limit, struct pw_arena *arena, struct pw_case_row **ret,
		       size_t *ret_n, struct pw_err *err)
{
	PW_CLEANUP(pw_where_done) struct pw_where where;
	PW_STMT stmt = { 0 };

	pw_where_init(&where, COLUMNS);
	list_where(&where, filter);
	if (pw_where_open(&stmt, &where, store,
			  filter->urgent_first ? "ORDER BY verdict DESC, id LIMIT ?"
					       : "ORDER BY id DESC LIMIT ?",
			  limit, err) < 0)
		return -1;
	return pw_db_list(&stmt, arena, read_row, ret, ret_n, err);
}
