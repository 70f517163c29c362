/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date_span.h - a date with the span that it and its weekday, time and zone
 * take in a line, for the reader of attribution lines.
 */
#ifndef PW_PARSERS_DATE_SPAN_H
#define PW_PARSERS_DATE_SPAN_H

#include "parsers/date.h"

struct pw_date_reading {
	size_t start, end; /* bytes, with weekday, time and zone */
	struct pw_date date;
};

/* The first date of text.  partial: one without a year will do. */
bool pw_date_read(const char *text, size_t len, const struct pw_date_hints *hints,
		  bool partial, struct pw_date_reading *ret);

#endif
