/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find_words.c - strings that begin with a word, looked up where words begin.
 *
 * Most strings of rules do; a text has six times as many bytes as words.  A
 * string is found by its first 8, 4, 3 or 2 bytes, as many as it has: a bit map
 * that stays in the fastest memory says no for most words, and the strings
 * that begin alike ("renewal of", "renewal quote") lie beside each other.
 */
#include <endian.h>
#include <string.h>

#include "rules/engine/find.h"

static const unsigned char widths[] = { 2, 3, 4, 8 };
#define N_WIDTHS  PW_ARRAY_LEN(widths)
#define WIDTH_MAX 8
#define BITS_EACH 16 /* of the map, for one string */

/* A string behind its first bytes. */
struct slot {
	uint64_t tail; /* the next bytes of it, 0 behind its end */
	uint32_t string;
	uint8_t tail_len; /* of them */
	uint8_t len;
};

/* Strings with the same first bytes. */
struct group {
	uint64_t prefix;
	uint32_t first, n; /* slots; 0 of them: no group */
};

struct table {
	uint64_t *bits;
	struct group *groups; /* open addressing */
	uint64_t mask;        /* of the bytes that count */
	unsigned bit_shift, group_shift;
};

struct pw_words {
	const struct pw_find_string *strings;
	struct slot *slots;
	struct table tables[N_WIDTHS];
};

static uint64_t load(const char *at, size_t len)
{
	uint64_t bytes = 0;

	if (len >= sizeof bytes)
		memcpy(&bytes, at, sizeof bytes);
	else
		memcpy(&bytes, at, len);
	return bytes;
}

static uint64_t mask_of(size_t n)
{
	return n < sizeof(uint64_t) ? ((uint64_t)1 << n * 8) - 1 : UINT64_MAX;
}

static uint64_t hash_of(uint64_t prefix)
{
	return prefix * 0x9E3779B97F4A7C15u;
}

/* The group of a prefix, or the empty one where it would be. */
static struct group *group_of(const struct table *table, uint64_t prefix)
{
	const size_t last = ((size_t)1 << (64 - table->group_shift)) - 1;
	size_t at = hash_of(prefix) >> table->group_shift;

	while (table->groups[at].n && table->groups[at].prefix != prefix)
		at = (at + 1) & last;
	return &table->groups[at];
}

static unsigned bits_for(size_t n)
{
	unsigned bits = 6;

	while (((size_t)1 << bits) < n)
		bits++;
	return bits;
}

static void table_init(struct table *table, size_t width, size_t n)
{
	const unsigned bits = bits_for(n * BITS_EACH), group_bits = bits_for(n * 2 + 1);

	table->mask = mask_of(width);
	table->bit_shift = 64 - bits;
	table->group_shift = 64 - group_bits;
	table->bits = pw_alloc(((size_t)1 << bits) / 64, sizeof *table->bits);
	table->groups = pw_alloc((size_t)1 << group_bits, sizeof *table->groups);
}

static size_t table_of(size_t len)
{
	size_t t = N_WIDTHS - 1;

	while (t > 0 && widths[t] > len)
		t--;
	return t;
}

/* Count a string in its group. */
static void count(struct pw_words *words, const struct pw_find_string *string)
{
	struct table *table = &words->tables[table_of(string->len)];
	uint64_t prefix = load(string->text, string->len) & table->mask;
	size_t bit = hash_of(prefix) >> table->bit_shift;
	struct group *group = group_of(table, prefix);

	table->bits[bit / 64] |= (uint64_t)1 << bit % 64;
	group->prefix = prefix;
	group->n++;
}

static uint32_t place_groups(struct table *table, uint32_t first)
{
	size_t i;

	for (i = 0; i < (size_t)1 << (64 - table->group_shift); i++) {
		table->groups[i].first = first;
		first += table->groups[i].n;
	}
	return first;
}

/* Put a string behind those of its group that are there. */
static void enter(struct pw_words *words, uint32_t *filled, uint32_t index)
{
	const struct pw_find_string *string = &words->strings[index];
	const size_t t = table_of(string->len), rest = string->len - widths[t];
	struct table *table = &words->tables[t];
	struct group *group =
		group_of(table, load(string->text, string->len) & table->mask);

	words->slots[group->first + filled[group->first]++] = (struct slot){
		.tail = load(string->text + widths[t], rest),
		.string = index,
		.tail_len = (uint8_t)(rest < sizeof(uint64_t) ? rest : sizeof(uint64_t)),
		.len = (uint8_t)string->len,
	};
}

