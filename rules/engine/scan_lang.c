/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_lang.c - which language a layer is written in, by the signals that hit.
 *
 * Languages share words: what one of them says in passing must not count for
 * or against a mail that is plainly written in another.
 */
#include "rules/engine/scan.h"

#define FOREIGN_SHARE 3 /* a language with less than a third of the best one's places */
#define MAX_LANGS     64

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
