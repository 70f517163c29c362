/* SPDX-License-Identifier: Apache-2.0 */
/* literals_need.c - strings, sets of which one must occur, and what asks for several. */
#include <string.h>

#include "rules/engine/literals_part.h"

#define EXTENT_MAX 60000u /* bytes; beyond it a match may begin anywhere */
#define CHAR_BYTES 4u

bool pw_is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '-';
}

bool pw_extent_is_nothing(struct pw_extent extent)
{
	return extent.bytes == 0 && extent.more == PW_REACH_BYTES;
}

struct pw_extent pw_extents_add(struct pw_extent a, struct pw_extent b)
{
	a.bytes += b.bytes;
	if (a.more != PW_REACH_BYTES && b.more != PW_REACH_BYTES)
		a.more = PW_REACH_LINE; /* two words are more than one */
	else if (b.more > a.more)
		a.more = b.more;
	a.has_line_end |= b.has_line_end;
	if (a.bytes > EXTENT_MAX) {
		a.bytes = EXTENT_MAX;
		a.more = PW_REACH_LINE;
		a.has_line_end = true;
	}
	return a;
}

struct pw_extent pw_extents_larger(struct pw_extent a, struct pw_extent b)
{
	a.bytes = a.bytes > b.bytes ? a.bytes : b.bytes;
	a.more = a.more > b.more ? a.more : b.more;
	a.has_line_end |= b.has_line_end;
	return a;
}

struct pw_extent pw_need_extent(const struct pw_need *need)
{
	const bool is_text = need->reach == PW_REACH_TEXT;

	return (struct pw_extent){ need->before, is_text ? PW_REACH_LINE : need->reach,
				   is_text };
}

void pw_need_set_reach(struct pw_need *need, struct pw_extent before)
{
	need->before = before.bytes;
	need->reach = before.more == PW_REACH_LINE && before.has_line_end ? PW_REACH_TEXT
									  : before.more;
}

/* Exact strings. */

bool pw_strings_or(struct pw_strings *to, const struct pw_strings *from)
{
	if (to->n + from->n > PW_EXACT_MAX)
		return false;
	memcpy(&to->items[to->n], from->items, from->n * sizeof *from->items);
	to->n += from->n;
	return true;
}

bool pw_strings_cross(struct pw_strings *a, const struct pw_strings *b)
{
	struct pw_strings product = { .n = 0 };
	struct pw_string *item;
	size_t i, k;

	if (a->n * b->n > PW_EXACT_MAX)
		return false;
	for (i = 0; i < a->n; i++)
		for (k = 0; k < b->n; k++) {
			if (a->items[i].len + b->items[k].len > PW_LITERAL_MAX_LEN)
				return false;
			item = &product.items[product.n++];
			*item = a->items[i];
			memcpy(item->text + item->len, b->items[k].text, b->items[k].len);
			item->len = (unsigned char)(item->len + b->items[k].len);
		}
	a->n = product.n;
	memcpy(a->items, product.items, product.n * sizeof *product.items);
	return true;
}

void pw_strings_set(struct pw_strings *set, const char *text, size_t len)
{
	set->n = 1;
	set->items[0].len = (unsigned char)len;
	memcpy(set->items[0].text, text, len);
}

static size_t width(const struct pw_string *string)
{
	size_t n = 0, i;

	for (i = 0; i < string->len; i++)
		n += string->text[i] != PW_BOUNDARY;
	return n;
}

struct pw_extent pw_strings_extent(const struct pw_strings *set)
{
	struct pw_extent extent = { 0, PW_REACH_BYTES, false };
	size_t i;

	for (i = 0; i < set->n; i++) {
		size_t n = width(&set->items[i]) * CHAR_BYTES;

		if (n > extent.bytes)
			extent.bytes = (uint32_t)n;
		if (memchr(set->items[i].text, '\n', set->items[i].len))
			extent.has_line_end = true;
	}
	return extent;
}

bool pw_strings_have_boundary(const struct pw_strings *set, bool at_end)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (!set->items[i].len ||
		    pw_is_word_char(
			    set->items[i].text[at_end ? set->items[i].len - 1 : 0]))
			return false;
	return set->n > 0;
}

/* Needs. */

size_t pw_need_quality(const struct pw_need *need)
{
	size_t least = need->n ? SIZE_MAX : 0, i, n;

	for (i = 0; i < need->n; i++) {
		n = need->items[i].len + (size_t)need->items[i].is_word_start +
		    (size_t)need->items[i].is_word_end;
		/* One letter, even a word of its own, is in every mail. */
		if (need->items[i].len < 2)
			return 0;
		least = n < least ? n : least;
	}
	return least;
}

static bool is_better(const struct pw_need *a, const struct pw_need *b)
{
	size_t qa = pw_need_quality(a), qb = pw_need_quality(b);

	return qa != qb ? qa > qb : a->n < b->n;
}

void pw_clause_add(struct pw_clause *clause, struct pw_need need)
{
	size_t at;

	if (!need.n)
		return;
	at = clause->n_needs < PW_NEEDS_MAX ? clause->n_needs++ : PW_NEEDS_MAX - 1;
	if (at == PW_NEEDS_MAX - 1 && clause->needs[at].n &&
	    !is_better(&need, &clause->needs[at]))
		return;
	for (; at > 0 && is_better(&need, &clause->needs[at - 1]); at--)
		clause->needs[at] = clause->needs[at - 1];
	clause->needs[at] = need;
}

