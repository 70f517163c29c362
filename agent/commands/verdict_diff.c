/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/verdict_diff.h"

#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"
#include "agent/commands/jsonout.h"

#define RULES_COUNTED 500
#define RULES_SHOWN   10

struct pw_rule_count {
	char *rule;
	size_t n;
};

void pw_verdict_diff_done(struct pw_verdict_diff *diff)
{
	size_t i;

	for (i = 0; i < diff->n_rules; i++)
		free(diff->rules[i].rule);
	free(diff->rules);
}

static void count_rule(struct pw_verdict_diff *diff, const char *rule)
{
	size_t i;

	for (i = 0; i < diff->n_rules && strcmp(diff->rules[i].rule, rule) != 0; i++)
		;
	if (i == RULES_COUNTED)
		return;
	if (i == diff->n_rules) {
		diff->rules = pw_realloc(diff->rules, i + 1, sizeof *diff->rules);
		diff->rules[diff->n_rules++] =
			(struct pw_rule_count){ pw_strdup(rule), 0 };
	}
	diff->rules[i].n++;
}

/* --- causes ---------------------------------------------------------------- */

/* What one rule did: {"rule", "at", "effect": added | gone | weight | sender,
   "points": [before, now]} or, for a sender, "text". */
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
	char *text = pw_asprintf("layer %d is by %s %s, was by %s %s", now->layer,
				 pw_sender_class_name(now->sender_class),
				 now->who ? now->who : "nobody known",
				 pw_sender_class_name(then->sender_class),
				 then->who ? then->who : "nobody known");
	char *rule = section ? pw_asprintf("%s.%s", section, known->who ? known->who : "")
			     : NULL;
	json_t *cause = json_object();

	json_object_set_new(cause, "rule", pw_json_text(rule));
	json_object_set_new(cause, "effect", json_string("sender"));
	json_object_set_new(cause, "text", pw_json_text(text));
	json_array_append_new(causes->list, cause);
	causes->has_decisive = true;
	free(text);
	free(rule);
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
			json_t *cause;
			char *rule;

			if (names_vendor(sides[1 - s], vendor->vendor))
				continue;
			rule = pw_asprintf("vendors.%s", vendor->vendor);
			cause = json_object();
			json_object_set_new(cause, "rule", pw_json_text(rule));
			json_object_set_new(cause, "effect",
					    json_string(s == 0 ? "added" : "gone"));
			json_object_set_new(cause, "text",
					    pw_json_text(vendor->evidence));
			json_array_append_new(causes->list, cause);
			free(rule);
		}
}

static void add_threshold(struct causes *causes, const struct pw_finding *before,
			  const struct pw_finding *after)
{
	json_t *cause;
	char *text;

	if (causes->has_decisive || before->threshold == after->threshold ||
	    before->threshold == 0 || after->threshold == 0)
		return;
	text = pw_asprintf("%g, was %g", after->threshold, before->threshold);
	cause = json_object();
	json_object_set_new(cause, "rule", json_string("thresholds"));
	json_object_set_new(cause, "effect", json_string("threshold"));
	json_object_set_new(cause, "text", pw_json_text(text));
	json_array_append_new(causes->list, cause);
	free(text);
}

static json_t *causes_of(const struct pw_finding *before, const struct pw_finding *after)
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

/* --- what changed ------------------------------------------------------------ */

static const char *rival_of(const struct pw_verdict_side *side)
{
	const char *rival = side->finding && side->finding->is_solicitation
				    ? side->finding->solicitor.rival
				    : NULL;

	return rival ? rival : "";
}

/* NULL: nothing. */
static const char *change_of(struct pw_verdict_diff *diff,
			     const struct pw_verdict_side *before,
			     const struct pw_verdict_side *after)
{
	if (before->verdict == after->verdict) {
		if (after->verdict == PW_VERDICT_IGNORE || !before->finding ||
		    !after->finding || strcmp(rival_of(before), rival_of(after)) == 0)
			return NULL;
		diff->n_renamed++;
		return "solicitor";
	}
	if (before->verdict == PW_VERDICT_IGNORE) {
		diff->n_gained++;
		return "gained";
	}
	if (after->verdict == PW_VERDICT_IGNORE) {
		diff->n_lost++;
		return "lost";
	}
	diff->n_changed++;
	return "changed";
}

static json_t *side_json(const struct pw_verdict_side *side)
{
	json_t *json = json_object();

	json_object_set_new(json, "verdict", json_string(pw_verdict_name(side->verdict)));
	json_object_set_new(json, "rival",
			    *rival_of(side) ? pw_json_text(rival_of(side)) : json_null());
	json_object_set_new(
		json, "decided",
		pw_json_text(side->finding ? side->finding->decided_by : NULL));
	json_object_set_new(json, "why", pw_json_text(side->why));
	return json;
}

static void put(FILE *out, enum pw_colour colour, const char *text)
{
	PW_CLEANUP(pw_freep) char *safe = pw_cli_escape(text ? text : "-");

	fprintf(out, "%s%s%s", pw_colour(out, colour), safe,
		colour == PW_PLAIN ? "" : pw_colour_end(out));
}

