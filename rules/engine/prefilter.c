/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter.c - strings of many regexes looked for at once.
 *
 * Grams: of each string the least used 4 (or 3) bytes go into a hash table;
 * each place of the text is one look-up in a bit map that mostly says no.
 */
#include "rules/engine/prefilter.h"

#include <string.h>

#include "rules/engine/literals.h"

#ifdef PW_HAVE_HS
#include <hs.h>
#endif

#define MIN_LITERAL 3

struct literal {
	uint32_t next;  /* in the bucket, index + 1 */
	uint32_t users; /* first of its users */
	uint32_t n_users;
	unsigned char len, gram_at;
	char text[PW_LITERAL_MAX_LEN];
};

struct gram_table {
	uint32_t *heads; /* literal index + 1 */
	uint64_t *bits;
	uint32_t *loads; /* only while building */
	unsigned shift;
	bool is_used;
};

struct pw_prefilter {
	enum pw_prefilter_mode mode;
	size_t n; /* regexes */
	bool *always;
	struct literal *literals;
	size_t n_literals;
	uint32_t *users;            /* regex indexes, grouped by literal */
	struct gram_table grams[2]; /* of 3 and 4 bytes */
#ifdef PW_HAVE_HS
	hs_database_t *database;
#endif
};

struct pw_prefilter_scratch {
	uint64_t *wanted; /* bit per regex */
	uint8_t *found;   /* per literal */
	uint32_t *list;
	const struct pw_prefilter *prefilter;
#ifdef PW_HAVE_HS
	hs_scratch_t *hs;
#endif
};

static uint32_t load_gram(const char *at, int is_four)
{
	const unsigned char *b = (const unsigned char *)at;
	uint32_t gram = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16;

	return is_four ? gram | (uint32_t)b[3] << 24 : gram;
}

static uint32_t bucket_of(const struct gram_table *table, uint32_t gram)
{
	return (gram * 2654435761u) >> table->shift;
}

/* Strings of all regexes while they are collected. */
struct pair {
	struct pw_literal literal;
	uint32_t regex;
};

struct pairs {
	struct pair *items;
	size_t n, cap;
};

static void add_pair(struct pairs *pairs, const struct pw_literal *literal,
		     uint32_t regex)
{
	if (pairs->n == pairs->cap) {
		pairs->cap = pairs->cap ? pairs->cap * 2 : 256;
		pairs->items = pw_realloc(pairs->items, pairs->cap, sizeof *pairs->items);
	}
	pairs->items[pairs->n].literal = *literal;
	pairs->items[pairs->n++].regex = regex;
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	size_t len = x->literal.len < y->literal.len ? x->literal.len : y->literal.len;
	int by_text = memcmp(x->literal.text, y->literal.text, len);

	if (by_text)
		return by_text;
	if (x->literal.len != y->literal.len)
		return x->literal.len < y->literal.len ? -1 : 1;
	return x->regex < y->regex ? -1 : x->regex > y->regex;
}

static void collect(struct pw_prefilter *prefilter, const char *const *regexes,
		    struct pairs *pairs)
{
	struct pw_literals *set = pw_alloc(1, sizeof *set);
	size_t i, k;

	for (i = 0; i < prefilter->n; i++) {
		pw_literals_of(regexes[i], set);
		if (pw_literals_shortest(set) < MIN_LITERAL) {
			prefilter->always[i] = true;
			continue;
		}
		for (k = 0; k < set->n; k++)
			add_pair(pairs, &set->items[k], (uint32_t)i);
	}
	free(set);
}

static void group_literals(struct pw_prefilter *prefilter, struct pairs *pairs)
{
	struct literal *literal = NULL;
	size_t i;

	if (pairs->n)
		qsort(pairs->items, pairs->n, sizeof *pairs->items, compare_pairs);
	prefilter->literals = pw_alloc(pairs->n + 1, sizeof *prefilter->literals);
	prefilter->users = pw_alloc(pairs->n + 1, sizeof *prefilter->users);
	for (i = 0; i < pairs->n; i++) {
		const struct pair *pair = &pairs->items[i];

		if (!literal || literal->len != pair->literal.len ||
		    memcmp(literal->text, pair->literal.text, literal->len) != 0) {
			literal = &prefilter->literals[prefilter->n_literals++];
			literal->len = pair->literal.len;
			memcpy(literal->text, pair->literal.text, literal->len);
			literal->users = (uint32_t)i;
		}
		literal->n_users++;
		prefilter->users[i] = pair->regex;
	}
}

