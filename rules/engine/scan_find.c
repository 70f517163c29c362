/* SPDX-License-Identifier: Apache-2.0 */
/* scan_find.c - one pattern's next match, only where the prefilter allows one. */
#include "rules/engine/scan.h"

/* The first of n windows that ends at byte `from` or behind it. */
static size_t first_window(const struct pw_window *windows, size_t n, uint32_t from)
{
	size_t low = 0, middle;

	while (low < n) {
		middle = low + (n - low) / 2;
		if (windows[middle].to < from)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

int pw_scan_find_within(struct pw_scan *scan, const struct pw_layer_scan *layer,
			int pattern, enum pw_scope scope, struct pw_window within,
			struct pw_span *ret, struct pw_err *err)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	const struct pw_window *windows;
	size_t n, i, start, last;
	int found = 0;

	if (!text->len) /* "^$" matches it, too */
		return pw_pattern_find(scan->ruleset->patterns[pattern], scan->search, "",
				       0, 0, ret, err);
	n = pw_prospects_find(&layer->prospects[scope], (size_t)pattern, &windows);
	i = first_window(windows, n, within.from);
	for (; i < n && windows[i].from <= within.to && !found; i++) {
		start = windows[i].from > within.from ? windows[i].from : within.from;
		last = windows[i].to < within.to ? windows[i].to : within.to;
		found = pw_pattern_find_within(scan->ruleset->patterns[pattern],
					       scan->search, text->data, text->len, start,
					       last, ret, err);
	}
	return found;
}

int pw_scan_find(struct pw_scan *scan, const struct pw_layer_scan *layer, int pattern,
		 enum pw_scope scope, size_t from, struct pw_span *ret,
		 struct pw_err *err)
{
	const struct pw_window rest = { (uint32_t)from, UINT32_MAX };

	return pw_scan_find_within(scan, layer, pattern, scope, rest, ret, err);
}

size_t pw_scan_after(const struct pw_scan_text *text, struct pw_span span)
{
	size_t from = span.end > span.start ? span.end : span.end + 1;

	while (from < text->len && (text->data[from] & 0xC0) == 0x80)
		from++;
	return from;
}

void pw_scan_pattern_error(struct pw_scan *scan, int pattern, const struct pw_err *err)
{
	const struct pw_ruleset *ruleset = scan->ruleset;
	size_t i;

	for (i = 0; i < ruleset->n_signals; i++)
		if (ruleset->signals[i].pattern == pattern)
			pw_scan_error(scan, ruleset->signals[i].rule, err);
	for (i = 0; i < ruleset->n_shapes; i++)
		if (ruleset->shapes[i].pattern == pattern)
			pw_scan_error(scan, ruleset->shapes[i].name, err);
	for (i = 0; i < ruleset->n_exclusions; i++) {
		const struct pw_exclusion *exclusion = &ruleset->exclusions[i];

		if (exclusion->subject == pattern || exclusion->body == pattern ||
		    exclusion->header == pattern || exclusion->text == pattern)
			pw_scan_error(scan, exclusion->rule, err);
	}
}
