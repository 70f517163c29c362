/* SPDX-License-Identifier: Apache-2.0 */
/* status.c - `poachwatch status`: what the agent has done and is doing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/commands/cli.h"
#include "agent/commands/jsonout.h"
#include "agent/commands/open_store.h"
#include "agent/live_rules.h"
#include "agent/rulefiles/rulefiles.h"

#define DAY_MS       (INT64_C(24) * 3600 * 1000)
#define DEAD_MAX     20
#define UNJUDGED_MAX 20 /* the newest */
#define ARENA_BYTES  ((size_t)32 << 20)

struct status {
	bool is_running;
	int pid; /* of the agent; 0: not known */
	struct pw_desk desk;
	struct pw_arena *arena;
	struct pw_store_counts all, day;
	struct pw_mailbox_row *mailboxes;
	size_t n_mailboxes;
	struct pw_outbox_row *dead, *late;
	size_t n_dead, n_late;
	struct pw_message_row *unjudged; /* a person must look at them, if anybody */
	size_t n_unjudged;
	struct pw_live_rules rules;
	/* What lies in the rule folders now: the same, another version, or
	   nothing that can be read. */
	enum { FILES_SAME, FILES_DIFFER, FILES_UNREAD } files;
};

/* "2026-11-22 14:05 UTC", "never". */
static const char *when(int64_t ms, char out[32])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (ms <= 0 || !gmtime_r(&seconds, &tm))
		return "never";
	strftime(out, 32, "%Y-%m-%d %H:%M UTC", &tm);
	return out;
}

static int list_outbox(struct status *status, enum pw_outbox_state state,
		       struct pw_outbox_row **ret, size_t *ret_n, struct pw_err *err)
{
	const struct pw_outbox_filter filter = { .states = 1u << state };

	return pw_store_outbox_list(status->desk.store, &filter, DEAD_MAX, status->arena,
				    ret, ret_n, err);
}

static int list_unjudged(struct status *status, struct pw_err *err)
{
	const struct pw_message_filter filter = { .states = 1u << PW_MESSAGE_UNREADABLE |
							    1u << PW_MESSAGE_TOO_LARGE |
							    1u << PW_MESSAGE_REFUSED };

	return pw_store_message_list(status->desk.store, &filter, UNJUDGED_MAX,
				     status->arena, &status->unjudged,
				     &status->n_unjudged, err);
}

static void look_at_files(struct status *status)
{
	const struct pw_names *folders = &status->desk.config->rules;
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	struct pw_err ignored = PW_ERR_INIT;

	if (pw_rulefiles_read(&bundle, folders->items, folders->n, &ignored) < 0)
		status->files = FILES_UNREAD;
	else if (!status->rules.hash || strcmp(bundle->hash, status->rules.hash) != 0)
		status->files = FILES_DIFFER;
}

static int load(struct status *status, struct pw_err *err)
{
	struct pw_store *store = status->desk.store;
	int64_t day_ago = pw_wall_ms(&pw_clock_real) - DAY_MS;

	if (pw_store_counts(store, 0, &status->all, err) < 0 ||
	    pw_store_counts(store, day_ago, &status->day, err) < 0 ||
	    pw_store_mailbox_list(store, status->arena, &status->mailboxes,
				  &status->n_mailboxes, err) < 0 ||
	    list_outbox(status, PW_OUTBOX_DEAD, &status->dead, &status->n_dead, err) <
		    0 ||
	    list_unjudged(status, err) < 0 ||
	    pw_live_rules_get(store, status->arena, &status->rules, err) < 0)
		return -1;
	look_at_files(status);
	status->is_running = pw_store_has_agent(store, &status->pid);
	return list_outbox(status, PW_OUTBOX_QUEUED, &status->late, &status->n_late, err);
}

static bool is_well(const struct status *status)
{
	size_t i;

	for (i = 0; i < status->n_mailboxes; i++)
		if (status->mailboxes[i].failing_ms)
			return false;
	return status->n_dead == 0 && !status->rules.refused;
}

/* --- for people --------------------------------------------------------------- */

