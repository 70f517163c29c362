/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_suggest.c - `poachwatch rules suggest`: the narrowest rule that mends a
 * mail that was decided wrongly, and costs no other.
 *
 * Candidates are tried, not reasoned about: each is put over the rules in force
 * and those kept so far; one that mends its mail is kept when every labelled
 * mail that was right stays so and no message of the store is decided otherwise.
 * What is printed is a rule file: everything else in it is a comment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/open_store.h"
#include "agent/commands/rules.h"
#include "agent/commands/suggest_trial.h"
#include "agent/feedback/feedback.h"

/* --- one mail ---------------------------------------------------------------------- */

/* How many candidates from at on form a group that as a whole mends nothing. */
static int skip_group(const struct pw_trial *trial, const struct pw_candidates *all,
		      size_t at, const struct pw_prediction *one, size_t *ret,
		      struct pw_err *err)
{
	const struct pw_candidate_rule *first = &all->items[at];
	enum pw_trial_answer answer;
	size_t n = 1;

	*ret = 0;
	while (at + n < all->n && first[n].group == first->group)
		n++;
	if (!first->group || n == 1 || (at > 0 && first[-1].group == first->group))
		return 0;
	if (pw_trial_mends(trial, first, n, one, &answer, err) < 0)
		return -1;
	if (answer == PW_TRIAL_AS_WRONG)
		*ret = n;
	return 0;
}

/* Keep the first candidate that mends the mail and costs nothing. */
static int try_candidates(struct pw_trial *trial, const struct pw_prediction *one,
			  struct pw_candidates *candidates, bool *ret_kept,
			  struct pw_err *err)
{
	size_t i = 0, n_skipped;

	*ret_kept = false;
	while (!*ret_kept && i < candidates->n) {
		struct pw_candidate_rule *candidate = &candidates->items[i];
		enum pw_trial_answer answer;

		pw_progress("candidates", i + 1, candidates->n);
		if (skip_group(trial, candidates, i, one, &n_skipped, err) < 0)
			return -1;
		if (n_skipped) {
			i += n_skipped;
			continue;
		}
		if (pw_trial_mends(trial, candidate, 1, one, &answer, err) < 0 ||
		    (answer == PW_TRIAL_MENDED &&
		     pw_trial_keep(trial, candidate, ret_kept, err) < 0))
			return -1;
		i++;
	}
	return 0;
}

static int catch_finding(void *self, const struct pw_mailfile *file,
			 const struct pw_job *job, struct pw_err *err)
{
	(void)file;
	if (job->outcome != PW_JOB_DONE)
		return 0;
	return pw_finding_from_json(self, job->result, err);
}

static int catch_parsed(void *self, const struct pw_mailfile *file,
			const struct pw_job *job, struct pw_err *err)
{
	(void)file;
	(void)err;
	if (job->outcome == PW_JOB_DONE)
		*(json_t **)self = json_incref(job->result);
	return 0;
}

/* What is known of a mail before anything is tried; finding and parsed stay NULL
   where no inspector could tell. */
static int look_into(const struct pw_trial *trial, const char *file,
		     struct pw_finding **ret_finding, json_t **ret_parsed,
		     struct pw_err *err)
{
	if (pw_trial_inspect(trial, file, PW_JOB_INSPECT, catch_finding, ret_finding,
			     err) < 0)
		return -1;
	return pw_trial_inspect(trial, file, PW_JOB_PARSE, catch_parsed, ret_parsed, err);
}

/* Try what might mend the mail, and say what came of it. */
static int mend(struct pw_trial *trial, const struct pw_prediction *one,
		const struct pw_wrong *wrong, bool *ret_mended, struct pw_err *err)
{
	struct pw_confusion before = pw_trial_count(trial);
	struct pw_candidates *candidates;
	int r;

	pw_suggest_print_why(wrong);
	candidates = pw_alloc(1, sizeof *candidates);
	if (trial->n_kept < PW_TRIAL_KEPT_MAX)
		pw_suggest_candidates(wrong, candidates);
	r = try_candidates(trial, one, candidates, ret_mended, err);
	pw_progress_end();
	pw_candidates_done(candidates);
	free(candidates);
	if (r == 0 && *ret_mended)
		pw_suggest_print_kept(trial, &before);
	else if (r == 0)
		pw_suggest_print_hopeless(wrong);
	return r;
}

