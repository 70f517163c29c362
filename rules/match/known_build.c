/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known_build.c - build the image of what we own.
 *
 * Runs in the agent over our own contracts; everything is appended to plain
 * arrays and linked into chains at the end, so that building a million
 * contracts takes about a second and no more memory than the image twice.
 */
#include "rules/match/known.h"

#include <string.h>

#include "agent/base/mem.h"
#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/match/known_image.h"
#include "rules/match/name_words.h"

#define SCRATCH_BYTES ((size_t)1 << 20) /* folding one name */

struct array {
	void *items;
	size_t n, cap;
};

struct table {
	struct array entries; /* struct pw_image_entry */
	uint32_t *slots;
	size_t n_slots;
};

struct pw_known_builder {
	struct array strings; /* bytes */
	struct array customers, contracts;
	struct table identifiers, domains, names;
	uint64_t identifier_lengths, name_words;
	/* Exports come sorted: most rows repeat the last one's. */
	uint32_t last_vendor, last_product;
	bool is_too_large;
};

static void *append(struct array *array, size_t n, size_t size)
{
	if (array->n + n > array->cap) {
		array->cap = array->cap * 2 > array->n + n ? array->cap * 2
							   : array->n + n + 64;
		array->items = pw_realloc(array->items, array->cap, size);
	}
	void *at = (char *)array->items + array->n * size;
	array->n += n;
	return at;
}

static uint32_t add_string(struct pw_known_builder *b, const char *text)
{
	size_t len = strlen(text) + 1;
	if (b->strings.n + len > UINT32_MAX) {
		b->is_too_large = true;
		return 0;
	}
	uint32_t at = (uint32_t)b->strings.n;
	memcpy(append(&b->strings, len, 1), text, len);
	return at;
}

static const char *string_at(const struct pw_known_builder *b, uint32_t at)
{
	return (const char *)b->strings.items + at;
}

/* Chains are found through slots that double as entries grow. */
static void rehash(struct table *table)
{
	struct pw_image_entry *entries = table->entries.items;
	size_t wanted = 64;
	while (wanted < table->entries.n + 1)
		wanted *= 2;
	free(table->slots);
	table->slots = pw_alloc(wanted, sizeof(*table->slots));
	table->n_slots = wanted;
	for (size_t i = 0; i < table->entries.n; i++) {
		uint32_t *slot = &table->slots[entries[i].hash & (wanted - 1)];
		entries[i].next = *slot;
		*slot = (uint32_t)i + 1;
	}
}

static void add_entry(struct table *table, uint64_t mixed, uint32_t text, uint32_t owner)
{
	if (table->entries.n + 1 >= table->n_slots)
		rehash(table);
	uint32_t *slot = &table->slots[(uint32_t)mixed & (table->n_slots - 1)];
	struct pw_image_entry *entry = append(&table->entries, 1, sizeof(*entry));
	*entry = (struct pw_image_entry){ (uint32_t)mixed, text, owner, *slot };
	*slot = (uint32_t)table->entries.n;
}

struct pw_known_builder *pw_known_builder_new(void)
{
	struct pw_known_builder *b = pw_alloc(1, sizeof(*b));
	*(char *)append(&b->strings, 1, 1) = '\0'; /* string 0 is "" */
	rehash(&b->identifiers);
	rehash(&b->domains);
	rehash(&b->names);
	return b;
}

static void free_table(struct table *table)
{
	free(table->entries.items);
	free(table->slots);
}

void pw_known_builder_free(struct pw_known_builder *b)
{
	if (!b)
		return;
	free(b->strings.items);
	free(b->customers.items);
	free(b->contracts.items);
	free_table(&b->identifiers);
	free_table(&b->domains);
	free_table(&b->names);
	free(b);
}

static void add_domain(struct pw_known_builder *b, uint32_t customer, const char *domain)
{
	char lower[256];
	size_t n = 0;
	for (; domain[n] && n < sizeof(lower) - 1; n++)
		lower[n] = domain[n] >= 'A' && domain[n] <= 'Z'
				   ? (char)(domain[n] - 'A' + 'a')
				   : domain[n];
	if (n == 0 || domain[n])
		return;
	lower[n] = '\0';
	add_entry(&b->domains, pw_hash_text(lower, n), add_string(b, lower), customer);
}

