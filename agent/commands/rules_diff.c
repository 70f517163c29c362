/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_diff.c - `poachwatch rules diff` and `backtest`: the same mails by two
 * sets of rules, or by the present rules and as they were decided then.
 * Nothing is sent or changed.
 *
 * One message at a time goes through both sides; only counts are kept, so a
 * store of any size can be gone through.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/history.h"
#include "agent/commands/predict.h"
#include "agent/commands/rules.h"
#include "agent/commands/verdict_diff.h"

#define ROW_BYTES ((size_t)256 << 20)

struct diff {
	struct pw_offline_options options; /* those of both sides */
	struct pw_strings mails;
	struct pw_strings split; /* folders of "rules:own"; each owned */
	bool is_history, is_json;
	const char *since;
	struct pw_offline *old; /* NULL: as it was decided then */
	struct pw_offline *now;
	struct pw_history history; /* where is_history */
	struct pw_verdict_diff result;
	size_t n_unreadable;
};

/* One message judged; what a side shows is borrowed from here. */
struct judged {
	struct pw_finding *finding;
	struct pw_resolved *resolved;
	struct pw_verdict_side side;
	char unreadable[sizeof(
		(struct pw_err){ 0 }.msg)]; /* the job's, which ends first */
};

static void judged_done(struct judged *judged)
{
	pw_resolved_free(judged->resolved);
	pw_finding_free(judged->finding);
}

/* What cannot be read is a review, as the agent has it. */
static int settle(const struct pw_offline *offline, const struct pw_job *job,
		  struct judged *ret, struct pw_err *err)
{
	if (job->outcome != PW_JOB_DONE) {
		memcpy(ret->unreadable, job->err.msg, sizeof ret->unreadable);
		ret->side = (struct pw_verdict_side){ .verdict = PW_VERDICT_REVIEW,
						      .why = ret->unreadable };
		return 0;
	}
	if (pw_offline_judge(offline, job, &ret->finding, &ret->resolved, err) < 0)
		return -1;
	ret->side = (struct pw_verdict_side){
		.verdict = ret->resolved->judgement->verdict,
		.finding = ret->finding,
		.why = ret->resolved->judgement->why,
	};
	return 0;
}

/* The same message by the other side's inspectors. */
static int judge_old(const struct pw_offline *offline, const struct pw_job *like,
		     struct judged *ret, struct pw_err *err)
{
	struct pw_job job = { .kind = PW_JOB_INSPECT,
			      .raw = like->raw,
			      .len = like->len,
			      .mailbox = like->mailbox,
			      .authserv_id = like->authserv_id,
			      .received = like->received };
	int r;

	pw_pool_submit(offline->pool, &job);
	while (!pw_pool_take(offline->pool))
		if (pw_pool_wait(offline->pool, -1, err) < 0)
			return -1;
	r = settle(offline, &job, ret, err);
	json_decref(job.result);
	return r;
}

/* As the agent decided it then.  What an older version wrote may not be read
   any longer: the verdict is there still. */
static void judged_then(const struct pw_message_row *row, struct judged *ret)
{
	struct pw_err ignored = PW_ERR_INIT;
	json_t *json = row->finding ? json_loads(row->finding, 0, NULL) : NULL;

	if (!json || pw_finding_from_json(&ret->finding, json, &ignored) < 0)
		ret->finding = NULL;
	json_decref(json);
	ret->side = (struct pw_verdict_side){ .verdict = row->verdict,
					      .finding = ret->finding,
					      .why = row->why };
}

static int compare(struct diff *diff, const struct pw_mailfile *file,
		   const struct pw_job *job, struct pw_arena *arena, struct pw_err *err)
{
	PW_CLEANUP(judged_done) struct judged before = { 0 };
	PW_CLEANUP(judged_done) struct judged after = { 0 };
	struct pw_message_row *row = NULL;
	const char *about = NULL;

	if (file->id &&
	    pw_store_message_get(diff->history.store, file->id, arena, &row, err) < 0)
		return -1;
	if (settle(diff->now, job, &after, err) < 0)
		return -1;
	if (diff->old && judge_old(diff->old, job, &before, err) < 0)
		return -1;
	if (!diff->old && row)
		judged_then(row, &before);
	if (!diff->old && !row)
		return 0; /* purged meanwhile */
	diff->n_unreadable += job->outcome != PW_JOB_DONE;
	if (row)
		about = row->subject;
	pw_verdict_diff_add(&diff->result, file->name, about, &before.side, &after.side);
	return 0;
}

static int compare_one(void *self, const struct pw_mailfile *file,
		       const struct pw_job *job, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ROW_BYTES);

	return compare(self, file, job, arena, err);
}

