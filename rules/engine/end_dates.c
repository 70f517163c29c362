/* SPDX-License-Identifier: Apache-2.0 */
/*
 * end_dates.c - the dates in a layer that are said to be the end of something.
 *
 * A date counts when the nearest word beside it that says what the date is
 * (signals of kind end-date and not-end-date) ties it to an expiry.
 */
#include <ctype.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/engine/scan.h"

#define REACH         60 /* characters between date and word */
#define MAX_DATES     64
#define MAX_ANCHORS   400
#define AFTER_COST    15 /* a word after its date is the rarer order */
#define SENTENCE_COST 25

struct anchor {
	struct pw_span span; /* of the original text */
	const struct pw_signal *signal;
};

struct anchors {
	struct anchor items[MAX_ANCHORS];
	size_t n;
};

static void find_anchors(struct pw_scan *scan, const struct pw_layer_scan *layer,
			 const struct pw_signal *signal, enum pw_scope scope,
			 struct anchors *anchors)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	struct pw_err err = PW_ERR_INIT;
	struct pw_span span;
	size_t from = 0;
	int found;

	while (anchors->n < MAX_ANCHORS && from <= text->len) {
		found = pw_pattern_find(scan->ruleset->patterns[signal->pattern],
					scan->search, text->data, text->len, from, &span,
					&err);
		if (found < 0)
			pw_scan_error(scan, signal->rule, &err);
		if (found <= 0)
			return;
		anchors->items[anchors->n].span.start = text->origin[span.start];
		anchors->items[anchors->n].span.end = text->origin[span.end];
		anchors->items[anchors->n++].signal = signal;
		from = span.end > span.start ? span.end : span.end + 1;
		while (from < text->len && (text->data[from] & 0xC0) == 0x80)
			from++;
	}
}

/* Only patterns that hit the layer at all are looked for everywhere. */
static void collect_anchors(struct pw_scan *scan, const struct pw_layer_scan *layer,
			    enum pw_scope scope, struct anchors *anchors)
{
	size_t i;

	for (i = 0; i < layer->n_hits; i++) {
		const struct pw_signal *signal = layer->hits[i].signal;

		if ((signal->kind == PW_KIND_END_DATE ||
		     signal->kind == PW_KIND_NOT_END_DATE) &&
		    signal->pattern >= 0)
			find_anchors(scan, layer, signal, scope, anchors);
	}
}

static size_t count_chars(const char *s, size_t start, size_t end)
{
	size_t n = 0;

	for (; start < end; start++)
		n += (s[start] & 0xC0) != 0x80;
	return n;
}

/* How far an anchor is from a date, in characters; SIZE_MAX beyond reach. */
static size_t distance(const char *s, const struct anchor *anchor,
		       const struct pw_date_span *date)
{
	size_t start, end, n, cost = 0;

	if (anchor->span.end <= date->start) {
		start = anchor->span.end;
		end = date->start;
	} else if (anchor->span.start >= date->end) {
		start = date->end;
		end = anchor->span.start;
		cost = AFTER_COST;
		if (memchr(s + start, '\n', end - start))
			return SIZE_MAX; /* the next line speaks of something else */
	} else {
		return 0;
	}
	if (end - start > REACH * 4)
		return SIZE_MAX;
	for (n = start; n + 2 < end; n++) {
		if (!strchr(".!?", s[n]) || (s[n + 1] != ' ' && s[n + 1] != '\n') ||
		    !isupper((unsigned char)s[n + 2]))
			continue;
		if (cost)
			return SIZE_MAX; /* the next sentence speaks of something else */
		cost = SENTENCE_COST;
	}
	n = count_chars(s, start, end);
	return n > REACH ? SIZE_MAX : n + cost;
}

static size_t length_of(const struct anchor *anchor)
{
	return anchor->span.end - anchor->span.start;
}

static const struct anchor *nearest(const char *s, const struct anchors *anchors,
				    const struct pw_date_span *date, size_t *ret_distance)
{
	const struct anchor *best = NULL;
	size_t i, d;

	*ret_distance = SIZE_MAX;
	for (i = 0; i < anchors->n; i++) {
		d = distance(s, &anchors->items[i], date);
		/* On a tie the longer phrase knows more ("expired since"). */
		if (d < *ret_distance ||
		    (d != SIZE_MAX && d == *ret_distance &&
		     length_of(&anchors->items[i]) > length_of(best))) {
			*ret_distance = d;
			best = &anchors->items[i];
		}
	}
	return best;
}

