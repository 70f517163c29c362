/* SPDX-License-Identifier: Apache-2.0 */
/* import_internal.h - what the files of the import share. */
#ifndef PW_CONTRACTS_IMPORT_INTERNAL_H
#define PW_CONTRACTS_IMPORT_INTERNAL_H

#include "agent/contracts/columns.h"
#include "agent/contracts/csv.h"
#include "agent/contracts/import.h"

struct pw_import {
	struct pw_store *store;
	const struct pw_import_options *options;
	struct pw_text_file *file;
	char delimiter;
	uint64_t header_line;
	char **headers; /* owned, each */
	size_t n_headers;
	struct pw_columns columns;
	struct pw_arena *arena; /* owns maps */
	const char **maps;      /* remembered ones first, then the user's */
	size_t n_maps;
	/* By date column (start, end): the order, and the line that showed it. */
	enum pw_import_dates dates[2];
	struct pw_zeros *zeros;
	struct pw_stage *stage;
	struct pw_import_result result;
};

void pw_import_problem(struct pw_import *import, bool is_error, uint64_t line,
		       const char *column, const char *format, ...) PW_PRINTF(5, 6);
/* The header that feeds one of our columns; NULL: none. */
const char *pw_import_header(const struct pw_import *import, enum pw_column column);
/* The cell of the record; "" where the export has no such column. */
const char *pw_import_cell(const struct pw_import *import, const struct pw_csv *csv,
			   enum pw_column column);

/* import_layout.c: find delimiter, header and columns; then the order of dates. */
int pw_import_find_layout(struct pw_import *import, struct pw_err *err) PW_MUST_CHECK;
int pw_import_find_dates(struct pw_import *import, struct pw_err *err) PW_MUST_CHECK;
/* Remember what the user said for the next import. */
int pw_import_remember(struct pw_import *import, struct pw_err *err) PW_MUST_CHECK;

/* import_row.c: a record as a contract.  False: it cannot be one (told). */
bool pw_import_row(struct pw_import *import, const struct pw_csv *csv,
		   struct pw_arena *arena, struct pw_contract_row *ret);

/* import_stray.c: is the record no contract at all (a total, the header again)?
   True after a warning. */
bool pw_import_is_stray(struct pw_import *import, const struct pw_csv *csv);

/* zeros.c: numbers whose leading zeros a spreadsheet has dropped. */
struct pw_zeros *pw_zeros_new(void);
void pw_zeros_free(struct pw_zeros *zeros);
void pw_zeros_see(struct pw_zeros *zeros, uint64_t line, const char *vendor,
		  const char *identifiers, bool are_serials);
void pw_zeros_tell(struct pw_zeros *zeros, struct pw_import *import);

#endif
