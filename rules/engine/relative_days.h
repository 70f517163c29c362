/* SPDX-License-Identifier: Apache-2.0 */
/* relative_days.h - days that a text names by where they lie from its own day. */
#ifndef PW_RULES_RELATIVE_DAYS_H
#define PW_RULES_RELATIVE_DAYS_H

#include <stddef.h>

#include "agent/base/day.h"

/* The days of a folded English text ("the 29th", "the 3rd of next month", "in 17
   days", "tomorrow") seen from the day `near` (PW_DAY_NONE: none are): at most max
   in ret; how many. */
size_t pw_relative_days(const char *text, size_t len, pw_day near, pw_day *ret,
			size_t max);

#endif
