/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_test.c - `poachwatch rules test`: the tests that stand in the rule files.
 *
 * An inline mail is made a message as a customer would forward it, attached,
 * so that it takes the whole way through the inspectors.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/base/str.h"
#include "agent/commands/inspect_all.h"
#include "agent/commands/offline.h"
#include "agent/commands/rules.h"
#include "agent/rulefiles/rulefiles.h"
#include "rules/engine/lint.h"
#include "rules/engine/rules.h"

#define MESSAGE_MAX  ((size_t)4 << 20)
#define WATCH_MS     500
#define OUR_DOMAIN   "ours.invalid"
#define CUSTOMER     "Ana Reyes <ana.reyes@customer.invalid>"
#define DEFAULT_FROM "Robin Doe <robin@reseller.invalid>"

struct run {
	struct pw_offline_options options;
	bool is_watching;
	size_t n_run, n_failed, n_samples;
};

/* "2027-08-01" as a Date header; the day after it forwards. */
static void add_date(struct pw_buf *out, const char *day)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int year, month, number;
	pw_day parsed;

	if (!day || !pw_day_from_iso(day, &parsed))
		return;
	pw_day_to_civil(parsed, &year, &month, &number);
	pw_buf_addf(out, "Date: %d %s %d 09:00:00 +0000\r\n", number, months[month - 1],
		    year);
}

/* A value on one line. */
static void add_field(struct pw_buf *out, const char *name, const char *value)
{
	const char *at;

	pw_buf_addf(out, "%s: ", name);
	for (at = value; *at; at++)
		pw_buf_addc(out, *at == '\r' || *at == '\n' ? ' ' : *at);
	pw_buf_adds(out, "\r\n");
}

static void compose(const struct pw_rule_test *test, struct pw_buf *out)
{
	pw_buf_adds(out, "From: " CUSTOMER "\r\nTo: watch@" OUR_DOMAIN "\r\n");
	add_field(out, "Subject", "Fwd");
	add_date(out, test->date);
	pw_buf_adds(out,
		    "MIME-Version: 1.0\r\n"
		    "Content-Type: multipart/mixed; boundary=\"==rule-test==\"\r\n\r\n"
		    "--==rule-test==\r\nContent-Type: text/plain\r\n\r\nfyi\r\n"
		    "--==rule-test==\r\nContent-Type: message/rfc822\r\n\r\n");
	add_field(out, "From", test->from ? test->from : DEFAULT_FROM);
	add_field(out, "To", test->to ? test->to : CUSTOMER);
	if (test->subject)
		add_field(out, "Subject", test->subject);
	add_date(out, test->date);
	pw_buf_adds(out, "MIME-Version: 1.0\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n"
			 "Content-Transfer-Encoding: 8bit\r\n\r\n");
	pw_buf_adds(out, test->body ? test->body : "");
	pw_buf_adds(out, "\r\n--==rule-test==--\r\n");
}

/* The file lies beside the rule file that names it. */
static int read_file(const struct pw_rule_test *test, char **ret, size_t *ret_len,
		     struct pw_err *err)
{
	const char *slash = strrchr(test->origin.path, '/');
	PW_CLEANUP(pw_freep)
	char *path = *test->file == '/' || !slash
			     ? pw_strdup(test->file)
			     : pw_asprintf("%.*s/%s", (int)(slash - test->origin.path),
					   test->origin.path, test->file);
	const char *const paths[] = { path };
	PW_CLEANUP(pw_mailfiles_freep) struct pw_mailfiles *files = NULL;
	struct pw_mailfile file;
	int r;

	files = pw_mailfiles_new(paths, 1);
	r = pw_mailfiles_next(files, &file, err);
	if (r == 0)
		return pw_err_set(err, PW_EINPUT, "'%s' holds no message", path);
	if (r < 0)
		return -1;
	*ret = PW_TAKE(file.raw);
	*ret_len = file.len;
	pw_mailfile_done(&file);
	return 0;
}

static int make_message(const struct pw_rule_test *test, char **ret, size_t *ret_len,
			struct pw_err *err)
{
	struct pw_buf message;

	if (test->file)
		return read_file(test, ret, ret_len, err);
	pw_buf_init(&message, MESSAGE_MAX);
	compose(test, &message);
	*ret_len = message.len;
	*ret = pw_buf_take(&message);
	return 0;
}

/* Expected and got, side by side. */
struct mismatch {
	struct pw_table *table;
	size_t n;
};

static void expect_text(struct mismatch *out, const char *what, const char *want,
			const char *got)
{
	if (!want || pw_streq(want, got ? got : "none"))
		return;
	pw_table_cell(out->table, PW_PLAIN, "  %s", what);
	pw_table_cell(out->table, PW_GREEN, "%s", want);
	pw_table_cell(out->table, PW_RED, "%s", got ? got : "none");
	out->n++;
}

