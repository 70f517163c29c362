/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attribution.h - "On ... Jane Roe <jane@acme.example> wrote:" in any language.
 *
 * Inside the unwrapping code only.  What is left of the line when its date
 * and the known words at both ends are taken away must be a person.
 */
#ifndef PW_PARSERS_ATTRIBUTION_H
#define PW_PARSERS_ATTRIBUTION_H

#include "parsers/address.h"
#include "parsers/bodyline.h"
#include "parsers/date.h"

struct pw_attribution {
	size_t first, end; /* lines of the body: [first, end) */
	uint16_t depth;
	struct pw_addr from;
	struct pw_date date; /* day PW_DAY_NONE: none written */
	const char *date_text;
	const char *language; /* static; NULL: unknown */
};

/* Does an attribution end on line i?  It may begin up to three lines before,
   but not before line from. */
bool pw_attribution_read(struct pw_arena *arena, struct pw_body *body, size_t from,
			 size_t i, const struct pw_date_hints *hints,
			 struct pw_attribution *ret);

#endif
