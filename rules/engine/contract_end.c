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
#include "rules/engine/price.h"
#include "rules/engine/relative_days.h"

#define ADDRESSES_MAX 40
#define ENDING_MAX    16  /* contracts that end on one day */
#define VENDORS_MAX   200 /* of one customer */
#define YEARLESS_MAX  200 /* days of one text */
#define RELATIVE_MAX  20

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

static int vendor_ending(const struct pw_scan *scan, const struct pw_party *party,
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

/* "Without cover from the 5th" names the end too; the first of a month is the
   day on which prices change. */
static int vendor_of_day(const struct pw_scan *scan, const struct pw_party *party,
			 const char *domain, pw_day day)
{
	int vendor = vendor_ending(scan, party, domain, day);

	if (vendor >= 0 || day == PW_DAY_NONE || is_last_of_month(day - 1) ||
	    !names(party, 0, true))
		return vendor;
	return vendor_ending(scan, party, domain, day - 1);
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

/* Whom the party wrote to: as its newest mail names them, and who passed it on
   (a quoted mail has lost its addressees).  Gives the i-th address, NULL where
   it has none; false beyond the last. */
static bool addressee(const struct pw_scan *scan, const struct pw_party *party, size_t i,
		      const char **ret)
{
	const struct pw_layer *layer = party->layers[0]->layer;
	const struct pw_addrs *lists[] = { &layer->to, &layer->cc };
	size_t k, n;

	for (k = 0; k < PW_ARRAY_LEN(lists); k++) {
		n = lists[k]->n < ADDRESSES_MAX ? lists[k]->n : ADDRESSES_MAX;
		if (i < n) {
			*ret = lists[k]->items[i].address;
			return true;
		}
		i -= n;
	}
	*ret = scan->layers[0].layer->from.address;
	return i == 0;
}

/* The first addressee with a contract of ours with a vendor named; NULL: none. */
static const char *contract_holder(const struct pw_scan *scan,
				   const struct pw_party *party)
{
	const char *address;
	size_t i;

	for (i = 0; scan->known && addressee(scan, party, i, &address); i++)
		if (has_contract(scan, party, address))
			return address;
	return NULL;
}

bool pw_party_contract(const struct pw_scan *scan, const struct pw_party *party)
{
	return pw_party_has_identifier(scan, party) ||
	       contract_holder(scan, party) != NULL;
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

/* An invitation gives the hour in one place, and the mere day in others. */
static bool has_hour_elsewhere(const struct pw_finding *finding, pw_day day)
{
	size_t i;

	for (i = 0; i < finding->n_stated; i++)
		if (finding->stated[i].date.day == day &&
		    finding->stated[i].date.has_time)
			return true;
	return false;
}

/* "Up on the 4th of December": a day without a year says less than a date, so
   the contract's vendor must be named. */
static int vendor_of_yearless(struct pw_scan *scan, const struct pw_party *party,
			      const char *domain, const struct pw_layer_scan *layer)
{
	static const enum pw_scope scopes[] = { PW_SCOPE_BODY, PW_SCOPE_SUBJECT };
	struct pw_date_hints hints = pw_scan_date_hints(scan, layer);
	const struct pw_scan_text *text;
	struct pw_date_span *days;
	size_t k, i, n;
	int vendor;

	for (k = 0; k < PW_ARRAY_LEN(scopes); k++) {
		text = &layer->texts[scopes[k]];
		n = pw_date_find_yearless(scan->arena, text->original, text->original_len,
					  &hints, YEARLESS_MAX, &days);
		for (i = 0; i < n; i++) {
			vendor = days[i].date.has_time ||
						 has_hour_elsewhere(scan->finding,
								    days[i].date.day)
					 ? -1
					 : vendor_of_day(scan, party, domain,
							 days[i].date.day);
			if (vendor >= 0 &&
			    !pw_is_other_date(scan, layer, scopes[k], &days[i]))
				return vendor;
		}
	}
	return -1;
}

/* "The 29th", "in 17 days": seen from the day of the mail. */
static int vendor_of_relative(struct pw_scan *scan, const struct pw_party *party,
			      const char *domain, const struct pw_layer_scan *layer)
{
	const struct pw_scan_text *text = &layer->texts[PW_SCOPE_BODY];
	struct pw_date_hints hints = pw_scan_date_hints(scan, layer);
	pw_day days[RELATIVE_MAX];
	size_t i, n;
	int vendor = -1;

	n = pw_relative_days(text->data, text->len, hints.near, days, RELATIVE_MAX);
	for (i = 0; i < n && vendor < 0; i++)
		vendor = vendor_ending(scan, party, domain, days[i]);
	return vendor;
}

/* A day that needs the mail's own, or that stands in what somebody pasted, may be
   that of other work: something else must be of the trade. */
static bool speaks_of_trade(const struct pw_scan *scan, const struct pw_party *party)
{
	static const enum pw_kind kinds[] = { PW_KIND_RENEWAL, PW_KIND_EXPIRY,
					      PW_KIND_COVER, PW_KIND_ASK, PW_KIND_OFFER };
	size_t k;

	if (party->is_pasted)
		return false;
	for (k = 0; k < PW_ARRAY_LEN(kinds); k++)
		if (pw_party_has_kind(party, kinds[k]))
			return true;
	return party->threshold_kind == PW_THRESHOLD_RIVAL ||
	       pw_party_has_identifier(scan, party);
}

/* A question, or a sum of money. */
static bool wants_something(const struct pw_party *party)
{
	const struct pw_scan_text *text;
	size_t l;

	if (party->is_pasted)
		return false;
	for (l = 0; l < party->n_layers; l++) {
		text = &party->layers[l]->texts[PW_SCOPE_BODY];
		if (memchr(text->data, '?', text->len) ||
		    pw_names_price(text->data, text->len))
			return true;
	}
	return false;
}

static int yearless_end(struct pw_scan *scan, const struct pw_party *party)
{
	const char *holder = contract_holder(scan, party);
	size_t l;
	int vendor;

	if (!speaks_of_trade(scan, party) && !wants_something(party))
		return -1;
	for (l = 0; holder && l < party->n_layers; l++) {
		vendor = vendor_of_yearless(scan, party, pw_address_domain(holder),
					    party->layers[l]);
		if (vendor < 0 && speaks_of_trade(scan, party))
			vendor = vendor_of_relative(
				scan, party, pw_address_domain(holder), party->layers[l]);
		if (vendor >= 0)
			return vendor;
	}
	return -1;
}

int pw_party_contract_end(struct pw_scan *scan, const struct pw_party *party)
{
	const char *address;
	size_t i;
	int vendor;

	if (!scan->known)
		return -1;
	for (i = 0; addressee(scan, party, i, &address); i++) {
		vendor = vendor_of_domain(scan, party, address);
		if (vendor >= 0)
			return vendor;
	}
	return yearless_end(scan, party);
}
