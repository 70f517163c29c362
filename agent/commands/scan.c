/* SPDX-License-Identifier: Apache-2.0 */
/* scan.c - `poachwatch scan`: judge messages offline. */
#include <stdio.h>

#include "agent/commands/cli.h"
#include "agent/commands/explain.h"
#include "agent/commands/inspect_all.h"
#include "agent/commands/jsonout.h"
#include "agent/commands/offline.h"
#include "agent/commands/verdict_json.h"

struct scan {
	struct pw_offline_options options;
	struct pw_offline offline;
	bool is_json, is_explained;
	struct pw_table *table; /* what is printed at the end, for people */
	size_t counts[3];       /* by verdict */
	size_t n_unreadable;
};

static const enum pw_colour colours[] = {
	[PW_VERDICT_IGNORE] = PW_DIM,
	[PW_VERDICT_REVIEW] = PW_YELLOW,
	[PW_VERDICT_ALERT] = PW_RED,
};

static void add_row(struct scan *scan, const char *file, const struct pw_finding *finding,
		    const struct pw_judgement *judgement)
{
	const struct pw_solicitor *solicitor = &finding->solicitor;
	bool is_about = judgement->verdict != PW_VERDICT_IGNORE;
	struct pw_buf contracts;
	size_t i;

	pw_buf_init(&contracts, 4096);
	for (i = 0; i < judgement->n_matched; i++)
		pw_buf_addf(&contracts, "%s%s", i ? " " : "",
			    judgement->matched[i]->contract.contract_id);
	pw_table_cell(scan->table, PW_PLAIN, "%s", file);
	pw_table_cell(scan->table, colours[judgement->verdict], "%s",
		      pw_verdict_name(judgement->verdict));
	pw_table_cell(scan->table, PW_PLAIN, "%s",
		      is_about && solicitor->rival ? solicitor->rival : "");
	pw_table_cell(scan->table, PW_PLAIN, "%s",
		      is_about && judgement->customer ? judgement->customer : "");
	pw_table_cell(scan->table, PW_CYAN, "%s", is_about ? contracts.data : "");
	pw_table_cell(scan->table, PW_PLAIN, "%s",
		      is_about && judgement->timing != PW_TIMING_NONE
			      ? pw_timing_name(judgement->timing)
			      : "");
	pw_table_cell(scan->table, PW_DIM, "%s",
		      finding->notice ? finding->notice
				      : (judgement->why ? judgement->why : ""));
	pw_buf_done(&contracts);
}

static int print_judged(struct scan *scan, const char *file, const struct pw_job *job,
			struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *resolved = NULL;

	if (pw_offline_judge(&scan->offline, job, &finding, &resolved, err) < 0)
		return -1;
	scan->counts[resolved->judgement->verdict]++;
	if (scan->is_json)
		pw_json_line(stdout, pw_verdict_json(file, finding, resolved));
	else if (scan->is_explained)
		pw_explain_print(stdout, file, finding, resolved);
	else
		add_row(scan, file, finding, resolved->judgement);
	return 0;
}

static void print_unreadable(struct scan *scan, const char *file, const char *why)
{
	PW_CLEANUP(pw_freep) char *name = pw_cli_escape(file);
	PW_CLEANUP(pw_freep) char *text = pw_cli_escape(why);

	scan->n_unreadable++;
	fprintf(stderr, "poachwatch: cannot judge '%s': %s\n", name, text);
	if (scan->is_json)
		pw_json_line(stdout, pw_verdict_unreadable_json(file, why));
}

static int print_one(void *self, const struct pw_mailfile *file, const struct pw_job *job,
		     struct pw_err *err)
{
	struct pw_err why = job->err;

	if (job->outcome == PW_JOB_DONE && print_judged(self, file->name, job, &why) == 0)
		return 0;
	if (job->outcome == PW_JOB_DONE && why.code != PW_EFORMAT) {
		*err = why;
		return -1;
	}
	print_unreadable(self, file->name, why.msg);
	return 0;
}

static void print_summary(struct scan *scan)
{
	if (!scan->is_explained)
		pw_table_print(scan->table, stdout);
	printf("%zu alert, %zu review, %zu ignore\n", scan->counts[PW_VERDICT_ALERT],
	       scan->counts[PW_VERDICT_REVIEW], scan->counts[PW_VERDICT_IGNORE]);
}

static int scan_paths(struct scan *scan, const struct pw_strings *paths)
{
	static const char *const titles[] = { "FILE",      "VERDICT", "RIVAL", "CUSTOMER",
					      "CONTRACTS", "TIMING",  "WHY" };
	const struct pw_inspect_all run = {
		.pool = scan->offline.pool,
		.kind = PW_JOB_INSPECT,
		.mailbox = scan->offline.mailbox,
		.authserv_id = scan->offline.authserv_id,
		.each = print_one,
		.self = scan,
	};
	struct pw_err err = PW_ERR_INIT;
	size_t n_unread = 0;
	int r;

	scan->table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	r = pw_inspect_all(&run, paths->items, paths->n, &n_unread, &err);
	if (!scan->is_json && r == 0)
		print_summary(scan);
	pw_table_free(scan->table);
	if (r < 0)
		return pw_cli_fail(&err);
	return n_unread + scan->n_unreadable > 0 ? PW_EXIT_FOUND : PW_EXIT_OK;
}

static int scan_all(const struct pw_globals *globals, struct scan *scan,
		    const struct pw_strings *paths)
{
	struct pw_err err = PW_ERR_INIT;
	int status;

	if (pw_offline_open(&scan->offline, globals, &scan->options, &err) < 0)
		return pw_cli_fail(&err);
	status = scan_paths(scan, paths);
	pw_offline_close(&scan->offline);
	return status;
}

int pw_command_scan(const struct pw_globals *globals, int argc, char **argv)
{
	struct scan scan = { 0 };
	struct pw_strings paths = { 0 };
	const struct pw_opt options[] = {
		{ "json", NULL, "one JSON object a message", PW_OPT_FLAG, &scan.is_json },
		{ "explain", NULL, "show each message with what counted in it",
		  PW_OPT_FLAG, &scan.is_explained },
		PW_OFFLINE_OPTIONS(&scan.options),
	};
	const struct pw_usage usage = {
		"scan [--json] [--explain] PATH...",
		"Judge messages as the agent would, without a server; nothing is "
		"written.\n"
		"PATH is a message, an mbox, a folder of .eml files, a Maildir, or - "
		"for\n"
		"standard input.  Rules and contracts are those of the configuration\n"
		"unless the options say otherwise.",
		options,
		PW_ARRAY_LEN(options),
		.words = "one or more messages or folders",
		.min_words = 1
	};
	int status;

	if (pw_opts_parse(&usage, argc, argv, &paths, &status))
		status = scan_all(globals, &scan, &paths);
	pw_strings_done(&paths);
	pw_offline_options_done(&scan.options);
	return status;
}
