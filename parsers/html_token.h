/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_token.h - HTML as tags and text, in one linear pass.
 *
 * Tolerates what browsers tolerate: missing quotes and brackets, comments
 * that never end, "<" in text.  Builds no tree and keeps no memory.
 */
#ifndef PW_PARSERS_HTML_TOKEN_H
#define PW_PARSERS_HTML_TOKEN_H

#include <stdint.h>

#include "agent/base/buf.h"
#include "parsers/bytes.h"

enum pw_html_kind { PW_HTML_TEXT, PW_HTML_START, PW_HTML_END };

struct pw_html_token {
	enum pw_html_kind kind;
	struct pw_bytes name; /* of a tag, as written */
	struct pw_bytes text; /* raw: of a text, or a tag's attributes */
	bool is_empty;        /* "<br/>" */
};

struct pw_html_scan {
	struct pw_bytes rest;
	bool no_quote[2];    /* no further '"' / '\'' ahead */
	bool no_comment_end; /* no further "-->" ahead */
	bool no_tag_end;     /* no further '>' ahead: all that follows is text */
};

/* The next token; false at the end.  Borrowed from the input. */
bool pw_html_next(struct pw_html_scan *scan, struct pw_html_token *ret);

/* Pass over raw text (script, style) up to its end tag; returns it.  False and
   nothing passed over where there is no end tag. */
bool pw_html_skip_raw(struct pw_html_scan *scan, struct pw_bytes name,
		      struct pw_bytes *ret);

struct pw_html_attr {
	struct pw_bytes name;
	struct pw_bytes value; /* raw; see pw_html_decode() */
};

/* Take the next attribute off a start tag's text. */
bool pw_html_attr_next(struct pw_bytes *rest, struct pw_html_attr *ret);

/* Add text with its character references decoded. */
void pw_html_decode(struct pw_buf *out, struct pw_bytes text);

/* Read the character reference at the start of text ('&' is there).  Returns
   its length, or 0 where it is none. */
size_t pw_html_entity(struct pw_bytes text, uint32_t *ret_cp);

#endif
