/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reseller_owner.c - names that are no other reseller's: the customer's, the
 * vendor's, a distributor's.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/reseller_look.h"
#include "rules/match/known_find.h"

#define CUSTOMER_WORDS 8
#define KEY_MAX        1024
#define ADDRESSES_MAX  40

static bool is_customers_name(const struct pw_reseller_look *look)
{
	struct pw_buf key;
	bool is_short, is_found = false;
	size_t n = look->n < CUSTOMER_WORDS ? look->n : CUSTOMER_WORDS;

	for (; look->scan->known && n > 0 && !is_found; n--) {
		pw_buf_init(&key, KEY_MAX);
		pw_name_key(look->words, n, &key, NULL);
		is_found = key.len && pw_known_customer_of_name(look->scan->known,
								key.data, &is_short);
		/* one ordinary word begins many names */
		if (is_found && is_short && n < look->run)
			is_found = false;
		pw_buf_done(&key);
	}
	return is_found;
}

/* The part of the domains of the people in it: "valethornton". */
static bool is_domain_of(const struct pw_reseller_look *look, const char *address)
{
	const char *domain = address ? pw_address_domain(address) : NULL, *label, *rest;

	label = domain ? pw_reseller_label(look->scratch, domain) : NULL;
	return label && pw_reseller_spells(look, look->first, label, &rest);
}

static bool is_recipient(const struct pw_reseller_look *look)
{
	const struct pw_layer *layer = look->value->layer->layer;
	const struct pw_addrs *lists[] = { &layer->to, &layer->cc };
	size_t k, i;

	for (k = 0; k < PW_ARRAY_LEN(lists); k++)
		for (i = 0; i < lists[k]->n && i < ADDRESSES_MAX; i++)
			if (is_domain_of(look, lists[k]->items[i].address))
				return true;
	return false;
}

bool pw_reseller_is_customer(const struct pw_reseller_look *look)
{
	return is_customers_name(look) || is_recipient(look);
}

/* Named somewhere else in the layer, too? */
static bool is_named_elsewhere(const struct pw_reseller_look *look, int vendor)
{
	const struct pw_layer_scan *layer = look->value->layer;
	size_t i;

	for (i = 0; i < layer->n_names; i++) {
		const struct pw_named *named = &layer->names[i];
		const struct pw_scan_text *text = &layer->texts[named->scope];
		const char *at = text->original + text->origin[named->name.start];

		if ((named->name.kind == PW_NAME_VENDOR ||
		     named->name.kind == PW_NAME_PRODUCT) &&
		    named->name.owner == vendor &&
		    (at < look->original || at >= look->original + look->len))
			return true;
	}
	return false;
}

static bool is_writer(const struct pw_reseller_look *look,
		      const struct pw_company *company)
{
	return company == look->value->layer->company;
}

/* A listed company whose name the value begins with: the vendor himself, who
   sells directly, or a distributor where one may stand. */
static bool is_listed_between(const struct pw_reseller_look *look)
{
	const struct pw_ruleset *ruleset = look->scan->ruleset;
	const struct pw_scan_text text = { .data = look->fold.data,
					   .len = look->fold.len,
					   .origin = look->fold.origin,
					   .original = look->original,
					   .original_len = look->len };
	struct pw_name_hit hit = { 0 };
	size_t at = 0, again = 0;
	bool is_vendor = false;

	while (pw_lexicon_next(ruleset->lexicon, &text, &at, &again, &hit)) {
		if (hit.start > look->words[look->first].start)
			break;
		if (hit.kind == PW_NAME_VENDOR) {
			is_vendor |=
				is_writer(look, &ruleset->vendor_companies[hit.owner]) ||
				is_named_elsewhere(look, hit.owner);
		} else if (hit.kind == PW_NAME_RIVAL ||
			   hit.kind == PW_NAME_RIVAL_AMBIGUOUS) {
			const struct pw_company *rival = &ruleset->rivals[hit.owner];

			if (rival->sender_class != PW_SENDER_RIVAL)
				return look->value->may_be_distributor;
			if (rival->vendor < 0)
				return false;
		}
	}
	return is_vendor;
}

/* The sender's own name: a vendor or distributor whose domain says it. */
static bool is_sender(const struct pw_reseller_look *look)
{
	const struct pw_layer_scan *layer = look->value->layer;

	return (layer->sender_class == PW_SENDER_VENDOR ||
		layer->sender_class == PW_SENDER_VENDOR_AGENT ||
		layer->sender_class == PW_SENDER_CUSTOMER ||
		(layer->sender_class == PW_SENDER_DISTRIBUTOR &&
		 look->value->may_be_distributor)) &&
	       is_domain_of(look, layer->layer->from.address);
}

bool pw_reseller_is_between(const struct pw_reseller_look *look)
{
	return is_sender(look) || is_listed_between(look);
}

/* Length of the domain that a run of its characters is, without the stop of a
   sentence; 0: it is none ("s.r.o.", "30.11.2026"). */
static size_t host_length(const char *s, size_t len)
{
	size_t dot;

	while (len && (s[len - 1] == '.' || s[len - 1] == '-'))
		len--;
	for (dot = len; dot > 0 && s[dot - 1] != '.'; dot--)
		if (s[dot - 1] >= '0' && s[dot - 1] <= '9')
			return 0;
	return dot > 1 && len - dot >= 2 ? len : 0;
}

/* The first mail address or domain in the value; its host in ret, and where it
   begins. */
static bool find_host(const struct pw_reseller_look *look, char *ret, size_t max,
		      size_t *ret_at)
{
	const char *s = look->original;
	size_t at, end, n;

	for (at = 0; at < look->len; at = end + 1) {
		for (end = at; end < look->len && pw_is_host_char(s[end]); end++)
			;
		if (end < look->len && s[end] == '@')
			continue;
		n = host_length(s + at, end - at);
		if (n && n < max) {
			memcpy(ret, s + at, n);
			ret[n] = '\0';
			*ret_at = at;
			return true;
		}
	}
	return false;
}

/* Nothing but an address or domain names the reseller. */
static bool begins_with_host(const struct pw_reseller_look *look, size_t at)
{
	return at == 0 ||
	       (look->original[at - 1] == '@' && !memchr(look->original, ' ', at));
}

enum pw_sender_class pw_reseller_address(const struct pw_reseller_look *look,
					 bool *ret_alone)
{
	const struct pw_company *company;
	const char *customer;
	char host[256];
	size_t at;

	if (!find_host(look, host, sizeof host, &at))
		return PW_SENDER_NONE;
	*ret_alone = begins_with_host(look, at);
	return pw_class_of_domain(look->scan, host, &company, &customer);
}
