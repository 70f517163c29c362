/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_element.h - what each element, style and class means for the reader.
 */
#ifndef PW_PARSERS_HTML_ELEMENT_H
#define PW_PARSERS_HTML_ELEMENT_H

#include <stdint.h>

#include "parsers/bytes.h"

/* What an element does. */
enum {
	PW_EL_BLOCK = 1 << 0,     /* begins and ends a line */
	PW_EL_VOID = 1 << 1,      /* has no content */
	PW_EL_RAW = 1 << 2,       /* its content is no markup and is not shown */
	PW_EL_HIDDEN = 1 << 3,    /* its content is not shown */
	PW_EL_PARAGRAPH = 1 << 4, /* an empty line before and after */
	PW_EL_ROW = 1 << 5,       /* of a table */
	PW_EL_CELL = 1 << 6,
	PW_EL_HEADING_CELL = 1 << 7,
	PW_EL_TABLE = 1 << 8, /* a scope: what is open outside stays open */
	PW_EL_PRE = 1 << 9,   /* blanks and line ends count */
	PW_EL_BOLD = 1 << 10,
	PW_EL_BREAK = 1 << 11, /* br */
	PW_EL_RULE = 1 << 12,  /* hr */
	PW_EL_LINK = 1 << 13,
	PW_EL_QUOTE = 1 << 14, /* blockquote: cites when its attributes say so */
	PW_EL_ITEM = 1 << 15,  /* li */
	PW_EL_HEAD = 1 << 16,  /* head: ends where the body's content begins */
	PW_EL_STYLE = 1 << 17,
	PW_EL_CODE = 1 << 18, /* raw, and nobody could read it */
};

struct pw_element {
	char name[12];
	uint32_t flags;
};

/* By a name in lower case.  Never NULL: an unknown one is an inline element. */
const struct pw_element *pw_element_find(const char *name);

/* What attributes say about an element. */
enum {
	PW_STYLE_HIDDEN = 1 << 0,    /* it and everything in it */
	PW_STYLE_FONT_ZERO = 1 << 1, /* its text, until a font size is set inside */
	PW_STYLE_FONT_SHOWN = 1 << 2,
	PW_STYLE_INVISIBLE = 1 << 3, /* visibility:hidden, until visible inside */
	PW_STYLE_VISIBLE = 1 << 4,
	PW_STYLE_BOLD = 1 << 5,
	PW_STYLE_RULE = 1 << 6,     /* a line is drawn above it */
	PW_STYLE_BAR = 1 << 7,      /* a bar is drawn left of it */
	PW_STYLE_BLUE_BAR = 1 << 8, /* Outlook's bar of a reply */
	PW_STYLE_FORWARD = 1 << 9,  /* a client's container of a forward */
	PW_STYLE_CITE = 1 << 10,    /* a client's container of a quote */
	PW_STYLE_PRE = 1 << 11,
	PW_STYLE_ENCLOSES = 1 << 12,  /* such a container holds all of the inner mail */
	PW_STYLE_TIGHT = 1 << 13,     /* a paragraph without space around it */
	PW_STYLE_BLOCK = 1 << 14,     /* an inline element on lines of its own */
	PW_STYLE_DISPLAYED = 1 << 15, /* says that it is: what hid it before does not */
};

unsigned pw_style_read(struct pw_bytes style);
/* The container that a class or an id names; 0: none. */
unsigned pw_style_of_class(struct pw_bytes names);

#endif
