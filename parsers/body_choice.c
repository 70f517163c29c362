/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/body_choice.h"

#include <stdbool.h>
#include <string.h>

/* Shorter words are in every text. */
#define WORD_MIN 3

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c & 0x80);
}

/* Hash of the next word at *at, 0 at the end; ASCII case does not count. */
static uint32_t next_word(const struct pw_text *text, size_t *at)
{
	uint32_t hash;
	size_t start;

	while (*at < text->len) {
		while (*at < text->len && !is_word_byte(text->data[*at]))
			++*at;
		start = *at;
		hash = 2166136261U;
		for (; *at < text->len && is_word_byte(text->data[*at]); ++*at)
			hash = (hash ^
				(uint32_t)(unsigned char)(text->data[*at] | 0x20)) *
			       16777619U;
		if (*at - start >= WORD_MIN)
			return hash ? hash : 1;
	}
	return 0;
}

double pw_words_covered(struct pw_arena *arena, const struct pw_text *plain,
			const struct pw_text *html)
{
	size_t size = 64, at = 0, all = 0, found = 0, slot;
	uint32_t *set, word;

	while (size < plain->len / 2)
		size *= 2;
	set = pw_arena_alloc(arena, size, sizeof *set);
	if (!set)
		return 1;
	while ((word = next_word(plain, &at))) {
		for (slot = word & (size - 1); set[slot] && set[slot] != word;)
			slot = (slot + 1) & (size - 1);
		set[slot] = word;
	}
	for (at = 0; (word = next_word(html, &at)); all++) {
		for (slot = word & (size - 1); set[slot] && set[slot] != word;)
			slot = (slot + 1) & (size - 1);
		found += set[slot] == word;
	}
	return all ? (double)found / (double)all : 1;
}
