/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_diff.c - `poachwatch rules diff` and `backtest`: the same mails by two
 * sets of rules, or by the present rules and as they were decided then.
 * Nothing is sent or changed.
 */
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/predict.h"
#include "agent/commands/rules.h"
#include "agent/store/messages.h"

#define MAX_RAW  ((size_t)64 << 20)
#define MAX_PAGE ((size_t)64 << 20)
#define PAGE     200

struct diff {
	struct pw_offline_options options; /* those of both sides */
	struct pw_strings mails;
	bool is_history;
	const char *since;
	struct pw_table *table;
	size_t n, n_changed, n_gone; /* gone: not kept any longer */
};

/* Rules that counted in one prediction and not in the other. */
static void add_causes(struct pw_buf *out, const json_t *from, const json_t *to,
		       char sign)
{
	const json_t *rules = json_object_get(json_object_get(from, "why"), "rules"),
		     *hit;
	const json_t *others = json_object_get(json_object_get(to, "why"), "rules"),
		     *other;
	size_t i, k;

	json_array_foreach((json_t *)(uintptr_t)rules, i, hit)
	{
		double points = json_number_value(json_object_get(hit, "points"));
		bool is_there = false;

		json_array_foreach((json_t *)(uintptr_t)others, k, other) is_there =
			is_there ||
			(json_equal(json_object_get(hit, "rule"),
				    json_object_get(other, "rule")) &&
			 json_number_value(json_object_get(other, "points")) == points);
		if (!is_there && points != 0)
			pw_buf_addf(out, "%s%c%s (%+g)", out->len ? ", " : "", sign,
				    json_string_value(json_object_get(hit, "rule")),
				    points);
	}
}

static const char *kind_of(const char *before, const char *after)
{
	if (strcmp(before, "ignore") == 0)
		return "gained";
	return strcmp(after, "ignore") == 0 ? "lost" : "changed";
}

static void compare(struct diff *diff, const char *file, const char *before,
		    const json_t *old, const json_t *new)
{
	const char *after = pw_verdict_of(new);
	struct pw_buf causes;

	diff->n++;
	if (strcmp(before, after) == 0)
		return;
	diff->n_changed++;
	pw_buf_init(&causes, 4000);
	if (old) {
		add_causes(&causes, new, old, '+');
		add_causes(&causes, old, new, '-');
	}
	if (old)
		pw_buf_addf(&causes, "%s%s, now ", causes.len ? "; " : "",
			    pw_why_text(old, "detection"));
	pw_buf_adds(&causes, pw_why_text(new, "detection"));
	pw_table_cell(diff->table, PW_BOLD, "%s", kind_of(before, after));
	pw_table_cell(diff->table, PW_PLAIN, "%s", before);
	pw_table_cell(diff->table, PW_PLAIN, "%s", after);
	pw_table_cell(diff->table, PW_PLAIN, "%s", file);
	pw_table_cell(diff->table, PW_DIM, "%s", causes.data);
	pw_buf_done(&causes);
}

/* Judge one message by one set of rules; json is owned by the caller. */
static int judge(const struct pw_offline *offline, const char *name, const void *raw,
		 size_t len, json_t **ret, struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions one = { 0 };

	if (pw_predict_raw(offline, name, raw, len, &one, err) < 0)
		return -1;
	*ret = json_incref(one.items[0].json);
	return 0;
}

/* One stored message: by both rules, or by the new ones and as decided. */
static int compare_stored(struct diff *diff, const struct pw_offline *old,
			  const struct pw_offline *new, const struct pw_message_row *row,
			  struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *name = pw_asprintf("message %lld", (long long)row->id);
	PW_CLEANUP(pw_freep) void *raw = NULL;
	json_t *before = NULL, *after = NULL;
	size_t len = 0;
	int r;

	if (pw_store_message_raw(new->store, row->id, MAX_RAW, &raw, &len, err) < 0)
		return -1;
	if (!raw) {
		diff->n_gone++;
		return 0;
	}
	r = judge(new, name, raw, len, &after, err);
	if (r == 0 && old)
		r = judge(old, name, raw, len, &before, err);
	if (r == 0)
		compare(diff, name,
			before ? pw_verdict_of(before) : pw_verdict_name(row->verdict),
			before, after);
	json_decref(before);
	json_decref(after);
	return r;
}

static int compare_history(struct diff *diff, const struct pw_offline *old,
			   const struct pw_offline *new, struct pw_err *err)
{
	struct pw_message_filter filter = { 0 };
	struct pw_message_row *rows;
	pw_day since;
	size_t n, i;
	int r = 0;

	if (diff->since) {
		if (!pw_day_from_iso(diff->since, &since))
			return pw_err_set(err, PW_EINPUT, "'%s' is no day as 2026-03-31",
					  diff->since);
		filter.since_ms = (int64_t)since * 86400000;
	}
	do {
		struct pw_arena *arena = pw_arena_new(MAX_PAGE);

		n = 0;
		r = pw_store_message_list(new->store, &filter, PAGE, arena, &rows, &n,
					  err);
		for (i = 0; r == 0 && i < n; i++) {
			if (rows[i].hash && !rows[i].duplicate_of)
				r = compare_stored(diff, old, new, &rows[i], err);
			filter.before_id = rows[i].id;
		}
		pw_arena_free(arena);
	} while (r == 0 && n == PAGE);
	return r;
}

