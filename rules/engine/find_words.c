/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find_words.c - strings that begin with a word, looked up where words begin.
 *
 * Most strings of rules do; a text has six times as many bytes as words.  A
 * string is found by its first 8, 4, 3 or 2 bytes, as many as it has.
 */
#include <string.h>

#include "rules/engine/find.h"

static const unsigned char widths[] = { 2, 3, 4, 8 };
#define N_WIDTHS  PW_ARRAY_LEN(widths)
#define WIDTH_MAX 8

struct table {
	uint32_t *heads; /* string index + 1 */
	uint64_t mask;   /* of the bytes that count */
	unsigned shift;
};

struct pw_words {
	const struct pw_find_string *strings;
	uint32_t *next; /* in the bucket, string index + 1 */
	struct table tables[N_WIDTHS];
};

static uint64_t load(const char *at, size_t len)
{
	uint64_t bytes = 0;

	memcpy(&bytes, at, len < sizeof bytes ? len : sizeof bytes);
	return bytes;
}

static uint32_t bucket_of(const struct table *table, uint64_t bytes)
{
	return (uint32_t)(((bytes & table->mask) * 0x9E3779B97F4A7C15u) >> table->shift);
}

static void table_init(struct table *table, size_t width, size_t n)
{
	unsigned bits = 8;

	while (bits < 20 && ((size_t)1 << bits) < n * 2)
		bits++;
	table->mask = width < WIDTH_MAX ? ((uint64_t)1 << (width * 8)) - 1 : UINT64_MAX;
	table->shift = 64 - bits;
	table->heads = pw_alloc((size_t)1 << bits, sizeof *table->heads);
}

static size_t table_of(size_t len)
{
	size_t t = N_WIDTHS - 1;

	while (t > 0 && widths[t] > len)
		t--;
	return t;
}

struct pw_words *pw_words_new(const struct pw_find_string *strings, size_t n)
{
	struct pw_words *words = pw_alloc(1, sizeof *words);
	size_t sizes[N_WIDTHS] = { 0 }, i;

	words->strings = strings;
	words->next = pw_alloc(n + 1, sizeof *words->next);
	for (i = 0; i < n; i++)
		sizes[table_of(strings[i].len)]++;
	for (i = 0; i < N_WIDTHS; i++)
		table_init(&words->tables[i], widths[i], sizes[i]);
	for (i = 0; i < n; i++) {
		struct table *table = &words->tables[table_of(strings[i].len)];
		uint32_t *head = &table->heads[bucket_of(
			table, load(strings[i].text, strings[i].len))];

		words->next[i] = *head;
		*head = (uint32_t)i + 1;
	}
	return words;
}

void pw_words_free(struct pw_words *words)
{
	size_t i;

	if (!words)
		return;
	for (i = 0; i < N_WIDTHS; i++)
		free(words->tables[i].heads);
	free(words->next);
	free(words);
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static void look_up(const struct pw_words *words, uint64_t bytes, const char *text,
		    size_t len, size_t at, const struct pw_find_listener *listener)
{
	const struct pw_find_string *string;
	uint32_t i;
	size_t t;

	for (t = 0; t < N_WIDTHS; t++) {
		const struct table *table = &words->tables[t];

		for (i = table->heads[bucket_of(table, bytes)]; i;
		     i = words->next[i - 1]) {
			string = &words->strings[i - 1];
			if (string->len <= len - at &&
			    memcmp(text + at, string->text, string->len) == 0)
				listener->hit(listener->context, i - 1, at);
		}
	}
}

void pw_words_scan(const struct pw_words *words, const char *text, size_t len,
		   const struct pw_find_listener *listener)
{
	bool was_word = false, is;
	size_t at;

	for (at = 0; at < len; at++) {
		is = is_word(text[at]);
		if (is && !was_word)
			look_up(words,
				len - at >= WIDTH_MAX ? load(text + at, WIDTH_MAX)
						      : load(text + at, len - at),
				text, len, at, listener);
		was_word = is;
	}
}