static void print_mailboxes(const struct status *status)
{
	static const char *const titles[] = { "MAILBOX", "STATE", "LAST READ", "UID",
					      "NOTE" };
	struct pw_table *table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	char text[32];
	size_t i;

	for (i = 0; i < status->n_mailboxes; i++) {
		const struct pw_mailbox_row *row = &status->mailboxes[i];

		pw_table_cell(table, PW_BOLD, "%s", row->name);
		pw_table_cell(table, row->failing_ms ? PW_RED : PW_GREEN, "%s",
			      row->failing_ms ? "failing" : "fine");
		pw_table_cell(table, PW_PLAIN, "%s", when(row->last_ok_ms, text));
		pw_table_cell(table, PW_PLAIN, "%" PRIu32, row->last_uid);
		if (row->failing_ms)
			pw_table_cell(table, PW_PLAIN, "since %s: %s",
				      when(row->failing_ms, text),
				      row->error ? row->error : "");
		else if (row->n_old)
			pw_table_cell(table, PW_DIM, "%" PRId64 " older mails not judged",
				      row->n_old);
		else
			pw_table_cell(table, PW_DIM, "%s", "");
	}
	pw_table_print(table, stdout);
	pw_table_free(table);
}

static void print_row(struct pw_table *table, const char *what, int64_t day, int64_t all,
		      enum pw_colour colour)
{
	pw_table_cell(table, PW_PLAIN, "%s", what);
	pw_table_cell(table, day ? colour : PW_DIM, "%" PRId64, day);
	pw_table_cell(table, PW_PLAIN, "%" PRId64, all);
}

/* Which version decides, and why a newer one does not. */
static void print_rules(const struct status *status)
{
	const struct pw_live_rules *rules = &status->rules;
	char text[32];
	size_t i;

	if (!rules->hash) {
		puts("rules: no agent has run yet");
		return;
	}
	printf("rules %s%.12s%s in force since %s, %" PRId64 " files of",
	       pw_colour(stdout, PW_BOLD), rules->hash, pw_colour_end(stdout),
	       when(rules->since_ms, text), rules->n_files);
	for (i = 0; i < rules->n_folders; i++) {
		PW_CLEANUP(pw_freep) char *folder = pw_cli_escape(rules->folders[i]);

		printf("%s %s", i ? "," : "", folder);
	}
	putchar('\n');
	if (rules->refused) {
		PW_CLEANUP(pw_freep) char *why = pw_cli_escape(rules->refused);

		printf("%sa newer version was refused%s at %s: %s\n",
		       pw_colour(stdout, PW_RED), pw_colour_end(stdout),
		       when(rules->refused_ms, text), why);
	} else if (status->files == FILES_DIFFER) {
		puts("the rule files have changed since: `systemctl reload poachwatch` "
		     "puts them in force");
	} else if (status->files == FILES_UNREAD) {
		puts("the rule files cannot be read now; `poachwatch rules check` says "
		     "why");
	}
}

static void print_counts(const struct status *status)
{
	static const char *const titles[] = { "MESSAGES", "LAST 24 H", "ALL" };
	struct pw_table *table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	const struct pw_store_counts *day = &status->day, *all = &status->all;

	print_row(table, "seen", day->messages, all->messages, PW_PLAIN);
	print_row(table, "alert", day->alerts, all->alerts, PW_RED);
	print_row(table, "review", day->reviews, all->reviews, PW_YELLOW);
	print_row(table, "ignored", day->ignored, all->ignored, PW_PLAIN);
	print_row(table, "seen before", day->duplicates, all->duplicates, PW_PLAIN);
	print_row(table, "unreadable", day->unreadable, all->unreadable, PW_RED);
	print_row(table, "too large", day->too_large, all->too_large, PW_YELLOW);
	print_row(table, "refused", day->refused, all->refused, PW_YELLOW);
	pw_table_print(table, stdout);
	pw_table_free(table);
}

static void print_unjudged(const struct status *status)
{
	static const char *const titles[] = { "NOT JUDGED", "SINCE",   "MAILBOX", "UID",
					      "FROM",       "SUBJECT", "WHY" };
	struct pw_table *table;
	char text[32];
	size_t i;

	if (status->n_unjudged == 0)
		return;
	putchar('\n');
	table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	for (i = 0; i < status->n_unjudged; i++) {
		const struct pw_message_row *row = &status->unjudged[i];

		pw_table_cell(table, PW_YELLOW, "%s", pw_message_state_name(row->state));
		pw_table_cell(table, PW_PLAIN, "%s", when(row->stored_ms, text));
		pw_table_cell(table, PW_PLAIN, "%s", row->mailbox);
		pw_table_cell(table, PW_PLAIN, "%" PRIu32, row->uid);
		pw_table_cell(table, PW_PLAIN, "%s",
			      row->forwarder ? row->forwarder : "");
		pw_table_cell(table, PW_PLAIN, "%s", row->subject ? row->subject : "");
		pw_table_cell(table, PW_PLAIN, "%s", row->why ? row->why : "");
	}
	pw_table_print(table, stdout);
	pw_table_free(table);
}

