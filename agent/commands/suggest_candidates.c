/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_candidates.c - which layer should have decided, and what to try. */
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/predict.h"
#include "agent/commands/suggest_entry.h"

const char *pw_suggest_text(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static bool can_solicit(enum pw_sender_class sender_class)
{
	return sender_class == PW_SENDER_RIVAL || sender_class == PW_SENDER_UNKNOWN ||
	       sender_class == PW_SENDER_FREEMAIL || sender_class == PW_SENDER_NONE;
}

const json_t *pw_suggest_parsed(const struct pw_wrong *wrong, int id)
{
	const json_t *layer;
	size_t i;

	json_array_foreach(json_object_get(wrong->parsed, "layers"), i, layer)
	{
		if (json_integer_value(json_object_get(layer, "id")) == id)
			return layer;
	}
	return NULL;
}

const char *pw_suggest_address(const struct pw_wrong *wrong, int layer)
{
	const json_t *from = json_object_get(pw_suggest_parsed(wrong, layer), "from");
	const char *address = pw_suggest_text(from, "address");

	return address ? address : "";
}

const struct pw_layer_note *pw_suggest_layer(const struct pw_wrong *wrong)
{
	const char *wanted = pw_suggest_text(wrong->label, "solicitor_email");
	const struct pw_layer_note *best = NULL;
	size_t i;

	for (i = 0; i < wrong->finding->n_layers; i++) {
		const struct pw_layer_note *note = &wrong->finding->layers[i];

		if (!can_solicit(note->sender_class))
			continue;
		if (wanted && pw_strieq(wanted, pw_suggest_address(wrong, note->layer)))
			return note;
		if (!best || note->score > best->score ||
		    (note->score == best->score && note->layer > best->layer))
			best = note;
	}
	return best;
}

static bool is_slug(const char *text)
{
	return text && *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

void pw_suggest_candidates(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	const struct pw_layer_note *layer = pw_suggest_layer(wrong);
	const char *rival = pw_suggest_text(wrong->label, "rival");
	bool is_told = strcmp(pw_verdict_of(wrong->said), "ignore") != 0;
	struct pw_texts own = { 0 };

	if (strcmp(pw_verdict_of(wrong->label), "ignore") == 0) {
		if (is_told)
			pw_suggest_exclusions(wrong, ret);
		pw_suggest_lighter(wrong, ret);
		return;
	}
	pw_texts_add(&own, wrong->parsed);
	if (own.n)
		pw_suggest_vendors(wrong, own.items[0], ret);
	pw_texts_done(&own);
	if (is_told || !layer)
		return; /* whose contract it is no phrase can tell */
	if (is_slug(rival))
		pw_suggest_rival(wrong, layer, rival, ret);
	pw_suggest_off(wrong, ret);
	pw_suggest_signals(wrong, layer, ret);
	pw_suggest_heavier(wrong, ret);
	pw_suggest_rival(wrong, layer, NULL, ret);
}
