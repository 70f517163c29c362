/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict_diff.h - one message judged twice: what became of the verdict, and
 * which rules made it.
 *
 * Prints each difference as it is found, for people or as one JSON object a
 * line, and keeps only counts.
 */
#ifndef PW_COMMANDS_VERDICT_DIFF_H
#define PW_COMMANDS_VERDICT_DIFF_H

#include <stdbool.h>
#include <stdio.h>

#include "rules/match/judge.h"

/* One of the two judgements; all borrowed. */
struct pw_verdict_side {
	enum pw_verdict verdict;
	const struct pw_finding *finding; /* NULL: not known */
	const char *why;                  /* the judgement in a line; NULL allowed */
};

struct pw_rule_count;

struct pw_verdict_diff {
	FILE *out;
	bool is_json;
	size_t n; /* compared */
	/* ignore -> told; told -> ignore; alert <-> review; the same verdict, but
	   another solicitor */
	size_t n_gained, n_lost, n_changed, n_renamed;

	struct pw_rule_count *rules; /* private: how often each was a cause */
	size_t n_rules;
};

void pw_verdict_diff_done(struct pw_verdict_diff *diff);

/* Count, and print where the two differ.  name is ours ("message 12", a
   path), about a stranger's subject (NULL allowed). */
void pw_verdict_diff_add(struct pw_verdict_diff *diff, const char *name,
			 const char *about, const struct pw_verdict_side *before,
			 const struct pw_verdict_side *after);
/* How many differ. */
size_t pw_verdict_diff_total(const struct pw_verdict_diff *diff);
/* The sums, and the rules that were causes, most frequent first. */
void pw_verdict_diff_summary(const struct pw_verdict_diff *diff);

#endif
