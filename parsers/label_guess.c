/* SPDX-License-Identifier: Apache-2.0 */
/* label_guess.c - see label_guess.h. */
#include "parsers/label_guess.h"

#include "agent/base/str.h"
#include "parsers/date_span.h"
#include "parsers/key.h"

enum {
	SHAPE_BYTES_MAX = 60, /* of a label: twenty letters of a three-byte script */
	SHAPE_BLANKS_MAX = 3, /* inside it */
	FOREIGN_LINES_MAX = 10,
	FOREIGN_LABELS_MIN = 3,
	FOREIGN_ADDRESSES_MIN = 2, /* From and To */
	DATE_BYTES_MAX = 120,
	DATE_WORDS_MAX = 24, /* bytes of a date's line that are not the date */
};

static bool is_ascii_letter(uint32_t cp)
{
	return (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z';
}

bool pw_label_has_shape(const char *text, size_t label_len, size_t value_at, size_t len)
{
	size_t at = 0, blanks = 0;
	uint32_t cp;

	if (!label_len || label_len > SHAPE_BYTES_MAX || value_at >= len)
		return false;
	while (at < label_len) {
		at += pw_utf8_next(text + at, label_len - at, &cp);
		if (pw_cp_is_blank(cp) && ++blanks > SHAPE_BLANKS_MAX)
			return false;
		if (cp < 0x80 && !is_ascii_letter(cp) && !strchr(" .-'*_|", (int)cp))
			return false;
	}
	/* "http://", "12:30": a value stands apart, or is written in a script
	   whose colon is as wide as a letter. */
	pw_utf8_next(text + value_at, len - value_at, &cp);
	return value_at > 0 && (pw_cp_is_blank(cp) || pw_cp_is_invisible(cp) ||
				(unsigned char)text[value_at - 1] >= 0x80 ||
				strchr(" \t*_", text[value_at - 1]));
}

static bool is_address(const char *text, size_t len)
{
	const char *sign = memchr(text, '@', len);

	return sign && sign > text && sign + 1 < text + len && sign[-1] > ' ' &&
	       sign[1] > ' ';
}

/* The whole of a short line is one date with its time. */
static bool is_date(const char *text, size_t len)
{
	struct pw_date_reading read;

	return len <= DATE_BYTES_MAX && pw_date_read(text, len, NULL, false, &read) &&
	       read.date.has_time && len - (read.end - read.start) <= DATE_WORDS_MAX;
}

int pw_label_guess(const struct pw_bodyline *line, const bool seen[PW_LABEL_KINDS])
{
	const char *value = line->text + line->value;
	size_t len = line->len - line->value;

	if (line->label >= 0 || !line->value)
		return -1;
	if (is_address(value, len)) {
		if (!seen[PW_WORD_FROM])
			return PW_WORD_FROM;
		if (!seen[PW_WORD_TO])
			return PW_WORD_TO;
		return !seen[PW_WORD_CC] && !(seen[PW_WORD_SUBJECT] && seen[PW_WORD_DATE])
			       ? PW_WORD_CC
			       : -1;
	}
	return !seen[PW_WORD_DATE] && is_date(value, len) ? PW_WORD_DATE : -1;
}

bool pw_block_may_be_foreign(const struct pw_body *body, size_t i)
{
	size_t end = i + FOREIGN_LINES_MAX, n = 0, addresses = 0;

	for (; i < body->n && i < end && body->lines[i].len; i++) {
		const struct pw_bodyline *line = &body->lines[i];

		if (!line->value)
			continue;
		if (line->label == PW_WORD_FROM && n) /* else of two languages */
			return false;
		n++;
		addresses += memchr(line->text + line->value, '@',
				    line->len - line->value) != NULL;
	}
	return n >= FOREIGN_LABELS_MIN && addresses >= FOREIGN_ADDRESSES_MIN;
}
