/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/engine/carried.h"

#include <string.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/limits.h"

#define OWN_WORDS_MIN 20 /* bytes: less says nothing */

static bool can_solicit(const struct pw_layer_scan *layer)
{
	return !layer->not_candidate && !layer->exclusion &&
	       (layer->sender_class == PW_SENDER_RIVAL ||
		layer->sender_class == PW_SENDER_UNKNOWN ||
		layer->sender_class == PW_SENDER_FREEMAIL);
}

static bool lies_in(const struct pw_scan *scan, const struct pw_layer *inner,
		    const struct pw_layer *outer)
{
	while (inner->parent >= 0 && inner->parent > outer->id)
		inner = scan->layers[inner->parent].layer;
	return inner->parent == outer->id;
}

/* Did the writer of `by` print that mail into his own? */
static bool is_printed_by(const struct pw_scan *scan, const struct pw_layer_scan *mail,
			  const struct pw_layer_scan *by)
{
	const struct pw_layer *inner = mail->layer, *outer = by->layer;

	if (inner->is_exact)
		return false;
	return lies_in(scan, inner, outer) ||
	       (!outer->is_exact && inner->parent == outer->parent);
}

static bool may_be_forged(const struct pw_layer_scan *mail,
			  const struct pw_layer_scan *by)
{
	switch (mail->sender_class) {
	case PW_SENDER_VENDOR:
	case PW_SENDER_VENDOR_AGENT:
	case PW_SENDER_DISTRIBUTOR:
	case PW_SENDER_OURS:
	case PW_SENDER_NONE:
		return true;
	case PW_SENDER_CUSTOMER: /* his own words in a thread are his */
		return by->layer->text.len < OWN_WORDS_MIN;
	default:
		return false;
	}
}

/* Who passes that mail on: the nearest before it. */
static const struct pw_layer_scan *carrier_of(const struct pw_scan *scan, size_t i)
{
	const struct pw_layer_scan *mail = &scan->layers[i];
	size_t k;

	for (k = i; k-- > 0;)
		if (can_solicit(&scan->layers[k]) &&
		    is_printed_by(scan, mail, &scan->layers[k]))
			return may_be_forged(mail, &scan->layers[k]) ? &scan->layers[k]
								     : NULL;
	return NULL;
}

static bool append(struct pw_scan *scan, struct pw_layer *layer,
		   const struct pw_text *more)
{
	struct pw_buf text;
	const char *copy;

	if (!more->len)
		return false;
	pw_buf_init(&text, PW_MAX_TEXT_BYTES);
	if (layer->text.len)
		pw_buf_add(&text, layer->text.data, layer->text.len);
	pw_buf_adds(&text, "\n\n");
	pw_buf_add(&text, more->data, more->len);
	copy = pw_arena_strndup(scan->arena, text.data, text.len);
	if (copy)
		layer->text = (struct pw_text){ .data = copy, .len = text.len };
	pw_buf_done(&text);
	return copy != NULL;
}

bool pw_carry(struct pw_scan *scan, struct pw_mail *ret, bool *ret_others)
{
	const struct pw_layer_scan *carrier;
	bool found = false;
	size_t i;

	*ret = *scan->mail;
	*ret_others = false;
	ret->layers =
		pw_arena_alloc(scan->arena, scan->n_layers + 1, sizeof *ret->layers);
	if (!ret->layers)
		return false;
	memcpy(ret->layers, scan->mail->layers, scan->n_layers * sizeof *ret->layers);
	for (i = 0; i < scan->n_layers; i++) {
		if (can_solicit(&scan->layers[i]))
			found |= append(scan, &ret->layers[i], &ret->layers[i].tail);
		carrier = carrier_of(scan, i);
		if (!carrier ||
		    !append(scan, &ret->layers[carrier->layer->id], &ret->layers[i].text))
			continue;
		ret->layers[i].text = (struct pw_text){ .data = "" };
		found = *ret_others = true;
	}
	return found;
}
