/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon.c - a hash of first words; the rest of a name is compared.
 *
 * Blank, hyphen, underscore and line end are one and the same between the
 * words of a name.  A name that begins with a letter outside ASCII (Japanese,
 * Chinese) needs no word boundary: such texts have none.
 */
#include "rules/engine/lexicon.h"

#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"

#define FOLD_ARENA ((size_t)64 << 10)
#define STEM_MIN   5 /* letters of a name that takes endings */
#define ENDING_MAX 4

struct entry {
	char *folded;      /* gaps made ' ' */
	char *exact;       /* as it must be written, NULL: any way */
	size_t len, first; /* first: length of the first word */
	uint32_t hash;
	uint32_t next; /* in the bucket, index + 1; longer names first */
	enum pw_name_kind kind;
	int owner;
};

struct pw_lexicon {
	struct entry *entries;
	size_t n, cap;
	uint32_t *heads;
	uint64_t *used; /* bits of heads: fits the fastest memory, and most words of
			   texts are in no name */
};

#define N_HEADS 16384 /* a power of two */

struct pw_lexicon *pw_lexicon_new(void)
{
	struct pw_lexicon *lexicon = pw_alloc(1, sizeof *lexicon);

	lexicon->heads = pw_alloc(N_HEADS, sizeof *lexicon->heads);
	lexicon->used = pw_alloc(N_HEADS / 64, sizeof *lexicon->used);
	return lexicon;
}

