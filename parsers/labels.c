/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels.c - the index over labels_table.c: entries sorted by kind and key.
 * Owned by the process and never freed.
 */
#include "parsers/labels.h"

#include <assert.h>
#include <stdlib.h>
#include <threads.h>

#include "agent/base/arena.h"
#include "agent/base/str.h"
#include "parsers/key.h"

enum {
	INDEX_BYTES_MAX = 4 << 20,
	LINE_BYTES_MAX = 88, /* of a line searched for words: its key must fit */
	BEGINNINGS = 4096,   /* hashes of the first bytes of a key, two or three */
};

struct entry {
	const char *key;
	enum pw_word_kind kind;
	uint64_t languages;
};

/* Written once under the once-flag, read-only afterwards. */
static struct {
	struct pw_arena *arena;
	struct entry *entries;
	size_t n, cap;
	size_t first[PW_WORD_KINDS + 1]; /* where each kind begins */
	/* Bits of the kinds that have a key beginning so: most text is not in
	   our tables, and making its key is what costs. */
	uint32_t kinds_of_two[BEGINNINGS], kinds_of_three[BEGINNINGS];
} words;

static_assert(PW_WORD_KINDS <= 32, "a bit for each kind");

static once_flag words_once = ONCE_FLAG_INIT;

static int by_kind_and_key(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return strcmp(left->key, right->key);
}

static void add_entry(enum pw_word_kind kind, const char *word, size_t len,
		      size_t language)
{
	struct entry *grown;
	char key[PW_KEY_MAX];

	if (!pw_key(key, word, len, 0))
		return;
	grown = pw_arena_grow(words.arena, words.entries, words.n, &words.cap,
			      sizeof(*grown));
	if (!grown)
		return;
	words.entries = grown;
	words.entries[words.n++] = (struct entry){
		.key = pw_arena_strdup(words.arena, key),
		.kind = kind,
		.languages = UINT64_C(1) << language,
	};
}

static void add_cell(enum pw_word_kind kind, const char *cell, size_t language)
{
	size_t len;

	for (; cell && *cell; cell += len + (cell[len] == '|')) {
		len = strcspn(cell, "|");
		add_entry(kind, cell, len, language);
	}
}

static size_t beginning_of(const char *key, size_t n)
{
	size_t hash = 0, i;

	for (i = 0; i < n; i++)
		hash = hash * 31 + (unsigned char)key[i];
	return hash % BEGINNINGS;
}