static void print_mails(const char *title, const struct pw_outbox_row *rows, size_t n,
			enum pw_colour colour)
{
	const char *const titles[] = { title, "KIND", "CASE", "SUBJECT", "ERROR" };
	struct pw_table *table;
	size_t i;

	if (n == 0)
		return;
	table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	for (i = 0; i < n; i++) {
		pw_table_cell(table, colour, "%" PRId64, rows[i].id);
		pw_table_cell(table, PW_PLAIN, "%s", rows[i].kind);
		pw_table_cell(table, PW_CYAN, "%" PRId64, rows[i].case_id);
		pw_table_cell(table, PW_PLAIN, "%s",
			      rows[i].subject ? rows[i].subject : "");
		pw_table_cell(table, PW_PLAIN, "%s", rows[i].error ? rows[i].error : "");
	}
	pw_table_print(table, stdout);
	pw_table_free(table);
}

static void print_agent(const struct status *status)
{
	if (!status->is_running)
		puts("No agent runs: `systemctl start poachwatch`, or `poachwatch "
		     "run`.\n");
	else if (status->pid)
		printf("The agent runs as process %d.\n\n", status->pid);
	else
		puts("The agent runs.\n");
}

static const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void print_totals(const struct pw_store_counts *all)
{
	printf("\n%" PRId64 " contract%s of %" PRId64 " customer%s, %" PRId64
	       " open case%s\n",
	       all->contracts, plural(all->contracts), all->customers,
	       plural(all->customers), all->open_cases, plural(all->open_cases));
	printf("%" PRId64 " mail%s sent, %" PRId64 " waiting, %" PRId64
	       " dead letter%s, %" PRId64 " message%s not yet marked on the server\n",
	       all->outbox_sent, plural(all->outbox_sent), all->outbox_queued,
	       all->outbox_dead, plural(all->outbox_dead), all->unacked,
	       plural(all->unacked));
}

static void print_status(const struct status *status)
{
	print_agent(status);
	print_mailboxes(status);
	putchar('\n');
	print_rules(status);
	putchar('\n');
	print_counts(status);
	print_totals(&status->all);
	print_unjudged(status);
	if (status->n_dead + status->n_late > 0)
		putchar('\n');
	print_mails("DEAD LETTER", status->dead, status->n_dead, PW_RED);
	print_mails("WAITING", status->late, status->n_late, PW_YELLOW);
	if (status->n_dead)
		puts("`poachwatch alerts resend CASE` tries again once the address is "
		     "right.");
}

/* --- for programs -------------------------------------------------------------- */

static json_t *counts_json(const struct pw_store_counts *counts)
{
	return json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "messages",
		(json_int_t)counts->messages, "alerts", (json_int_t)counts->alerts,
		"reviews", (json_int_t)counts->reviews, "ignored",
		(json_int_t)counts->ignored, "duplicates", (json_int_t)counts->duplicates,
		"unreadable", (json_int_t)counts->unreadable, "too_large",
		(json_int_t)counts->too_large, "refused", (json_int_t)counts->refused);
}

static json_t *mailbox_json(const struct pw_mailbox_row *row)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", pw_json_text(row->name));
	json_object_set_new(object, "uidvalidity", json_integer(row->uidvalidity));
	json_object_set_new(object, "last_uid", json_integer(row->last_uid));
	json_object_set_new(object, "last_ok_ms", json_integer(row->last_ok_ms));
	json_object_set_new(object, "failing_ms", json_integer(row->failing_ms));
	json_object_set_new(object, "error", pw_json_text(row->error));
	json_object_set_new(object, "not_judged", json_integer(row->n_old));
	return object;
}

