/* SPDX-License-Identifier: Apache-2.0 */
/* import_layout.c - what a file is like: delimiter, header, columns, dates. */
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/contracts/import_internal.h"

#define PREAMBLE_MAX 15 /* records before the header: titles, filters, "sep=;" */
#define SAVED_MAPS   "import.map"
#define SAVED_DATES  "import.dates"
#define SAVED_MAX    (64u << 10)

/* The record of the file that is most like a header. */
struct candidate {
	char delimiter;
	uint64_t line;
	size_t found;
};

static void look_for_header(struct pw_import *import, char delimiter,
			    struct candidate *best)
{
	PW_CLEANUP(pw_csv_done) struct pw_csv csv;
	struct pw_err ignored = PW_ERR_INIT;
	struct pw_columns columns;
	bool used[PW_CSV_CELLS_MAX];
	int i;

	pw_csv_init(&csv, import->file, delimiter);
	for (i = 0; i < PREAMBLE_MAX && pw_csv_next(&csv, &ignored) == 1; i++) {
		size_t found = pw_columns_find(&columns, csv.cells, csv.n_cells, used);

		if (found > best->found)
			*best = (struct candidate){ delimiter, csv.line, found };
	}
}

/* --map may name what no alias knows: then the widest first record counts. */
static void take_first_record(struct pw_import *import, struct candidate *best)
{
	static const char delimiters[] = ",;\t|";
	size_t most = 1, i;

	for (i = 0; delimiters[i]; i++) {
		PW_CLEANUP(pw_csv_done) struct pw_csv csv;
		struct pw_err ignored = PW_ERR_INIT;

		pw_csv_init(&csv, import->file, delimiters[i]);
		if (pw_csv_next(&csv, &ignored) == 1 && csv.n_cells > most) {
			most = csv.n_cells;
			*best = (struct candidate){ delimiters[i], csv.line, 0 };
		}
	}
}

static int read_header(struct pw_import *import, struct pw_err *err)
{
	PW_CLEANUP(pw_csv_done) struct pw_csv csv;
	size_t i;
	int rc;

	pw_csv_init(&csv, import->file, import->delimiter);
	do
		rc = pw_csv_next(&csv, err);
	while (rc == 1 && csv.line < import->header_line);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return pw_err_set(err, PW_EINPUT, "the file is empty");
	import->headers = pw_alloc(csv.n_cells, sizeof *import->headers);
	for (i = 0; i < csv.n_cells; i++)
		import->headers[i] = pw_strdup(csv.cells[i]);
	import->n_headers = csv.n_cells;
	return 0;
}

static const char *const *headers_of(const struct pw_import *import)
{
	return (const char *const *)import->headers;
}

static void add_map(struct pw_import *import, size_t *cap, const char *map)
{
	const char **maps = pw_arena_grow(import->arena, import->maps, import->n_maps,
					  cap, sizeof *maps);

	if (!maps)
		return; /* more than anybody writes */
	import->maps = maps;
	import->maps[import->n_maps++] = map;
}

/* Maps of an earlier import, as lines; those that do not fit this file are
   not meant for it. */
static int use_saved_maps(struct pw_import *import, size_t *cap, struct pw_err *err)
{
	struct pw_err ignored = PW_ERR_INIT;
	const char *saved;
	char *copy, *rest, *map;

	if (pw_store_get(import->store, SAVED_MAPS, import->arena, &saved, err) < 0)
		return -1;
	copy = saved ? pw_arena_strdup(import->arena, saved) : NULL;
	for (rest = copy; copy && (map = strtok_r(rest, "\n", &rest));) {
		if (pw_starts_with_i(map, PW_STATUS_MAP)) {
			add_map(import, cap, map);
		} else if (pw_columns_map(&import->columns, map, headers_of(import),
					  import->n_headers, &ignored) == 0) {
			add_map(import, cap, map);
			import->result.used_saved = true;
		}
	}
	return 0;
}

