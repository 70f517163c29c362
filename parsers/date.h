/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.h - dates as people and mail programs write them, in any language.
 *
 * Month and weekday names come from ICU.  Whether 03/04/2026 is March or
 * April is decided by the writer's locale, the other dates in the mail and
 * the Date header, all given as hints; where nothing decides, the date is
 * marked ambiguous.
 */
#ifndef PW_PARSERS_DATE_H
#define PW_PARSERS_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"
#include "agent/base/day.h"

struct pw_date {
	pw_day day;        /* the writer's calendar day, PW_DAY_NONE when unknown */
	bool has_time;     /* hour, minute, second are set */
	bool has_offset;   /* offset_minutes is set */
	bool is_ambiguous; /* day and month could be the other way round */
	bool is_two_digit_year;
	int8_t hour, minute, second;
	int16_t offset_minutes; /* east of UTC */
};

enum pw_date_order { PW_ORDER_UNKNOWN, PW_ORDER_DMY, PW_ORDER_MDY, PW_ORDER_YMD };

struct pw_date_hints {
	const char *locale;       /* of the writer, "de", "en-GB"; NULL: unknown */
	enum pw_date_order order; /* decided elsewhere, or PW_ORDER_UNKNOWN */
	pw_day near; /* the Date header's day or the day received, PW_DAY_NONE: unknown */
};

/* Read a whole "Sent:" or "Date:" value, or an attribution line's date.
   False (and *ret untouched) where it holds no day. */
bool pw_date_parse(const char *text, size_t len, const struct pw_date_hints *hints,
		   struct pw_date *ret);

/* One date inside running text. */
struct pw_date_span {
	size_t start, end; /* bytes of text */
	struct pw_date date;
};

/* Find every complete date (day, month and year) in text, in order.  Sets
 *ret (arena) and returns how many; at most max. */
size_t pw_date_find(struct pw_arena *arena, const char *text, size_t len,
		    const struct pw_date_hints *hints, size_t max,
		    struct pw_date_span **ret);

/* Find the days that lack a year ("December 4", "4.12.", "12/4"): each is that
   of the year from two months before hints->near on, which must be known. */
size_t pw_date_find_yearless(struct pw_arena *arena, const char *text, size_t len,
			     const struct pw_date_hints *hints, size_t max,
			     struct pw_date_span **ret);

/* The order that the unambiguous numeric dates of a text show
   (13/02/2026 can only be day first). */
enum pw_date_order pw_date_order_of(const char *text, size_t len);

/* RFC 3339 ("2026-10-08T15:59:00-06:00"; without a known offset
   "2026-10-08T15:59:00"; without a time "2026-10-08"). */
#define PW_DATE_TEXT 32
char *pw_date_to_rfc3339(const struct pw_date *date, char out[PW_DATE_TEXT]);

#endif