static int compare_mails(struct diff *diff, const struct pw_offline *old,
			 const struct pw_offline *new, struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions before = { 0 };
	PW_CLEANUP(pw_predictions_done) struct pw_predictions after = { 0 };
	size_t i;

	if (pw_predict(old, diff->mails.items, diff->mails.n, &before, err) < 0 ||
	    pw_predict(new, diff->mails.items, diff->mails.n, &after, err) < 0)
		return -1;
	for (i = 0; i < before.n && i < after.n; i++)
		compare(diff, after.items[i].file, pw_verdict_of(before.items[i].json),
			before.items[i].json, after.items[i].json);
	return 0;
}

static int print_diff(struct diff *diff)
{
	if (diff->n_changed)
		pw_table_print(diff->table, stdout);
	printf("%zu message%s compared, %zu decided differently\n", diff->n,
	       diff->n == 1 ? "" : "s", diff->n_changed);
	if (diff->n_gone)
		printf("%zu more are not kept any longer\n", diff->n_gone);
	return diff->n_changed ? PW_EXIT_FOUND : PW_EXIT_OK;
}

static const char *const titles[] = { "CHANGE", "BEFORE", "NOW", "MESSAGE",
				      "BECAUSE OF" };

/* Open with other rules than the options say. */
static int open_with(struct pw_offline *offline, const struct pw_globals *globals,
		     const struct pw_offline_options *options, const char *rules,
		     struct pw_err *err)
{
	struct pw_offline_options own = *options;
	int r;

	own.rules = (struct pw_strings){ 0 };
	pw_strings_add(&own.rules, rules);
	r = pw_offline_open(offline, globals, &own, err);
	pw_strings_done(&own.rules);
	return r;
}

static int diff_rules(const struct pw_globals *globals, struct diff *diff,
		      const char *const *folders)
{
	struct pw_offline old, new;
	struct pw_err err = PW_ERR_INIT;
	int r;

	if (open_with(&old, globals, &diff->options, folders[0], &err) < 0)
		return pw_cli_fail(&err);
	if (open_with(&new, globals, &diff->options, folders[1], &err) < 0) {
		pw_offline_close(&old);
		return pw_cli_fail(&err);
	}
	diff->table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	r = diff->is_history ? compare_history(diff, &old, &new, &err)
			     : compare_mails(diff, &old, &new, &err);
	pw_offline_close(&old);
	pw_offline_close(&new);
	r = r < 0 ? pw_cli_fail(&err) : print_diff(diff);
	pw_table_free(diff->table);
	return r;
}

int pw_rules_diff(const struct pw_globals *globals, int argc, char **argv)
{
	struct diff diff = { 0 };
	const struct pw_opt options[] = {
		{ "mail", "PATH", "messages to compare over (again for more)",
		  PW_OPT_LIST, &diff.mails },
		{ "history", NULL, "compare over the messages in the store", PW_OPT_FLAG,
		  &diff.is_history },
		{ "since", "DAY", "with --history: only those stored since", PW_OPT_VALUE,
		  &diff.since },
		PW_OFFLINE_OPTIONS(&diff.options),
	};
	const struct pw_usage usage = {
		"rules diff OLD NEW (--mail PATH... | --history [--since DAY])",
		"Judges the same messages by two folders of rules and shows the "
		"verdicts\n"
		"gained, lost and changed, with the rules that made it.  Nothing is "
		"sent\n"
		"or changed.",
		options, PW_ARRAY_LEN(options)
	};
	struct pw_strings rest = { 0 };
	enum pw_opts_result parsed = pw_opts_parse(&usage, argc, argv, &rest);
	int status = parsed == PW_OPTS_HELP ? PW_EXIT_OK : PW_EXIT_USAGE;

	if (parsed == PW_OPTS_OK && (rest.n != 2 || !diff.mails.n == !diff.is_history))
		fputs("poachwatch: give two folders of rules, and --mail PATH or "
		      "--history\n",
		      stderr);
	else if (parsed == PW_OPTS_OK)
		status = diff_rules(globals, &diff, rest.items);
	pw_strings_done(&rest);
	pw_strings_done(&diff.mails);
	pw_offline_options_done(&diff.options);
	return status;
}

static int backtest(const struct pw_globals *globals, struct diff *diff)
{
	struct pw_offline now;
	struct pw_err err = PW_ERR_INIT;
	int r;

	if (!globals->config_path) {
		fputs("poachwatch: backtest needs the configuration: --config FILE\n",
		      stderr);
		return PW_EXIT_USAGE;
	}
	if (pw_offline_open(&now, globals, &diff->options, &err) < 0)
		return pw_cli_fail(&err);
	diff->table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	r = compare_history(diff, NULL, &now, &err);
	pw_offline_close(&now);
	r = r < 0 ? pw_cli_fail(&err) : print_diff(diff);
	pw_table_free(diff->table);
	return r;
}

int pw_rules_backtest(const struct pw_globals *globals, int argc, char **argv)
{
	struct diff diff = { 0 };
	const struct pw_opt options[] = {
		{ "since", "DAY", "only messages stored since", PW_OPT_VALUE,
		  &diff.since },
		PW_OFFLINE_OPTIONS(&diff.options),
	};
	const struct pw_usage usage = {
		"rules backtest [--since DAY]",
		"Judges the messages kept in the store by the present rules and "
		"contracts\n"
		"and shows what was decided otherwise then.  Nothing is sent or changed.",
		options, PW_ARRAY_LEN(options)
	};
	struct pw_strings rest = { 0 };
	enum pw_opts_result parsed = pw_opts_parse(&usage, argc, argv, &rest);
	int status = parsed == PW_OPTS_HELP ? PW_EXIT_OK : PW_EXIT_USAGE;

	if (parsed == PW_OPTS_OK)
		status = backtest(globals, &diff);
	pw_strings_done(&rest);
	pw_offline_options_done(&diff.options);
	return status;
}
