/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals.h - what must stand in a text for a regex to match it at all.
 *
 * Reads a (folded) regex and gives a set of strings of which at least one is
 * in every match.  Where it does not understand a construct it gives no set,
 * and the regex is always run: a prefilter must never cost a hit.
 */
#ifndef PW_RULES_LITERALS_H
#define PW_RULES_LITERALS_H

#include <stdbool.h>
#include <stddef.h>

#define PW_LITERALS_MAX    48 /* strings of a set */
#define PW_LITERAL_MAX_LEN 24 /* bytes of a string; longer ones are cut */

struct pw_literals {
	size_t n; /* 0: no requirement is known */
	struct pw_literal {
		unsigned char len;
		char text[PW_LITERAL_MAX_LEN];
	} items[PW_LITERALS_MAX];
};

void pw_literals_of(const char *regex, struct pw_literals *ret);
/* Length of the shortest string of the set; 0 for an empty set. */
size_t pw_literals_shortest(const struct pw_literals *set);

#endif