static void table_init(struct gram_table *table, size_t n_literals)
{
	unsigned bits = 12;

	while (bits < 22 && ((size_t)1 << bits) < n_literals * 8)
		bits++;
	table->shift = 32 - bits;
	table->heads = pw_alloc((size_t)1 << bits, sizeof *table->heads);
	table->loads = pw_alloc((size_t)1 << bits, sizeof *table->loads);
	table->bits = pw_alloc(((size_t)1 << bits) / 64, sizeof *table->bits);
}

static void enter_literal(struct pw_prefilter *prefilter, uint32_t index)
{
	struct literal *literal = &prefilter->literals[index];
	int is_four = literal->len >= 4;
	struct gram_table *table = &prefilter->grams[is_four];
	size_t width = is_four ? 4 : 3, at;
	uint32_t best = UINT32_MAX, bucket, chosen = 0;

	for (at = 0; at + width <= literal->len; at++) {
		bucket = bucket_of(table, load_gram(literal->text + at, is_four));
		if (table->loads[bucket] < best) {
			best = table->loads[bucket];
			chosen = bucket;
			literal->gram_at = (unsigned char)at;
		}
	}
	table->loads[chosen]++;
	literal->next = table->heads[chosen];
	table->heads[chosen] = index + 1;
	table->bits[chosen / 64] |= (uint64_t)1 << (chosen % 64);
	table->is_used = true;
}

static void build_grams(struct pw_prefilter *prefilter)
{
	size_t i;

	table_init(&prefilter->grams[0], prefilter->n_literals);
	table_init(&prefilter->grams[1], prefilter->n_literals);
	for (i = 0; i < prefilter->n_literals; i++)
		enter_literal(prefilter, (uint32_t)i);
	prefilter->mode = PW_PREFILTER_GRAMS;
}

#ifdef PW_HAVE_HS
static bool build_hs(struct pw_prefilter *prefilter)
{
	size_t n = prefilter->n_literals, i;
	const char **texts = pw_alloc(n + 1, sizeof *texts);
	unsigned *flags = pw_alloc(n + 1, sizeof *flags);
	unsigned *ids = pw_alloc(n + 1, sizeof *ids);
	size_t *lens = pw_alloc(n + 1, sizeof *lens);
	hs_compile_error_t *error = NULL;
	hs_error_t code;

	for (i = 0; i < n; i++) {
		texts[i] = prefilter->literals[i].text;
		lens[i] = prefilter->literals[i].len;
		flags[i] = HS_FLAG_SINGLEMATCH;
		ids[i] = (unsigned)i;
	}
	code = hs_compile_lit_multi(texts, flags, ids, lens, (unsigned)n, HS_MODE_BLOCK,
				    NULL, &prefilter->database, &error);
	if (error)
		hs_free_compile_error(error);
	free(texts);
	free(flags);
	free(ids);
	free(lens);
	if (code != HS_SUCCESS)
		return false;
	prefilter->mode = PW_PREFILTER_HS;
	return true;
}
#endif

struct pw_prefilter *pw_prefilter_new(const char *const *regexes, size_t n,
				      enum pw_prefilter_mode mode)
{
	struct pw_prefilter *prefilter = pw_alloc(1, sizeof *prefilter);
	struct pairs pairs = { 0 };

	prefilter->n = n;
	prefilter->mode = mode;
	prefilter->always = pw_alloc(n + 1, sizeof *prefilter->always);
	collect(prefilter, regexes, &pairs);
	group_literals(prefilter, &pairs);
	free(pairs.items);
	if (mode == PW_PREFILTER_NONE)
		return prefilter;
#ifdef PW_HAVE_HS
	if (mode != PW_PREFILTER_GRAMS && prefilter->n_literals && build_hs(prefilter))
		return prefilter;
#endif
	build_grams(prefilter);
	return prefilter;
}

void pw_prefilter_free(struct pw_prefilter *prefilter)
{
	int i;

	if (!prefilter)
		return;
	for (i = 0; i < 2; i++) {
		free(prefilter->grams[i].heads);
		free(prefilter->grams[i].loads);
		free(prefilter->grams[i].bits);
	}
#ifdef PW_HAVE_HS
	hs_free_database(prefilter->database);
#endif
	free(prefilter->always);
	free(prefilter->literals);
	free(prefilter->users);
	free(prefilter);
}

