/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter_scan.c - one pass over a text: strings found, clauses tried, windows.
 */
#include <string.h>

#include "rules/engine/prefilter_index.h"

#define PLACES_MAX  128 /* of one string; with more its window spans all */
#define WINDOWS_MAX 64  /* of one regex */
#define NEAR        24  /* windows closer than this are one */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static void *room(void *items, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 1024;
	return pw_realloc(items, *cap, size);
}

static void add_place(struct pw_scratch *scratch, struct pw_seen *seen, size_t start)
{
	scratch->places = room(scratch->places, scratch->n_places, &scratch->cap_places,
			       sizeof *scratch->places);
	scratch->places[scratch->n_places] = (struct pw_found_at){ (uint32_t)start, 0 };
	scratch->n_places++;
	if (seen->head)
		scratch->places[seen->tail - 1].next = (uint32_t)scratch->n_places;
	else
		seen->head = (uint32_t)scratch->n_places;
	seen->tail = (uint32_t)scratch->n_places;
}

static void see(struct pw_scratch *scratch, size_t index, size_t start)
{
	const struct pw_indexed_literal *literal = &scratch->prefilter->literals[index];
	struct pw_seen *seen = &scratch->seen[index];
	const size_t end = start + literal->len;

	if (literal->is_word_end && end < scratch->len && is_word(scratch->text[end]))
		return;
	if (!seen->count++) {
		scratch->found[scratch->n_found++] = (uint32_t)index;
		scratch->is_seen[index / 64] |= (uint64_t)1 << index % 64;
		seen->first = (uint32_t)start;
	}
	seen->last = (uint32_t)start;
	if (seen->count <= PLACES_MAX)
		add_place(scratch, seen, start);
}

static void on_word(void *context, uint32_t index, size_t start)
{
	see(context, index, start);
}

static void on_other(void *context, uint32_t index, size_t start)
{
	struct pw_scratch *scratch = context;

	see(scratch, scratch->prefilter->n_words + index, start);
}

/* Forget the text before. */
static void begin(struct pw_scratch *scratch, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < scratch->n_found; i++) {
		memset(&scratch->seen[scratch->found[i]], 0, sizeof *scratch->seen);
		scratch->is_seen[scratch->found[i] / 64] = 0;
	}
	scratch->n_found = 0;
	scratch->n_places = scratch->n_fired = 0;
	scratch->text = text;
	scratch->len = len;
	if (++scratch->number == 0) {
		memset(scratch->tried, 0,
		       scratch->prefilter->n_clauses * sizeof *scratch->tried);
		scratch->number = 1;
	}
}

static void measure_runs(struct pw_scratch *scratch)
{
	unsigned digits = 0, code = 0;
	size_t i;

	memset(scratch->runs, 0, sizeof scratch->runs);
	for (i = 0; i < scratch->len; i++) {
		const char c = scratch->text[i];

		digits = c >= '0' && c <= '9' ? digits + 1 : 0;
		code = is_word(c) || c == '-' ? code + 1 : 0;
		if (digits > scratch->runs[PW_RUN_DIGITS])
			scratch->runs[PW_RUN_DIGITS] = digits;
		if (code > scratch->runs[PW_RUN_CODE])
			scratch->runs[PW_RUN_CODE] = code;
	}
}

static void fire(struct pw_scratch *scratch, uint32_t regex, size_t from, size_t to)
{
	struct pw_fired *last;

	if (scratch->n_fired) {
		last = &scratch->fired[scratch->n_fired - 1];
		if (last->regex == regex && from <= (size_t)last->window.to + NEAR &&
		    from >= last->window.from) {
			if (to > last->window.to)
				last->window.to = (uint32_t)to;
			return;
		}
	}
	scratch->fired = room(scratch->fired, scratch->n_fired, &scratch->cap_fired,
			      sizeof *scratch->fired);
	scratch->fired[scratch->n_fired++] =
		(struct pw_fired){ regex, { (uint32_t)from, (uint32_t)to } };
}

static bool is_seen(const struct pw_scratch *scratch, uint32_t literal)
{
	return scratch->is_seen[literal / 64] >> literal % 64 & 1;
}

