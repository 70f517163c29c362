/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_claims.c - what is denied, and what is only a boast.
 *
 * Whatever is asked of one match's surroundings is asked of so many bytes of them
 * only: a stranger's text may hold each word a hundred thousand times.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/scan.h"

#define NEGATION_REACH 48 /* bytes before a claim in which it can be denied */
#define NEGATION_WORDS 4
#define OVERLAP_REACH  80  /* bytes before a word in which one begins that covers it */
#define SENTENCE_REACH 600 /* bytes on either side that are looked at for its end */
#define PLACES_MAX     500 /* of one signal that are looked at */
#define VENDOR_BEFORE  90  /* bytes between a vendor's name and a claim about him */
#define VENDOR_AFTER   40

/* One pattern's matches in a scope that begin at a byte within a window. */
struct matches {
	struct pw_scan *scan;
	const struct pw_layer_scan *layer;
	enum pw_scope scope;
	int pattern; /* -1: a signal of a fact, which matches no text */
	struct pw_window within;
};

static const struct pw_scan_text *text_of(const struct matches *matches)
{
	return &matches->layer->texts[matches->scope];
}

static struct matches matches_anywhere(struct pw_scan *scan,
				       const struct pw_layer_scan *layer,
				       enum pw_scope scope, int pattern)
{
	return (struct matches){ scan, layer, scope, pattern, { 0, UINT32_MAX } };
}

/* Another pattern's that begin in bytes from..to of the same text. */
static struct matches matches_between(const struct matches *of, int pattern, size_t from,
				      size_t to)
{
	const char *s = text_of(of)->data;
	struct matches matches = *of;

	while (from > 0 && (s[from] & 0xC0) == 0x80)
		from--;
	matches.pattern = pattern;
	matches.within = (struct pw_window){ (uint32_t)from, (uint32_t)to };
	return matches;
}

/* A search that fails is that rule's error, and the last. */
static bool next_match(struct matches *matches, struct pw_span *ret)
{
	struct pw_err err; /* a kilobyte, set where a search fails */
	int found;

	if (matches->pattern < 0 || matches->within.from > text_of(matches)->len ||
	    matches->within.from > matches->within.to)
		return false;
	found = pw_scan_find_within(matches->scan, matches->layer, matches->pattern,
				    matches->scope, matches->within, ret, &err);
	if (found < 0)
		pw_scan_pattern_error(matches->scan, matches->pattern, &err);
	if (found > 0)
		matches->within.from = (uint32_t)pw_scan_after(text_of(matches), *ret);
	return found > 0;
}

static size_t back_by(size_t at, size_t n)
{
	return at > n ? at - n : 0;
}

static size_t count_words(const char *s, size_t start, size_t end)
{
	size_t n = 0;

	for (; start < end; start++)
		n += s[start] == ' ' || s[start] == '\n';
	return n;
}

static const char sentence_ends[] = ".!?\n;";
static const char clause_ends[] = ".!?\n;,:";

/* The span and what is around it up to one of the signs. */
static struct pw_span part_around(const struct pw_scan_text *text, struct pw_span span,
				  const char *ends)
{
	size_t first = back_by(span.start, SENTENCE_REACH);
	size_t last = span.end + SENTENCE_REACH < text->len ? span.end + SENTENCE_REACH
							    : text->len;

	while (span.start > first && !strchr(ends, text->data[span.start - 1]))
		span.start--;
	while (span.end < last && !strchr(ends, text->data[span.end]))
		span.end++;
	return span;
}

/* Does the pattern match in the same part of a sentence as the span? */
static bool is_beside(const struct matches *of, int pattern, struct pw_span span,
		      const char *ends)
{
	const struct pw_span part = part_around(text_of(of), span, ends);
	struct matches matches = matches_between(
		of, pattern, back_by(part.start, OVERLAP_REACH), part.end);
	struct pw_span other;

	while (next_match(&matches, &other))
		if (other.end >= part.start)
			return true;
	return false;
}

