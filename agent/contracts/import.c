/* SPDX-License-Identifier: Apache-2.0 */
/* import.c - the course of an import. */
#include "agent/contracts/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/contracts/import_internal.h"

#define ARENA_BYTES   (16u << 20)
#define ARENA_RECORDS 200 /* records that share an arena */
#define PROBLEM_MAX   512

void pw_import_problem(struct pw_import *import, bool is_error, uint64_t line,
		       const char *column, const char *format, ...)
{
	char text[PROBLEM_MAX];
	const struct pw_import_problem problem = { line, column, text, is_error };
	va_list args;

	if (is_error)
		import->result.n_errors++;
	else
		import->result.n_warnings++;
	if (!import->options->problem)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	import->options->problem(import->options->self, &problem);
}

const char *pw_import_header(const struct pw_import *import, enum pw_column column)
{
	if (!import->columns.sources[column].n)
		return NULL;
	return import->headers[import->columns.sources[column].at[0]];
}

const char *pw_import_cell(const struct pw_import *import, const struct pw_csv *csv,
			   enum pw_column column)
{
	const size_t at = import->columns.sources[column].at[0];

	return import->columns.sources[column].n && at < csv->n_cells ? csv->cells[at]
								      : "";
}

/* For a message: escaped, and cut where it is long. */
static const char *shown(struct pw_arena *arena, const char *text)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf escaped = { 0 };
	const char *copy;

	pw_buf_init(&escaped, 512);
	pw_str_escape(&escaped, text, strlen(text), 60);
	copy = pw_arena_strdup(arena, escaped.data);
	return copy ? copy : "";
}

/* The header of the file that feeds a column of the store. */
static const char *header_of(const struct pw_import *import, const char *name)
{
	int column;

	for (column = 0; column < PW_N_COLUMNS; column++)
		if (pw_streq(pw_column_name((enum pw_column)column), name))
			return pw_import_header(import, (enum pw_column)column);
	return name;
}

static void tell_clash(struct pw_import *import, uint64_t line, const char *id,
		       const struct pw_stage_clash *clash, struct pw_arena *arena)
{
	if (!clash->column)
		return;
	pw_import_problem(import, clash->is_error, line, header_of(import, clash->column),
			  "line %llu says otherwise of the same contract '%s'%s",
			  (unsigned long long)clash->first_line, shown(arena, id),
			  clash->is_error ? ""
			  : pw_streq(clash->column, "end_date")
				  ? "; the sooner end counts"
				  : "; it counts, because it comes first");
}

/* A contract whose number differs from the present one by leading zeros only. */
static int check_lost_zeros(struct pw_import *import, uint64_t line,
			    const struct pw_contract *contract, struct pw_arena *arena,
			    struct pw_err *err)
{
	struct pw_contract_row *present;
	const char *was;

	if (!contract->number || contract->number[0] == '0')
		return 0;
	if (pw_store_contract_get(import->store, contract->contract_id, arena, &present,
				  err) < 0)
		return -1;
	was = present ? present->contract.number : NULL;
	if (was && was[0] == '0' && pw_streq(was + strspn(was, "0"), contract->number))
		pw_import_problem(import, false, line,
				  pw_import_header(import, PW_COL_NUMBER),
				  "'%s' was '%s' so far: a spreadsheet may have dropped "
				  "leading zeros",
				  shown(arena, contract->number), shown(arena, was));
	return 0;
}

/* Two spellings of one company would each have half of its contracts. */
static int check_domains(struct pw_import *import, uint64_t line,
			 const struct pw_contract_row *row, struct pw_arena *arena,
			 struct pw_err *err)
{
	const char *at = row->customer_domains ? row->customer_domains : "";

	while (*at) {
		size_t len = strcspn(at, ";");
		const char *domain = pw_arena_strndup(arena, at, len), *other;

		if (!domain)
			return 0; /* told with the line */
		if (pw_stage_claim_domain(import->stage, domain, row->contract.customer,
					  arena, &other, err) < 0)
			return -1;
		if (other)
			pw_import_problem(import, false, line,
					  pw_import_header(import, PW_COL_DOMAINS),
					  "'%s' is '%s' elsewhere and '%s' here: two "
					  "customers, or one in two spellings?",
					  domain, shown(arena, other),
					  shown(arena, row->contract.customer));
		at += len + (at[len] == ';');
	}
	return 0;
}

static int take_record(struct pw_import *import, const struct pw_csv *csv,
		       struct pw_arena *arena, struct pw_err *err)
{
	struct pw_contract_row row;
	struct pw_stage_clash clash;

