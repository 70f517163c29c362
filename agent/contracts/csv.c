/* SPDX-License-Identifier: Apache-2.0 */
/* csv.c - a state machine over characters. */
#include "agent/contracts/csv.h"

#include <ctype.h>
#include <string.h>

enum state {
	CELL_START,
	UNQUOTED,
	QUOTED,
	QUOTE_IN_QUOTED, /* closing, or the first of two */
	AFTER_QUOTED,    /* text that should not be there */
};

#define END (-1)

void pw_csv_init(struct pw_csv *csv, struct pw_text_file *file, char delimiter)
{
	memset(csv, 0, sizeof *csv);
	csv->file = file;
	csv->delimiter = delimiter;
	csv->next_line = 1;
	pw_buf_init(&csv->bytes, PW_CSV_RECORD_MAX);
	pw_text_file_rewind(file);
}

void pw_csv_done(struct pw_csv *csv)
{
	pw_buf_done(&csv->bytes);
}

/* The next byte, or END; -2 on error. */
static int next_byte(struct pw_csv *csv, struct pw_err *err)
{
	while (csv->chunk_len == 0) {
		int got = pw_text_file_read(csv->file, &csv->chunk, &csv->chunk_len, err);

		if (got < 0)
			return -2;
		if (got == 0)
			return END;
	}
	csv->chunk_len--;
	return (unsigned char)*csv->chunk++;
}

static void begin_cell(struct pw_csv *csv)
{
	if (csv->n_cells < PW_CSV_CELLS_MAX)
		csv->starts[csv->n_cells] = csv->bytes.len;
	csv->n_cells++;
}

/* White space at s, the no-break space of spreadsheets included: its bytes. */
static size_t space_at(const char *s)
{
	return isspace((unsigned char)*s) ? 1 : !strncmp(s, "\xC2\xA0", 2) ? 2 : 0;
}

/* Ends the cell and cuts white space off both of its ends. */
static void end_cell(struct pw_csv *csv)
{
	const char *data = csv->bytes.data;
	size_t *start, len, n;

	if (csv->n_cells > PW_CSV_CELLS_MAX)
		return;
	start = &csv->starts[csv->n_cells - 1];
	while (*start < csv->bytes.len && (n = space_at(data + *start)))
		*start += n;
	len = csv->bytes.len;
	while (len > *start &&
	       ((n = space_at(data + len - 1)) ||
		(len > *start + 1 && (n = space_at(data + len - 2)) == 2)))
		len -= n;
	csv->bytes.len = len;
	pw_buf_addc(&csv->bytes, '\0');
}

static int check_record(struct pw_csv *csv, struct pw_err *err)
{
	size_t i;

	if (pw_buf_failed(&csv->bytes))
		return pw_err_set(
			err, PW_EFORMAT,
			"line %llu: the record is longer than %u KB; is a quote "
			"never closed?",
			(unsigned long long)csv->line, PW_CSV_RECORD_MAX >> 10);
	if (csv->n_cells > PW_CSV_CELLS_MAX)
		return pw_err_set(err, PW_EFORMAT, "line %llu: more than %d cells",
				  (unsigned long long)csv->line, PW_CSV_CELLS_MAX);
	for (i = 0; i < csv->n_cells; i++)
		csv->cells[i] = csv->bytes.data + csv->starts[i];
	return 1;
}

/* One byte inside a record; the state that follows. */
static enum state take(struct pw_csv *csv, enum state state, int c)
{
	if (c == '\n' && state == QUOTED)
		csv->next_line++;
	switch (state) {
	case CELL_START:
		if (c == '"')
			return QUOTED;
		pw_buf_addc(&csv->bytes, (char)c);
		return UNQUOTED;
	case QUOTED:
		if (c == '"')
			return QUOTE_IN_QUOTED;
		pw_buf_addc(&csv->bytes, (char)c);
		return QUOTED;
	case QUOTE_IN_QUOTED:
		if (c == '"') {
			pw_buf_addc(&csv->bytes, '"');
			return QUOTED;
		}
		if (c == ' ' || c == '\t')
			return AFTER_QUOTED;
		csv->problem = "text after a closing quote";
		return AFTER_QUOTED;
	case AFTER_QUOTED:
		if (c != ' ' && c != '\t')
			csv->problem = "text after a closing quote";
		return AFTER_QUOTED;
	default:
		pw_buf_addc(&csv->bytes, (char)c);
		return UNQUOTED;
	}
}

/* A line end: LF, CR, or CR with the LF that follows. */
static void end_line(struct pw_csv *csv, int c, struct pw_err *err)
{
	csv->next_line++;
	if (c != '\r')
		return;
	c = next_byte(csv, err);
	if (c >= 0 && c != '\n') {
		csv->chunk--; /* it was just taken from this chunk */
		csv->chunk_len++;
	}
}

/* Take the bytes that only add to the cell, as far as they lie at hand. */
static void take_run(struct pw_csv *csv, enum state state)
{
	size_t n = 0;

	if (state == QUOTED)
		while (n < csv->chunk_len && csv->chunk[n] != '"' &&
		       csv->chunk[n] != '\n')
			n++;
	else if (state == UNQUOTED)
		while (n < csv->chunk_len && csv->chunk[n] != csv->delimiter &&
		       csv->chunk[n] != '\n' && csv->chunk[n] != '\r')
			n++;
	pw_buf_add(&csv->bytes, csv->chunk, n);
	csv->chunk += n;
	csv->chunk_len -= n;
}

static int read_record(struct pw_csv *csv, struct pw_err *err)
{
	enum state state = CELL_START;
	int c;

	begin_cell(csv);
	while ((c = next_byte(csv, err)) >= 0) {
		if (state != QUOTED && (c == '\n' || c == '\r')) {
			end_line(csv, c, err);
			break;
		}
		if (state != QUOTED && c == csv->delimiter) {
			end_cell(csv);
			begin_cell(csv);
			state = CELL_START;
		} else {
			state = take(csv, state, c);
		}
		take_run(csv, state);
		if (pw_buf_failed(&csv->bytes) || csv->n_cells > PW_CSV_CELLS_MAX)
			break;
	}
	if (c == -2)
		return -1;
	if (c == END && state == QUOTED)
		return pw_err_set(err, PW_EFORMAT,
				  "line %llu: a quote in this record is never closed",
				  (unsigned long long)csv->line);
	end_cell(csv);
	if (c == END && csv->n_cells == 1 && csv->bytes.data[csv->starts[0]] == '\0')
		return 0;
	return check_record(csv, err);
}

static bool is_empty(const struct pw_csv *csv)
{
	size_t i;

	for (i = 0; i < csv->n_cells; i++)
		if (csv->cells[i][0])
			return false;
	return !csv->problem;
}

int pw_csv_next(struct pw_csv *csv, struct pw_err *err)
{
	int rc;

	do {
		csv->n_cells = 0;
		csv->problem = NULL;
		csv->line = csv->next_line;
		pw_buf_reset(&csv->bytes);
		rc = read_record(csv, err);
	} while (rc == 1 && is_empty(csv));
	return rc;
}
