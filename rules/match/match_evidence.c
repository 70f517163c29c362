/* SPDX-License-Identifier: Apache-2.0 */
/* match_evidence.c - a label or the vendor's name near a short identifier. */
#include <string.h>

#include "agent/base/str.h"
#include "rules/match/labels.h"
#include "rules/match/match_parts.h"

#define VENDOR_BYTES   400 /* a paragraph */
#define OWN_NUMBER_MIN 7
#define OWNERS_MAX     40 /* addresses */

static bool is_vendor_of(const struct pw_match_run *run, const char *slug,
			 const char *vendor)
{
	const struct pw_vendor *known =
		run->ruleset ? pw_ruleset_vendor(run->ruleset, vendor) : NULL;
	return known && slug && strcmp(known->slug, slug) == 0;
}

/* Did the rules find the vendor (or a product of it) near? */
static bool is_vendor_found_near(const struct pw_match_run *run,
				 const struct pw_match_text *text, size_t start,
				 const char *vendor)
{
	for (size_t i = 0; i < run->finding->n_vendors; i++) {
		const struct pw_vendor_hit *hit = &run->finding->vendors[i];
		size_t distance = hit->at > start ? hit->at - start : start - hit->at;
		if (hit->layer == text->layer->id && distance <= VENDOR_BYTES &&
		    is_vendor_of(run, hit->vendor, vendor))
			return true;
	}
	return false;
}

static bool is_owner(const struct pw_match_run *run, const char *address,
		     const char *customer)
{
	const char *domain = address ? pw_address_domain(address) : NULL;
	const char *owner =
		domain ? pw_known_customer_of_domain(run->known, domain) : NULL;
	return owner && strcmp(owner, customer) == 0;
}

/* The number of a contract in a mail to the very customer whose it is, or that
   he passed on: chance does not write that. */
static bool is_with_its_owner(const struct pw_match_run *run,
			      const struct pw_match_text *text, const char *customer)
{
	const struct pw_addrs *to = &text->layer->to;
	if (is_owner(run, run->mail->layers[0].from.address, customer))
		return true;
	for (size_t i = 0; i < to->n && i < OWNERS_MAX; i++)
		if (is_owner(run, to->items[i].address, customer))
			return true;
	return false;
}

const char *pw_match_evidence(struct pw_match_run *run, const struct pw_match_text *text,
			      const struct pw_match_span *span,
			      const struct pw_known_contract *contract)
{
	size_t start = text->tokens.items[span->first].start;
	size_t end = text->tokens.items[span->last].end;
	const char *subject = text->layer->subject;
	switch (pw_label_near(run->scratch, text->text, text->len, start, end)) {
	case PW_LABEL_CONTRACT:
		return "label nearby";
	case PW_LABEL_OTHER:
		return NULL;
	case PW_LABEL_NONE:
		break;
	}
	if (is_vendor_found_near(run, text, start, contract->vendor) ||
	    pw_name_near(run->scratch, contract->vendor, text->text, text->len, start,
			 end, VENDOR_BYTES))
		return "vendor nearby";
	if (subject && pw_name_near(run->scratch, contract->vendor, subject,
				    strlen(subject), 0, 0, strlen(subject)))
		return "vendor in the subject";
	if (span->n_normal >= OWN_NUMBER_MIN &&
	    is_with_its_owner(run, text, contract->customer))
		return "written to its owner";
	return NULL;
}
