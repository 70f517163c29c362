/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reseller.c - the places in which a notice's rule finds a reseller named.
 *
 * A label and its value may be two cells of a table: in the folded text only a
 * blank parts them, so edges of cells are looked for in the original, where
 * they are tabs and line ends.
 */
#include "rules/engine/reseller.h"

#include <string.h>

#include "agent/base/str.h"

#define HEAD_MIN      3 /* cells of a row that may be the head of a table */
#define SCRATCH_BYTES ((size_t)64 << 10)
#define VENDORS_MAX   200
#define CELL_LEAD_MAX 24 /* bytes of words before a label in its cell */

/* One place where the rule matched. */
struct place {
	struct pw_span label, value; /* bytes of the original */
	struct pw_span gap;          /* must hold a cell's edge; start = end: need not */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '*' || c == '_' || c == '"' || c == '\r';
}

/* Of the characters next to `at` the first that is no blank or emphasis. */
static char before(const char *s, size_t at)
{
	while (at > 0 && is_blank(s[at - 1]))
		at--;
	return at ? s[at - 1] : '\n';
}

static bool is_edge(char c)
{
	return c == '\t' || c == '\n' || c == '|';
}

/* Does the gap part two cells, and is the label all that its cell holds? */
static bool is_cell_of_its_own(const char *s, const struct place *place)
{
	size_t start = place->label.start, i;

	/* "Ihr" before "Händler" */
	for (i = 0; i < CELL_LEAD_MAX && start > 0 && !is_edge(s[start - 1]); i++)
		start--;
	if (!is_edge(before(s, start)))
		return false;
	for (i = place->gap.start; i < place->value.start; i++)
		if (s[i] == '\t' || s[i] == '|' ||
		    (s[i] == '\n' && is_edge(before(s, place->label.start))))
			return true;
	return false;
}

static struct pw_span line_around(const char *s, size_t len, size_t at)
{
	struct pw_span line = { at, at };

	while (line.start > 0 && s[line.start - 1] != '\n')
		line.start--;
	while (line.end < len && s[line.end] != '\n')
		line.end++;
	return line;
}

static size_t count_cells(const char *s, struct pw_span line)
{
	size_t n = 1, i;

	for (i = line.start; i < line.end; i++)
		n += s[i] == '\t';
	return n;
}

static bool has_digit(const char *s, struct pw_span line)
{
	size_t i;

	for (i = line.start; i < line.end; i++)
		if (s[i] >= '0' && s[i] <= '9')
			return true;
	return false;
}

/* Cell number `index` of a line; empty past the last. */
static struct pw_span cell_of(const char *s, struct pw_span line, size_t index)
{
	struct pw_span cell = { line.start, line.start };

	for (;; cell.start = ++cell.end) {
		while (cell.end < line.end && s[cell.end] != '\t')
			cell.end++;
		if (index-- == 0 || cell.end == line.end)
			return index == (size_t)-1
				       ? cell
				       : (struct pw_span){ line.end, line.end };
	}
}

/* The row below has as many cells, and the numbers that a head has not. */
static bool is_head(const struct pw_scan_text *text, struct pw_span line)
{
	const char *s = text->original;
	size_t n = count_cells(s, line);
	struct pw_span below;

	if (n < HEAD_MIN || line.end >= text->original_len || has_digit(s, line))
		return false;
	below = line_around(s, text->original_len, line.end + 1);
	return count_cells(s, below) == n && has_digit(s, below);
}

static bool is_other_below(const struct pw_scan *scan, const struct pw_reseller_us *us,
			   struct pw_reseller_value *value, struct pw_span line,
			   size_t label)
{
	const struct pw_scan_text *text = &value->layer->texts[value->scope];
	const char *s = text->original;
	size_t n = count_cells(s, line), column, row;

	column = count_cells(s, (struct pw_span){ line.start, label }) - 1;
	for (row = 0; row < PW_RESELLER_ROWS_MAX && line.end < text->original_len;
	     row++) {
		line = line_around(s, text->original_len, line.end + 1);
		if (count_cells(s, line) != n)
			return false;
		value->span = cell_of(s, line, column);
		if (pw_reseller_is_other(scan, us, value))
			return true;
	}
	return false;
}

/* What parts label and value, as bits. */
enum { GAP_TAB = 1, GAP_LINE = 2, GAP_MARK = 4 };

static unsigned gap_before(const char *s, size_t at)
{
	unsigned gap = 0;

	for (; at > 0; at--) {
		char c = s[at - 1];

		if (c == '\t')
			gap |= GAP_TAB;
		else if (c == '\n')
			gap |= GAP_LINE;
		else if (strchr(":=|>-.", c))
			gap |= GAP_MARK;
		else if (!is_blank(c))
			break;
	}
	return gap;
}

/* An empty value, and the next line is about something else? */
static bool is_next_label(const struct pw_scan_text *text, size_t value, unsigned gap)
{
	struct pw_span line = line_around(text->original, text->original_len, value);
	const char *s = text->original;
	size_t i;

	if (!(gap & GAP_LINE))
		return false;
	for (i = value; i < line.end; i++)
		if (s[i] == '\t' || s[i] == '|' ||
		    (s[i] == ':' && s[i + 1] != '/')) /* but a link's */
			return true;
	return (gap & GAP_TAB) != 0;
}

static bool is_other_at(const struct pw_scan *scan, const struct pw_reseller_us *us,
			struct pw_reseller_value *value, const struct place *place)
{
	const struct pw_scan_text *text = &value->layer->texts[value->scope];
	unsigned gap = gap_before(text->original, place->value.start);
	struct pw_span line;

