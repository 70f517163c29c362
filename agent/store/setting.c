/* SPDX-License-Identifier: Apache-2.0 */
/* setting.c - small values by name, the contracts' version, and figures. */
#include "agent/store/db.h"
#include "agent/store/messages.h"
#include "agent/store/outbox.h"

int pw_store_get(struct pw_store *store, const char *key, struct pw_arena *arena,
		 const char **ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	const char *value = NULL;
	int step;

	if (pw_db_stmt(&stmt, store, "SELECT value FROM setting WHERE key = ?", err) < 0)
		return -1;
	pw_db_text(&stmt, key);
	step = pw_db_step(&stmt, err);
	if (step < 0)
		return -1;
	if (step && !(value = pw_db_get_text(&stmt, arena)))
		return pw_db_full_arena(err);
	*ret = value;
	return 0;
}

int pw_store_set(struct pw_store *store, const char *key, const char *value,
		 struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (!value) {
		if (pw_db_stmt(&stmt, store, "DELETE FROM setting WHERE key = ?", err) <
		    0)
			return -1;
	} else if (pw_db_stmt(&stmt, store,
			      "INSERT INTO setting(key, value) VALUES (?, ?)"
			      " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
			      err) < 0) {
		return -1;
	}
	pw_db_text(&stmt, key);
	if (value)
		pw_db_text(&stmt, value);
	return pw_db_run(&stmt, err);
}

int pw_store_contracts_version(struct pw_store *store, int64_t *ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, "SELECT version FROM generation", err) < 0)
		return -1;
	return pw_db_first_int(&stmt, ret, err);
}

/* Counting a million rows takes a moment: once a version. */
static int count_contracts(struct pw_store *store, struct pw_store_counts *ret,
			   struct pw_err *err)
{
	int64_t version;

	if (pw_store_contracts_version(store, &version, err) < 0)
		return -1;
	if (version != store->counted_version) {
		if (pw_db_number(store, "SELECT count(*) FROM present",
				 &store->n_contracts, err) < 0 ||
		    pw_db_number(store, "SELECT count(DISTINCT customer) FROM present",
				 &store->n_customers, err) < 0)
			return -1;
		store->counted_version = version;
	}
	ret->contracts = store->n_contracts;
	ret->customers = store->n_customers;
	return 0;
}

static int count_messages(struct pw_store *store, int64_t since_ms,
			  struct pw_store_counts *ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	int step;

	if (pw_db_stmt(&stmt, store,
		       "SELECT state, verdict, count(*) FROM message"
		       " WHERE stored_ms >= ? GROUP BY state, verdict",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, since_ms);
	while ((step = pw_db_step(&stmt, err)) == 1) {
		int64_t state = pw_db_get_int(&stmt), verdict = pw_db_get_int(&stmt);
		int64_t n = pw_db_get_int(&stmt);

		ret->messages += n;
		ret->duplicates += state == PW_MESSAGE_DUPLICATE ? n : 0;
		ret->unreadable += state == PW_MESSAGE_UNREADABLE ? n : 0;
		ret->too_large += state == PW_MESSAGE_TOO_LARGE ? n : 0;
		ret->refused += state == PW_MESSAGE_REFUSED ? n : 0;
		if (state == PW_MESSAGE_DUPLICATE)
			continue;
		ret->alerts += verdict == PW_VERDICT_ALERT ? n : 0;
		ret->reviews += verdict == PW_VERDICT_REVIEW ? n : 0;
		ret->ignored += verdict == PW_VERDICT_IGNORE ? n : 0;
	}
	return step;
}

static int count_outbox(struct pw_store *store, int64_t since_ms,
			struct pw_store_counts *ret, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_number(store, "SELECT count(*) FROM outbox WHERE state = 0",
			 &ret->outbox_queued, err) < 0 ||
	    pw_db_number(store, "SELECT count(*) FROM outbox WHERE state = 2",
			 &ret->outbox_dead, err) < 0 ||
	    pw_db_stmt(&stmt, store,
		       "SELECT count(*) FROM outbox WHERE state = 1 AND created_ms >= ?",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, since_ms);
	return pw_db_first_int(&stmt, &ret->outbox_sent, err);
}

int pw_store_counts(struct pw_store *store, int64_t since_ms, struct pw_store_counts *ret,
		    struct pw_err *err)
{
	struct pw_store_counts counts = { 0 };

	if (count_messages(store, since_ms, &counts, err) < 0 ||
	    count_outbox(store, since_ms, &counts, err) < 0 ||
	    count_contracts(store, &counts, err) < 0 ||
	    pw_db_number(store, "SELECT count(*) FROM message WHERE NOT is_acked",
			 &counts.unacked, err) < 0 ||
	    pw_db_number(store, "SELECT count(*) FROM cases WHERE is_open",
			 &counts.open_cases, err) < 0)
		return -1;
	*ret = counts;
	return 0;
}
