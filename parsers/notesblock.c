/* SPDX-License-Identifier: Apache-2.0 */
/* notesblock.c - see notesblock.h. */
#include "parsers/notesblock.h"

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/date_span.h"
#include "parsers/limits.h"

enum {
	LINES_MAX = 30,
	GAP_MIN = 2,    /* blanks between the columns */
	LABELS_MIN = 2, /* To and Subject */
};

struct notes {
	struct pw_arena *arena;
	const struct pw_body *body;
	struct pw_buf left; /* sender and date */
	struct pw_buf values[PW_LABEL_KINDS];
	bool seen[PW_LABEL_KINDS];
	unsigned counts[PW_LANGUAGES_MAX];
	int last;
};

static void add(struct pw_buf *to, const char *text, size_t len)
{
	pw_text_trim(&text, &len, "");
	if (!len)
		return;
	if (to->len)
		pw_buf_addc(to, ' ');
	pw_buf_add(to, text, len);
}

static void note_label(struct notes *notes, int kind, uint64_t languages)
{
	pw_languages_count(notes->counts, languages);
	notes->seen[kind] = true;
	notes->last = kind;
}

static bool is_wanted(int kind)
{
	return kind == PW_WORD_TO || kind == PW_WORD_CC || kind == PW_WORD_BCC ||
	       kind == PW_WORD_SUBJECT;
}

/* Where a right column begins that starts with a label; len: none. */
static size_t find_right_column(const struct pw_bodyline *line, int *ret_kind,
				size_t *ret_value, uint64_t *ret_languages)
{
	size_t at, gap = 0;

	for (at = 0; at < line->len; at++) {
		if (strchr(" \t", line->text[at])) {
			gap += line->text[at] == '\t' ? GAP_MIN : 1;
			continue;
		}
		if (gap >= GAP_MIN) {
			*ret_kind = pw_label_at(line->text + at, line->len - at,
						ret_value, ret_languages);
			if (*ret_kind >= 0 && is_wanted(*ret_kind))
				return at;
		}
		gap = 0;
	}
	return line->len;
}

/* One line of the two-column layout; false when it does not belong. */
static bool read_columns(struct notes *notes, const struct pw_bodyline *line)
{
	uint64_t languages = 0;
	size_t value = 0, column;
	int kind = line->label;

	if (kind >= 0 && is_wanted(kind) && line->indent >= GAP_MIN) {
		note_label(notes, kind, line->languages);
		add(&notes->values[kind], line->text + line->value,
		    line->len - line->value);
		return true;
	}
	if (kind >= 0 || !line->indent)
		return false;
	column = find_right_column(line, &kind, &value, &languages);
	if (column < line->len) {
		note_label(notes, kind, languages);
		add(&notes->values[kind], line->text + column + value,
		    line->len - column - value);
	}
	add(&notes->left, line->text, column);
	return true;
}

static size_t read_column_lines(struct notes *notes, size_t i)
{
	uint16_t depth = notes->body->lines[i].depth;
	size_t end = i + LINES_MAX;

	for (; i < notes->body->n && i < end; i++) {
		const struct pw_bodyline *line = &notes->body->lines[i];

		if (!line->len && notes->seen[PW_WORD_SUBJECT])
			break;
		if (line->len && (line->depth != depth || !read_columns(notes, line)))
			break;
	}
	return i;
}

static int bare_label(const struct pw_bodyline *line, uint64_t *ret_languages)
{
	const char *text = line->text;
	size_t len = line->len;

	pw_text_trim(&text, &len, ":*");
	return len ? pw_label_find(text, len, ret_languages) : -1;
}

/* "To: value" on one line, as below "Jane Roe <...> on <date>". */
static bool read_labelled(struct notes *notes, const struct pw_bodyline *line)
{
	if (line->label < 0 || !is_wanted(line->label))
		return false;
	note_label(notes, line->label, line->languages);
	add(&notes->values[line->label], line->text + line->value,
	    line->len - line->value);
	return true;
}

