/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conditions.c - exclusions before the decision, conditions after it.
 */
#include <string.h>

#include "agent/base/str.h"
#include "parsers/domain.h"
#include "rules/engine/decide.h"
#include "rules/engine/expr.h"

static const char *const severity_names[] = { "low", "normal", "high", "urgent" };

/* "a@b.example" equals; "b.example" is the domain or a parent of it. */
static bool address_matches(const char *const *list, size_t n, const char *address)
{
	const char *domain = address ? pw_address_domain(address) : NULL;
	char written[PW_DOMAIN_MAX + 1];
	size_t i;

	for (i = 0; address && i < n; i++) {
		pw_domain_normal(written, pw_bytes_of(list[i]));
		if (strchr(list[i], '@') ? pw_strieq(list[i], address)
					 : domain && pw_domain_within(domain, written))
			return true;
	}
	return false;
}

static bool recipient_matches(const struct pw_exclusion *exclusion,
			      const struct pw_layer *layer)
{
	size_t i;

	for (i = 0; i < layer->to.n; i++)
		if (address_matches(exclusion->to, exclusion->n_to,
				    layer->to.items[i].address))
			return true;
	for (i = 0; i < layer->cc.n; i++)
		if (address_matches(exclusion->to, exclusion->n_to,
				    layer->cc.items[i].address))
			return true;
	return false;
}

static bool excludes(struct pw_scan *scan, const struct pw_exclusion *exclusion,
		     const struct pw_layer_scan *layer)
{
	struct pw_span span;

	if (exclusion->until != PW_DAY_NONE && scan->us->received != PW_DAY_NONE &&
	    scan->us->received > exclusion->until)
		return false;
	if (exclusion->senders && !(exclusion->senders >> layer->sender_class & 1))
		return false;
	if (exclusion->n_from && !address_matches(exclusion->from, exclusion->n_from,
						  layer->layer->from.address))
		return false;
	if (exclusion->n_to && !recipient_matches(exclusion, layer->layer))
		return false;
	if (exclusion->subject >= 0 &&
	    !pw_scan_matches(scan, layer, exclusion->subject, PW_SCOPE_SUBJECT, &span))
		return false;
	if (exclusion->body >= 0 &&
	    !pw_scan_matches(scan, layer, exclusion->body, PW_SCOPE_BODY, &span))
		return false;
	if (exclusion->header >= 0 &&
	    !pw_scan_matches(scan, layer, exclusion->header, PW_SCOPE_HEADER, &span))
		return false;
	return exclusion->text < 0 ||
	       pw_scan_matches(scan, layer, exclusion->text, PW_SCOPE_SUBJECT, &span) ||
	       pw_scan_matches(scan, layer, exclusion->text, PW_SCOPE_BODY, &span);
}

static void note(struct pw_scan *scan, const char *rule, const struct pw_origin *origin,
		 const char *scope, int layer, const char *text)
{
	const char *copy = pw_arena_strdup(scan->arena, text ? text : "");

	if (scan->n_notes < PW_SCAN_MAX_NOTES && copy)
		scan->notes[scan->n_notes++] = (struct pw_hit){ .rule = rule,
								.origin = origin->text,
								.scope = scope,
								.layer = layer,
								.matched = copy,
								.context = copy };
}

/* The first exclusion that holds for a layer, NULL: none. */
static const struct pw_exclusion *exclusion_of(struct pw_scan *scan,
					       const struct pw_layer_scan *layer)
{
	const struct pw_ruleset *ruleset = scan->ruleset;
	size_t k;

	for (k = 0; k < ruleset->n_exclusions; k++)
		if (excludes(scan, &ruleset->exclusions[k], layer))
			return &ruleset->exclusions[k];
	return NULL;
}

void pw_exclusions_apply(struct pw_scan *scan)
{
	const struct pw_exclusion *exclusion;
	size_t i;

	for (i = 0; i < scan->n_layers; i++) {
		exclusion = exclusion_of(scan, &scan->layers[i]);
		if (!exclusion)
			continue;
		scan->layers[i].exclusion = exclusion;
		note(scan, exclusion->rule, &exclusion->origin, "exclusion", (int)i,
		     exclusion->because);
	}
}

/* What conditions are asked of. */
struct holder {
	struct pw_scan *scan;
	const struct pw_party *party;
	const char **signals; /* names of those that hit it, each once */
	size_t n_signals;
};

/* Each condition asks for signals by name: gathered once for all of them. */
static void gather_signals(struct holder *holder)
{
	const struct pw_party *party = holder->party;
	const struct pw_ruleset *ruleset = holder->scan->ruleset;
	PW_CLEANUP(pw_freep)
	bool *seen = pw_alloc(ruleset->n_signals + 1, sizeof *seen);
	size_t l, i, at, n = party->n_facts;

	for (l = 0; l < party->n_layers; l++)
		n += party->layers[l]->n_hits;
	holder->signals = pw_alloc(n + 1, sizeof *holder->signals);
	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++) {
			at = (size_t)(party->layers[l]->hits[i].signal -
				      ruleset->signals);
			if (!seen[at])
				holder->signals[holder->n_signals++] =
					ruleset->signals[at].name;
			seen[at] = true;
		}
	for (i = 0; i < party->n_facts; i++)
		holder->signals[holder->n_signals++] = party->facts[i].signal->name;
}

