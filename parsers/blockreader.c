/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blockreader.c - see blockreader.h.  What continues a field depends on the
 * field: see is_continuation().
 */
#include "parsers/blockreader.h"

#include <stdio.h>

#include "agent/base/str.h"
#include "parsers/date.h"
#include "parsers/inner_labels.h"
#include "parsers/label_guess.h"

enum {
	CONTINUE_MAX = 3, /* lines that continue a subject or date */
	ADDRESS_CONTINUE_MAX = 100,
	WRAP_MIN = 60, /* columns: a shorter line was not wrapped */
	WRAP_MAX = 78,
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

	while (end < len && end < PW_LABEL_BYTES_MAX && !strchr(" \t", text[end]))
		end++;
	if (end == len || end == PW_LABEL_BYTES_MAX)
		return -1;
	kind = pw_label_find(text, end, ret_languages);
	while (end < len && strchr(" \t", text[end]))
		end++;
	*ret_value = end;
	return kind;
}

int pw_blockreader_label(const struct pw_blockreader *reader, size_t i, size_t *ret_value,
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
static bool may_be_subject(const struct pw_blockreader *reader)
{
	return !reader->seen[PW_WORD_SUBJECT] && !reader->ahead[PW_WORD_SUBJECT] &&
	       (reader->n_guessed || (!reader->n_labels && reader->is_foreign));
}

static int guessed_label(const struct pw_blockreader *reader, size_t i, size_t *ret_value)
{
	const struct pw_bodyline *line = &reader->body->lines[i];
	bool taken[PW_LABEL_KINDS];
	int kind;

	if (line->label >= 0 || !line->value || !reader->body->searches_left ||
	    (reader->last >= 0 && pw_label_is_address(reader->last) &&
	     is_unfinished_list(&reader->values[reader->last])))
		return -1;
	*ret_value = line->value;
	reader->body->searches_left--;
	for (kind = 0; kind < PW_LABEL_KINDS; kind++)
		taken[kind] = reader->seen[kind] || reader->ahead[kind];
	kind = pw_label_guess(line, taken);
	return kind < 0 && may_be_subject(reader) ? PW_WORD_SUBJECT : kind;
}

/* ---- values ---- */

static void add_value(struct pw_blockreader *reader, int kind, const char *text,
		      size_t len)
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

static void begin_field(struct pw_blockreader *reader, int kind, uint64_t languages,
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
static bool may_begin(const struct pw_blockreader *reader, int kind)
{
	return !reader->seen[kind] || kind == PW_WORD_OTHER || kind == PW_WORD_TO ||
	       kind == PW_WORD_CC || kind == PW_WORD_BCC || kind == PW_WORD_REPLY_TO;
}

/* "Received: from mx by host; Fri, 13 Nov": a trace. */
static bool is_trace(const struct pw_buf *date)
{
	const char *sign = memchr(date->data, ';', date->len);

	return sign && sign + 1 < date->data + date->len;
}

/* "Date: ..." and "Received: ...": in a block that is not complete yet, the
   second tells nothing we use, unless the first was only a trace. */
static int kind_of_second_date(struct pw_blockreader *reader, int kind)
{
	bool is_complete =
		reader->seen[PW_WORD_FROM] &&
		(reader->seen[PW_WORD_SUBJECT] || !reader->ahead[PW_WORD_SUBJECT]);

	if (kind == PW_WORD_DATE && reader->seen[kind] &&
	    is_trace(&reader->values[kind])) {
		pw_buf_reset(&reader->values[kind]);
		reader->seen[kind] = false;
		reader->n_labels--;
	}
	return kind == PW_WORD_DATE && reader->seen[kind] && !is_complete ? PW_WORD_OTHER
									  : kind;
}

/* Do lines from i on lead to another label of this block before a blank? */
static bool leads_to_label(const struct pw_blockreader *reader, size_t i)
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
		kind = pw_blockreader_label(reader, i, &value, &languages);
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

static bool continues_subject(const struct pw_blockreader *reader, size_t i)
{
	const struct pw_bodyline *line = &reader->body->lines[i];
	const struct pw_bodyline *before = &reader->body->lines[i - 1];
	bool ends_block =
		i + 1 >= reader->body->n || pw_line_is_blank(reader->body, i + 1);

	/* A greeting under a long subject is no part of it. */
	return ends_block && line->len && !strchr(",!:;", line->text[line->len - 1]) &&
	       was_wrapped(before, line);
}

static bool continues_date(const struct pw_blockreader *reader, size_t i)
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

static bool is_continuation(const struct pw_blockreader *reader, size_t i)
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
static size_t over_blank(const struct pw_blockreader *reader, size_t i)
{
	size_t next = pw_body_skip_blank(reader->body, i), value;
	uint64_t languages;
	int kind;

	if (next >= reader->body->n || next - i > 2 ||
	    reader->body->lines[next].depth != reader->depth)
		return 0;
	kind = pw_blockreader_label(reader, next, &value, &languages);
	return kind >= 0 && kind != PW_WORD_OTHER && !reader->seen[kind] ? next : 0;
}

size_t pw_blockreader_lines(struct pw_blockreader *reader, size_t i)
{
	const struct pw_body *body = reader->body;
	size_t end = i + PW_BLOCK_LINES_MAX, value, next, fields = 0;
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
		kind = pw_blockreader_label(reader, i, &value, &languages);
		if (kind < 0) {
			kind = guessed_label(reader, i, &value);
			languages = 0;
			reader->n_guessed += kind >= 0;
		}
		kind = kind_of_second_date(reader, kind);
		if (kind >= 0 && may_begin(reader, kind)) {
			if (++fields > PW_BLOCK_FIELDS_MAX)
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

bool pw_blockreader_one_line(struct pw_blockreader *reader, size_t i)
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
