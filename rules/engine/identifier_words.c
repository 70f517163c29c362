/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identifier_words.c - a number of a contract says nothing with its letters.
 *
 * "CV-40031" is no curriculum vitae and "RMA-00417" no return of goods where
 * they are contracts of ours: words found inside of them do not count.
 */
#include <string.h>

#include "rules/engine/scan.h"

#define PLACES_MAX 64 /* of the identifiers in one text */

/* Where identifiers of ours stand in a text's original. */
struct places {
	struct pw_span items[PLACES_MAX];
	size_t n;
};

static void add_places(struct places *places, const struct pw_scan_text *text,
		       const char *written)
{
	size_t len = strlen(written);
	const char *end = text->original + text->original_len, *at = text->original;

	while (len > 0 && places->n < PLACES_MAX &&
	       (at = memmem(at, (size_t)(end - at), written, len))) {
		places->items[places->n++] =
			(struct pw_span){ (size_t)(at - text->original),
					  (size_t)(at - text->original) + len };
		at += len;
	}
}

static struct places find_places(const struct pw_scan *scan,
				 const struct pw_layer_scan *layer, enum pw_scope scope)
{
	const struct pw_finding *finding = scan->finding;
	struct places places = { .n = 0 };
	size_t i;

	for (i = 0; i < finding->n_identifiers; i++)
		if (finding->identifiers[i].layer == layer->layer->id &&
		    finding->identifiers[i].how == PW_HOW_IDENTIFIER)
			add_places(&places, &layer->texts[scope],
				   finding->identifiers[i].written);
	return places;
}

static bool is_inside(const struct places *places, const struct pw_scan_text *text,
		      struct pw_span span)
{
	size_t i;

	for (i = 0; i < places->n; i++)
		if (span.end > span.start &&
		    text->origin[span.start] >= places->items[i].start &&
		    text->origin[span.end] <= places->items[i].end)
			return true;
	return false;
}

/* Does the signal stand anywhere else?  Then there. */
static bool move_outside(struct pw_scan *scan, const struct pw_layer_scan *layer,
			 const struct places *places, struct pw_signal_hit *hit)
{
	const struct pw_scan_text *text = &layer->texts[hit->scope];
	struct pw_err err = PW_ERR_INIT;
	struct pw_span span = hit->span;
	size_t n = 0;

	while (is_inside(places, text, span)) {
		if (n++ == PLACES_MAX ||
		    pw_scan_find(scan, layer, hit->signal->pattern, hit->scope,
				 pw_scan_after(text, span), &span, &err) <= 0)
			return false;
	}
	hit->span = span;
	return true;
}

static void drop_words(struct pw_scan *scan, struct pw_layer_scan *layer)
{
	const struct places places[] = { find_places(scan, layer, PW_SCOPE_SUBJECT),
					 find_places(scan, layer, PW_SCOPE_BODY) };
	size_t i, n = 0;

	layer->kinds = 0;
	for (i = 0; i < layer->n_hits; i++) {
		struct pw_signal_hit *hit = &layer->hits[i];

		/* A signal with captures is made to read identifiers. */
		if ((hit->scope == PW_SCOPE_SUBJECT || hit->scope == PW_SCOPE_BODY) &&
		    !hit->captures &&
		    !move_outside(scan, layer, &places[hit->scope == PW_SCOPE_BODY], hit))
			continue;
		layer->hits[n++] = *hit;
		layer->kinds |= 1u << hit->signal->kind;
	}
	layer->n_hits = n;
}

void pw_drop_identifier_words(struct pw_scan *scan)
{
	size_t l, i;

	for (l = 0; l < scan->n_layers; l++)
		for (i = 0; i < scan->finding->n_identifiers; i++)
			if (scan->finding->identifiers[i].layer ==
			    scan->layers[l].layer->id) {
				drop_words(scan, &scan->layers[l]);
				break;
			}
}
