/* SPDX-License-Identifier: Apache-2.0 */
/* rules_check.c - `poachwatch rules check`: every mistake at once, and warnings. */
#include "agent/base/clock.h"
#include "agent/base/day.h"
#include "agent/commands/rules.h"
#include "agent/rulefiles/rulefiles.h"
#include "rules/engine/lint.h"

struct check {
	struct pw_strings rules;
	bool is_strict;
};

static int check_bundle(const struct pw_bundle *bundle, bool is_strict)
{
	PW_CLEANUP(pw_diags_done) struct pw_diags diags;
	size_t n_warnings;

	pw_diags_init(&diags);
	pw_bundle_check(bundle, pw_day_of_ms(pw_wall_ms(&pw_clock_real)), &diags);
	pw_rules_print_diags(stdout, &diags);
	n_warnings = diags.n + diags.n_dropped - diags.n_errors;
	if (diags.n_errors) {
		printf("%zu mistake%s, %zu warning%s\n", diags.n_errors,
		       diags.n_errors == 1 ? "" : "s", n_warnings,
		       n_warnings == 1 ? "" : "s");
		return PW_EXIT_FOUND;
	}
	printf("%zu file%s, %.12s: no mistakes, %zu warning%s\n", bundle->n_files,
	       bundle->n_files == 1 ? "" : "s", bundle->hash, n_warnings,
	       n_warnings == 1 ? "" : "s");
	return is_strict && n_warnings ? PW_EXIT_FOUND : PW_EXIT_OK;
}

static int check_folders(const struct pw_globals *globals, const struct check *check)
{
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	PW_CLEANUP(pw_strings_done) struct pw_strings folders = { 0 };
	struct pw_err err = PW_ERR_INIT;

	if (pw_rules_folders(globals, &check->rules, &folders, &err) < 0 ||
	    pw_rulefiles_read(&bundle, folders.items, folders.n, &err) < 0)
		return pw_cli_fail(&err);
	return check_bundle(bundle, check->is_strict);
}

int pw_rules_check(const struct pw_globals *globals, int argc, char **argv)
{
	struct check check = { 0 };
	const struct pw_opt options[] = {
		{ "rules", "DIR", "folder of rule files; may be given several times",
		  PW_OPT_LIST, &check.rules },
		{ "strict", NULL, "warnings count as mistakes", PW_OPT_FLAG,
		  &check.is_strict },
	};
	const struct pw_usage usage = {
		"rules check [--rules DIR]... [--strict] [DIR]...",
		"Checks rule files: every mistake at once, at its "
		"character.",
		options, PW_ARRAY_LEN(options), .words = "folders of rule files"
	};
	struct pw_strings rest = { 0 };
	int status;
	size_t i;

	if (pw_opts_parse(&usage, argc, argv, &rest, &status)) {
		for (i = 0; i < rest.n; i++)
			pw_strings_add(&check.rules, rest.items[i]);
		status = check_folders(globals, &check);
	}
	pw_strings_done(&rest);
	pw_strings_done(&check.rules);
	return status;
}
