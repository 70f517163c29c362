/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purge.c - forgetting a customer for good.
 *
 * Rows go in the order in which others point to them; freed pages are
 * overwritten, and the write-ahead log, which still holds them, is emptied.
 */
#include <stddef.h>
#include <string.h>

#include "agent/store/db.h"
#include "agent/store/upkeep.h"

#define CASES_OF     "SELECT id FROM cases WHERE customer = ?1"
#define CONTRACTS_OF "SELECT contract_id FROM contract WHERE customer = ?1"

/* Messages of its cases, and those that its people sent, with duplicates. */
static const char fill_from_cases[] =
	"INSERT OR IGNORE INTO temp.doomed SELECT id FROM message"
	" WHERE case_id IN (" CASES_OF ")";
static const char fill_from_forwarders[] =
	"INSERT OR IGNORE INTO temp.doomed SELECT id FROM message"
	" WHERE forwarder LIKE ?1 ESCAPE '\\' OR forwarder LIKE ?2 ESCAPE '\\'";
static const char fill_from_duplicates[] =
	"INSERT OR IGNORE INTO temp.doomed SELECT id FROM message"
	" WHERE duplicate_of IN (SELECT id FROM temp.doomed)";

static const struct {
	const char *from; /* table and condition */
	size_t count;     /* where in struct pw_purge_counts */
} steps[] = {
	{ "outbox WHERE case_id IN (" CASES_OF ")"
	  " OR message_id IN (SELECT id FROM temp.doomed)",
	  offsetof(struct pw_purge_counts, mails) },
	{ "message WHERE id IN (SELECT id FROM temp.doomed) AND ?1 NOT NULL",
	  offsetof(struct pw_purge_counts, messages) },
	{ "touch WHERE contract_id IN (" CONTRACTS_OF ")",
	  offsetof(struct pw_purge_counts, touches) },
	{ "cases WHERE customer = ?1", offsetof(struct pw_purge_counts, cases) },
	{ "contract WHERE customer = ?1", offsetof(struct pw_purge_counts, contracts) },
};

static int run_with(struct pw_store *store, const char *sql, const char *customer,
		    struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_open_stmt(&stmt, store, sql, false, err) < 0)
		return -1;
	if (customer)
		pw_db_text(&stmt, customer);
	return pw_db_run(&stmt, err);
}

/* The messages that somebody at domain (or below it) forwarded. */
static int doom_domain(struct pw_store *store, const char *domain, size_t len,
		       struct pw_err *err)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf at = { 0 }, below = { 0 };
	PW_STMT stmt = { 0 };
	size_t i;

	pw_buf_init(&at, 1024);
	pw_buf_init(&below, 1024);
	pw_buf_adds(&at, "%@");
	pw_buf_adds(&below, "%@%.");
	for (i = 0; i < len; i++) {
		const char *escape = strchr("%_\\", domain[i]) ? "\\" : "";

		pw_buf_addf(&at, "%s%c", escape, domain[i]);
		pw_buf_addf(&below, "%s%c", escape, domain[i]);
	}
	if (pw_buf_failed(&at) || pw_buf_failed(&below) || !len)
		return 0; /* longer than any domain */
	if (pw_db_open_stmt(&stmt, store, fill_from_forwarders, false, err) < 0)
		return -1;
	pw_db_text(&stmt, at.data);
	pw_db_text(&stmt, below.data);
	return pw_db_run(&stmt, err);
}

static int doom_domains(struct pw_store *store, const char *customer, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	int step;

	if (pw_db_open_stmt(&stmt, store,
			    "SELECT DISTINCT customer_domains FROM contract"
			    " WHERE customer = ? AND customer_domains NOT NULL",
			    false, err) < 0)
		return -1;
	pw_db_text(&stmt, customer);
	while ((step = pw_db_step(&stmt, err)) == 1) {
		const char *at = pw_db_get_text(&stmt, NULL);

		while (*at) {
			size_t len = strcspn(at, ";");

			if (doom_domain(store, at, len, err) < 0)
				return -1;
			at += len + (at[len] == ';');
		}
	}
	return step;
}

static int doom_messages(struct pw_store *store, const char *customer, struct pw_err *err)
{
	if (pw_db_exec(store,
		       "CREATE TEMP TABLE IF NOT EXISTS doomed(id INTEGER PRIMARY KEY);"
		       "DELETE FROM temp.doomed",
		       err) < 0 ||
	    run_with(store, fill_from_cases, customer, err) < 0 ||
	    doom_domains(store, customer, err) < 0)
		return -1;
	return run_with(store, fill_from_duplicates, NULL, err);
}

static int count_step(struct pw_store *store, const char *from, const char *customer,
		      int64_t *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *sql = pw_asprintf("SELECT count(*) FROM %s", from);
	PW_STMT stmt = { 0 };

	if (pw_db_open_stmt(&stmt, store, sql, false, err) < 0)
		return -1;
	pw_db_text(&stmt, customer);
	return pw_db_first_int(&stmt, ret, err);
}

static int delete_step(struct pw_store *store, const char *from, const char *customer,
		       struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *sql = pw_asprintf("DELETE FROM %s", from);

	return run_with(store, sql, customer, err);
}

static int delete_all(struct pw_store *store, const char *customer, struct pw_err *err)
{
	size_t i;

	if (delete_step(store,
			"identifier WHERE row IN"
			" (SELECT row FROM contract WHERE customer = ?1)",
			customer, err) < 0)
		return -1;
	for (i = 0; i < PW_ARRAY_LEN(steps); i++)
		if (delete_step(store, steps[i].from, customer, err) < 0)
			return -1;
	/* Digests name customers; those that are sent are only a record. */
	if (pw_db_exec(store,
		       "UPDATE outbox SET compose = NULL, data = NULL"
		       " WHERE kind = 'digest' AND state = 1",
		       err) < 0)
		return -1;
	/* What was made from contracts must be made anew. */
	return pw_db_exec(store, "UPDATE generation SET version = version + 1", err);
}

static int purge(struct pw_store *store, const char *customer, struct pw_err *err)
{
	if (pw_store_begin(store, err) < 0)
		return -1;
	return pw_store_end(store, delete_all(store, customer, err), err);
}

int pw_store_purge_customer(struct pw_store *store, const char *customer, bool dry_run,
			    struct pw_purge_counts *ret, struct pw_err *err)
{
	struct pw_purge_counts counts = { 0 };
	int rc;
	size_t i;

	if (doom_messages(store, customer, err) < 0)
		return -1;
	for (i = 0; i < PW_ARRAY_LEN(steps); i++)
		if (count_step(store, steps[i].from, customer,
			       (int64_t *)((char *)&counts + steps[i].count), err) < 0)
			return -1;
	*ret = counts;
	if (dry_run)
		return 0;
	/* An import in between would be counted among the present ones too soon. */
	if (pw_lock_take(store, PW_LOCK_IMPORT, false, err) < 0)
		return pw_err_wrap(err, "an import is running");
	rc = pw_db_exec(store, "PRAGMA secure_delete = ON", err);
	if (rc == 0)
		rc = purge(store, customer, err);
	if (rc == 0 && store->path)
		rc = pw_db_exec(store, "PRAGMA wal_checkpoint(TRUNCATE)", err);
	pw_lock_drop(store, PW_LOCK_IMPORT);
	return rc;
}
