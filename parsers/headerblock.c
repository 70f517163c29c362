/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headerblock.c - see headerblock.h.
 *
 * Only a known label begins a field; any other line continues the last one
 * where that makes sense (wrapped Cc and Subject lines).  What makes sense
 * depends on the field: see is_continuation().
 */
#include "parsers/headerblock.h"

#include <ctype.h>
#include <stdio.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/date.h"
#include "parsers/inner_labels.h"
#include "parsers/label_guess.h"
#include "parsers/limits.h"

enum {
	LABEL_BYTES_MAX = 72, /* of a label */
	LINES_MAX = 200,      /* of a block: long wrapped To and Cc lists */
	FIELDS_MAX = 24,
	CONTINUE_MAX = 3, /* lines that continue a subject or date */
	ADDRESS_CONTINUE_MAX = 100,
	WRAP_MIN = 60, /* columns: a shorter line was not wrapped */
	WRAP_MAX = 78,
};

struct reader {
	struct pw_arena *arena;
	struct pw_body *body;
	enum pw_block_hint hint;
	uint16_t depth;
	struct pw_buf values[PW_LABEL_KINDS];
	bool seen[PW_LABEL_KINDS];
	unsigned counts[PW_LANGUAGES_MAX];
	unsigned n_labels;
	unsigned n_guessed;         /* of them, told by their values */
	bool is_foreign;            /* From is in no table */
	bool ahead[PW_LABEL_KINDS]; /* known labels follow before a blank */
	unsigned n_below; /* fields whose value stood on the line below the label */
	int last;         /* the field being read, -1: none */
};

/* ---- labels ---- */

static bool is_unfinished_list(const struct pw_buf *value)
{
	const char *open = strrchr(value->data, '<'), *shut = strrchr(value->data, '>');
	size_t i, quotes = 0;

	if (!value->len || strchr(",;", value->data[value->len - 1]))
		return true;
	for (i = 0; i < value->len; i++)
		quotes += value->data[i] == '"';
	return (open && (!shut || shut < open)) || quotes % 2;
}

/* "From  Jane Roe": newer eM Client prints no colons; only under a line that
   announces a message. */
static int loose_label_at(const char *text, size_t len, size_t *ret_value,
			  uint64_t *ret_languages)
{
	size_t end = 0;
	int kind;

	while (end < len && end < LABEL_BYTES_MAX && !strchr(" \t", text[end]))
		end++;
	if (end == len || end == LABEL_BYTES_MAX)
		return -1;
	kind = pw_label_find(text, end, ret_languages);
	while (end < len && strchr(" \t", text[end]))
		end++;
	*ret_value = end;
	return kind;
}

static int label_of_line(const struct reader *reader, size_t i, size_t *ret_value,
			 uint64_t *ret_languages)
{
	const struct pw_bodyline *line = &reader->body->lines[i];
	int kind = line->label;

	*ret_value = line->value;
	*ret_languages = line->languages;
	if (kind < 0 && reader->hint == PW_BLOCK_NAMED)
		kind = loose_label_at(line->text, line->len, ret_value, ret_languages);
	return kind;
}

/* In a block with labels of no table, what is neither addresses nor a date is
   the subject; under an announcement, so is a first line of that kind. */
static bool may_be_subject(const struct reader *reader)
{
	return !reader->seen[PW_WORD_SUBJECT] && !reader->ahead[PW_WORD_SUBJECT] &&
	       (reader->n_guessed || (!reader->n_labels && reader->is_foreign));
}

static int guessed_label(const struct reader *reader, size_t i, size_t *ret_value)
{
	const struct pw_bodyline *line = &reader->body->lines[i];
	bool taken[PW_LABEL_KINDS];
	int kind;

	if (line->label >= 0 || !line->value ||
	    (reader->last >= 0 && pw_label_is_address(reader->last) &&
	     is_unfinished_list(&reader->values[reader->last])))
		return -1;
	*ret_value = line->value;
	for (kind = 0; kind < PW_LABEL_KINDS; kind++)
		taken[kind] = reader->seen[kind] || reader->ahead[kind];
	kind = pw_label_guess(line, taken);
	return kind < 0 && may_be_subject(reader) ? PW_WORD_SUBJECT : kind;
}

void pw_languages_count(unsigned *counts, uint64_t languages)
{
	size_t i;

	if (languages & 1) /* "Date" is English before it is French */
		languages = 1;
	for (i = 0; i < pw_n_languages; i++)
		counts[i] += (unsigned)(languages >> i & 1);
}

