/* SPDX-License-Identifier: Apache-2.0 */
/*
 * party.c - layers grouped by who wrote them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"

static size_t depth_of(const struct pw_scan *scan, const struct pw_layer *layer)
{
	size_t depth = 0;

	while (layer->parent >= 0 && (size_t)layer->parent < scan->n_layers &&
	       depth < scan->n_layers) {
		layer = scan->layers[layer->parent].layer;
		depth++;
	}
	return depth;
}

/* What tells this sender from others; NULL where nothing does. */
static const char *key_of(const struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	const struct pw_addr *from = &layer->layer->from;

	if (layer->company && layer->company->sender_class == PW_SENDER_RIVAL)
		return layer->company->slug;
	if (layer->sender_class == PW_SENDER_UNKNOWN && layer->domain)
		return pw_registrable(scan->arena, layer->domain);
	if (from->address)
		return from->address;
	return from->name;
}

static enum pw_threshold threshold_of(const struct pw_layer_scan *layer)
{
	switch (layer->sender_class) {
	case PW_SENDER_RIVAL:
		return PW_THRESHOLD_RIVAL;
	case PW_SENDER_UNKNOWN:
		return PW_THRESHOLD_UNKNOWN;
	case PW_SENDER_FREEMAIL:
		return PW_THRESHOLD_FREEMAIL;
	default:
		return PW_THRESHOLD_UNNAMED;
	}
}

/* Outer mails are newer than those they carry; of siblings the later. */
static bool is_newer(const struct pw_scan *scan, const struct pw_layer_scan *a,
		     const struct pw_layer_scan *b)
{
	size_t depth_a = depth_of(scan, a->layer), depth_b = depth_of(scan, b->layer);

	if (depth_a != depth_b)
		return depth_a < depth_b;
	if (a->layer->date.day != b->layer->date.day)
		return a->layer->date.day > b->layer->date.day;
	return a->layer->id < b->layer->id;
}

void pw_party_add_layer(struct pw_scan *scan, struct pw_party *party,
			struct pw_layer_scan *layer)
{
	size_t at = party->n_layers, depth = depth_of(scan, layer->layer);
	struct pw_layer_scan **layers =
		pw_arena_grow(scan->arena, party->layers, party->n_layers,
			      &party->cap_layers, sizeof(struct pw_layer_scan *));

	if (!layers)
		return;
	party->layers = layers;
	party->n_layers++;
	while (at > 0 && is_newer(scan, layer, party->layers[at - 1])) {
		party->layers[at] = party->layers[at - 1];
		at--;
	}
	party->layers[at] = layer;
	if (depth > party->depth)
		party->depth = depth;
}

struct pw_party *pw_party_new(struct pw_scan *scan, struct pw_parties *parties)
{
	struct pw_party *party = &parties->items[parties->n];

	memset(party, 0, sizeof *party);
	/* Room for the first layer at least: most have no other. */
	party->layers = pw_arena_grow(scan->arena, NULL, 0, &party->cap_layers,
				      sizeof(struct pw_layer_scan *));
	party->facts = pw_arena_alloc(scan->arena, PW_N_FACTS * 4, sizeof *party->facts);
	if (!party->layers || !party->facts)
		return NULL;
	parties->n++;
	return party;
}

static struct pw_party *party_of(struct pw_scan *scan, struct pw_parties *parties,
				 const char *key)
{
	size_t i;

	for (i = 0; key && i < parties->n; i++)
		if (parties->items[i].key && pw_strieq(parties->items[i].key, key))
			return &parties->items[i];
	return pw_party_new(scan, parties);
}

struct pw_parties pw_parties_of(struct pw_scan *scan)
{
	/* Room for one party a layer, as many introduced, one pasted. */
	struct pw_parties parties = { .items = pw_arena_alloc(scan->arena,
							      2 * scan->n_layers + 2,
							      sizeof *parties.items) };
	struct pw_party *party;
	const char *key;
	size_t i;

	for (i = 0; parties.items && i < scan->n_layers; i++) {
		struct pw_layer_scan *layer = &scan->layers[i];

		if (layer->not_candidate || layer->exclusion)
			continue;
		key = key_of(scan, layer);
		party = party_of(scan, &parties, key);
		if (!party)
			break;
		party->key = key;
		if (layer->company && layer->company->sender_class == PW_SENDER_RIVAL)
			party->company = layer->company;
		pw_party_add_layer(scan, party, layer);
		party->threshold_kind = threshold_of(party->layers[0]);
	}
	return parties;
}

bool pw_party_spans(const struct pw_scan *scan, const struct pw_party *party, int layer)
{
	size_t i;

	for (i = 0; i < party->n_layers; i++)
		if (party->layers[i]->layer->id == layer)
			return true;
	return layer >= 0 && (size_t)layer < scan->n_layers &&
	       (scan->layers[layer].sender_class == PW_SENDER_VENDOR ||
		scan->layers[layer].sender_class == PW_SENDER_VENDOR_AGENT);
}
