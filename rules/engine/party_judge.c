/* SPDX-License-Identifier: Apache-2.0 */
/* party_judge.c - does a party ask for a renewal of an IT contract, and strongly enough?
 */
#include <stdio.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"
#include "rules/engine/price.h"

#define NEW_ASKS_MIN 6 /* points of two asks */

/* A vendor's letter in the same thread says what it is about. */
static bool thread_has_vendor_mail(const struct pw_scan *scan)
{
	size_t i;

	for (i = 0; i < scan->n_layers; i++)
		if (scan->layers[i].sender_class == PW_SENDER_VENDOR)
			return true;
	return false;
}

/* What a known reseller writes about, that ends or has renewal in its subject, is
   no lease, unless words say so. */
static bool is_resellers_renewal(const struct pw_party *party)
{
	size_t l, i;

	if (party->threshold_kind != PW_THRESHOLD_RIVAL ||
	    !pw_party_has_kind(party, PW_KIND_ASK) ||
	    pw_party_has_kind(party, PW_KIND_AGAINST))
		return false;
	if (pw_party_has_kind(party, PW_KIND_EXPIRY))
		return true;
	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++)
			if (party->layers[l]->hits[i].signal->kind == PW_KIND_RENEWAL &&
			    party->layers[l]->hits[i].scope == PW_SCOPE_SUBJECT)
				return true;
	return false;
}

/* A known rival sells IT.  A stranger may sell anything: words that other trades
   use as well ("service contract") do not tell what. */
static bool says_it(struct pw_scan *scan, const struct pw_party *party)
{
	size_t l;

	if (party->company)
		return pw_party_has_kind(party, PW_KIND_IT);
	for (l = 0; l < party->n_layers; l++)
		if (pw_scan_says(scan, party->layers[l], PW_KIND_IT, PW_KIND_VAGUE))
			return true;
	return false;
}

static bool is_about_it(struct pw_scan *scan, const struct pw_party *party)
{
	return pw_party_names(scan, party, PW_NAME_VENDOR) ||
	       pw_party_names(scan, party, PW_NAME_PRODUCT) ||
	       pw_party_has_identifier(scan, party) || says_it(scan, party) ||
	       thread_has_vendor_mail(scan) || pw_party_has_shape(scan, party) ||
	       is_resellers_renewal(party);
}

/* A vendor that resells is a rival only for what is not its own. */
static bool sells_own_only(const struct pw_scan *scan, const struct pw_party *party)
{
	if (!party->company || party->company->vendor < 0)
		return false;
	return !pw_party_names(scan, party, PW_NAME_VENDOR) &&
	       !pw_party_names(scan, party, PW_NAME_PRODUCT);
}

static bool names_contract(struct pw_scan *scan, const struct pw_party *party)
{
	return pw_party_names(scan, party, PW_NAME_VENDOR) ||
	       pw_party_names(scan, party, PW_NAME_PRODUCT) ||
	       pw_party_has_identifier(scan, party);
}

#define IN_PASSING (-2) /* points against of a word that may well be beside it */
#define PLAIN_ASK  2    /* points of an ask that does not also fit a favour */
#define STRONGLY   (-4) /* points against that no word of selling outweighs */

static bool is_spoken_against(const struct pw_party *party)
{
	return pw_party_has_kind(party, PW_KIND_AGAINST) ||
	       pw_party_has_kind(party, PW_KIND_REQUEST);
}

static double points_of(const struct pw_party *party, enum pw_kind kind)
{
	double sum = 0;
	size_t l, i;

	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++)
			if (party->layers[l]->hits[i].is_counted &&
			    party->layers[l]->hits[i].signal->kind == kind)
				sum += party->layers[l]->hits[i].signal->weight;
	return sum;
}

/* An invoice or an event, not merely a word of a promotion or a footer. */
static bool is_strongly_against(const struct pw_party *party)
{
	return points_of(party, PW_KIND_AGAINST) <= STRONGLY ||
	       pw_party_has_kind(party, PW_KIND_REQUEST);
}

static bool is_priced(const struct pw_layer_scan *layer)
{
	const struct pw_scan_text *body = &layer->texts[PW_SCOPE_BODY];
	const struct pw_scan_text *subject = &layer->texts[PW_SCOPE_SUBJECT];

	return pw_names_price(body->data, body->len) ||
	       pw_names_price(subject->data, subject->len);
}

/* A word of selling, or a sum of money. */
static bool offers(const struct pw_party *party)
{
	size_t l;

	if (pw_party_has_kind(party, PW_KIND_OFFER))
		return true;
	for (l = 0; l < party->n_layers; l++)
		if (is_priced(party->layers[l]))
			return true;
	return false;
}

/* The word renewal, or something that can be renewed comes to its end: an
   upgrade that "ended last night" is neither. */
static bool is_cover_ending(const struct pw_party *party)
{
	return pw_party_has_kind(party, PW_KIND_RENEWAL) ||
	       (pw_party_has_kind(party, PW_KIND_EXPIRY) &&
		pw_party_has_kind(party, PW_KIND_COVER));
}

/* Who tells a customer of ours that cover for a vendor's product ends wants
   to sell the renewal, whatever words he asks with: the customer himself, the
   vendor, its agents and we are other classes of senders. */
static bool tells_of_expiry(struct pw_scan *scan, const struct pw_party *party)
{
	return pw_party_has_kind(party, PW_KIND_EXPIRY) && is_cover_ending(party) &&
	       !is_spoken_against(party) && names_contract(scan, party);
}

/* An ask needs something that can be renewed: the word, the end of it, a
   vendor's licences or support, or our own contract with the vendor named. */
