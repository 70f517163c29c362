/* SPDX-License-Identifier: Apache-2.0 */
/* contracts.c - looking contracts up. */
#include "agent/store/contracts.h"

#include <string.h>

#include "agent/store/contract_row.h"
#include "rules/match/known.h"

#define SELECT  "SELECT " PW_CONTRACT_COLUMNS ", since_ms, missing_ms FROM "
#define PRESENT SELECT "present"

static void read_row(struct pw_stmt *stmt, struct pw_arena *arena, void *ret)
{
	struct pw_contract_row *row = ret;

	pw_contract_row_read(stmt, arena, row);
	row->since_ms = pw_db_get_int(stmt);
	row->missing_ms = pw_db_get_int(stmt);
}

int pw_store_contract_get(struct pw_store *store, const char *contract_id,
			  struct pw_arena *arena, struct pw_contract_row **ret,
			  struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store, PRESENT " WHERE contract_id = ?", err) < 0)
		return -1;
	pw_db_text(&stmt, contract_id);
	return pw_db_first(&stmt, arena, read_row, ret, err);
}

int pw_store_contracts_of_customer(struct pw_store *store, const char *customer,
				   size_t limit, struct pw_arena *arena,
				   struct pw_contract_row **ret, size_t *ret_n,
				   struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       PRESENT " WHERE customer = ? ORDER BY contract_id LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, customer);
	pw_db_int(&stmt, (int64_t)limit);
	return pw_db_list(&stmt, arena, read_row, ret, ret_n, err);
}

int pw_store_contracts_by_identifier(struct pw_store *store, const char *identifier,
				     size_t limit, struct pw_arena *arena,
				     struct pw_contract_row **ret, size_t *ret_n,
				     struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	char normal[256];

	if (!pw_identifier_normalise(identifier, strlen(identifier), normal,
				     sizeof normal)) {
		*ret = NULL;
		*ret_n = 0;
		return 0;
	}
	if (pw_db_stmt(&stmt, store,
		       PRESENT
		       " WHERE row IN (SELECT row FROM identifier WHERE normal = ?)"
		       " ORDER BY contract_id LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, normal);
	pw_db_int(&stmt, (int64_t)limit);
	return pw_db_list(&stmt, arena, read_row, ret, ret_n, err);
}

int pw_store_contracts_ending(struct pw_store *store, pw_day first, pw_day last,
			      size_t limit, struct pw_arena *arena,
			      struct pw_contract_row **ret, size_t *ret_n,
			      struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       PRESENT " WHERE end_day BETWEEN ? AND ?"
			       " ORDER BY end_day, contract_id LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, first);
	pw_db_int(&stmt, last);
	pw_db_int(&stmt, (int64_t)limit);
	return pw_db_list(&stmt, arena, read_row, ret, ret_n, err);
}

int pw_store_contract_history(struct pw_store *store, const char *contract_id,
			      size_t limit, struct pw_arena *arena,
			      struct pw_contract_row **ret, size_t *ret_n,
			      struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	struct pw_contract_row *rows;
	size_t n, i;

	if (pw_db_stmt(&stmt, store,
		       SELECT "contract WHERE contract_id = ?"
			      " AND from_gen <= (SELECT live FROM generation)"
			      " ORDER BY from_gen LIMIT ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, contract_id);
	pw_db_int(&stmt, (int64_t)limit);
	if (pw_db_list(&stmt, arena, read_row, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i + 1 < n; i++)
		rows[i].until_ms = rows[i + 1].since_ms;
	*ret = rows;
	*ret_n = n;
	return 0;
}

struct pw_contract_cursor {
	struct pw_stmt stmt;
	struct pw_contract_row row;
};

int pw_contract_cursor_open(struct pw_contract_cursor **ret, struct pw_store *store,
			    enum pw_contract_order order, struct pw_err *err)
{
	static const char *const sql[] = {
		[PW_ORDER_ID] = PRESENT " ORDER BY contract_id",
		[PW_ORDER_CUSTOMER] = PRESENT " ORDER BY customer, contract_id",
	};
	PW_CLEANUP(pw_contract_cursor_closep)
	struct pw_contract_cursor *cursor = pw_alloc(1, sizeof *cursor);

	if (pw_db_open_stmt(&cursor->stmt, store, sql[order], false, err) < 0)
		return -1;
	*ret = PW_TAKE(cursor);
	return 0;
}

int pw_contract_cursor_next(struct pw_contract_cursor *cursor,
			    const struct pw_contract_row **ret, struct pw_err *err)
{
	int step = pw_db_step(&cursor->stmt, err);

	if (step == 1) {
		read_row(&cursor->stmt, NULL, &cursor->row);
		*ret = &cursor->row;
	}
	return step;
}

void pw_contract_cursor_close(struct pw_contract_cursor *cursor)
{
	if (!cursor)
		return;
	pw_db_close_stmt(&cursor->stmt);
	free(cursor);
}
