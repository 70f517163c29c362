/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body_choice.h - does a text say what another says?
 */
#ifndef PW_PARSERS_BODY_CHOICE_H
#define PW_PARSERS_BODY_CHOICE_H

#include "agent/base/arena.h"
#include "parsers/text.h"

/* The share, 0..1, of the words of html that stand in plain too; 1 where html
   has no words. */
double pw_words_covered(struct pw_arena *arena, const struct pw_text *plain,
			const struct pw_text *html);

#endif
