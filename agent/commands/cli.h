/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - what all commands share: options, tables, colour, progress, errors.
 */
#ifndef PW_COMMANDS_CLI_H
#define PW_COMMANDS_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/commands/commands.h"

/* One option of a command.  A value option may be given as --name VALUE or
   --name=VALUE; a repeatable one collects. */
enum pw_opt_kind { PW_OPT_FLAG, PW_OPT_VALUE, PW_OPT_LIST, PW_OPT_NUMBER };

struct pw_strings {
	const char **items; /* array owned (free()), strings borrowed from argv */
	size_t n;
};

struct pw_opt {
	const char *name;  /* without dashes */
	const char *value; /* shown in help: "DIR"; NULL for a flag */
	const char *help;
	enum pw_opt_kind kind;
	void *target; /* bool *, const char **, struct pw_strings *, or below */
};
struct pw_opt_number {
	long value, min, max;
};

struct pw_usage {
	const char *synopsis; /* "scan [--json] PATH..." */
	const char *about;    /* a paragraph */
	const struct pw_opt *options;
	size_t n_options;
	/* The words besides options: what they are, for who gives too few or too
	   many ("one file to write"); NULL: there are none. */
	const char *words;
	size_t min_words, max_words; /* max_words 0: any number */
};

/* Parse argv[1..]: options to their targets, what is no option to *words in order
   (NULL allowed where the usage has none).  "--" ends options, "-" is a word.
   False: the command is done and *ret_status is its exit status, PW_EXIT_OK after
   --help, PW_EXIT_USAGE after a mistake (said on standard error, with a
   suggestion); *words is empty then.  Lists of options may hold something either
   way. */
bool pw_opts_parse(const struct pw_usage *usage, int argc, char **argv,
		   struct pw_strings *words, int *ret_status) PW_MUST_CHECK;
void pw_strings_add(struct pw_strings *strings, const char *item);
void pw_strings_done(struct pw_strings *strings);

/* Colours: on where stream is a terminal and NO_COLOR is unset. */
enum pw_colour {
	PW_PLAIN,
	PW_BOLD,
	PW_DIM,
	PW_RED,
	PW_GREEN,
	PW_YELLOW,
	PW_BLUE,
	PW_CYAN
};
bool pw_colour_wanted(FILE *stream);
/* Escape sequence that starts a colour, "" where none is wanted. */
const char *pw_colour(FILE *stream, enum pw_colour colour);
const char *pw_colour_end(FILE *stream);

/* A table: cells are copied and escaped; columns are as wide as their widest
   cell in terminal columns (wide characters count two); on a terminal the
   last column is cut to fit, piped it is whole. */
struct pw_table;
struct pw_table *pw_table_new(size_t n_columns, const char *const *titles);
void pw_table_cell(struct pw_table *table, enum pw_colour colour, const char *format, ...)
	PW_PRINTF(3, 4);
void pw_table_print(struct pw_table *table, FILE *out);
void pw_table_free(struct pw_table *table);

/* Progress on stderr when that is a terminal: "done/total label". */
void pw_progress(const char *label, uint64_t done, uint64_t total);
void pw_progress_end(void);

/* "poachwatch: message" on stderr; returns the exit status for the code. */
int pw_cli_fail(const struct pw_err *err);
/* A stranger's text for a terminal; owned by the caller (free()). */
char *pw_cli_escape(const char *text);

#endif