static bool asks_for_cover(struct pw_scan *scan, const struct pw_party *party)
{
	if (!pw_party_has_kind(party, PW_KIND_ASK))
		return false;
	if (pw_party_has_kind(party, PW_KIND_RENEWAL) ||
	    pw_party_has_kind(party, PW_KIND_EXPIRY))
		return true;
	if (is_strongly_against(party) || !names_contract(scan, party))
		return false;
	return pw_party_has_kind(party, PW_KIND_COVER) ||
	       (!is_spoken_against(party) && points_of(party, PW_KIND_ASK) >= PLAIN_ASK &&
		pw_party_contract(scan, party));
}

/* A known reseller who happens to name devices as well. */
static bool is_hardly_against(const struct pw_party *party)
{
	return party->threshold_kind == PW_THRESHOLD_RIVAL &&
	       points_of(party, PW_KIND_AGAINST) >= IN_PASSING;
}

/* Who names the day on which our contract ends, and nothing that speaks
   against (an invoice, an event), is after it in any language.  Beside one of
   our identifiers, or the vendor's name in a known reseller's mail or with a
   price, a passing word ("we deliver your laptops") does not count. */
static bool names_contract_end(struct pw_scan *scan, const struct pw_party *party)
{
	bool is_clear = pw_party_has_identifier(scan, party) ||
			(names_contract(scan, party) &&
			 (offers(party) || is_hardly_against(party)));

	return party->ending >= 0 &&
	       (is_clear ? !is_strongly_against(party) : !is_spoken_against(party));
}

/* A known reseller writes to our customer about a vendor whose contract he has
   from us, and of cover, its end or a price: he wants it. */
static bool writes_of_ours(const struct pw_scan *scan, const struct pw_party *party)
{
	return !is_spoken_against(party) && pw_party_contract(scan, party) &&
	       (pw_party_has_kind(party, PW_KIND_COVER) ||
		pw_party_has_kind(party, PW_KIND_EXPIRY) || offers(party));
}

/* A stranger whom the vendor told of the customer's contract wants to sell. */
static bool was_told_of_ours(struct pw_scan *scan, const struct pw_party *party)
{
	size_t l, i;

	if (is_spoken_against(party) ||
	    (!pw_party_has_identifier(scan, party) && !pw_party_contract(scan, party)))
		return false;
	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++) {
			const struct pw_signal_hit *hit = &party->layers[l]->hits[i];

			if (hit->signal->claim && !hit->is_negated)
				return true;
		}
	return false;
}

/* One of our identifiers in a mail of a known rival to our customer needs no
   other word; in a stranger's mail a word of selling, or of its end. */
static bool offers_ours(const struct pw_scan *scan, const struct pw_party *party)
{
	if (is_strongly_against(party) || !pw_party_has_identifier(scan, party))
		return false;
	return (party->threshold_kind == PW_THRESHOLD_RIVAL &&
		!is_spoken_against(party)) ||
	       pw_party_has_kind(party, PW_KIND_ASK) || offers(party) ||
	       (!is_spoken_against(party) && pw_party_has_kind(party, PW_KIND_EXPIRY));
}

/* An offer taken back is none, unless a new one stands in its place; nor do
   words in small print ("we may withdraw this quote") take back what is asked
   in several others about a contract of ours. */
static bool is_withdrawn(struct pw_scan *scan, const struct pw_party *party)
{
	const struct pw_layer_scan *newest = party->layers[0];

	if (!(newest->kinds & 1u << PW_KIND_WITHDRAWAL) ||
	    newest->kinds & 1u << PW_KIND_NEW_OFFER)
		return false;
	return !names_contract(scan, party) ||
	       pw_scan_asks_outside(scan, newest, PW_KIND_WITHDRAWAL) < NEW_ASKS_MIN;
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
	/* Colleagues who talk of a rival are no text of his. */
	if (party->is_pasted && is_strongly_against(party))
		return false;
	if (offers_ours(scan, party) || asks_to_change(party))
		return true;
	if (asks_for_cover(scan, party))
		return true;
	if (party->threshold_kind != PW_THRESHOLD_PASTED && was_told_of_ours(scan, party))
		return true;
	switch (party->threshold_kind) {
	case PW_THRESHOLD_RIVAL:
		return (pw_party_has_kind(party, PW_KIND_ASK) &&
			!is_spoken_against(party)) ||
		       tells_of_expiry(scan, party) || names_contract_end(scan, party) ||
		       writes_of_ours(scan, party);
	case PW_THRESHOLD_UNKNOWN:
		return tells_of_expiry(scan, party) || names_contract_end(scan, party);
	default:
		return false;
	}
}

void pw_party_judge(struct pw_scan *scan, struct pw_party *party)
{
	char why[120];

	pw_party_find_facts(scan, party);
	party->threshold = scan->ruleset->thresholds[party->threshold_kind];
	party->score = pw_party_sum(scan, party);
	if (sells_own_only(scan, party)) {
		party->why = "a vendor about its own product";
	} else if (is_withdrawn(scan, party)) {
		party->why = "takes an offer back";
	} else if (!asks(scan, party)) {
		party->why = "does not ask to renew with its sender";
	} else if (scan->is_carried && party->threshold_kind != PW_THRESHOLD_RIVAL &&
		   !pw_party_has_kind(party, PW_KIND_ASK)) {
		party->why = "only passes on what others wrote";
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
		pw_party_judge(scan, &parties->items[i]);
		for (l = 0; l < parties->items[i].n_layers; l++) {
			parties->items[i].layers[l]->score = parties->items[i].score;
			parties->items[i].layers[l]->why = parties->items[i].why;
		}
	}
}