	if (pw_import_is_stray(import, csv))
		return 0;
	if (!pw_import_row(import, csv, arena, &row)) {
		import->result.n_skipped++;
		return 0;
	}
	if (pw_stage_add(import->stage, csv->line, &row, &clash, err) < 0)
		return -1;
	tell_clash(import, csv->line, row.contract.contract_id, &clash, arena);
	if (clash.is_error) {
		import->result.n_skipped++;
		return 0;
	}
	if (check_domains(import, csv->line, &row, arena, err) < 0)
		return -1;
	pw_zeros_see(import->zeros, csv->line, row.contract.vendor, row.contract.number,
		     false);
	pw_zeros_see(import->zeros, csv->line, row.contract.vendor, row.contract.serials,
		     true);
	return check_lost_zeros(import, csv->line, &row.contract, arena, err);
}

static int check_stopped(struct pw_import *import, struct pw_err *err)
{
	const struct pw_stage_watch *watch = &import->options->watch;

	if (watch->is_stopped && watch->is_stopped(watch->self))
		return pw_err_set(err, PW_ECANCELED, "stopped; nothing was changed");
	if (import->options->reading)
		import->options->reading(import->options->self,
					 (pw_text_file_size(import->file) +
					  pw_text_file_done(import->file)) /
						 2,
					 pw_text_file_size(import->file));
	return 0;
}

static int take_all(struct pw_import *import, struct pw_err *err)
{
	PW_CLEANUP(pw_csv_done) struct pw_csv csv;
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = NULL;
	uint64_t n = 0;
	int rc;

	pw_csv_init(&csv, import->file, import->delimiter);
	while ((rc = pw_csv_next(&csv, err)) == 1) {
		if (csv.line <= import->header_line)
			continue;
		if (n++ % ARENA_RECORDS == 0) {
			pw_arena_free(arena);
			arena = pw_arena_new(ARENA_BYTES);
			if (check_stopped(import, err) < 0)
				return -1;
		}
		if (take_record(import, &csv, arena, err) < 0)
			return -1;
	}
	if (rc == 0 && n == 0)
		return pw_err_set(err, PW_EINPUT, "the file has a header, but no line");
	return rc;
}

static int finish(struct pw_import *import, struct pw_err *err)
{
	const struct pw_import_options *options = import->options;
	struct pw_import_result *result = &import->result;

	if (result->n_errors && !options->skip_bad)
		return pw_err_set(
			err, PW_EINPUT,
			"%llu thing%s wrong, nothing was changed: mend the file, "
			"or leave wrong lines out with --skip-bad",
			(unsigned long long)result->n_errors,
			pw_plural(result->n_errors));
	if (options->dry_run)
		return pw_stage_diff(import->stage, &options->watch, &result->counts,
				     err);
	if (pw_stage_apply(import->stage, &options->watch, &result->counts, err) < 0)
		return -1;
	return pw_import_remember(import, err);
}

static int run(struct pw_import *import, int fd, const char *name, struct pw_err *err)
{
	if (pw_text_file_new(&import->file, fd, name, err) < 0)
		return -1;
	import->result.encoding = pw_text_file_encoding(import->file);
	if (pw_import_find_layout(import, err) < 0 ||
	    pw_import_find_dates(import, err) < 0 ||
	    pw_stage_new(&import->stage, import->store, import->columns.has_line_prices,
			 err) < 0 ||
	    take_all(import, err) < 0)
		return -1;
	pw_zeros_tell(import->zeros, import);
	return finish(import, err);
}

int pw_contracts_import(struct pw_store *store, int fd, const char *name,
			const struct pw_import_options *options,
			struct pw_import_result *ret, struct pw_err *err)
{
	struct pw_import import = { .store = store, .options = options };
	size_t i;
	int rc;

	import.zeros = pw_zeros_new();
	rc = run(&import, fd, name, err);
	if (rc < 0)
		pw_err_wrap(err, "%s", name);
	*ret = import.result; /* the counts of problems matter in any case */
	pw_stage_free(import.stage);
	pw_zeros_free(import.zeros);
	pw_arena_free(import.arena);
	for (i = 0; i < import.n_headers; i++)
		free(import.headers[i]);
	free(import.headers);
	pw_text_file_free(import.file);
	return rc;
}

int pw_contracts_import_path(struct pw_store *store, const char *path,
			     const struct pw_import_options *options,
			     struct pw_import_result *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_closep) int fd = -1;

	if (pw_streq(path, "-"))
		fd = dup(STDIN_FILENO);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return pw_err_errno(err, PW_EINPUT, "cannot open '%s'", path);
	return pw_contracts_import(store, fd, path, options, ret, err);
}
