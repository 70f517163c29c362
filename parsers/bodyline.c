/* SPDX-License-Identifier: Apache-2.0 */
/* bodyline.c - see bodyline.h. */
#include "parsers/bodyline.h"

#include "agent/base/str.h"
#include "parsers/key.h"
#include "parsers/label_guess.h"
#include "parsers/labels.h"

enum {
	DEPTH_MAX = 200,
	GROUPWISE_MARKS = 3,
	RULE_MIN = 5,          /* signs that make a rule */
	SEARCHES_MAX = 100000, /* look-ups inside the long lines of a body */
};

static size_t sign_at_start(const char *text, size_t len, const char *signs)
{
	uint32_t cp, sign;
	size_t step, at = 0, n = strlen(signs);

	if (!len)
		return 0;
	if (*text >= ' ' && *text < 0x7F)
		return *text == ' ' || strchr(signs, *text) != NULL;
	step = pw_utf8_next(text, len, &cp);
	if (cp == '\r' || cp == '\n' || pw_cp_is_blank(cp) || pw_cp_is_invisible(cp))
		return step;
	while (at < n) {
		at += pw_utf8_next(signs + at, n - at, &sign);
		if (sign == cp)
			return step;
	}
	return 0;
}

static size_t sign_at_end(const char *text, size_t len, const char *signs)
{
	size_t start = len;

	if (!len)
		return 0;
	for (start--; start > 0 && ((unsigned char)text[start] & 0xC0) == 0x80; start--)
		;
	return sign_at_start(text + start, len - start, signs) == len - start
		       ? len - start
		       : 0;
}

void pw_text_trim(const char **text, size_t *len, const char *signs)
{
	size_t step;

	while ((step = sign_at_start(*text, *len, signs)) > 0) {
		*text += step;
		*len -= step;
	}
	while ((step = sign_at_end(*text, *len, signs)) > 0)
		*len -= step;
}

bool pw_has_digit(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c >= '0' && c <= '9') || c >= 0xD9) /* others begin so */
			return true;
	}
	return false;
}

/* GroupWise begins a quote with ">>> Name <address> date >>>": no depth. */
static bool ends_in_marks(const char *text, size_t len)
{
	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	return len > 10 &&
	       memcmp(text + len - GROUPWISE_MARKS, ">>>", GROUPWISE_MARKS) == 0;
}

static bool is_groupwise_attribution(const char *text, size_t len)
{
	return ends_in_marks(text, len) && memcmp(text, ">>>", GROUPWISE_MARKS) == 0;
}

/* Count and skip the quote marks at the start; returns the bytes skipped. */
static size_t skip_marks(const char *text, size_t len, unsigned *ret_depth)
{
	size_t at = 0, step, next;
	uint32_t cp;

	*ret_depth = 0;
	if (is_groupwise_attribution(text, len))
		return 0;
	for (next = 0; next < len;) {
		step = pw_utf8_next(text + next, len - next, &cp);
		next += step;
		if (cp == '>') {
			at = next;
			if (*ret_depth < DEPTH_MAX)
				++*ret_depth;
		} else if ((cp != ' ' && !pw_cp_is_invisible(cp)) ||
			   (*ret_depth == 0 && next > 3)) {
			break; /* three blanks before the first mark are a mistake */
		}
	}
	/* "> text": the blank belongs to the mark. */
	if (at && at < len && text[at] == ' ')
		at++;
	return at;
}

static uint16_t count_indent(const char *text, size_t len)
{
	size_t at = 0;
	unsigned columns = 0;
	uint32_t cp;

	while (at < len && columns < 1000) {
		at += pw_utf8_next(text + at, len - at, &cp);
		if (cp == '\t')
			columns += 8 - columns % 8;
		else if (pw_cp_is_blank(cp))
			columns++;
		else if (!pw_cp_is_invisible(cp))
			break;
	}
	return (uint16_t)columns;
}

bool pw_is_colon(const char *text, size_t len, size_t *ret_step)
{
	uint32_t cp = 0;

	*ret_step = pw_utf8_next(text, len, &cp);
	return cp == ':' || cp == 0xFF1A || cp == 0xFE55 || cp == 0xFE13 || cp == 0x2236;
}

/* The first colon within reach; len when there is none. */
static size_t find_colon(const char *text, size_t len, size_t *ret_step)
{
	size_t at, reach = len < PW_LABEL_BYTES_MAX ? len : PW_LABEL_BYTES_MAX;

	for (at = 0; at < reach; at++)
		if ((text[at] == ':' || (unsigned char)text[at] >= 0xE2) &&
		    pw_is_colon(text + at, len - at, ret_step))
			return at;
	return len;
}

/* The bar after the first cell that holds anything, if it comes before the
   colon does. */
