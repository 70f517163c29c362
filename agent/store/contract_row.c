/* SPDX-License-Identifier: Apache-2.0 */
/* contract_row.c - one table that says where each column lives. */
#include "agent/store/contract_row.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"

enum kind { TEXT, DAY, STATUS };

#define AT(field) offsetof(struct pw_contract_row, field)

/* In the order of PW_CONTRACT_COLUMNS. */
static const struct {
	const char *name;
	size_t at;
	enum kind kind;
} columns[PW_CONTRACT_N_COLUMNS] = {
	{ "contract_id", AT(contract.contract_id), TEXT },
	{ "customer", AT(contract.customer), TEXT },
	{ "vendor", AT(contract.vendor), TEXT },
	{ "product", AT(contract.product), TEXT },
	{ "contract_number", AT(contract.number), TEXT },
	{ "serials", AT(contract.serials), TEXT },
	{ "quantity", AT(contract.quantity), TEXT },
	{ "start_date", AT(contract.start), DAY },
	{ "end_date", AT(contract.end), DAY },
	{ "annual_value", AT(contract.annual_value), TEXT },
	{ "currency", AT(contract.currency), TEXT },
	{ "owner_email", AT(contract.owner_email), TEXT },
	{ "status", AT(contract.status), STATUS },
	{ "customer_domains", AT(customer_domains), TEXT },
	{ "customer_aliases", AT(customer_aliases), TEXT },
	{ "contact_name", AT(contact_name), TEXT },
	{ "contact_email", AT(contact_email), TEXT },
	{ "contact_phone", AT(contact_phone), TEXT },
};

static const void *field(const struct pw_contract_row *row, int column)
{
	return (const char *)row + columns[column].at;
}

const char *const *pw_contract_row_text(const struct pw_contract_row *row, int column)
{
	return columns[column].kind == TEXT ? field(row, column) : NULL;
}

const char *pw_contract_row_name(int column)
{
	return columns[column].name;
}

void pw_contract_row_read(struct pw_stmt *stmt, struct pw_arena *arena,
			  struct pw_contract_row *row)
{
	int i;

	memset(row, 0, sizeof *row);
	for (i = 0; i < PW_CONTRACT_N_COLUMNS; i++) {
		void *to = (char *)row + columns[i].at;

		if (columns[i].kind == TEXT)
			*(const char **)to = pw_db_get_text(stmt, arena);
		else if (columns[i].kind == DAY)
			*(pw_day *)to = pw_db_get_day(stmt);
		else
			*(enum pw_status *)to = (enum pw_status)pw_db_get_int(stmt);
	}
}

void pw_contract_row_bind(struct pw_stmt *stmt, const struct pw_contract_row *row)
{
	int i;

	for (i = 0; i < PW_CONTRACT_N_COLUMNS; i++) {
		const void *from = field(row, i);

		if (columns[i].kind == TEXT)
			pw_db_text(stmt, *(const char *const *)from);
		else if (columns[i].kind == DAY)
			pw_db_day(stmt, *(const pw_day *)from);
		else
			pw_db_int(stmt, *(const enum pw_status *)from);
	}
}

static bool is_same(const struct pw_contract_row *a, const struct pw_contract_row *b,
		    int column)
{
	const void *left = field(a, column), *right = field(b, column);

	if (columns[column].kind == TEXT)
		return pw_streq(*(const char *const *)left, *(const char *const *)right);
	if (columns[column].kind == DAY)
		return *(const pw_day *)left == *(const pw_day *)right;
	return *(const enum pw_status *)left == *(const enum pw_status *)right;
}

int pw_contract_row_differs(const struct pw_contract_row *a,
			    const struct pw_contract_row *b, int start)
{
	int i;

	for (i = start; i < PW_CONTRACT_N_COLUMNS; i++)
		if (!is_same(a, b, i))
			return i;
	return -1;
}

void pw_contract_row_show(const struct pw_contract_row *row, int column, char ret[256])
{
	const void *from = field(row, column);
	const char *text;

	ret[0] = '\0';
	if (columns[column].kind == DAY) {
		pw_day_to_iso(*(const pw_day *)from, ret);
	} else if (columns[column].kind == STATUS) {
		snprintf(ret, 256, "%s", pw_status_name(*(const enum pw_status *)from));
	} else if ((text = *(const char *const *)from)) {
		size_t len = strlen(text), cut = pw_utf8_cut(text, len, 250);

		snprintf(ret, 256, "%.*s%s", (int)cut, text, cut < len ? "..." : "");
	}
}
