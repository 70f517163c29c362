/* SPDX-License-Identifier: Apache-2.0 */
/*
 * party.c - layers grouped by who wrote them, and weighed: steps two to four.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"

#define PW_MAX_LANGS 32

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

static void add_layer(struct pw_scan *scan, struct pw_party *party,
		      struct pw_layer_scan *layer)
{
	size_t at = party->n_layers++, depth = depth_of(scan, layer->layer);

	while (at > 0 && is_newer(scan, layer, party->layers[at - 1])) {
		party->layers[at] = party->layers[at - 1];
		at--;
	}
	party->layers[at] = layer;
	if (depth > party->depth)
		party->depth = depth;
}

static struct pw_party *new_party(struct pw_scan *scan, struct pw_parties *parties)
{
	struct pw_party *party = &parties->items[parties->n];

	memset(party, 0, sizeof *party);
	party->layers = pw_arena_alloc(scan->arena, scan->n_layers + 1,
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
	return new_party(scan, parties);
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
		add_layer(scan, party, layer);
		party->threshold_kind = threshold_of(party->layers[0]);
	}
	return parties;
}

/* Points of one kind, by language: "renewal" is a word of eight of them, and
   must not count eight times. */
struct tally {
	const char *langs[PW_MAX_LANGS];
	double sums[PW_N_KINDS][PW_MAX_LANGS]; /* language 0: none given */
	size_t n;
};

static size_t lang_index(struct tally *tally, const char *lang)
{
	size_t i;

	if (!lang)
		return 0;
	for (i = 1; i < tally->n; i++)
		if (strcmp(tally->langs[i], lang) == 0)
			return i;
	if (tally->n == PW_MAX_LANGS)
		return 0;
	tally->langs[tally->n] = lang;
	return tally->n++;
}

/* The language that says most of a kind. */
static size_t best_lang(const struct tally *tally, int kind)
{
	size_t best = 1, i;

	for (i = 2; i < tally->n; i++)
		if (fabs(tally->sums[kind][i]) > fabs(tally->sums[kind][best]))
			best = i;
	return best;
}

/* A signal counts once, in the newest layer that has it. */
static void mark_first(struct pw_scan *scan, const struct pw_party *party,
		       struct tally *tally)
{
	bool *seen = pw_alloc(scan->ruleset->n_signals + 1, sizeof *seen);
	size_t l, i, at;

	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++) {
			struct pw_signal_hit *hit = &party->layers[l]->hits[i];

			at = (size_t)(hit->signal - scan->ruleset->signals);
			hit->is_counted = !seen[at] && !hit->is_negated;
			seen[at] = true;
			if (hit->is_counted)
				tally->sums[hit->signal->kind]
					   [lang_index(tally, hit->signal->lang)] +=
					hit->signal->weight;
		}
	free(seen);
}

/* Sum of the weights of distinct signals in the party's layers. */
static double sum_weights(struct pw_scan *scan, const struct pw_party *party)
{
	struct tally *tally = pw_alloc(1, sizeof *tally);
	double sum = 0;
	size_t l, i;

	tally->n = 1;
	mark_first(scan, party, tally);
	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++) {
			struct pw_signal_hit *hit = &party->layers[l]->hits[i];

			if (hit->signal->lang &&
			    lang_index(tally, hit->signal->lang) !=
				    best_lang(tally, hit->signal->kind))
				hit->is_counted = false;
			sum += hit->is_counted ? hit->signal->weight : 0;
		}
	for (i = 0; i < party->n_facts; i++) {
		party->facts[i].is_counted = true;
		sum += party->facts[i].signal->weight;
	}
	free(tally);
	return sum;
}

static bool names_vendor(const struct pw_scan *scan, const struct pw_party *party,
			 enum pw_name_kind kind)
{
	size_t l, i;

	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_names; i++) {
			const struct pw_named *named = &party->layers[l]->names[i];

			if (named->name.kind == kind &&
			    !(party->company &&
			      party->company->vendor == named->name.owner))
				return true;
		}
	(void)scan;
	return false;
}

static bool has_kind(const struct pw_party *party, enum pw_kind kind)
{
	size_t l;

	for (l = 0; l < party->n_layers; l++)
		if (pw_layer_hit(party->layers[l], kind))
			return true;
	return false;
}

static size_t count_vendors(const struct pw_party *party)
{
	int seen[64];
	size_t l, i, k, n = 0;

	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_names; i++) {
			const struct pw_named *named = &party->layers[l]->names[i];

			if (named->name.kind != PW_NAME_VENDOR &&
			    named->name.kind != PW_NAME_PRODUCT)
				continue;
			for (k = 0; k < n && seen[k] != named->name.owner; k++)
				;
			if (k == n && n < PW_ARRAY_LEN(seen))
				seen[n++] = named->name.owner;
		}
	return n;
}

static bool has_identifier(const struct pw_scan *scan, const struct pw_party *party)
{
	size_t i, l;

	for (i = 0; i < scan->finding->n_identifiers; i++)
		for (l = 0; l < party->n_layers; l++)
			if (scan->finding->identifiers[i].layer ==
				    party->layers[l]->layer->id &&
			    scan->finding->identifiers[i].how == PW_HOW_IDENTIFIER)
				return true;
	return false;
}