/* A word that negates within or just before the span. */
static bool is_negated_by(const struct matches *of, int pattern, struct pw_span span)
{
	const struct pw_scan_text *text = text_of(of);
	const struct pw_span part = part_around(text, span, sentence_ends);
	struct matches matches = matches_between(
		of, pattern, back_by(span.start, NEGATION_REACH), span.end - 1);
	struct pw_span found;

	while (span.end > 0 && next_match(&matches, &found)) {
		if (found.end > span.start)
			return true;
		if (found.end >= part.start &&
		    count_words(text->data, found.end, span.start) <= NEGATION_WORDS)
			return true;
	}
	return false;
}

/* By a word of the claim's own language: "no" is "not" in Spanish only. */
static bool is_negated(const struct matches *of, const struct pw_signal *claim,
		       struct pw_span span)
{
	size_t i;

	for (i = 0; i < of->layer->n_hits; i++) {
		const struct pw_signal *signal = of->layer->hits[i].signal;

		if (signal->lang != claim->lang)
			continue;
		if (signal->kind == PW_KIND_NEGATION &&
		    is_negated_by(of, signal->pattern, span))
			return true;
		/* "A change of partner is not needed": on either side. */
		if (signal->kind == PW_KIND_NOT_NEEDED &&
		    is_beside(of, signal->pattern, span, clause_ends))
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
	struct matches matches = matches_anywhere(scan, layer, scope, signal->pattern);
	struct pw_span span;
	size_t n;

	for (n = 0; n < PLACES_MAX && next_match(&matches, &span); n++)
		if (!is_negated(&matches, signal, span) &&
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

static bool is_in_sentence_of(const struct matches *of, struct pw_span span,
			      enum pw_kind kind)
{
	size_t i;

	for (i = 0; i < of->layer->n_hits; i++) {
		const struct pw_signal *signal = of->layer->hits[i].signal;

		if (signal->kind == kind &&
		    is_beside(of, signal->pattern, span, sentence_ends))
			return true;
	}
	return false;
}

/* Is it somewhere that is not in a sentence of that kind?  Of what stands in more
   places than are looked at, it is believed. */
static bool asks_outside(struct matches *matches, enum pw_kind kind)
{
	struct pw_span span;
	size_t n;

	for (n = 0; n < PLACES_MAX; n++) {
		if (!next_match(matches, &span))
			return false;
		if (!is_in_sentence_of(matches, span, kind))
			return true;
	}
	return true;
}

double pw_scan_asks_outside(struct pw_scan *scan, const struct pw_layer_scan *layer,
			    enum pw_kind kind)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < layer->n_hits; i++) {
		const struct pw_signal_hit *hit = &layer->hits[i];
		struct matches matches =
			matches_anywhere(scan, layer, hit->scope, hit->signal->pattern);

		if (hit->signal->kind == PW_KIND_ASK && hit->signal->pattern >= 0 &&
		    asks_outside(&matches, kind))
			sum += hit->signal->weight;
	}
	return sum;
}

/* Does a match of a signal of that kind overlap the span? */
static bool is_overlapped(const struct matches *of, struct pw_span span,
			  enum pw_kind kind)
{
	struct pw_span other;
	size_t i;

	for (i = 0; i < of->layer->n_hits && span.end > 0; i++) {
		const struct pw_signal *signal = of->layer->hits[i].signal;
		struct matches matches =
			matches_between(of, signal->pattern,
					back_by(span.start, OVERLAP_REACH), span.end - 1);

		if (signal->kind != kind)
			continue;
		while (next_match(&matches, &other))
			if (other.end > span.start)
				return true;
	}
	return false;
}

static bool is_said_outside(struct pw_scan *scan, const struct pw_layer_scan *layer,
			    enum pw_scope scope, int pattern, enum pw_kind but)
{
	struct matches matches = matches_anywhere(scan, layer, scope, pattern);
	struct pw_span span;
	size_t n;

	for (n = 0; n < PLACES_MAX; n++) {
		if (!next_match(&matches, &span))
			return false;
		if (!is_overlapped(&matches, span, but))
			return true;
	}
	return true;
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
	struct matches matches =
		matches_anywhere(scan, layer, hit->scope, hit->signal->pattern);
	struct pw_span span;
	size_t i;

	while (next_match(&matches, &span))
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
