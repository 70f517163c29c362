/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag.c - collects mistakes and draws them with a caret.
 */
#include "rules/engine/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/mem.h"
#include "agent/base/str.h"

#define DIAG_ARENA_MAX ((size_t)8 << 20)
#define LINE_MAX_CHARS 120 /* of a source line shown */
#define MESSAGE_MAX    600

void pw_diags_init(struct pw_diags *diags)
{
	memset(diags, 0, sizeof *diags);
	diags->arena = pw_arena_new(DIAG_ARENA_MAX);
}

void pw_diags_done(struct pw_diags *diags)
{
	free(diags->items);
	pw_arena_free(diags->arena);
	memset(diags, 0, sizeof *diags);
}

/* The text of a line (from 1) of source, copied; NULL where it is not there. */
static const char *copy_line(struct pw_arena *arena, const struct pw_place *place)
{
	const char *at = place->source, *end, *stop;
	int line;

	if (!at || place->line < 1)
		return NULL;
	end = at + place->source_len;
	for (line = 1; line < place->line; line++) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (!at)
			return NULL;
		at++;
	}
	stop = memchr(at, '\n', (size_t)(end - at));
	if (!stop)
		stop = end;
	if (stop > at && stop[-1] == '\r')
		stop--;
	return pw_arena_strndup(arena, at, (size_t)(stop - at));
}

PW_PRINTF(2, 0)
static const char *format_text(struct pw_arena *arena, const char *format, va_list args)
{
	char text[MESSAGE_MAX];

	vsnprintf(text, sizeof text, format, args);
	text[pw_utf8_cut(text, strlen(text), sizeof text)] = '\0';
	return pw_arena_strdup(arena, text);
}

int pw_diags_add(struct pw_diags *diags, bool is_error, const struct pw_place *place,
		 const char *format, ...)
{
	struct pw_diag *diag;
	va_list args;

	diags->n_errors += is_error;
	if (diags->n >= PW_MAX_DIAGS || pw_arena_exhausted(diags->arena)) {
		diags->n_dropped++;
		return is_error ? -1 : 0;
	}
	if (diags->n == diags->cap) {
		diags->cap = diags->cap ? diags->cap * 2 : 16;
		diags->items = pw_realloc(diags->items, diags->cap, sizeof *diags->items);
	}
	diag = &diags->items[diags->n];
	memset(diag, 0, sizeof *diag);
	diag->is_error = is_error;
	diag->path = pw_arena_strdup(diags->arena, place->path);
	diag->line = place->line;
	diag->column = place->column;
	diag->source_line = copy_line(diags->arena, place);
	va_start(args, format);
	diag->message = format_text(diags->arena, format, args);
	va_end(args);
	if (diag->path && diag->message)
		diags->n++;
	else
		diags->n_dropped++;
	return is_error ? -1 : 0;
}

void pw_diags_hint(struct pw_diags *diags, const char *format, ...)
{
	va_list args;

	if (!diags->n || diags->n_dropped)
		return;
	va_start(args, format);
	diags->items[diags->n - 1].hint = format_text(diags->arena, format, args);
	va_end(args);
}

void pw_diags_suggest(struct pw_diags *diags, const char *word,
		      const char *const *candidates, size_t n)
{
	const char *near = pw_str_nearest(word, candidates, n);

	if (near)
		pw_diags_hint(diags, "did you mean '%s'?", near);
}

static int compare(const void *a, const void *b)
{
	const struct pw_diag *x = a, *y = b;
	int by_path = strcmp(x->path, y->path);

	if (by_path)
		return by_path;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return strcmp(x->message, y->message);
}

void pw_diags_sort(struct pw_diags *diags)
{
	if (diags->n)
		qsort(diags->items, diags->n, sizeof *diags->items, compare);
}