/* Without the boundaries, which become marks, and without a blank before or
   after, which is one; false where nothing is left. */
static bool literal_of(const struct pw_string *string, struct pw_literal *ret,
		       size_t *ret_skipped)
{
	bool is_first, is_last;
	size_t i;

	memset(ret, 0, sizeof *ret);
	for (i = 0; i < string->len; i++)
		if (string->text[i] != PW_BOUNDARY && ret->len < PW_LITERAL_MAX_LEN)
			ret->text[ret->len++] = string->text[i];
	is_first =
		ret->len > 1 && is_blank(ret->text[0]) && pw_is_word_char(ret->text[1]);
	if (is_first)
		memmove(ret->text, ret->text + 1, --ret->len);
	is_last = ret->len > 1 && is_blank(ret->text[ret->len - 1]) &&
		  pw_is_word_char(ret->text[ret->len - 2]);
	if (is_last)
		ret->text[--ret->len] = '\0';
	if (!ret->len)
		return false;
	*ret_skipped = is_first;
	ret->is_word_start = (is_first || string->text[0] == PW_BOUNDARY) &&
			     pw_is_word_char(ret->text[0]);
	ret->is_word_end = (is_last || string->text[string->len - 1] == PW_BOUNDARY) &&
			   pw_is_word_char(ret->text[ret->len - 1]);
	return true;
}

void pw_clause_add_strings(struct pw_arena *arena, struct pw_clause *clause,
			   const struct pw_strings *set, struct pw_extent before,
			   bool is_after_boundary)
{
	const bool at_start = pw_extent_is_nothing(before);
	const uint32_t start = before.bytes;
	struct pw_need need = { .items = pw_arena_alloc(arena, set->n + 1,
							sizeof *need.items) };
	size_t i, skipped;

	if (!need.items)
		return;
	for (i = 0; i < set->n; i++) {
		if (!literal_of(&set->items[i], &need.items[i], &skipped))
			return; /* "" is everywhere */
		if (skipped && before.bytes == start)
			before.bytes++;
		before.has_line_end |= skipped && set->items[i].text[0] == '\n';
		need.items[i].is_word_start |= !skipped && is_after_boundary &&
					       pw_is_word_char(need.items[i].text[0]);
		need.items[i].at_start = !skipped && at_start;
		need.items[i].at_end = true;
	}
	need.n = set->n;
	pw_need_set_reach(&need, before);
	pw_clause_add(clause, need);
}

void pw_clause_mark(struct pw_clause *clause, enum pw_mark mark)
{
	size_t i, k;

	for (i = 0; i < clause->n_needs; i++)
		for (k = 0; k < clause->needs[i].n; k++) {
			struct pw_literal *item = &clause->needs[i].items[k];

			if (mark == PW_MARK_WORD_START)
				item->is_word_start |=
					item->at_start && pw_is_word_char(item->text[0]);
			else if (mark == PW_MARK_WORD_END)
				item->is_word_end |=
					item->at_end &&
					pw_is_word_char(item->text[item->len - 1]);
			else if (mark == PW_MARK_NOT_AT_START)
				item->at_start = false;
			else
				item->at_end = false;
		}
}

void pw_clause_copy(struct pw_arena *arena, struct pw_clause *to,
		    const struct pw_clause *from)
{
	size_t i;

	*to = *from;
	for (i = 0; i < to->n_needs; i++) {
		struct pw_literal *items =
			pw_arena_alloc(arena, to->needs[i].n, sizeof *items);

		if (!items) {
			to->n_needs = i;
			return;
		}
		memcpy(items, to->needs[i].items, to->needs[i].n * sizeof *items);
		to->needs[i].items = items;
	}
}

/* The strings of both; n 0 where that is too much. */
static struct pw_need join(struct pw_arena *arena, const struct pw_need *a,
			   const struct pw_need *b)
{
	struct pw_need both = { .n = 0 };

	if (!a->n || !b->n || a->n + b->n > PW_LITERALS_MAX)
		return both;
	both.items = pw_arena_alloc(arena, a->n + b->n, sizeof *both.items);
	if (!both.items)
		return both;
	memcpy(both.items, a->items, a->n * sizeof *a->items);
	memcpy(both.items + a->n, b->items, b->n * sizeof *b->items);
	both.n = a->n + b->n;
	pw_need_set_reach(&both, pw_extents_larger(pw_need_extent(a), pw_need_extent(b)));
	return both;
}

void pw_clause_or(struct pw_arena *arena, struct pw_clause *a, const struct pw_clause *b)
{
	size_t i, n = a->n_needs < b->n_needs ? a->n_needs : b->n_needs;
	struct pw_clause both = { .n_needs = 0 };
	int run;

	for (i = 0; i < n; i++)
		pw_clause_add(&both, join(arena, &a->needs[i], &b->needs[i]));
	for (run = 0; run < PW_N_RUNS; run++)
		both.runs[run] =
			a->runs[run] < b->runs[run] ? a->runs[run] : b->runs[run];
	*a = both;
}
