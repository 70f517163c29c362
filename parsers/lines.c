/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/lines.h"

#include "agent/base/str.h"
#include "parsers/charset.h"
#include "parsers/invisible.h"
#include "parsers/limits.h"

void pw_lines_init(struct pw_lines *lines)
{
	*lines = (struct pw_lines){ .n = 0 };
	pw_buf_init(&lines->text, PW_MAX_TEXT_BYTES);
}

void pw_lines_done(struct pw_lines *lines)
{
	pw_buf_done(&lines->text);
	free(lines->items);
	lines->items = NULL;
}

/* Add one character that needs a look. */
static size_t add_char(struct pw_lines *lines, const char *data, size_t len)
{
	uint32_t cp;
	char utf8[4];
	size_t step = pw_utf8_next(data, len, &cp);

	/* Controls there are windows-1252 that somebody took for Latin-1. */
	if (cp >= 0x80 && cp < 0xA0) {
		cp = pw_cp1252((unsigned char)cp);
		if (cp >= 0xA0)
			pw_buf_add(&lines->text, utf8, pw_utf8_put(utf8, cp));
		return step;
	}
	if (cp == '\n' || cp == 0x2028 || cp == 0x2029 || pw_is_wide_blank(cp))
		pw_buf_addc(&lines->text, ' ');
	else if (!pw_is_invisible(cp))
		pw_buf_add(&lines->text, data, step);
	return step;
}

void pw_lines_add(struct pw_lines *lines, struct pw_bytes text)
{
	size_t at = 0, run;

	while (at < text.len && !pw_buf_failed(&lines->text)) {
		run = pw_ascii_run(text.data + at, text.len - at);
		if (run)
			pw_buf_add(&lines->text, text.data + at, run);
		at += run;
		if (at < text.len)
			at += add_char(lines, text.data + at, text.len - at);
	}
}

void pw_lines_trim(struct pw_lines *lines)
{
	struct pw_buf *text = &lines->text;

	while (text->len > lines->start &&
	       (text->data[text->len - 1] == ' ' || text->data[text->len - 1] == '\t'))
		text->data[--text->len] = '\0';
}

void pw_lines_end(struct pw_lines *lines, unsigned depth, unsigned marks)
{
	struct pw_line *line;

	if (pw_buf_failed(&lines->text) || lines->n >= PW_MAX_LINES) {
		lines->is_capped = true;
		/* What did not fit whole is not left half. */
		lines->text.len = lines->start;
		return;
	}
	if (lines->n == lines->cap) {
		lines->cap = lines->cap ? lines->cap * 2 : 64;
		lines->items = pw_realloc(lines->items, lines->cap, sizeof *lines->items);
	}
	line = &lines->items[lines->n++];
	*line = (struct pw_line){
		.start = (uint32_t)lines->start,
		.end = (uint32_t)lines->text.len,
		.depth = (uint16_t)(depth < UINT16_MAX ? depth : UINT16_MAX),
		.marks = (uint16_t)marks,
	};
	pw_buf_addc(&lines->text, '\n');
	lines->start = lines->text.len;
}

void pw_lines_append(struct pw_lines *lines, const struct pw_text *text)
{
	const struct pw_line *line;
	size_t i;

	for (i = 0; i < text->n_lines; i++) {
		line = &text->lines[i];
		pw_buf_add(&lines->text, text->data + line->start,
			   line->end - line->start);
		pw_lines_end(lines, line->depth, line->marks);
	}
}

bool pw_lines_text(const struct pw_lines *lines, struct pw_arena *arena,
		   struct pw_text *ret)
{
	size_t len = lines->start ? lines->start - 1 : 0;
	char *data = pw_arena_strndup(arena, lines->text.data, len);
	struct pw_line *items = pw_arena_alloc(arena, lines->n, sizeof *items);

	if (!data || !items)
		return false;
	if (lines->n)
		memcpy(items, lines->items, lines->n * sizeof *items);
	*ret = (struct pw_text){ data, len, items, lines->n };
	return true;
}
