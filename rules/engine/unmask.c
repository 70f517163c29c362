/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unmask.c - who hides behind a From that names us, the vendor or a distributor.
 *
 * Anybody can write any From.  The answer is to reach the writer, so Reply-To
 * says who he is; and a printed header without an address is but a name.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/authentication.h"
#include "rules/engine/reseller.h"
#include "rules/engine/scan.h"

#define ADDRESSES_MAX   200 /* of one text */
#define SIGNATURE_LINES 6   /* that a company's name stands below a person's */

const char *pw_scan_authentication(const struct pw_scan *scan,
				   const struct pw_layer *layer)
{
	const char *id = scan->us->authserv_id, *found;
	size_t i;

	if (!id)
		return "unchecked";
	for (i = 0; i < layer->n_headers; i++) {
		if (!pw_strieq(layer->headers[i].name, "Authentication-Results"))
			continue;
		found = pw_authentication(layer->headers[i].value, id,
					  layer->from.address, scan->arena);
		if (found)
			return found;
	}
	return "none";
}

/* Whose answers to a From of that class go there cannot be the one in From.
   Vendors and distributors let agencies nobody knows answer for them. */
static bool is_mask(enum pw_sender_class from, enum pw_sender_class to)
{
	switch (from) {
	case PW_SENDER_OURS:
		return to == PW_SENDER_RIVAL || to == PW_SENDER_UNKNOWN ||
		       to == PW_SENDER_FREEMAIL;
	case PW_SENDER_VENDOR:
	case PW_SENDER_VENDOR_AGENT:
	case PW_SENDER_DISTRIBUTOR:
		return to == PW_SENDER_RIVAL;
	default:
		return false;
	}
}

/* Our mail server vouches for us: then Reply-To is our own affair. */
static bool is_vouched_for(const struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	return layer->sender_class == PW_SENDER_OURS &&
	       strcmp(pw_scan_authentication(scan, layer->layer), "pass") == 0;
}

/* Does one of these people write behind the layer's sender? */
static bool unmask_among(struct pw_scan *scan, struct pw_layer_scan *layer,
			 const struct pw_addrs *people)
{
	const struct pw_company *company;
	enum pw_sender_class class;
	const char *customer, *domain;
	size_t i;

	for (i = 0; i < people->n; i++) {
		domain = people->items[i].address
				 ? pw_address_domain(people->items[i].address)
				 : NULL;
		if (!domain)
			continue;
		class = pw_class_of_domain(scan, domain, &company, &customer);
		if (!is_mask(layer->sender_class, class) ||
		    (class != PW_SENDER_RIVAL && is_vouched_for(scan, layer)))
			continue;
		layer->sender_class = class;
		layer->company = company;
		layer->domain = domain;
		layer->answers_to = &people->items[i];
		return true;
	}
	return false;
}

void pw_unmask(struct pw_scan *scan, struct pw_layer_scan *layer)
{
	const struct pw_layer *source = layer->layer;
	struct pw_addrs writers;
	size_t i;

	if (unmask_among(scan, layer, &source->reply_to))
		return;
	if (!is_mask(layer->sender_class, PW_SENDER_RIVAL))
		return;
	/* From may name several, and some mails have it twice. */
	for (i = 0; i < source->n_headers; i++) {
		if (!pw_strieq(source->headers[i].name, "From"))
			continue;
		writers = pw_addrs_parse(scan->arena, source->headers[i].value,
					 strlen(source->headers[i].value));
		if (unmask_among(scan, layer, &writers))
			return;
	}
}

static enum pw_sender_class class_at(const struct pw_scan *scan, const char *host,
				     size_t max)
{
	const struct pw_company *company;
	const char *customer;
	char domain[256];
	size_t n = 0;

	while (n < max && n + 1 < sizeof domain && pw_is_host_char(host[n]))
		n++;
	while (n && (host[n - 1] == '.' || host[n - 1] == '-'))
		n--;
	memcpy(domain, host, n);
	domain[n] = '\0';
	return strchr(domain, '.') ? pw_class_of_domain(scan, domain, &company, &customer)
				   : PW_SENDER_NONE;
}