static bool has_shape(struct pw_scan *scan, const struct pw_party *party)
{
	struct pw_span span;
	size_t l, i;

	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < scan->ruleset->n_shapes; i++)
			if (scan->ruleset->shapes[i].distinct == 2 &&
			    (pw_scan_matches(scan, party->layers[l],
					     scan->ruleset->shapes[i].pattern,
					     PW_SCOPE_BODY, &span) ||
			     pw_scan_matches(scan, party->layers[l],
					     scan->ruleset->shapes[i].pattern,
					     PW_SCOPE_SUBJECT, &span)))
				return true;
	return false;
}

static bool is_for_customer(const struct pw_scan *scan, const struct pw_party *party)
{
	const struct pw_layer *layer = party->layers[0]->layer;
	const struct pw_addrs *lists[] = { &layer->to, &layer->cc };
	const struct pw_company *company;
	const char *domain, *customer;
	size_t k, i;

	for (k = 0; k < PW_ARRAY_LEN(lists); k++)
		for (i = 0; i < lists[k]->n; i++) {
			domain = lists[k]->items[i].address
					 ? pw_address_domain(lists[k]->items[i].address)
					 : NULL;
			if (!domain)
				continue;
			pw_class_of_domain(scan, domain, &company, &customer);
			if (customer)
				return true;
		}
	return false;
}

static bool has_end_date(const struct pw_scan *scan, const struct pw_party *party)
{
	size_t i, l;

	for (i = 0; i < scan->finding->n_stated; i++)
		for (l = 0; l < party->n_layers; l++)
			if (!scan->finding->stated[i].is_loose &&
			    scan->finding->stated[i].layer == party->layers[l]->layer->id)
				return true;
	return false;
}

static bool holds_fact(struct pw_scan *scan, const struct pw_party *party,
		       enum pw_fact fact)
{
	switch (fact) {
	case PW_FACT_IDENTIFIER:
		return has_identifier(scan, party);
	case PW_FACT_VENDOR:
		return names_vendor(scan, party, PW_NAME_VENDOR);
	case PW_FACT_PRODUCT:
		return names_vendor(scan, party, PW_NAME_PRODUCT);
	case PW_FACT_SHAPE:
		return has_shape(scan, party);
	case PW_FACT_END_DATE:
		return has_end_date(scan, party);
	case PW_FACT_CUSTOMER:
		return is_for_customer(scan, party);
	case PW_FACT_ATTACHMENT:
		return party->layers[0]->layer->n_attachments > 0;
	case PW_FACT_SEVERAL_VENDORS:
		return count_vendors(party) > 1;
	case PW_FACT_CONTRACT_END:
		return pw_party_contract_end(scan, party) >= 0;
	case PW_FACT_CONTRACT:
		return pw_party_contract(scan, party);
	default:
		return false;
	}
}

static void find_facts(struct pw_scan *scan, struct pw_party *party)
{
	const struct pw_signal *signal;
	size_t i;

	for (i = 0; i < scan->ruleset->n_signals; i++) {
		signal = &scan->ruleset->signals[i];
		if (signal->fact == PW_FACT_NONE || party->n_facts >= PW_N_FACTS * 4)
			continue;
		if (holds_fact(scan, party, signal->fact))
			party->facts[party->n_facts++].signal = signal;
	}
}

/* A vendor's letter in the same thread says what it is about. */
static bool thread_has_vendor_mail(const struct pw_scan *scan)
{
	size_t i;

	for (i = 0; i < scan->n_layers; i++)
		if (scan->layers[i].sender_class == PW_SENDER_VENDOR)
			return true;
	return false;
}

static bool is_about_it(struct pw_scan *scan, const struct pw_party *party)
{
	return names_vendor(scan, party, PW_NAME_VENDOR) ||
	       names_vendor(scan, party, PW_NAME_PRODUCT) ||
	       names_vendor(scan, party, PW_NAME_HINT) || has_identifier(scan, party) ||
	       has_kind(party, PW_KIND_IT) || thread_has_vendor_mail(scan) ||
	       has_shape(scan, party);
}

/* A vendor that resells is a rival only for what is not its own. */
static bool sells_own_only(const struct pw_scan *scan, const struct pw_party *party)
{
	if (!party->company || party->company->vendor < 0)
		return false;
	return !names_vendor(scan, party, PW_NAME_VENDOR) &&
	       !names_vendor(scan, party, PW_NAME_PRODUCT);
}

static bool names_contract(struct pw_scan *scan, const struct pw_party *party)
{
	return names_vendor(scan, party, PW_NAME_VENDOR) ||
	       names_vendor(scan, party, PW_NAME_PRODUCT) || has_identifier(scan, party);
}

/* Who tells a customer of ours that cover for a vendor's product ends wants
   to sell the renewal, whatever words he asks with: the customer himself, the
   vendor, its agents and we are other classes of senders. */
