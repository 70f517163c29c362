/* SPDX-License-Identifier: Apache-2.0 */
/* link_names.c - see link_names.h. */
#include "parsers/link_names.h"

#include "agent/base/str.h"
#include "parsers/address_parts.h"

enum {
	PERSONS_MAX = 20, /* of a list: else quadratic */
	LINKS_MAX = 100,  /* that are looked at */
};

static const char *address_of(struct pw_arena *arena, const struct pw_bodies *bodies,
			      const char *name)
{
	size_t i;

	for (i = 0; i < bodies->n_links && i < LINKS_MAX; i++) {
		const struct pw_link *link = &bodies->links[i];

		if (link->text && pw_streq(link->text, name) &&
		    pw_starts_with_i(link->href, "mailto:"))
			return pw_address_in(arena, link->href, strlen(link->href));
	}
	return NULL;
}

static void complete(struct pw_arena *arena, const struct pw_bodies *bodies,
		     struct pw_addr *persons, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < PERSONS_MAX; i++)
		if (persons[i].name && !persons[i].address)
			persons[i].address = address_of(arena, bodies, persons[i].name);
}

void pw_link_addresses(struct pw_arena *arena, const struct pw_bodies *bodies,
		       struct pw_layer *layer)
{
	complete(arena, bodies, &layer->from, 1);
	complete(arena, bodies, layer->to.items, layer->to.n);
	complete(arena, bodies, layer->cc.items, layer->cc.n);
}