/* Day before month ("30 October 2026") or after it ("October 30, 2026") in
   the date that the writer's own program printed. */
static enum pw_date_order order_of_words(const char *text)
{
	bool has_letters = false;

	for (; *text; text++) {
		if (isdigit((unsigned char)*text)) {
			while (isdigit((unsigned char)*text))
				text++;
			text += *text == '.';
			if (has_letters && *text == ',')
				return PW_ORDER_MDY;
			return *text == ' ' && isalpha((unsigned char)text[1])
				       ? PW_ORDER_DMY
				       : PW_ORDER_UNKNOWN;
		}
		has_letters = has_letters || isalpha((unsigned char)*text);
		if (*text == ',')
			has_letters = false; /* that was the weekday */
	}
	return PW_ORDER_UNKNOWN;
}

static bool is_american_zone(const struct pw_date *date)
{
	return date->has_offset && date->offset_minutes <= -240;
}

/* Country of the sender's domain: a country's top level, or its code in front. */
static enum pw_date_order order_of_domain(const char *domain)
{
	const char *last = strrchr(domain, '.');

	if (strncmp(domain, "uk.", 3) == 0 || strncmp(domain, "de.", 3) == 0 ||
	    strncmp(domain, "fr.", 3) == 0 || strncmp(domain, "eu.", 3) == 0)
		return PW_ORDER_DMY;
	if (!last || strlen(last) != 3 || pw_strieq(last, ".us") ||
	    pw_strieq(last, ".ca") || pw_strieq(last, ".io") || pw_strieq(last, ".co") ||
	    pw_strieq(last, ".tv") || pw_strieq(last, ".ai"))
		return PW_ORDER_UNKNOWN;
	if (pw_strieq(last, ".jp") || pw_strieq(last, ".cn") || pw_strieq(last, ".kr"))
		return PW_ORDER_YMD;
	return PW_ORDER_DMY;
}

/* The language whose signals hit most; NULL: none but English, or none. */
static const char *language_of(const struct pw_layer_scan *layer)
{
	size_t i, k, n, best_n = 0, english = 0;
	const char *best = NULL;

	for (i = 0; i < layer->n_hits; i++) {
		const char *lang = layer->hits[i].signal->lang;

		if (!lang)
			continue;
		for (k = n = 0; k < layer->n_hits; k++)
			n += pw_streq(layer->hits[k].signal->lang, lang);
		if (strncmp(lang, "en", 2) == 0) {
			english = n;
		} else if (n > best_n) {
			best_n = n;
			best = lang;
		}
	}
	return best_n > english ? best : NULL;
}

static struct pw_date_hints hints_of(const struct pw_scan *scan,
				     const struct pw_layer_scan *layer)
{
	const struct pw_layer *source = layer->layer;
	struct pw_date_hints hints = { .near = source->date.day };

	hints.locale = language_of(layer);
	if (!hints.locale)
		hints.locale = source->language;
	if (hints.near == PW_DAY_NONE)
		hints.near = scan->us->received;
	hints.order = pw_date_order_of(source->text.data ? source->text.data : "",
				       source->text.data ? source->text.len : 0);
	if (hints.order == PW_ORDER_UNKNOWN && layer->domain)
		hints.order = order_of_domain(layer->domain);
	if (hints.order == PW_ORDER_UNKNOWN && language_of(layer))
		hints.order = pw_starts_with(hints.locale, "ja") ||
					      pw_starts_with(hints.locale, "zh")
				      ? PW_ORDER_YMD
				      : PW_ORDER_DMY;
	if (hints.order == PW_ORDER_UNKNOWN && source->date_text && !source->is_exact)
		hints.order = order_of_words(source->date_text);
	if (hints.order == PW_ORDER_UNKNOWN && source->date.has_offset)
		hints.order =
			is_american_zone(&source->date) ? PW_ORDER_MDY : PW_ORDER_DMY;
	return hints;
}

