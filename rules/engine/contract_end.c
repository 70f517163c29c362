/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contract_end.c - a mail about a vendor that we have a contract with for this
 * customer, or one that names the very day on which a contract ends.
 *
 * Needs no phrase of any language: a stranger who writes to our customer and
 * names that day, beside the contract's vendor, is after the contract.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"

#define ADDRESSES_MAX 40
#define ENDING_MAX    16  /* contracts that end on one day */
#define VENDORS_MAX   200 /* of one customer */

static bool is_vendor(const struct pw_named *named)
{
	return (named->name.kind == PW_NAME_VENDOR ||
		named->name.kind == PW_NAME_PRODUCT) &&
	       named->scope != PW_SCOPE_FROM && !named->is_boast;
}

/* Is this vendor named (or, with none, any)? */
static bool names(const struct pw_party *party, int vendor, bool any)
{
	size_t l, i;

	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_names; i++) {
			const struct pw_named *named = &party->layers[l]->names[i];

			if (is_vendor(named) && (any || named->name.owner == vendor))
				return true;
		}
	return false;
}

static bool is_last_of_month(pw_day day)
{
	int year, month, first;

	pw_day_to_civil(day + 1, &year, &month, &first);
	return first == 1;
}

static int vendor_of_day(const struct pw_scan *scan, const struct pw_party *party,
			 const char *domain, pw_day day)
{
	const char *vendors[ENDING_MAX];
	size_t n = day == PW_DAY_NONE ? 0
				      : pw_known_ending(scan->known, domain, day, vendors,
							ENDING_MAX);
	size_t i;
	bool is_any_named = names(party, 0, true);

	/* Leases and policies end with a month too. */
	if (!is_any_named && is_last_of_month(day))
		return -1;

	for (i = 0; i < n; i++) {
		const struct pw_vendor *vendor =
			pw_ruleset_vendor(scan->ruleset, vendors[i]);
		int index = vendor ? (int)(vendor - scan->ruleset->vendors) : -1;

		if (index >= 0 && (!is_any_named || names(party, index, false)))
			return index;
	}
	return -1;
}

/* The vendor that is named and that the customer of this domain has a contract
   of ours with. */
static bool has_contract(const struct pw_scan *scan, const struct pw_party *party,
			 const char *address)
{
	const char *vendors[VENDORS_MAX];
	const char *domain = address ? pw_address_domain(address) : NULL;
	size_t n = domain ? pw_known_ending(scan->known, domain, PW_DAY_NONE, vendors,
					    VENDORS_MAX)
			  : 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct pw_vendor *vendor =
			pw_ruleset_vendor(scan->ruleset, vendors[i]);

		if (vendor && names(party, (int)(vendor - scan->ruleset->vendors), false))
			return true;
	}
	return false;
}

bool pw_party_contract(const struct pw_scan *scan, const struct pw_party *party)
{
	const struct pw_layer *layer = party->layers[0]->layer;
	const struct pw_addrs *lists[] = { &layer->to, &layer->cc };
	size_t k, i;

	for (k = 0; scan->known && k < PW_ARRAY_LEN(lists); k++)
		for (i = 0; i < lists[k]->n && i < ADDRESSES_MAX; i++)
			if (has_contract(scan, party, lists[k]->items[i].address))
				return true;
	return false;
}

static int vendor_of_domain(const struct pw_scan *scan, const struct pw_party *party,
			    const char *address)
{
	const struct pw_finding *finding = scan->finding;
	const char *domain = address ? pw_address_domain(address) : NULL;
	size_t i, l;
	int vendor;

	for (i = 0; domain && i < finding->n_stated; i++)
		for (l = 0; l < party->n_layers; l++) {
			/* A contract ends on a day, an invitation has an hour too. */
			if (finding->stated[i].layer != party->layers[l]->layer->id ||
			    finding->stated[i].date.has_time)
				continue;
			vendor = vendor_of_day(scan, party, domain,
					       finding->stated[i].date.day);
			if (vendor >= 0)
				return vendor;
		}
	return -1;
}

int pw_party_contract_end(const struct pw_scan *scan, const struct pw_party *party)
{
	const struct pw_layer *layer = party->layers[0]->layer;
	const struct pw_addrs *lists[] = { &layer->to, &layer->cc };
	size_t k, i;
	int vendor;

	if (!scan->known)
		return -1;
	for (k = 0; k < PW_ARRAY_LEN(lists); k++)
		for (i = 0; i < lists[k]->n && i < ADDRESSES_MAX; i++) {
			vendor =
				vendor_of_domain(scan, party, lists[k]->items[i].address);
			if (vendor >= 0)
				return vendor;
		}
	return vendor_of_domain(scan, party, scan->layers[0].layer->from.address);
}