static void add_name(struct pw_known_builder *b, uint32_t customer, const char *name)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *scratch = pw_arena_new(SCRATCH_BYTES);
	PW_CLEANUP(pw_buf_done) struct pw_buf key;
	pw_buf_init(&key, 4096);
	struct pw_name_word *words;
	const char *folded = pw_fold_string(scratch, name);
	if (!folded)
		return;
	size_t n = pw_name_words(scratch, folded, strlen(folded), PW_KNOWN_NAME_WORDS,
				 &words);
	size_t n_key = n > 0 ? pw_name_key(words, n, &key, NULL) : 0;
	if (n_key == 0 || pw_buf_failed(&key) || key.len < 3)
		return;
	bool is_short = n_key == 1 || (words[0].is_ideograph && n_key < 3);
	add_entry(&b->names, pw_hash_text(key.data, key.len), add_string(b, key.data),
		  customer | (is_short ? PW_NAME_IS_SHORT : 0));
	if (n_key > b->name_words)
		b->name_words = n_key;
}

uint32_t pw_known_add_customer(struct pw_known_builder *b, const char *name,
			       const char *const *domains, size_t n_domains,
			       const char *const *aliases, size_t n_aliases)
{
	uint32_t customer = (uint32_t)b->customers.n;
	struct pw_image_customer record = { add_string(b, name), 0 };
	memcpy(append(&b->customers, 1, sizeof(record)), &record, sizeof(record));
	for (size_t i = 0; i < n_domains; i++)
		add_domain(b, customer, domains[i]);
	add_name(b, customer, name);
	for (size_t i = 0; i < n_aliases; i++)
		add_name(b, customer, aliases[i]);
	return customer;
}

/* An identifier without a digit must look like one: long, and no words. */
static bool tells_something(const char *as_imported, const char *normal, size_t len)
{
	if (len < PW_IDENTIFIER_MIN)
		return false;
	if (strspn(normal, "0") == len)
		return false;
	if (strpbrk(normal, "0123456789"))
		return true;
	return len >= 12 && !strchr(as_imported, ' ');
}

/* How many entries hold the same identifier already? */
static bool is_shared_too_much(const struct pw_known_builder *b, uint64_t mixed,
			       const char *normal)
{
	const struct table *table = &b->identifiers;
	const struct pw_image_entry *entries = table->entries.items;
	unsigned n_same = 0;
	uint32_t at = table->slots[(uint32_t)mixed & (table->n_slots - 1)];
	for (; at != 0 && n_same < PW_KNOWN_SHARED_MAX; at = entries[at - 1].next) {
		char other[PW_IDENTIFIER_MAX + 1];
		if (entries[at - 1].hash != (uint32_t)mixed)
			continue;
		const char *text = string_at(b, entries[at - 1].text);
		pw_identifier_normalise(text, strlen(text), other, sizeof(other));
		n_same += strcmp(other, normal) == 0;
	}
	return n_same >= PW_KNOWN_SHARED_MAX;
}

static void add_identifier(struct pw_known_builder *b, uint32_t contract,
			   const char *as_imported)
{
	char normal[PW_IDENTIFIER_MAX + 1];
	size_t len = pw_identifier_normalise(as_imported, strlen(as_imported), normal,
					     sizeof(normal));
	if (!tells_something(as_imported, normal, len))
		return;
	uint64_t hash = pw_identifier_hash(normal, len);
	if (is_shared_too_much(b, hash, normal))
		return;
	add_entry(&b->identifiers, hash, add_string(b, as_imported), contract);
	b->identifier_lengths |= 1ull << (len - 1);
}

void pw_known_add_contract(struct pw_known_builder *b, uint32_t customer,
			   const char *contract_id, const char *vendor,
			   const char *const *identifiers, size_t n_identifiers)
{
	uint32_t contract = (uint32_t)b->contracts.n;
	vendor = vendor ? vendor : "";
	if (strcmp(string_at(b, b->last_vendor), vendor) != 0)
		b->last_vendor = add_string(b, vendor);
	struct pw_image_customer *owner =
		(struct pw_image_customer *)b->customers.items + customer;
	struct pw_image_contract record = { .contract_id = add_string(b, contract_id),
					    .vendor = b->last_vendor,
					    .customer = customer,
					    .end = PW_DAY_NONE,
					    .next = owner->contracts };
	owner->contracts = contract + 1;
	memcpy(append(&b->contracts, 1, sizeof(record)), &record, sizeof(record));
	for (size_t i = 0; i < n_identifiers; i++)
		if (identifiers[i])
			add_identifier(b, contract, identifiers[i]);
}

