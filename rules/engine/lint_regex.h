/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_regex.h - what a regex does wrong that its compiler takes.  For lint.c.
 */
#ifndef PW_RULES_LINT_REGEX_H
#define PW_RULES_LINT_REGEX_H

#include <stdbool.h>

/* Can a match begin with a repetition without a bound, as in "[a-z]+ offers"?  In
   a long word it is tried anew at each letter, each time to the word's end. */
bool pw_regex_begins_endlessly(const char *regex);

#endif
