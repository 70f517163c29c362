/* SPDX-License-Identifier: Apache-2.0 */
/* prefilter.c - what regexes need, put in order for the search. */
#include "rules/engine/prefilter.h"

#include <string.h>

#include "rules/engine/prefilter_index.h"

#define REGEX_ARENA ((size_t)4 << 20) /* for what one regex needs */

/* A literal of a need while they are collected. */
struct member {
	struct pw_literal literal;
	uint32_t at; /* in members */
};

struct builder {
	struct pw_prefilter *prefilter;
	struct member *members;
	size_t n_members, cap_members, cap_needs, cap_clauses;
};

/* Room for one more of a growing array. */
static void *room(void *items, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 256;
	return pw_realloc(items, *cap, size);
}

static void add_need(struct builder *builder, const struct pw_need *need)
{
	struct pw_prefilter *prefilter = builder->prefilter;
	size_t i;

	prefilter->needs = room(prefilter->needs, prefilter->n_needs, &builder->cap_needs,
				sizeof *prefilter->needs);
	prefilter->needs[prefilter->n_needs++] = (struct pw_indexed_need){
		.first = (uint32_t)builder->n_members,
		.n = (uint32_t)need->n,
		.reach = need->reach,
		.before = need->before,
	};
	for (i = 0; i < need->n; i++) {
		builder->members = room(builder->members, builder->n_members,
					&builder->cap_members, sizeof *builder->members);
		builder->members[builder->n_members].literal = need->items[i];
		builder->members[builder->n_members].at = (uint32_t)builder->n_members;
		builder->n_members++;
	}
}

static void add_clause(struct builder *builder, size_t regex,
		       const struct pw_clause *clause)
{
	struct pw_prefilter *prefilter = builder->prefilter;
	struct pw_indexed_clause *added;
	size_t i;

	prefilter->clauses = room(prefilter->clauses, prefilter->n_clauses,
				  &builder->cap_clauses, sizeof *prefilter->clauses);
	added = &prefilter->clauses[prefilter->n_clauses++];
	*added = (struct pw_indexed_clause){ .regex = (uint32_t)regex,
					     .first = (uint32_t)prefilter->n_needs,
					     .n = (uint32_t)clause->n_needs };
	memcpy(added->runs, clause->runs, sizeof added->runs);
	prefilter->asks_runs |= !clause->n_needs;
	prefilter->always[regex] |= !clause->n_needs;
	for (i = 0; i < clause->n_needs; i++)
		add_need(builder, &clause->needs[i]);
}

static void collect(struct builder *builder, const char *const *regexes)
{
	static const struct pw_clause unknown = { .n_needs = 0 };
	struct pw_clauses clauses;
	struct pw_arena *arena;
	size_t i, k;

	for (i = 0; i < builder->prefilter->n; i++) {
		if (!regexes[i])
			continue;
		arena = pw_arena_new(REGEX_ARENA);
		pw_literals_of(arena, regexes[i], &clauses);
		for (k = 0; k < clauses.n; k++)
			add_clause(builder, i, &clauses.items[k]);
		if (!clauses.n)
			add_clause(builder, i, &unknown);
		pw_arena_free(arena);
	}
}

static int compare_members(const void *a, const void *b)
{
	const struct pw_literal *x = &((const struct member *)a)->literal;
	const struct pw_literal *y = &((const struct member *)b)->literal;
	int by_text;

	if (x->is_word_start != y->is_word_start)
		return x->is_word_start ? -1 : 1;
	by_text = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);
	if (by_text)
		return by_text;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->is_word_end == y->is_word_end ? 0 : x->is_word_end ? 1 : -1;
}

/* Equal strings become one literal; those that begin with a word come first. */
static void number_literals(struct builder *builder)
{
	struct pw_prefilter *prefilter = builder->prefilter;
	struct member *members = builder->members;
	size_t n = builder->n_members, i;

	if (n)
		qsort(members, n, sizeof *members, compare_members);
	prefilter->literals = pw_alloc(n + 1, sizeof *prefilter->literals);
	prefilter->texts = pw_alloc(n + 1, sizeof *prefilter->texts);
	prefilter->members = pw_alloc(n + 1, sizeof *prefilter->members);
	for (i = 0; i < n; i++) {
		if (i == 0 || compare_members(&members[i - 1], &members[i]) != 0)
			prefilter->texts[prefilter->n_literals++] = members[i].literal;
		prefilter->literals[prefilter->n_literals - 1].n_needs++;
		prefilter->members[members[i].at] = (uint32_t)prefilter->n_literals - 1;
	}
	prefilter->strings =
		pw_alloc(prefilter->n_literals + 1, sizeof *prefilter->strings);
	for (i = 0; i < prefilter->n_literals; i++) {
		prefilter->strings[i].text = prefilter->texts[i].text;
		prefilter->strings[i].len = prefilter->texts[i].len;
		prefilter->literals[i].len = prefilter->texts[i].len;
		prefilter->literals[i].is_word_end = prefilter->texts[i].is_word_end;
		prefilter->n_words += prefilter->texts[i].is_word_start;
	}
}

/* How often mails meet a need, guessed: short strings and those that many
   rules ask for are everywhere. */
static size_t cost(const struct pw_prefilter *prefilter,
		   const struct pw_indexed_need *need)
{
	size_t sum = 0, i, len;

	for (i = 0; i < need->n; i++) {
		const struct pw_indexed_literal *literal =
			&prefilter->literals[prefilter->members[need->first + i]];

		len = literal->len;
		sum += literal->n_needs * (len < 4 ? 16 : len < 6 ? 4 : len < 8 ? 2 : 1);
	}
	return sum;
}

