/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c - the decision written down as a finding.
 */
#include <string.h>

#include "agent/base/str.h"
#include "parsers/unwrap.h"
#include "rules/engine/decide.h"

#define TEXT_MAX    ((size_t)20 << 10)
#define MATCHED_MAX 200
#define HITS_MAX    5000

static bool header_is(const struct pw_layer *layer, const char *name, const char *word)
{
	const char *value = pw_layer_header(layer, name);

	return value && strcasestr(value, word) != NULL;
}

/* RFC 3464: told by a mail server, about a mail that did not arrive. */
static bool is_bounce(const struct pw_layer *layer)
{
	const char *path = pw_layer_header(layer, "Return-Path");

	return (path && strcmp(path, "<>") == 0) ||
	       header_is(layer, "Content-Type", "multipart/report") ||
	       (layer->from.address &&
		pw_starts_with_i(layer->from.address, "mailer-daemon"));
}

/* RFC 3834: what an automatic reply must not go to. */
static bool is_auto_reply(const struct pw_scan *scan, const struct pw_layer *layer)
{
	const char *automatic = pw_layer_header(layer, "Auto-Submitted");

	if (automatic && !pw_starts_with_i(automatic, "no"))
		return true;
	if (layer->from.address && scan->us->mailbox &&
	    pw_strieq(layer->from.address, scan->us->mailbox))
		return true;
	return is_bounce(layer) || pw_layer_header(layer, "List-Id") ||
	       pw_layer_header(layer, "X-Autoreply") ||
	       header_is(layer, "Precedence", "bulk") ||
	       header_is(layer, "Precedence", "list");
}

void pw_report_envelope(struct pw_scan *scan)
{
	struct pw_finding *finding = scan->finding;
	const struct pw_layer *outer = scan->layers[0].layer;

	if (outer->kind != PW_LAYER_RESENT) {
		finding->forwarder = outer->from.address;
		finding->forwarder_name = outer->from.name;
	}
	finding->subject = outer->subject;
	finding->message_id = outer->message_id;
	finding->outer_date = outer->date;
	finding->authentication = pw_scan_authentication(scan, outer);
	finding->is_auto_reply = is_auto_reply(scan, outer);
	finding->is_bounce = is_bounce(outer);
	finding->is_from_us = outer->from.address &&
			      (pw_is_ours(scan->us, outer->from.address) ||
			       pw_strieq(outer->from.address, scan->us->mailbox));
	finding->capped =
		scan->mail->capped | (scan->is_cut ? (unsigned)PW_CAPPED_TEXT : 0u);
	finding->rule_errors = scan->errors;
	finding->n_rule_errors = scan->n_errors;
}

/* The subject as the solicitor wrote it; a quoting reply kept it only in its
   own subject. */
static const char *subject_of(const struct pw_scan *scan, const struct pw_layer *layer)
{
	if (layer->subject && *layer->subject)
		return layer->subject;
	if (layer->kind == PW_LAYER_QUOTE && layer->parent >= 0 &&
	    scan->layers[layer->parent].layer->subject)
		return pw_subject_strip(scan->layers[layer->parent].layer->subject, NULL,
					NULL);
	return NULL;
}

static struct pw_solicitor solicitor_of(const struct pw_scan *scan,
					const struct pw_party *party)
{
	const struct pw_layer_scan *newest = party->layers[0];
	const struct pw_layer *layer = newest->layer;
	struct pw_solicitor solicitor = {
		.layer = layer->id,
		.sender_class =
			party->company && !party->is_pasted &&
					(newest->sender_class == PW_SENDER_RIVAL ||
					 party->is_introduced)
				? PW_SENDER_RIVAL
				: newest->sender_class,
		.score = party->score,
		.date = { .day = PW_DAY_NONE },
	};
	char *rival;

	if (party->company) {
		solicitor.rival = party->company->slug;
		solicitor.rival_name = party->company->name;
	} else if (party->is_introduced || newest->sender_class == PW_SENDER_UNKNOWN) {
		rival = pw_asprintf("domain:%s", party->key ? party->key : "");
		solicitor.rival = pw_arena_strdup(scan->arena, rival);
		solicitor.rival_name = party->key;
		free(rival);
	}
	solicitor.name = party->name;
	if (party->is_pasted)
		return solicitor; /* what is not written is not known */
	const struct pw_addr *from =
		newest->answers_to ? newest->answers_to : &layer->from;

	solicitor.email = party->is_introduced ? party->email : from->address;
	solicitor.name = party->is_introduced ? party->name : from->name;
	solicitor.date = layer->date;
	solicitor.subject = subject_of(scan, layer);
	return solicitor;
}

