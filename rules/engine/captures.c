/* SPDX-License-Identifier: Apache-2.0 */
/*
 * captures.c - what a rule's named captures hold becomes a field of the finding.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"

#define FIELDS_MAX 40
#define VALUE_MAX  200

const char *const pw_capture_names[PW_N_CAPTURES] = { "contract", "serial", "end_date",
						      "quote", "seats" };

const struct pw_span *pw_scan_captures(struct pw_scan *scan,
				       const struct pw_signal *signal)
{
	const struct pw_pattern *pattern = scan->ruleset->patterns[signal->pattern];
	struct pw_span *spans = pw_arena_alloc(scan->arena, PW_N_CAPTURES, sizeof *spans);
	int i;

	for (i = 0; spans && i < PW_N_CAPTURES; i++)
		if (signal->captures[i] < 0 ||
		    !pw_pattern_capture(pattern, scan->search,
					(size_t)signal->captures[i], &spans[i]))
			spans[i] = (struct pw_span){ 0, 0 };
	return spans;
}

/* The same value of a field once, however many rules and mails hold it. */
static void add_field(struct pw_finding *finding, const struct pw_field_hit *field)
{
	size_t i;

	for (i = 0; i < finding->n_fields; i++)
		if (strcmp(finding->fields[i].field, field->field) == 0 &&
		    strcmp(finding->fields[i].value, field->value) == 0)
			return;
	if (*field->value && finding->n_fields < FIELDS_MAX)
		finding->fields[finding->n_fields++] = *field;
}

static void add_fields(struct pw_scan *scan, const struct pw_layer_scan *layer,
		       const struct pw_signal_hit *hit)
{
	const struct pw_scan_text *text = &layer->texts[hit->scope];
	int i;

	for (i = 0; i < PW_N_CAPTURES; i++) {
		const struct pw_field_hit field = {
			.field = pw_capture_names[i],
			.value = pw_scan_words(scan, text, hit->captures[i], VALUE_MAX),
			.rule = hit->signal->rule,
			.layer = layer->layer->id,
		};

		if (hit->captures[i].end > hit->captures[i].start)
			add_field(scan->finding, &field);
	}
}

void pw_report_fields(struct pw_scan *scan, const struct pw_party *party)
{
	struct pw_finding *finding = scan->finding;
	size_t i, k;

	finding->fields =
		pw_arena_alloc(scan->arena, FIELDS_MAX, sizeof *finding->fields);
	for (i = 0; finding->fields && i < scan->n_layers; i++) {
		const struct pw_layer_scan *layer = &scan->layers[i];

		if (party && !pw_party_spans(scan, party, (int)i))
			continue;
		for (k = 0; k < layer->n_hits; k++)
			if (layer->hits[k].captures)
				add_fields(scan, layer, &layer->hits[k]);
	}
}
