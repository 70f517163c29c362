/* SPDX-License-Identifier: Apache-2.0 */
/* contracts_due.c - `contracts due`: what ends soon. */
#include "agent/base/str.h"
#include "agent/commands/contracts.h"
#include "agent/contracts/due.h"

#define ARENA_BYTES (256u << 20)
#define LIMIT       100000
#define DAYS_MAX    3650

/* The steps of 30/60/90/120 days, as colours. */
static enum pw_colour colour_of(const struct pw_due_row *row)
{
	if (row->days_left <= 30)
		return PW_RED;
	return row->days_left <= 60 ? PW_YELLOW : PW_PLAIN;
}

static void print_table(const struct pw_due_row *rows, size_t n)
{
	static const char *const titles[] = { "LEFT",      "ENDS",   "CONTRACT",
					      "CUSTOMER",  "VENDOR", "VALUE",
					      "STATUS",    "RIVAL",  "OWNER",
					      "LAST TOUCH" };
	struct pw_table *table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	char end[PW_DAY_TEXT];
	size_t i;

	for (i = 0; i < n; i++) {
		const struct pw_contract *c = &rows[i].contract;

		pw_table_cell(table, colour_of(&rows[i]), "%d d", rows[i].days_left);
		pw_table_cell(table, PW_PLAIN, "%s", pw_day_to_iso(c->end, end));
		pw_table_cell(table, PW_PLAIN, "%s", c->contract_id);
		pw_table_cell(table, PW_PLAIN, "%s", c->customer);
		pw_table_cell(table, PW_PLAIN, "%s", c->vendor);
		pw_contract_value_cell(table, c);
		pw_table_cell(table, PW_PLAIN, "%s", pw_status_name(c->status));
		pw_table_cell(table, rows[i].is_solicited ? PW_RED : PW_PLAIN, "%s",
			      rows[i].is_solicited ? pw_or_dash(rows[i].rival) : "-");
		pw_table_cell(table, PW_PLAIN, "%s", pw_or_dash(c->owner_email));
		pw_table_cell(table, rows[i].is_touched ? PW_PLAIN : PW_YELLOW, "%s",
			      rows[i].is_touched ? rows[i].last_touch : "never");
	}
	pw_table_print(table, stdout);
	pw_table_free(table);
}

static void print_json(const struct pw_due_row *row)
{
	const struct pw_contract *c = &row->contract;
	char end[PW_DAY_TEXT];

	pw_print_json(json_pack(
		"{s:s, s:s, s:s, s:s, s:i, s:s?, s:s?, s:s, s:s?, s:b, s:s?, s:s?}",
		"contract_id", c->contract_id, "customer", c->customer, "vendor",
		c->vendor, "end_date", pw_day_to_iso(c->end, end), "days_left",
		row->days_left, "annual_value", c->annual_value, "currency", c->currency,
		"status", pw_status_name(c->status), "owner_email", c->owner_email,
		"solicited", row->is_solicited, "rival",
		row->is_solicited ? row->rival : NULL, "last_touch",
		row->is_touched ? row->last_touch : NULL));
}

static void print_sum(const struct pw_due_row *rows, size_t n, long days)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf value = { 0 };
	size_t n_solicited = 0, n_untouched = 0, i;

	pw_buf_init(&value, 1024);
	pw_due_value(rows, n, &value);
	for (i = 0; i < n; i++) {
		n_solicited += rows[i].is_solicited;
		n_untouched += !rows[i].is_touched;
	}
	printf("%zu contract%s within %ld days%s%s; %zu with a rival after them, %zu "
	       "never touched\n",
	       n, n == 1 ? " ends" : "s end", days, value.len ? ", worth " : "",
	       value.data, n_solicited, n_untouched);
}

static int run_due(const struct pw_globals *globals, long days, const char *owner,
		   bool json)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	const struct pw_due_query query = { pw_day_of_ms(pw_wall_ms(&pw_clock_real)),
					    (int)days, owner, LIMIT };
	struct pw_err err = PW_ERR_INIT;
	struct pw_due_row *rows;
	struct pw_desk desk;
	size_t n, i;
	int rc;

	if (pw_desk_open(&desk, globals, PW_STORE_READER, &err) < 0)
		return pw_cli_fail(&err);
	rc = pw_due_gather(desk.store, &query, arena, &rows, &n, &err);
	pw_desk_close(&desk);
	if (rc < 0)
		return pw_cli_fail(&err);
	for (i = 0; json && i < n; i++)
		print_json(&rows[i]);
	if (json)
		return PW_EXIT_OK;
	if (n)
		print_table(rows, n);
	print_sum(rows, n, days);
	return PW_EXIT_OK;
}

int pw_contracts_cmd_due(const struct pw_globals *globals, int argc, char **argv)
{
	const char *owner = NULL;
	struct pw_opt_number days = { PW_DUE_DAYS, 0, DAYS_MAX };
	bool json = false;
	const struct pw_opt table[] = {
		{ "days", "N", "how far to look ahead (120)", PW_OPT_NUMBER, &days },
		{ "owner", "ADDRESS", "only this account manager's", PW_OPT_VALUE,
		  &owner },
		{ "json", NULL, "one object a line", PW_OPT_FLAG, &json },
	};
	const struct pw_usage usage = {
		"contracts due [--days N] [--owner ADDRESS] [--json]",
		"Contracts that end soon and are neither renewed nor lost: those that a "
		"rival is\nafter first, and when somebody of ours last cared for each.",
		table, PW_ARRAY_LEN(table), .words = NULL
	};
	int status;

	if (!pw_opts_parse(&usage, argc, argv, NULL, &status))
		return status;
	return run_due(globals, days.value, owner, json);
}
