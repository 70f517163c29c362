/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known_open.c - check an image of what we own, then look things up in it.
 *
 * Everything is checked once on opening: sections inside the image, strings
 * inside the strings, numbers inside their tables, chains that only lead to
 * older records.  After that no look-up can leave the image or loop.
 */
#include <string.h>

#include "agent/base/mem.h"
#include "agent/base/str.h"
#include "rules/match/known_find.h"

#define CONTRACTS_MAX 5000 /* of one customer that are looked through */
#define CHAIN_MAX     256  /* entries of one chain that a look-up follows */

struct table {
	const struct pw_image_entry *entries;
	const uint32_t *slots;
	uint64_t n_entries, n_slots;
};

struct pw_known {
	const struct pw_image_header *header;
	const char *strings;
	const struct pw_image_customer *customers;
	const struct pw_image_contract *contracts;
	struct table identifiers, domains, names;
	const uint64_t *filter;
	uint64_t n_strings, n_customers, n_contracts, n_filter;
};

static const size_t record_bytes[PW_SECTION_COUNT] = {
	[PW_SECTION_STRINGS] = 1,
	[PW_SECTION_CUSTOMERS] = sizeof(struct pw_image_customer),
	[PW_SECTION_CONTRACTS] = sizeof(struct pw_image_contract),
	[PW_SECTION_IDENTIFIERS] = sizeof(struct pw_image_entry),
	[PW_SECTION_DOMAINS] = sizeof(struct pw_image_entry),
	[PW_SECTION_NAMES] = sizeof(struct pw_image_entry),
	[PW_SECTION_IDENTIFIER_SLOTS] = sizeof(uint32_t),
	[PW_SECTION_DOMAIN_SLOTS] = sizeof(uint32_t),
	[PW_SECTION_NAME_SLOTS] = sizeof(uint32_t),
	[PW_SECTION_FILTER] = sizeof(uint64_t),
};

/* The first record of a section, NULL where it does not lie in the image. */
static const void *section(const void *image, size_t len, enum pw_known_section which,
			   uint64_t *ret_n)
{
	const struct pw_image_header *header = image;
	uint64_t at = header->sections[which].at, n = header->sections[which].n;
	if (at % 8 != 0 || at > len || n > (len - at) / record_bytes[which] ||
	    n > UINT32_MAX)
		return NULL;
	*ret_n = n;
	return (const char *)image + at;
}

static bool is_power_of_two(uint64_t n)
{
	return n > 0 && (n & (n - 1)) == 0;
}

static bool is_table_sound(const struct pw_known *k, const struct table *table,
			   uint64_t n_owners, uint32_t owner_mask)
{
	if (!is_power_of_two(table->n_slots))
		return false;
	for (uint64_t i = 0; i < table->n_slots; i++)
		if (table->slots[i] > table->n_entries)
			return false;
	for (uint64_t i = 0; i < table->n_entries; i++) {
		const struct pw_image_entry *entry = &table->entries[i];
		if (entry->text >= k->n_strings || entry->next > i ||
		    (entry->owner & owner_mask) >= n_owners)
			return false;
	}
	return true;
}

static bool are_owners_sound(const struct pw_known *k)
{
	for (uint64_t i = 0; i < k->n_customers; i++)
		if (k->customers[i].name >= k->n_strings ||
		    k->customers[i].contracts > k->n_contracts)
			return false;
	for (uint64_t i = 0; i < k->n_contracts; i++) {
		const struct pw_image_contract *contract = &k->contracts[i];
		if (contract->contract_id >= k->n_strings ||
		    contract->vendor >= k->n_strings ||
		    contract->product >= k->n_strings ||
		    contract->customer >= k->n_customers || contract->next > i)
			return false;
	}
	return true;
}