static void expect_flag(struct mismatch *out, const char *what, int want, bool got)
{
	if (want >= 0)
		expect_text(out, what, want ? "true" : "false", got ? "true" : "false");
}

static bool is_listed(const char *const *list, size_t n, const char *item)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pw_streq(list[i], item))
			return true;
	return false;
}

static void join(struct pw_buf *out, const char *const *list, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < i && !pw_streq(list[k], list[i]); k++)
			;
		if (k == i)
			pw_buf_addf(out, "%s%s", out->len ? ", " : "", list[i]);
	}
	if (!out->len)
		pw_buf_adds(out, "none");
}

static void expect_set(struct mismatch *out, const char *what, const char *const *want,
		       size_t n_want, const char *const *got, size_t n_got)
{
	struct pw_buf wanted, found;
	bool is_same = true;
	size_t i;

	for (i = 0; i < n_want; i++)
		is_same = is_same && is_listed(got, n_got, want[i]);
	for (i = 0; i < n_got; i++)
		is_same = is_same && is_listed(want, n_want, got[i]);
	if (is_same)
		return;
	pw_buf_init(&wanted, 4000);
	pw_buf_init(&found, 4000);
	join(&wanted, want, n_want);
	join(&found, got, n_got);
	expect_text(out, what, wanted.data, found.data);
	pw_buf_done(&wanted);
	pw_buf_done(&found);
}

static void expect_lists(struct mismatch *out, const struct pw_expect *expect,
			 const struct pw_finding *finding)
{
	const char **vendors = pw_alloc(finding->n_vendors + 1, sizeof *vendors);
	const char **claims = pw_alloc(finding->n_claims + 1, sizeof *claims);
	const char **signals = pw_alloc(finding->n_hits + 1, sizeof *signals);
	size_t i;

	for (i = 0; i < finding->n_vendors; i++)
		vendors[i] = finding->vendors[i].vendor;
	for (i = 0; i < finding->n_claims; i++)
		claims[i] = finding->claims[i].claim;
	for (i = 0; i < finding->n_hits; i++)
		signals[i] = strchr(finding->hits[i].rule, '.') + 1;
	if (expect->has_vendors)
		expect_set(out, "vendors", expect->vendors, expect->n_vendors, vendors,
			   finding->n_vendors);
	if (expect->has_claims)
		expect_set(out, "claims", expect->claims, expect->n_claims, claims,
			   finding->n_claims);
	for (i = 0; i < expect->n_signals; i++)
		if (!is_listed(signals, finding->n_hits, expect->signals[i]))
			expect_text(out, "signals", expect->signals[i], "no hit");
	free(vendors);
	free(claims);
	free(signals);
}

static void compare(struct mismatch *out, const struct pw_expect *expect,
		    const struct pw_finding *finding)
{
	char day[PW_DAY_TEXT] = "", score[40];

	if (finding->n_stated)
		pw_day_to_iso(finding->stated[0].date.day, day);
	expect_flag(out, "solicitation", expect->solicitation, finding->is_solicitation);
	expect_flag(out, "notice", expect->notice, finding->notice != NULL);
	expect_text(out, "rival", expect->rival,
		    finding->is_solicitation ? finding->solicitor.rival : NULL);
	expect_text(out, "vendor", expect->vendor,
		    finding->n_vendors ? finding->vendors[0].vendor : NULL);
	expect_text(out, "severity", expect->severity, finding->severity);
	expect_text(out, "stated_expiry", expect->stated_expiry, *day ? day : NULL);
	if (expect->decided_by &&
	    (!finding->decided_by || !strstr(finding->decided_by, expect->decided_by)))
		expect_text(out, "decided_by", expect->decided_by, finding->decided_by);
	if (expect->has_score && finding->score < expect->score) {
		snprintf(score, sizeof score, "%g", finding->score);
		expect_text(out, "score", "at least as given", score);
	}
	expect_lists(out, expect, finding);
}

/* The steps that led there, for somebody who wonders why. */
static void print_steps(const struct pw_finding *finding)
{
	size_t i;

	printf("  decided: %s\n", finding->decided_by ? finding->decided_by : "-");
	for (i = 0; i < finding->n_layers; i++)
		printf("  layer %d: %s%s%s%s%s\n", finding->layers[i].layer,
		       pw_sender_class_name(finding->layers[i].sender_class),
		       finding->layers[i].who ? " " : "",
		       finding->layers[i].who ? finding->layers[i].who : "",
		       finding->layers[i].why ? ": " : "",
		       finding->layers[i].why ? finding->layers[i].why : "");
	for (i = 0; i < finding->n_hits; i++)
		if (finding->hits[i].points != 0 || finding->hits[i].claim)
			printf("  %+5.1f %s (%s) \"%s\"\n", finding->hits[i].points,
			       finding->hits[i].rule, finding->hits[i].origin,
			       finding->hits[i].matched);
}

