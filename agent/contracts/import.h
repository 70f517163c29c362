/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h - contracts from a CSV export into the store.
 *
 * The file is read twice: once to learn its encoding, delimiter, columns and
 * the order of its dates, once to take its lines.  Nothing is changed before
 * every line was read; then all of it or nothing.
 */
#ifndef PW_CONTRACTS_IMPORT_H
#define PW_CONTRACTS_IMPORT_H

#include "agent/contracts/values.h"
#include "agent/store/store.h"

/* What is wrong with a line, or with the file (line 0). */
struct pw_import_problem {
	uint64_t line;
	const char *column; /* as the file calls it, NULL: the line as a whole */
	const char *text;   /* one line, strangers' text escaped */
	bool is_error;      /* else a warning: the line counts all the same */
};

struct pw_import_options {
	const char *const *maps; /* --map: columns (columns.h) and words of status */
	size_t n_maps;
	enum pw_import_dates dates; /* of A/B/YYYY dates where the file does not tell */
	bool dry_run;               /* tell the differences, change nothing */
	bool skip_bad;              /* leave wrong lines out instead of stopping */
	/* NULL allowed, each. */
	void (*problem)(void *self, const struct pw_import_problem *problem);
	void (*reading)(void *self, uint64_t done_bytes, uint64_t all_bytes);
	void *self;
	struct pw_stage_watch watch; /* differences and progress of the writing */
};

struct pw_import_result {
	struct pw_stage_counts counts;
	uint64_t n_errors, n_warnings; /* problems told */
	uint64_t n_skipped;            /* lines left out */
	const char *encoding;          /* static */
	char delimiter;
	enum pw_import_dates dates; /* PW_DATES_UNKNOWN: the file has no such dates */
	bool used_saved;            /* a mapping or date order of an earlier import */
};

/* Import the file behind fd (borrowed; a pipe is fine).  name is for
   messages.  PW_EINPUT: lines or columns are wrong (all told as problems
   first), nothing was changed; *ret counts them.  --map and the date order that the user
   gave are remembered in the store and used by later imports of files that have these
   columns. */
int pw_contracts_import(struct pw_store *store, int fd, const char *name,
			const struct pw_import_options *options,
			struct pw_import_result *ret, struct pw_err *err) PW_MUST_CHECK;
/* Opens path ("-": standard input) first. */
int pw_contracts_import_path(struct pw_store *store, const char *path,
			     const struct pw_import_options *options,
			     struct pw_import_result *ret,
			     struct pw_err *err) PW_MUST_CHECK;

#endif
