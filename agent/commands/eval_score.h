/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_score.h - predictions against labels: numbers, rules, misses.
 */
#ifndef PW_COMMANDS_EVAL_SCORE_H
#define PW_COMMANDS_EVAL_SCORE_H

#include <stdio.h>

#include "agent/commands/predict.h"

#define PW_EVAL_FIELDS 12

/* What one rule did over the set. */
struct pw_rule_score {
	const char *rule, *at;
	size_t solicitations; /* labelled alert or review that it hit */
	size_t others;        /* labelled ignore */
	size_t unique;        /* solicitations that are found only with its points */
	double micros;        /* time of its regex over all samples, per message */
};

struct pw_eval_score {
	const struct pw_predictions *predictions;
	size_t confusion[3][3];        /* label, prediction: alert, review, ignore */
	size_t n, n_fields;            /* mails with a label; of them alert or review */
	size_t n_wrong;                /* verdicts */
	size_t fields[PW_EVAL_FIELDS]; /* right */
	struct pw_rule_score *rules;   /* every signal, in the order defined */
	size_t n_rules;
	double seconds;
};

/* Borrows all that is given. */
struct pw_eval_score *pw_eval_score_new(const struct pw_predictions *predictions,
					const struct pw_ruleset *ruleset, double seconds);
void pw_eval_score_free(struct pw_eval_score *score);

/* Owned by the caller. */
json_t *pw_eval_to_json(const struct pw_eval_score *score);
/* What changed since an earlier pw_eval_to_json(); owned by the caller. */
json_t *pw_eval_compare(const json_t *now, const json_t *old);
void pw_eval_print_baseline(FILE *out, const json_t *changes); /* NULL allowed */
void pw_eval_print(FILE *out, const struct pw_eval_score *score, const json_t *json);

#endif