static struct pw_inspect_all run_of(struct diff *diff)
{
	return (struct pw_inspect_all){ .pool = diff->now->pool,
					.kind = PW_JOB_INSPECT,
					.mailbox = diff->now->mailbox,
					.authserv_id = diff->now->authserv_id,
					.each = compare_one,
					.self = diff };
}

static void say_left_out(const struct diff *diff)
{
	const struct pw_history *history = &diff->history;
	FILE *out = diff->is_json ? stderr : stdout;

	if (history->n_gone)
		fprintf(out,
			"%zu message%s left out: judged then, but the mail itself is not "
			"kept any longer (keep:)\n",
			history->n_gone, history->n_gone == 1 ? "" : "s");
	if (history->n_unjudged)
		fprintf(out,
			"%zu message%s left out: never judged (duplicates, our own "
			"mails, refused senders, too large)\n",
			history->n_unjudged, history->n_unjudged == 1 ? "" : "s");
}

static int compare_history(struct diff *diff, struct pw_err *err)
{
	const struct pw_inspect_all run = run_of(diff);
	struct pw_mail_source source;
	size_t n_unread = 0;
	int r;

	if (pw_history_open(&diff->history, diff->now->config, diff->since, err) < 0)
		return -1;
	source = pw_history_source(&diff->history);
	r = pw_inspect_source(&run, &source, &n_unread, err);
	if (r == 0 && diff->history.err.code != PW_OK) {
		*err = diff->history.err;
		r = -1;
	}
	if (r == 0)
		say_left_out(diff);
	pw_history_close(&diff->history);
	return r;
}

static int compare_mails(struct diff *diff, struct pw_err *err)
{
	const struct pw_inspect_all run = run_of(diff);
	size_t n_unread = 0;
	int r = pw_inspect_all(&run, diff->mails.items, diff->mails.n, &n_unread, err);

	diff->n_unreadable += n_unread;
	return r;
}

static int run_diff(struct diff *diff)
{
	struct pw_err err = PW_ERR_INIT;
	int r;

	diff->result.out = stdout;
	diff->result.is_json = diff->is_json;
	r = diff->is_history ? compare_history(diff, &err) : compare_mails(diff, &err);
	if (r == 0 && !diff->is_json)
		pw_verdict_diff_summary(&diff->result);
	r = r < 0 ? pw_cli_fail(&err)
	    : pw_verdict_diff_total(&diff->result) || diff->n_unreadable ? PW_EXIT_FOUND
									 : PW_EXIT_OK;
	pw_verdict_diff_done(&diff->result);
	return r;
}

/* --- two sets of rules ------------------------------------------------------ */

static bool is_same_path(const char *a, const char *b)
{
	char real_a[PATH_MAX], real_b[PATH_MAX];

	return realpath(a, real_a) && realpath(b, real_b) && pw_streq(real_a, real_b);
}

/* "rules:own" are two folders, unless there is one of that name. */
static void add_folders(struct diff *diff, const char *side, struct pw_strings *ret)
{
	const char *at = side;

	if (access(side, F_OK) == 0) {
		pw_strings_add(ret, side);
		return;
	}
	do {
		size_t len = strcspn(at, ":");
		char *folder = pw_strndup(at, len);

		pw_strings_add(&diff->split, folder);
		pw_strings_add(ret, folder);
		at += len + (at[len] == ':');
	} while (*at);
}

/* The rules of one side.  Where OLD is one of the folders in force, that one
   is exchanged and the others stay; else the side is --rules and the folder. */
static void side_rules(struct diff *diff, const struct pw_strings *in_force,
		       const char *old, const char *side, struct pw_strings *ret)
{
	bool is_exchanged = false;
	size_t i;

	for (i = 0; i < in_force->n; i++)
		is_exchanged = is_exchanged || is_same_path(in_force->items[i], old);
	for (i = 0; is_exchanged && i < in_force->n; i++)
		if (is_same_path(in_force->items[i], old))
			add_folders(diff, side, ret);
		else
			pw_strings_add(ret, in_force->items[i]);
	for (i = 0; !is_exchanged && i < diff->options.rules.n; i++)
		pw_strings_add(ret, diff->options.rules.items[i]);
	if (!is_exchanged)
		add_folders(diff, side, ret);
}

static int open_side(struct pw_offline *offline, const struct pw_globals *globals,
		     struct diff *diff, const struct pw_strings *in_force,
		     const char *const folders[2], int side, struct pw_err *err)
{
	struct pw_offline_options options = diff->options;
	int r;

	options.rules = (struct pw_strings){ 0 };
	side_rules(diff, in_force, folders[0], folders[side], &options.rules);
	r = pw_offline_open(offline, globals, &options, err);
	pw_strings_done(&options.rules);
	return r;
}