static bool find_sections(struct pw_known *k, const void *image, size_t len)
{
	k->strings = section(image, len, PW_SECTION_STRINGS, &k->n_strings);
	k->customers = section(image, len, PW_SECTION_CUSTOMERS, &k->n_customers);
	k->contracts = section(image, len, PW_SECTION_CONTRACTS, &k->n_contracts);
	k->filter = section(image, len, PW_SECTION_FILTER, &k->n_filter);
	const struct {
		struct table *table;
		enum pw_known_section entries, slots;
	} tables[] = {
		{ &k->identifiers, PW_SECTION_IDENTIFIERS, PW_SECTION_IDENTIFIER_SLOTS },
		{ &k->domains, PW_SECTION_DOMAINS, PW_SECTION_DOMAIN_SLOTS },
		{ &k->names, PW_SECTION_NAMES, PW_SECTION_NAME_SLOTS },
	};
	for (size_t i = 0; i < PW_ARRAY_LEN(tables); i++) {
		struct table *t = tables[i].table;
		t->entries = section(image, len, tables[i].entries, &t->n_entries);
		t->slots = section(image, len, tables[i].slots, &t->n_slots);
		if (!t->entries || !t->slots)
			return false;
	}
	return k->strings && k->customers && k->contracts && k->filter;
}

static bool is_sound(const struct pw_known *k)
{
	return k->n_strings > 0 && k->strings[k->n_strings - 1] == '\0' &&
	       is_power_of_two(k->n_filter) && are_owners_sound(k) &&
	       is_table_sound(k, &k->identifiers, k->n_contracts, UINT32_MAX) &&
	       is_table_sound(k, &k->domains, k->n_customers, UINT32_MAX) &&
	       is_table_sound(k, &k->names, k->n_customers, ~PW_NAME_IS_SHORT);
}

int pw_known_open(struct pw_known **ret, const void *image, size_t len,
		  struct pw_err *err)
{
	const struct pw_image_header *header = image;
	if (len < sizeof(*header) || (uintptr_t)image % 8 != 0 ||
	    memcmp(header->magic, PW_KNOWN_MAGIC, sizeof(header->magic)) != 0 ||
	    header->endian != PW_KNOWN_ENDIAN || header->version != 1 ||
	    header->bytes != len)
		return pw_err_set(err, PW_EFORMAT, "not an image of contracts");
	PW_CLEANUP(pw_known_closep) struct pw_known *k = pw_alloc(1, sizeof(*k));
	k->header = header;
	if (!find_sections(k, image, len) || !is_sound(k))
		return pw_err_set(err, PW_EFORMAT, "the image of contracts is damaged");
	*ret = PW_TAKE(k);
	return 0;
}

void pw_known_close(struct pw_known *known)
{
	free(known);
}

size_t pw_known_n_contracts(const struct pw_known *known)
{
	return known->n_contracts;
}

bool pw_known_has_length(const struct pw_known *k, size_t len)
{
	return len > 0 && len <= 64 && (k->header->identifier_lengths >> (len - 1) & 1);
}

size_t pw_known_name_words(const struct pw_known *k)
{
	uint64_t n = k->header->name_words;
	return n < PW_KNOWN_NAME_WORDS ? (size_t)n : PW_KNOWN_NAME_WORDS;
}

static const char *customer_name(const struct pw_known *k, uint32_t customer)
{
	return k->strings + k->customers[customer].name;
}

bool pw_known_identifier_next(const struct pw_known *k, uint64_t mixed,
			      struct pw_known_cursor *cursor,
			      struct pw_known_contract *ret)
{
	const struct table *t = &k->identifiers;
	if (!cursor->is_begun) {
		uint64_t bits = pw_filter_bits(mixed);
		if ((k->filter[pw_filter_word(mixed, k->n_filter)] & bits) != bits)
			return false;
		cursor->is_begun = true;
		cursor->next = t->slots[(uint32_t)mixed & (t->n_slots - 1)];
	}
	while (cursor->next != 0 && cursor->n < 8 * PW_KNOWN_SHARED_MAX) {
		const struct pw_image_entry *entry = &t->entries[cursor->next - 1];
		cursor->next = entry->next;
		cursor->n++;
		if (entry->hash != (uint32_t)mixed)
			continue;
		const struct pw_image_contract *contract = &k->contracts[entry->owner];
		*ret = (struct pw_known_contract){ k->strings + contract->contract_id,
						   k->strings + contract->vendor,
						   customer_name(k, contract->customer),
						   k->strings + entry->text };
		return true;
	}
	return false;
}

/* The owner of a text in a table.  Where several own it, the first imported
   one, and *ret_is_shared is true. */
