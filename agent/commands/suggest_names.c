/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_names.c - the words of a mail that tell it, not its kind: names. */
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/suggest.h"

static void add_words(struct pw_buf *names, const char *text)
{
	PW_CLEANUP(pw_freep) char *folded = pw_text_fold(text ? text : "");
	char *at;

	/* Local parts and domains in pieces, too. */
	for (at = folded; *at; at++)
		if (strchr("@._+", *at))
			*at = ' ';
	pw_buf_addf(names, " %s ", folded);
}

static void add_person(struct pw_buf *names, const json_t *person)
{
	add_words(names, pw_suggest_text(person, "name"));
	add_words(names, pw_suggest_text(person, "address"));
}

char *pw_suggest_names(const struct pw_wrong *wrong)
{
	static const char *const lists[] = { "to", "cc" };
	const struct pw_finding *finding = wrong->finding;
	const json_t *layer, *person;
	struct pw_buf names;
	size_t i, k, l;

	pw_buf_init(&names, (size_t)256 << 10);
	json_array_foreach(json_object_get(wrong->parsed, "layers"), i, layer)
	{
		add_person(&names, json_object_get(layer, "from"));
		for (l = 0; l < PW_ARRAY_LEN(lists); l++)
			json_array_foreach(json_object_get(layer, lists[l]), k, person)
				add_person(&names, person);
	}
	for (i = 0; i < finding->n_customers; i++)
		add_words(&names, finding->customers[i].customer);
	for (i = 0; i < finding->n_vendors; i++) {
		add_words(&names, finding->vendors[i].name);
		add_words(&names, finding->vendors[i].evidence);
	}
	for (i = 0; i < finding->n_layers; i++)
		add_words(&names, finding->layers[i].who);
	return pw_buf_take(&names);
}
