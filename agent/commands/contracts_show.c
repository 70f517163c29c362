/* SPDX-License-Identifier: Apache-2.0 */
/* contracts_show.c - `contracts show`: one contract, its history, its cases. */
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/contracts.h"

#include "agent/alert/alert.h"

#define ARENA_BYTES (64u << 20)
#define FOUND_MAX   20
#define HISTORY_MAX 200

struct shown {
	struct pw_contract_row *row;
	struct pw_contract_row *history;
	size_t n_history;
	struct pw_touch *touches;
	size_t n_touches;
	struct pw_case_row *cases;
	size_t n_cases;
};

/* By id, else by contract number or serial. */
static int find(struct pw_store *store, const char *word, struct pw_arena *arena,
		struct pw_contract_row **ret, struct pw_err *err)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf ids = { 0 };
	struct pw_contract_row *rows;
	size_t n, i;

	if (pw_store_contract_get(store, word, arena, ret, err) < 0)
		return -1;
	if (*ret)
		return 0;
	if (pw_store_contracts_by_identifier(store, word, FOUND_MAX, arena, &rows, &n,
					     err) < 0)
		return -1;
	if (n == 0)
		return pw_err_set(err, PW_EINPUT,
				  "no contract has the id, number or serial '%s'", word);
	if (n > 1) {
		pw_buf_init(&ids, 1024);
		for (i = 0; i < n; i++)
			pw_buf_addf(&ids, "%s%s", i ? ", " : "",
				    rows[i].contract.contract_id);
		return pw_err_set(err, PW_EINPUT, "'%s' stands for several: %s", word,
				  ids.data);
	}
	*ret = rows;
	return 0;
}

static int load(struct shown *shown, struct pw_store *store, const char *word,
		struct pw_arena *arena, struct pw_err *err)
{
	struct pw_case_filter filter = { 0 };
	const char *id;

	if (find(store, word, arena, &shown->row, err) < 0)
		return -1;
	id = filter.contract_id = shown->row->contract.contract_id;
	if (pw_store_contract_history(store, id, HISTORY_MAX, arena, &shown->history,
				      &shown->n_history, err) < 0 ||
	    pw_store_touches(store, id, HISTORY_MAX, arena, &shown->touches,
			     &shown->n_touches, err) < 0)
		return -1;
	return pw_store_case_list(store, &filter, HISTORY_MAX, arena, &shown->cases,
				  &shown->n_cases, err);
}

static void print_field(const char *name, const char *text)
{
	PW_CLEANUP(pw_freep) char *escaped = text ? pw_cli_escape(text) : NULL;

	if (text && *text)
		printf("%-18s %s\n", name, escaped);
}

static void print_fields(const struct pw_contract_row *row)
{
	const struct pw_contract *c = &row->contract;
	PW_CLEANUP(pw_buf_done) struct pw_buf value;
	char start[PW_DAY_TEXT], end[PW_DAY_TEXT];

	pw_buf_init(&value, 256);
	pw_money(&value, c->annual_value, c->currency);
	printf("%s", pw_colour(stdout, PW_BOLD));
	print_field("contract", c->contract_id);
	printf("%s", pw_colour_end(stdout));
	print_field("customer", c->customer);
	print_field("domains", row->customer_domains);
	print_field("aliases", row->customer_aliases);
	print_field("vendor", c->vendor);
	print_field("product", c->product);
	print_field("contract number", c->number);
	print_field("serials", c->serials);
	print_field("quantity", c->quantity);
	print_field("starts", pw_day_to_iso(c->start, start));
	print_field("ends", pw_day_to_iso(c->end, end));
	print_field("annual value", value.len ? value.data : NULL);
	print_field("status", pw_status_name(c->status));
	print_field("owner", c->owner_email);
	print_field("contact", row->contact_name);
	print_field("contact mail", row->contact_email);
	print_field("contact phone", row->contact_phone);
	if (row->missing_ms)
		print_field("note", "the last import did not list it");
}

static void print_history(const struct shown *shown)
{
	char day[PW_MS_TEXT], before[256], after[256];
	const char *column;
	size_t i;

	printf("\nhistory\n  %.10s  imported\n",
	       pw_ms_to_text(shown->history[0].since_ms, day));
	for (i = 1; i < shown->n_history; i++) {
		const struct pw_change change = { PW_CHANGE_CHANGED,
						  &shown->history[i - 1],
						  &shown->history[i] };
		int at = 0;

		while (pw_change_next(&change, &at, &column, before, after)) {
			PW_CLEANUP(pw_freep) char *old = pw_cli_escape(before);
			PW_CLEANUP(pw_freep) char *new = pw_cli_escape(after);

			printf("  %.10s  %s: %s -> %s\n",
			       pw_ms_to_text(shown->history[i].since_ms, day), column,
			       *old ? old : "(empty)", *new ? new : "(empty)");
		}
	}
}