const char *pw_language_of(const unsigned *counts, bool prefer_foreign)
{
	size_t i, best = 0;

	for (i = 1; i < pw_n_languages; i++) {
		bool better = counts[i] > counts[best];

		/* English labels surround foreign ones in Gmail, not the reverse. */
		if (prefer_foreign && best == 0 && counts[i])
			better = true;
		if (better)
			best = i;
	}
	return counts[best] ? pw_languages[best].code : NULL;
}

/* ---- values ---- */

static void add_value(struct reader *reader, int kind, const char *text, size_t len)
{
	struct pw_buf *value = &reader->values[kind];

	while (len && strchr("|*", text[len - 1])) { /* "| Jane |", "*Jane*" */
		if (memchr(text, '*', len - 1) && text[len - 1] == '*')
			break;
		len--;
	}
	pw_text_trim(&text, &len, "");
	if (value->len && len)
		pw_buf_addc(value, ' ');
	pw_buf_add(value, text, len);
}

static void begin_field(struct reader *reader, int kind, uint64_t languages,
			const char *value, size_t len)
{
	if (kind != PW_WORD_OTHER && !reader->seen[kind])
		reader->n_labels++;
	pw_languages_count(reader->counts, languages);
	if (reader->seen[kind] && (kind == PW_WORD_TO || kind == PW_WORD_CC))
		pw_buf_adds(&reader->values[kind], ";");
	if (reader->seen[kind] && kind == PW_WORD_OTHER)
		pw_buf_reset(&reader->values[kind]);
	reader->seen[kind] = true;
	reader->last = kind;
	add_value(reader, kind, value, len);
}

/* A second From, Subject or Date begins another block. */
static bool may_begin(const struct reader *reader, int kind)
{
	return !reader->seen[kind] || kind == PW_WORD_OTHER || kind == PW_WORD_TO ||
	       kind == PW_WORD_CC || kind == PW_WORD_BCC || kind == PW_WORD_REPLY_TO;
}

/* Do lines from i on lead to another label of this block before a blank? */
static bool leads_to_label(const struct reader *reader, size_t i)
{
	const struct pw_body *body = reader->body;
	size_t reach =
		pw_label_is_address(reader->last) ? ADDRESS_CONTINUE_MAX : CONTINUE_MAX;
	size_t end = i + reach, value;
	uint64_t languages;
	int kind;

	for (; i < body->n && i < end && !pw_line_is_blank(body, i); i++) {
		if (body->lines[i].depth != reader->depth)
			return false;
		kind = label_of_line(reader, i, &value, &languages);
		if (kind < 0)
			kind = guessed_label(reader, i, &value);
		if (kind >= 0)
			return !reader->seen[kind];
	}
	return false;
}

/* Would the first word of the next line have fitted on this one? */
static bool was_wrapped(const struct pw_bodyline *line, const struct pw_bodyline *next)
{
	size_t word = 0;

	while (word < next->len && !strchr(" \t", next->text[word]))
		word++;
	return line->len >= WRAP_MIN && line->len <= WRAP_MAX &&
	       line->len + 1 + word > WRAP_MAX - 4;
}

static bool continues_subject(const struct reader *reader, size_t i)
{
	const struct pw_bodyline *line = &reader->body->lines[i];
	const struct pw_bodyline *before = &reader->body->lines[i - 1];
	bool ends_block =
		i + 1 >= reader->body->n || pw_line_is_blank(reader->body, i + 1);

	/* A greeting under a long subject is no part of it. */
	return ends_block && line->len && !strchr(",!:;", line->text[line->len - 1]) &&
	       was_wrapped(before, line);
}

static bool continues_date(const struct reader *reader, size_t i)
{
	const struct pw_buf *value = &reader->values[PW_WORD_DATE];
	const struct pw_bodyline *line = &reader->body->lines[i];
	char joined[256];
	struct pw_date date;
	int len;

	if (pw_date_parse(value->data, value->len, NULL, &date) || line->len > 80)
		return false;
	len = snprintf(joined, sizeof(joined), "%.*s %.*s", 120, value->data,
		       (int)line->len, line->text);
	return len > 0 && (size_t)len < sizeof(joined) &&
	       pw_date_parse(joined, (size_t)len, NULL, &date);
}

static bool is_continuation(const struct reader *reader, size_t i)
{
	const struct pw_bodyline *line = &reader->body->lines[i];

	if (reader->last < 0 || pw_line_is_rule(line))
		return false;
	if (leads_to_label(reader, i))
		return true;
	if (!reader->values[reader->last].len)
		return pw_label_is_address(reader->last) ||
		       reader->last == PW_WORD_DATE ||
		       (reader->last == PW_WORD_SUBJECT && reader->n_below > 1);
	if (pw_label_is_address(reader->last))
		return is_unfinished_list(&reader->values[reader->last]) ||
		       (line->text[0] == '<' && memchr(line->text, '@', line->len));
	if (reader->last == PW_WORD_SUBJECT)
		return continues_subject(reader, i);
	return reader->last == PW_WORD_DATE && continues_date(reader, i);
}

