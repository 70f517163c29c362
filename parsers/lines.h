/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.h - builds a struct pw_text line by line.
 *
 * Drops what a reader never sees, makes every kind of blank a space, and
 * stops growing at PW_MAX_TEXT_BYTES and PW_MAX_LINES.
 */
#ifndef PW_PARSERS_LINES_H
#define PW_PARSERS_LINES_H

#include "agent/base/arena.h"
#include "agent/base/buf.h"
#include "parsers/bytes.h"
#include "parsers/text.h"

struct pw_lines {
	struct pw_buf text;
	struct pw_line *items; /* owned */
	size_t n, cap;
	size_t start;   /* of the current line */
	bool is_capped; /* something did not fit */
};

void pw_lines_init(struct pw_lines *lines);
void pw_lines_done(struct pw_lines *lines);

/* Add valid UTF-8 to the current line; line ends in it become spaces. */
void pw_lines_add(struct pw_lines *lines, struct pw_bytes text);
/* Close the current line. */
void pw_lines_end(struct pw_lines *lines, unsigned depth, unsigned marks);
/* Bytes in the current line so far. */
static inline size_t pw_lines_current(const struct pw_lines *lines)
{
	return lines->text.len - lines->start;
}
/* Cut blanks at the end of the current line. */
void pw_lines_trim(struct pw_lines *lines);

/* Add the lines of a finished text. */
void pw_lines_append(struct pw_lines *lines, const struct pw_text *text);

/* The text so far, copied into the arena; an unfinished line is not part of
   it.  False when the arena is exhausted. */
bool pw_lines_text(const struct pw_lines *lines, struct pw_arena *arena,
		   struct pw_text *ret);

#endif
