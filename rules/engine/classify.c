/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classify.c - who wrote each layer: step one of every decision.
 */
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/scan.h"

enum {
	PW_DOMAIN_LABEL_MAX = 63,
	ABROAD_MIN = 4, /* letters of a name that nobody else has by chance */
};

bool pw_is_ours(const struct pw_us *us, const char *address)
{
	const char *domain = pw_address_domain(address);
	size_t i;

	if (us->mailbox && pw_strieq(us->mailbox, address))
		return true;
	for (i = 0; domain && i < us->n_domains; i++)
		if (pw_domain_within(domain, us->domains[i]))
			return true;
	return false;
}

/* The part of a domain that somebody registered: the last two labels, or
   three below a short second level (co.uk, com.au). */
static const char *registered_part(const char *domain)
{
	static const char *const seconds[] = { "co",  "com", "net", "org", "ac",  "gov",
					       "edu", "or",  "ne",  "go",  "gob", "nom" };
	const char *dots[128], *at, *second;
	size_t n = 0, keep = 2, i, len;

	for (at = domain; *at && n < PW_ARRAY_LEN(dots); at++)
		if (*at == '.')
			dots[n++] = at;
	if (n >= 2 && strlen(dots[n - 1] + 1) == 2) {
		second = dots[n - 2] + 1;
		len = (size_t)(dots[n - 1] - second);
		for (i = 0; i < PW_ARRAY_LEN(seconds); i++)
			if (strlen(seconds[i]) == len &&
			    strncasecmp(seconds[i], second, len) == 0)
				keep = 3;
	}
	return n >= keep ? dots[n - keep] + 1 : domain;
}

