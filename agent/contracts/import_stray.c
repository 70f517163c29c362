/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_stray.c - lines of an export that are no contracts: totals below the
 * list, and the header again where exports were put one behind the other.
 */
#include <string.h>
#include <strings.h>

#include "agent/base/str.h"
#include "agent/contracts/import_internal.h"

#define BOM "\xEF\xBB\xBF"

static const char *const total_words[] = { "total",       "grand total", "subtotal",
					   "sum",         "summe",       "gesamt",
					   "gesamtsumme", "count",       "anzahl",
					   "totaal" };

/* Without the mark that a file of its own began with, and without blanks. */
static const char *bare(const char *cell, size_t *ret_len)
{
	if (!strncmp(cell, BOM, strlen(BOM)))
		cell += strlen(BOM);
	cell += strspn(cell, " \t");
	*ret_len = strlen(cell);
	while (*ret_len && strchr(" \t", cell[*ret_len - 1]))
		--*ret_len;
	return cell;
}

static bool is_header_again(const struct pw_import *import, const struct pw_csv *csv)
{
	size_t i, len, header_len;

	if (csv->n_cells < import->n_headers)
		return false;
	for (i = 0; i < import->n_headers; i++) {
		const char *cell = bare(csv->cells[i], &len);
		const char *header = bare(import->headers[i], &header_len);

		if (len != header_len || strncasecmp(cell, header, len) != 0)
			return false;
	}
	return true;
}

/* "Total", "Total: 17"; but not the "Total" of a company's name. */
static bool is_total_word(const char *cell, size_t len)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(total_words); i++) {
		size_t n = strlen(total_words[i]);

		if (len >= n && strncasecmp(cell, total_words[i], n) == 0 &&
		    strspn(cell + n, " :=0123456789.,") == len - n)
			return true;
	}
	return false;
}

static bool is_total(const struct pw_import *import, const struct pw_csv *csv)
{
	size_t i, len;

	if (pw_import_cell(import, csv, PW_COL_VENDOR)[0] ||
	    pw_import_cell(import, csv, PW_COL_END)[0])
		return false;
	for (i = 0; i < csv->n_cells; i++) {
		const char *cell = bare(csv->cells[i], &len);

		if (len)
			return is_total_word(cell, len);
	}
	return false;
}

bool pw_import_is_stray(struct pw_import *import, const struct pw_csv *csv)
{
	const char *what = is_header_again(import, csv) ? "is the header again"
			   : is_total(import, csv)      ? "is a total"
							: NULL;

	if (what)
		pw_import_problem(import, false, csv->line, NULL, "%s: left out", what);
	return what != NULL;
}
