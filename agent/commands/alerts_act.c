/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_act.c - `alerts resend|close|snooze|missed`: what people do about a case. */
#include <string.h>

#include "agent/base/file.h"
#include "agent/base/str.h"
#include "agent/cases/cases.h"
#include "agent/commands/alerts.h"
#include "agent/feedback/feedback.h"

#define ARENA_BYTES ((size_t)128 << 20)
#define MAIL_MAX    ((size_t)64 << 20)

static int finish(struct pw_desk *desk, int result, const struct pw_err *err)
{
	pw_desk_close(desk);
	return result < 0 ? pw_cli_fail(err) : PW_EXIT_OK;
}

/* --- resend -------------------------------------------------------------- */

static int resend_last(struct pw_store *store, int64_t id, struct pw_arena *arena,
		       struct pw_err *err)
{
	struct pw_outbox_filter filter = { .case_id = id };
	struct pw_case_event event = { .kind = "resent" };
	struct pw_outbox_row *rows;
	size_t n, i;

	if (pw_store_outbox_list(store, &filter, 100, arena, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n && pw_streq(rows[i].kind, "acknowledgement"); i++)
		;
	if (i == n)
		return pw_err_set(err, PW_EINPUT,
				  "no mail was ever made about case %lld; "
				  "`poachwatch alerts show %lld` says why",
				  (long long)id, (long long)id);
	event.outbox_id = rows[i].id;
	event.text = "asked for by hand";
	if (pw_store_outbox_requeue(store, rows[i].id, err) < 0 ||
	    pw_store_case_event_add(store, id, &event, err) < 0)
		return -1;
	printf("queued again: mail %lld (%s)\n", (long long)rows[i].id, rows[i].kind);
	return 0;
}

int pw_alerts_resend(const struct pw_globals *globals, int argc, char **argv)
{
	const struct pw_usage usage = {
		"alerts resend ID",
		"Queues the last mail about the case again, under the same Message-ID.\n"
		"The running agent sends it; without one, `poachwatch run --once` does.",
		NULL, 0, PW_ALERTS_ID
	};
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_err err = PW_ERR_INIT;
	struct pw_case_row *row;
	struct pw_desk desk;
	int64_t id;
	int status, result;

	if (!pw_alerts_parse(&usage, argc, argv, &id, &status))
		return status;
	if (pw_desk_open(&desk, globals, PW_STORE_COMMAND, &err) < 0)
		return pw_cli_fail(&err);
	result = pw_alerts_case(desk.store, id, arena, &row, &err);
	if (result == 0)
		result = resend_last(desk.store, id, arena, &err);
	return finish(&desk, result, &err);
}

/* --- close ----------------------------------------------------------------- */

/* A false alarm is worth a test for the rules: keep the case's mails as
   labelled ones, as far as their bytes are still there. */
static int keep_false_positives(const struct pw_desk *desk, int64_t id, const char *note,
				struct pw_arena *arena, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *folder = pw_feedback_folder(desk->config->store);
	struct pw_feedback_label label = { .verdict = "ignore", .notes = note };
	struct pw_message_filter filter = { .case_id = id };
	struct pw_message_row *rows;
	size_t n, i, kept = 0;

	if (pw_store_message_list(desk->store, &filter, 100, arena, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		PW_CLEANUP(pw_freep) void *raw = NULL;
		PW_CLEANUP(pw_freep) char *path = NULL;
		size_t len;

		if (pw_store_message_raw(desk->store, rows[i].id, MAIL_MAX, &raw, &len,
					 err) < 0)
			return -1;
		if (!raw)
			continue;
		if (pw_feedback_keep(folder, raw, len, &label, &path, err) < 0 ||
		    pw_store_message_set_label(desk->store, rows[i].id, "false-positive",
					       err) < 0)
			return -1;
		kept++;
	}
	printf("kept %zu mail%s as labelled case%s in %s\n", kept, pw_plural(kept),
	       pw_plural(kept), folder);
	printf("next: poachwatch rules suggest, and poachwatch rules eval %s\n", folder);
	return 0;
}

int pw_alerts_close(const struct pw_globals *globals, int argc, char **argv)
{
	const char *outcome = NULL, *note = NULL;
	const struct pw_opt options[] = {
		{ "outcome", "WORD", "kept, lost, false-positive or duplicate (required)",
		  PW_OPT_VALUE, &outcome },
		{ "note", "TEXT", "a remark for the trail", PW_OPT_VALUE, &note },
	};
	const struct pw_usage usage = {
		"alerts close ID --outcome WORD [--note TEXT]",
		"Ends a case.  With false-positive its mails are kept as labelled cases\n"
		"that `rules eval` and `rules suggest` read.",
		options, PW_ARRAY_LEN(options), PW_ALERTS_ID
	};
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_err err = PW_ERR_INIT;
	struct pw_desk desk;
	int64_t id;
	int status, result;

	if (!pw_alerts_parse(&usage, argc, argv, &id, &status))
		return status;
	if (!outcome) {
		fputs("poachwatch: say how it ended: --outcome kept, lost, "
		      "false-positive or duplicate\n",
		      stderr);
		return PW_EXIT_USAGE;
	}
	if (pw_desk_open(&desk, globals, PW_STORE_COMMAND, &err) < 0)
		return pw_cli_fail(&err);
	result = pw_case_close(desk.store, id, outcome, note, pw_alerts_who(), &err);
	if (result == 0)
		printf("case %lld closed: %s\n", (long long)id, outcome);
	if (result == 0 && pw_streq(outcome, "false-positive"))
		result = keep_false_positives(&desk, id, note, arena, &err);
	return finish(&desk, result, &err);
}

/* --- snooze ---------------------------------------------------------------- */

int pw_alerts_snooze(const struct pw_globals *globals, int argc, char **argv)
{
	const char *until = NULL;
	const struct pw_opt options[] = {
		{ "until", "DAY", "YYYY-MM-DD, or 'now' to end a snooze (required)",
		  PW_OPT_VALUE, &until },
	};
	const struct pw_usage usage = {
		"alerts snooze ID --until DAY",
		"No mail about the case before that day; what arrives is collected.",
		options, PW_ARRAY_LEN(options), PW_ALERTS_ID
	};
	struct pw_err err = PW_ERR_INIT;
	struct pw_desk desk;
	pw_day day = 0;
	int64_t id;
	int status, result;

	if (!pw_alerts_parse(&usage, argc, argv, &id, &status))
		return status;
	if (!pw_streq(until, "now") && !pw_day_from_iso(until, &day)) {
		fputs("poachwatch: --until wants a day as YYYY-MM-DD, or 'now'\n",
		      stderr);
		return PW_EXIT_USAGE;
	}
	if (pw_desk_open(&desk, globals, PW_STORE_COMMAND, &err) < 0)
		return pw_cli_fail(&err);
	result = pw_case_snooze(desk.store, id, (int64_t)day * 86400000, pw_alerts_who(),
				&err);
	if (result == 0)
		printf("case %lld: %s%s\n", (long long)id,
		       day ? "no mail before " : "snooze ended", day ? until : "");
	return finish(&desk, result, &err);
}

/* --- missed ---------------------------------------------------------------- */

/* Read as who runs the command, kept as the store's owner. */
static int keep_missed(const struct pw_config *config, const char *path,
		       const struct pw_buf *raw, const struct pw_feedback_label *label,
		       struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *folder = pw_feedback_folder(config->store);
	PW_CLEANUP(pw_freep) char *kept = NULL;

	if (pw_feedback_keep(folder, raw->data, raw->len, label, &kept, err) < 0)
		return -1;
	printf("kept %s as %s (%s)\n", path, kept, label->verdict);
	return 0;
}

static int missed(const struct pw_globals *globals, const struct pw_strings *paths,
		  const struct pw_feedback_label *label, struct pw_err *err)
{
	struct pw_buf *raws = pw_alloc(paths->n, sizeof *raws);
	struct pw_config *config = NULL;
	int result = pw_command_config(&config, globals, err);
	size_t i;

	for (i = 0; i < paths->n; i++)
		pw_buf_init(&raws[i], MAIL_MAX);
	for (i = 0; result == 0 && i < paths->n; i++)
		result = pw_file_read(paths->items[i], &raws[i], err);
	if (result == 0)
		result = pw_store_become_owner(config->store, err);
	for (i = 0; result == 0 && i < paths->n; i++)
		result = keep_missed(config, paths->items[i], &raws[i], label, err);
	if (result == 0)
		puts("next: poachwatch rules explain FILE says what was missing; "
		     "poachwatch rules eval FOLDER");
	for (i = 0; i < paths->n; i++)
		pw_buf_done(&raws[i]);
	free(raws);
	pw_config_free(config);
	return result;
}

int pw_alerts_missed(const struct pw_globals *globals, int argc, char **argv)
{
	struct pw_feedback_label label = { .verdict = "alert" };
	const struct pw_opt options[] = {
		{ "verdict", "WORD",
		  "what it should have been: alert (default) or review", PW_OPT_VALUE,
		  &label.verdict },
		{ "rival", "SLUG", "who it is from", PW_OPT_VALUE, &label.rival },
		{ "note", "TEXT", "a remark", PW_OPT_VALUE, &label.notes },
	};
	const struct pw_usage usage = {
		"alerts missed PATH...",
		"Keeps mails that should have raised an alert as labelled cases that\n"
		"`rules eval` and `rules suggest` read.",
		options,
		PW_ARRAY_LEN(options),
		.words = "one or more mails",
		.min_words = 1
	};
	struct pw_strings paths = { NULL, 0 };
	struct pw_err err = PW_ERR_INIT;
	int status;

	if (!pw_opts_parse(&usage, argc, argv, &paths, &status))
		return status;
	status = PW_EXIT_USAGE;
	if (!pw_streq(label.verdict, "alert") && !pw_streq(label.verdict, "review"))
		fprintf(stderr, "poachwatch: --verdict wants alert or review, not '%s'\n",
			label.verdict);
	else
		status = missed(globals, &paths, &label, &err) < 0 ? pw_cli_fail(&err)
								   : PW_EXIT_OK;
	pw_strings_done(&paths);
	return status;
}
