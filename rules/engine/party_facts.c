/* SPDX-License-Identifier: Apache-2.0 */
/* party_facts.c - what code knows of a party: vendors, identifiers, dates, contracts. */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"

bool pw_party_names(const struct pw_scan *scan, const struct pw_party *party,
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

bool pw_party_has_kind(const struct pw_party *party, enum pw_kind kind)
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

bool pw_party_has_identifier(const struct pw_scan *scan, const struct pw_party *party)
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

bool pw_party_has_shape(struct pw_scan *scan, const struct pw_party *party)
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
		return pw_party_has_identifier(scan, party);
	case PW_FACT_VENDOR:
		return pw_party_names(scan, party, PW_NAME_VENDOR);
	case PW_FACT_PRODUCT:
		return pw_party_names(scan, party, PW_NAME_PRODUCT);
	case PW_FACT_SHAPE:
		return pw_party_has_shape(scan, party);
	case PW_FACT_END_DATE:
		return has_end_date(scan, party);
	case PW_FACT_CUSTOMER:
		return is_for_customer(scan, party);
	case PW_FACT_ATTACHMENT:
		return party->layers[0]->layer->n_attachments > 0;
	case PW_FACT_SEVERAL_VENDORS:
		return count_vendors(party) > 1;
	case PW_FACT_CONTRACT_END:
		return party->ending >= 0;
	case PW_FACT_CONTRACT:
		return pw_party_contract(scan, party);
	default:
		return false;
	}
}

void pw_party_find_facts(struct pw_scan *scan, struct pw_party *party)
{
	const struct pw_signal *signal;
	size_t i;

	party->ending = pw_party_contract_end(scan, party);
	for (i = 0; i < scan->ruleset->n_facts; i++) {
		signal = scan->ruleset->facts[i];
		if (party->n_facts < PW_N_FACTS * 4 &&
		    holds_fact(scan, party, signal->fact))
			party->facts[party->n_facts++].signal = signal;
	}
}