/* ---- the lines of a block ---- */

/* A blank line ends a block unless a further label follows: clients that put
   every header into its own paragraph. */
static size_t over_blank(const struct reader *reader, size_t i)
{
	size_t next = pw_body_skip_blank(reader->body, i), value;
	uint64_t languages;
	int kind;

	if (next >= reader->body->n || next - i > 2 ||
	    reader->body->lines[next].depth != reader->depth)
		return 0;
	kind = label_of_line(reader, next, &value, &languages);
	return kind >= 0 && kind != PW_WORD_OTHER && !reader->seen[kind] ? next : 0;
}

static size_t read_lines(struct reader *reader, size_t i)
{
	const struct pw_body *body = reader->body;
	size_t end = i + LINES_MAX, value, next, fields = 0;
	uint64_t languages;
	int kind;

	for (; i < body->n && i < end; i++) {
		const struct pw_bodyline *line = &body->lines[i];

		if (!line->len) {
			next = over_blank(reader, i);
			if (!next)
				break;
			i = next - 1;
			continue;
		}
		if (line->depth != reader->depth)
			break;
		kind = label_of_line(reader, i, &value, &languages);
		if (kind < 0) {
			kind = guessed_label(reader, i, &value);
			languages = 0;
			reader->n_guessed += kind >= 0;
		}
		if (kind >= 0 && may_begin(reader, kind)) {
			if (++fields > FIELDS_MAX)
				break;
			begin_field(reader, kind, languages, line->text + value,
				    line->len - value);
		} else if (kind < 0 && is_continuation(reader, i)) {
			reader->n_below += !reader->values[reader->last].len;
			add_value(reader, reader->last, line->text, line->len);
		} else {
			break;
		}
	}
	return i;
}

/* ---- a whole block collapsed into one line ---- */

static bool read_one_line(struct reader *reader, size_t i)
{
	struct pw_inner_label labels[PW_INNER_LABELS_MAX];
	const struct pw_bodyline *line = &reader->body->lines[i];
	size_t len = line->len < 4000 ? line->len : 4000, n, k;

	if (!memchr(line->text, '@', len))
		return false;
	n = pw_inner_labels(reader->body, line->text, len, labels);
	if (n < PW_INNER_LABELS_MIN)
		return false;
	for (k = 0; k < n; k++) {
		size_t end = k + 1 < n ? labels[k + 1].start : line->len;

		begin_field(reader, labels[k].kind, labels[k].languages,
			    line->text + labels[k].value, end - labels[k].value);
	}
	return true;
}

/* ---- is it one? ---- */

static bool has_address(const struct reader *reader)
{
	int kind;

	for (kind = 0; kind <= PW_WORD_BCC; kind++)
		if (pw_label_is_address(kind) && strchr(reader->values[kind].data, '@'))
			return true;
	return false;
}

static bool date_value(const struct reader *reader, struct pw_date *ret)
{
	struct pw_date_hints hints = { .near = 0 };

	/* Without a year too: what matters is that it is a date. */
	return pw_date_parse(reader->values[PW_WORD_DATE].data,
			     reader->values[PW_WORD_DATE].len, &hints, ret);
}

/* "From: 1 March 2027, To: 31 March 2027" is no mail. */
static bool is_person(const struct reader *reader)
{
	const struct pw_buf *from = &reader->values[PW_WORD_FROM];
	struct pw_date date;

	if (!from->len || from->len > PW_MAX_HEADER_BYTES)
		return false;
	if (strchr(from->data, '@'))
		return true;
	return !strpbrk(from->data, "0123456789") &&
	       !pw_date_parse(from->data, from->len, NULL, &date);
}

static bool is_block(const struct reader *reader)
{
	const bool *seen = reader->seen;
	struct pw_date date;
	unsigned needed = reader->hint == PW_BLOCK_NAMED ? 2 : 3;

	if (!seen[PW_WORD_FROM] || (!seen[PW_WORD_SUBJECT] && !seen[PW_WORD_DATE]) ||
	    reader->n_labels < needed || !is_person(reader))
		return false;
	if (reader->is_foreign && (reader->n_labels <= needed || !has_address(reader) ||
				   !date_value(reader, &date)))
		return false;
	if (has_address(reader) || reader->hint >= PW_BLOCK_RULED)
		return true;
	/* Names alone and nothing before them: only if all of a mail is there. */
	return (seen[PW_WORD_SUBJECT] || reader->hint == PW_BLOCK_EXPECTED) &&
	       seen[PW_WORD_DATE] && seen[PW_WORD_TO] && date_value(reader, &date) &&
	       date.has_time;
}

