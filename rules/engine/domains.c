/* SPDX-License-Identifier: Apache-2.0 */
/* domains.c - a hash table asked once per label of the domain in question. */
#include "rules/engine/domains.h"

#include <string.h>

#include "parsers/domain.h"

struct entry {
	char *domain;
	uint32_t owner;
};

struct pw_domains {
	struct entry *slots;
	size_t n, n_slots; /* n_slots is a power of two */
};

struct pw_domains *pw_domains_new(void)
{
	struct pw_domains *domains = pw_alloc(1, sizeof *domains);

	domains->n_slots = 256;
	domains->slots = pw_alloc(domains->n_slots, sizeof *domains->slots);
	return domains;
}

void pw_domains_free(struct pw_domains *domains)
{
	size_t i;

	if (!domains)
		return;
	for (i = 0; i < domains->n_slots; i++)
		free(domains->slots[i].domain);
	free(domains->slots);
	free(domains);
}

static struct entry *slot_of(const struct pw_domains *domains, const char *domain)
{
	size_t hash = 5381;
	const char *at;

	for (at = domain; *at; at++)
		hash = hash * 33 ^ (unsigned char)*at;
	while (domains->slots[hash & (domains->n_slots - 1)].domain &&
	       strcmp(domains->slots[hash & (domains->n_slots - 1)].domain, domain) != 0)
		hash++;
	return &domains->slots[hash & (domains->n_slots - 1)];
}

static void grow(struct pw_domains *domains)
{
	struct entry *old = domains->slots;
	size_t n_old = domains->n_slots, i;

	domains->n_slots *= 2;
	domains->slots = pw_alloc(domains->n_slots, sizeof *domains->slots);
	for (i = 0; i < n_old; i++)
		if (old[i].domain)
			*slot_of(domains, old[i].domain) = old[i];
	free(old);
}

uint32_t pw_domains_add(struct pw_domains *domains, const char *domain, uint32_t owner)
{
	char name[PW_DOMAIN_MAX + 1];
	struct entry *slot;

	pw_domain_normal(name, pw_bytes_of(domain));
	slot = slot_of(domains, name);
	if (slot->domain)
		return slot->owner;
	slot->domain = pw_strdup(name);
	slot->owner = owner;
	if (++domains->n * 2 > domains->n_slots)
		grow(domains);
	return 0;
}

void pw_domains_set(struct pw_domains *domains, const char *domain, uint32_t owner)
{
	char name[PW_DOMAIN_MAX + 1];

	if (pw_domains_add(domains, domain, owner) == 0)
		return;
	pw_domain_normal(name, pw_bytes_of(domain));
	slot_of(domains, name)->owner = owner;
}

uint32_t pw_domains_find(const struct pw_domains *domains, const char *domain)
{
	char name[PW_DOMAIN_MAX + 1];
	const char *at;

	pw_domain_normal(name, pw_bytes_of(domain));
	for (at = name; at; at = strchr(at, '.') ? strchr(at, '.') + 1 : NULL)
		if (slot_of(domains, at)->domain)
			return slot_of(domains, at)->owner;
	return 0;
}
