/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamp.h - "Jane Roe, Nov 10, 2026, 11:11 AM EST" above an entry of a ticket.
 *
 * Inside the unwrapping code only.  Help desks print a rule, then this line,
 * then what was written; the address stands where the ticket is introduced
 * ("Requester: Jane Roe <jane@acme.example>"), or in a line of its own above
 * that has but the date.
 */
#ifndef PW_PARSERS_STAMP_H
#define PW_PARSERS_STAMP_H

#include "parsers/attribution.h"

/* Cheaply: may the line be one? */
bool pw_stamp_may_be(const struct pw_bodyline *line);

/* Cheaply: does the line above it end in an address? */
bool pw_stamp_is_below_person(const struct pw_body *body, size_t i);

/* Is line i, which may be one, such a line, of somebody whose address an earlier or later
   line gives beside his name? */
bool pw_stamp_read(struct pw_arena *arena, const struct pw_body *body, size_t i,
		   const struct pw_date_hints *hints, struct pw_attribution *ret);

#endif
