/* SPDX-License-Identifier: Apache-2.0 */
/* stage_identifiers.c - the index of contract numbers and serials. */
#include <string.h>

#include "agent/store/stage_apply.h"
#include "rules/match/known.h"

#define IDENTIFIER_MAX 256

static const char *const statements[] = {
	"INSERT OR IGNORE INTO identifier(normal, row) VALUES (?, ?)",
	"DELETE FROM identifier WHERE normal = ? AND row = ?",
};

static int write_one(struct pw_store *store, const char *text, size_t len, int64_t row,
		     bool is_removal, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	char normal[IDENTIFIER_MAX];

	if (!pw_identifier_normalise(text, len, normal, sizeof normal))
		return 0;
	if (pw_db_open_stmt(&stmt, store, statements[is_removal], true, err) < 0)
		return -1;
	pw_db_text(&stmt, normal);
	pw_db_int(&stmt, row);
	return pw_db_run(&stmt, err);
}

int pw_apply_identifiers(struct pw_store *store, const char *number, const char *serials,
			 int64_t row, bool is_removal, struct pw_err *err)
{
	const char *at = serials ? serials : "";

	if (number && write_one(store, number, strlen(number), row, is_removal, err) < 0)
		return -1;
	while (*at) {
		size_t len = strcspn(at, ";");

		if (write_one(store, at, len, row, is_removal, err) < 0)
			return -1;
		at += len + (at[len] == ';');
	}
	return 0;
}
