/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bodyline.h - the lines of a body as the unwrapping code looks at them.
 *
 * Inside the unwrapping code only.
 */
#ifndef PW_PARSERS_BODYLINE_H
#define PW_PARSERS_BODYLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"
#include "parsers/text.h"

/* One line without its quote marks, blanks and invisible characters at both
   ends.  text is borrowed from the body. */
struct pw_bodyline {
	const char *text;
	uint32_t len;
	uint16_t depth;     /* quote depth */
	uint16_t indent;    /* columns of blanks that stood before text */
	uint16_t marks;     /* enum pw_mark */
	int8_t label;       /* enum pw_word_kind of the header label it begins with; -1 */
	uint16_t value;     /* where that label's value begins in text; with no label,
			       that of a line which only looks labelled, 0: it does
			       not (label_guess.h) */
	uint64_t languages; /* of the label */
	uint8_t announces;  /* for starts.c: what it says of the lines below */
	uint8_t wraps;      /* the same, of it together with the line above */
};

struct pw_body {
	struct pw_bodyline *lines;
	size_t n;
	/* Look-ups that searches inside long lines may still make: what keeps
	   the cost linear whatever a stranger writes. */
	size_t searches_left;
	const char *subject; /* of the mail around it, without prefixes; NULL: none */
};

/* False when the arena is exhausted. */
bool pw_body_read(struct pw_arena *arena, const struct pw_text *text,
		  struct pw_body *ret);

static inline bool pw_line_is_blank(const struct pw_body *body, size_t i)
{
	return body->lines[i].len == 0;
}

/* The next line that is not blank, at or after i; body->n when there is none. */
size_t pw_body_skip_blank(const struct pw_body *body, size_t i);

/* A label ("From:", "*Betreff :*") at the start of text: its kind or -1.
 *ret_value is where its value begins; with -1 it is set where a label of no
   table may stand, else untouched. */
int pw_label_at(const char *text, size_t len, size_t *ret_value, uint64_t *ret_languages);

/* Is there a colon of any script at text?  *ret_step is the length of the
   code point there. */
bool pw_is_colon(const char *text, size_t len, size_t *ret_step);

/* May text hold a digit of any script? */
bool pw_has_digit(const char *text, size_t len);

/* Take blanks, invisible characters and any of signs off both ends. */
void pw_text_trim(const char **text, size_t *len, const char *signs);

/* Is the line a drawn rule: five or more of -, _, =, *, ~, # or box dashes? */
bool pw_line_is_rule(const struct pw_bodyline *line);

#endif
