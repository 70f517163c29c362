/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendors.c - which vendors a solicitation is about.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"

#define MAX_VENDORS 50

static bool is_vendor_name(const struct pw_named *named)
{
	return named->name.kind == PW_NAME_VENDOR || named->name.kind == PW_NAME_PRODUCT;
}

static bool is_listed(const struct pw_finding *finding, const char *slug)
{
	size_t i;

	for (i = 0; i < finding->n_vendors; i++)
		if (strcmp(finding->vendors[i].vendor, slug) == 0)
			return true;
	return false;
}

static void add_vendor(struct pw_scan *scan, const struct pw_layer_scan *layer,
		       int vendor, enum pw_scope scope, struct pw_span span,
		       const char *how)
{
	struct pw_finding *finding = scan->finding;
	const struct pw_vendor *named = &scan->ruleset->vendors[vendor];

	if (finding->n_vendors >= MAX_VENDORS || is_listed(finding, named->slug))
		return;
	finding->vendors[finding->n_vendors++] = (struct pw_vendor_hit){
		.vendor = named->slug,
		.name = named->name,
		.evidence = pw_scan_words(scan, &layer->texts[scope], span, 100),
		.how = how,
		.layer = layer->layer->id,
		.at = scope == PW_SCOPE_BODY ? layer->texts[scope].origin[span.start] : 0,
	};
}

/* Names in one layer; boasts only where nothing else is named. */
static void add_named(struct pw_scan *scan, const struct pw_party *party,
		      const struct pw_layer_scan *layer, bool boasts)
{
	size_t i;

	for (i = 0; i < layer->n_names; i++) {
		const struct pw_named *named = &layer->names[i];

		if (!is_vendor_name(named) || named->scope == PW_SCOPE_FROM ||
		    named->is_boast != boasts ||
		    (party->company && party->company->vendor == named->name.owner))
			continue;
		add_vendor(scan, layer, named->name.owner, named->scope,
			   (struct pw_span){ named->name.start, named->name.end },
			   named->name.kind == PW_NAME_VENDOR ? "name" : "product");
	}
}

/* Identifiers whose shape alone names the vendor. */
static void add_shapes(struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	static const enum pw_scope scopes[] = { PW_SCOPE_SUBJECT, PW_SCOPE_BODY };
	struct pw_span span;
	size_t i, s;

	for (i = 0; i < scan->ruleset->n_shapes; i++)
		for (s = 0; s < PW_ARRAY_LEN(scopes); s++)
			if (scan->ruleset->shapes[i].distinct == 2 &&
			    pw_scan_matches(scan, layer, scan->ruleset->shapes[i].pattern,
					    scopes[s], &span))
				add_vendor(scan, layer, scan->ruleset->shapes[i].vendor,
					   scopes[s], span, "identifier");
}

/* Where no vendor is named, the end date may be that of one contract. */
static void add_ending(struct pw_scan *scan, const struct pw_party *party)
{
	struct pw_finding *finding = scan->finding;
	int vendor = finding->n_vendors ? -1 : pw_party_contract_end(scan, party);
	size_t l;

	for (l = 0; l < party->n_layers; l++)
		if (party->layers[l]->kinds & 1u << PW_KIND_AGAINST)
			return; /* another trade's contract may end that day, too */
	if (vendor >= 0)
		finding->vendors[finding->n_vendors++] = (struct pw_vendor_hit){
			.vendor = scan->ruleset->vendors[vendor].slug,
			.name = scan->ruleset->vendors[vendor].name,
			.evidence = "the day on which the contract ends",
			.how = "contract",
			.layer = party->layers[0]->layer->id,
		};
}

/* The vendor who wrote the layer. */
static void add_writer(struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	const struct pw_span from = { 0, layer->texts[PW_SCOPE_FROM].len };

	if (layer->sender_class == PW_SENDER_VENDOR && layer->company)
		add_vendor(scan, layer, layer->company->vendor, PW_SCOPE_FROM, from,
			   "name");
}

void pw_party_vendors(struct pw_scan *scan, const struct pw_party *party)
{
	struct pw_finding *finding = scan->finding;
	size_t l, i;

	finding->vendors =
		pw_arena_alloc(scan->arena, MAX_VENDORS + 1, sizeof *finding->vendors);
	if (!finding->vendors)
		return;
	for (l = 0; l < party->n_layers; l++)
		add_named(scan, party, party->layers[l], false);
	for (l = 0; !finding->n_vendors && l < party->n_layers; l++)
		add_shapes(scan, party->layers[l]);
	for (l = 0; !finding->n_vendors && l < party->n_layers; l++)
		add_named(scan, party, party->layers[l], true);
	add_ending(scan, party);
	/* A vendor's mail in the thread says what the rival left out. */
	for (i = 0; !finding->n_vendors && i < scan->n_layers; i++)
		add_writer(scan, &scan->layers[i]);
}

void pw_notice_vendors(struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	const struct pw_party nobody = { 0 };

	scan->finding->vendors = pw_arena_alloc(scan->arena, MAX_VENDORS + 1,
						sizeof *scan->finding->vendors);
	scan->finding->n_vendors = 0;
	if (!scan->finding->vendors)
		return;
	add_named(scan, &nobody, layer, false);
	if (!scan->finding->n_vendors)
		add_writer(scan, layer);
}