static int check_status_map(const char *map, struct pw_err *err)
{
	const char *equals = strchr(map, '=');
	enum pw_status status;

	if (equals && pw_status_from_name(equals + 1, &status))
		return 0;
	return pw_err_set(err, PW_EINPUT,
			  "--map '%s': what stands behind = must be active, quoted, "
			  "processing, renewed or lost",
			  map);
}

static int use_maps(struct pw_import *import, struct pw_err *err)
{
	const struct pw_import_options *options = import->options;
	size_t cap = 0, i;

	import->arena = pw_arena_new(SAVED_MAX * 4);
	if (use_saved_maps(import, &cap, err) < 0)
		return -1;
	for (i = 0; i < options->n_maps; i++) {
		if (pw_starts_with_i(options->maps[i], PW_STATUS_MAP)
			    ? check_status_map(options->maps[i], err) < 0
			    : pw_columns_map(&import->columns, options->maps[i],
					     headers_of(import), import->n_headers,
					     err) < 0)
			return -1;
		add_map(import, &cap, options->maps[i]);
	}
	return 0;
}

static bool is_again(const struct pw_import *import, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (pw_strieq(import->headers[i], import->headers[at]))
			return true;
	return false;
}

/* Two columns that are both dates, both names ...: say which one counts. */
static void tell_unused(struct pw_import *import, const bool *used)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf list = { 0 };
	size_t i;

	pw_buf_init(&list, 512);
	for (i = 0; i < import->n_headers; i++)
		if (!used[i] && import->headers[i][0] && list.len < 300) {
			pw_buf_adds(&list, list.len ? ", " : "");
			pw_str_escape(&list, import->headers[i],
				      strlen(import->headers[i]), 40);
			if (is_again(import, i))
				pw_buf_adds(&list, " (again: the first one counts)");
		}
	if (list.len)
		pw_import_problem(import, false, import->header_line, NULL,
				  "columns that are not used: %s", list.data);
}

int pw_import_find_layout(struct pw_import *import, struct pw_err *err)
{
	static const char delimiters[] = ",;\t|";
	struct candidate best = { ',', 1, 0 };
	bool used[PW_CSV_CELLS_MAX];
	size_t i;

	for (i = 0; delimiters[i]; i++)
		look_for_header(import, delimiters[i], &best);
	if (best.found == 0)
		take_first_record(import, &best);
	import->delimiter = import->result.delimiter = best.delimiter;
	import->header_line = best.line;
	if (read_header(import, err) < 0)
		return -1;
	pw_columns_find(&import->columns, headers_of(import), import->n_headers, used);
	if (use_maps(import, err) < 0)
		return -1;
	if (pw_columns_check(&import->columns, headers_of(import), import->n_headers,
			     err) < 0)
		return -1;
	pw_columns_mark_used(&import->columns, used, import->n_headers);
	tell_unused(import, used);
	return 0;
}

/* What all dates of one column say together. */
struct evidence {
	uint64_t dmy_line, mdy_line, open_line; /* 0: none */
	char open_text[32];
};

static const enum pw_column date_columns[2] = { PW_COL_START, PW_COL_END };

static void gather(struct evidence *evidence, const char *text, uint64_t line)
{
	switch (pw_date_evidence(text)) {
	case PW_DATE_IS_DMY:
		if (!evidence->dmy_line)
			evidence->dmy_line = line;
		break;
	case PW_DATE_IS_MDY:
		if (!evidence->mdy_line)
			evidence->mdy_line = line;
		break;
	case PW_DATE_IS_OPEN:
		if (!evidence->open_line) {
			evidence->open_line = line;
			snprintf(evidence->open_text, sizeof evidence->open_text, "%s",
				 text);
		}
		break;
	default:
		break;
	}
}

static int gather_all(struct pw_import *import, struct evidence evidence[2],
		      struct pw_err *err)
{
	PW_CLEANUP(pw_csv_done) struct pw_csv csv;
	uint64_t n = 0;
	size_t i;
	int rc;

