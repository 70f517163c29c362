/* SPDX-License-Identifier: Apache-2.0 */
/* printblock.c - see printblock.h. */
#include "parsers/printblock.h"

#include "agent/base/str.h"
#include "parsers/address.h"
#include "parsers/date_span.h"

enum {
	LINE_BYTES_MAX = 240,
	ASIDE_BYTES_MAX = 24, /* beside the date: a zone in words, "(3 days ago)" */
	LINES_MAX = 6,        /* with To, Cc and Subject */
};

static bool reads_date(const struct pw_bodyline *line, const struct pw_date_hints *hints,
		       struct pw_date_reading *ret)
{
	return line->len <= LINE_BYTES_MAX &&
	       pw_date_read(line->text, line->len, hints, false, ret) &&
	       ret->date.has_time && line->len - ret->end <= ASIDE_BYTES_MAX;
}

/* "Jane Roe <jane@acme.example>", and nothing else. */
static bool is_sender(struct pw_arena *arena, const char *text, size_t len)
{
	struct pw_addr from;

	pw_text_trim(&text, &len, ",;:-–|");
	if (!len || text[len - 1] != '>' || *text == '<')
		return false;
	from = pw_addr_parse(arena, text, len, NULL);
	return from.name && from.address;
}

static bool is_recipients(const struct pw_body *body, size_t i, uint16_t depth)
{
	return i < body->n && body->lines[i].label == PW_WORD_TO &&
	       body->lines[i].depth == depth && body->lines[i].value < body->lines[i].len;
}

static bool set_field(struct pw_arena *arena, struct pw_field *field, const char *text,
		      size_t len)
{
	pw_text_trim(&text, &len, "");
	*field = (struct pw_field){ pw_arena_strndup(arena, text, len), len };
	return field->text != NULL;
}

/* To, Cc and Subject, each once. */
static bool take_labelled(struct pw_arena *arena, const struct pw_body *body,
			  unsigned *counts, struct pw_headerblock *block)
{
	size_t end = block->first + LINES_MAX;

	for (; block->end < body->n && block->end < end; block->end++) {
		const struct pw_bodyline *line = &body->lines[block->end];
		bool is_wanted = line->label == PW_WORD_TO || line->label == PW_WORD_CC ||
				 line->label == PW_WORD_SUBJECT;

		if (!is_wanted || line->depth != block->depth ||
		    block->fields[line->label].text)
			break;
		if (!set_field(arena, &block->fields[line->label],
			       line->text + line->value, line->len - line->value))
			return false;
		pw_languages_count(counts, line->languages);
		block->n_labels++;
	}
	return true;
}

bool pw_printblock_read(struct pw_arena *arena, const struct pw_body *body, size_t i,
			const struct pw_date_hints *hints, struct pw_headerblock *ret)
{
	const struct pw_bodyline *line = &body->lines[i], *dated = line;
	struct pw_headerblock block = { .first = i,
					.depth = line->depth,
					.found_by = "printed header block" };
	unsigned counts[PW_LANGUAGES_MAX] = { 0 };
	struct pw_date_reading date;
	size_t sender_len;

	if (line->label >= 0 || line->len > LINE_BYTES_MAX ||
	    !memchr(line->text, '@', line->len))
		return false;
	if (!is_recipients(body, i + 1, line->depth)) {
		dated++;
		if (!is_recipients(body, i + 2, line->depth))
			return false;
	}
	if (!reads_date(dated, hints, &date) || (dated != line && date.start))
		return false;
	sender_len = dated == line ? date.start : line->len;
	block.end = i + 1 + (size_t)(dated - line);
	if (!is_sender(arena, line->text, sender_len) ||
	    !set_field(arena, &block.fields[PW_WORD_FROM], line->text, sender_len) ||
	    !set_field(arena, &block.fields[PW_WORD_DATE], dated->text + date.start,
		       date.end - date.start) ||
	    !take_labelled(arena, body, counts, &block))
		return false;
	block.language = pw_language_of(counts, false);
	block.date_language = pw_language_of(counts, true);
	*ret = block;
	return true;
}
