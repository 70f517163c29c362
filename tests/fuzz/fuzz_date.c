/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_date.c - dates: values, running text, with and without hints. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/date.h"
#include "tests/fuzz/check_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_DATES 100 /* asked for */

static void check(const struct pw_date *date)
{
	char out[PW_DATE_TEXT];

	PROMISE(date->day != PW_DAY_NONE);
	PROMISE(date->hour >= 0 && date->hour < 24 && date->minute < 60 &&
		date->second < 60);
	PROMISE(strlen(pw_date_to_rfc3339(date, out)) >= 10);
}

/* Whole, inside the text and in its order. */
static void check_spans(const struct pw_date_span *spans, size_t n, size_t size)
{
	size_t i;

	PROMISE(n <= MAX_DATES);
	for (i = 0; i < n; i++) {
		check(&spans[i].date);
		PROMISE(spans[i].start < spans[i].end && spans[i].end <= size);
		PROMISE(!i || spans[i].start >= spans[i - 1].end);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const locales[] = {
		NULL, "en", "en-US", "de", "ja", "hr", ""
	};
	struct pw_arena *arena = pw_arena_new((size_t)8 << 20);
	struct pw_date_hints hints = { .near = PW_DAY_NONE };
	struct pw_date_span *spans;
	struct pw_date date;
	size_t n;

	if (size > 0) {
		hints.locale = locales[data[0] % 7];
		hints.order = (enum pw_date_order)(data[0] / 7 % 4);
		if (data[0] & 0x80)
			hints.near = 20000;
	}
	if (pw_date_parse((const char *)data, size, &hints, &date))
		check(&date);
	pw_date_order_of((const char *)data, size);
	n = pw_date_find(arena, (const char *)data, size, &hints, MAX_DATES, &spans);
	check_spans(spans, n, size);
	n = pw_date_find_yearless(arena, (const char *)data, size, &hints, MAX_DATES,
				  &spans);
	check_spans(spans, n, size);
	pw_arena_free(arena);
	return 0;
}
