/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_lang.c - which language a layer is written in, by the signals that hit.
 *
 * Languages share words: what one of them says in passing must not make a
 * claim or speak against a mail that is plainly written in another.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/scan.h"

#define FOREIGN_SHARE 3 /* a language with less than a third of the best one's hits */

static size_t count_of(const struct pw_layer_scan *layer, const char *lang)
{
	size_t n = 0, i;

	for (i = 0; i < layer->n_hits; i++)
		n += pw_streq(layer->hits[i].signal->lang, lang);
	return n;
}

/* Points of a neighbour's word do no harm: they count once a kind. */
static bool must_be_of_the_language(const struct pw_signal *signal)
{
	return signal->lang &&
	       (signal->claim || signal->kind == PW_KIND_AGAINST ||
		signal->kind == PW_KIND_WITHDRAWAL || signal->kind == PW_KIND_REQUEST ||
		signal->kind == PW_KIND_NEGATION);
}

void pw_scan_drop_foreign(struct pw_layer_scan *layer)
{
	bool keep[PW_SCAN_MAX_HITS];
	size_t best = 0, n = 0, i, count;

	for (i = 0; i < layer->n_hits; i++) {
		count = layer->hits[i].signal->lang
				? count_of(layer, layer->hits[i].signal->lang)
				: 0;
		best = count > best ? count : best;
	}
	for (i = 0; i < layer->n_hits; i++)
		keep[i] = !must_be_of_the_language(layer->hits[i].signal) ||
			  count_of(layer, layer->hits[i].signal->lang) * FOREIGN_SHARE >=
				  best;
	for (i = 0; i < layer->n_hits; i++)
		if (keep[i])
			layer->hits[n++] = layer->hits[i];
	layer->n_hits = n;
}