static void add_stated(struct pw_scan *scan, const struct pw_layer_scan *layer,
		       enum pw_scope scope, const struct pw_date_span *date,
		       const struct anchor *anchor)
{
	struct pw_finding *finding = scan->finding;
	const struct pw_scan_text *text = &layer->texts[scope];
	struct pw_span span = { 0, 0 };
	struct pw_stated_date *stated = &finding->stated[finding->n_stated];
	size_t i;

	/* Back to the folded text, where sentences are found. */
	for (i = 0; i < text->len && text->origin[i] < date->start; i++)
		;
	span.start = i;
	for (; i < text->len && text->origin[i] < date->end; i++)
		;
	span.end = i;
	stated->date = date->date;
	stated->layer = layer->layer->id;
	stated->at = scope == PW_SCOPE_BODY ? date->start : 0;
	stated->rule = anchor ? anchor->signal->rule : NULL;
	stated->is_loose = !anchor;
	stated->quote = pw_scan_sentence(scan, text, span);
	finding->n_stated++;
}

/* The dates of one scope, and what each is tied to. */
struct dates {
	struct pw_date_span *items;
	const struct anchor **anchors; /* NULL: nothing near says what it is */
	size_t *distances;
	size_t n;
	struct anchors *all; /* owned */
};

static void find_dates(struct pw_scan *scan, const struct pw_layer_scan *layer,
		       enum pw_scope scope, struct dates *ret)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	const struct pw_date_hints hints = hints_of(scan, layer);
	size_t i;

	memset(ret, 0, sizeof *ret);
	ret->all = pw_alloc(1, sizeof *ret->all);
	collect_anchors(scan, layer, scope, ret->all);
	ret->n = pw_date_find(scan->arena, text->original, text->original_len, &hints,
			      MAX_DATES, &ret->items);
	ret->anchors = pw_arena_alloc(scan->arena, ret->n + 1, sizeof *ret->anchors);
	ret->distances = pw_arena_alloc(scan->arena, ret->n + 1, sizeof *ret->distances);
	if (!ret->anchors || !ret->distances)
		ret->n = 0;
	for (i = 0; i < ret->n; i++)
		ret->anchors[i] = nearest(text->original, ret->all, &ret->items[i],
					  &ret->distances[i]);
}

static void add_tied(struct pw_scan *scan, const struct pw_layer_scan *layer,
		     enum pw_scope scope, const struct dates *dates, bool is_near)
{
	size_t i;

	for (i = 0; i < dates->n && scan->finding->n_stated < MAX_DATES; i++)
		if (dates->anchors[i] &&
		    dates->anchors[i]->signal->kind == PW_KIND_END_DATE &&
		    (dates->distances[i] <= REACH / 2) == is_near)
			add_stated(scan, layer, scope, &dates->items[i],
				   dates->anchors[i]);
}

static void add_loose(struct pw_scan *scan, const struct pw_layer_scan *layer,
		      enum pw_scope scope, const struct dates *dates)
{
	size_t i;

	for (i = 0; i < dates->n && scan->finding->n_stated < MAX_DATES; i++)
		if (!dates->anchors[i])
			add_stated(scan, layer, scope, &dates->items[i], NULL);
}

void pw_find_end_dates(struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	static const enum pw_scope scopes[] = { PW_SCOPE_BODY, PW_SCOPE_SUBJECT };
	struct pw_finding *finding = scan->finding;
	struct dates dates[PW_ARRAY_LEN(scopes)];
	size_t i;

	if (!finding->stated)
		finding->stated = pw_arena_alloc(scan->arena, MAX_DATES + 1,
						 sizeof *finding->stated);
	if (!finding->stated)
		return;
	/* Best first: the body's close ones, its farther ones, the subject's. */
	for (i = 0; i < PW_ARRAY_LEN(scopes); i++) {
		find_dates(scan, layer, scopes[i], &dates[i]);
		add_tied(scan, layer, scopes[i], &dates[i], true);
		add_tied(scan, layer, scopes[i], &dates[i], false);
	}
	for (i = 0; i < PW_ARRAY_LEN(scopes); i++) {
		add_loose(scan, layer, scopes[i], &dates[i]);
		free(dates[i].all);
	}
}
