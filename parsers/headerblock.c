/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headerblock.c - see headerblock.h: where a block may begin, and whether what
 * blockreader.c read there is one.
 */
#include "parsers/headerblock.h"

#include "agent/base/str.h"
#include "parsers/blockreader.h"
#include "parsers/date.h"
#include "parsers/label_guess.h"
#include "parsers/limits.h"

/* Look-ups that reading a block of unknown labels costs: it is tried at every
   line that could begin one. */
#define FOREIGN_SEARCHES  50
#define SUBJECT_BYTES_MIN 6

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

/* ---- is it one? ---- */

static bool has_address(const struct pw_blockreader *reader)
{
	int kind;

	for (kind = 0; kind <= PW_WORD_BCC; kind++)
		if (pw_label_is_address(kind) && strchr(reader->values[kind].data, '@'))
			return true;
	return false;
}

static bool date_value(const struct pw_blockreader *reader, struct pw_date *ret)
{
	struct pw_date_hints hints = { .near = 0 };

	/* Without a year too: what matters is that it is a date. */
	return pw_date_parse(reader->values[PW_WORD_DATE].data,
			     reader->values[PW_WORD_DATE].len, &hints, ret);
}

/* "From: 1 March 2027, To: 31 March 2027" is no mail. */
static bool is_person(const struct pw_blockreader *reader)
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

static bool is_block(const struct pw_blockreader *reader)
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

static bool take_fields(struct pw_blockreader *reader, struct pw_headerblock *ret)
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
	size_t end = i + PW_BLOCK_LINES_MAX, blanks = 0, n = 0;

	for (; i < body->n && i < end && blanks < 3 && n <= PW_BLOCK_FIELDS_MAX; i++) {
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

static bool could_begin(const struct pw_blockreader *reader, size_t i)
{
	uint64_t languages;
	size_t value;
	int kind = pw_blockreader_label(reader, i, &value, &languages);

	return kind >= 0 && kind != PW_WORD_OTHER;
}

/* Which fields do known labels begin, from line i to the next blank? */
static void look_ahead(struct pw_blockreader *reader, size_t i)
{
	const struct pw_body *body = reader->body;
	size_t end = i + PW_BLOCK_LINES_MAX;

	for (; i < body->n && i < end && body->lines[i].len; i++)
		if (body->lines[i].label >= 0)
			reader->ahead[body->lines[i].label] = true;
	reader->is_foreign = !reader->ahead[PW_WORD_FROM];
}

/* Does a line of the block tell the subject of the mail around it? */
static bool tells_subject(const struct pw_body *body, size_t i)
{
	const char *subject = body->subject ? body->subject : "";
	size_t len = strlen(subject), end = i + PW_BLOCK_LINES_MAX;

	for (; len >= SUBJECT_BYTES_MIN && i < body->n && i < end && body->lines[i].len;
	     i++) {
		const struct pw_bodyline *line = &body->lines[i];

		if (line->value && line->len >= line->value + len &&
		    line->text[line->len - len - 1] == ' ' &&
		    memcmp(line->text + line->len - len, subject, len) == 0)
			return true;
	}
	return false;
}

/* A list of somebody's tickets or orders looks like a block too: without an
   announcement, its first address must stand behind a word that is not plain
   English, and be written as clients write a sender; or the mail that forwards
   it has its subject. */
static bool may_be_foreign(const struct pw_blockreader *reader, size_t i)
{
	struct pw_body *body = reader->body;
	const struct pw_bodyline *line = &body->lines[i];

	if (reader->hint == PW_BLOCK_BARE || body->searches_left < FOREIGN_SEARCHES ||
	    !pw_block_may_be_foreign(body, i))
		return false;
	body->searches_left -= FOREIGN_SEARCHES;
	if (reader->hint == PW_BLOCK_NAMED || tells_subject(body, i) ||
	    line->marks & (PW_MARK_FORWARD | PW_MARK_BOLD_LABEL))
		return true;
	for (; !memchr(line->text, '@', line->len); line++)
		;
	return (unsigned char)*line->text >= 0x80 && memchr(line->text, '<', line->len);
}

bool pw_headerblock_read(struct pw_arena *arena, struct pw_body *body, size_t i,
			 enum pw_block_hint hint, struct pw_headerblock *ret)
{
	struct pw_blockreader reader = {
		.arena = arena, .body = body, .hint = hint, .last = -1
	};
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
	one_line = one_line && pw_blockreader_one_line(&reader, i);
	end = one_line ? i + 1 : begins ? pw_blockreader_lines(&reader, i) : i;
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