static void report(struct run *run, const struct pw_rule_test *test,
		   const struct pw_finding *finding, const char *why)
{
	static const char *const titles[] = { "", "EXPECTED", "GOT" };
	struct mismatch out = { pw_table_new(PW_ARRAY_LEN(titles), titles), 0 };

	if (finding)
		compare(&out, &test->expect, finding);
	run->n_run++;
	if (out.n || !finding) {
		run->n_failed++;
		printf("%s%s: FAILED: %s%s\n", pw_colour(stdout, PW_RED),
		       test->origin.text, test->name, pw_colour_end(stdout));
	}
	if (!finding)
		printf("  %s\n", why);
	if (out.n) {
		pw_table_print(out.table, stdout);
		print_steps(finding);
	}
	pw_table_free(out.table);
}

/* One job at a time: rule files hold tens of tests, not thousands. */
static int inspect(struct pw_offline *offline, const char *raw, size_t len,
		   struct pw_finding **ret, struct pw_err *err)
{
	struct pw_job job = { .kind = PW_JOB_INSPECT,
			      .raw = raw,
			      .len = len,
			      .mailbox = "watch@" OUR_DOMAIN,
			      .received = PW_DAY_NONE };
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
	size_t len = 0;

	if (make_message(test, &raw, &len, &err) < 0 ||
	    inspect(offline, raw, len, &finding, &err) < 0) {
		report(run, test, NULL, err.msg);
		return err.code == PW_ECONFIG ? -1 : 0;
	}
	report(run, test, finding, NULL);
	return 0;
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

static int run_all(const struct pw_globals *globals, struct run *run)
{
	struct pw_offline offline;
	struct pw_err err = PW_ERR_INIT;
	size_t i;

	run->n_run = run->n_failed = run->n_samples = 0;
	if (pw_offline_open(&offline, globals, &run->options, &err) < 0)
		return pw_cli_fail(&err);
	run_samples(run, &offline);
	for (i = 0; i < offline.ruleset->n_tests; i++)
		if (run_test(run, &offline, &offline.ruleset->tests[i]) < 0)
			break;
	printf("%zu sample%s and %zu mail%s tested, %zu failed\n", run->n_samples,
	       run->n_samples == 1 ? "" : "s", run->n_run, run->n_run == 1 ? "" : "s",
	       run->n_failed);
	pw_offline_close(&offline);
	return run->n_failed ? PW_EXIT_FOUND : PW_EXIT_OK;
}

/* Again whenever a rule file was saved; ends with Ctrl-C. */
static _Noreturn void watch(const struct pw_globals *globals, struct run *run)
{
	const struct timespec pause = { 0, WATCH_MS * 1000000L };
	unsigned long long seen = 0, now;

	for (;;) {
		now = pw_rulefiles_stamp(run->options.rules.items, run->options.rules.n);
		if (now && now != seen) {
			if (seen)
				printf("\n%s--- changed ---%s\n",
				       pw_colour(stdout, PW_BOLD), pw_colour_end(stdout));
			seen = now;
			run_all(globals, run);
			fflush(stdout);
		}
		nanosleep(&pause, NULL);
	}
}

int pw_rules_test(const struct pw_globals *globals, int argc, char **argv)
{
	struct run run = { 0 };
	const struct pw_opt options[] = {
		PW_OFFLINE_OPTIONS(&run.options),
		{ "watch", NULL, "run again whenever a rule file is saved", PW_OPT_FLAG,
		  &run.is_watching },
	};
	const struct pw_usage usage = {
		"rules test [--rules DIR]... [--watch] [DIR]...",
		"Runs the samples and tests that stand in the rule "
		"files.",
		options, PW_ARRAY_LEN(options)
	};
	struct pw_strings rest = { 0 };
	enum pw_opts_result parsed = pw_opts_parse(&usage, argc, argv, &rest);
	int status = parsed == PW_OPTS_HELP ? PW_EXIT_OK : PW_EXIT_USAGE;
	size_t i;

	for (i = 0; i < rest.n; i++)
		pw_strings_add(&run.options.rules, rest.items[i]);
	if (parsed == PW_OPTS_OK && run.is_watching && !run.options.rules.n)
		fputs("poachwatch: --watch needs the folders: give them or --rules\n",
		      stderr);
	else if (parsed == PW_OPTS_OK) {
		if (!run.options.domains.n)
			pw_strings_add(&run.options.domains, OUR_DOMAIN);
		if (run.is_watching)
			watch(globals, &run);
		status = run_all(globals, &run);
	}
	pw_strings_done(&rest);
	pw_offline_options_done(&run.options);
	return status;
}