struct pw_words *pw_words_new(const struct pw_find_string *strings, size_t n)
{
	struct pw_words *words = pw_alloc(1, sizeof *words);
	uint32_t *filled = pw_alloc(n + 1, sizeof *filled), first = 0;
	size_t sizes[N_WIDTHS] = { 0 }, i;

	words->strings = strings;
	words->slots = pw_alloc(n + 1, sizeof *words->slots);
	for (i = 0; i < n; i++)
		sizes[table_of(strings[i].len)]++;
	for (i = 0; i < N_WIDTHS; i++)
		table_init(&words->tables[i], widths[i], sizes[i]);
	for (i = 0; i < n; i++)
		count(words, &strings[i]);
	for (i = 0; i < N_WIDTHS; i++)
		first = place_groups(&words->tables[i], first);
	for (i = 0; i < n; i++)
		enter(words, filled, (uint32_t)i);
	free(filled);
	return words;
}

void pw_words_free(struct pw_words *words)
{
	size_t i;

	if (!words)
		return;
	for (i = 0; i < N_WIDTHS; i++) {
		free(words->tables[i].bits);
		free(words->tables[i].groups);
	}
	free(words->slots);
	free(words);
}

/* The strings of a group that stand at text, of which `width` bytes are known. */
static void look_into(const struct pw_words *words, const struct group *group,
		      size_t width, const char *text, size_t len, size_t at,
		      const struct pw_find_listener *listener)
{
	const uint64_t tail = load(text + at + width, len - at - width);
	const size_t known = width + sizeof tail;
	uint32_t i;

	for (i = group->first; i < group->first + group->n; i++) {
		const struct slot *slot = &words->slots[i];

		if ((tail ^ slot->tail) & mask_of(slot->tail_len) ||
		    slot->len > len - at ||
		    (slot->len > known &&
		     memcmp(text + at + known, words->strings[slot->string].text + known,
			    slot->len - known) != 0))
			continue;
		listener->hit(listener->context, slot->string, at);
	}
}

static void look_up(const struct pw_words *words, uint64_t bytes, const char *text,
		    size_t len, size_t at, const struct pw_find_listener *listener)
{
	const struct group *group;
	uint64_t prefix;
	size_t t, bit;

	for (t = 0; t < N_WIDTHS && widths[t] <= len - at; t++) {
		const struct table *table = &words->tables[t];

		prefix = bytes & table->mask;
		bit = hash_of(prefix) >> table->bit_shift;
		if (!(table->bits[bit / 64] >> bit % 64 & 1))
			continue;
		group = group_of(table, prefix);
		if (group->n)
			look_into(words, group, widths[t], text, len, at, listener);
	}
}

/* A byte of all eight. */
#define EACH(byte) ((byte) * (uint64_t)0x0101010101010101)

/* The high bits of those of eight ASCII bytes that lie in from..to. */
static uint64_t in_range(uint64_t ascii, unsigned char from, unsigned char to)
{
	return (ascii + EACH(0x80 - from)) & ~(ascii + EACH(0x80 - to - 1));
}

/* Which of eight bytes are lower-case letters or digits, a bit each.  Without
   a branch, for where a word begins is what a processor cannot guess. */
static unsigned word_bits(uint64_t bytes)
{
	const uint64_t ascii = bytes & EACH(0x7F);
	const uint64_t is_word = (in_range(ascii, 'a', 'z') | in_range(ascii, '0', '9')) &
				 ~bytes & EACH(0x80);

	return (unsigned)((is_word >> 7) * 0x0102040810204080u >> 56);
}

void pw_words_scan(const struct pw_words *words, const char *text, size_t len,
		   const struct pw_find_listener *listener)
{
	unsigned bits, starts, was_word = 0;
	size_t block, at;

	for (block = 0; block < len; block += sizeof(uint64_t)) {
		bits = word_bits(le64toh(load(text + block, len - block)));
		starts = bits & ~(bits << 1 | was_word);
		was_word = bits >> 7;
		for (; starts; starts &= starts - 1) {
			at = block + (unsigned)__builtin_ctz(starts);
			look_up(words, load(text + at, len - at), text, len, at,
				listener);
		}
	}
}
