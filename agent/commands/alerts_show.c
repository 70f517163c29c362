/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_show.c - `alerts show`: one case with contracts, messages, mails and its trail.
 */
#include <string.h>

#include "agent/alert/alert.h"
#include "agent/commands/alerts.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define ROWS_MAX    500

struct view {
	struct pw_store *store;
	struct pw_arena *arena;
	const struct pw_case_row *row;
};

static void print_fact(const char *label, const char *text)
{
	char *shown;

	if (!text || !*text)
		return;
	shown = pw_cli_escape(text);
	printf("  %-14s %s\n", label, shown);
	free(shown);
}

/* "false_expiry" as people write it. */
static void print_words(const char *label, const char *text)
{
	char words[128], *c;

	snprintf(words, sizeof words, "%s", text ? text : "");
	for (c = words; *c; c++)
		if (*c == '_')
			*c = ' ';
	print_fact(label, words);
}

static void print_heading(const char *text)
{
	printf("\n%s%s%s\n", pw_colour(stdout, PW_BOLD), text, pw_colour_end(stdout));
}

static const char *state_words(const struct pw_case_row *row, char text[128])
{
	char when[PW_MS_TEXT];

	if (row->is_open && row->snoozed_until_ms > pw_wall_ms(&pw_clock_real))
		snprintf(text, 128, "open, no mail before %.10s",
			 pw_ms_to_text(row->snoozed_until_ms, when));
	else if (row->is_open)
		snprintf(text, 128, "open");
	else
		snprintf(text, 128, "closed on %.10s: %.60s",
			 pw_ms_to_text(row->closed_ms, when),
			 row->outcome ? row->outcome : "no outcome");
	return text;
}

static void print_claims(unsigned claims)
{
	unsigned bit;
	char text[128] = "";

	for (bit = 1; bit <= PW_CLAIM_VENDOR_SHARED; bit <<= 1) {
		if (!(claims & bit))
			continue;
		if (*text)
			strncat(text, ", ", sizeof text - strlen(text) - 1);
		strncat(text, pw_claim_name((enum pw_claim)bit),
			sizeof text - strlen(text) - 1);
	}
	print_words("claims", text);
}

static void print_case(const struct pw_case_row *row)
{
	char text[128], when[PW_MS_TEXT];

	printf("%scase %lld%s\n", pw_colour(stdout, PW_BOLD), (long long)row->id,
	       pw_colour_end(stdout));
	print_fact("state", state_words(row, text));
	print_fact("note", row->note);
	print_fact("verdict", pw_verdict_name(row->verdict));
	print_fact("severity", pw_severity_name(row->severity));
	print_fact("rival", row->rival_name ? row->rival_name : row->rival);
	print_fact("customer", row->customer ? row->customer : "none of ours");
	print_fact("vendor", row->vendor ? row->vendor : "none named");
	print_words("timing", pw_timing_name(row->timing));
	print_claims(row->claims);
	print_fact("subject", row->subject);
	print_fact("told", row->owner_email);
	print_fact("opened", pw_ms_to_text(row->opened_ms, when));
	print_fact("last message", pw_ms_to_text(row->last_ms, when));
}

/* What the mail wrote may go over its lines; here it is one. */
static void put_how(struct pw_table *table, const struct pw_case_contract *contract)
{
	PW_CLEANUP(pw_freep)
	char *evidence = pw_strdup(contract->evidence ? contract->evidence : "");
	char *c;

	for (c = evidence; *c; c++)
		if (*c == '\n' || *c == '\r' || *c == '\t')
			*c = ' ';
	pw_table_cell(table, PW_PLAIN, "%s: %s", contract->how ? contract->how : "-",
		      evidence);
}

static int print_contracts(const struct view *view, struct pw_err *err)
{
	static const char *const titles[] = { "CONTRACT", "VENDOR",    "PRODUCT",
					      "NUMBER",   "ENDS",      "VALUE",
					      "STATUS",   "MATCHED BY" };
	struct pw_case_contract *contracts;
	struct pw_table *table;
	struct pw_buf money;
	char end[PW_DAY_TEXT];
	size_t n, i;

	if (pw_store_case_contracts(view->store, view->row->id, view->arena, &contracts,
				    &n, err) < 0)
		return -1;
	if (!n)
		return 0;
	print_heading("contracts");
	table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	pw_buf_init(&money, 128);
	for (i = 0; i < n; i++) {
		struct pw_contract_row *row = NULL;

		if (pw_store_contract_get(view->store, contracts[i].contract_id,
					  view->arena, &row, err) < 0)
			break;
		pw_money(&money, row ? row->contract.annual_value : NULL,
			 row ? row->contract.currency : NULL);
		pw_table_cell(table, PW_PLAIN, "%s", contracts[i].contract_id);
		pw_table_cell(table, PW_PLAIN, "%s",
			      row && row->contract.vendor ? row->contract.vendor : "-");
		pw_table_cell(table, PW_PLAIN, "%s",
			      row && row->contract.product ? row->contract.product : "-");
		pw_table_cell(table, PW_PLAIN, "%s",
			      row && row->contract.number ? row->contract.number : "-");
		pw_table_cell(table, PW_PLAIN, "%s",
			      row ? pw_day_to_iso(row->contract.end, end)
				  : "not in the last import");
		pw_table_cell(table, PW_PLAIN, "%s", money.data);
		pw_table_cell(table, PW_PLAIN, "%s",
			      row ? pw_status_name(row->contract.status) : "-");
		put_how(table, &contracts[i]);
	}
	pw_buf_done(&money);
	pw_table_print(table, stdout);
	pw_table_free(table);
	return i < n ? -1 : 0;
}