static bool is_met(const struct pw_scratch *scratch, const struct pw_indexed_need *need)
{
	const uint32_t *members = scratch->prefilter->members + need->first;
	uint32_t i;

	for (i = 0; i < need->n; i++)
		if (is_seen(scratch, members[i]))
			return true;
	return false;
}

/* Where a need that is met is met first and last. */
static void bounds_of(const struct pw_scratch *scratch,
		      const struct pw_indexed_need *need, size_t *ret_first,
		      size_t *ret_last, size_t *ret_count)
{
	const uint32_t *members = scratch->prefilter->members + need->first;
	size_t i;

	*ret_first = SIZE_MAX;
	*ret_last = *ret_count = 0;
	for (i = 0; i < need->n; i++) {
		const struct pw_seen *seen = &scratch->seen[members[i]];

		if (!is_seen(scratch, members[i]))
			continue;
		*ret_count += seen->count;
		if (seen->first < *ret_first)
			*ret_first = seen->first;
		if (seen->last > *ret_last)
			*ret_last = seen->last;
	}
}

/* Where a match can begin at the earliest when a string of the need is at
   `at`; a line is not searched back beyond `least`. */
static size_t back(const struct pw_scratch *scratch, const struct pw_indexed_need *need,
		   size_t at, size_t least)
{
	const char *line;

	if (need->reach == PW_REACH_TEXT)
		return least;
	at = at > need->before ? at - need->before : 0;
	if (need->reach == PW_REACH_WORD) {
		while (at > least && pw_is_word_byte(scratch->text[at - 1]))
			at--;
		at = at > need->before ? at - need->before : 0;
	}
	if (at <= least)
		return least;
	if (need->reach == PW_REACH_LINE) {
		line = memrchr(scratch->text + least, '\n', at - least);
		at = line ? (size_t)(line - scratch->text) + 1 : least;
	}
	while (at > least && ((unsigned char)scratch->text[at] & 0xC0) == 0x80)
		at--;
	return at;
}

