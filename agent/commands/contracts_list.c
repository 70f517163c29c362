/* SPDX-License-Identifier: Apache-2.0 */
/* contracts_list.c - `contracts list`. */
#include "agent/base/str.h"
#include "agent/commands/contracts.h"

#define LIMIT_MAX 1000000 /* rows of a table; --json has none */

struct list {
	const char *customer, *vendor, *status, *owner;
	struct pw_opt_number limit;
	bool json;
	struct pw_table *table;
	uint64_t n_shown, n_more;
};

static bool is_wanted(const struct list *list, const struct pw_contract *contract)
{
	return (!list->customer || pw_strieq(list->customer, contract->customer)) &&
	       (!list->vendor || pw_strieq(list->vendor, contract->vendor)) &&
	       (!list->owner || pw_strieq(list->owner, contract->owner_email)) &&
	       (!list->status ||
		pw_strieq(list->status, pw_status_name(contract->status)));
}

static void add_row(struct list *list, const struct pw_contract_row *row)
{
	const struct pw_contract *c = &row->contract;
	char end[PW_DAY_TEXT];

	pw_table_cell(list->table, PW_PLAIN, "%s", c->contract_id);
	pw_table_cell(list->table, PW_PLAIN, "%s", c->customer);
	pw_table_cell(list->table, PW_PLAIN, "%s", c->vendor);
	pw_table_cell(list->table, PW_PLAIN, "%s", pw_or_dash(c->number));
	pw_table_cell(list->table, PW_PLAIN, "%s",
		      pw_or_dash(pw_day_to_iso(c->end, end)));
	pw_contract_value_cell(list->table, c);
	pw_table_cell(list->table, row->missing_ms ? PW_RED : PW_PLAIN, "%s%s",
		      pw_status_name(c->status), row->missing_ms ? ", missing" : "");
	pw_table_cell(list->table, PW_PLAIN, "%s", pw_or_dash(c->owner_email));
}

static void take(struct list *list, const struct pw_contract_row *row)
{
	if (!is_wanted(list, &row->contract))
		return;
	if (list->json) {
		pw_print_json(pw_contract_to_json(row));
	} else if (list->n_shown < (uint64_t)list->limit.value) {
		add_row(list, row);
		list->n_shown++;
	} else {
		list->n_more++;
	}
}

static int read_all(struct list *list, struct pw_store *store, struct pw_err *err)
{
	PW_CLEANUP(pw_contract_cursor_closep) struct pw_contract_cursor *cursor = NULL;
	const struct pw_contract_row *row;
	int step;

	if (pw_contract_cursor_open(&cursor, store, PW_ORDER_ID, err) < 0)
		return -1;
	while ((step = pw_contract_cursor_next(cursor, &row, err)) == 1)
		take(list, row);
	return step;
}

static int run_list(struct list *list, const struct pw_globals *globals)
{
	static const char *const titles[] = { "CONTRACT", "CUSTOMER", "VENDOR", "NUMBER",
					      "ENDS",     "VALUE",    "STATUS", "OWNER" };
	struct pw_err err = PW_ERR_INIT;
	struct pw_desk desk;
	int rc;

	if (pw_desk_open(&desk, globals, PW_STORE_READER, &err) < 0)
		return pw_cli_fail(&err);
	list->table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	rc = read_all(list, desk.store, &err);
	pw_desk_close(&desk);
	if (rc == 0 && !list->json) {
		if (list->n_shown)
			pw_table_print(list->table, stdout);
		else
			puts("no contracts (`poachwatch contracts import FILE.csv`)");
		if (list->n_more)
			printf("and %llu more (--limit N, --json)\n",
			       (unsigned long long)list->n_more);
	}
	pw_table_free(list->table);
	return rc < 0 ? pw_cli_fail(&err) : PW_EXIT_OK;
}

int pw_contracts_cmd_list(const struct pw_globals *globals, int argc, char **argv)
{
	struct list list = { .limit = { 1000, 1, LIMIT_MAX } };
	const struct pw_opt table[] = {
		{ "customer", "NAME", "only this customer's", PW_OPT_VALUE,
		  &list.customer },
		{ "vendor", "NAME", "only this vendor's", PW_OPT_VALUE, &list.vendor },
		{ "owner", "ADDRESS", "only this account manager's", PW_OPT_VALUE,
		  &list.owner },
		{ "status", "WORD", "active, quoted, processing, renewed or lost",
		  PW_OPT_VALUE, &list.status },
		{ "limit", "N", "at most so many (1000)", PW_OPT_NUMBER, &list.limit },
		{ "json", NULL, "one object a line, all of them", PW_OPT_FLAG,
		  &list.json },
	};
	const struct pw_usage usage = {
		"contracts list [--customer NAME] [--vendor NAME] [--json]",
		"The contracts we own, by their id.", table, PW_ARRAY_LEN(table),
		.words = NULL
	};
	enum pw_status known;
	int status;

	if (!pw_opts_parse(&usage, argc, argv, NULL, &status))
		return status;
	if (list.status && !pw_status_from_name(list.status, &known)) {
		fprintf(stderr, "poachwatch: unknown status '%s'\n", list.status);
		return PW_EXIT_USAGE;
	}
	return run_list(&list, globals);
}
