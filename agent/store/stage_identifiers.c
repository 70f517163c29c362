/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage_identifiers.c - the index of contract numbers and serials.
 *
 * What an import adds is collected in the scratch database first and written
 * in the order of the index: in the order of the contracts every serial would
 * touch another page, and a million of them would write the index many times
 * over.
 */
#include <string.h>

#include "agent/store/stage_apply.h"
#include "rules/match/known.h"

#define IDENTIFIER_MAX 256
#define PROGRESS_EVERY 4096

static const char collect[] =
	"INSERT INTO scratch_identifier(normal, contract_row) VALUES (?, ?)";
static const char remove_one[] = "DELETE FROM identifier WHERE normal = ? AND row = ?";

/* Run sql, a literal, for one identifier. */
static int run_one(struct pw_store *store, const char *sql, const char *text, size_t len,
		   int64_t row, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	char normal[IDENTIFIER_MAX];

	if (!pw_identifier_normalise(text, len, normal, sizeof normal))
		return 0;
	if (pw_db_open_stmt(&stmt, store, sql, true, err) < 0)
		return -1;
	pw_db_text(&stmt, normal);
	pw_db_int(&stmt, row);
	return pw_db_run(&stmt, err);
}

static int run_all(struct pw_store *store, const char *sql,
		   const struct pw_contract *contract, int64_t row, struct pw_err *err)
{
	const char *number = contract->number;
	const char *at = contract->serials ? contract->serials : "";

	if (number && run_one(store, sql, number, strlen(number), row, err) < 0)
		return -1;
	while (*at) {
		size_t len = strcspn(at, ";");

		if (run_one(store, sql, at, len, row, err) < 0)
			return -1;
		at += len + (at[len] == ';');
	}
	return 0;
}

int pw_apply_collect_identifiers(struct pw_apply *apply,
				 const struct pw_contract *contract, int64_t row,
				 struct pw_err *err)
{
	return run_all(apply->stage->scratch, collect, contract, row, err);
}

int pw_apply_remove_identifiers(struct pw_store *store,
				const struct pw_contract *contract, int64_t row,
				struct pw_err *err)
{
	return run_all(store, remove_one, contract, row, err);
}

static int insert(struct pw_apply *apply, struct pw_stmt *from, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_apply_open_batch(apply, err) < 0 ||
	    pw_db_stmt(&stmt, apply->stage->store,
		       "INSERT OR IGNORE INTO identifier(normal, row) VALUES (?, ?)",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, pw_db_get_text(from, NULL));
	pw_db_int(&stmt, pw_db_get_int(from));
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	return pw_apply_count(apply, err);
}

int pw_apply_write_identifiers(struct pw_apply *apply, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	int64_t total;
	uint64_t done = 0;
	int step;

	if (pw_db_number(apply->stage->scratch, "SELECT count(*) FROM scratch_identifier",
			 &total, err) < 0 ||
	    pw_db_stmt(&stmt, apply->stage->scratch,
		       "SELECT normal, contract_row FROM scratch_identifier"
		       " ORDER BY normal, contract_row",
		       err) < 0)
		return -1;
	while ((step = pw_db_step(&stmt, err)) == 1) {
		if (insert(apply, &stmt, err) < 0)
			return -1;
		if (++done % PROGRESS_EVERY == 0 &&
		    pw_apply_progress(apply, PW_APPLY_IDENTIFIERS, done, (uint64_t)total,
				      err) < 0)
			return -1;
	}
	return step;
}
