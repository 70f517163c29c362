/* SPDX-License-Identifier: Apache-2.0 */
/* table_print.c - tables for people: aligned on a terminal and when piped. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"

struct cell {
	char *text;
	enum pw_colour colour;
};

struct pw_table {
	size_t n_columns;
	const char *const *titles;
	struct cell *cells;
	size_t n_cells;
};

struct pw_table *pw_table_new(size_t n_columns, const char *const *titles)
{
	struct pw_table *table = pw_alloc(1, sizeof *table);

	table->n_columns = n_columns;
	table->titles = titles;
	return table;
}

void pw_table_free(struct pw_table *table)
{
	size_t i;

	if (!table)
		return;
	for (i = 0; i < table->n_cells; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table);
}

void pw_table_cell(struct pw_table *table, enum pw_colour colour, const char *format, ...)
{
	va_list args;
	char *raw = NULL;

	va_start(args, format);
	if (vasprintf(&raw, format, args) < 0)
		raw = NULL;
	va_end(args);
	table->cells = pw_realloc(table->cells, table->n_cells + 1, sizeof *table->cells);
	table->cells[table->n_cells].text = pw_cli_escape(raw ? raw : "");
	table->cells[table->n_cells++].colour = colour;
	free(raw);
}

/* Bytes of text that fit into max columns; *ret_width is what they take. */
static size_t fit(const char *text, size_t max, size_t *ret_width)
{
	size_t len = strlen(text), at = 0, width = 0;
	uint32_t cp;

	while (at < len) {
		size_t step = pw_utf8_next(text + at, len - at, &cp);
		size_t wide = pw_utf8_columns(cp);

		if (width + wide > max)
			break;
		width += wide;
		at += step;
	}
	*ret_width = width;
	return at;
}

static void print_cell(FILE *out, const char *text, enum pw_colour colour, size_t width,
		       size_t room, bool is_last)
{
	size_t shown, bytes = fit(text, room, &shown);

	fprintf(out, "%s%.*s%s", pw_colour(out, colour), (int)bytes, text,
		colour == PW_PLAIN ? "" : pw_colour_end(out));
	if (!is_last)
		fprintf(out, "%*s", (int)(width - shown + 2), "");
	else
		fputc('\n', out);
}

static size_t terminal_columns(FILE *out)
{
	struct winsize size;

	if (isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 &&
	    size.ws_col)
		return size.ws_col;
	return 0;
}

void pw_table_print(struct pw_table *table, FILE *out)
{
	size_t n = table->n_columns, i, used = 0, room = (size_t)-1;
	size_t *widths = pw_alloc(n, sizeof *widths);
	size_t screen = terminal_columns(out);

	assert(n > 0);
	for (i = 0; i < n; i++)
		fit(table->titles[i], (size_t)-1, &widths[i]);
	for (i = 0; i < table->n_cells; i++) {
		size_t width;

		fit(table->cells[i].text, (size_t)-1, &width);
		if (width > widths[i % n])
			widths[i % n] = width;
	}
	for (i = 0; i + 1 < n; i++)
		used += widths[i] + 2;
	if (screen > used)
		room = screen - used;
	for (i = 0; i < n; i++)
		print_cell(out, table->titles[i], PW_BOLD, widths[i],
			   i + 1 == n ? room : (size_t)-1, i + 1 == n);
	for (i = 0; i < table->n_cells; i++)
		print_cell(out, table->cells[i].text, table->cells[i].colour,
			   widths[i % n], (i + 1) % n == 0 ? room : (size_t)-1,
			   (i + 1) % n == 0);
	free(widths);
}