void pw_known_set_end(struct pw_known_builder *b, pw_day end)
{
	struct pw_image_contract *contracts = b->contracts.items;
	if (b->contracts.n > 0)
		contracts[b->contracts.n - 1].end = end;
}

void pw_known_set_product(struct pw_known_builder *b, const char *product)
{
	struct pw_image_contract *contracts = b->contracts.items;
	if (b->contracts.n == 0)
		return;
	if (strcmp(string_at(b, b->last_product), product) != 0)
		b->last_product = add_string(b, product);
	contracts[b->contracts.n - 1].product = b->last_product;
}

/* Two bits of one word an identifier: at 16 bits each about one look-up in
   seventy of what is not there passes. */
static uint64_t *make_filter(const struct pw_known_builder *b, size_t *ret_n)
{
	size_t n_words = 8;
	while (n_words * 4 < b->identifiers.entries.n)
		n_words *= 2;
	uint64_t *filter = pw_alloc(n_words, sizeof(*filter));
	const struct pw_image_entry *entries = b->identifiers.entries.items;
	for (size_t i = 0; i < b->identifiers.entries.n; i++) {
		char normal[PW_IDENTIFIER_MAX + 1];
		const char *text = string_at(b, entries[i].text);
		size_t len = pw_identifier_normalise(text, strlen(text), normal,
						     sizeof(normal));
		uint64_t hash = pw_identifier_hash(normal, len);
		filter[pw_filter_word(hash, n_words)] |= pw_filter_bits(hash);
	}
	*ret_n = n_words;
	return filter;
}

struct part {
	const void *items;
	size_t n, size;
};

static void list_parts(const struct pw_known_builder *b, struct part *parts)
{
	const struct {
		const struct table *table;
		enum pw_known_section entries, slots;
	} tables[] = {
		{ &b->identifiers, PW_SECTION_IDENTIFIERS, PW_SECTION_IDENTIFIER_SLOTS },
		{ &b->domains, PW_SECTION_DOMAINS, PW_SECTION_DOMAIN_SLOTS },
		{ &b->names, PW_SECTION_NAMES, PW_SECTION_NAME_SLOTS },
	};
	for (size_t i = 0; i < PW_ARRAY_LEN(tables); i++) {
		const struct table *t = tables[i].table;
		parts[tables[i].entries] = (struct part){ t->entries.items, t->entries.n,
							  sizeof(struct pw_image_entry) };
		parts[tables[i].slots] =
			(struct part){ t->slots, t->n_slots, sizeof(*t->slots) };
	}
	parts[PW_SECTION_STRINGS] = (struct part){ b->strings.items, b->strings.n, 1 };
	parts[PW_SECTION_CUSTOMERS] = (struct part){ b->customers.items, b->customers.n,
						     sizeof(struct pw_image_customer) };
	parts[PW_SECTION_CONTRACTS] = (struct part){ b->contracts.items, b->contracts.n,
						     sizeof(struct pw_image_contract) };
}

int pw_known_build(struct pw_known_builder *b, void **ret, size_t *ret_len,
		   struct pw_err *err)
{
	struct part parts[PW_SECTION_COUNT] = { { 0 } };
	size_t n_filter;
	PW_CLEANUP(pw_freep) uint64_t *filter = make_filter(b, &n_filter);
	list_parts(b, parts);
	parts[PW_SECTION_FILTER] = (struct part){ filter, n_filter, sizeof(*filter) };
	struct pw_image_header header = {
		PW_KNOWN_MAGIC,        PW_KNOWN_ENDIAN, 1, 0, { { 0 } },
		b->identifier_lengths, b->name_words
	};
	uint64_t at = sizeof(header);
	for (size_t i = 0; i < PW_SECTION_COUNT; i++) {
		header.sections[i].at = at;
		header.sections[i].n = parts[i].n;
		at += (parts[i].n * parts[i].size + 7) & ~(uint64_t)7;
	}
	header.bytes = at;
	if (b->is_too_large || at > UINT32_MAX)
		return pw_err_set(err, PW_ELIMIT, "the contracts need more than 4 GiB");
	char *image = pw_alloc(1, at);
	memcpy(image, &header, sizeof(header));
	for (size_t i = 0; i < PW_SECTION_COUNT; i++)
		if (parts[i].n > 0)
			memcpy(image + header.sections[i].at, parts[i].items,
			       parts[i].n * parts[i].size);
	*ret = image;
	*ret_len = at;
	return 0;
}
