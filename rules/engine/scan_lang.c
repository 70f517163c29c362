/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_lang.c - which language a layer is written in, by the signals that hit.
 *
 * Languages share words: what one of them says in passing must not count for
 * or against a mail that is plainly written in another.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/scan.h"

#define FOREIGN_SHARE 3 /* a language with less than a third of the best one's places */
#define MAX_LANGS     64
#define PLAIN_WORDS   12 /* of a text, before its words tell its language ... */
#define PLAIN_SHARE   5  /* ... and every fifth of them is one of these */
#define WORDS_MAX     400
#define WORD_MAX      8

/* Words that hold English together and that no other language of the rules has;
   sorted. */
static const char *const english[] = {
	"about", "and",  "are",  "been", "but",  "by",    "can",  "could", "do",
	"for",   "from", "had",  "have", "if",   "it",    "its",  "not",   "of",
	"our",   "that", "the",  "them", "then", "they",  "this", "to",    "was",
	"we",    "what", "when", "will", "with", "would", "you",  "your",
};

static int compare_words(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

/* Is the text in English from end to end, not a mixture? */
static bool is_plainly_english(const struct pw_scan_text *text)
{
	size_t at = 0, n, words = 0, hits = 0;
	char word[WORD_MAX + 1];

	while (at < text->len && words < WORDS_MAX) {
		for (n = 0; at + n < text->len && text->data[at + n] >= 'a' &&
			    text->data[at + n] <= 'z';)
			n++;
		words += n > 1;
		if (n > 1 && n <= WORD_MAX) {
			memcpy(word, text->data + at, n);
			word[n] = '\0';
			hits += bsearch(word, english, PW_ARRAY_LEN(english),
					sizeof *english, compare_words) != NULL;
		}
		at += n + 1;
	}
	return words >= PLAIN_WORDS && hits * PLAIN_SHARE >= words;
}

/* What another language says for a claim or against the sender is but an
   English word that looks like one of its own ("pass", "auto", "facility"). */
static bool is_false_friend(const struct pw_signal *signal)
{
	return signal->lang && strcmp(signal->lang, "en") != 0 &&
	       (signal->claim || signal->weight < 0 || signal->kind == PW_KIND_NEGATION ||
		signal->kind == PW_KIND_NOT_NEEDED);
}

static void drop_false_friends(struct pw_layer_scan *layer)
{
	size_t n = 0, i;

	while (n < layer->n_hits && !is_false_friend(layer->hits[n].signal))
		n++;
	if (n == layer->n_hits || !is_plainly_english(&layer->texts[PW_SCOPE_BODY]))
		return;
	for (i = n; i < layer->n_hits; i++)
		if (!is_false_friend(layer->hits[i].signal))
			layer->hits[n++] = layer->hits[i];
	layer->n_hits = n;
}

/* Places of the layer where this language says something: a word that eight
   of its signals know counts once. */
static size_t count_of(const struct pw_layer_scan *layer, const char *lang)
{
	size_t n = 0, i, k;

	for (i = 0; i < layer->n_hits; i++) {
		const struct pw_signal_hit *hit = &layer->hits[i];

		if (hit->signal->lang != lang)
			continue;
		for (k = 0; k < i; k++)
			if (layer->hits[k].scope == hit->scope &&
			    layer->hits[k].span.start == hit->span.start &&
			    layer->hits[k].signal->lang == lang)
				break;
		n += k == i;
	}
	return n;
}

static int index_of(const char *const *langs, size_t n, const char *lang)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (langs[i] == lang)
			return (int)i;
	return -1;
}

void pw_scan_drop_foreign(struct pw_layer_scan *layer)
{
	const char *langs[MAX_LANGS];
	size_t counts[MAX_LANGS], n_langs = 0, best = 0, n = 0, i;
	const char *lang;
	int at;

	drop_false_friends(layer);
	for (i = 0; i < layer->n_hits; i++) {
		lang = layer->hits[i].signal->lang;
		if (!lang || n_langs == MAX_LANGS || index_of(langs, n_langs, lang) >= 0)
			continue;
		counts[n_langs] = count_of(layer, lang);
		best = counts[n_langs] > best ? counts[n_langs] : best;
		langs[n_langs++] = lang;
	}
	for (i = 0; i < layer->n_hits; i++) {
		lang = layer->hits[i].signal->lang;
		at = lang ? index_of(langs, n_langs, lang) : -1;
		if (at < 0 || counts[at] * FOREIGN_SHARE >= best)
			layer->hits[n++] = layer->hits[i];
	}
	layer->n_hits = n;
}
