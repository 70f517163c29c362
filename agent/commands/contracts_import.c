/* SPDX-License-Identifier: Apache-2.0 */
/* contracts_import.c - `contracts import`. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/contracts.h"
#include "agent/contracts/import.h"

#define TOLD_MAX 50 /* problems shown; the rest is counted */

static volatile sig_atomic_t was_interrupted;

static void interrupt(int number)
{
	(void)number;
	was_interrupted = 1;
}

struct import {
	const char *path;
	bool json, dry_run;
	uint64_t n_told;
};

static bool is_interrupted(void *self)
{
	(void)self;
	return was_interrupted;
}

static void tell_problem(void *self, const struct pw_import_problem *problem)
{
	struct import *import = self;
	char line[32] = "";

	if (import->n_told++ >= TOLD_MAX)
		return;
	pw_progress_end();
	if (problem->line)
		snprintf(line, sizeof line, ":%llu", (unsigned long long)problem->line);
	fprintf(stderr, "%s%s: %s%s%s: ", import->path, line,
		pw_colour(stderr, problem->is_error ? PW_RED : PW_YELLOW),
		problem->is_error ? "error" : "warning", pw_colour_end(stderr));
	if (problem->column) {
		PW_CLEANUP(pw_freep) char *column = pw_cli_escape(problem->column);

		fprintf(stderr, "%s: ", column);
	}
	fprintf(stderr, "%s\n", problem->text);
}

static void change_to_json(const struct pw_change *change, const char *id)
{
	static const char *const kinds[] = { [PW_CHANGE_ADDED] = "added",
					     [PW_CHANGE_CHANGED] = "changed",
					     [PW_CHANGE_MISSING] = "missing" };
	json_t *json =
		json_pack("{s:s, s:s}", "change", kinds[change->kind], "contract_id", id);
	char before[256], after[256];
	const char *column;
	int at = 0;

	if (change->kind == PW_CHANGE_CHANGED) {
		json_t *columns = json_object();

		while (pw_change_next(change, &at, &column, before, after))
			json_object_set_new(columns, column,
					    json_pack("[s, s]", before, after));
		json_object_set_new(json, "columns", columns);
	} else {
		json_object_set_new(json, "contract",
				    pw_contract_to_json(change->after ? change->after
								      : change->before));
	}
	pw_print_json(json);
}

static void print_columns(const struct pw_change *change, const char *id)
{
	char before[256], after[256];
	const char *column;
	int at = 0;

	while (pw_change_next(change, &at, &column, before, after)) {
		PW_CLEANUP(pw_freep) char *old = pw_cli_escape(before);
		PW_CLEANUP(pw_freep) char *new = pw_cli_escape(after);

		printf("%schanged%s  %s  %s: %s -> %s\n", pw_colour(stdout, PW_YELLOW),
		       pw_colour_end(stdout), id, column, *old ? old : "(empty)",
		       *new ? new : "(empty)");
	}
}

static void print_whole(const struct pw_contract_row *row, const char *id, bool is_added)
{
	PW_CLEANUP(pw_freep) char *customer = pw_cli_escape(row->contract.customer);
	PW_CLEANUP(pw_freep) char *vendor = pw_cli_escape(row->contract.vendor);
	char end[PW_DAY_TEXT];

	printf("%s%-7s%s  %s  %s, %s, ends %s%s\n",
	       pw_colour(stdout, is_added ? PW_GREEN : PW_RED),
	       is_added ? "added" : "missing", pw_colour_end(stdout), id, customer,
	       vendor, pw_day_to_iso(row->contract.end, end),
	       is_added ? "" : " (not in this file; it is kept)");
}

static void tell_change(void *self, const struct pw_change *change)
{
	const struct import *import = self;
	const struct pw_contract_row *row =
		change->after ? change->after : change->before;
	PW_CLEANUP(pw_freep) char *id = pw_cli_escape(row->contract.contract_id);

	if (!import->dry_run)
		return;
	pw_progress_end();
	if (import->json)
		change_to_json(change, id);
	else if (change->kind == PW_CHANGE_CHANGED)
		print_columns(change, id);
	else
		print_whole(row, id, change->kind == PW_CHANGE_ADDED);
}

static void show_reading(void *self, uint64_t done, uint64_t all)
{
	(void)self;
	pw_progress("reading, bytes", done, all);
}

static void show_writing(void *self, uint64_t done, uint64_t total)
{
	const struct import *import = self;

	pw_progress(import->dry_run ? "comparing" : "writing", done, total);
}

static void print_summary(const struct import *import,
			  const struct pw_import_result *result)
{
	const struct pw_stage_counts *n = &result->counts;
	const unsigned long long counts[] = { n->contracts,     n->lines,     n->added,
					      n->changed,       n->unchanged, n->missing,
					      result->n_skipped };

	if (import->json) {
		pw_print_json(json_pack(
			"{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "dry_run",
			import->dry_run, "lines", (json_int_t)n->lines, "contracts",
			(json_int_t)n->contracts, "added", (json_int_t)n->added,
			"changed", (json_int_t)n->changed, "unchanged",
			(json_int_t)n->unchanged, "missing", (json_int_t)n->missing,
			"skipped", (json_int_t)result->n_skipped));
		return;
	}
	printf("%s%llu contract%s from %llu line%s: %llu added, %llu changed, %llu "
	       "unchanged, %llu missing in the file (kept), %llu line%s left out\n",
	       import->dry_run ? "nothing changed; would be: " : "", counts[0],
	       pw_plural(counts[0]), counts[1], pw_plural(counts[1]), counts[2],
	       counts[3], counts[4], counts[5], counts[6], pw_plural(counts[6]));
	if (result->dates != PW_DATES_UNKNOWN)
		printf("dates were read as %s\n", result->dates == PW_DATES_DMY
							  ? "day/month/year"
							  : "month/day/year");
	if (result->used_saved)
		puts("the mapping or date order of an earlier import was used");
}