static json_t *unjudged_json(const struct status *status)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < status->n_unjudged; i++) {
		const struct pw_message_row *row = &status->unjudged[i];
		json_t *object = json_object();

		json_object_set_new(object, "state",
				    pw_json_text(pw_message_state_name(row->state)));
		json_object_set_new(object, "stored_ms", json_integer(row->stored_ms));
		json_object_set_new(object, "mailbox", pw_json_text(row->mailbox));
		json_object_set_new(object, "uid", json_integer(row->uid));
		json_object_set_new(object, "forwarder", pw_json_text(row->forwarder));
		json_object_set_new(object, "subject", pw_json_text(row->subject));
		json_object_set_new(object, "why", pw_json_text(row->why));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *rules_json(const struct status *status)
{
	static const char *const states[] = { [FILES_SAME] = "same",
					      [FILES_DIFFER] = "changed",
					      [FILES_UNREAD] = "unreadable" };
	const struct pw_live_rules *rules = &status->rules;
	json_t *object = json_object(), *folders = json_array();
	size_t i;

	for (i = 0; i < rules->n_folders; i++)
		json_array_append_new(folders, pw_json_text(rules->folders[i]));
	json_object_set_new(object, "hash", pw_json_text(rules->hash));
	json_object_set_new(object, "since_ms", json_integer(rules->since_ms));
	json_object_set_new(object, "file_count", json_integer(rules->n_files));
	json_object_set_new(object, "folders", folders);
	json_object_set_new(object, "files", json_string(states[status->files]));
	json_object_set_new(object, "refused_ms", json_integer(rules->refused_ms));
	json_object_set_new(object, "refused", pw_json_text(rules->refused));
	return object;
}

static void print_json(const struct status *status)
{
	const struct pw_store_counts *all = &status->all;
	json_t *object = json_object(), *mailboxes = json_array();
	size_t i;

	for (i = 0; i < status->n_mailboxes; i++)
		json_array_append_new(mailboxes, mailbox_json(&status->mailboxes[i]));
	json_object_set_new(object, "running", json_boolean(status->is_running));
	json_object_set_new(object, "pid",
			    status->pid ? json_integer(status->pid) : json_null());
	json_object_set_new(object, "mailboxes", mailboxes);
	json_object_set_new(object, "rules", rules_json(status));
	json_object_set_new(object, "day", counts_json(&status->day));
	json_object_set_new(object, "all", counts_json(all));
	json_object_set_new(object, "unjudged", unjudged_json(status));
	json_object_set_new(object, "contracts", json_integer(all->contracts));
	json_object_set_new(object, "customers", json_integer(all->customers));
	json_object_set_new(object, "open_cases", json_integer(all->open_cases));
	json_object_set_new(object, "mails_sent", json_integer(all->outbox_sent));
	json_object_set_new(object, "mails_waiting", json_integer(all->outbox_queued));
	json_object_set_new(object, "dead_letters", json_integer(all->outbox_dead));
	json_object_set_new(object, "unacknowledged", json_integer(all->unacked));
	pw_json_line(stdout, object);
}

static int show(const struct pw_globals *globals, bool is_json)
{
	struct status status = { .arena = NULL };
	struct pw_err err = PW_ERR_INIT;
	int r;

	if (pw_desk_open(&status.desk, globals, PW_STORE_READER, &err) < 0)
		return pw_cli_fail(&err);
	status.arena = pw_arena_new(ARENA_BYTES);
	r = load(&status, &err);
	if (r == 0 && is_json)
		print_json(&status);
	else if (r == 0)
		print_status(&status);
	r = r < 0 ? pw_cli_fail(&err) : (is_well(&status) ? PW_EXIT_OK : PW_EXIT_FOUND);
	pw_arena_free(status.arena);
	pw_desk_close(&status.desk);
	return r;
}

int pw_command_status(const struct pw_globals *globals, int argc, char **argv)
{
	bool is_json = false;
	const struct pw_opt options[] = {
		{ "json", NULL, "one JSON object", PW_OPT_FLAG, &is_json },
	};
	const struct pw_usage usage = {
		"status [--json]",
		"What the agent has done: mailboxes, rules in force, messages and the "
		"newest\n"
		"that were not judged (unreadable, too large, refused), mails that\n"
		"wait and mails that were given up.  Ends with status 1 when a mailbox "
		"fails,\n"
		"newer rules were refused or there is a dead letter.",
		options, PW_ARRAY_LEN(options), .words = NULL
	};
	int status;

	if (!pw_opts_parse(&usage, argc, argv, NULL, &status))
		return status;
	return show(globals, is_json);
}