static bool find_text(const struct pw_known *k, const struct table *t, const char *text,
		      uint32_t *ret_owner, bool *ret_is_shared)
{
	uint32_t hash = (uint32_t)pw_hash_text(text, strlen(text));
	uint32_t at = t->slots[hash & (t->n_slots - 1)];
	bool is_found = false;
	*ret_is_shared = false;
	for (unsigned n = 0; at != 0 && n < CHAIN_MAX;
	     at = t->entries[at - 1].next, n++) {
		const struct pw_image_entry *entry = &t->entries[at - 1];
		if (entry->hash != hash || strcmp(k->strings + entry->text, text) != 0)
			continue;
		*ret_is_shared |= is_found && entry->owner != *ret_owner;
		*ret_owner = entry->owner;
		is_found = true;
	}
	return is_found;
}

/* The customer that owns a domain or a parent of it. */
static bool customer_of_domain(const struct pw_known *k, const char *domain,
			       uint32_t *ret)
{
	char lower[256];
	size_t n = 0;
	for (; domain && domain[n]; n++) {
		if (n == sizeof(lower) - 1)
			return false;
		lower[n] = domain[n] >= 'A' && domain[n] <= 'Z'
				   ? (char)(domain[n] - 'A' + 'a')
				   : domain[n];
	}
	lower[n] = '\0';
	const char *at = lower;
	while (at && *at) {
		bool is_shared;
		if (find_text(k, &k->domains, at, ret, &is_shared))
			return true;
		at = strchr(at, '.');
		at = at ? at + 1 : NULL;
	}
	return false;
}

const char *pw_known_customer_of_domain(const struct pw_known *k, const char *domain)
{
	uint32_t customer;
	return customer_of_domain(k, domain, &customer) ? customer_name(k, customer)
							: NULL;
}

static size_t vendors_of(const struct pw_known *k, uint32_t customer, pw_day end,
			 const char **ret_vendors, size_t max)
{
	size_t n = 0;
	uint32_t at = k->customers[customer].contracts;
	for (unsigned steps = 0; at != 0 && n < max && steps < CONTRACTS_MAX; steps++) {
		const struct pw_image_contract *contract = &k->contracts[at - 1];
		const char *vendor = k->strings + contract->vendor;
		if ((contract->end == end || end == PW_DAY_NONE) &&
		    (n == 0 || strcmp(ret_vendors[n - 1], vendor) != 0))
			ret_vendors[n++] = vendor;
		at = contract->next;
	}
	return n;
}

size_t pw_known_ending(const struct pw_known *k, const char *domain, pw_day end,
		       const char **ret_vendors, size_t max)
{
	uint32_t customer;
	return customer_of_domain(k, domain, &customer)
		       ? vendors_of(k, customer, end, ret_vendors, max)
		       : 0;
}

size_t pw_known_held_by(const struct pw_known *k, const char *domain,
			struct pw_known_held *ret, size_t max)
{
	uint32_t customer;
	size_t n = 0;
	uint32_t at = customer_of_domain(k, domain, &customer)
			      ? k->customers[customer].contracts
			      : 0;
	for (; at != 0 && n < max; n++) {
		const struct pw_image_contract *contract = &k->contracts[at - 1];
		ret[n] = (struct pw_known_held){ k->strings + contract->vendor,
						 k->strings + contract->product };
		at = contract->next;
	}
	return n;
}

size_t pw_known_vendors_of(const struct pw_known *k, const char *key,
			   const char **ret_vendors, size_t max)
{
	uint32_t owner;
	bool is_shared;
	if (!find_text(k, &k->names, key, &owner, &is_shared) || is_shared)
		return 0;
	return vendors_of(k, owner & ~PW_NAME_IS_SHORT, PW_DAY_NONE, ret_vendors, max);
}

const char *pw_known_customer_of_name(const struct pw_known *k, const char *key,
				      bool *ret_is_short)
{
	uint32_t owner;
	bool is_shared;
	if (!find_text(k, &k->names, key, &owner, &is_shared) || is_shared)
		return NULL; /* two customers' name tells nothing */
	*ret_is_short = (owner & PW_NAME_IS_SHORT) != 0;
	return customer_name(k, owner & ~PW_NAME_IS_SHORT);
}