static size_t find_bar(const char *text, size_t len, size_t colon, size_t *ret_step)
{
	size_t at = strspn(text, "| \t"),
	       reach = colon < PW_LABEL_BYTES_MAX ? colon : PW_LABEL_BYTES_MAX;

	for (; at < len && at < reach; at++)
		if (text[at] == '|') {
			*ret_step = 1;
			return at;
		}
	return colon;
}

int pw_label_at(const char *text, size_t len, size_t *ret_value, uint64_t *ret_languages)
{
	const char *label = text, *value;
	size_t step = 1, colon = find_colon(text, len, &step), label_len;
	int kind;

	if (len &&
	    *text == '|') /* a table drawn with bars: the next bar ends the label */
		colon = find_bar(text, len, colon, &step);
	if (colon == len || !colon)
		return -1;
	label_len = colon;
	pw_text_trim(&label, &label_len, "*_|•·[]\"#");
	kind = pw_label_find(label, label_len, ret_languages);
	if (kind < 0 && label_len > 2 && strncasecmp(label, "X-", 2) == 0 &&
	    !memchr(label, ' ', label_len)) {
		*ret_languages = 0;
		kind = PW_WORD_OTHER;
	}
	if (kind < 0 &&
	    !pw_label_has_shape(label, label_len, (size_t)(text + colon + step - label),
				(size_t)(text + len - label)))
		return -1;
	value = text + colon + step;
	len -= colon + step;
	/* "*From:* Jane": only what belongs to the label's own decoration */
	while (len && strchr("*_|] \t", *value)) {
		value++;
		len--;
	}
	*ret_value = (size_t)(value - text);
	return kind;
}

/* Daum prints a label alone, and ": value" on the line below. */
static void join_split_label(struct pw_bodyline *label, struct pw_bodyline *value)
{
	uint64_t languages;
	size_t step;
	int kind;

	if (!value->len || label->label >= 0 || !label->len ||
	    label->len > PW_LABEL_BYTES_MAX || label->depth != value->depth ||
	    !pw_is_colon(value->text, value->len, &step))
		return;
	kind = pw_label_find(label->text, label->len, &languages);
	if (kind < 0)
		return;
	label->label = (int8_t)kind;
	label->languages = languages;
	label->value = (uint16_t)label->len;
	value->text += step;
	value->len -= (uint32_t)step;
	value->label = -1;
	value->value = 0;
}

static void read_line(const struct pw_text *text, const struct pw_line *line,
		      struct pw_bodyline *ret)
{
	const char *start = text->data + line->start;
	size_t len = line->end - line->start, skipped, value = 0;
	unsigned marks;

	skipped = skip_marks(start, len, &marks);
	/* The text reader has counted the marks of plain text already. */
	ret->depth = (uint16_t)(marks < line->depth && marks ? line->depth + marks
				: marks > line->depth        ? marks
							     : line->depth);
	if (line->depth >= GROUPWISE_MARKS && ends_in_marks(start, len))
		ret->depth = (uint16_t)(line->depth - GROUPWISE_MARKS);
	ret->marks = line->marks;
	start += skipped;
	len -= skipped;
	ret->indent = count_indent(start, len);
	pw_text_trim(&start, &len, "");
	ret->text = start;
	ret->len = (uint32_t)len;
	ret->label = (int8_t)pw_label_at(start, len, &value, &ret->languages);
	ret->value = (uint16_t)value;
}

bool pw_body_read(struct pw_arena *arena, const struct pw_text *text, struct pw_body *ret)
{
	struct pw_bodyline *lines =
		pw_arena_alloc(arena, text->n_lines + 1, sizeof(*lines));
	size_t i;

	if (!lines)
		return false;
	for (i = 0; i < text->n_lines; i++) {
		read_line(text, &text->lines[i], &lines[i]);
		if (i)
			join_split_label(&lines[i - 1], &lines[i]);
	}
	ret->lines = lines;
	ret->n = text->n_lines;
	ret->searches_left = SEARCHES_MAX;
	return true;
}

size_t pw_body_skip_blank(const struct pw_body *body, size_t i)
{
	while (i < body->n && pw_line_is_blank(body, i))
		i++;
	return i;
}

bool pw_line_is_rule(const struct pw_bodyline *line)
{
	size_t at = 0, n = 0;
	uint32_t cp, first = 0;

	if (line->len < RULE_MIN)
		return false;
	while (at < line->len) {
		at += pw_utf8_next(line->text + at, line->len - at, &cp);
		if (cp == ' ')
			continue;
		if (!first)
			first = cp;
		if (cp != first)
			return false;
		n++;
	}
	return n >= RULE_MIN && (strchr("-_=*~#", (int)(first < 0x80 ? first : ' ')) ||
				 (first >= 0x2010 && first <= 0x2015) ||
				 (first >= 0x2500 && first <= 0x257F) || first == 0x30FC);
}
