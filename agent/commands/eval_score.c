/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/eval_score.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "agent/base/str.h"
#include "agent/commands/jsonout.h"
#include "rules/engine/rules.h"

#define PROBE_ROUNDS 20

static const char *const verdicts[3] = { "alert", "review", "ignore" };
static const char *const fields[PW_EVAL_FIELDS] = {
	"rival",         "solicitor_email",  "solicitor_name",
	"original_date", "original_subject", "forwarder",
	"customer",      "vendor",           "contracts",
	"timing",        "stated_expiry",    "claims",
};

static int verdict_index(const char *verdict)
{
	int i;

	for (i = 0; i < 2; i++)
		if (strcmp(verdicts[i], verdict) == 0)
			return i;
	return 2;
}

static bool is_empty(const json_t *value)
{
	return !value || json_is_null(value) ||
	       (json_is_string(value) && !*json_string_value(value)) ||
	       (json_is_array(value) && json_array_size(value) == 0);
}

static bool holds(const json_t *list, const json_t *item)
{
	const json_t *other;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i,
			   other) if (json_equal(other, item)) return true;
	return false;
}

/* Equal without regard to case, blanks at the ends and order of lists. */
static bool is_same(const json_t *a, const json_t *b)
{
	const json_t *item;
	size_t i;

	if (is_empty(a) || is_empty(b))
		return is_empty(a) && is_empty(b);
	if (json_is_array(a) && json_is_array(b)) {
		json_array_foreach((json_t *)(uintptr_t)a, i,
				   item) if (!holds(b, item)) return false;
		return json_array_size(a) == json_array_size(b);
	}
	if (json_is_string(a) && json_is_string(b))
		return strcasecmp(json_string_value(a), json_string_value(b)) == 0;
	return json_equal(a, b);
}

static bool is_right(const json_t *label, const json_t *json, const char *field)
{
	const json_t *also = json_object_get(json_object_get(label, "also"), field),
		     *item;
	const json_t *got = json_object_get(json, field);
	size_t i;

	if (!json_object_get(label, field)) /* not said */
		return true;
	if (is_same(json_object_get(label, field), got))
		return true;
	json_array_foreach((json_t *)(uintptr_t)also, i,
			   item) if (is_same(item, got)) return true;
	return false;
}

static void score_fields(struct pw_eval_score *score, const struct pw_prediction *one)
{
	bool is_told = strcmp(pw_verdict_of(one->json), "ignore") != 0;
	size_t i;

	score->n_fields++;
	for (i = 0; i < PW_EVAL_FIELDS; i++)
		score->fields[i] += is_told && is_right(one->label, one->json, fields[i]);
}

static struct pw_rule_score *find_rule(struct pw_eval_score *score, const char *rule)
{
	size_t i;

	for (i = 0; rule && i < score->n_rules; i++)
		if (strcmp(score->rules[i].rule, rule) == 0)
			return &score->rules[i];
	return NULL;
}

static void score_rules(struct pw_eval_score *score, const struct pw_prediction *one)
{
	bool is_solicitation = strcmp(pw_verdict_of(one->label), "ignore") != 0;
	bool is_found = strcmp(pw_verdict_of(one->json), "ignore") != 0;
	double margin =
		pw_why_number(one->json, "score") - pw_why_number(one->json, "threshold");
	json_t *rules = json_object_get(json_object_get(one->json, "why"), "rules"), *hit;
	size_t i;

	json_array_foreach(rules, i, hit)
	{
		const char *name = json_string_value(json_object_get(hit, "rule"));
		double points = json_number_value(json_object_get(hit, "points"));
		struct pw_rule_score *rule = find_rule(score, name);

		if (!rule)
			continue;
		rule->solicitations += is_solicitation;
		rule->others += !is_solicitation;
		rule->unique += is_solicitation && is_found && points > margin;
	}
}

/* A regex's own time: over the samples of all rules, as they stand in for
   the words of letters. */
static void time_rules(struct pw_eval_score *score, const struct pw_ruleset *ruleset)
{
	struct pw_search *search = pw_search_new();
	struct timespec start, end;
	struct pw_buf text;
	struct pw_span span;
	size_t i, k, round;

	pw_buf_init(&text, (size_t)64 << 10);
	for (i = 0; i < ruleset->n_signals; i++)
		for (k = 0; k < ruleset->signals[i].samples.n; k++)
			pw_buf_addf(&text, "%s\n",
				    ruleset->signals[i].samples.items[k].text);
	for (i = 0; i < ruleset->n_signals; i++) {
		if (ruleset->signals[i].pattern < 0)
			continue;
		clock_gettime(CLOCK_MONOTONIC, &start);
		for (round = 0; round < PROBE_ROUNDS; round++)
			(void)pw_pattern_find(
				ruleset->patterns[ruleset->signals[i].pattern], search,
				text.data, pw_utf8_cut(text.data, text.len, 4096), 0,
				&span, NULL);
		clock_gettime(CLOCK_MONOTONIC, &end);
		score->rules[i].micros = ((double)(end.tv_sec - start.tv_sec) * 1e6 +
					  (double)(end.tv_nsec - start.tv_nsec) / 1e3) /
					 PROBE_ROUNDS;
	}
	pw_buf_done(&text);
	pw_search_free(search);
}

