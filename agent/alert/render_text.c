/* SPDX-License-Identifier: Apache-2.0 */
/* render_text.c - a document as plain text of 78 columns. */
#include <stdio.h>
#include <string.h>

#include "agent/alert/doc.h"
#include "agent/base/str.h"

#define COLUMNS      78
#define LABEL_COLUMN 14

static size_t width_of(const char *text, size_t len)
{
	size_t n = 0, at, step;
	uint32_t cp;

	for (at = 0; at < len; at += step) {
		step = pw_utf8_next(text + at, len - at, &cp);
		n += pw_utf8_columns(cp);
	}
	return n;
}

/* Chinese and Japanese put no blanks between words: a line may end behind each
   character.  Korean does. */
static bool is_a_word(uint32_t cp)
{
	return pw_utf8_columns(cp) == 2 && !(cp >= 0xAC00 && cp <= 0xD7A3) &&
	       !(cp >= 0x1100 && cp <= 0x115F);
}

/* What no line begins with: closing brackets, commas and full stops. */
static bool closes(uint32_t cp)
{
	static const uint32_t marks[] = { 0x3001, 0x3002, 0x300D, 0x300F, 0x3011, 0xFF01,
					  0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(marks); i++)
		if (marks[i] == cp)
			return true;
	return false;
}

/* End of the piece at at, which no line end divides. */
static size_t piece_end(const char *text, size_t len, size_t at)
{
	uint32_t cp;
	size_t step = pw_utf8_next(text + at, len - at, &cp);
	const bool is_whole = is_a_word(cp);

	for (at += step; at < len && text[at] != ' '; at += step) {
		step = pw_utf8_next(text + at, len - at, &cp);
		if (!closes(cp) && (is_whole || is_a_word(cp)))
			break;
	}
	return at;
}

/* One line of text, wrapped; every further line begins with indent. */
static void wrap_line(struct pw_buf *out, const char *text, size_t len,
		      const char *indent, size_t used)
{
	size_t at = 0;

	while (at < len) {
		size_t start = at, end, width, gap;

		while (at < len && text[at] == ' ')
			at++;
		if (at == len)
			break;
		end = piece_end(text, len, at);
		width = width_of(text + at, end - at);
		gap = start > 0 && at > start;
		if (start > 0 && used + gap + width > COLUMNS) {
			pw_buf_addc(out, '\n');
			pw_buf_adds(out, indent);
			used = strlen(indent);
		} else if (gap) {
			pw_buf_addc(out, ' ');
			used++;
		}
		pw_buf_add(out, text + at, end - at);
		used += width;
		at = end;
	}
}

/* Text of several lines behind a first prefix; the rest behind indent. */
static void put_lines(struct pw_buf *out, const char *first, const char *indent,
		      const struct pw_buf *inert)
{
	const char *line;

	pw_buf_adds(out, first);
	for (line = inert->data; line; first = indent) {
		const char *end = strchr(line, '\n');
		size_t len = end ? (size_t)(end - line) : strlen(line);

		if (line != inert->data)
			pw_buf_adds(out, indent);
		wrap_line(out, line, len, indent, strlen(first));
		pw_buf_addc(out, '\n');
		line = end && end[1] ? end + 1 : NULL;
	}
}

static void put(struct pw_buf *out, const char *first, const char *indent,
		const char *text)
{
	struct pw_buf inert;

	pw_buf_init(&inert, PW_DOC_TEXT_MAX * 4);
	pw_defang(&inert, text, strlen(text));
	put_lines(out, first, indent, &inert);
	pw_buf_done(&inert);
}

static void put_quote(struct pw_buf *out, const char *text)
{
	struct pw_buf inert;

	pw_buf_init(&inert, PW_DOC_TEXT_MAX * 4);
	pw_defang_quote(&inert, text, strlen(text));
	put_lines(out, "  | ", "  | ", &inert);
	pw_buf_done(&inert);
}

static void put_fact(struct pw_buf *out, const struct pw_block *block)
{
	char first[64], indent[64];
	size_t width = width_of(block->label, strlen(block->label));
	int pad = width < LABEL_COLUMN ? (int)(LABEL_COLUMN - width) : 1;

	snprintf(first, sizeof first, "  %.40s%*s", block->label, pad, "");
	snprintf(indent, sizeof indent, "  %*s", LABEL_COLUMN, "");
	put(out, first, indent, block->text);
}

static void put_step(struct pw_buf *out, unsigned number, const char *text)
{
	char first[16];

	snprintf(first, sizeof first, "  %u. ", number);
	put(out, first, "     ", text);
}

static void put_heading(struct pw_buf *out, const char *text)
{
	char upper[128];
	size_t i;

	for (i = 0; text[i] && i + 1 < sizeof upper; i++)
		upper[i] =
			(char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
	upper[i] = '\0';
	pw_buf_addf(out, "\n%s\n", upper);
}

void pw_doc_to_text(const struct pw_doc *doc, struct pw_buf *out)
{
	unsigned step = 0;
	size_t i;

	for (i = 0; i < doc->n; i++) {
		const struct pw_block *block = &doc->blocks[i];

		step = block->kind == PW_BLOCK_STEP ? step + 1 : 0;
		switch (block->kind) {
		case PW_BLOCK_BANNER:
		case PW_BLOCK_BANNER_MORE:
			put(out, "", "", block->text);
			break;
		case PW_BLOCK_HEADING:
			put_heading(out, block->text);
			break;
		case PW_BLOCK_PARAGRAPH:
			put(out, i ? "\n" : "", "", block->text);
			break;
		case PW_BLOCK_FACT:
			put_fact(out, block);
			break;
		case PW_BLOCK_STEP:
			put_step(out, step, block->text);
			break;
		case PW_BLOCK_ITEM:
			put(out, "  - ", "    ", block->text);
			break;
		case PW_BLOCK_CARD:
			if (i && doc->blocks[i - 1].kind == PW_BLOCK_FACT)
				pw_buf_addc(out, '\n');
			put(out, "  ", "  ", block->text);
			break;
		case PW_BLOCK_QUOTE:
			put_quote(out, block->text);
			break;
		case PW_BLOCK_SMALL:
			if (i && doc->blocks[i - 1].kind != PW_BLOCK_SMALL)
				pw_buf_adds(out, "\n-- \n");
			put(out, "", "", block->text);
			break;
		}
	}
}
