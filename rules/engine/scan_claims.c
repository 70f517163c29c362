/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_claims.c - what is denied, and what is only a boast.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/scan.h"

#define NEGATION_REACH 48 /* bytes before a claim in which it can be denied */
#define NEGATION_WORDS 4
#define OVERLAP_REACH  80  /* bytes before a word in which one begins that covers it */
#define PLACES_MAX     500 /* of one signal that are looked at */
#define VENDOR_BEFORE  90  /* bytes between a vendor's name and a claim about him */
#define VENDOR_AFTER   40

/* Next match at or after *from; *from moves behind it. */
static bool next_match(struct pw_scan *scan, const struct pw_layer_scan *layer,
		       enum pw_scope scope, int pattern, size_t *from,
		       struct pw_span *ret)
{
	struct pw_err err = PW_ERR_INIT;

	if (*from > layer->texts[scope].len ||
	    pw_scan_find(scan, layer, pattern, scope, *from, ret, &err) <= 0)
		return false;
	*from = pw_scan_after(&layer->texts[scope], *ret);
	return true;
}

static size_t count_words(const char *s, size_t start, size_t end)
{
	size_t n = 0;

	for (; start < end; start++)
		n += s[start] == ' ' || s[start] == '\n';
	return n;
}

static bool has_sentence_end(const char *s, size_t start, size_t end)
{
	for (; start < end; start++)
		if (strchr(".!?\n;", s[start]))
			return true;
	return false;
}

/* A word that negates within or just before the span. */
static bool is_negated_by(struct pw_scan *scan, const struct pw_layer_scan *layer,
			  enum pw_scope scope, int pattern, struct pw_span span)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	size_t from = span.start > NEGATION_REACH ? span.start - NEGATION_REACH : 0;
	struct pw_span found;

	while (from > 0 && (text->data[from] & 0xC0) == 0x80)
		from--;
	while (next_match(scan, layer, scope, pattern, &from, &found) &&
	       found.start < span.end) {
		if (found.end > span.start)
			return true;
		if (count_words(text->data, found.end, span.start) <= NEGATION_WORDS &&
		    !has_sentence_end(text->data, found.end, span.start))
			return true;
	}
	return false;
}

static bool has_clause_end(const char *s, size_t start, size_t end)
{
	for (; start < end; start++)
		if (strchr(".!?\n;,:", s[start]))
			return true;
	return false;
}

/* "A change of partner is not needed": in the claim's clause, on either side. */
static bool is_unneeded(struct pw_scan *scan, const struct pw_layer_scan *layer,
			enum pw_scope scope, int pattern, struct pw_span span)
{
	const char *s = layer->texts[scope].data;
	struct pw_span found;
	size_t from = 0;

	while (next_match(scan, layer, scope, pattern, &from, &found))
		if (found.end <= span.start
			    ? !has_clause_end(s, found.end, span.start)
			    : found.start < span.end ||
				      !has_clause_end(s, span.end, found.start))
			return true;
	return false;
}

/* By a word of the claim's own language: "no" is "not" in Spanish only. */
static bool is_negated(struct pw_scan *scan, const struct pw_layer_scan *layer,
		       const struct pw_signal *claim, enum pw_scope scope,
		       struct pw_span span)
{
	size_t i;

	for (i = 0; i < layer->n_hits; i++) {
		const struct pw_signal *signal = layer->hits[i].signal;

		if (signal->lang != claim->lang)
			continue;
		if (signal->kind == PW_KIND_NEGATION &&
		    is_negated_by(scan, layer, scope, signal->pattern, span))
			return true;
		if (signal->kind == PW_KIND_NOT_NEEDED &&
		    is_unneeded(scan, layer, scope, signal->pattern, span))
			return true;
	}
	return false;
}

/* A vendor's name within the span, or so close that it is the one meant. */
static bool has_vendor_near(const struct pw_layer_scan *layer, enum pw_scope scope,
			    struct pw_span span)
{
	size_t i;

	for (i = 0; i < layer->n_names; i++) {
		const struct pw_named *named = &layer->names[i];

		if (named->scope == scope &&
		    (named->name.kind == PW_NAME_VENDOR ||
		     named->name.kind == PW_NAME_PRODUCT) &&
		    named->name.end + VENDOR_BEFORE >= span.start &&
		    named->name.start <= span.end + VENDOR_AFTER)
			return true;
	}
	return false;
}

bool pw_scan_claim(struct pw_scan *scan, const struct pw_layer_scan *layer,
		   const struct pw_signal *signal, enum pw_scope scope,
		   struct pw_span *ret)
{
	struct pw_span span;
	size_t from = 0;