/* Addresses in the text: strangers', and none of ours. */
static bool signs_as_stranger(const struct pw_scan *scan, const struct pw_layer *layer)
{
	const char *text = layer->text.data, *end = text + layer->text.len, *at;
	bool is_found = false;
	size_t n = 0;

	if (!text || !layer->text.len)
		return false;
	at = memchr(text, '@', layer->text.len);
	for (; at && n < ADDRESSES_MAX; n++) {
		switch (class_at(scan, at + 1, (size_t)(end - at - 1))) {
		case PW_SENDER_OURS:
			return false;
		case PW_SENDER_RIVAL:
		case PW_SENDER_UNKNOWN:
		case PW_SENDER_FREEMAIL:
			is_found = true;
			break;
		default:
			break;
		}
		at = memchr(at + 1, '@', (size_t)(end - at - 1));
	}
	return is_found;
}

static bool signs_as_rival(const struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	size_t i;

	for (i = 0; i < layer->n_names; i++) {
		const struct pw_named *named = &layer->names[i];

		if (named->name.kind == PW_NAME_RIVAL && named->is_signature &&
		    scan->ruleset->rivals[named->name.owner].sender_class ==
			    PW_SENDER_RIVAL)
			return true;
	}
	return false;
}

void pw_unmask_name(struct pw_scan *scan, struct pw_layer_scan *layer)
{
	if (layer->sender_class != PW_SENDER_OURS || layer->layer->from.address)
		return;
	if (!signs_as_stranger(scan, layer->layer) && !signs_as_rival(scan, layer))
		return;
	layer->sender_class = PW_SENDER_NONE;
	layer->domain = NULL;
}

static bool is_our_name(struct pw_scan *scan, const struct pw_reseller_us *us,
			const char *piece, size_t len)
{
	const char *name = pw_arena_strndup(scan->arena, piece, len), *key;
	size_t i;

	key = name ? pw_reseller_key(scan->arena, name) : NULL;
	for (i = 0; key && i < us->n_names; i++)
		if (strcmp(key, us->names[i].key) == 0)
			return true;
	for (i = 0; key && i < us->n_labels; i++)
		if (pw_reseller_key_spells(key, us->labels[i].key))
			return true;
	return false;
}

/* Where the sender's name stands last in his text: where he signs. */
static const char *last_name(const struct pw_layer *layer)
{
	const char *text = layer->text.data, *name = layer->from.name, *found = NULL;
	size_t len = text ? layer->text.len : 0, name_len = strlen(name);

	while (name_len && (text = memmem(text, len, name, name_len)) != NULL) {
		found = text++;
		len = layer->text.len - (size_t)(text - layer->text.data);
	}
	return found;
}

/* A line below his name, or a piece of one ("Sales | Bayline Systems"), is ours. */
static bool signs_as_us(struct pw_scan *scan, const struct pw_layer *layer)
{
	const struct pw_reseller_us us = pw_reseller_us_of(scan);
	const char *at = last_name(layer), *end = layer->text.data + layer->text.len;
	size_t n, lines = 0;

	for (; at && at < end && lines < SIGNATURE_LINES; at += n + 1) {
		for (n = 0; at + n < end && at[n] != '\n' && at[n] != '|';)
			n++;
		if (n && n <= PW_RESELLER_MAX && is_our_name(scan, &us, at, n))
			return true;
		lines += at + n < end && at[n] == '\n';
	}
	return false;
}

void pw_recognise_us(struct pw_scan *scan, struct pw_layer_scan *layer)
{
	const struct pw_layer *source = layer->layer;

	if (layer->sender_class != PW_SENDER_NONE || source->is_exact ||
	    source->from.address || !source->from.name || !source->text.data)
		return;
	if (signs_as_us(scan, source) && !signs_as_stranger(scan, source) &&
	    !signs_as_rival(scan, layer))
		layer->sender_class = PW_SENDER_OURS;
}