static int suggest_for(struct pw_trial *trial, size_t at, bool *ret_mended,
		       struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	const struct pw_prediction *said = &trial->said.items[at];
	/* What is said of it changes with a rule that is kept. */
	PW_CLEANUP(pw_freep) char *file = pw_strdup(said->file);
	struct pw_prediction one = { file, json_incref(said->json), said->label };
	bool is_ignore = pw_streq(pw_verdict_of(one.label), "ignore");
	json_t *parsed = NULL;
	int r = look_into(trial, file, &finding, &parsed, err);

	*ret_mended = false;
	if (r == 0)
		pw_suggest_print_mail(&one);
	if (r == 0 && finding && parsed) {
		const struct pw_wrong wrong = {
			.file = file,
			.label = one.label,
			.said = one.json,
			.finding = finding,
			.parsed = parsed,
			.must_not = is_ignore ? &trial->told : &trial->ignored,
			.may = is_ignore ? &trial->ignored : &trial->told,
			.offline = &trial->now,
		};

		r = mend(trial, &one, &wrong, ret_mended, err);
	}
	json_decref(one.json);
	json_decref(parsed);
	return r;
}

/* --- all mails ---------------------------------------------------------------------- */

/* *ret_left: for how many mails nothing was found. */
static int suggest_all(struct pw_trial *trial, size_t *ret_left, struct pw_err *err)
{
	struct pw_confusion before;
	size_t n_wrong = 0, n_mended = 0, i;

	if (pw_trial_open(trial, err) < 0)
		return -1;
	before = pw_trial_count(trial);
	for (i = 0; i < trial->said.n; i++) {
		bool is_mended;

		if (pw_trial_is_right(&trial->said.items[i]))
			continue;
		if (suggest_for(trial, i, &is_mended, err) < 0)
			return -1;
		n_wrong++;
		n_mended += is_mended;
		fflush(stdout);
	}
	if (!n_wrong)
		puts("# every labelled mail is decided right");
	pw_suggest_print_rules(trial, &before);
	*ret_left = n_wrong - n_mended;
	return 0;
}

/* The mails that `alerts close` and `alerts missed` kept. */
static int add_feedback(struct pw_trial *trial, char **ret_folder, struct pw_err *err)
{
	PW_CLEANUP(pw_config_freep) struct pw_config *config = NULL;

	if (trial->folders.n)
		return 0;
	if (!trial->globals->config_path)
		return pw_err_set(err, PW_EINPUT,
				  "give a folder of labelled mails, or --config FILE for "
				  "those that `alerts close` and `alerts missed` kept");
	if (pw_command_config(&config, trial->globals, err) < 0)
		return -1;
	*ret_folder = pw_feedback_folder(config->store);
	pw_strings_add(&trial->folders, *ret_folder);
	return 0;
}

int pw_rules_suggest(const struct pw_globals *globals, int argc, char **argv)
{
	struct pw_trial *trial = pw_alloc(1, sizeof *trial);
	const struct pw_opt options[] = { PW_OFFLINE_OPTIONS(&trial->options) };
	const struct pw_usage usage = {
		"rules suggest [OPTIONS] [FOLDER...]",
		"For each mail of the labelled folders that is decided wrongly, the\n"
		"narrowest rule that mends it and costs no other mail of the folders "
		"and\n"
		"of the store, as a rule file to paste or to redirect into one.  Without "
		"a\n"
		"folder: the mails that `alerts close --outcome false-positive` and\n"
		"`alerts missed` kept.  Exit status 1: nothing was found for some mail.",
		options, PW_ARRAY_LEN(options), .words = "folders of labelled mails"
	};
	PW_CLEANUP(pw_freep) char *feedback = NULL;
	struct pw_err err = PW_ERR_INIT;
	size_t n_left = 0;
	int status;

	trial->globals = globals;
	if (pw_opts_parse(&usage, argc, argv, &trial->folders, &status)) {
		if (add_feedback(trial, &feedback, &err) < 0 ||
		    suggest_all(trial, &n_left, &err) < 0)
			status = pw_cli_fail(&err);
		else
			status = n_left ? PW_EXIT_FOUND : PW_EXIT_OK;
	}
	pw_trial_done(trial);
	pw_strings_done(&trial->folders);
	pw_offline_options_done(&trial->options);
	free(trial);
	return status;
}
