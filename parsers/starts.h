/* SPDX-License-Identifier: Apache-2.0 */
/*
 * starts.h - the places of a body where somebody's mail begins.
 *
 * Inside the unwrapping code only.
 */
#ifndef PW_PARSERS_STARTS_H
#define PW_PARSERS_STARTS_H

#include "parsers/attribution.h"
#include "parsers/headerblock.h"
#include "parsers/unwrap.h"

enum pw_start_hint { PW_START_PLAIN, PW_START_FORWARD, PW_START_ORIGINAL };

struct pw_start {
	size_t first; /* first line of the announcement (separators included) */
	size_t body;  /* first line of the mail's text */
	uint16_t depth;
	enum pw_start_hint hint;
	bool is_attribution;
	struct pw_headerblock block; /* unless is_attribution */
	struct pw_attribution attribution;
	struct pw_addr from, behalf_of; /* as either says */
};

/* Find all, in order; at most PW_MAX_LAYERS.  is_correspondence: the mail
   around the body replies or forwards.  Returns how many. */
size_t pw_starts_find(struct pw_arena *arena, struct pw_body *body,
		      const struct pw_date_hints *hints, bool is_correspondence,
		      struct pw_start **ret);

/* The date as it is written there, NULL: none. */
const char *pw_start_date_text(const struct pw_start *start);

/* The order of day and month that the dates allow which only one order fits; it
   decides the others. */
enum pw_date_order pw_starts_date_order(const struct pw_start *starts, size_t n);

/* "----- End forwarded message -----": closes what began before it. */
bool pw_line_is_end(const struct pw_bodyline *line);

#endif