static void tell_rest(const struct import *import)
{
	if (import->n_told > TOLD_MAX)
		fprintf(stderr, "%s: and %llu more\n", import->path,
			(unsigned long long)(import->n_told - TOLD_MAX));
}

/* What was asked for is done, but somebody should look at the rest. */
static int tell_skipped(const struct import *import,
			const struct pw_import_result *result)
{
	if (!result->n_skipped)
		return PW_EXIT_OK;
	fprintf(stderr,
		"%spoachwatch: %llu line%s of %s left out: mend what is named above and "
		"import again%s\n",
		pw_colour(stderr, PW_RED), (unsigned long long)result->n_skipped,
		result->n_skipped == 1 ? "" : "s", import->path, pw_colour_end(stderr));
	return PW_EXIT_FOUND;
}

static int run_import(struct import *import, const struct pw_globals *globals,
		      struct pw_import_options *options)
{
	/* Opened as who runs the command, before root becomes the store's owner. */
	PW_CLEANUP(pw_closep)
	int fd = pw_streq(import->path, "-") ? dup(STDIN_FILENO)
					     : open(import->path, O_RDONLY | O_CLOEXEC);
	struct pw_import_result result = { 0 };
	struct pw_err err = PW_ERR_INIT;
	struct pw_desk desk;
	int rc;

	if (fd < 0) {
		pw_err_errno(&err, PW_EINPUT, "cannot open '%s'", import->path);
		return pw_cli_fail(&err);
	}
	if (pw_desk_open(&desk, globals, PW_STORE_COMMAND, &err) < 0)
		return pw_cli_fail(&err);
	rc = pw_contracts_import(desk.store, fd, import->path, options, &result, &err);
	pw_desk_close(&desk);
	pw_progress_end();
	tell_rest(import);
	if (rc < 0) {
		pw_cli_fail(&err); /* a file that is none is unusable input, too */
		return err.code == PW_EFORMAT || err.code == PW_EINPUT ? PW_EXIT_USAGE
								       : PW_EXIT_FOUND;
	}
	print_summary(import, &result);
	return tell_skipped(import, &result);
}

static bool set_dates(const char *text, enum pw_import_dates *ret)
{
	*ret = PW_DATES_UNKNOWN;
	if (!text)
		return true;
	*ret = pw_strieq(text, "dmy")   ? PW_DATES_DMY
	       : pw_strieq(text, "mdy") ? PW_DATES_MDY
					: PW_DATES_UNKNOWN;
	if (*ret == PW_DATES_UNKNOWN)
		fprintf(stderr, "poachwatch: --dates wants dmy or mdy, not '%s'\n", text);
	return *ret != PW_DATES_UNKNOWN;
}

static const char about[] =
	"Takes contracts from a CSV export ('-': standard input): any delimiter, UTF-8,\n"
	"UTF-16 or windows-1252, dates in any order.  Columns are recognised by the "
	"names\n"
	"that they have in common exports; ours are contract_id, customer,\n"
	"customer_domains, vendor, product, contract_number, serials, quantity,\n"
	"start_date, end_date, annual_value, currency, owner_email, status, and, where\n"
	"wanted, customer_aliases, contact_name, contact_email, contact_phone.\n"
	"Lines of the same contract are put together.  Importing again updates; what is\n"
	"missing in the file is kept.  Everything is imported, or nothing; a running\n"
	"agent goes on and notices.  --map and --dates are remembered.";

int pw_contracts_cmd_import(const struct pw_globals *globals, int argc, char **argv)
{
	struct import import = { 0 };
	struct pw_import_options options = { .problem = tell_problem,
					     .reading = show_reading,
					     .self = &import,
					     .watch = { tell_change, show_writing,
							is_interrupted, &import } };
	struct pw_strings rest = { NULL, 0 }, maps = { NULL, 0 };
	const char *dates = NULL;
	const struct pw_opt table[] = {
		{ "dry-run", NULL, "tell what would change, change nothing", PW_OPT_FLAG,
		  &options.dry_run },
		{ "skip-bad", NULL,
		  "leave wrong lines out instead of stopping; exit status 1 then",
		  PW_OPT_FLAG, &options.skip_bad },
		{ "map", "COL=NAME", "our column COL is called NAME in the file",
		  PW_OPT_LIST, &maps },
		{ "dates", "ORDER", "what 03/04/2026 means: dmy or mdy", PW_OPT_VALUE,
		  &dates },
		{ "json", NULL, "one object a line", PW_OPT_FLAG, &import.json },
	};
	const struct pw_usage usage = {
		"contracts import [--dry-run] [--skip-bad] [--map COL=NAME]... FILE.csv",
		about,
		table,
		PW_ARRAY_LEN(table),
		.words = "one file to import",
		.min_words = 1,
		.max_words = 1
	};
	int status;

	if (pw_opts_parse(&usage, argc, argv, &rest, &status)) {
		status = PW_EXIT_USAGE;
		if (set_dates(dates, &options.dates)) {
			import.path = rest.items[0];
			import.dry_run = options.dry_run;
			options.maps = maps.items;
			options.n_maps = maps.n;
			signal(SIGINT, interrupt);
			status = run_import(&import, globals, &options);
		}
	}
	pw_strings_done(&rest);
	pw_strings_done(&maps);
	return status;
}
