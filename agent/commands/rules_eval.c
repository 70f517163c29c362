/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_eval.c - `poachwatch rules eval`: the rules scored over labelled mails.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"
#include "agent/commands/eval_score.h"
#include "agent/commands/jsonout.h"
#include "agent/commands/predict.h"
#include "agent/commands/rules.h"

struct eval {
	struct pw_offline_options options;
	const char *baseline;
	bool is_json;
	char *contracts; /* DIR/contracts.csv; owned */
};

/* Tell what is better and worse than an earlier run. */
static int compare(const struct pw_eval_score *score, const char *path, json_t *report,
		   struct pw_err *err)
{
	json_error_t error;
	json_t *old = json_load_file(path, 0, &error);

	if (!old)
		return pw_err_set(err, PW_EINPUT, "baseline '%s': %s", path, error.text);
	json_object_set_new(report, "baseline", pw_eval_compare(score, report, old));
	json_decref(old);
	return 0;
}

static int report(const struct eval *eval, const struct pw_eval_score *score,
		  struct pw_err *err)
{
	json_t *json = pw_eval_to_json(score);
	int r = eval->baseline ? compare(score, eval->baseline, json, err) : 0;

	if (r == 0 && eval->is_json)
		json_dumpf(json, stdout, JSON_COMPACT);
	if (r == 0 && eval->is_json)
		putchar('\n');
	else if (r == 0)
		pw_eval_print(stdout, score, json);
	json_decref(json);
	return r;
}

static int eval_folder(const struct pw_globals *globals, struct eval *eval,
		       const char *folder, size_t *ret_misses, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *mails = pw_asprintf("%s/mails", folder);
	PW_CLEANUP(pw_predictions_done) struct pw_predictions predictions = { 0 };
	const char *paths[1];
	struct pw_offline offline;
	struct pw_eval_score *score;
	json_t *labels = NULL;
	int64_t start;
	int r;

	if (pw_labels_read(&labels, folder, err) < 0)
		return -1;
	eval->contracts = pw_asprintf("%s/contracts.csv", folder);
	if (!eval->options.contracts && access(eval->contracts, R_OK) == 0)
		eval->options.contracts = eval->contracts;
	paths[0] = access(mails, R_OK) == 0 ? mails : folder;
	if (pw_offline_open(&offline, globals, &eval->options, err) < 0) {
		json_decref(labels);
		return -1;
	}
	start = pw_monotonic_ms(&pw_clock_real);
	r = pw_predict(&offline, paths, 1, &predictions, err);
	pw_labels_join(&predictions, labels);
	score = pw_eval_score_new(&predictions, labels, offline.ruleset,
				  (double)(pw_monotonic_ms(&pw_clock_real) - start) /
					  1000);
	if (r == 0)
		r = report(eval, score, err);
	*ret_misses = score->n_wrong;
	pw_eval_score_free(score);
	pw_offline_close(&offline);
	json_decref(labels);
	return r;
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
		"mail, DIR/mails/*.eml, and DIR/contracts.csv where there is one.",
		options, PW_ARRAY_LEN(options)
	};
	struct pw_strings paths = { 0 };
	struct pw_err err = PW_ERR_INIT;
	enum pw_opts_result parsed = pw_opts_parse(&usage, argc, argv, &paths);
	int status = parsed == PW_OPTS_HELP ? PW_EXIT_OK : PW_EXIT_USAGE;
	size_t misses = 0;

	if (parsed == PW_OPTS_OK && paths.n != 1)
		fputs("poachwatch: give one folder of labelled mails\n", stderr);
	else if (parsed == PW_OPTS_OK)
		status = eval_folder(globals, &eval, paths.items[0], &misses, &err) < 0
				 ? pw_cli_fail(&err)
				 : PW_EXIT_OK;
	free(eval.contracts);
	pw_strings_done(&paths);
	pw_offline_options_done(&eval.options);
	return status;
}