static bool is_plain(char c)
{
	return c > ' ' && c < 0x7F;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Bits of the kinds of which text may be a word. */
static uint32_t kinds_of(const char *text, size_t len)
{
	char start[3];
	size_t n;

	for (n = 0; n < len && n < sizeof start && is_plain(text[n]); n++)
		start[n] = lower(text[n]);
	/* The key of anything but two signs of ASCII may begin otherwise. */
	if (n < 2)
		return UINT32_MAX;
	return n == 2 ? words.kinds_of_two[beginning_of(start, 2)]
		      : words.kinds_of_three[beginning_of(start, 3)];
}

static void merge_duplicates(void)
{
	size_t i, kept = 0;

	for (i = 0; i < words.n; i++) {
		if (kept && !by_kind_and_key(&words.entries[kept - 1], &words.entries[i]))
			words.entries[kept - 1].languages |= words.entries[i].languages;
		else
			words.entries[kept++] = words.entries[i];
	}
	words.n = kept;
}

static void add_beginnings(const struct entry *entry)
{
	const uint32_t kind = UINT32_C(1) << entry->kind;
	const size_t len = strlen(entry->key);

	if (len >= 2)
		words.kinds_of_two[beginning_of(entry->key, 2)] |= kind;
	if (len >= 3)
		words.kinds_of_three[beginning_of(entry->key, 3)] |= kind;
}

static void build(void)
{
	size_t language, i;
	int kind;

	assert(pw_n_languages <= PW_LANGUAGES_MAX);
	words.arena = pw_arena_new(INDEX_BYTES_MAX);
	for (language = 0; language < pw_n_languages; language++)
		for (kind = 0; kind < PW_WORD_KINDS; kind++)
			add_cell((enum pw_word_kind)kind,
				 pw_languages[language].words[kind], language);
	qsort(words.entries, words.n, sizeof(*words.entries), by_kind_and_key);
	merge_duplicates();
	for (i = words.n; i-- > 0;)
		words.first[words.entries[i].kind] = i;
	words.first[PW_WORD_KINDS] = words.n;
	for (i = 0; i < words.n; i++)
		add_beginnings(&words.entries[i]);
}

void pw_labels_init(void)
{
	call_once(&words_once, build);
}

static const struct entry *find_key(enum pw_word_kind kind, const char *key)
{
	size_t low = words.first[kind], high = words.first[kind + 1];

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(words.entries[mid].key, key);

		if (!order)
			return &words.entries[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static uint64_t languages_of(enum pw_word_kind kind, const char *key)
{
	const struct entry *entry = find_key(kind, key);

	return entry ? entry->languages : 0;
}

uint64_t pw_word_find(enum pw_word_kind kind, const char *text, size_t len)
{
	char key[PW_KEY_MAX];

	pw_labels_init();
	if (!(kinds_of(text, len) >> kind & 1) || !pw_key(key, text, len, 0))
		return 0;
	return languages_of(kind, key);
}

bool pw_word_find_pair(enum pw_word_kind first, enum pw_word_kind second,
		       const char *text, size_t len, struct pw_word_pair *ret)
{
	char key[PW_KEY_MAX];

	pw_labels_init();
	if (!(kinds_of(text, len) & (UINT32_C(1) << first | UINT32_C(1) << second)) ||
	    !pw_key(key, text, len, 0))
		return false;
	*ret = (struct pw_word_pair){ languages_of(first, key),
				      languages_of(second, key) };
	return ret->first || ret->second;
}

static int label_of_key(const char *key, uint32_t kinds, uint64_t *ret_languages)
{
	const struct entry *entry;
	int kind;

	for (kind = 0; kind < PW_LABEL_KINDS; kind++) {
		entry = kinds >> kind & 1 ? find_key((enum pw_word_kind)kind, key) : NULL;
		if (!entry)
			continue;
		if (ret_languages)
			*ret_languages = entry->languages;
		return kind;
	}
	return -1;
}

/* "主　题", "보 낸 사 람": East Asian labels are spread to one width. */
static bool may_be_spread(const char *text)
{
	return (unsigned char)*text >= 0xE3 && (unsigned char)*text <= 0xED;
}

int pw_label_find(const char *text, size_t len, uint64_t *ret_languages)
{
	uint32_t kinds;
	char key[PW_KEY_MAX];
	int kind;

	pw_labels_init();
	kinds = kinds_of(text, len) & ((UINT32_C(1) << PW_LABEL_KINDS) - 1);
	if (!kinds || !pw_key(key, text, len, 0))
		return -1;
	kind = label_of_key(key, kinds, ret_languages);
	if (kind < 0 && may_be_spread(text) && strchr(key, ' ') &&
	    pw_key(key, text, len, PW_KEY_NO_BLANKS))
		kind = label_of_key(key, kinds, ret_languages);
	return kind;
}

/* Scripts with blanks between words: a word must end where a word ends. */
static bool is_word_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c >= 0xC3 && c <= 0xDF); /* Latin, Greek, Cyrillic, Hebrew, Arabic */
}

static bool stands_free(const char *line, const char *found, size_t len)
{
	const char *p = found;

	if (!is_word_byte((unsigned char)*found))
		return true;
	if (p > line) {
		for (p--; p > line && ((unsigned char)*p & 0xC0) == 0x80; p--)
			;
		if (is_word_byte((unsigned char)*p))
			return false;
	}
	return !is_word_byte((unsigned char)found[len]);
}

/* The beginnings of all words in a line, as many as there are hashes: most of
   the table's words need not be searched for. */
struct beginnings {
	uint64_t bits[BEGINNINGS / 64];
};

static void note_beginnings(struct beginnings *all, const char *line)
{
	size_t hash;

	for (; line[0] && line[1]; line++) {
		hash = beginning_of(line, 2);
		all->bits[hash / 64] |= UINT64_C(1) << hash % 64;
	}
}

static bool may_begin_in(const struct beginnings *all, const char *key)
{
	size_t hash = beginning_of(key, 2);

	return !key[1] || all->bits[hash / 64] >> hash % 64 & 1;
}

uint64_t pw_word_inside(enum pw_word_kind kind, const char *text, size_t len)
{
	struct beginnings beginnings = { { 0 } };
	uint64_t languages = 0;
	char line[PW_KEY_MAX];
	const char *found;
	size_t i;

	pw_labels_init();
	if (!pw_key(line, text, pw_utf8_cut(text, len, LINE_BYTES_MAX), 0))
		return 0;
	note_beginnings(&beginnings, line);
	for (i = words.first[kind]; i < words.first[kind + 1]; i++) {
		const struct entry *entry = &words.entries[i];

		if (!may_begin_in(&beginnings, entry->key))
			continue;
		found = strstr(line, entry->key);
		if (found && stands_free(line, found, strlen(entry->key)))
			languages |= entry->languages;
	}
	return languages;
}

/* A phrase that stands alone between blanks or semicolons. */
static bool is_phrase_at(const char *text, size_t len, size_t at, size_t end)
{
	return at > 0 && strchr(" ;\t>)", text[at - 1]) && end < len &&
	       strchr(" ;:\t", text[end]);
}

/* A phrase of any language at text[at]: its length, 0 for none. */
static size_t behalf_at(const char *text, size_t len, size_t at)
{
	size_t language, n;
	const char *cell;

	for (language = 0; language < pw_n_languages; language++) {
		cell = pw_languages[language].words[PW_WORD_BEHALF];
		for (; cell && *cell; cell += n + (cell[n] == '|')) {
			n = (size_t)(strchrnul(cell, '|') - cell);
			if ((text[at] ^ *cell) & ~0x20 || at + n >= len ||
			    strncasecmp(text + at, cell, n) != 0 ||
			    !is_phrase_at(text, len, at, at + n))
				continue;
			/* Where words are that short, only after an address. */
			if ((unsigned char)*cell < 0x80 || memchr(text, '@', at))
				return n;
		}
	}
	return 0;
}

bool pw_behalf_find(const char *text, size_t len, size_t *ret_start, size_t *ret_end)
{
	size_t at, n;

	pw_labels_init();
	for (at = 1; at < len; at++) {
		n = strchr(" ;\t>)", text[at - 1]) &&
				    kinds_of(text + at, len - at) >> PW_WORD_BEHALF & 1
			    ? behalf_at(text, len, at)
			    : 0;
		if (!n)
			continue;
		for (*ret_end = at + n;
		     *ret_end < len && strchr(" ;:\t", text[*ret_end]);)
			++*ret_end;
		*ret_start = at;
		return true;
	}
	return false;
}

bool pw_label_is_address(int kind)
{
	return kind == PW_WORD_FROM || kind == PW_WORD_TO || kind == PW_WORD_CC ||
	       kind == PW_WORD_BCC || kind == PW_WORD_REPLY_TO;
}
