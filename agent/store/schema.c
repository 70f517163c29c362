/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema.c - the tables, as steps from one version to the next.
 *
 * A step that was released is never edited; a change is a new step.
 *
 * Contracts are versioned by import: a row is present while from_gen <= live
 * < to_gen.  An import writes its rows with from_gen = live + 1, where nobody
 * sees them, and becomes present by adding one to live.  The rows that it
 * replaced are the history.
 */
#include "agent/store/db.h"

#include <stdio.h>

static const char step_1[] =
	"CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"

	"CREATE TABLE mailbox(name TEXT PRIMARY KEY, uidvalidity INTEGER NOT NULL,"
	" last_uid INTEGER NOT NULL, first_ms INTEGER, last_ok_ms INTEGER,"
	" n_old INTEGER NOT NULL DEFAULT 0, failing_ms INTEGER, error TEXT) WITHOUT "
	"ROWID;"

	"CREATE TABLE cases(id INTEGER PRIMARY KEY AUTOINCREMENT, rival TEXT, rival_name "
	"TEXT,"
	" customer TEXT, vendor TEXT, verdict INTEGER NOT NULL, owner_email TEXT,"
	" opened_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, is_open INTEGER NOT NULL,"
	" outcome TEXT, note TEXT, closed_ms INTEGER, mailed_ms INTEGER,"
	" snoozed_until_ms INTEGER, thread_id TEXT, subject TEXT,"
	" claims INTEGER NOT NULL, timing INTEGER NOT NULL, severity INTEGER NOT NULL,"
	" soonest_end INTEGER, n_messages INTEGER NOT NULL, n_pending INTEGER NOT NULL,"
	" judgement TEXT);"
	"CREATE INDEX cases_rival ON cases(rival, customer);"
	"CREATE INDEX cases_customer ON cases(customer);"
	"CREATE INDEX cases_open ON cases(last_ms) WHERE is_open;"
	"CREATE INDEX cases_pending ON cases(mailed_ms) WHERE is_open AND n_pending > 0;"

	"CREATE TABLE message(id INTEGER PRIMARY KEY AUTOINCREMENT, mailbox TEXT NOT "
	"NULL,"
	" uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL, hash TEXT,"
	" size INTEGER NOT NULL, received_ms INTEGER, stored_ms INTEGER NOT NULL,"
	" state INTEGER NOT NULL, verdict INTEGER NOT NULL, forwarder TEXT, subject TEXT,"
	" finding TEXT, why TEXT, case_id INTEGER REFERENCES cases(id) ON DELETE SET "
	"NULL,"
	" duplicate_of INTEGER REFERENCES message(id) ON DELETE SET NULL,"
	" is_acked INTEGER NOT NULL, label TEXT, is_expired INTEGER NOT NULL DEFAULT 0,"
	" UNIQUE(mailbox, uidvalidity, uid));"
	"CREATE INDEX message_hash ON message(hash)"
	" WHERE hash IS NOT NULL AND duplicate_of IS NULL;"
	"CREATE INDEX message_case ON message(case_id) WHERE case_id IS NOT NULL;"
	"CREATE INDEX message_duplicate ON message(duplicate_of)"
	" WHERE duplicate_of IS NOT NULL;"
	"CREATE INDEX message_unacked ON message(mailbox, uidvalidity, uid)"
	" WHERE NOT is_acked;"
	"CREATE INDEX message_stored ON message(stored_ms);"
	"CREATE INDEX message_expirable ON message(stored_ms) WHERE NOT is_expired"
	" AND verdict = 0 AND case_id IS NULL AND label IS NULL;"

	"CREATE TABLE raw(message_id INTEGER PRIMARY KEY"
	" REFERENCES message(id) ON DELETE CASCADE, size INTEGER NOT NULL,"
	" zstd BLOB NOT NULL);"

	"CREATE TABLE case_contract(case_id INTEGER NOT NULL"
	" REFERENCES cases(id) ON DELETE CASCADE, contract_id TEXT NOT NULL, how TEXT,"
	" evidence TEXT, message_id INTEGER REFERENCES message(id) ON DELETE SET NULL,"
	" since_ms INTEGER NOT NULL, PRIMARY KEY(case_id, contract_id)) WITHOUT ROWID;"
	"CREATE INDEX case_contract_contract ON case_contract(contract_id);"
	"CREATE INDEX case_contract_message ON case_contract(message_id);"

	"CREATE TABLE case_event(id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL"
	" REFERENCES cases(id) ON DELETE CASCADE, at_ms INTEGER NOT NULL,"
	" kind TEXT NOT NULL, message_id INTEGER REFERENCES message(id) ON DELETE SET "
	"NULL,"
	" outbox_id INTEGER, text TEXT);"
	"CREATE INDEX case_event_case ON case_event(case_id);"
	"CREATE INDEX case_event_message ON case_event(message_id)"
	" WHERE message_id IS NOT NULL;"

	"CREATE TABLE case_once(case_id INTEGER NOT NULL"
	" REFERENCES cases(id) ON DELETE CASCADE, what TEXT NOT NULL, person TEXT NOT "
	"NULL,"
	" PRIMARY KEY(case_id, what, person)) WITHOUT ROWID;"

	"CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
	" header_id TEXT NOT NULL UNIQUE, subject TEXT,"
	" case_id INTEGER REFERENCES cases(id) ON DELETE SET NULL,"
	" message_id INTEGER REFERENCES message(id) ON DELETE SET NULL,"
	" compose TEXT, data BLOB, without_original INTEGER NOT NULL DEFAULT 0,"
	" state INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
	" created_ms INTEGER NOT NULL, next_ms INTEGER NOT NULL, done_ms INTEGER,"
	" error TEXT);"
	"CREATE INDEX outbox_queued ON outbox(next_ms) WHERE state = 0;"
	"CREATE INDEX outbox_dead ON outbox(id) WHERE state = 2;"
	"CREATE INDEX outbox_created ON outbox(created_ms);"
	"CREATE INDEX outbox_case ON outbox(case_id) WHERE case_id IS NOT NULL;"
	"CREATE INDEX outbox_message ON outbox(message_id) WHERE message_id IS NOT NULL;"
	"CREATE INDEX outbox_bytes ON outbox(done_ms) WHERE state = 1 AND"
	" (data IS NOT NULL OR compose IS NOT NULL);"
	"CREATE TABLE outbox_rcpt(outbox_id INTEGER NOT NULL"
	" REFERENCES outbox(id) ON DELETE CASCADE, n INTEGER NOT NULL,"
	" address TEXT NOT NULL, state INTEGER NOT NULL, error TEXT,"
	" PRIMARY KEY(outbox_id, n)) WITHOUT ROWID;"

	"CREATE TABLE generation(one INTEGER PRIMARY KEY CHECK (one = 1),"
	" version INTEGER NOT NULL, live INTEGER NOT NULL, staging INTEGER);"
	"INSERT INTO generation VALUES (1, 0, 0, NULL);"

	"CREATE TABLE contract(row INTEGER PRIMARY KEY, contract_id TEXT NOT NULL,"
	" from_gen INTEGER NOT NULL, to_gen INTEGER NOT NULL DEFAULT " PW_STORE_LIVE_MAX
	","
	" since_ms INTEGER NOT NULL, missing_ms INTEGER,"
	" customer TEXT NOT NULL, vendor TEXT NOT NULL, product TEXT, number TEXT,"
	" serials TEXT, quantity TEXT, start_day INTEGER, end_day INTEGER,"
	" annual_value TEXT, currency TEXT, owner_email TEXT, status INTEGER NOT NULL,"
	" customer_domains TEXT, customer_aliases TEXT, contact_name TEXT,"
	" contact_email TEXT, contact_phone TEXT, UNIQUE(contract_id, from_gen));"
	"CREATE INDEX contract_customer ON contract(customer, contract_id);"
	"CREATE INDEX contract_end ON contract(end_day);"
	"CREATE INDEX contract_from ON contract(from_gen);"
	"CREATE INDEX contract_to ON contract(to_gen) WHERE to_gen < " PW_STORE_LIVE_MAX
	";"
	"CREATE INDEX contract_missing ON contract(row) WHERE missing_ms IS NOT NULL;"
	"CREATE VIEW present AS SELECT contract.* FROM contract"
	" WHERE from_gen <= (SELECT live FROM generation)"
	" AND to_gen > (SELECT live FROM generation);"
	"CREATE TABLE identifier(normal TEXT NOT NULL, row INTEGER NOT NULL,"
	" PRIMARY KEY(normal, row)) WITHOUT ROWID;"

	"CREATE TABLE touch(id INTEGER PRIMARY KEY, contract_id TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL, kind TEXT NOT NULL, note TEXT, who TEXT,"
	" gen INTEGER NOT NULL DEFAULT 0);"
	"CREATE INDEX touch_contract ON touch(contract_id, at_ms);"
	"CREATE INDEX touch_gen ON touch(gen) WHERE gen > 0;"

	"CREATE TABLE import(gen INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL,"
	" lines INTEGER NOT NULL, added INTEGER NOT NULL, changed INTEGER NOT NULL);";

/* What is unreadable has a verdict for people, and no case: it is forgotten
   like what was ignored. */
static const char step_2[] =
	"DROP INDEX message_expirable;"
	"CREATE INDEX message_expirable ON message(stored_ms) WHERE NOT is_expired"
	" AND case_id IS NULL AND label IS NULL;";

static const char *const steps[] = { step_1, step_2 };

int pw_schema_latest(void)
{
	return (int)PW_ARRAY_LEN(steps);
}

int pw_schema_migrate(struct pw_store *store, int from, struct pw_err *err)
{
	char pragma[96];
	int i;

	if (pw_store_begin(store, err) < 0)
		return -1;
	for (i = from; i < pw_schema_latest(); i++)
		if (pw_db_exec(store, steps[i], err) < 0)
			goto undo;
	snprintf(pragma, sizeof pragma,
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 PW_STORE_APPLICATION, pw_schema_latest());
	if (pw_db_exec(store, pragma, err) < 0 || pw_store_commit(store, err) < 0)
		goto undo;
	return 0;
undo:
	pw_store_rollback(store);
	return pw_err_wrap(err, "bringing the store from schema %d to %d", from,
			   pw_schema_latest());
}