static int compare_starts(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* One window for each place of the anchor within [least, most]. */
static void fire_places(struct pw_scratch *scratch,
			const struct pw_indexed_clause *clause, size_t least, size_t most)
{
	const struct pw_indexed_need *need = &scratch->prefilter->needs[clause->anchor];
	const uint32_t *members = scratch->prefilter->members + need->first;
	uint32_t starts[PLACES_MAX], place;
	size_t n = 0, i, from, to = least;

	for (i = 0; i < need->n; i++)
		for (place = is_seen(scratch, members[i]) ? scratch->seen[members[i]].head
							  : 0;
		     place; place = scratch->places[place - 1].next)
			starts[n++] = scratch->places[place - 1].start;
	if (n > 1)
		qsort(starts, n, sizeof *starts, compare_starts);
	for (i = 0; i < n; i++) {
		if (starts[i] < least)
			continue;
		/* The line of a later place begins in or after the window before. */
		from = back(scratch, need, starts[i], to);
		to = starts[i] < most ? starts[i] : most;
		if (from <= to)
			fire(scratch, clause->regex, from, to);
		if (to == most)
			break;
	}
}

static void try_clause(struct pw_scratch *scratch, uint32_t index)
{
	const struct pw_prefilter *prefilter = scratch->prefilter;
	const struct pw_indexed_clause *clause = &prefilter->clauses[index];
	size_t least = 0, most = scratch->len, n_places = 0, i, first, last, count, from;
	int run;

	if (scratch->tried[index] == scratch->number)
		return;
	scratch->tried[index] = scratch->number;
	for (run = 0; prefilter->asks_runs && run < PW_N_RUNS; run++)
		if (clause->runs[run] > scratch->runs[run])
			return;
	for (i = clause->first; i < clause->first + clause->n; i++)
		if (i != clause->trigger && !is_met(scratch, &prefilter->needs[i]))
			return;
	for (i = clause->first; i < clause->first + clause->n; i++) {
		bounds_of(scratch, &prefilter->needs[i], &first, &last, &count);
		from = back(scratch, &prefilter->needs[i], first, 0);
		least = from > least ? from : least;
		most = last < most ? last : most;
		if (i == clause->anchor)
			n_places = count;
	}
	if (least > most)
		return;
	if (!n_places || n_places > PLACES_MAX ||
	    prefilter->needs[clause->anchor].reach == PW_REACH_TEXT)
		fire(scratch, clause->regex, least, most);
	else
		fire_places(scratch, clause, least, most);
}

static int compare_fired(const void *a, const void *b)
{
	const struct pw_fired *x = a, *y = b;

	if (x->regex != y->regex)
		return x->regex < y->regex ? -1 : 1;
	return x->window.from < y->window.from ? -1 : x->window.from > y->window.from;
}

/* Sorted and merged into ret; both arrays have room for all. */
static void gather(struct pw_scratch *scratch, struct pw_prospect *items,
		   struct pw_window *windows, struct pw_prospects *ret)
{
	struct pw_prospect *item = NULL;
	struct pw_window *window = windows;
	size_t i;

	if (scratch->n_fired)
		qsort(scratch->fired, scratch->n_fired, sizeof *scratch->fired,
		      compare_fired);
	for (i = 0; i < scratch->n_fired; i++) {
		const struct pw_fired *fired = &scratch->fired[i];

		if (!item || item->regex != fired->regex) {
			item = &items[ret->n++];
			*item = (struct pw_prospect){ fired->regex,
						      (uint32_t)(window - windows), 1 };
			*window++ = fired->window;
		} else if (fired->window.from > window[-1].to + NEAR &&
			   item->n < WINDOWS_MAX) {
			item->n++;
			*window++ = fired->window;
		} else if (fired->window.to > window[-1].to) {
			window[-1].to = fired->window.to;
		}
	}
}

static void find_literals(struct pw_prefilter *prefilter, const char *text, size_t len)
{
	const struct pw_find_listener on_words = { on_word, &prefilter->scratch };
	const struct pw_find_listener on_others = { on_other, &prefilter->scratch };

	pw_words_scan(prefilter->words, text, len, &on_words);
	if (prefilter->hs)
		pw_hs_scan(prefilter->hs, text, len, &on_others);
	else
		pw_grams_scan(prefilter->grams, text, len, &on_others);
}

bool pw_prefilter_scan(struct pw_prefilter *prefilter, struct pw_arena *arena,
		       const char *text, size_t len, struct pw_prospects *ret)
{
	struct pw_scratch *scratch = &prefilter->scratch;
	struct pw_prospect *items;
	struct pw_window *windows;
	size_t i, k;

	memset(ret, 0, sizeof *ret);
	ret->is_all = prefilter->mode == PW_PREFILTER_NONE;
	if (ret->is_all)
		return true;
	begin(scratch, text, len);
	if (prefilter->asks_runs)
		measure_runs(scratch);
	find_literals(prefilter, text, len);
	for (i = 0; i < scratch->n_found; i++) {
		const struct pw_indexed_literal *literal =
			&prefilter->literals[scratch->found[i]];

		for (k = 0; k < literal->n_users; k++)
			try_clause(scratch, prefilter->users[literal->first_user + k]);
	}
	for (i = 0; i < prefilter->n_loose; i++)
		try_clause(scratch, prefilter->loose[i]);
	items = pw_arena_alloc(arena, scratch->n_fired + 1, sizeof *items);
	windows = pw_arena_alloc(arena, scratch->n_fired + 1, sizeof *windows);
	if (!items || !windows)
		return false;
	ret->items = items;
	ret->windows = windows;
	gather(scratch, items, windows, ret);
	return true;
}

size_t pw_prospects_find(const struct pw_prospects *prospects, size_t i,
			 const struct pw_window **ret)
{
	static const struct pw_window whole = { 0, UINT32_MAX };
	size_t low = 0, high = prospects->n, middle;

	*ret = &whole;
	if (prospects->is_all)
		return 1;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (prospects->items[middle].regex < i)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == prospects->n || prospects->items[low].regex != i)
		return 0;
	*ret = prospects->windows + prospects->items[low].first;
	return prospects->items[low].n;
}
