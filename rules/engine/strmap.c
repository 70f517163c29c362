/* SPDX-License-Identifier: Apache-2.0 */
/* strmap.c - open addressing; keys stay where they are. */
#include "rules/engine/strmap.h"

#include <stdint.h>
#include <string.h>

#include "agent/base/mem.h"

void pw_strmap_init(struct pw_strmap *map)
{
	map->n = 0;
	map->n_slots = 64;
	map->slots = pw_alloc(map->n_slots, sizeof *map->slots);
}

void pw_strmap_done(struct pw_strmap *map)
{
	free(map->slots);
	memset(map, 0, sizeof *map);
}

static struct pw_strmap_slot *find(const struct pw_strmap *map, const char *key)
{
	uint32_t hash = 2166136261u;
	const char *at;

	for (at = key; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	while (map->slots[hash & (map->n_slots - 1)].key &&
	       strcmp(map->slots[hash & (map->n_slots - 1)].key, key) != 0)
		hash++;
	return &map->slots[hash & (map->n_slots - 1)];
}

static void grow(struct pw_strmap *map)
{
	struct pw_strmap_slot *old = map->slots;
	size_t n_old = map->n_slots, i;

	map->n_slots *= 2;
	map->slots = pw_alloc(map->n_slots, sizeof *map->slots);
	for (i = 0; i < n_old; i++)
		if (old[i].key)
			*find(map, old[i].key) = old[i];
	free(old);
}

size_t pw_strmap_put(struct pw_strmap *map, const char *key, size_t fresh)
{
	struct pw_strmap_slot *slot = find(map, key);

	if (slot->key)
		return slot->value;
	slot->key = key;
	slot->value = fresh;
	if (++map->n * 2 > map->n_slots)
		grow(map);
	return fresh;
}

size_t pw_strmap_get(const struct pw_strmap *map, const char *key)
{
	const struct pw_strmap_slot *slot = find(map, key);

	return slot->key ? slot->value : (size_t)-1;
}