	value->span = place->value;
	value->is_labelled = gap != 0;
	if (place->gap.start < place->gap.end) {
		if (!is_cell_of_its_own(text->original, place))
			return false;
		line = line_around(text->original, text->original_len,
				   place->label.start);
		if (is_head(text, line))
			return is_other_below(scan, us, value, line, place->label.start);
	}
	if (is_next_label(text, place->value.start, gap))
		return false;
	return pw_reseller_is_other(scan, us, value);
}

static struct pw_span original_of(const struct pw_scan_text *text, struct pw_span span)
{
	return (struct pw_span){ text->origin[span.start], text->origin[span.end] };
}

/* The captures of the match found last. */
static bool read_place(const struct pw_scan *scan, const struct pw_signal *signal,
		       const struct pw_scan_text *text, struct pw_span match,
		       struct place *ret)
{
	const struct pw_pattern *pattern = scan->ruleset->patterns[signal->pattern];
	struct pw_span span;

	if (!pw_pattern_capture(pattern, scan->search, (size_t)signal->reseller, &span))
		return false;
	*ret = (struct place){ .label = original_of(text, match),
			       .value = original_of(text, span) };
	if (signal->cell >= 0 &&
	    pw_pattern_capture(pattern, scan->search, (size_t)signal->cell, &span))
		ret->gap = original_of(text, span);
	return true;
}

/* The folded text's byte that came from that byte of the original, or the next. */
static size_t folded_at(const struct pw_scan_text *text, size_t original, size_t from)
{
	while (from < text->len && text->origin[from] < original)
		from++;
	return from;
}

/* Search one scope; moves the hit to where somebody else is named. */
static bool find_other(struct pw_scan *scan, const struct pw_reseller_us *us,
		       const struct pw_layer_scan *layer, enum pw_scope scope,
		       struct pw_signal_hit *hit)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	struct pw_reseller_value value = {
		.layer = layer,
		.scope = scope,
		.may_be_distributor = hit->signal->is_partner,
	};
	struct pw_err err; /* a kilobyte, set where a search fails */
	struct pw_span match;
	struct place place;
	size_t from = 0, n;

	for (n = 0; n < PW_RESELLER_HITS_MAX && from < text->len; n++) {
		if (pw_scan_find(scan, layer, hit->signal->pattern, scope, from, &match,
				 &err) <= 0)
			return false;
		if (read_place(scan, hit->signal, text, match, &place) &&
		    is_other_at(scan, us, &value, &place)) {
			match.end = folded_at(text, value.span.end, match.end);
			hit->scope = scope;
			hit->span = match;
			return true;
		}
		from = pw_scan_after(text, match);
	}
	return false;
}

static bool has_vendor(const struct pw_layer_scan *layer, int vendor)
{
	size_t i;

	if (layer->sender_class == PW_SENDER_VENDOR && layer->company &&
	    layer->company->vendor == vendor)
		return true;
	for (i = 0; i < layer->n_names; i++)
		if ((layer->names[i].name.kind == PW_NAME_VENDOR ||
		     layer->names[i].name.kind == PW_NAME_PRODUCT) &&
		    layer->names[i].name.owner == vendor)
			return true;
	return false;
}

static bool is_one_of(const struct pw_scan *scan, const struct pw_layer_scan *layer,
		      const char *const *vendors, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct pw_vendor *vendor =
			pw_ruleset_vendor(scan->ruleset, vendors[i]);

		if (vendor && has_vendor(layer, (int)(vendor - scan->ruleset->vendors)))
			return true;
	}
	return false;
}

/* Does this customer have a contract of ours with a vendor of the layer? */
static bool has_contract(const struct pw_scan *scan, const struct pw_layer_scan *layer,
			 const char *customer)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *scratch = pw_arena_new(SCRATCH_BYTES);
	const char *key = pw_reseller_key(scratch, customer);
	const char *vendors[VENDORS_MAX];
	size_t n = key ? pw_known_vendors_of(scan->known, key, vendors, VENDORS_MAX) : 0;

	return is_one_of(scan, layer, vendors, n);
}

/* One of our identifiers, or a vendor that a customer in the mail has a contract
   of ours with. */
static bool is_about_ours(const struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	const struct pw_finding *finding = scan->finding;
	size_t i;

	if (!scan->known || pw_known_n_contracts(scan->known) == 0)
		return true; /* rules that are tried without contracts */
	for (i = 0; i < finding->n_identifiers; i++)
		if (finding->identifiers[i].layer == layer->layer->id &&
		    finding->identifiers[i].how == PW_HOW_IDENTIFIER)
			return true;
	for (i = 0; i < finding->n_customers; i++)
		if (has_contract(scan, layer, finding->customers[i].customer))
			return true;
	return false;
}

static bool names_other(struct pw_scan *scan, const struct pw_reseller_us *us,
			const struct pw_layer_scan *layer, struct pw_signal_hit *hit)
{
	int scope;

	if (!is_about_ours(scan, layer))
		return false;
	for (scope = 0; scope < PW_N_SCOPES; scope++)
		if (hit->signal->scopes >> scope & 1 &&
		    find_other(scan, us, layer, (enum pw_scope)scope, hit))
			return true;
	return false;
}

void pw_settle_resellers(struct pw_scan *scan)
{
	struct pw_reseller_us us = { 0 };
	bool is_ready = false;
	size_t i, k, n;

	for (i = 0; i < scan->n_layers; i++) {
		struct pw_layer_scan *layer = &scan->layers[i];

		for (k = n = 0; k < layer->n_hits; k++) {
			if (layer->hits[k].signal->reseller >= 0) {
				if (!is_ready)
					us = pw_reseller_us_of(scan);
				is_ready = true;
				if (!names_other(scan, &us, layer, &layer->hits[k]))
					continue;
			}
			layer->hits[n++] = layer->hits[k];
		}
		layer->n_hits = n;
	}
}
