/* SPDX-License-Identifier: Apache-2.0 */
/* rules_explain.c - `poachwatch rules explain`: why a mail was decided so. */
#include <stdio.h>

#include "agent/commands/explain.h"
#include "agent/commands/inspect_all.h"
#include "agent/commands/offline.h"
#include "agent/commands/rules.h"

struct explain {
	struct pw_offline_options options;
	struct pw_offline offline;
	size_t n_failed;
};

static int explain_one(void *self, const struct pw_mailfile *file,
		       const struct pw_job *job, struct pw_err *err)
{
	struct explain *explain = self;
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *resolved = NULL;
	PW_CLEANUP(pw_freep) char *why = NULL;

	if (job->outcome != PW_JOB_DONE) {
		why = pw_cli_escape(job->err.msg);
		fprintf(stderr, "poachwatch: '%s': %s\n", file->name, why);
		explain->n_failed++;
		return 0;
	}
	if (pw_offline_judge(&explain->offline, job, &finding, &resolved, err) < 0)
		return -1;
	pw_explain_print(stdout, file->name, finding, resolved);
	return 0;
}

static int run(const struct pw_globals *globals, struct explain *explain,
	       const struct pw_strings *paths)
{
	struct pw_inspect_all all = { .kind = PW_JOB_INSPECT,
				      .each = explain_one,
				      .self = explain };
	struct pw_err err = PW_ERR_INIT;
	size_t n_unread = 0;
	int r;

	if (pw_offline_open(&explain->offline, globals, &explain->options, &err) < 0)
		return pw_cli_fail(&err);
	all.pool = explain->offline.pool;
	all.mailbox = explain->offline.mailbox;
	all.authserv_id = explain->offline.authserv_id;
	r = pw_inspect_all(&all, paths->items, paths->n, &n_unread, &err);
	pw_offline_close(&explain->offline);
	if (r < 0)
		return pw_cli_fail(&err);
	return n_unread + explain->n_failed ? PW_EXIT_FOUND : PW_EXIT_OK;
}

int pw_rules_explain(const struct pw_globals *globals, int argc, char **argv)
{
	struct explain explain = { 0 };
	const struct pw_opt options[] = { PW_OFFLINE_OPTIONS(&explain.options) };
	const struct pw_usage usage = {
		"rules explain [OPTIONS] PATH...",
		"Shows each message with its layers, who wrote them, every rule that "
		"hit\n"
		"with its place, the words it matched, its points, and what decided.",
		options,
		PW_ARRAY_LEN(options),
		.words = "one or more messages or folders",
		.min_words = 1
	};
	struct pw_strings paths = { 0 };
	int status;

	if (pw_opts_parse(&usage, argc, argv, &paths, &status))
		status = run(globals, &explain, &paths);
	pw_strings_done(&paths);
	pw_offline_options_done(&explain.options);
	return status;
}
