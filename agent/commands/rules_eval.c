/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_eval.c - `poachwatch rules eval`: the rules scored over labelled mails.
 */
#include <stdio.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/commands/eval_score.h"
#include "agent/commands/jsonout.h"
#include "agent/commands/labels.h"
#include "agent/commands/rules.h"

struct eval {
	struct pw_offline_options options;
	const char *baseline;
	bool is_json;
	char *contracts; /* DIR/contracts.csv; owned */
	size_t n_worse;  /* mails, than the baseline */
};

static bool is_report(const json_t *json)
{
	return json_is_array(json_object_get(json, "misses")) &&
	       json_is_object(json_object_get(json, "fields"));
}

/* Tell what is better and worse than an earlier run. */
static int compare(const char *path, json_t *report, struct pw_err *err)
{
	json_error_t error;
	json_t *old = json_load_file(path, 0, &error);
	bool is_usable = is_report(old);

	if (is_usable)
		json_object_set_new(report, "baseline", pw_eval_compare(report, old));
	json_decref(old);
	if (is_usable)
		return 0;
	return pw_err_set(err, PW_EINPUT, "baseline '%s' %s%s", path,
			  old ? "is not what `rules eval --json` prints"
			      : "cannot be read: ",
			  old ? "" : error.text);
}

static int report(struct eval *eval, const struct pw_eval_score *score,
		  struct pw_err *err)
{
	json_t *json = pw_eval_to_json(score);
	int r = eval->baseline ? compare(eval->baseline, json, err) : 0;

	if (r == 0 && eval->is_json)
		pw_json_line(stdout, json_incref(json));
	else if (r == 0)
		pw_eval_print(stdout, score, json);
	eval->n_worse = json_array_size(
		json_object_get(json_object_get(json, "baseline"), "worse"));
	json_decref(json);
	return r;
}

/* Judge and score; a long run is not begun with labels that are wrong. */
static int eval_mails(struct eval *eval, const struct pw_offline *offline,
		      const char *folder, const json_t *labels, struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions predictions = { 0 };
	PW_CLEANUP(pw_freep) char *mails = pw_labels_mails(folder);
	const char *const paths[] = { mails };
	int64_t start = pw_monotonic_ms(&pw_clock_real);
	struct pw_eval_score *score;
	double seconds;
	int r;

	if (pw_predict(offline, paths, 1, &predictions, err) < 0)
		return -1;
	seconds = (double)(pw_monotonic_ms(&pw_clock_real) - start) / 1000;
	if (pw_labels_join(&predictions, 0, labels, folder, err) < 0)
		return -1;
	score = pw_eval_score_new(&predictions, offline->ruleset, seconds);
	r = report(eval, score, err);
	pw_eval_score_free(score);
	return r;
}

static int eval_folder(const struct pw_globals *globals, struct eval *eval,
		       const char *folder, struct pw_err *err)
{
	struct pw_offline offline;
	json_t *labels = NULL;
	int r;

	if (pw_labels_read(&labels, folder, err) < 0)
		return -1;
	eval->contracts = pw_asprintf("%s/contracts.csv", folder);
	if (!eval->options.contracts && access(eval->contracts, R_OK) == 0)
		eval->options.contracts = eval->contracts;
	r = pw_offline_open(&offline, globals, &eval->options, err);
	if (r == 0) {
		r = eval_mails(eval, &offline, folder, labels, err);
		pw_offline_close(&offline);
	}
	json_decref(labels);
	return r;
}

static int finish(const struct eval *eval, int result, const struct pw_err *err)
{
	if (result < 0)
		return pw_cli_fail(err);
	return eval->n_worse ? PW_EXIT_FOUND : PW_EXIT_OK;
}

int pw_rules_eval(const struct pw_globals *globals, int argc, char **argv)
{
	struct eval eval = { 0 };
	const struct pw_opt options[] = {
		PW_OFFLINE_OPTIONS(&eval.options),
		{ "json", NULL, "one JSON object (the form that --baseline reads)",
		  PW_OPT_FLAG, &eval.is_json },
		{ "baseline", "FILE", "compare with an earlier run's --json",
		  PW_OPT_VALUE, &eval.baseline },
	};
	const struct pw_usage usage = {
		"rules eval [OPTIONS] DIR",
		"Scores the rules over labelled mails: DIR/labels.jsonl with one object "
		"a\n"
		"mail, DIR/mails/*.eml, and DIR/contracts.csv where there is one.  With\n"
		"--baseline it shows what got better and worse, and ends with status 1 "
		"when\n"
		"a mail got worse.",
		options,
		PW_ARRAY_LEN(options),
		.words = "one folder of labelled mails",
		.min_words = 1,
		.max_words = 1
	};
	struct pw_strings paths = { 0 };
	struct pw_err err = PW_ERR_INIT;
	int status;

	if (pw_opts_parse(&usage, argc, argv, &paths, &status))
		status = finish(&eval, eval_folder(globals, &eval, paths.items[0], &err),
				&err);
	free(eval.contracts);
	pw_strings_done(&paths);
	pw_offline_options_done(&eval.options);
	return status;
}
