/* SPDX-License-Identifier: Apache-2.0 */
/* party_others.c - parties that wrote no layer of their own: introduced ones, and pasted
 * texts. */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"
#include "rules/engine/reseller.h"

/* The reseller among the recipients of a vendor's mail. */
static bool find_introduced(struct pw_scan *scan, const struct pw_layer_scan *layer,
			    struct pw_party *party)
{
	const struct pw_addrs *lists[] = { &layer->layer->cc, &layer->layer->to };
	const struct pw_company *company;
	const char *domain, *customer;
	size_t k, i;

	for (k = 0; k < PW_ARRAY_LEN(lists); k++)
		for (i = 0; i < lists[k]->n; i++) {
			const struct pw_addr *addr = &lists[k]->items[i];
			enum pw_sender_class class;

			domain = addr->address ? pw_address_domain(addr->address) : NULL;
			if (!domain || pw_is_ours(scan->us, addr->address))
				continue;
			class = pw_class_of_domain(scan, domain, &company, &customer);
			if (customer || (class != PW_SENDER_RIVAL &&
					 !(class == PW_SENDER_UNKNOWN && k == 0)))
				continue;
			party->company = class == PW_SENDER_RIVAL ? company : NULL;
			party->key = party->company ? company->slug
						    : pw_registrable(scan->arena, domain);
			party->email = addr->address;
			party->name = addr->name;
			return true;
		}
	return false;
}

static bool solicits_already(const struct pw_parties *parties, const char *key)
{
	size_t i;

	for (i = 0; i < parties->n; i++)
		if (parties->items[i].passes && pw_streq(parties->items[i].key, key))
			return true;
	return false;
}

void pw_parties_introduced(struct pw_scan *scan, struct pw_parties *parties)
{
	struct pw_party *party, found;
	size_t i;

	for (i = 0; i < scan->n_layers; i++) {
		struct pw_layer_scan *layer = &scan->layers[i];

		if ((layer->sender_class != PW_SENDER_VENDOR &&
		     layer->sender_class != PW_SENDER_VENDOR_AGENT) ||
		    layer->exclusion || !pw_layer_hit(layer, PW_KIND_INTRODUCE))
			continue;
		memset(&found, 0, sizeof found);
		if (!find_introduced(scan, layer, &found) ||
		    solicits_already(parties, found.key))
			continue;
		party = pw_party_new(scan, parties);
		if (!party)
			return;
		party->company = found.company;
		party->key = found.key;
		party->email = found.email;
		party->name = found.name;
		party->is_introduced = true;
		pw_party_add_layer(scan, party, layer);
		party->threshold_kind = PW_THRESHOLD_RIVAL;
		if (layer->not_candidate) /* else they are read already */
			pw_find_end_dates(scan, layer);
		pw_party_find_facts(scan, party);
		party->score = pw_party_sum(scan, party);
		party->threshold = scan->ruleset->thresholds[PW_THRESHOLD_RIVAL];
		party->passes = true;
		party->why = layer->why =
			"the vendor introduces a reseller who is copied";
	}
}

/* The rival who introduces himself in a text that somebody else sent. */
static const struct pw_company *introduced_rival(const struct pw_scan *scan,
						 const struct pw_layer_scan *layer)
{
	size_t i;

	for (i = 0; i < layer->n_names; i++) {
		const struct pw_named *named = &layer->names[i];

		if ((named->name.kind == PW_NAME_RIVAL ||
		     named->name.kind == PW_NAME_RIVAL_AMBIGUOUS) &&
		    named->is_introduction && named->scope == PW_SCOPE_BODY &&
		    scan->ruleset->rivals[named->name.owner].sender_class ==
			    PW_SENDER_RIVAL)
			return &scan->ruleset->rivals[named->name.owner];
	}
	return NULL;
}

/* "Kim Hall with Insight": the words with capitals before the
   introduction, two or three of them. */
static const char *name_before(const struct pw_scan *scan,
			       const struct pw_layer_scan *layer, int rival)
{
	const struct pw_scan_text *text = &layer->texts[PW_SCOPE_BODY];
	const char *s = text->original;
	size_t i, at, end, start, words;

	for (i = 0; i < layer->n_names; i++)
		if (layer->names[i].is_introduction &&
		    layer->names[i].name.owner == rival &&
		    layer->names[i].scope == PW_SCOPE_BODY)
			break;
	if (i == layer->n_names)
		return NULL;
	at = text->origin[layer->names[i].name.start];
	/* Over the word between name and company: "with", "from", "bei". */
	while (at > 0 && s[at - 1] == ' ')
		at--;
	while (at > 0 && s[at - 1] >= 'a' && s[at - 1] <= 'z')
		at--;
	while (at > 0 && (s[at - 1] == ' ' || s[at - 1] == ','))
		at--;
	end = start = at;
	for (words = 0; words < 3 && at > 0; words++) {
		while (at > 0 && !strchr(" \n\"(,.:;", s[at - 1]))
			at--;
		if (at == end || !((s[at] >= 'A' && s[at] <= 'Z') || (s[at] & 0x80)))
			break;
		start = at;
		if (at == 0 || s[at - 1] != ' ')
			words = 3;
		while (at > 0 && s[at - 1] == ' ')
			at--;
	}
	return memchr(s + start, ' ', end - start)
		       ? pw_arena_strndup(scan->arena, s + start, end - start)
		       : NULL;
}

static bool can_carry_paste(const struct pw_layer_scan *layer)
{
	return layer->not_candidate && !layer->exclusion &&
	       (layer->sender_class == PW_SENDER_CUSTOMER ||
		layer->sender_class == PW_SENDER_OURS ||
		layer->sender_class == PW_SENDER_UNKNOWN ||
		layer->sender_class == PW_SENDER_FREEMAIL ||
		layer->sender_class == PW_SENDER_NONE);
}

int pw_parties_pasted(struct pw_scan *scan, struct pw_parties *parties,
		      struct pw_err *err)
{
	const struct pw_company *rival;
	struct pw_party *party;
	size_t i;

	for (i = 0; i < scan->n_layers; i++) {
		struct pw_layer_scan *layer = &scan->layers[i];

		rival = can_carry_paste(layer) ? introduced_rival(scan, layer) : NULL;
		if (!rival)
			continue;
		layer->n_hits = 0;
		layer->kinds = 0;
		if (pw_scan_signals(scan, layer, true, err) < 0)
			return -1;
		pw_settle_resellers(scan);
		pw_settle_with(scan);
		party = pw_party_new(scan, parties);
		if (!party)
			return 0;
		party->company = rival;
		party->key = rival->slug;
		party->is_pasted = true;
		party->name =
			name_before(scan, layer, (int)(rival - scan->ruleset->rivals));
		party->threshold_kind = PW_THRESHOLD_PASTED;
		pw_party_add_layer(scan, party, layer);
		pw_find_end_dates(scan, layer);
		pw_party_judge(scan, party);
		layer->why = party->passes ? "a rival's text, pasted" : layer->why;
		if (party->passes)
			return 0;
	}
	return 0;
}