static bool is_better_anchor(const struct pw_prefilter *prefilter,
			     const struct pw_indexed_need *a,
			     const struct pw_indexed_need *b)
{
	if (a->reach != b->reach)
		return a->reach < b->reach;
	return cost(prefilter, a) < cost(prefilter, b);
}

static void choose_needs(const struct pw_prefilter *prefilter,
			 struct pw_indexed_clause *clause)
{
	const struct pw_indexed_need *needs = prefilter->needs;
	uint32_t i;

	clause->trigger = clause->anchor = clause->first;
	for (i = clause->first + 1; i < clause->first + clause->n; i++) {
		if (cost(prefilter, &needs[i]) < cost(prefilter, &needs[clause->trigger]))
			clause->trigger = i;
		if (is_better_anchor(prefilter, &needs[i], &needs[clause->anchor]))
			clause->anchor = i;
	}
}

/* Which clauses each literal triggers. */
static void group_users(struct pw_prefilter *prefilter)
{
	struct pw_indexed_literal *literals = prefilter->literals;
	const struct pw_indexed_need *need;
	uint32_t n = 0, fill, i, k;
	uint32_t *at;

	prefilter->loose = pw_alloc(prefilter->n_clauses + 1, sizeof *prefilter->loose);
	for (i = 0; i < prefilter->n_clauses; i++) {
		if (!prefilter->clauses[i].n) {
			prefilter->loose[prefilter->n_loose++] = i;
			continue;
		}
		choose_needs(prefilter, &prefilter->clauses[i]);
		need = &prefilter->needs[prefilter->clauses[i].trigger];
		for (k = 0; k < need->n; k++, n++)
			literals[prefilter->members[need->first + k]].n_users++;
	}
	at = pw_alloc(prefilter->n_literals + 1, sizeof *at);
	for (i = fill = 0; i < prefilter->n_literals; i++) {
		literals[i].first_user = at[i] = fill;
		fill += literals[i].n_users;
	}
	prefilter->users = pw_alloc(n + 1, sizeof *prefilter->users);
	for (i = 0; i < prefilter->n_clauses; i++) {
		if (!prefilter->clauses[i].n)
			continue; /* there may be no needs at all */
		need = &prefilter->needs[prefilter->clauses[i].trigger];
		for (k = 0; k < need->n; k++)
			prefilter->users[at[prefilter->members[need->first + k]]++] = i;
	}
	free(at);
}

static void scratch_init(struct pw_prefilter *prefilter)
{
	struct pw_scratch *scratch = &prefilter->scratch;

	scratch->prefilter = prefilter;
	scratch->seen = pw_alloc(prefilter->n_literals + 1, sizeof *scratch->seen);
	scratch->is_seen =
		pw_alloc(prefilter->n_literals / 64 + 1, sizeof *scratch->is_seen);
	scratch->found = pw_alloc(prefilter->n_literals + 1, sizeof *scratch->found);
	scratch->tried = pw_alloc(prefilter->n_clauses + 1, sizeof *scratch->tried);
}

static void choose_finders(struct pw_prefilter *prefilter, struct pw_saved saved)
{
	const struct pw_find_string *others = prefilter->strings + prefilter->n_words;
	const size_t n_others = prefilter->n_literals - prefilter->n_words;

	if (prefilter->mode == PW_PREFILTER_NONE)
		return;
	prefilter->words = pw_words_new(prefilter->strings, prefilter->n_words);
	if (prefilter->mode != PW_PREFILTER_GRAMS)
		prefilter->hs = pw_hs_new(others, n_others, saved);
	if (!prefilter->hs)
		prefilter->grams = pw_grams_new(others, n_others);
}

struct pw_prefilter *pw_prefilter_new(const char *const *regexes, size_t n,
				      enum pw_prefilter_mode mode, struct pw_saved saved)
{
	struct pw_prefilter *prefilter = pw_alloc(1, sizeof *prefilter);
	struct builder builder = { .prefilter = prefilter };

	prefilter->n = n;
	prefilter->mode = mode;
	prefilter->always = pw_alloc(n + 1, sizeof *prefilter->always);
	collect(&builder, regexes);
	number_literals(&builder);
	free(builder.members);
	group_users(prefilter);
	scratch_init(prefilter);
	choose_finders(prefilter, saved);
	return prefilter;
}

void pw_prefilter_free(struct pw_prefilter *prefilter)
{
	if (!prefilter)
		return;
	pw_words_free(prefilter->words);
	pw_grams_free(prefilter->grams);
	pw_hs_free(prefilter->hs);
	free(prefilter->always);
	free(prefilter->literals);
	free(prefilter->texts);
	free(prefilter->strings);
	free(prefilter->needs);
	free(prefilter->members);
	free(prefilter->clauses);
	free(prefilter->users);
	free(prefilter->loose);
	free(prefilter->scratch.seen);
	free(prefilter->scratch.is_seen);
	free(prefilter->scratch.found);
	free(prefilter->scratch.places);
	free(prefilter->scratch.tried);
	free(prefilter->scratch.fired);
	free(prefilter);
}

bool pw_prefilter_is_saved(const struct pw_prefilter *prefilter)
{
	return !prefilter->hs || pw_hs_is_saved(prefilter->hs);
}

void pw_prefilter_save(const struct pw_prefilter *prefilter, struct pw_buf *out)
{
	if (prefilter->hs)
		pw_hs_save(prefilter->hs, out);
}

const char *pw_prefilter_name(const struct pw_prefilter *prefilter)
{
	return prefilter->hs ? "vectorscan" : prefilter->grams ? "grams" : "none";
}

bool pw_prefilter_always(const struct pw_prefilter *prefilter, size_t i)
{
	return prefilter->always[i];
}