struct pw_eval_score *pw_eval_score_new(const struct pw_predictions *predictions,
					const struct pw_ruleset *ruleset, double seconds)
{
	struct pw_eval_score *score = pw_alloc(1, sizeof *score);
	size_t i;
	int want, got;

	score->predictions = predictions;
	score->seconds = seconds;
	score->n_rules = ruleset->n_signals;
	score->rules = pw_alloc(score->n_rules + 1, sizeof *score->rules);
	for (i = 0; i < score->n_rules; i++) {
		score->rules[i].rule = ruleset->signals[i].rule;
		score->rules[i].at = ruleset->signals[i].origin.text;
	}
	for (i = 0; i < predictions->n; i++) {
		const struct pw_prediction *one = &predictions->items[i];

		if (!one->label)
			continue;
		want = verdict_index(pw_verdict_of(one->label));
		got = verdict_index(pw_verdict_of(one->json));
		score->n++;
		score->confusion[want][got]++;
		score->n_wrong += want != got;
		if (want != 2)
			score_fields(score, one);
		score_rules(score, one);
	}
	time_rules(score, ruleset);
	return score;
}

void pw_eval_score_free(struct pw_eval_score *score)
{
	if (!score)
		return;
	free(score->rules);
	free(score);
}

static json_t *ratio(size_t a, size_t b)
{
	return b ? json_real((double)a / (double)b) : json_null();
}

/* Precision and recall of the first n verdicts taken together. */
static json_t *precision_recall(const struct pw_eval_score *score, int n)
{
	size_t right = 0, said = 0, are = 0;
	int i, k;

	for (i = 0; i < 3; i++)
		for (k = 0; k < 3; k++) {
			right += i < n && k < n ? score->confusion[i][k] : 0;
			said += k < n ? score->confusion[i][k] : 0;
			are += i < n ? score->confusion[i][k] : 0;
		}
	return json_pack("{s:o, s:o}", "precision", ratio(right, said), "recall",
			 ratio(right, are));
}

static json_t *confusion_json(const struct pw_eval_score *score)
{
	json_t *rows = json_object();
	int i;

	for (i = 0; i < 3; i++)
		json_object_set_new(
			rows, verdicts[i],
			json_pack("{s:I, s:I, s:I}", "alert",
				  (json_int_t)score->confusion[i][0], "review",
				  (json_int_t)score->confusion[i][1], "ignore",
				  (json_int_t)score->confusion[i][2]));
	return rows;
}

static json_t *rules_json(const struct pw_eval_score *score, json_t *dead)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < score->n_rules; i++) {
		const struct pw_rule_score *rule = &score->rules[i];

		if (!rule->solicitations && !rule->others)
			json_array_append_new(dead, json_string(rule->rule));
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:I, s:f}",
						      "rule", rule->rule, "at", rule->at,
						      "solicitations",
						      (json_int_t)rule->solicitations,
						      "others", (json_int_t)rule->others,
						      "unique", (json_int_t)rule->unique,
						      "micros", rule->micros));
	}
	return list;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static json_t *miss_json(const struct pw_prediction *one)
{
	json_t *wrong = json_object();
	bool is_told = strcmp(pw_verdict_of(one->json), "ignore") != 0;
	size_t i;

	if (strcmp(pw_verdict_of(one->label), pw_verdict_of(one->json)) != 0)
		json_object_set_new(wrong, "verdict",
				    json_pack("[s, s]", pw_verdict_of(one->label),
					      pw_verdict_of(one->json)));
	for (i = 0; i < PW_EVAL_FIELDS; i++)
		if (is_told && strcmp(pw_verdict_of(one->label), "ignore") != 0 &&
		    !is_right(one->label, one->json, fields[i])) {
			json_t *pair = json_array();

			json_array_append(pair, json_object_get(one->label, fields[i]));
			json_array_append(pair, json_object_get(one->json, fields[i]));
			json_object_set_new(wrong, fields[i], pair);
		}
	if (json_object_size(wrong) == 0) {
		json_decref(wrong);
		return NULL;
	}
	return json_pack("{s:o, s:o, s:o}", "file", pw_json_text(base_name(one->file)),
			 "why", pw_json_text(pw_why_text(one->json, "detection")),
			 "wrong", wrong);
}

json_t *pw_eval_to_json(const struct pw_eval_score *score)
{
	json_t *misses = json_array(), *dead = json_array(), *accuracy = json_object();
	json_t *files = json_array(), *unlabelled = json_array(), *miss;
	size_t i;

	for (i = 0; i < PW_EVAL_FIELDS; i++)
		json_object_set_new(accuracy, fields[i],
				    ratio(score->fields[i], score->n_fields));
	for (i = 0; i < score->predictions->n; i++) {
		const struct pw_prediction *one = &score->predictions->items[i];

		json_array_append_new(one->label ? files : unlabelled,
				      pw_json_text(base_name(one->file)));
		miss = one->label ? miss_json(one) : NULL;
		if (miss)
			json_array_append_new(misses, miss);
	}
	return json_pack("{s:I, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "mails", (json_int_t)score->n, "seconds", score->seconds,
			 "confusion", confusion_json(score), "verdict",
			 ratio(score->n - score->n_wrong, score->n), "alert",
			 precision_recall(score, 1), "solicitation",
			 precision_recall(score, 2), "fields", accuracy, "rules",
			 rules_json(score, dead), "dead", dead, "misses", misses, "files",
			 files, "unlabelled", unlabelled);
}