/* Who is introduced by the vendor has the customer's name from the vendor. */
static void add_introduction(struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	struct pw_finding *finding = scan->finding;
	size_t i;

	for (i = 0; i < layer->n_hits && finding->n_claims == 0; i++) {
		const struct pw_signal_hit *hit = &layer->hits[i];

		if (hit->signal->kind != PW_KIND_INTRODUCE)
			continue;
		finding->claims[finding->n_claims++] = (struct pw_claim_hit){
			.claim = "vendor_shared_contact",
			.quote = pw_scan_sentence(scan, &layer->texts[hit->scope],
						  hit->span),
			.rule = hit->signal->rule,
			.layer = layer->layer->id,
		};
	}
}

/* The sentence of the body says more than the subject, where both make the claim. */
static const char *claim_quote(struct pw_scan *scan, const struct pw_layer_scan *layer,
			       const struct pw_signal_hit *hit)
{
	struct pw_span span;

	if (hit->scope == PW_SCOPE_SUBJECT && hit->signal->scopes >> PW_SCOPE_BODY & 1 &&
	    pw_scan_claim(scan, layer, hit->signal, PW_SCOPE_BODY, &span))
		return pw_scan_sentence(scan, &layer->texts[PW_SCOPE_BODY], span);
	return pw_scan_sentence(scan, &layer->texts[hit->scope], hit->span);
}

static void add_claims(struct pw_scan *scan, const struct pw_party *party)
{
	struct pw_finding *finding = scan->finding;
	size_t n = 0, i, k;

	for (i = 0; i < scan->n_layers; i++)
		n += scan->layers[i].n_hits;
	finding->claims = pw_arena_alloc(scan->arena, n + 2, sizeof *finding->claims);
	if (party->is_introduced && finding->claims)
		add_introduction(scan, party->layers[0]);
	for (i = 0; finding->claims && i < scan->n_layers; i++) {
		const struct pw_layer_scan *layer = &scan->layers[i];

		if (!pw_party_spans(scan, party, (int)i))
			continue;
		for (k = 0; k < layer->n_hits; k++) {
			const struct pw_signal_hit *hit = &layer->hits[k];

			if (!hit->signal->claim || hit->is_negated)
				continue;
			finding->claims[finding->n_claims++] = (struct pw_claim_hit){
				.claim = hit->signal->claim,
				.quote = claim_quote(scan, layer, hit),
				.rule = hit->signal->rule,
				.layer = layer->layer->id,
			};
		}
	}
}

/* Identifiers of other layers (the forwarder's note) are not what the rival
   is after, unless he named none. */
static void keep_thread_identifiers(struct pw_scan *scan, const struct pw_party *party)
{
	struct pw_finding *finding = scan->finding;
	size_t i, n = 0;

	for (i = 0; i < finding->n_identifiers; i++)
		if (pw_party_spans(scan, party, finding->identifiers[i].layer))
			finding->identifiers[n++] = finding->identifiers[i];
	finding->n_identifiers = n;
}

static void keep_thread_dates(struct pw_scan *scan, const struct pw_party *party)
{
	struct pw_finding *finding = scan->finding;
	struct pw_stated_date *kept;
	size_t l, i, n = 0;
	int loose;

	kept = pw_arena_alloc(scan->arena, finding->n_stated + 1, sizeof *kept);
	for (loose = 0; kept && loose < 2; loose++)
		for (l = 0; l < party->n_layers; l++)
			for (i = 0; i < finding->n_stated; i++)
				if (finding->stated[i].is_loose == (loose == 1) &&
				    finding->stated[i].layer ==
					    party->layers[l]->layer->id)
					kept[n++] = finding->stated[i];
	finding->stated = kept;
	finding->n_stated = n;
}

