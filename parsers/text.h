/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - the readable text of a body: UTF-8 lines with what the markup said.
 *
 * The plain-text reader and the HTML reader both produce this shape, so that
 * unwrapping has one way through.  Lines are separated by single '\n' in data
 * and described by an array: [start, end) offsets without the '\n'.
 */
#ifndef PW_PARSERS_TEXT_H
#define PW_PARSERS_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum pw_mark {
	PW_MARK_RULE =
		1 << 0, /* a horizontal rule or Outlook's border-top precedes this line */
	PW_MARK_FORWARD =
		1 << 1, /* first line inside a client's forward container (gmail_attr,
			   moz-forward-container, divRplyFwdMsg, yahoo_quoted ...) */
	PW_MARK_CITE = 1 << 2, /* first line inside blockquote type=cite or gmail_quote */
	PW_MARK_BOLD_LABEL =
		1 << 3, /* the line begins with bold text that ends in a colon */
	PW_MARK_END =
		1 << 4, /* first line after a forward or cite container was closed */
};

struct pw_line {
	uint32_t start, end; /* byte offsets into data */
	uint16_t depth;      /* quote depth: '>' levels or open cite containers */
	uint16_t marks;      /* enum pw_mark */
};

struct pw_text {
	const char *data; /* NUL-terminated UTF-8, borrowed until the arena goes */
	size_t len;
	const struct pw_line *lines;
	size_t n_lines;
};

#endif