void pw_lexicon_free(struct pw_lexicon *lexicon)
{
	size_t i;

	if (!lexicon)
		return;
	for (i = 0; i < lexicon->n; i++) {
		free(lexicon->entries[i].folded);
		free(lexicon->entries[i].exact);
	}
	free(lexicon->entries);
	free(lexicon->heads);
	free(lexicon->used);
	free(lexicon);
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_gap(char c)
{
	return c == ' ' || c == '-' || c == '\n' || c == '_' || c == '\t';
}

/* Length of the word at s: ASCII letters and digits, or one other character. */
static size_t word_length(const char *s, size_t len)
{
	size_t n = 0;
	uint32_t cp;

	if (len && (unsigned char)s[0] >= 0x80)
		return pw_utf8_next(s, len, &cp);
	while (n < len && is_word(s[n]))
		n++;
	return n;
}

static uint32_t hash_of(const char *s, size_t len)
{
	uint32_t hash = 2166136261u;

	while (len--)
		hash = (hash ^ (unsigned char)*s++) * 16777619u;
	return hash;
}

static void link_entry(struct pw_lexicon *lexicon, uint32_t index)
{
	struct entry *entry = &lexicon->entries[index];
	size_t head = entry->hash & (N_HEADS - 1);
	uint32_t *link = &lexicon->heads[head];

	lexicon->used[head / 64] |= (uint64_t)1 << head % 64;
	while (*link && lexicon->entries[*link - 1].len > entry->len)
		link = &lexicon->entries[*link - 1].next;
	entry->next = *link;
	*link = index + 1;
}

void pw_lexicon_add(struct pw_lexicon *lexicon, const char *name, enum pw_name_kind kind,
		    int owner)
{
	bool is_exact = *name == '=' || kind == PW_NAME_RIVAL_AMBIGUOUS ||
			kind == PW_NAME_VENDOR_AMBIGUOUS;
	struct pw_arena *arena = pw_arena_new(FOLD_ARENA);
	struct entry entry = { .kind = kind, .owner = owner };
	const char *folded;
	size_t i;

	name += *name == '=';
	folded = pw_fold_string(arena, name);
	entry.folded = pw_strdup(folded ? folded : "");
	pw_arena_free(arena);
	entry.len = strlen(entry.folded);
	for (i = 0; i < entry.len; i++)
		if (is_gap(entry.folded[i]))
			entry.folded[i] = ' ';
	entry.first = word_length(entry.folded, entry.len);
	if (!entry.first) {
		free(entry.folded);
		return;
	}
	entry.exact = is_exact ? pw_strdup(name) : NULL;
	entry.hash = hash_of(entry.folded, entry.first);
	if (lexicon->n == lexicon->cap) {
		lexicon->cap = lexicon->cap ? lexicon->cap * 2 : 256;
		lexicon->entries = pw_realloc(lexicon->entries, lexicon->cap,
					      sizeof *lexicon->entries);
	}
	lexicon->entries[lexicon->n++] = entry;
	link_entry(lexicon, (uint32_t)lexicon->n - 1);
}

/* What languages hang on a name: "Adobes", "Veeamin", "Sophosilta", "Fortinetu". */
static const char endings[][ENDING_MAX + 1] = {
	"s",    "es",   "n",    "en",   "in",   "an",   "on",   "un",   "iin",
	"lle",  "lla",  "lta",  "lt",   "ille", "illa", "ilta", "issa", "ista",
	"elle", "ella", "elta", "essa", "esta", "ia",   "ra",   "re",   "ban",
	"ben",  "nak",  "nek",  "nal",  "nel",  "tol",  "hoz",  "hez",  "val",
	"vel",  "t",    "et",   "ot",   "a",    "e",    "u",    "y",    "em",
	"om",   "ie",   "ow",   "ovi",  "ova",  "ul",   "ului", "nin",  "nun",
	"dan",  "den",  "tan",  "ten",  "da",   "de",   "ye",   "ya",
};

/* Written with a capital, as names are: "Quests" is a word, "quest" the stem
   of others. */
static bool is_capital(const struct pw_scan_text *text, size_t at)
{
	char first = text->original[text->origin[at]];

	return first >= 'A' && first <= 'Z';
}

/* Names of vendors and products of five letters and more. */
static bool may_be_inflected(const struct entry *entry, const struct pw_scan_text *text,
			     size_t at)
{
	return !entry->exact && entry->len >= STEM_MIN && is_capital(text, at) &&
	       (entry->kind == PW_NAME_VENDOR || entry->kind == PW_NAME_PRODUCT);
}

/* Length of the ending that stands at `at`; 0: none does. */
static size_t ending_at(const struct pw_scan_text *text, size_t at)
{
	size_t len = word_length(text->data + at, text->len - at), i;
	char word[ENDING_MAX + 1] = "";

	if (len > ENDING_MAX)
		return 0;
	memcpy(word, text->data + at, len);
	for (i = 0; i < PW_ARRAY_LEN(endings); i++)
		if (memcmp(endings[i], word, sizeof word) == 0)
			return len;
	return 0;
}

/* The original's bytes of the span equal the name, gaps apart. */
static bool is_written_so(const struct pw_scan_text *text, size_t start, size_t end,
			  const char *exact)
{
	size_t at = text->origin[start];
	size_t stop = end < text->len ? text->origin[end] : text->original_len;

	for (; *exact; exact++, at++) {
		if (at >= stop)
			return false;
		if (is_gap(*exact) ? !is_gap(text->original[at])
				   : text->original[at] != *exact)
			return false;
	}
	return true;
}

/* Does the entry stand at `at`?  *ret_end is the end in the text. */
static bool stands_at(const struct entry *entry, const struct pw_scan_text *text,
		      size_t at, size_t *ret_end)
{
	size_t i, end = at + entry->len;

	if (end > text->len)
		return false;
	for (i = entry->first; i < entry->len; i++)
		if (entry->folded[i] == ' ' ? !is_gap(text->data[at + i])
					    : entry->folded[i] != text->data[at + i])
			return false;
	if (is_word(entry->folded[entry->len - 1]) && end < text->len &&
	    is_word(text->data[end])) {
		i = may_be_inflected(entry, text, at) ? ending_at(text, end) : 0;
		end += i;
		if (!i)
			return false;
	}
	*ret_end = end;
	return !entry->exact || is_written_so(text, at, end, entry->exact);
}

static bool may_begin(const struct pw_lexicon *lexicon, uint32_t hash)
{
	return lexicon->used[hash % N_HEADS / 64] >> hash % 64 & 1;
}

/* Entries of one place: *again says how many were given already. */
static bool next_at(const struct pw_lexicon *lexicon, const struct pw_scan_text *text,
		    size_t at, size_t word, size_t *again, struct pw_name_hit *ret)
{
	uint32_t hash = hash_of(text->data + at, word), i;
	size_t seen = 0, longest = 0, end;

	if (!may_begin(lexicon, hash))
		return false;
	for (i = lexicon->heads[hash & (N_HEADS - 1)]; i;
	     i = lexicon->entries[i - 1].next) {
		const struct entry *entry = &lexicon->entries[i - 1];

		if (entry->hash != hash || entry->first != word ||
		    memcmp(entry->folded, text->data + at, word) != 0 ||
		    !stands_at(entry, text, at, &end) ||
		    (longest && entry->len < longest))
			continue;
		longest = entry->len;
		if (seen++ < *again)
			continue;
		(*again)++;
		ret->kind = entry->kind;
		ret->owner = entry->owner;
		ret->start = at;
		ret->end = end;
		return true;
	}
	return false;
}

/* A name of one word with an ending: looked up by its stem. */
static bool next_inflected(const struct pw_lexicon *lexicon,
			   const struct pw_scan_text *text, size_t at, size_t word,
			   size_t *again, struct pw_name_hit *ret)
{
	size_t cut;

	if (!is_capital(text, at))
		return false;
	for (cut = 1; cut <= ENDING_MAX && word >= STEM_MIN + cut; cut++)
		if (may_begin(lexicon, hash_of(text->data + at, word - cut)) &&
		    ending_at(text, at + word - cut) &&
		    next_at(lexicon, text, at, word - cut, again, ret))
			return true;
	return false;
}

bool pw_lexicon_next(const struct pw_lexicon *lexicon, const struct pw_scan_text *text,
		     size_t *at, size_t *again, struct pw_name_hit *ret)
{
	size_t word;

	while (*at < text->len) {
		word = word_length(text->data + *at, text->len - *at);
		if (word) {
			if (next_at(lexicon, text, *at, word, again, ret) ||
			    (!*again &&
			     next_inflected(lexicon, text, *at, word, again, ret)))
				return true;
			/* Names inside a longer one are none ("Sentinel" in
			   "Microsoft Sentinel"). */
			*at = *again ? ret->end : *at + word;
		} else {
			(*at)++;
		}
		*again = 0;
	}
	return false;
}