/* Sender, date, then "To" / value / "cc" / value / "Subject" / value. */
static size_t read_stacked_lines(struct notes *notes, size_t i)
{
	size_t end = i + LINES_MAX;
	uint64_t languages;
	int kind;

	for (; i < notes->body->n && i < end; i++) {
		const struct pw_bodyline *line = &notes->body->lines[i];

		if (!line->len) {
			if (notes->seen[PW_WORD_SUBJECT] &&
			    notes->values[PW_WORD_SUBJECT].len)
				break;
			continue;
		}
		kind = bare_label(line, &languages);
		if (kind >= 0 && is_wanted(kind))
			note_label(notes, kind, languages);
		else if (read_labelled(notes, line))
			;
		else if (notes->last >= 0)
			add(&notes->values[notes->last], line->text, line->len);
		else if (notes->left.len < 200)
			add(&notes->left, line->text, line->len);
		else
			return i;
		if (notes->last == PW_WORD_SUBJECT && notes->values[PW_WORD_SUBJECT].len)
			return i + 1;
	}
	return i;
}

static bool set_field(struct notes *notes, struct pw_headerblock *block, int kind,
		      const char *text, size_t len)
{
	pw_text_trim(&text, &len, ",");
	block->fields[kind].text = pw_arena_strndup(notes->arena, text, len);
	block->fields[kind].len = len;
	return block->fields[kind].text != NULL;
}

/* "Jane Roe <jane@host> on": without the word that leads to the date. */
static size_t without_aside(const char *text, size_t len)
{
	size_t word;

	while (len && strchr(" \t", text[len - 1]))
		len--;
	for (word = len; word > 0 && !strchr(" \t", text[word - 1]); word--)
		;
	return word && pw_word_find(PW_WORD_ASIDE, text + word, len - word) ? word : len;
}

/* The left column is a person and a date, or it is no mail. */
static bool split_left(struct notes *notes, struct pw_headerblock *block)
{
	struct pw_date_reading date;
	const char *left = notes->left.data;

	if (!notes->left.len || notes->left.len > 300 ||
	    !pw_date_read(left, notes->left.len, NULL, false, &date) ||
	    !date.date.has_time || date.start == 0)
		return false;
	return set_field(notes, block, PW_WORD_FROM, left,
			 without_aside(left, date.start)) &&
	       set_field(notes, block, PW_WORD_DATE, left + date.start,
			 notes->left.len - date.start);
}

static bool finish(struct notes *notes, size_t first, size_t end,
		   struct pw_headerblock *ret)
{
	struct pw_headerblock block = {
		.first = first,
		.end = end,
		.depth = notes->body->lines[first].depth,
		.found_by = "notes header block",
	};
	int kind;

	if (!notes->seen[PW_WORD_SUBJECT] || !notes->seen[PW_WORD_TO] ||
	    !split_left(notes, &block))
		return false;
	for (kind = 0; kind < PW_LABEL_KINDS; kind++)
		if (notes->seen[kind] &&
		    !set_field(notes, &block, kind, notes->values[kind].data,
			       notes->values[kind].len))
			return false;
	block.language = pw_language_of(notes->counts, false);
	block.date_language = pw_language_of(notes->counts, true);
	*ret = block;
	return true;
}

static bool try_layout(struct notes *notes, size_t i,
		       size_t (*read_lines)(struct notes *, size_t),
		       struct pw_headerblock *ret)
{
	bool found;
	int kind;

	notes->last = -1;
	pw_buf_init(&notes->left, PW_MAX_HEADER_BYTES);
	for (kind = 0; kind < PW_LABEL_KINDS; kind++) {
		pw_buf_init(&notes->values[kind], PW_MAX_HEADER_BYTES);
		notes->seen[kind] = false;
	}
	found = finish(notes, i, read_lines(notes, i), ret);
	pw_buf_done(&notes->left);
	for (kind = 0; kind < PW_LABEL_KINDS; kind++)
		pw_buf_done(&notes->values[kind]);
	return found;
}

bool pw_notesblock_read(struct pw_arena *arena, const struct pw_body *body, size_t i,
			struct pw_headerblock *ret)
{
	struct notes notes = { .arena = arena, .body = body };

	return try_layout(&notes, i, read_column_lines, ret) ||
	       try_layout(&notes, i, read_stacked_lines, ret);
}
