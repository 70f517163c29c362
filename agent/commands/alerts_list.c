/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_list.c - `alerts list`: cases, newest first. */
#include <jansson.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/alerts.h"

#define ARENA_BYTES ((size_t)64 << 20)

static const char *state_of(const struct pw_case_row *row, int64_t now_ms)
{
	if (!row->is_open)
		return row->outcome ? row->outcome : "closed";
	return row->snoozed_until_ms > now_ms ? "snoozed" : "open";
}

static enum pw_colour colour_of(const struct pw_case_row *row)
{
	if (!row->is_open)
		return PW_DIM;
	if (row->verdict != PW_VERDICT_ALERT)
		return PW_CYAN;
	return row->severity >= PW_SEVERITY_URGENT ? PW_RED : PW_YELLOW;
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void print_table(const struct pw_case_row *rows, size_t n, int64_t now_ms)
{
	static const char *const titles[] = { "CASE",     "STATE",  "VERDICT", "RIVAL",
					      "CUSTOMER", "VENDOR", "ENDS",    "MAILS",
					      "LAST",     "SUBJECT" };
	struct pw_table *table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	char end[PW_DAY_TEXT], last[PW_MS_TEXT];
	size_t i;

	for (i = 0; i < n; i++) {
		const struct pw_case_row *row = &rows[i];

		pw_table_cell(table, PW_PLAIN, "%lld", (long long)row->id);
		pw_table_cell(table, colour_of(row), "%s", state_of(row, now_ms));
		pw_table_cell(table, PW_PLAIN, "%s", pw_verdict_name(row->verdict));
		pw_table_cell(table, PW_PLAIN, "%s",
			      or_dash(row->rival_name ? row->rival_name : row->rival));
		pw_table_cell(table, PW_PLAIN, "%s", or_dash(row->customer));
		pw_table_cell(table, PW_PLAIN, "%s", or_dash(row->vendor));
		pw_table_cell(table, PW_PLAIN, "%s",
			      or_dash(pw_day_to_iso(row->soonest_end, end)));
		pw_table_cell(table, PW_PLAIN, "%lld", (long long)row->n_messages);
		pw_table_cell(table, PW_PLAIN, "%.10s",
			      pw_ms_to_text(row->last_ms, last));
		pw_table_cell(table, PW_PLAIN, "%s", or_dash(row->subject));
	}
	pw_table_print(table, stdout);
	pw_table_free(table);
}

static void print_json(const struct pw_case_row *row, int64_t now_ms)
{
	char end[PW_DAY_TEXT], opened[PW_MS_TEXT], last[PW_MS_TEXT];
	json_t *json = json_pack(
		"{s:I, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:I}", "case",
		(json_int_t)row->id, "state", state_of(row, now_ms), "verdict",
		pw_verdict_name(row->verdict), "rival", row->rival, "customer",
		row->customer, "vendor", row->vendor, "subject", row->subject,
		"soonest_end",
		row->soonest_end == PW_DAY_NONE ? NULL
						: pw_day_to_iso(row->soonest_end, end),
		"opened", pw_ms_to_text(row->opened_ms, opened), "last",
		pw_ms_to_text(row->last_ms, last), "messages",
		(json_int_t)row->n_messages);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	if (text)
		puts(text);
	free(text);
	json_decref(json);
}

struct list_options {
	bool all, json;
	struct pw_opt_number limit;
	struct pw_case_filter filter;
};

static int list(const struct pw_globals *globals, const struct list_options *options)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	int64_t now_ms = pw_wall_ms(&pw_clock_real);
	struct pw_err err = PW_ERR_INIT;
	struct pw_case_row *rows;
	struct pw_desk desk;
	size_t n, i;
	int result;

	if (pw_desk_open(&desk, globals, PW_STORE_READER, &err) < 0)
		return pw_cli_fail(&err);
	result = pw_store_case_list(desk.store, &options->filter,
				    (size_t)options->limit.value, arena, &rows, &n, &err);
	if (result < 0) {
		pw_desk_close(&desk);
		return pw_cli_fail(&err);
	}
	for (i = 0; options->json && i < n; i++)
		print_json(&rows[i], now_ms);
	if (!options->json && n)
		print_table(rows, n, now_ms);
	if (!options->json && !n)
		puts(options->all ? "no cases yet"
				  : "no open cases (--all shows closed ones)");
	pw_desk_close(&desk);
	return PW_EXIT_OK;
}

int pw_alerts_list(const struct pw_globals *globals, int argc, char **argv)
{
	struct list_options options = { .limit = { 100, 1, 100000 } };
	const struct pw_opt table[] = {
		{ "all", NULL, "closed cases too", PW_OPT_FLAG, &options.all },
		{ "rival", "SLUG", "only this rival's", PW_OPT_VALUE,
		  &options.filter.rival },
		{ "customer", "NAME", "only this customer's", PW_OPT_VALUE,
		  &options.filter.customer },
		{ "vendor", "NAME", "only this vendor's", PW_OPT_VALUE,
		  &options.filter.vendor },
		{ "contract", "ID", "only cases about this contract", PW_OPT_VALUE,
		  &options.filter.contract_id },
		{ "limit", "N", "at most so many (100)", PW_OPT_NUMBER, &options.limit },
		{ "json", NULL, "one object a line", PW_OPT_FLAG, &options.json },
	};
	const struct pw_usage usage = {
		"alerts list [--all] [--json]",
		"Cases: one rival going after one customer's contracts with one vendor.",
		table, PW_ARRAY_LEN(table), .words = NULL
	};
	int status;

	if (!pw_opts_parse(&usage, argc, argv, NULL, &status))
		return status;
	options.filter.only_open = !options.all;
	return list(globals, &options);
}
