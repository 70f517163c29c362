/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_sheet.h - the classes and ids that a style sheet hides.
 *
 * Reads no more of CSS than that: rules outside @media and the like whose
 * selectors are a single class or id and that say display:none.
 */
#ifndef PW_PARSERS_HTML_SHEET_H
#define PW_PARSERS_HTML_SHEET_H

#include "parsers/bytes.h"

#define PW_SHEET_NAMES_MAX 64

struct pw_sheet {
	struct pw_bytes names[PW_SHEET_NAMES_MAX]; /* ".x" or "#x", borrowed */
	size_t n;
};

/* Add what the content of a style element hides. */
void pw_sheet_read(struct pw_sheet *sheet, struct pw_bytes css);
/* Is one of these classes (kind '.') or this id (kind '#') hidden? */
bool pw_sheet_hides(const struct pw_sheet *sheet, char kind, struct pw_bytes names);

#endif
