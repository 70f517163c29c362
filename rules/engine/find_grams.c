/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find_grams.c - strings found by the rarest two to four bytes of each.
 *
 * Each place of the text is a look-up in three bit maps that mostly say no.
 */
#include <string.h>

#include "rules/engine/find.h"

#define WIDTH_MIN 2
#define WIDTH_MAX 4
#define N_TABLES  (WIDTH_MAX - WIDTH_MIN + 1)

struct table {
	uint32_t *heads; /* string index + 1 */
	uint64_t *bits;
	uint32_t *loads; /* only while building */
	unsigned shift;
	uint32_t mask; /* of the bytes that count */
};

struct pw_grams {
	const struct pw_find_string *strings;
	uint32_t *next;        /* in the bucket, string index + 1 */
	unsigned char *offset; /* of the gram in the string */
	struct table tables[N_TABLES];
};

static uint32_t bucket_of(const struct table *table, uint32_t gram)
{
	return ((gram & table->mask) * 2654435761u) >> table->shift;
}

static inline uint32_t load(const char *at, size_t len)
{
	uint32_t gram = 0;

	memcpy(&gram, at, len < sizeof gram ? len : sizeof gram);
	return gram;
}

static void table_init(struct table *table, size_t width, size_t n)
{
	static const unsigned char ones[WIDTH_MAX] = { 255, 255, 255, 255 };
	unsigned bits = 12;

	while (bits < 22 && ((size_t)1 << bits) < n * 8)
		bits++;
	memcpy(&table->mask, ones, width);
	table->shift = 32 - bits;
	table->heads = pw_alloc((size_t)1 << bits, sizeof *table->heads);
	table->loads = pw_alloc((size_t)1 << bits, sizeof *table->loads);
	table->bits = pw_alloc(((size_t)1 << bits) / 64, sizeof *table->bits);
}

static void enter(struct pw_grams *grams, uint32_t index)
{
	const struct pw_find_string *string = &grams->strings[index];
	const size_t width = string->len < WIDTH_MAX ? string->len : WIDTH_MAX;
	struct table *table = &grams->tables[width - WIDTH_MIN];
	uint32_t best = UINT32_MAX, chosen = 0, bucket;
	size_t at;

	for (at = 0; at + width <= string->len; at++) {
		bucket = bucket_of(table, load(string->text + at, width));
		if (table->loads[bucket] < best) {
			best = table->loads[bucket];
			chosen = bucket;
			grams->offset[index] = (unsigned char)at;
		}
	}
	table->loads[chosen]++;
	grams->next[index] = table->heads[chosen];
	table->heads[chosen] = index + 1;
	table->bits[chosen / 64] |= (uint64_t)1 << (chosen % 64);
}

struct pw_grams *pw_grams_new(const struct pw_find_string *strings, size_t n)
{
	struct pw_grams *grams = pw_alloc(1, sizeof *grams);
	size_t i;

	grams->strings = strings;
	grams->next = pw_alloc(n + 1, sizeof *grams->next);
	grams->offset = pw_alloc(n + 1, 1);
	for (i = 0; i < N_TABLES; i++)
		table_init(&grams->tables[i], WIDTH_MIN + i, n);
	for (i = 0; i < n; i++)
		enter(grams, (uint32_t)i);
	for (i = 0; i < N_TABLES; i++) {
		free(grams->tables[i].loads);
		grams->tables[i].loads = NULL;
	}
	return grams;
}

void pw_grams_free(struct pw_grams *grams)
{
	size_t i;

	if (!grams)
		return;
	for (i = 0; i < N_TABLES; i++) {
		free(grams->tables[i].heads);
		free(grams->tables[i].bits);
	}
	free(grams->next);
	free(grams->offset);
	free(grams);
}

static void check(const struct pw_grams *grams, uint32_t head, const char *text,
		  size_t len, size_t at, const struct pw_find_listener *listener)
{
	uint32_t i;

	for (i = head; i; i = grams->next[i - 1]) {
		const struct pw_find_string *string = &grams->strings[i - 1];
		const size_t offset = grams->offset[i - 1];

		if (offset <= at && at - offset + string->len <= len &&
		    memcmp(text + at - offset, string->text, string->len) == 0)
			listener->hit(listener->context, i - 1, at - offset);
	}
}

static inline void scan_at(const struct pw_grams *grams, uint32_t gram, const char *text,
			   size_t len, size_t at, const struct pw_find_listener *listener)
{
	size_t t;

	for (t = 0; t < N_TABLES; t++) {
		const struct table *table = &grams->tables[t];
		const uint32_t bucket = bucket_of(table, gram);

		if (table->bits[bucket / 64] >> (bucket % 64) & 1)
			check(grams, table->heads[bucket], text, len, at, listener);
	}
}

void pw_grams_scan(const struct pw_grams *grams, const char *text, size_t len,
		   const struct pw_find_listener *listener)
{
	size_t at;

	for (at = 0; at + WIDTH_MAX <= len; at++)
		scan_at(grams, load(text + at, WIDTH_MAX), text, len, at, listener);
	for (; at < len; at++)
		scan_at(grams, load(text + at, len - at), text, len, at, listener);
}
