/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printblock.h - the head of a mail as web mailers show and print it.
 *
 * Inside the unwrapping code only.  Sender and date stand without labels, on
 * one line or two, and "To:" right below:
 *
 *	Jane Roe <jane@acme.example>	Fri, Nov 13, 2026 at 3:05 PM
 *	To: Ida Moss <ida@acme.example>
 */
#ifndef PW_PARSERS_PRINTBLOCK_H
#define PW_PARSERS_PRINTBLOCK_H

#include "parsers/date.h"
#include "parsers/headerblock.h"

/* Does one begin at line i? */
bool pw_printblock_read(struct pw_arena *arena, const struct pw_body *body, size_t i,
			const struct pw_date_hints *hints, struct pw_headerblock *ret);

#endif