static int diff_rules(const struct pw_globals *globals, struct diff *diff,
		      const char *const *folders)
{
	PW_CLEANUP(pw_strings_done) struct pw_strings in_force = { 0 };
	struct pw_offline old, new;
	struct pw_err err = PW_ERR_INIT;
	int r;

	if (pw_rules_folders(globals, &diff->options.rules, &in_force, &err) < 0 ||
	    open_side(&old, globals, diff, &in_force, folders, 0, &err) < 0)
		return pw_cli_fail(&err);
	if (open_side(&new, globals, diff, &in_force, folders, 1, &err) < 0) {
		pw_offline_close(&old);
		return pw_cli_fail(&err);
	}
	diff->old = &old;
	diff->now = &new;
	r = run_diff(diff);
	pw_offline_close(&old);
	pw_offline_close(&new);
	return r;
}

static bool is_diff_good(const struct pw_globals *globals, const struct diff *diff)
{
	if (!diff->mails.n == !diff->is_history) {
		fputs("poachwatch: say over which messages: --mail PATH or --history\n",
		      stderr);
		return false;
	}
	if (diff->is_history && !globals->config_path) {
		fputs("poachwatch: --history needs the configuration, which names the "
		      "store: --config FILE\n",
		      stderr);
		return false;
	}
	return true;
}

int pw_rules_diff(const struct pw_globals *globals, int argc, char **argv)
{
	struct diff diff = { 0 };
	const struct pw_opt options[] = {
		{ "mail", "PATH", "messages to compare over (again for more)",
		  PW_OPT_LIST, &diff.mails },
		{ "history", NULL, "compare over the messages in the store", PW_OPT_FLAG,
		  &diff.is_history },
		{ "since", "DAY", "with --history: stored since 2026-03-31, or in 30d",
		  PW_OPT_VALUE, &diff.since },
		{ "json", NULL, "one JSON object a difference", PW_OPT_FLAG,
		  &diff.is_json },
		PW_OFFLINE_OPTIONS(&diff.options),
	};
	const struct pw_usage usage = {
		"rules diff OLD NEW (--mail PATH... | --history [--since DAY])",
		"Judges the same messages by two folders of rules and shows the "
		"verdicts\n"
		"gained, lost and changed, with the rules that made it.  Each is a "
		"folder, or\n"
		"several as FIRST:OVER_IT.  Where OLD is a folder in force (of the "
		"configuration\n"
		"or --rules), NEW takes its place among the others; else both stand "
		"alone, over\n"
		"--rules where given.  Nothing is sent or changed.\n"
		"Exit status 1: something is decided differently.",
		options,
		PW_ARRAY_LEN(options),
		.words = "two folders of rules",
		.min_words = 2,
		.max_words = 2
	};
	struct pw_strings rest = { 0 };
	int status;
	size_t i;

	if (pw_opts_parse(&usage, argc, argv, &rest, &status))
		status = is_diff_good(globals, &diff)
				 ? diff_rules(globals, &diff, rest.items)
				 : PW_EXIT_USAGE;
	for (i = 0; i < diff.split.n; i++)
		free((void *)(uintptr_t)diff.split.items[i]);
	pw_strings_done(&diff.split);
	pw_strings_done(&rest);
	pw_strings_done(&diff.mails);
	pw_offline_options_done(&diff.options);
	return status;
}

/* --- now and then ----------------------------------------------------------- */

static int backtest(const struct pw_globals *globals, struct diff *diff)
{
	struct pw_offline now;
	struct pw_err err = PW_ERR_INIT;
	int r;

	if (!globals->config_path) {
		fputs("poachwatch: backtest needs the configuration, which names the "
		      "store: --config FILE\n",
		      stderr);
		return PW_EXIT_USAGE;
	}
	if (pw_offline_open(&now, globals, &diff->options, &err) < 0)
		return pw_cli_fail(&err);
	diff->now = &now;
	diff->is_history = true;
	r = run_diff(diff);
	pw_offline_close(&now);
	return r;
}

int pw_rules_backtest(const struct pw_globals *globals, int argc, char **argv)
{
	struct diff diff = { 0 };
	const struct pw_opt options[] = {
		{ "since", "DAY", "only messages stored since 2026-03-31, or in 30d",
		  PW_OPT_VALUE, &diff.since },
		{ "json", NULL, "one JSON object a difference", PW_OPT_FLAG,
		  &diff.is_json },
		PW_OFFLINE_OPTIONS(&diff.options),
	};
	const struct pw_usage usage = {
		"rules backtest [--since DAY]",
		"Judges the messages kept in the store by the present rules and "
		"contracts\n"
		"and shows what was decided otherwise then, with the rules that make "
		"it.\n"
		"Nothing is sent or changed.  Exit status 1: something is decided "
		"differently.",
		options, PW_ARRAY_LEN(options), .words = NULL
	};
	int status;

	if (pw_opts_parse(&usage, argc, argv, NULL, &status))
		status = backtest(globals, &diff);
	pw_offline_options_done(&diff.options);
	return status;
}
