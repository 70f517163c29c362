/* SPDX-License-Identifier: Apache-2.0 */
/*
 * end_dates.c - the dates in a layer that are said to be the end of something.
 *
 * A date counts when the nearest word beside it that says what the date is
 * (signals of kind end-date and not-end-date) ties it to an expiry.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/engine/scan.h"

#define REACH          60    /* characters between date and word */
#define MAX_FOUND      50000 /* dates of one scope that are looked at ... */
#define MAX_DATES      64    /* ... kept of one layer, tied or loose ... */
#define RECIPIENTS_MAX 20
#define MAX_STATED     500 /* ... and of a mail */
#define MAX_ANCHORS    50000
#define ANCHOR_MAX     400 /* bytes: a longer match ties nothing */
#define AFTER_COST     15  /* a word after its date is the rarer order */
#define SENTENCE_COST  25
#define LONG_AGO       (5 * 366) /* days */

struct anchor {
	struct pw_span span; /* of the original text */
	const struct pw_signal *signal;
};

struct anchors {
	struct anchor *items; /* in the order of their places */
	size_t n, cap;
};

/* Dates of one layer that may still be kept. */
struct room {
	size_t tied, loose;
};

static bool add_anchor(struct pw_scan *scan, struct anchors *anchors,
		       const struct anchor *anchor)
{
	struct anchor *grown = pw_arena_grow(scan->arena, anchors->items, anchors->n,
					     &anchors->cap, sizeof *grown);

	if (!grown)
		return false;
	anchors->items = grown;
	anchors->items[anchors->n++] = *anchor;
	return true;
}

/* An end date that the regex itself holds is tied by standing there. */
static struct pw_span tied_span(const struct pw_scan *scan,
				const struct pw_signal *signal, struct pw_span span)
{
	int capture = signal->captures[PW_CAPTURE_END_DATE];

	if (capture >= 0)
		pw_pattern_capture(scan->ruleset->patterns[signal->pattern], scan->search,
				   (size_t)capture, &span);
	return span;
}

static bool ties(const struct pw_signal *signal)
{
	return signal->kind == PW_KIND_END_DATE ||
	       (signal->has_captures && signal->captures[PW_CAPTURE_END_DATE] >= 0);
}

static void find_anchors(struct pw_scan *scan, const struct pw_layer_scan *layer,
			 const struct pw_signal *signal, enum pw_scope scope,
			 struct anchors *anchors)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	struct pw_err err; /* a kilobyte, set where a search fails */
	struct pw_span span, tied;
	size_t from = 0;
	int found;

	while (anchors->n < MAX_ANCHORS && from <= text->len) {
		found = pw_scan_find(scan, layer, signal->pattern, scope, from, &span,
				     &err);
		if (found < 0)
			pw_scan_error(scan, signal->rule, &err);
		if (found <= 0)
			return;
		tied = signal->has_captures ? tied_span(scan, signal, span) : span;
		const struct anchor anchor = {
			.span = { text->origin[tied.start], text->origin[tied.end] },
			.signal = signal,
		};
		if (anchor.span.end - anchor.span.start <= ANCHOR_MAX &&
		    !add_anchor(scan, anchors, &anchor))
			return;
		from = pw_scan_after(text, span);
	}
}

static int compare_anchors(const void *a, const void *b)
{
	const struct anchor *first = a, *second = b;

	if (first->span.start != second->span.start)
		return first->span.start < second->span.start ? -1 : 1;
	if (first->span.end != second->span.end)
		return first->span.end < second->span.end ? -1 : 1;
	return strcmp(first->signal->rule, second->signal->rule);
}

/* Only patterns that hit the layer at all are looked for everywhere. */
static void collect_anchors(struct pw_scan *scan, const struct pw_layer_scan *layer,
			    enum pw_scope scope, struct anchors *anchors)
{
	size_t i;

