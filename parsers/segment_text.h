/* SPDX-License-Identifier: Apache-2.0 */
/*
 * segment_text.h - the text of each mail of a body, as its reader saw it.
 */
#ifndef PW_PARSERS_SEGMENT_TEXT_H
#define PW_PARSERS_SEGMENT_TEXT_H

#include "parsers/bodyline.h"
#include "parsers/unwrap.h"

/* Fill the texts of n segments from the lines that owners gives to each:
   without the quote marks and the indentation that all of its lines share,
   and without blank lines at both ends.  strays gives the lines of the tails.
   False when the arena is exhausted. */
bool pw_segments_fill(struct pw_arena *arena, const struct pw_body *body,
		      const int *owners, const int *strays, struct pw_segment *segments,
		      size_t n);

#endif
