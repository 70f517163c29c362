/* SPDX-License-Identifier: Apache-2.0 */
/* literals_part.c - what parts of a regex need, one after the other or one of many. */
#include "rules/engine/literals_part.h"

#include <string.h>

#define REPEAT_MAX 60000u /* bytes of a repeated part; beyond it endless */
#define CHAR_BYTES 4u
#define RUN_MAX    200u

static const struct pw_extent no_extent = { 0, PW_REACH_BYTES, false };

static bool is_in_run(enum pw_run run, unsigned char c)
{
	return (c >= '0' && c <= '9') ||
	       (run == PW_RUN_CODE &&
		((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'));
}

/* Beyond the maximum they were counted and not kept. */
static void mark_clauses(const struct pw_clauses *clauses, enum pw_mark mark)
{
	size_t i;

	for (i = 0; clauses->n <= PW_CLAUSES_MAX && i < clauses->n; i++)
		pw_clause_mark(&clauses->items[i], mark);
}

static void mark_part(struct pw_part *part, enum pw_mark mark)
{
	pw_clause_mark(&part->clause, mark);
	mark_clauses(&part->any_of, mark);
}

/* Parts. */

void pw_part_exact(struct pw_part *part, const char *text, size_t len)
{
	int run;
	size_t i;

	memset(part, 0, offsetof(struct pw_part, exact));
	memset(&part->clause, 0, sizeof *part - offsetof(struct pw_part, clause));
	part->is_exact = true;
	pw_strings_set(&part->exact, text, len);
	part->extent = pw_strings_extent(&part->exact);
	part->is_word = true;
	for (i = 0; i < len; i++)
		part->is_word &= text[i] == PW_BOUNDARY || pw_is_word_byte(text[i]);
	for (run = 0; run < PW_N_RUNS; run++) {
		part->is_all[run] = true;
		for (i = 0; i < len; i++)
			if (text[i] != PW_BOUNDARY) {
				part->is_all[run] &= is_in_run((enum pw_run)run,
							       (unsigned char)text[i]);
				part->least[run] = 1;
			}
	}
}

static char lower(int c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Few characters are exact strings. */
static void exact_set(struct pw_part *part, const struct pw_char_set *set)
{
	char few[4], letter;
	size_t n = 0;
	int c;

	for (c = 0; c < 128; c++) {
		letter = lower(c);
		if (!set->has[c] || memchr(few, letter, n))
			continue;
		if (n == sizeof few || c == PW_BOUNDARY)
			return;
		few[n++] = letter;
	}
	for (part->exact.n = 0; part->exact.n < n; part->exact.n++) {
		part->exact.items[part->exact.n].len = 1;
		part->exact.items[part->exact.n].text[0] = few[part->exact.n];
	}
	part->is_exact = n > 0;
}

void pw_part_set(struct pw_part *part, const struct pw_char_set *set)
{
	int c, run;

	pw_part_exact(part, "", 0);
	part->is_exact = false;
	part->extent.bytes = CHAR_BYTES;
	part->extent.has_line_end = set->has['\n'];
	part->is_gap = true;
	part->is_word = !set->has_others;
	for (c = 0; c < 128; c++) {
		part->is_gap &= !set->has[c] || !pw_is_word_char(lower(c));
		part->is_word &= !set->has[c] || pw_is_word_byte((char)c);
	}
	for (run = 0; run < PW_N_RUNS; run++) {
		part->least[run] = 1;
		part->is_all[run] = !set->has_others;
		for (c = 0; c < 128 && part->is_all[run]; c++)
			if (set->has[c] && !is_in_run((enum pw_run)run, (unsigned char)c))
				part->is_all[run] = false;
	}
	if (!set->has_others)
		exact_set(part, set);
}

void pw_part_optional(struct pw_part *part, bool is_question)
{
	struct pw_strings empty = { .n = 0 };

	pw_strings_set(&empty, "", 0);
	memset(&part->clause, 0, sizeof part->clause);
	part->any_of.n = 0;
	memset(part->least, 0, sizeof part->least);
	part->is_gap = false;
	part->is_exact =
		is_question && part->is_exact && pw_strings_or(&part->exact, &empty);
}

void pw_part_settle(struct pw_arena *arena, struct pw_part *part)
{
	if (!part->is_exact)
		return;
	part->clause.n_needs = 0;
	pw_clause_add_strings(arena, &part->clause, &part->exact, no_extent, false);
}

static struct pw_extent repeated(struct pw_extent one, unsigned most, bool is_word)
{
	if (pw_extent_is_nothing(one))
		return one;
	if (most && one.more == PW_REACH_BYTES && most <= REPEAT_MAX / one.bytes)
		one.bytes *= most;
	else
		one = (struct pw_extent){ 0, is_word ? PW_REACH_WORD : PW_REACH_LINE,
					  one.has_line_end };
	return one;
}

void pw_part_repeat(struct pw_arena *arena, struct pw_part *part, unsigned least,
		    unsigned most)
{
	int run;

	pw_part_settle(arena, part);
	part->is_exact = false;
	mark_part(part, PW_MARK_NOT_AT_END); /* the last copy's only */
	part->any_of.n = 0;
	part->extent = repeated(part->extent, most, part->is_word);
	for (run = 0; run < PW_N_RUNS; run++) {
		least = least < RUN_MAX ? least : RUN_MAX;
		part->least[run] *= least;
		if (part->least[run] > RUN_MAX)
			part->least[run] = RUN_MAX;
		if (part->is_all[run])
			part->clause.runs[run] = part->least[run];
	}
	if (least == 0)
		pw_part_optional(part, false);
}

/* Sequences. */

void pw_sequence_init(struct pw_sequence *sequence, struct pw_arena *arena,
		      struct pw_part *whole)
{
	sequence->arena = arena;
	sequence->whole = whole;
	sequence->is_after_boundary = false;
	sequence->n_wide = 0;
	memset(sequence->open, 0, sizeof sequence->open);
	pw_strings_set(&sequence->run, "", 0);
	sequence->run_extent = no_extent;
	pw_part_exact(whole, "", 0);
}

/* The exact run ends here: it becomes a need. */
static void flush(struct pw_sequence *sequence)
{
	struct pw_part *whole = sequence->whole;

	if (pw_strings_have_boundary(&sequence->run, false))
		mark_part(whole, PW_MARK_WORD_END);
	if (!pw_extent_is_nothing(sequence->run_extent)) {
		mark_part(whole, PW_MARK_NOT_AT_END);
		pw_clause_add_strings(sequence->arena, &whole->clause, &sequence->run,
				      whole->extent, sequence->is_after_boundary);
		sequence->is_after_boundary = false;
	}
	if (pw_strings_have_boundary(&sequence->run, true))
		sequence->is_after_boundary = true;
	whole->extent = pw_extents_add(whole->extent, sequence->run_extent);
	pw_strings_set(&sequence->run, "", 0);
	sequence->run_extent = no_extent;
	whole->is_exact = false;
}

static void end_runs(struct pw_sequence *sequence, int run)
{
	unsigned *best = &sequence->whole->clause.runs[run];

	if (sequence->open[run] > *best)
		*best = sequence->open[run] < RUN_MAX ? sequence->open[run] : RUN_MAX;
	sequence->open[run] = 0;
}

static void add_runs(struct pw_sequence *sequence, const struct pw_part *part)
{
	struct pw_part *whole = sequence->whole;
	int run;

	for (run = 0; run < PW_N_RUNS; run++) {
		whole->least[run] += part->least[run];
		if (whole->least[run] > RUN_MAX)
			whole->least[run] = RUN_MAX;
		if (part->is_all[run]) {
			sequence->open[run] += part->least[run];
			continue;
		}
		whole->is_all[run] = false;
		end_runs(sequence, run);
		if (part->clause.runs[run] > whole->clause.runs[run])
			whole->clause.runs[run] = part->clause.runs[run];
	}
}

/* The alternatives of a group that is all there is. */
static void take_any_of(struct pw_sequence *sequence, const struct pw_part *part)
{
	sequence->whole->any_of.n = 0;
	if (sequence->n_wide != 1)
		return;
	sequence->whole->any_of = part->any_of;
	if (sequence->is_after_boundary)
		mark_clauses(&part->any_of, PW_MARK_WORD_START);
}

static void add_inexact(struct pw_sequence *sequence, const struct pw_part *part)
{
	struct pw_part *whole = sequence->whole;
	struct pw_clause clause;
	size_t i;

	pw_clause_copy(sequence->arena, &clause, &part->clause);
	if (sequence->is_after_boundary)
		pw_clause_mark(&clause, PW_MARK_WORD_START);
	if (!pw_extent_is_nothing(whole->extent))
		pw_clause_mark(&clause, PW_MARK_NOT_AT_START);
	if (part->is_gap)
		mark_part(whole, PW_MARK_WORD_END);
	if (!pw_extent_is_nothing(part->extent)) {
		mark_part(whole, PW_MARK_NOT_AT_END);
		take_any_of(sequence, part);
		sequence->is_after_boundary = part->is_gap;
	}
	for (i = 0; i < clause.n_needs; i++) {
		pw_need_set_reach(
			&clause.needs[i],
			pw_extents_add(whole->extent, pw_need_extent(&clause.needs[i])));
		pw_clause_add(&whole->clause, clause.needs[i]);
	}
	whole->extent = pw_extents_add(whole->extent, part->extent);
}

void pw_sequence_add(struct pw_sequence *sequence, const struct pw_part *part)
{
	struct pw_strings *run = &sequence->run;

	add_runs(sequence, part);
	sequence->whole->is_word &= part->is_word;
	sequence->n_wide += !pw_extent_is_nothing(part->extent);
	if (sequence->n_wide > 1)
		sequence->whole->any_of.n = 0;
	if (part->is_exact && pw_strings_cross(run, &part->exact)) {
		sequence->run_extent = pw_extents_add(sequence->run_extent, part->extent);
		return;
	}
	flush(sequence);
	if (part->is_exact) {
		*run = part->exact;
		sequence->run_extent = part->extent;
	} else {
		add_inexact(sequence, part);
	}
}

void pw_sequence_end(struct pw_sequence *sequence)
{
	struct pw_part *whole = sequence->whole;
	const bool was_exact = whole->is_exact;
	int run;

	if (was_exact) {
		whole->exact = sequence->run;
		whole->extent = sequence->run_extent;
	} else {
		flush(sequence);
	}
	for (run = 0; run < PW_N_RUNS; run++)
		end_runs(sequence, run);
}

/* Alternatives. */

/* Alternatives. */

static void or_any_of(struct pw_arena *arena, struct pw_part *whole,
		      const struct pw_part *branch)
{
	const struct pw_clause *from =
		branch->any_of.n ? branch->any_of.items : &branch->clause;
	size_t n = branch->any_of.n ? branch->any_of.n : 1, i;

	if (!whole->any_of.items)
		whole->any_of.items = pw_arena_alloc(arena, PW_CLAUSES_MAX,
						     sizeof *whole->any_of.items);
	for (i = 0; whole->any_of.items && i < n; i++, whole->any_of.n++)
		if (whole->any_of.n < PW_CLAUSES_MAX)
			pw_clause_copy(arena, &whole->any_of.items[whole->any_of.n],
				       &from[i]);
}

void pw_part_or(struct pw_arena *arena, struct pw_part *whole,
		const struct pw_part *branch, bool is_first)
{
	int run;

	if (is_first) {
		*whole = *branch;
		memset(&whole->any_of, 0, sizeof whole->any_of);
		or_any_of(arena, whole, branch);
		return;
	}
	or_any_of(arena, whole, branch);
	pw_clause_or(arena, &whole->clause, &branch->clause);
	whole->is_gap &= branch->is_gap;
	whole->is_word &= branch->is_word;
	whole->extent = pw_extents_larger(whole->extent, branch->extent);
	whole->is_exact = whole->is_exact && branch->is_exact &&
			  pw_strings_or(&whole->exact, &branch->exact);
	for (run = 0; run < PW_N_RUNS; run++) {
		whole->is_all[run] &= branch->is_all[run];
		if (branch->least[run] < whole->least[run])
			whole->least[run] = branch->least[run];
	}
}