	pw_csv_init(&csv, import->file, import->delimiter);
	while ((rc = pw_csv_next(&csv, err)) == 1) {
		if (csv.line <= import->header_line)
			continue;
		for (i = 0; i < 2; i++)
			gather(&evidence[i],
			       pw_import_cell(import, &csv, date_columns[i]), csv.line);
		if (++n % 4096 == 0 && import->options->reading)
			import->options->reading(import->options->self,
						 pw_text_file_done(import->file) / 2,
						 pw_text_file_size(import->file));
	}
	return rc;
}

static enum pw_import_dates order_of(const struct evidence *evidence)
{
	return evidence->dmy_line   ? PW_DATES_DMY
	       : evidence->mdy_line ? PW_DATES_MDY
				    : PW_DATES_UNKNOWN;
}

static int settle_column(struct pw_import *import, const struct evidence *mine,
			 const struct evidence *other, enum pw_import_dates said,
			 size_t at, struct pw_err *err)
{
	const char *header = pw_import_header(import, date_columns[at]);

	if (mine->dmy_line && mine->mdy_line)
		return pw_err_set(
			err, PW_EINPUT,
			"column '%s' mixes day/month/year (line %llu) and "
			"month/day/year (line %llu): export it again with dates "
			"as YYYY-MM-DD",
			header, (unsigned long long)mine->dmy_line,
			(unsigned long long)mine->mdy_line);
	import->dates[at] = order_of(mine);
	/* One program wrote both columns. */
	if (!import->dates[at] && !(other->dmy_line && other->mdy_line))
		import->dates[at] = order_of(other);
	if (!import->dates[at])
		import->dates[at] = said;
	if (mine->open_line && !import->dates[at])
		return pw_err_set(
			err, PW_EINPUT,
			"column '%s': '%s' (line %llu) may be day/month/year or "
			"month/day/year, and no other date in the file tells: say "
			"--dates dmy or --dates mdy",
			header, mine->open_text, (unsigned long long)mine->open_line);
	if (import->dates[at])
		import->result.dates = import->dates[at];
	return 0;
}

static int saved_dates(struct pw_import *import, enum pw_import_dates *ret,
		       struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(4096);
	const char *saved;

	if (pw_store_get(import->store, SAVED_DATES, arena, &saved, err) < 0)
		return -1;
	*ret = pw_streq(saved, "dmy")   ? PW_DATES_DMY
	       : pw_streq(saved, "mdy") ? PW_DATES_MDY
					: PW_DATES_UNKNOWN;
	return 0;
}

int pw_import_find_dates(struct pw_import *import, struct pw_err *err)
{
	struct evidence evidence[2] = { 0 };
	enum pw_import_dates said = import->options->dates;
	size_t i;

	if (gather_all(import, evidence, err) < 0)
		return -1;
	if (!said && (evidence[0].open_line || evidence[1].open_line)) {
		if (saved_dates(import, &said, err) < 0)
			return -1;
		import->result.used_saved |= said != PW_DATES_UNKNOWN;
	}
	for (i = 0; i < 2; i++)
		if (settle_column(import, &evidence[i], &evidence[1 - i], said, i, err) <
		    0)
			return -1;
	return 0;
}

int pw_import_remember(struct pw_import *import, struct pw_err *err)
{
	const struct pw_import_options *options = import->options;
	PW_CLEANUP(pw_buf_done) struct pw_buf maps = { 0 };
	size_t i;

	pw_buf_init(&maps, SAVED_MAX - 1024);
	for (i = 0; i < import->n_maps; i++)
		pw_buf_addf(&maps, "%s\n", import->maps[i]);
	if (options->n_maps && !pw_buf_failed(&maps) &&
	    pw_store_set(import->store, SAVED_MAPS, maps.data, err) < 0)
		return -1;
	if (options->dates != PW_DATES_UNKNOWN)
		return pw_store_set(import->store, SAVED_DATES,
				    pw_import_dates_name(options->dates), err);
	return 0;
}