static int count_signals(const struct holder *holder, const char *pattern)
{
	size_t i;
	int n = 0;

	for (i = 0; i < holder->n_signals; i++)
		n += pw_glob(pattern, holder->signals[i]);
	return n;
}

static int holds_kind(const struct holder *holder, const char *name)
{
	size_t l;
	int kind;

	for (kind = 0; kind < PW_N_KINDS; kind++)
		for (l = 0; strcmp(pw_kind_names[kind], name) == 0 &&
			    l < holder->party->n_layers;
		     l++)
			if (pw_layer_hit(holder->party->layers[l], (enum pw_kind)kind))
				return 1;
	return 0;
}

static int holds_claim(const struct pw_finding *finding, const char *claim)
{
	size_t i;

	for (i = 0; i < finding->n_claims; i++)
		if (strcmp(finding->claims[i].claim, claim) == 0)
			return 1;
	return 0;
}

static int holds_vendor(const struct pw_finding *finding, const char *pattern)
{
	size_t i;
	int n = 0;

	for (i = 0; i < finding->n_vendors; i++)
		n += pw_glob(pattern, finding->vendors[i].vendor);
	return n;
}

static int holds(void *context, const struct pw_expr *item)
{
	const struct holder *holder = context;
	const struct pw_finding *finding = holder->scan->finding;
	const struct pw_company *rival = holder->party->company;

	switch (item->about) {
	case PW_ITEM_SIGNAL:
		return count_signals(holder, item->name);
	case PW_ITEM_KIND:
		return holds_kind(holder, item->name);
	case PW_ITEM_CLAIM:
		return holds_claim(finding, item->name);
	case PW_ITEM_RIVAL:
		return rival && pw_glob(item->name, rival->slug);
	case PW_ITEM_VENDOR:
		return holds_vendor(finding, item->name);
	case PW_ITEM_SENDER:
		return strcmp(item->name,
			      pw_sender_class_name(finding->solicitor.sender_class)) == 0;
	case PW_ITEM_ANY_RIVAL:
		return rival != NULL;
	case PW_ITEM_ANY_VENDOR:
		return (int)finding->n_vendors;
	case PW_ITEM_IDENTIFIER:
		return (int)finding->n_identifiers;
	case PW_ITEM_CUSTOMER:
		return (int)finding->n_customers;
	case PW_ITEM_SOLICITATION:
		return finding->is_solicitation;
	case PW_ITEM_END_DATE:
		return pw_finding_stated(finding) != NULL;
	case PW_ITEM_ATTACHMENT:
		return holder->party->layers[0]->layer->n_attachments > 0;
	}
	return 0;
}

static bool is_unless(struct holder *holder, const struct pw_condition *condition)
{
	size_t i, k;

	if (condition->unless && pw_expr_eval(condition->unless, holds, holder))
		return true;
	for (i = 0; i < condition->n_unless_exclusions; i++)
		for (k = 0; k < holder->scan->n_layers; k++)
			if (holder->scan->layers[k].exclusion &&
			    pw_streq(holder->scan->layers[k].exclusion->name,
				     condition->unless_exclusions[i]))
				return true;
	return false;
}

static int severity_index(const char *name)
{
	int i;

	for (i = 0; name && i < (int)PW_ARRAY_LEN(severity_names); i++)
		if (strcmp(severity_names[i], name) == 0)
			return i;
	return -1;
}

static void act(struct pw_scan *scan, const struct pw_condition *condition)
{
	struct pw_finding *finding = scan->finding;
	char *text;

	if (condition->severity > severity_index(finding->severity))
		finding->severity = severity_names[condition->severity];
	if (condition->mode == PW_MODE_REPORT)
		finding->is_report_only = true;
	if (condition->mode != PW_MODE_SUPPRESS)
		return;
	finding->is_solicitation = false;
	text = pw_asprintf("%s (%s): %s", condition->rule, condition->origin.text,
			   condition->because ? condition->because : "suppressed");
	finding->decided_by = pw_arena_strdup(scan->arena, text);
	free(text);
}

/* A condition that lacked one thing only is worth a line in `explain`. */
static void note_near(struct pw_scan *scan, struct holder *holder,
		      const struct pw_condition *condition)
{
	struct pw_buf missing;

	pw_buf_init(&missing, 400);
	pw_expr_missing(&missing, condition->when, holds, holder);
	if (missing.len && !strchr(missing.data, ','))
		note(scan, condition->rule, &condition->origin, "condition, nearly",
		     holder->party->layers[0]->layer->id, missing.data);
	pw_buf_done(&missing);
}

static void weigh(struct pw_scan *scan, struct holder *holder,
		  const struct pw_condition *condition)
{
	int layer = holder->party->layers[0]->layer->id;

	if (!pw_expr_eval(condition->when, holds, holder)) {
		note_near(scan, holder, condition);
	} else if (is_unless(holder, condition)) {
		note(scan, condition->rule, &condition->origin, "condition, but unless",
		     layer, condition->when_text);
	} else {
		note(scan, condition->rule, &condition->origin, "condition", layer,
		     condition->because ? condition->because : condition->when_text);
		act(scan, condition);
	}
}

void pw_conditions_apply(struct pw_scan *scan, struct pw_party *party)
{
	struct holder holder = { .scan = scan, .party = party };
	size_t i;

	gather_signals(&holder);
	for (i = 0; i < scan->ruleset->n_conditions; i++)
		weigh(scan, &holder, &scan->ruleset->conditions[i]);
	free(holder.signals);
}