	for (i = 0; i < layer->n_hits; i++) {
		const struct pw_signal *signal = layer->hits[i].signal;

		if ((ties(signal) || signal->kind == PW_KIND_NOT_END_DATE) &&
		    signal->pattern >= 0)
			find_anchors(scan, layer, signal, scope, anchors);
	}
	if (anchors->n)
		qsort(anchors->items, anchors->n, sizeof *anchors->items,
		      compare_anchors);
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

/* The first anchor that begins at or behind a place. */
static size_t anchor_at(const struct anchors *anchors, size_t place)
{
	size_t low = 0, high = anchors->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (anchors->items[middle].span.start < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct anchor *nearest(const char *s, const struct anchors *anchors,
				    const struct pw_date_span *date, size_t *ret_distance)
{
	const size_t reach = REACH * 4 + ANCHOR_MAX;
	const struct anchor *best = NULL;
	size_t i = anchor_at(anchors, date->start > reach ? date->start - reach : 0), d;

	*ret_distance = SIZE_MAX;
	for (; i < anchors->n && anchors->items[i].span.start <= date->end + reach; i++) {
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

/* The first byte of the folded text that came from origin or behind it. */
static size_t folded_at(const struct pw_scan_text *text, size_t origin)
{
	size_t low = 0, high = text->len, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (text->origin[middle] < origin)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_stated(struct pw_scan *scan, const struct pw_layer_scan *layer,
		       enum pw_scope scope, const struct pw_date_span *date,
		       const struct anchor *anchor)
{
	struct pw_finding *finding = scan->finding;
	const struct pw_scan_text *text = &layer->texts[scope];
	struct pw_stated_date *stated =
		pw_arena_grow(scan->arena, finding->stated, finding->n_stated,
			      &scan->stated_cap, sizeof *stated);
	struct pw_span span = { 0, 0 };

	if (!stated)
		return;
	finding->stated = stated;
	stated += finding->n_stated++;
	/* Back to the folded text, where sentences are found. */
	span.start = folded_at(text, date->start);
	span.end = folded_at(text, date->end);
	stated->date = date->date;
	stated->layer = layer->layer->id;
	stated->at = scope == PW_SCOPE_BODY ? date->start : 0;
	stated->rule = anchor ? anchor->signal->rule : NULL;
	stated->is_loose = !anchor;
	stated->quote = pw_scan_sentence(scan, text, span);
}

/* "12 seats end Jan 14" is no day of 2014: nothing that is sold ended so long ago. */
static bool is_believable(const struct pw_date *date, const struct pw_date_hints *hints)
{
	return !date->is_two_digit_year || hints->near == PW_DAY_NONE ||
	       date->day > hints->near - LONG_AGO;
}

/* The dates of one scope, and what each is tied to. */
struct dates {
	struct pw_date_span *items;
	const struct anchor **anchors; /* NULL: nothing near says what it is */
	size_t *distances;
	size_t n;
};

static void find_dates(struct pw_scan *scan, const struct pw_layer_scan *layer,
		       enum pw_scope scope, const struct pw_date_hints *hints,
		       struct dates *ret)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	struct anchors anchors = { .n = 0 };
	size_t i, n;

	memset(ret, 0, sizeof *ret);
	collect_anchors(scan, layer, scope, &anchors);
	n = pw_date_find(scan->arena, text->original, text->original_len, hints,
			 MAX_FOUND, &ret->items);
	for (i = 0; i < n; i++)
		if (is_believable(&ret->items[i].date, hints))
			ret->items[ret->n++] = ret->items[i];
	ret->anchors = pw_arena_alloc(scan->arena, ret->n + 1, sizeof *ret->anchors);
	ret->distances = pw_arena_alloc(scan->arena, ret->n + 1, sizeof *ret->distances);
	if (!ret->anchors || !ret->distances)
		ret->n = 0;
	for (i = 0; i < ret->n; i++)
		ret->anchors[i] = nearest(text->original, &anchors, &ret->items[i],
					  &ret->distances[i]);
}

/* The same day said of the same layer once more tells nothing. */
static bool is_kept(const struct pw_finding *finding, int layer,
		    const struct pw_date *date, bool is_loose)
{
	size_t i;

	if (finding->n_stated >= MAX_STATED)
		return true;
	for (i = 0; is_loose && i < finding->n_stated; i++)
		if (finding->stated[i].layer == layer &&
		    finding->stated[i].date.day == date->day)
			return true;
	return false;
}

/* However full it is: the day on which a contract of theirs ends counts. */
static bool ends_contract(const struct pw_scan *scan, const struct pw_layer *layer,
			  pw_day day)
{
	const struct pw_addrs *to = &layer->to;
	const char *domain, *vendor;
	size_t i;

	for (i = 0; scan->known && i < to->n && i < RECIPIENTS_MAX; i++) {
		domain = to->items[i].address ? pw_address_domain(to->items[i].address)
					      : NULL;
		if (domain && pw_known_ending(scan->known, domain, day, &vendor, 1))
			return true;
	}
	return false;
}

/* Takes a place, or none where the date is worth more than one. */
static bool take_room(const struct pw_scan *scan, const struct pw_layer_scan *layer,
		      const struct pw_date_span *date, size_t *room)
{
	if (*room) {
		--*room;
		return true;
	}
	return scan->finding->n_stated < MAX_STATED &&
	       ends_contract(scan, layer->layer, date->date.day);
}

static void add_tied(struct pw_scan *scan, const struct pw_layer_scan *layer,
		     enum pw_scope scope, const struct dates *dates, bool is_near,
		     struct room *room)
{
	size_t i;

	for (i = 0; i < dates->n; i++)
		if (dates->anchors[i] && ties(dates->anchors[i]->signal) &&
		    (dates->distances[i] <= REACH / 2) == is_near &&
		    !is_kept(scan->finding, layer->layer->id, &dates->items[i].date,
			     false) &&
		    take_room(scan, layer, &dates->items[i], &room->tied))
			add_stated(scan, layer, scope, &dates->items[i],
				   dates->anchors[i]);
}

static void add_loose(struct pw_scan *scan, const struct pw_layer_scan *layer,
		      enum pw_scope scope, const struct dates *dates, struct room *room)
{
	size_t i;

	for (i = 0; i < dates->n; i++)
		if (!dates->anchors[i] &&
		    !is_kept(scan->finding, layer->layer->id, &dates->items[i].date,
			     true) &&
		    take_room(scan, layer, &dates->items[i], &room->loose))
			add_stated(scan, layer, scope, &dates->items[i], NULL);
}

bool pw_is_other_date(struct pw_scan *scan, const struct pw_layer_scan *layer,
		      enum pw_scope scope, const struct pw_date_span *date)
{
	const struct anchor *anchor;
	struct anchors anchors = { .n = 0 };
	size_t at;

	collect_anchors(scan, layer, scope, &anchors);
	anchor = nearest(layer->texts[scope].original, &anchors, date, &at);
	return anchor && !ties(anchor->signal);
}

void pw_find_end_dates(struct pw_scan *scan, const struct pw_layer_scan *layer)
{
	static const enum pw_scope scopes[] = { PW_SCOPE_BODY, PW_SCOPE_SUBJECT };
	struct room room = { MAX_DATES, MAX_DATES };
	struct dates dates[PW_ARRAY_LEN(scopes)];
	struct pw_date_hints hints;
	size_t i;

	hints = pw_scan_date_hints(scan, layer);
	/* Best first: the body's close ones, its farther ones, the subject's. */
	for (i = 0; i < PW_ARRAY_LEN(scopes); i++) {
		find_dates(scan, layer, scopes[i], &hints, &dates[i]);
		add_tied(scan, layer, scopes[i], &dates[i], true, &room);
		add_tied(scan, layer, scopes[i], &dates[i], false, &room);
	}
	for (i = 0; i < PW_ARRAY_LEN(scopes); i++)
		add_loose(scan, layer, scopes[i], &dates[i], &room);
}