static void add_recipients(struct pw_scan *scan, const struct pw_layer *layer)
{
	struct pw_addrs *all = &scan->finding->recipients;

	all->items = pw_arena_alloc(scan->arena, layer->to.n + layer->cc.n + 1,
				    sizeof *all->items);
	if (!all->items)
		return;
	if (layer->to.n)
		memcpy(all->items, layer->to.items, layer->to.n * sizeof *all->items);
	if (layer->cc.n)
		memcpy(all->items + layer->to.n, layer->cc.items,
		       layer->cc.n * sizeof *all->items);
	all->n = layer->to.n + layer->cc.n;
}

void pw_report_solicitation(struct pw_scan *scan, const struct pw_party *party,
			    const struct pw_parties *parties)
{
	struct pw_finding *finding = scan->finding;
	const struct pw_layer *layer = party->layers[0]->layer;
	size_t i;

	finding->is_solicitation = true;
	finding->solicitor = solicitor_of(scan, party);
	finding->score = party->score;
	finding->threshold = party->threshold;
	if (layer->parent < 0 && !party->is_pasted && !party->is_introduced &&
	    layer->kind == PW_LAYER_MESSAGE)
		finding->forwarder = finding->forwarder_name = NULL;
	finding->others =
		pw_arena_alloc(scan->arena, parties->n + 1, sizeof *finding->others);
	for (i = 0; finding->others && i < parties->n; i++)
		if (&parties->items[i] != party && parties->items[i].passes)
			finding->others[finding->n_others++] =
				solicitor_of(scan, &parties->items[i]);
	add_recipients(scan, layer);
	if (layer->text.data)
		finding->text = pw_arena_strndup(
			scan->arena, layer->text.data,
			pw_utf8_cut(layer->text.data, layer->text.len, TEXT_MAX));
	add_claims(scan, party);
	keep_thread_identifiers(scan, party);
	keep_thread_dates(scan, party);
	pw_party_vendors(scan, party);
}

static void add_hit(struct pw_scan *scan, const struct pw_layer_scan *layer,
		    const struct pw_signal_hit *hit)
{
	struct pw_finding *finding = scan->finding;
	const struct pw_scan_text *text = &layer->texts[hit->scope];
	struct pw_hit *out = &finding->hits[finding->n_hits];
	bool is_fact = hit->signal->fact != PW_FACT_NONE;

	out->rule = hit->signal->rule;
	out->origin = hit->signal->origin.text;
	out->layer = layer->layer->id;
	out->scope = is_fact ? "fact" : pw_scope_names[hit->scope];
	out->matched = is_fact ? pw_fact_names[hit->signal->fact]
			       : pw_scan_words(scan, text, hit->span, MATCHED_MAX);
	out->context = is_fact ? out->matched
			       : pw_scan_context(scan, text, hit->span, &out->context_at);
	out->points = hit->is_counted ? hit->signal->weight : 0;
	out->claim = hit->signal->claim;
	out->is_negated = hit->is_negated;
	finding->n_hits++;
}

void pw_report_hits(struct pw_scan *scan, const struct pw_party *party)
{
	struct pw_finding *finding = scan->finding;
	size_t n = party ? party->n_facts : 0, i, k;

	for (i = 0; i < scan->n_layers; i++)
		n += scan->layers[i].n_hits;
	n += scan->n_notes;
	if (n > HITS_MAX)
		n = HITS_MAX;
	finding->hits = pw_arena_alloc(scan->arena, n + 1, sizeof *finding->hits);
	if (!finding->hits)
		return;
	pw_report_fields(scan, party);
	for (k = 0; k < scan->n_notes; k++)
		finding->hits[finding->n_hits++] = scan->notes[k];
	for (i = 0; i < scan->n_layers; i++)
		for (k = 0; k < scan->layers[i].n_hits && finding->n_hits < n; k++)
			add_hit(scan, &scan->layers[i], &scan->layers[i].hits[k]);
	for (k = 0; party && k < party->n_facts && finding->n_hits < n; k++)
		add_hit(scan, party->layers[0], &party->facts[k]);
}