const char *pw_registrable(struct pw_arena *arena, const char *domain)
{
	char *copy = pw_arena_strdup(arena, registered_part(domain));
	size_t i;

	for (i = 0; copy && copy[i]; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	return copy ? copy : "";
}

/* Countries whose top level anybody takes for its letters. */
static bool is_brand_level(const char *level)
{
	static const char *const levels[] = { "ai", "cc", "co", "fm", "gg",
					      "io", "is", "la", "ly", "me",
					      "sh", "so", "to", "tv", "ws" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(levels); i++)
		if (pw_strieq(levels[i], level))
			return true;
	return false;
}

/* A vendor's house in another country: sophos.de for sophos.com. */
static uint32_t owner_abroad(const struct pw_scan *scan, const char *domain)
{
	const char *registered = registered_part(domain);
	const char *level = strrchr(registered, '.');
	const char *end = strchr(registered, '.');
	char home[PW_DOMAIN_LABEL_MAX + sizeof ".com"];
	uint32_t owner;

	if (!level || strlen(level) != 3 || is_brand_level(level + 1) ||
	    end - registered < ABROAD_MIN || end - registered > PW_DOMAIN_LABEL_MAX)
		return PW_OWNER_NONE;
	snprintf(home, sizeof home, "%.*s.com", (int)(end - registered), registered);
	owner = pw_domains_find(scan->ruleset->domains, home);
	return owner >> 24 == PW_OWNER_VENDOR ? owner : PW_OWNER_NONE;
}

enum pw_sender_class pw_class_of_domain(const struct pw_scan *scan, const char *domain,
					const struct pw_company **ret_company,
					const char **ret_customer)
{
	uint32_t owner = pw_domains_find(scan->ruleset->domains, domain);
	size_t i;

	*ret_company = NULL;
	*ret_customer =
		scan->known ? pw_known_customer_of_domain(scan->known, domain) : NULL;
	if (owner >> 24 == PW_OWNER_NONE && !*ret_customer)
		owner = owner_abroad(scan, domain);
	for (i = 0; i < scan->us->n_domains; i++)
		if (pw_domain_within(domain, scan->us->domains[i]))
			return PW_SENDER_OURS;
	switch ((enum pw_owner_kind)(owner >> 24)) {
	case PW_OWNER_RIVAL:
		*ret_company = &scan->ruleset->rivals[owner & 0xFFFFFF];
		return (*ret_company)->sender_class;
	case PW_OWNER_VENDOR:
		*ret_company = &scan->ruleset->vendor_companies[owner & 0xFFFFFF];
		return PW_SENDER_VENDOR;
	case PW_OWNER_FREEMAIL:
		return PW_SENDER_FREEMAIL;
	case PW_OWNER_NONE:
		break;
	}
	return *ret_customer ? PW_SENDER_CUSTOMER : PW_SENDER_UNKNOWN;
}

static const char *address_in(const struct pw_addrs *addrs, const char *name)
{
	size_t i;

	for (i = 0; i < addrs->n; i++)
		if (addrs->items[i].address && addrs->items[i].name &&
		    pw_strieq(addrs->items[i].name, name))
			return addrs->items[i].address;
	return NULL;
}

/* The address that somebody of this name has elsewhere in the mail. */
static const char *address_of_name(const struct pw_scan *scan, const char *name)
{
	const struct pw_layer *layer;
	const char *found = NULL;
	size_t i;

	for (i = 0; i < scan->n_layers && !found; i++) {
		layer = scan->layers[i].layer;
		if (layer->from.address && layer->from.name &&
		    pw_strieq(layer->from.name, name))
			return layer->from.address;
		found = address_in(&layer->to, name);
		if (!found)
			found = address_in(&layer->cc, name);
	}
	return found;
}

/* What the recipients of a layer are. */
struct recipients {
	size_t n, ours, own, rivals, others;
};

static void count_recipients(const struct pw_scan *scan,
			     const struct pw_layer_scan *layer,
			     const struct pw_addrs *addrs, struct recipients *ret)
{
	const struct pw_company *company;
	const char *domain, *customer, *own, *theirs;
	size_t i;

	for (i = 0; i < addrs->n; i++) {
		if (!addrs->items[i].address) {
			ret->n += addrs->items[i].name != NULL;
			ret->others += addrs->items[i].name != NULL;
			continue;
		}
		domain = pw_address_domain(addrs->items[i].address);
		if (!domain)
			continue;
		ret->n++;
		own = layer->domain ? registered_part(layer->domain) : "";
		theirs = registered_part(domain);
		if (pw_is_ours(scan->us, addrs->items[i].address))
			ret->ours++;
		else if (pw_strieq(own, theirs) &&
			 layer->sender_class != PW_SENDER_FREEMAIL)
			ret->own++;
		else if (pw_class_of_domain(scan, domain, &company, &customer) ==
			 PW_SENDER_RIVAL)
			ret->rivals++;
		else
			ret->others++;
	}
}

/* Why a layer cannot be a solicitation whatever it says; NULL: it can be. */
static const char *rule_out(const struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	struct recipients to = { 0 };

	switch (layer->sender_class) {
	case PW_SENDER_OURS:
		return "written by us";
	case PW_SENDER_CUSTOMER:
		return "written by a customer";
	case PW_SENDER_VENDOR:
		return "written by the vendor";
	case PW_SENDER_VENDOR_AGENT:
		return "written for the vendor";
	case PW_SENDER_DISTRIBUTOR:
		return "written by a distributor";
	default:
		break;
	}
	count_recipients(scan, layer, &layer->layer->to, &to);
	count_recipients(scan, layer, &layer->layer->cc, &to);
	if (to.n && to.ours + to.own == to.n)
		return to.ours ? "addressed to us, not to a customer"
			       : "addressed to the sender's own company";
	if (layer->sender_class != PW_SENDER_RIVAL && to.rivals)
		return "addressed to a rival";
	return NULL;
}

/* A customer that is a rival or vendor too: his own mails are a customer's
   unless they go to somebody else. */
static bool writes_as_customer(const struct pw_scan *scan,
			       const struct pw_layer_scan *layer)
{
	struct recipients to = { 0 };

	count_recipients(scan, layer, &layer->layer->to, &to);
	count_recipients(scan, layer, &layer->layer->cc, &to);
	return to.n > 0 && to.ours + to.own == to.n;
}

static void classify_layer(struct pw_scan *scan, struct pw_layer_scan *layer)
{
	const struct pw_addr *from = &layer->layer->from;
	const char *address = from->address;

	layer->sender_class = PW_SENDER_NONE;
	/* a real header without an address tells nothing */
	if (!address && from->name && !layer->layer->is_exact)
		address = address_of_name(scan, from->name);
	layer->domain = address ? pw_address_domain(address) : NULL;
	if (!layer->domain)
		return;
	if (pw_is_ours(scan->us, address)) {
		layer->sender_class = PW_SENDER_OURS;
		return;
	}
	layer->sender_class = pw_class_of_domain(scan, layer->domain, &layer->company,
						 &layer->customer);
	if (layer->customer && layer->company && writes_as_customer(scan, layer))
		layer->sender_class = PW_SENDER_CUSTOMER;
}

/* A sender who could be anybody says in the text for whom he works. */
static void find_employer(struct pw_scan *scan, struct pw_layer_scan *layer)
{
	size_t i;

	if (layer->sender_class != PW_SENDER_NONE &&
	    layer->sender_class != PW_SENDER_FREEMAIL)
		return;
	for (i = 0; i < layer->n_names; i++) {
		const struct pw_named *named = &layer->names[i];
		bool is_rival = named->name.kind == PW_NAME_RIVAL ||
				named->name.kind == PW_NAME_RIVAL_AMBIGUOUS;

		if (is_rival && (named->is_introduction || named->is_signature) &&
		    scan->ruleset->rivals[named->name.owner].sender_class ==
			    PW_SENDER_RIVAL) {
			layer->company = &scan->ruleset->rivals[named->name.owner];
			return;
		}
	}
}

#define MAX_LABELS 200

static void add_label(struct pw_scan *scan, const char *address)
{
	const char *domain = address ? pw_address_domain(address) : NULL, *customer;
	const struct pw_company *company;
	char label[80];
	size_t n = 0, i;

	if (!domain || scan->n_labels >= MAX_LABELS)
		return;
	pw_class_of_domain(scan, domain, &company, &customer);
	if (company)
		return;
	domain = pw_registrable(scan->arena, domain);
	for (i = 0; domain[i] && domain[i] != '.' && n + 1 < sizeof label; i++)
		if (domain[i] != '-')
			label[n++] = domain[i];
	label[n] = '\0';
	scan->labels[scan->n_labels] = pw_arena_strdup(scan->arena, label);
	scan->n_labels += scan->labels[scan->n_labels] != NULL;
}

/* Whose names vendors' names may be part of. */
static void collect_labels(struct pw_scan *scan)
{
	size_t i, k;

	scan->labels = pw_arena_alloc(scan->arena, MAX_LABELS + 1, sizeof *scan->labels);
	for (i = 0; scan->labels && i < scan->n_layers; i++) {
		const struct pw_layer *layer = scan->layers[i].layer;

		add_label(scan, layer->from.address);
		for (k = 0; k < layer->to.n; k++)
			add_label(scan, layer->to.items[k].address);
		for (k = 0; k < layer->cc.n; k++)
			add_label(scan, layer->cc.items[k].address);
	}
}

void pw_classify(struct pw_scan *scan)
{
	size_t i;

	collect_labels(scan);

	for (i = 0; i < scan->n_layers; i++) {
		classify_layer(scan, &scan->layers[i]);
		pw_unmask(scan, &scan->layers[i]);
	}
	for (i = 0; i < scan->n_layers; i++) {
		pw_scan_names(scan, &scan->layers[i]);
		pw_unmask_name(scan, &scan->layers[i]);
		pw_recognise_us(scan, &scan->layers[i]);
		find_employer(scan, &scan->layers[i]);
		scan->layers[i].not_candidate = rule_out(scan, &scan->layers[i]);
	}
}
