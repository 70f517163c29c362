/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h - records of a CSV file (RFC 4180, any delimiter).
 *
 * Tolerated: LF, CR or CRLF; a quote inside an unquoted cell; empty lines.
 * Refused: a quote that is never closed, text after a closing quote, cells
 * and records beyond the caps.
 */
#ifndef PW_CONTRACTS_CSV_H
#define PW_CONTRACTS_CSV_H

#include "agent/base/buf.h"
#include "agent/contracts/text_file.h"

#define PW_CSV_CELLS_MAX  512
#define PW_CSV_CELL_MAX   (256u << 10)
#define PW_CSV_RECORD_MAX (1u << 20)

struct pw_csv {
	struct pw_text_file *file; /* borrowed */
	char delimiter;
	const char *chunk; /* not read yet */
	size_t chunk_len;
	uint64_t next_line;

	/* The record; valid until the next call. */
	uint64_t line; /* on which it begins, from 1 */
	size_t n_cells;
	const char *cells[PW_CSV_CELLS_MAX]; /* NUL-terminated, trimmed */
	const char *problem; /* what is wrong with this record alone; NULL: nothing */

	struct pw_buf bytes;
	size_t starts[PW_CSV_CELLS_MAX];
};

/* Read file from its start. */
void pw_csv_init(struct pw_csv *csv, struct pw_text_file *file, char delimiter);
void pw_csv_done(struct pw_csv *csv);
/* 1 and a record (never an empty line), 0 at the end, -1 when the rest of the
   file cannot be read (PW_EFORMAT names the line). */
int pw_csv_next(struct pw_csv *csv, struct pw_err *err) PW_MUST_CHECK;

#endif