static bool take_fields(struct reader *reader, struct pw_headerblock *ret)
{
	int kind;

	for (kind = 0; kind < PW_LABEL_KINDS; kind++) {
		const struct pw_buf *value = &reader->values[kind];

		ret->fields[kind].text = NULL;
		ret->fields[kind].len = 0;
		if (!reader->seen[kind])
			continue;
		ret->fields[kind].text =
			pw_arena_strndup(reader->arena, value->data, value->len);
		ret->fields[kind].len = value->len;
		if (!ret->fields[kind].text)
			return false;
	}
	return true;
}

/* Cheaply: do the labels that a block needs follow before one comes twice? */
static bool may_be_block(const struct pw_body *body, size_t i)
{
	bool seen[PW_LABEL_KINDS] = { false };
	size_t end = i + LINES_MAX, blanks = 0, n = 0;

	for (; i < body->n && i < end && blanks < 3 && n <= FIELDS_MAX; i++) {
		int label = body->lines[i].label;

		blanks = body->lines[i].len ? 0 : blanks + 1;
		if (label < 0)
			continue;
		n++;
		if (seen[label] && (label == PW_WORD_FROM || label == PW_WORD_SUBJECT ||
				    label == PW_WORD_DATE))
			break;
		seen[label] = true;
		if (seen[PW_WORD_FROM] && (seen[PW_WORD_SUBJECT] || seen[PW_WORD_DATE]))
			return true;
	}
	return false;
}

static bool could_begin(const struct reader *reader, size_t i)
{
	uint64_t languages;
	size_t value;
	int kind = label_of_line(reader, i, &value, &languages);

	return kind >= 0 && kind != PW_WORD_OTHER;
}

/* Which fields do known labels begin, from line i to the next blank? */
static void look_ahead(struct reader *reader, size_t i)
{
	const struct pw_body *body = reader->body;
	size_t end = i + LINES_MAX;

	for (; i < body->n && i < end && body->lines[i].len; i++)
		if (body->lines[i].label >= 0)
			reader->ahead[body->lines[i].label] = true;
	reader->is_foreign = !reader->ahead[PW_WORD_FROM];
}

/* A list of somebody's tickets or orders looks like a block too: without an
   announcement, its first address must stand behind a word that is not plain
   English, and be written as clients write a sender. */
static bool may_be_foreign(const struct reader *reader, size_t i)
{
	const struct pw_body *body = reader->body;
	const struct pw_bodyline *line = &body->lines[i];

	if (reader->hint == PW_BLOCK_BARE || !pw_block_may_be_foreign(body, i))
		return false;
	if (reader->hint == PW_BLOCK_NAMED ||
	    line->marks & (PW_MARK_FORWARD | PW_MARK_BOLD_LABEL))
		return true;
	for (; !memchr(line->text, '@', line->len); line++)
		;
	return (unsigned char)*line->text >= 0x80 && memchr(line->text, '<', line->len);
}

bool pw_headerblock_read(struct pw_arena *arena, struct pw_body *body, size_t i,
			 enum pw_block_hint hint, struct pw_headerblock *ret)
{
	struct reader reader = { .arena = arena, .body = body, .hint = hint, .last = -1 };
	bool found = false, one_line, begins;
	size_t end;
	int kind;

	reader.depth = body->lines[i].depth;
	one_line = body->lines[i].len > 60 &&
		   memchr(body->lines[i].text, '@', body->lines[i].len);
	begins = could_begin(&reader, i);
	if (!begins || (!one_line && hint != PW_BLOCK_NAMED && !may_be_block(body, i)))
		begins = may_be_foreign(&reader, i);
	if (!one_line && !begins)
		return false;
	look_ahead(&reader, i);
	for (kind = 0; kind < PW_LABEL_KINDS; kind++)
		pw_buf_init(&reader.values[kind], PW_MAX_HEADER_BYTES);
	one_line = one_line && read_one_line(&reader, i);
	end = one_line ? i + 1 : begins ? read_lines(&reader, i) : i;
	if (is_block(&reader)) {
		*ret = (struct pw_headerblock){
			.first = i,
			.end = end,
			.depth = reader.depth,
			.n_labels = reader.n_labels,
			.language = pw_language_of(reader.counts, false),
			.date_language = pw_language_of(reader.counts, true),
			.found_by = one_line ? "one-line header block" : "header block",
		};
		found = take_fields(&reader, ret);
	}
	for (kind = 0; kind < PW_LABEL_KINDS; kind++)
		pw_buf_done(&reader.values[kind]);
	return found;
}
