/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purge.c - forgetting a customer for good.
 *
 * Rows go in the order in which others point to them; freed pages are
 * overwritten, and the write-ahead log, which still holds them, is emptied.
 */
#include <stddef.h>

#include "agent/store/db.h"
#include "agent/store/upkeep.h"

#define CASES_OF    "SELECT id FROM cases WHERE customer = ?1"
#define MESSAGES_OF "SELECT id FROM message WHERE case_id IN (" CASES_OF ")"
/* Duplicates have no case of their own. */
#define ALL_MESSAGES "(id IN (" MESSAGES_OF ") OR duplicate_of IN (" MESSAGES_OF "))"
#define CONTRACTS_OF "SELECT contract_id FROM contract WHERE customer = ?1"

static const struct {
	const char *from; /* table and condition */
	size_t count;     /* where in struct pw_purge_counts */
} steps[] = {
	{ "outbox WHERE case_id IN (" CASES_OF ") OR message_id IN (" MESSAGES_OF ")",
	  offsetof(struct pw_purge_counts, mails) },
	{ "message WHERE " ALL_MESSAGES, offsetof(struct pw_purge_counts, messages) },
	{ "touch WHERE contract_id IN (" CONTRACTS_OF ")",
	  offsetof(struct pw_purge_counts, touches) },
	{ "cases WHERE customer = ?1", offsetof(struct pw_purge_counts, cases) },
	{ "contract WHERE customer = ?1", offsetof(struct pw_purge_counts, contracts) },
};

static int count_step(struct pw_store *store, const char *from, const char *customer,
		      int64_t *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *sql = pw_asprintf("SELECT count(*) FROM %s", from);
	PW_STMT stmt = { 0 };

	if (pw_db_open_stmt(&stmt, store, sql, false, err) < 0)
		return -1;
	pw_db_text(&stmt, customer);
	if (pw_db_step(&stmt, err) < 0)
		return -1;
	*ret = pw_db_get_int(&stmt);
	return 0;
}

static int delete_step(struct pw_store *store, const char *from, const char *customer,
		       struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *sql = pw_asprintf("DELETE FROM %s", from);
	PW_STMT stmt = { 0 };

	if (pw_db_open_stmt(&stmt, store, sql, false, err) < 0)
		return -1;
	pw_db_text(&stmt, customer);
	return pw_db_run(&stmt, err);
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
	/* What was made from contracts must be made anew. */
	return pw_db_exec(store, "UPDATE generation SET version = version + 1", err);
}

static int purge(struct pw_store *store, const char *customer, struct pw_err *err)
{
	if (pw_store_begin(store, err) < 0)
		return -1;
	if (delete_all(store, customer, err) < 0 || pw_store_commit(store, err) < 0) {
		pw_store_rollback(store);
		return -1;
	}
	return 0;
}

int pw_store_purge_customer(struct pw_store *store, const char *customer, bool dry_run,
			    struct pw_purge_counts *ret, struct pw_err *err)
{
	struct pw_purge_counts counts = { 0 };
	int rc;
	size_t i;

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
