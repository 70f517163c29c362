/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contract_row.h - one list of a contract's columns for reading, writing and
 * comparing (internal).
 */
#ifndef PW_STORE_CONTRACT_ROW_H
#define PW_STORE_CONTRACT_ROW_H

#include "agent/store/contracts.h"
#include "agent/store/db.h"

#define PW_CONTRACT_COLUMNS                                                              \
	"contract_id, customer, vendor, product, number, serials, quantity, start_day, " \
	"end_day, annual_value, currency, owner_email, status, customer_domains, "       \
	"customer_aliases, contact_name, contact_email, contact_phone"
#define PW_CONTRACT_N_COLUMNS    18
#define PW_CONTRACT_PLACEHOLDERS "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?"

/* arena NULL: strings are borrowed until the next step. */
void pw_contract_row_read(struct pw_stmt *stmt, struct pw_arena *arena,
			  struct pw_contract_row *row);
void pw_contract_row_bind(struct pw_stmt *stmt, const struct pw_contract_row *row);
/* The next column of such a list as one of the texts of the row, NULL: a
   column that is no text.  For loops over all texts. */
const char *const *pw_contract_row_text(const struct pw_contract_row *row, int column);
/* "end_date" ...: the name that users know the column by. */
const char *pw_contract_row_name(int column);
/* The column's value as text, cut to fit. */
void pw_contract_row_show(const struct pw_contract_row *row, int column, char ret[256]);
/* The first column from start on in which they differ, -1: none. */
int pw_contract_row_differs(const struct pw_contract_row *a,
			    const struct pw_contract_row *b, int start);

#endif
