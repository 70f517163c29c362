/* SPDX-License-Identifier: Apache-2.0 */
/* eval_print.c - an evaluation for people. */
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"
#include "agent/commands/eval_score.h"

#define RULES_SHOWN 25
#define NAMES_SHOWN 12

static double number_at(const json_t *report, const char *group, const char *key)
{
	const json_t *at = group ? json_object_get(report, group) : report;

	return json_number_value(json_object_get(at, key));
}

static void print_confusion(FILE *out, const struct pw_eval_score *score)
{
	static const char *const titles[] = { "LABEL \\ SAID", "alert", "review",
					      "ignore" };
	static const char *const names[] = { "alert", "review", "ignore" };
	struct pw_table *table = pw_table_new(4, titles);
	int i, k;

	for (i = 0; i < 3; i++) {
		pw_table_cell(table, PW_BOLD, "%s", names[i]);
		for (k = 0; k < 3; k++)
			pw_table_cell(table,
				      !score->confusion[i][k] ? PW_DIM
				      : i == k                ? PW_GREEN
							      : PW_RED,
				      "%zu", score->confusion[i][k]);
	}
	pw_table_print(table, out);
	pw_table_free(table);
}

static void print_numbers(FILE *out, const json_t *json)
{
	const json_t *fields = json_object_get(json, "fields"), *value;
	const char *key;

	fprintf(out, "\nverdict               %.3f\n", number_at(json, NULL, "verdict"));
	fprintf(out, "alert                 precision %.3f  recall %.3f\n",
		number_at(json, "alert", "precision"),
		number_at(json, "alert", "recall"));
	fprintf(out, "alert and review      precision %.3f  recall %.3f\n",
		number_at(json, "solicitation", "precision"),
		number_at(json, "solicitation", "recall"));
	json_object_foreach((json_t *)(uintptr_t)fields, key, value)
		fprintf(out, "  %-19s %.3f\n", key, json_number_value(value));
}

static void put_names(FILE *out, const json_t *names, size_t max)
{
	const json_t *name;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)names, i, name)
	{
		PW_CLEANUP(pw_freep) char *safe = pw_cli_escape(json_string_value(name));
		bool is_signal = pw_starts_with(safe, "signals.");

		if (i < max)
			fprintf(out, "%s %s", i ? "," : "",
				is_signal ? safe + strlen("signals.") : safe);
	}
	if (i > max)
		fprintf(out, " and %zu more", i - max);
	fputc('\n', out);
}

static void print_rules(FILE *out, const struct pw_eval_score *score, const json_t *json)
{
	static const char *const titles[] = { "RULE",   "WHERE",  "SOLICITATIONS",
					      "OTHERS", "UNIQUE", "US" };
	struct pw_table *table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	const json_t *dead = json_object_get(json, "dead");
	bool *shown = pw_alloc(score->n_rules + 1, sizeof *shown);
	size_t n, i, best;

	for (n = 0; n < RULES_SHOWN; n++) {
		best = score->n_rules;
		for (i = 0; i < score->n_rules; i++)
			if (!shown[i] &&
			    score->rules[i].solicitations + score->rules[i].others > 0 &&
			    (best == score->n_rules ||
			     score->rules[i].solicitations >
				     score->rules[best].solicitations))
				best = i;
		if (best == score->n_rules)
			break;
		shown[best] = true;
		pw_table_cell(table, PW_PLAIN, "%s", score->rules[best].rule);
		pw_table_cell(table, PW_DIM, "%s", score->rules[best].at);
		pw_table_cell(table, PW_GREEN, "%zu", score->rules[best].solicitations);
		pw_table_cell(table, PW_RED, "%zu", score->rules[best].others);
		pw_table_cell(table, PW_PLAIN, "%zu", score->rules[best].unique);
		pw_table_cell(table, PW_DIM, "%.1f", score->rules[best].micros);
	}
	fprintf(out, "\nrules by solicitations they hit (--json has all %zu):\n",
		score->n_rules);
	pw_table_print(table, out);
	pw_table_free(table);
	free(shown);
	if (json_array_size(dead)) {
		fprintf(out,
			"\n%zu rules never hit (--json has all):", json_array_size(dead));
		put_names(out, dead, NAMES_SHOWN);
	}
}

static void print_misses(FILE *out, const json_t *json)
{
	const json_t *misses = json_object_get(json, "misses"), *miss, *pair;
	const char *field;
	size_t i;

	fprintf(out, "\n%zu mail%s with something wrong\n", json_array_size(misses),
		json_array_size(misses) == 1 ? "" : "s");
	json_array_foreach((json_t *)(uintptr_t)misses, i, miss)
	{
		PW_CLEANUP(pw_freep)
		char *file =
			pw_cli_escape(json_string_value(json_object_get(miss, "file")));
		PW_CLEANUP(pw_freep)
		char *why =
			pw_cli_escape(json_string_value(json_object_get(miss, "why")));

		fprintf(out, "%s%s%s  %s\n", pw_colour(out, PW_BOLD), file,
			pw_colour_end(out), why);
		json_object_foreach(json_object_get(miss, "wrong"), field, pair)
		{
			char *want = json_dumps(json_array_get(pair, 0), JSON_ENCODE_ANY);
			char *got = json_dumps(json_array_get(pair, 1), JSON_ENCODE_ANY);
			PW_CLEANUP(pw_freep)
			char *safe_want = pw_cli_escape(want ? want : "null");
			PW_CLEANUP(pw_freep)
			char *safe_got = pw_cli_escape(got ? got : "null");

			fprintf(out, "  %s: want %s, got %s\n", field, safe_want,
				safe_got);
			free(want);
			free(got);
		}
	}
}

static void print_unlabelled(FILE *out, const json_t *names)
{
	size_t n = json_array_size(names);

	if (!n)
		return;
	fprintf(out, "\n%zu mail%s without a label:", n, n == 1 ? "" : "s");
	put_names(out, names, NAMES_SHOWN);
}

void pw_eval_print(FILE *out, const struct pw_eval_score *score, const json_t *json)
{
	fprintf(out, "%zu labelled mails in %.2f s\n\n", score->n, score->seconds);
	print_confusion(out, score);
	print_numbers(out, json);
	print_rules(out, score, json);
	print_misses(out, json);
	print_unlabelled(out, json_object_get(json, "unlabelled"));
	pw_eval_print_baseline(out, json_object_get(json, "baseline"));
}