static void print_touches(const struct shown *shown)
{
	char day[PW_MS_TEXT];
	size_t i;

	printf("\ntouches%s\n", shown->n_touches ? "" : "\n  none");
	for (i = 0; i < shown->n_touches; i++) {
		const struct pw_touch *touch = &shown->touches[i];
		PW_CLEANUP(pw_freep) char *note = pw_cli_escape(pw_or_dash(touch->note));

		printf("  %.10s  %s%s%s\n", pw_ms_to_text(touch->at_ms, day), note,
		       touch->who ? ", " : "", touch->who ? touch->who : "");
	}
}

static void print_cases(const struct shown *shown)
{
	char day[PW_MS_TEXT];
	size_t i;

	if (shown->n_cases)
		puts("\ncases");
	for (i = 0; i < shown->n_cases; i++) {
		const struct pw_case_row *row = &shown->cases[i];
		PW_CLEANUP(pw_freep)
		char *rival = pw_cli_escape(
			pw_or_dash(row->rival_name ? row->rival_name : row->rival));

		printf("  %.10s  case %lld, %s: %s\n", pw_ms_to_text(row->last_ms, day),
		       (long long)row->id, rival,
		       row->is_open ? "open" : pw_or_dash(row->outcome));
	}
}

static json_t *history_to_json(const struct shown *shown)
{
	json_t *array = json_array();
	char at_text[PW_MS_TEXT], before[256], after[256];
	const char *column;
	size_t i;

	for (i = 1; i < shown->n_history; i++) {
		const struct pw_change change = { PW_CHANGE_CHANGED,
						  &shown->history[i - 1],
						  &shown->history[i] };
		int at = 0;

		while (pw_change_next(&change, &at, &column, before, after))
			json_array_append_new(
				array, json_pack("{s:s, s:s, s:s, s:s}", "at",
						 pw_ms_to_text(shown->history[i].since_ms,
							       at_text),
						 "column", column, "before", before,
						 "after", after));
	}
	return array;
}

static void print_json(const struct shown *shown)
{
	json_t *json = pw_contract_to_json(shown->row), *touches = json_array(),
	       *cases = json_array();
	char at[PW_MS_TEXT];
	size_t i;

	for (i = 0; i < shown->n_touches; i++)
		json_array_append_new(
			touches,
			json_pack("{s:s, s:s, s:s?, s:s?}", "at",
				  pw_ms_to_text(shown->touches[i].at_ms, at), "kind",
				  shown->touches[i].kind, "note", shown->touches[i].note,
				  "who", shown->touches[i].who));
	for (i = 0; i < shown->n_cases; i++)
		json_array_append_new(cases,
				      json_integer((json_int_t)shown->cases[i].id));
	json_object_set_new(json, "history", history_to_json(shown));
	json_object_set_new(json, "touches", touches);
	json_object_set_new(json, "cases", cases);
	pw_print_json(json);
}

static int run_show(const struct pw_globals *globals, const char *word, bool json)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_err err = PW_ERR_INIT;
	struct shown shown = { 0 };
	struct pw_desk desk;
	int rc;

	if (pw_desk_open(&desk, globals, PW_STORE_READER, &err) < 0)
		return pw_cli_fail(&err);
	rc = load(&shown, desk.store, word, arena, &err);
	pw_desk_close(&desk);
	if (rc < 0)
		return pw_cli_fail(&err);
	if (json) {
		print_json(&shown);
		return PW_EXIT_OK;
	}
	print_fields(shown.row);
	print_history(&shown);
	print_touches(&shown);
	print_cases(&shown);
	return PW_EXIT_OK;
}

int pw_contracts_cmd_show(const struct pw_globals *globals, int argc, char **argv)
{
	struct pw_strings rest = { NULL, 0 };
	bool json = false;
	const struct pw_opt table[] = {
		{ "json", NULL, "one object", PW_OPT_FLAG, &json },
	};
	const struct pw_usage usage = {
		"contracts show [--json] ID",
		"One contract: what it is, how it changed, who cared for it, who is "
		"after "
		"it.\nID may also be a contract number or serial.",
		table,
		PW_ARRAY_LEN(table),
		.words = "the id of one contract",
		.min_words = 1,
		.max_words = 1
	};
	int status;

	if (pw_opts_parse(&usage, argc, argv, &rest, &status))
		status = run_show(globals, rest.items[0], json);
	pw_strings_done(&rest);
	return status;
}
