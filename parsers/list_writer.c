/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/list_writer.h"

#include <string.h>

#include "agent/base/str.h"

static const char *const list_marks[] = { "List-Id", "List-Post", "Mailing-list",
					  "X-Google-Group-Id", "X-BeenThere" };
/* Surest first; Reply-To may be the list's. */
static const char *const writer_fields[] = { "X-Original-From", "Reply-To",
					     "X-Original-Sender",
					     "X-Mailman-Original-From" };

static bool is_from_list(const struct pw_layer *layer)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(list_marks); i++)
		if (pw_layer_header(layer, list_marks[i]))
			return true;
	return false;
}

/* The name in front of " via ", without the quotes that Google puts there. */
static const char *name_of(struct pw_arena *arena, const char *name)
{
	const char *via = name ? strstr(name, " via ") : NULL;
	size_t len = via ? (size_t)(via - name) : 0;

	while (len && strchr("'\" ", *name)) {
		name++;
		len--;
	}
	while (len && strchr("'\" ", name[len - 1]))
		len--;
	return len ? pw_arena_strndup(arena, name, len) : NULL;
}

bool pw_list_writer(struct pw_arena *arena, const struct pw_layer *layer,
		    struct pw_addr *ret)
{
	const char *name = name_of(arena, layer->from.name), *value;
	struct pw_addrs found;
	size_t i;

	if (!name || !layer->from.address || !is_from_list(layer))
		return false;
	for (i = 0; i < PW_ARRAY_LEN(writer_fields); i++) {
		value = pw_layer_header(layer, writer_fields[i]);
		if (!value)
			continue;
		found = pw_addrs_parse(arena, value, strlen(value));
		if (found.n != 1 || !found.items[0].address ||
		    pw_strieq(found.items[0].address, layer->from.address))
			continue;
		*ret = found.items[0];
		if (!ret->name)
			ret->name = name;
		return true;
	}
	return false;
}
