/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_test.c - `poachwatch rules test`: the tests that stand in the rule files.
 *
 * An inline mail is made a message as a customer would forward it, attached,
 * so that it takes the whole way through the inspectors.
 */
#include <signal.h>
#include <stdio.h>

#include "agent/base/str.h"
#include "agent/commands/offline.h"
#include "agent/commands/rule_test_mail.h"
#include "agent/commands/rule_test_report.h"
#include "agent/commands/rules.h"
#include "agent/rulefiles/watch.h"
#include "rules/engine/lint.h"

struct run {
	struct pw_offline_options options;
	bool is_watching;
	size_t n_run, n_failed, n_samples;
};

/* One job at a time: rule files hold tens of tests, not thousands. */
static int inspect(struct pw_offline *offline, const char *raw, size_t len,
		   pw_day received, struct pw_finding **ret, struct pw_err *err)
{
	struct pw_job job = { .kind = PW_JOB_INSPECT,
			      .raw = raw,
			      .len = len,
			      .mailbox = PW_TEST_MAILBOX,
			      .received = received };
	struct pw_job *back = NULL;
	int r;

	pw_pool_submit(offline->pool, &job);
	while (!back) {
		if (pw_pool_wait(offline->pool, -1, err) < 0)
			return -1;
		back = pw_pool_take(offline->pool);
	}
	r = job.outcome == PW_JOB_DONE ? pw_finding_from_json(ret, job.result, err)
				       : pw_err_set(err, job.err.code, "%s", job.err.msg);
	json_decref(job.result);
	return r;
}

static int run_test(struct run *run, struct pw_offline *offline,
		    const struct pw_rule_test *test)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	PW_CLEANUP(pw_freep) char *raw = NULL;
	struct pw_err err = PW_ERR_INIT;
	pw_day received = PW_DAY_NONE;
	size_t len = 0;

	if (test->date)
		(void)pw_day_from_iso(test->date, &received);
	if (pw_rule_test_mail(test, &raw, &len, &err) == 0 &&
	    inspect(offline, raw, len, received, &finding, &err) < 0)
		finding = NULL;
	run->n_run++;
	run->n_failed += !pw_rule_test_report(stdout, test, finding, err.msg);
	return finding || err.code != PW_ECONFIG ? 0 : -1;
}

static int run_samples(struct run *run, const struct pw_offline *offline)
{
	PW_CLEANUP(pw_diags_done) struct pw_diags diags;

	pw_diags_init(&diags);
	run->n_samples =
		pw_ruleset_check_samples(offline->ruleset, offline->bundle, &diags);
	pw_rules_print_diags(stdout, &diags);
	run->n_failed += diags.n_errors;
	return diags.n_errors ? -1 : 0;
}

/* Signals that end a watch are blocked while tests run, and looked for here. */
static bool is_ending(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && (sigismember(&pending, SIGINT) == 1 ||
					     sigismember(&pending, SIGTERM) == 1);
}

static int run_all(const struct pw_globals *globals, struct run *run)
{
	struct pw_offline offline;
	struct pw_err err = PW_ERR_INIT;
	size_t i;

	run->n_run = run->n_failed = run->n_samples = 0;
	if (pw_offline_open(&offline, globals, &run->options, &err) < 0)
		return pw_cli_fail(&err);
	run_samples(run, &offline);
	for (i = 0; i < offline.ruleset->n_tests && !is_ending(); i++)
		if (run_test(run, &offline, &offline.ruleset->tests[i]) < 0)
			break;
	printf("%s%zu sample%s and %zu mail%s tested, %zu failed%s\n",
	       pw_colour(stdout, run->n_failed ? PW_RED : PW_GREEN), run->n_samples,
	       run->n_samples == 1 ? "" : "s", run->n_run, run->n_run == 1 ? "" : "s",
	       run->n_failed, pw_colour_end(stdout));
	pw_offline_close(&offline);
	return run->n_failed ? PW_EXIT_FOUND : PW_EXIT_OK;
}

static void end(int number)
{
	(void)number;
}

/* SIGINT and SIGTERM come while waiting only. */
static void block_signals(sigset_t *ret_before)
{
	const struct sigaction action = { .sa_handler = end };
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, ret_before);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static void say_changed(const char *name)
{
	PW_CLEANUP(pw_freep) char *safe = pw_cli_escape(name ? name : "a rule file");

	printf("\n%s--- %s was saved ---%s\n", pw_colour(stdout, PW_BOLD), safe,
	       pw_colour_end(stdout));
}

/* Again whenever a rule file, or a mail beside one, was saved; the status of
   the last run. */
static int watch(const struct pw_globals *globals, struct run *run)
{
	PW_CLEANUP(pw_rulewatch_freep) struct pw_rulewatch *files = NULL;
	PW_CLEANUP(pw_strings_done) struct pw_strings folders = { 0 };
	struct pw_err err = PW_ERR_INIT;
	const char *name;
	sigset_t before;
	int status, r;

	if (pw_rules_folders(globals, &run->options.rules, &folders, &err) < 0 ||
	    pw_rulewatch_new(&files, folders.items, folders.n, &err) < 0)
		return pw_cli_fail(&err);
	block_signals(&before);
	do {
		status = run_all(globals, run);
		fflush(stdout);
		r = pw_rulewatch_wait(files, &before, &name, &err);
		if (r > 0)
			say_changed(name);
	} while (r > 0);
	return r < 0 ? pw_cli_fail(&err) : status;
}

int pw_rules_test(const struct pw_globals *globals, int argc, char **argv)
{
	struct run run = { .options = { .has_no_contracts = true } };
	const struct pw_opt options[] = {
		PW_OFFLINE_OPTIONS(&run.options),
		{ "watch", NULL, "run again whenever a rule file is saved", PW_OPT_FLAG,
		  &run.is_watching },
	};
	const struct pw_usage usage = {
		"rules test [--rules DIR]... [--watch] [DIR]...",
		"Runs the samples and tests that stand in the rule files.  They see the\n"
		"contracts of --contracts, or none.  Exit status 1: one of them failed.\n"
		"--watch runs them whenever a file is saved, until Ctrl-C; the status "
		"is\n"
		"then that of the last run.",
		options, PW_ARRAY_LEN(options), .words = "folders of rule files"
	};
	struct pw_strings rest = { 0 };
	int status;
	size_t i;

	if (pw_opts_parse(&usage, argc, argv, &rest, &status)) {
		for (i = 0; i < rest.n; i++)
			pw_strings_add(&run.options.rules, rest.items[i]);
		if (!run.options.domains.n)
			pw_strings_add(&run.options.domains, PW_TEST_DOMAIN);
		status = run.is_watching ? watch(globals, &run) : run_all(globals, &run);
	}
	pw_strings_done(&rest);
	pw_offline_options_done(&run.options);
	return status;
}