/* What a layer names, as bits of enum pw_with. */
static unsigned names_what(const struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	const struct pw_finding *finding = scan->finding;
	unsigned with = layer->customer ? 1u << PW_WITH_CUSTOMER : 0;
	size_t i;

	for (i = 0; i < layer->n_names; i++) {
		const struct pw_named *named = &layer->names[i];
		bool is_rival = named->name.kind == PW_NAME_RIVAL ||
				named->name.kind == PW_NAME_RIVAL_AMBIGUOUS;

		if (is_rival && named->scope != PW_SCOPE_FROM &&
		    scan->ruleset->rivals[named->name.owner].sender_class ==
			    PW_SENDER_RIVAL)
			with |= 1u << PW_WITH_RIVAL;
		if (named->name.kind == PW_NAME_VENDOR ||
		    named->name.kind == PW_NAME_PRODUCT)
			with |= 1u << PW_WITH_VENDOR | 1u << PW_WITH_VENDOR_NEAR;
	}
	for (i = 0; i < finding->n_identifiers; i++)
		if (finding->identifiers[i].layer == layer->layer->id &&
		    finding->identifiers[i].how == PW_HOW_IDENTIFIER)
			with |= 1u << PW_WITH_IDENTIFIER;
	for (i = 0; i < finding->n_customers; i++)
		if (finding->customers[i].layer == layer->layer->id)
			with |= 1u << PW_WITH_CUSTOMER;
	return with;
}

/* Signals that count only beside something else: take the others away. */
void pw_settle_with(struct pw_scan *scan)
{
	size_t i, k, n;

	for (i = 0; i < scan->n_layers; i++) {
		struct pw_layer_scan *layer = &scan->layers[i];

		layer->with = names_what(scan, layer);
		layer->kinds = 0;
		for (k = n = 0; k < layer->n_hits; k++)
			if (!layer->hits[k].signal->with ||
			    (layer->hits[k].signal->with & layer->with)) {
				layer->hits[n] = layer->hits[k];
				layer->kinds |= 1u << layer->hits[n++].signal->kind;
			}
		layer->n_hits = n;
	}
}

void pw_report_notice(struct pw_scan *scan)
{
	struct pw_finding *finding = scan->finding;
	size_t i, k;

	for (i = scan->n_layers; i-- > 0;)
		for (k = 0; k < scan->layers[i].n_hits; k++) {
			const struct pw_signal_hit *hit = &scan->layers[i].hits[k];

			if (hit->signal->kind != PW_KIND_NOTICE || finding->notice)
				continue;
			finding->notice = hit->signal->notice;
			finding->notice_quote = pw_scan_sentence(
				scan, &scan->layers[i].texts[hit->scope], hit->span);
			pw_notice_vendors(scan, &scan->layers[i]);
		}
}

void pw_report_layers(struct pw_scan *scan)
{
	struct pw_finding *finding = scan->finding;
	size_t i;

	finding->layers =
		pw_arena_alloc(scan->arena, scan->n_layers + 1, sizeof *finding->layers);
	for (i = 0; finding->layers && i < scan->n_layers; i++) {
		const struct pw_layer_scan *layer = &scan->layers[i];

		finding->layers[finding->n_layers++] = (struct pw_layer_note){
			.layer = layer->layer->id,
			.sender_class = layer->sender_class,
			.who = layer->company    ? layer->company->slug
			       : layer->customer ? layer->customer
						 : layer->domain,
			.score = layer->score,
			.why = layer->exclusion ? layer->exclusion->words
			       : layer->why     ? layer->why
						: layer->not_candidate,
		};
	}
}