static void print_cause(FILE *out, const json_t *cause)
{
	const char *effect = json_string_value(json_object_get(cause, "effect"));
	const char *rule = json_string_value(json_object_get(cause, "rule"));
	const char *at = json_string_value(json_object_get(cause, "at"));
	const char *text = json_string_value(json_object_get(cause, "text"));
	const json_t *points = json_object_get(cause, "points");
	double then = json_number_value(json_array_get(points, 0));
	double now = json_number_value(json_array_get(points, 1));
	bool is_gone = pw_streq(effect, "gone");

	fputs("    ", out);
	put(out, is_gone ? PW_RED : PW_GREEN,
	    pw_streq(effect, "added") ? "+ "
	    : is_gone                 ? "- "
				      : "* ");
	put(out, PW_BOLD, rule ? rule : "sender");
	if (at) {
		fputc(' ', out);
		put(out, PW_DIM, at);
	}
	if (text) {
		fputs(": ", out);
		put(out, PW_PLAIN, text);
	}
	if (then != 0 && now != 0)
		fprintf(out, " (%+g, was %+g)", now, then);
	else if (then != 0 || now != 0)
		fprintf(out, " (%s%+g)", now != 0 ? "" : "was ", now != 0 ? now : then);
	fputc('\n', out);
}

static void print_side(FILE *out, const char *label, const struct pw_verdict_side *side)
{
	const char *decided = side->finding ? side->finding->decided_by : NULL;

	fprintf(out, "    %s: ", label);
	put(out, PW_PLAIN, decided ? decided : side->why);
	if (decided && side->why && !pw_streq(decided, side->why)) {
		fputs("; ", out);
		put(out, PW_PLAIN, side->why);
	}
	fputc('\n', out);
}

static void print_verdict(FILE *out, const struct pw_verdict_side *side)
{
	fputs(pw_verdict_name(side->verdict), out);
	if (*rival_of(side)) {
		fputs(" (", out);
		put(out, PW_PLAIN, rival_of(side));
		fputc(')', out);
	}
}

static void print_change(const struct pw_verdict_diff *diff, const json_t *change,
			 const struct pw_verdict_side *before,
			 const struct pw_verdict_side *after)
{
	FILE *out = diff->out;
	const json_t *causes = json_object_get(change, "causes"), *cause;
	const char *about = json_string_value(json_object_get(change, "subject"));
	size_t i;

	put(out, PW_BOLD, json_string_value(json_object_get(change, "message")));
	fputs(": ", out);
	put(out, after->verdict == PW_VERDICT_IGNORE ? PW_YELLOW : PW_CYAN,
	    json_string_value(json_object_get(change, "change")));
	fputs(": ", out);
	print_verdict(out, before);
	fputs(" -> ", out);
	print_verdict(out, after);
	if (about && *about) {
		fputs("  \"", out);
		put(out, PW_PLAIN, about);
		fputc('"', out);
	}
	fputc('\n', out);
	json_array_foreach((json_t *)(uintptr_t)causes, i, cause) print_cause(out, cause);
	print_side(out, "before", before);
	print_side(out, "now", after);
}

void pw_verdict_diff_add(struct pw_verdict_diff *diff, const char *name,
			 const char *about, const struct pw_verdict_side *before,
			 const struct pw_verdict_side *after)
{
	const char *kind = change_of(diff, before, after), *rule;
	json_t *change, *causes, *cause;
	size_t i;

	diff->n++;
	if (!kind)
		return;
	causes = causes_of(before->finding, after->finding);
	json_array_foreach(causes, i, cause)
	{
		rule = json_string_value(json_object_get(cause, "rule"));
		if (rule)
			count_rule(diff, rule);
	}
	change = json_object();
	json_object_set_new(change, "message", pw_json_text(name));
	json_object_set_new(change, "subject", pw_json_text(about));
	json_object_set_new(change, "change", json_string(kind));
	json_object_set_new(change, "before", side_json(before));
	json_object_set_new(change, "now", side_json(after));
	json_object_set_new(change, "causes", causes);
	if (diff->is_json) {
		pw_json_line(diff->out, change);
		return;
	}
	print_change(diff, change, before, after);
	json_decref(change);
}

size_t pw_verdict_diff_total(const struct pw_verdict_diff *diff)
{
	return diff->n_gained + diff->n_lost + diff->n_changed + diff->n_renamed;
}

static int by_count(const void *a, const void *b)
{
	const struct pw_rule_count *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n ? 1 : -1) : strcmp(x->rule, y->rule);
}

void pw_verdict_diff_summary(const struct pw_verdict_diff *diff)
{
	size_t n = pw_verdict_diff_total(diff), i;

	fprintf(diff->out, "%zu message%s compared, %zu decided differently", diff->n,
		diff->n == 1 ? "" : "s", n);
	if (n)
		fprintf(diff->out,
			": %zu gained, %zu lost, %zu changed, %zu by another "
			"solicitor",
			diff->n_gained, diff->n_lost, diff->n_changed, diff->n_renamed);
	fputc('\n', diff->out);
	if (!diff->n_rules)
		return;
	qsort(diff->rules, diff->n_rules, sizeof *diff->rules, by_count);
	fputs("rules behind it:", diff->out);
	for (i = 0; i < diff->n_rules && i < RULES_SHOWN; i++)
		fprintf(diff->out, "%s %s %zu", i ? "," : "", diff->rules[i].rule,
			diff->rules[i].n);
	if (i < diff->n_rules)
		fprintf(diff->out, " and %zu more", diff->n_rules - i);
	fputc('\n', diff->out);
}