static int print_messages(const struct view *view, struct pw_err *err)
{
	static const char *const titles[] = { "MESSAGE",      "RECEIVED", "STATE",
					      "FORWARDED BY", "SUBJECT",  "WHY" };
	struct pw_message_filter filter = { .case_id = view->row->id };
	struct pw_message_row *rows;
	struct pw_table *table;
	char when[PW_MS_TEXT];
	size_t n, i;

	if (pw_store_message_list(view->store, &filter, ROWS_MAX, view->arena, &rows, &n,
				  err) < 0)
		return -1;
	print_heading("messages");
	table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	for (i = n; i-- > 0;) {
		pw_table_cell(table, PW_PLAIN, "%lld", (long long)rows[i].id);
		pw_table_cell(table, PW_PLAIN, "%s",
			      pw_ms_to_text(rows[i].received_ms, when));
		pw_table_cell(table, PW_PLAIN, "%s",
			      pw_message_state_name(rows[i].state));
		pw_table_cell(table, PW_PLAIN, "%s",
			      rows[i].forwarder ? rows[i].forwarder : "redirected");
		pw_table_cell(table, PW_PLAIN, "%s",
			      rows[i].subject ? rows[i].subject : "-");
		pw_table_cell(table, PW_PLAIN, "%s", rows[i].why ? rows[i].why : "-");
	}
	pw_table_print(table, stdout);
	pw_table_free(table);
	return 0;
}

static enum pw_colour mail_colour(enum pw_outbox_state state)
{
	return state == PW_OUTBOX_SENT   ? PW_GREEN
	       : state == PW_OUTBOX_DEAD ? PW_RED
					 : PW_YELLOW;
}

static int print_mails(const struct view *view, struct pw_err *err)
{
	static const char *const titles[] = { "MAIL", "KIND",  "STATE",   "QUEUED",
					      "DONE", "TRIES", "SUBJECT", "ERROR" };
	struct pw_outbox_filter filter = { .case_id = view->row->id };
	struct pw_outbox_row *rows;
	struct pw_table *table;
	char when[PW_MS_TEXT];
	size_t n, i;

	if (pw_store_outbox_list(view->store, &filter, ROWS_MAX, view->arena, &rows, &n,
				 err) < 0)
		return -1;
	print_heading("mails");
	if (!n)
		puts("  none");
	table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	for (i = n; i-- > 0;) {
		pw_table_cell(table, PW_PLAIN, "%lld", (long long)rows[i].id);
		pw_table_cell(table, PW_PLAIN, "%s", rows[i].kind);
		pw_table_cell(table, mail_colour(rows[i].state), "%s",
			      pw_outbox_state_name(rows[i].state));
		pw_table_cell(table, PW_PLAIN, "%s",
			      pw_ms_to_text(rows[i].created_ms, when));
		pw_table_cell(table, PW_PLAIN, "%s",
			      pw_ms_to_text(rows[i].done_ms, when));
		pw_table_cell(table, PW_PLAIN, "%d", rows[i].attempts);
		pw_table_cell(table, PW_PLAIN, "%s",
			      rows[i].subject ? rows[i].subject : "-");
		pw_table_cell(table, PW_PLAIN, "%s", rows[i].error ? rows[i].error : "");
	}
	if (n)
		pw_table_print(table, stdout);
	pw_table_free(table);
	return 0;
}

static int print_trail(const struct view *view, struct pw_err *err)
{
	struct pw_case_event *events;
	char when[PW_MS_TEXT];
	size_t n, i;

	if (pw_store_case_events(view->store, view->row->id, ROWS_MAX, view->arena,
				 &events, &n, err) < 0)
		return -1;
	print_heading("trail: why mail went out, or did not");
	for (i = 0; i < n; i++) {
		char *text = pw_cli_escape(events[i].text ? events[i].text : "");

		printf("  %s  %s%-10s%s ", pw_ms_to_text(events[i].at_ms, when),
		       pw_colour(stdout, PW_CYAN), events[i].kind, pw_colour_end(stdout));
		if (events[i].outbox_id) /* the text is its Message-ID */
			printf("mail %lld\n", (long long)events[i].outbox_id);
		else
			printf("%s\n", text);
		free(text);
	}
	if (view->row->n_pending)
		printf("  %lld message%s for the next update of the thread\n",
		       (long long)view->row->n_pending,
		       view->row->n_pending == 1 ? " waits" : "s wait");
	return 0;
}

static int show(const struct pw_globals *globals, int64_t id)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_err err = PW_ERR_INIT;
	struct pw_case_row *row;
	struct pw_desk desk;
	int result = -1;

	if (pw_desk_open(&desk, globals, PW_STORE_READER, &err) < 0)
		return pw_cli_fail(&err);
	if (pw_alerts_case(desk.store, id, arena, &row, &err) == 0) {
		struct view view = { desk.store, arena, row };

		print_case(row);
		result = 0;
		if (print_contracts(&view, &err) < 0 || print_messages(&view, &err) < 0 ||
		    print_mails(&view, &err) < 0 || print_trail(&view, &err) < 0)
			result = -1;
	}
	pw_desk_close(&desk);
	return result < 0 ? pw_cli_fail(&err) : PW_EXIT_OK;
}

int pw_alerts_show(const struct pw_globals *globals, int argc, char **argv)
{
	const struct pw_usage usage = { "alerts show ID",
					"The case, its contracts, messages and mails, "
					"and the trail of decisions:\n"
					"why a mail went out, or why none did.",
					NULL, 0, PW_ALERTS_ID };
	int64_t id;
	int status;

	if (!pw_alerts_parse(&usage, argc, argv, &id, &status))
		return status;
	return show(globals, id);
}