/* Code points that a terminal shows two columns wide. */
static bool is_wide(uint32_t cp)
{
	return (cp >= 0x1100 && cp <= 0x115F) || (cp >= 0x2E80 && cp <= 0xA4CF) ||
	       (cp >= 0xAC00 && cp <= 0xD7A3) || (cp >= 0xF900 && cp <= 0xFAFF) ||
	       (cp >= 0xFE30 && cp <= 0xFE6F) || (cp >= 0xFF00 && cp <= 0xFF60) ||
	       (cp >= 0xFFE0 && cp <= 0xFFE6) || (cp >= 0x1F300 && cp <= 0x1FAFF) ||
	       (cp >= 0x20000 && cp <= 0x3FFFD);
}

/* Characters that would move the cursor or reorder the line. */
static bool is_unsafe(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t') || (cp >= 0x7F && cp < 0xA0) ||
	       (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
	       (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF;
}

#define BROKEN 0xFFFD /* what pw_utf8_next() makes of bytes that are no UTF-8 */

/* Add characters [from, to) of line: itself, or blanks of the same widths. */
static void add_chars(struct pw_buf *out, const char *line, size_t from, size_t to,
		      bool as_blanks)
{
	size_t len = strlen(line), i = 0, n, at;
	uint32_t cp;

	for (at = 0; at < to && (n = pw_utf8_next(line + i, len - i, &cp)) != 0; at++) {
		if (at >= from) {
			if (cp == '\t')
				pw_buf_addc(out, '\t');
			else if (as_blanks)
				pw_buf_adds(out, is_wide(cp) ? "\xE3\x80\x80" : " ");
			else if (is_unsafe(cp) || cp == BROKEN)
				pw_buf_adds(out, "\xEF\xBF\xBD");
			else
				pw_buf_add(out, line + i, n);
		}
		i += n;
	}
}

/* The first line of the above alone. */
static void render_head(struct pw_buf *out, const struct pw_diag *diag)
{
	pw_str_escape(out, diag->path, strlen(diag->path), 400);
	if (diag->line > 0)
		pw_buf_addf(out, ":%d:%d", diag->line, diag->column);
	pw_buf_adds(out, diag->is_error ? ": error: " : ": warning: ");
	pw_str_escape(out, diag->message, strlen(diag->message), MESSAGE_MAX);
	pw_buf_addc(out, '\n');
}

void pw_diag_render(struct pw_buf *out, const struct pw_diag *diag)
{
	size_t column = diag->column > 0 ? (size_t)diag->column - 1 : 0, from = 0;

	render_head(out, diag);
	if (diag->source_line) {
		if (column > LINE_MAX_CHARS - 30)
			from = column - (LINE_MAX_CHARS - 30);
		pw_buf_addf(out, "%5d | ", diag->line);
		add_chars(out, diag->source_line, from, from + LINE_MAX_CHARS, false);
		pw_buf_adds(out, "\n      | ");
		add_chars(out, diag->source_line, from, column, true);
		pw_buf_adds(out, "^\n");
	}
	if (diag->hint) {
		pw_buf_adds(out, "      = ");
		pw_str_escape(out, diag->hint, strlen(diag->hint), MESSAGE_MAX);
		pw_buf_addc(out, '\n');
	}
}

int pw_diags_to_err(const struct pw_diags *diags, struct pw_err *err)
{
	const struct pw_diag *diag;
	struct pw_buf said;
	size_t i;

	for (i = 0; i < diags->n && !diags->items[i].is_error; i++)
		;
	if (i == diags->n)
		return diags->n_errors ? pw_err_set(err, PW_ECONFIG, "too many mistakes")
				       : 0;
	diag = &diags->items[i];
	pw_buf_init(&said, MESSAGE_MAX * 4);
	pw_str_escape(&said, diag->message, strlen(diag->message), MESSAGE_MAX);
	if (diag->line < 1)
		pw_err_set(err, PW_ECONFIG, "%s: %s", diag->path, said.data);
	else
		pw_err_set(err, PW_ECONFIG, "%s:%d:%d: %s", diag->path, diag->line,
			   diag->column, said.data);
	pw_buf_done(&said);
	return -1;
}