struct pw_prefilter_scratch *pw_prefilter_scratch_new(
	const struct pw_prefilter *prefilter)
{
	struct pw_prefilter_scratch *scratch = pw_alloc(1, sizeof *scratch);

	scratch->prefilter = prefilter;
	scratch->wanted = pw_alloc(prefilter->n / 64 + 1, sizeof *scratch->wanted);
	scratch->found = pw_alloc(prefilter->n_literals + 1, 1);
	scratch->list = pw_alloc(prefilter->n + 1, sizeof *scratch->list);
#ifdef PW_HAVE_HS
	if (prefilter->database &&
	    hs_alloc_scratch(prefilter->database, &scratch->hs) != HS_SUCCESS)
		abort();
#endif
	return scratch;
}

void pw_prefilter_scratch_free(struct pw_prefilter_scratch *scratch)
{
	if (!scratch)
		return;
#ifdef PW_HAVE_HS
	hs_free_scratch(scratch->hs);
#endif
	free(scratch->wanted);
	free(scratch->found);
	free(scratch->list);
	free(scratch);
}

static void want(const struct pw_prefilter *prefilter,
		 struct pw_prefilter_scratch *scratch, uint32_t index)
{
	const struct literal *literal = &prefilter->literals[index];
	uint32_t i, regex;

	if (scratch->found[index])
		return;
	scratch->found[index] = 1;
	for (i = 0; i < literal->n_users; i++) {
		regex = prefilter->users[literal->users + i];
		scratch->wanted[regex / 64] |= (uint64_t)1 << (regex % 64);
	}
}

static void scan_grams(const struct pw_prefilter *prefilter,
		       struct pw_prefilter_scratch *scratch, int is_four,
		       const char *text, size_t len)
{
	const struct gram_table *table = &prefilter->grams[is_four];
	const struct literal *literal;
	size_t width = is_four ? 4 : 3, at;
	uint32_t bucket, i;

	if (!table->is_used)
		return;
	for (at = 0; at + width <= len; at++) {
		bucket = bucket_of(table, load_gram(text + at, is_four));
		if (!(table->bits[bucket / 64] >> (bucket % 64) & 1))
			continue;
		for (i = table->heads[bucket]; i; i = literal->next) {
			literal = &prefilter->literals[i - 1];
			if (literal->gram_at <= at &&
			    at - literal->gram_at + literal->len <= len &&
			    memcmp(text + at - literal->gram_at, literal->text,
				   literal->len) == 0)
				want(prefilter, scratch, i - 1);
		}
	}
}

#ifdef PW_HAVE_HS
static int on_match(unsigned id, unsigned long long from, unsigned long long to,
		    unsigned flags, void *context)
{
	struct pw_prefilter_scratch *scratch = context;

	(void)from;
	(void)to;
	(void)flags;
	want(scratch->prefilter, scratch, id);
	return 0;
}
#endif

static void find_literals(const struct pw_prefilter *prefilter,
			  struct pw_prefilter_scratch *scratch, const char *text,
			  size_t len)
{
#ifdef PW_HAVE_HS
	if (prefilter->mode == PW_PREFILTER_HS) {
		/* Only a misuse fails here; the answer must not be "no". */
		if (hs_scan(prefilter->database, text, (unsigned)len, 0, scratch->hs,
			    on_match, scratch) != HS_SUCCESS)
			abort();
		return;
	}
#endif
	scan_grams(prefilter, scratch, 0, text, len);
	scan_grams(prefilter, scratch, 1, text, len);
}

size_t pw_prefilter_scan(const struct pw_prefilter *prefilter,
			 struct pw_prefilter_scratch *scratch, const char *text,
			 size_t len, const uint32_t **ret)
{
	size_t i, n = 0;

	if (prefilter->mode != PW_PREFILTER_NONE) {
		memset(scratch->wanted, 0,
		       (prefilter->n / 64 + 1) * sizeof *scratch->wanted);
		memset(scratch->found, 0, prefilter->n_literals + 1);
		find_literals(prefilter, scratch, text, len);
	}
	for (i = 0; i < prefilter->n; i++)
		if (prefilter->mode == PW_PREFILTER_NONE || prefilter->always[i] ||
		    (scratch->wanted[i / 64] >> (i % 64) & 1))
			scratch->list[n++] = (uint32_t)i;
	*ret = scratch->list;
	return n;
}

const char *pw_prefilter_name(const struct pw_prefilter *prefilter)
{
	static const char *const names[] = { "grams", "vectorscan", "grams", "none" };

	return names[prefilter->mode];
}

bool pw_prefilter_always(const struct pw_prefilter *prefilter, size_t i)
{
	return prefilter->always[i];
}
