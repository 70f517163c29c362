/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/verdict_causes.h"

#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/jsonout.h"

struct causes {
	json_t *list;
	bool has_decisive; /* a condition, an exclusion or a sender explains it all */
};

/* Conditions and exclusions that acted, not those that nearly did. */
static bool is_note(const struct pw_hit *hit)
{
	return pw_streq(hit->scope, "condition") || pw_streq(hit->scope, "exclusion");
}

static bool is_remark(const struct pw_hit *hit)
{
	return !is_note(hit) && (pw_starts_with(hit->scope, "condition") ||
				 pw_starts_with(hit->scope, "exclusion"));
}

/* The hit of a rule that brought most, NULL: it did not hit. */
static const struct pw_hit *find_hit(const struct pw_finding *finding, const char *rule)
{
	const struct pw_hit *best = NULL;
	size_t i;

	for (i = 0; i < finding->n_hits; i++) {
		const struct pw_hit *hit = &finding->hits[i];

		if (!is_remark(hit) && strcmp(hit->rule, rule) == 0 &&
		    (!best || (hit->points != 0 && best->points == 0)))
			best = hit;
	}
	return best;
}

static void add_cause(struct causes *causes, const struct pw_hit *hit, const char *effect,
		      double before, double after)
{
	json_t *cause = json_object();

	json_object_set_new(cause, "rule", pw_json_text(hit->rule));
	json_object_set_new(cause, "at", pw_json_text(hit->origin));
	json_object_set_new(cause, "effect", json_string(effect));
	json_object_set_new(cause, "points", json_pack("[f, f]", before, after));
	json_array_append_new(causes->list, cause);
}

static void add_said(struct causes *causes, const char *rule, const char *effect,
		     const char *text)
{
	json_t *cause = json_object();

	json_object_set_new(cause, "rule", pw_json_text(rule));
	json_object_set_new(cause, "effect", json_string(effect));
	json_object_set_new(cause, "text", pw_json_text(text));
	json_array_append_new(causes->list, cause);
}

static bool is_listed(const struct causes *causes, const char *rule)
{
	const json_t *cause;
	size_t i;

	json_array_foreach(causes->list, i, cause)
	{
		if (pw_streq(json_string_value(json_object_get(cause, "rule")), rule))
			return true;
	}
	return false;
}

/* Conditions are looked at after the decision: one that acted on a
   solicitation only followed from it. */
static bool follows(const struct causes *causes, const struct pw_hit *hit,
		    const struct pw_finding *its, const struct pw_finding *other)
{
	if (is_note(hit))
		return pw_streq(hit->scope, "condition") && its->is_solicitation &&
		       !other->is_solicitation;
	return causes->has_decisive && pw_streq(hit->scope, "fact");
}

/* Rules that hit in one judgement only, or with other points. */
static void add_hits(struct causes *causes, const struct pw_finding *before,
		     const struct pw_finding *after, bool is_notes)
{
	size_t i;

	for (i = 0; i < after->n_hits; i++) {
		const struct pw_hit *now = find_hit(after, after->hits[i].rule), *then;

		if (!now || is_note(now) != is_notes || is_listed(causes, now->rule))
			continue;
		then = find_hit(before, now->rule);
		if (!then && !follows(causes, now, after, before))
			add_cause(causes, now, "added", 0, now->points);
		else if (then && then->points != now->points && !causes->has_decisive)
			add_cause(causes, now, "weight", then->points, now->points);
	}
	for (i = 0; i < before->n_hits; i++) {
		const struct pw_hit *then = find_hit(before, before->hits[i].rule);

		if (then && is_note(then) == is_notes && !is_listed(causes, then->rule) &&
		    !find_hit(after, then->rule) && !follows(causes, then, before, after))
			add_cause(causes, then, "gone", then->points, 0);
	}
}

static const char *section_of(enum pw_sender_class sender_class)
{
	switch (sender_class) {
	case PW_SENDER_RIVAL:
	case PW_SENDER_DISTRIBUTOR:
	case PW_SENDER_VENDOR_AGENT:
		return "rivals";
	case PW_SENDER_VENDOR:
		return "vendors";
	default:
		return NULL;
	}
}

static void add_sender(struct causes *causes, const struct pw_layer_note *then,
		       const struct pw_layer_note *now)
{
	const struct pw_layer_note *known = section_of(now->sender_class) ? now : then;
	const char *section = section_of(known->sender_class);
	PW_CLEANUP(pw_freep)
	char *text = pw_asprintf("layer %d is by %s %s, was by %s %s", now->layer,
				 pw_sender_class_name(now->sender_class),
				 now->who ? now->who : "nobody known",
				 pw_sender_class_name(then->sender_class),
				 then->who ? then->who : "nobody known");
	PW_CLEANUP(pw_freep)
	char *rule = section ? pw_asprintf("%s.%s", section, known->who ? known->who : "")
			     : NULL;

	add_said(causes, rule, "sender", text);
	causes->has_decisive = true;
}

static void add_senders(struct causes *causes, const struct pw_finding *before,
			const struct pw_finding *after)
{
	size_t i;

	for (i = 0; i < before->n_layers && i < after->n_layers; i++) {
		const struct pw_layer_note *then = &before->layers[i],
					   *now = &after->layers[i];

		if (then->layer == now->layer &&
		    (then->sender_class != now->sender_class ||
		     (!pw_streq(then->who ? then->who : "", now->who ? now->who : "") &&
		      section_of(now->sender_class))))
			add_sender(causes, then, now);
	}
}

static bool names_vendor(const struct pw_finding *finding, const char *vendor)
{
	size_t i;

	for (i = 0; i < finding->n_vendors; i++)
		if (pw_streq(finding->vendors[i].vendor, vendor))
			return true;
	return false;
}

/* Vendors are listed for solicitations only: what they are in both counts. */
static void add_vendors(struct causes *causes, const struct pw_finding *before,
			const struct pw_finding *after)
{
	const struct pw_finding *sides[] = { after, before };
	size_t s, i;

	for (s = 0; s < 2; s++)
		for (i = 0; i < sides[s]->n_vendors; i++) {
			const struct pw_vendor_hit *vendor = &sides[s]->vendors[i];
			PW_CLEANUP(pw_freep)
			char *rule = pw_asprintf("vendors.%s", vendor->vendor);

			if (!names_vendor(sides[1 - s], vendor->vendor))
				add_said(causes, rule, s == 0 ? "added" : "gone",
					 vendor->evidence);
		}
}

static void add_threshold(struct causes *causes, const struct pw_finding *before,
			  const struct pw_finding *after)
{
	PW_CLEANUP(pw_freep)
	char *text = pw_asprintf("%g, was %g", after->threshold, before->threshold);

	if (!causes->has_decisive && before->threshold != after->threshold &&
	    before->threshold != 0 && after->threshold != 0)
		add_said(causes, "thresholds", "threshold", text);
}

json_t *pw_verdict_causes(const struct pw_finding *before, const struct pw_finding *after)
{
	struct causes causes = { json_array(), false };

	if (!before || !after)
		return causes.list;
	add_hits(&causes, before, after, true);
	causes.has_decisive = json_array_size(causes.list) > 0;
	add_senders(&causes, before, after);
	add_threshold(&causes, before, after);
	add_hits(&causes, before, after, false);
	if (before->is_solicitation && after->is_solicitation)
		add_vendors(&causes, before, after);
	return causes.list;
}
