/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.h - a text/html body as the lines that a person reads.
 *
 * Hidden text is left out, cells of a row share a line ("label: value"),
 * quote depth and the marks of struct pw_line come from what mail clients
 * put around forwards and quotes.  Linear in the input whatever its nesting.
 */
#ifndef PW_PARSERS_HTML_H
#define PW_PARSERS_HTML_H

#include "agent/base/arena.h"
#include "parsers/bytes.h"
#include "parsers/mail.h"
#include "parsers/text.h"

struct pw_html {
	struct pw_text text;
	const struct pw_link *links; /* at most PW_MAX_LINKS, in order */
	size_t n_links;
	bool is_capped; /* the text was longer than the maximum */
	bool is_deep;   /* elements were nested beyond the maximum */
};

/* Read valid UTF-8.  False when the arena is exhausted. */
bool pw_html_text(struct pw_arena *arena, struct pw_bytes utf8, struct pw_html *ret);

#endif