	while (next_match(scan, layer, scope, signal->pattern, &from, &span))
		if (!is_negated(scan, layer, signal, scope, span) &&
		    (!(signal->with & 1u << PW_WITH_VENDOR_NEAR) ||
		     has_vendor_near(layer, scope, span))) {
			*ret = span;
			return true;
		}
	return false;
}

static void settle_claim(struct pw_scan *scan, const struct pw_layer_scan *layer,
			 struct pw_signal_hit *hit)
{
	hit->is_negated =
		!pw_scan_claim(scan, layer, hit->signal, hit->scope, &hit->span);
}

static bool is_in_sentence_of(struct pw_scan *scan, const struct pw_layer_scan *layer,
			      enum pw_scope scope, struct pw_span span, enum pw_kind kind)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	struct pw_span other;
	size_t i, from, start, end;

	for (i = 0; i < layer->n_hits; i++) {
		if (layer->hits[i].signal->kind != kind ||
		    layer->hits[i].signal->pattern < 0)
			continue;
		from = 0;
		while (next_match(scan, layer, scope, layer->hits[i].signal->pattern,
				  &from, &other)) {
			start = other.end < span.start ? other.end : span.end;
			end = other.end < span.start ? span.start : other.start;
			if (start >= end || !has_sentence_end(text->data, start, end))
				return true;
		}
	}
	return false;
}

double pw_scan_asks_outside(struct pw_scan *scan, const struct pw_layer_scan *layer,
			    enum pw_kind kind)
{
	double sum = 0;
	size_t i, from;

	for (i = 0; i < layer->n_hits; i++) {
		const struct pw_signal_hit *hit = &layer->hits[i];
		struct pw_span span;

		if (hit->signal->kind != PW_KIND_ASK || hit->signal->pattern < 0)
			continue;
		from = 0;
		while (next_match(scan, layer, hit->scope, hit->signal->pattern, &from,
				  &span))
			if (!is_in_sentence_of(scan, layer, hit->scope, span, kind)) {
				sum += hit->signal->weight;
				break;
			}
	}
	return sum;
}

/* Does a match of a signal of that kind overlap the span? */
static bool is_overlapped(struct pw_scan *scan, const struct pw_layer_scan *layer,
			  enum pw_scope scope, struct pw_span span, enum pw_kind kind)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	struct pw_span other;
	size_t i, from;

	for (i = 0; i < layer->n_hits; i++) {
		if (layer->hits[i].signal->kind != kind ||
		    layer->hits[i].signal->pattern < 0)
			continue;
		from = span.start > OVERLAP_REACH ? span.start - OVERLAP_REACH : 0;
		while (from > 0 && (text->data[from] & 0xC0) == 0x80)
			from--;
		while (next_match(scan, layer, scope, layer->hits[i].signal->pattern,
				  &from, &other) &&
		       other.start < span.end)
			if (other.end > span.start)
				return true;
	}
	return false;
}

static bool is_said_outside(struct pw_scan *scan, const struct pw_layer_scan *layer,
			    enum pw_scope scope, int pattern, enum pw_kind but)
{
	struct pw_span span;
	size_t from = 0, n = 0;

	while (n++ < PLACES_MAX && next_match(scan, layer, scope, pattern, &from, &span))
		if (!is_overlapped(scan, layer, scope, span, but))
			return true;
	return n > PLACES_MAX;
}

bool pw_scan_says(struct pw_scan *scan, const struct pw_layer_scan *layer,
		  enum pw_kind kind, enum pw_kind but)
{
	size_t i;

	for (i = 0; i < layer->n_hits; i++)
		if (layer->hits[i].signal->kind == kind &&
		    layer->hits[i].signal->pattern >= 0 &&
		    (is_said_outside(scan, layer, PW_SCOPE_BODY,
				     layer->hits[i].signal->pattern, but) ||
		     is_said_outside(scan, layer, PW_SCOPE_SUBJECT,
				     layer->hits[i].signal->pattern, but)))
			return true;
	return false;
}

static void mark_boasts(struct pw_scan *scan, struct pw_layer_scan *layer,
			const struct pw_signal_hit *hit)
{
	struct pw_span span;
	size_t from = 0, i;

	while (next_match(scan, layer, hit->scope, hit->signal->pattern, &from, &span))
		for (i = 0; i < layer->n_names; i++)
			if (layer->names[i].scope == hit->scope &&
			    layer->names[i].name.start >= span.start &&
			    layer->names[i].name.end <= span.end)
				layer->names[i].is_boast = true;
}

void pw_scan_settle(struct pw_scan *scan, struct pw_layer_scan *layer)
{
	size_t i;

	for (i = 0; i < layer->n_hits; i++) {
		if (layer->hits[i].signal->claim)
			settle_claim(scan, layer, &layer->hits[i]);
		if (layer->hits[i].signal->kind == PW_KIND_BOAST)
			mark_boasts(scan, layer, &layer->hits[i]);
	}
}