static bool tells_of_expiry(struct pw_scan *scan, const struct pw_party *party)
{
	return has_kind(party, PW_KIND_EXPIRY) && !has_kind(party, PW_KIND_REQUEST) &&
	       names_contract(scan, party);
}

/* Who names the day on which our contract ends, and nothing that speaks
   against (an invoice, an event), is after it in any language. */
static bool names_contract_end(const struct pw_scan *scan, const struct pw_party *party)
{
	return !has_kind(party, PW_KIND_AGAINST) && !has_kind(party, PW_KIND_REQUEST) &&
	       pw_party_contract_end(scan, party) >= 0;
}

static bool is_spoken_against(const struct pw_party *party)
{
	return has_kind(party, PW_KIND_AGAINST) || has_kind(party, PW_KIND_REQUEST);
}

/* One of our identifiers in a mail of a known rival to our customer needs no
   other word; in a stranger's mail a word of selling. */
static bool offers_ours(const struct pw_scan *scan, const struct pw_party *party)
{
	if (is_spoken_against(party) || !has_identifier(scan, party))
		return false;
	return party->threshold_kind == PW_THRESHOLD_RIVAL ||
	       has_kind(party, PW_KIND_OFFER) || has_kind(party, PW_KIND_ASK);
}

/* An offer taken back is none, unless a new one stands in its place. */
static bool is_withdrawn(const struct pw_party *party)
{
	const struct pw_layer_scan *newest = party->layers[0];

	return (newest->kinds & 1u << PW_KIND_WITHDRAWAL) &&
	       !(newest->kinds & 1u << PW_KIND_NEW_OFFER);
}

/* Who asks to be put in our place asks for the renewal. */
static bool asks_to_change(const struct pw_party *party)
{
	size_t l, i;

	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++) {
			const struct pw_signal_hit *hit = &party->layers[l]->hits[i];

			if (hit->signal->kind == PW_KIND_ASK && hit->signal->claim &&
			    !hit->is_negated)
				return true;
		}
	return false;
}

static bool asks(struct pw_scan *scan, const struct pw_party *party)
{
	bool is_about_renewal =
		has_kind(party, PW_KIND_RENEWAL) || has_kind(party, PW_KIND_EXPIRY);

	if (offers_ours(scan, party) || asks_to_change(party))
		return true;
	switch (party->threshold_kind) {
	case PW_THRESHOLD_RIVAL:
		return has_kind(party, PW_KIND_ASK) ||
		       (is_about_renewal && names_contract(scan, party)) ||
		       names_contract_end(scan, party);
	case PW_THRESHOLD_UNKNOWN:
		return (has_kind(party, PW_KIND_ASK) && is_about_renewal) ||
		       tells_of_expiry(scan, party) || names_contract_end(scan, party);
	default:
		return has_kind(party, PW_KIND_ASK) && is_about_renewal;
	}
}

static void judge(struct pw_scan *scan, struct pw_party *party)
{
	char why[120];

	find_facts(scan, party);
	party->threshold = scan->ruleset->thresholds[party->threshold_kind];
	party->score = sum_weights(scan, party);
	if (sells_own_only(scan, party)) {
		party->why = "a vendor about its own product";
	} else if (is_withdrawn(party)) {
		party->why = "takes an offer back";
	} else if (!asks(scan, party)) {
		party->why = "does not ask to renew with its sender";
	} else if (!is_about_it(scan, party)) {
		party->why = "not about an IT contract";
	} else {
		party->passes = party->score >= party->threshold;
		snprintf(why, sizeof why, "score %g, threshold %g", party->score,
			 party->threshold);
		party->why = pw_arena_strdup(scan->arena, why);
	}
}

void pw_parties_judge(struct pw_scan *scan, struct pw_parties *parties)
{
	size_t i, l;

	for (i = 0; i < parties->n; i++) {
		judge(scan, &parties->items[i]);
		for (l = 0; l < parties->items[i].n_layers; l++) {
			parties->items[i].layers[l]->score = parties->items[i].score;
			parties->items[i].layers[l]->why = parties->items[i].why;
		}
	}
}

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
		party = new_party(scan, parties);
		if (!party)
			return;
		party->company = found.company;
		party->key = found.key;
		party->email = found.email;
		party->name = found.name;
		party->is_introduced = true;
		add_layer(scan, party, layer);
		party->threshold_kind = PW_THRESHOLD_RIVAL;
		find_facts(scan, party);
		party->score = sum_weights(scan, party);
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

/* "Gloria Vanneste with Insight": the words with capitals before the
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
		party = new_party(scan, parties);
		if (!party)
			return 0;
		party->company = rival;
		party->key = rival->slug;
		party->is_pasted = true;
		party->name =
			name_before(scan, layer, (int)(rival - scan->ruleset->rivals));
		party->threshold_kind = PW_THRESHOLD_PASTED;
		add_layer(scan, party, layer);
		pw_find_end_dates(scan, layer);
		judge(scan, party);
		layer->why = party->passes ? "a rival's text, pasted" : layer->why;
		if (party->passes)
			return 0;
	}
	return 0;
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
