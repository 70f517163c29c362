/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/verdict_diff.h"

#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"
#include "agent/commands/jsonout.h"
#include "agent/commands/verdict_causes.h"

#define RULES_COUNTED 500
#define RULES_SHOWN   10

struct pw_rule_count {
	char *rule;
	size_t n;
};

void pw_verdict_diff_done(struct pw_verdict_diff *diff)
{
	size_t i;

	for (i = 0; i < diff->n_rules; i++)
		free(diff->rules[i].rule);
	free(diff->rules);
}

static void count_rule(struct pw_verdict_diff *diff, const char *rule)
{
	size_t i;

	for (i = 0; i < diff->n_rules && strcmp(diff->rules[i].rule, rule) != 0; i++)
		;
	if (i == RULES_COUNTED)
		return;
	if (i == diff->n_rules) {
		diff->rules = pw_realloc(diff->rules, i + 1, sizeof *diff->rules);
		diff->rules[diff->n_rules++] =
			(struct pw_rule_count){ pw_strdup(rule), 0 };
	}
	diff->rules[i].n++;
}

static const char *rival_of(const struct pw_verdict_side *side)
{
	const char *rival = side->finding && side->finding->is_solicitation
				    ? side->finding->solicitor.rival
				    : NULL;

	return rival ? rival : "";
}

/* NULL: nothing. */
static const char *change_of(struct pw_verdict_diff *diff,
			     const struct pw_verdict_side *before,
			     const struct pw_verdict_side *after)
{
	if (before->verdict == after->verdict) {
		if (after->verdict == PW_VERDICT_IGNORE || !before->finding ||
		    !after->finding || strcmp(rival_of(before), rival_of(after)) == 0)
			return NULL;
		diff->n_renamed++;
		return "solicitor";
	}
	if (before->verdict == PW_VERDICT_IGNORE) {
		diff->n_gained++;
		return "gained";
	}
	if (after->verdict == PW_VERDICT_IGNORE) {
		diff->n_lost++;
		return "lost";
	}
	diff->n_changed++;
	return "changed";
}

static json_t *side_json(const struct pw_verdict_side *side)
{
	json_t *json = json_object();

	json_object_set_new(json, "verdict", json_string(pw_verdict_name(side->verdict)));
	json_object_set_new(json, "rival",
			    *rival_of(side) ? pw_json_text(rival_of(side)) : json_null());
	json_object_set_new(
		json, "decided",
		pw_json_text(side->finding ? side->finding->decided_by : NULL));
	json_object_set_new(json, "why", pw_json_text(side->why));
	return json;
}

static void put(FILE *out, enum pw_colour colour, const char *text)
{
	PW_CLEANUP(pw_freep) char *safe = pw_cli_escape(text ? text : "-");

	fprintf(out, "%s%s%s", pw_colour(out, colour), safe,
		colour == PW_PLAIN ? "" : pw_colour_end(out));
}

static void print_cause(FILE *out, const json_t *cause)
{
	const char *effect = json_string_value(json_object_get(cause, "effect"));
	const char *rule = json_string_value(json_object_get(cause, "rule"));
	const char *at = json_string_value(json_object_get(cause, "at"));
	const char *text = json_string_value(json_object_get(cause, "text"));
	const json_t *points = json_object_get(cause, "points");
	double then = json_number_value(json_array_get(points, 0));
	double now = json_number_value(json_array_get(points, 1));
	bool is_gone = pw_streq(effect, "gone");

	fputs("    ", out);
	put(out, is_gone ? PW_RED : PW_GREEN,
	    pw_streq(effect, "added") ? "+ "
	    : is_gone                 ? "- "
				      : "* ");
	put(out, PW_BOLD, rule ? rule : "sender");
	if (at) {
		fputc(' ', out);
		put(out, PW_DIM, at);
	}
	if (text) {
		fputs(": ", out);
		put(out, PW_PLAIN, text);
	}
	if (then != 0 && now != 0)
		fprintf(out, " (%+g, was %+g)", now, then);
	else if (then != 0 || now != 0)
		fprintf(out, " (%s%+g)", now != 0 ? "" : "was ", now != 0 ? now : then);
	fputc('\n', out);
}

static void print_side(FILE *out, const char *label, const struct pw_verdict_side *side)
{
	const char *decided = side->finding ? side->finding->decided_by : NULL;

	fprintf(out, "    %s: ", label);
	put(out, PW_PLAIN, decided ? decided : side->why);
	if (decided && side->why && !pw_streq(decided, side->why)) {
		fputs("; ", out);
		put(out, PW_PLAIN, side->why);
	}
	fputc('\n', out);
}

static void print_verdict(FILE *out, const struct pw_verdict_side *side)
{
	fputs(pw_verdict_name(side->verdict), out);
	if (*rival_of(side)) {
		fputs(" (", out);
		put(out, PW_PLAIN, rival_of(side));
		fputc(')', out);
	}
}

static void print_change(const struct pw_verdict_diff *diff, const json_t *change,
			 const struct pw_verdict_side *before,
			 const struct pw_verdict_side *after)
{
	FILE *out = diff->out;
	const json_t *causes = json_object_get(change, "causes"), *cause;
	const char *about = json_string_value(json_object_get(change, "subject"));
	size_t i;

	put(out, PW_BOLD, json_string_value(json_object_get(change, "message")));
	fputs(": ", out);
	put(out, after->verdict == PW_VERDICT_IGNORE ? PW_YELLOW : PW_CYAN,
	    json_string_value(json_object_get(change, "change")));
	fputs(": ", out);
	print_verdict(out, before);
	fputs(" -> ", out);
	print_verdict(out, after);
	if (about && *about) {
		fputs("  \"", out);
		put(out, PW_PLAIN, about);
		fputc('"', out);
	}
	fputc('\n', out);
	json_array_foreach((json_t *)(uintptr_t)causes, i, cause) print_cause(out, cause);
	print_side(out, "before", before);
	print_side(out, "now", after);
}

void pw_verdict_diff_add(struct pw_verdict_diff *diff, const char *name,
			 const char *about, const struct pw_verdict_side *before,
			 const struct pw_verdict_side *after)
{
	const char *kind = change_of(diff, before, after), *rule;
	json_t *change, *causes, *cause;
	size_t i;

	diff->n++;
	if (!kind)
		return;
	causes = pw_verdict_causes(before->finding, after->finding);
	json_array_foreach(causes, i, cause)
	{
		rule = json_string_value(json_object_get(cause, "rule"));
		if (rule)
			count_rule(diff, rule);
	}
	change = json_object();
	json_object_set_new(change, "message", pw_json_text(name));
	json_object_set_new(change, "subject", pw_json_text(about));
	json_object_set_new(change, "change", json_string(kind));
	json_object_set_new(change, "before", side_json(before));
	json_object_set_new(change, "now", side_json(after));
	json_object_set_new(change, "causes", causes);
	if (diff->is_json) {
		pw_json_line(diff->out, change);
		return;
	}
	print_change(diff, change, before, after);
	json_decref(change);
}

size_t pw_verdict_diff_total(const struct pw_verdict_diff *diff)
{
	return diff->n_gained + diff->n_lost + diff->n_changed + diff->n_renamed;
}

static int by_count(const void *a, const void *b)
{
	const struct pw_rule_count *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n ? 1 : -1) : strcmp(x->rule, y->rule);
}

void pw_verdict_diff_summary(const struct pw_verdict_diff *diff)
{
	size_t n = pw_verdict_diff_total(diff), i;

	fprintf(diff->out, "%zu message%s compared, %zu decided differently", diff->n,
		diff->n == 1 ? "" : "s", n);
	if (n)
		fprintf(diff->out,
			": %zu gained, %zu lost, %zu changed, %zu by another "
			"solicitor",
			diff->n_gained, diff->n_lost, diff->n_changed, diff->n_renamed);
	fputc('\n', diff->out);
	if (!diff->n_rules)
		return;
	qsort(diff->rules, diff->n_rules, sizeof *diff->rules, by_count);
	fputs("rules behind it:", diff->out);
	for (i = 0; i < diff->n_rules && i < RULES_SHOWN; i++)
		fprintf(diff->out, "%s %s %zu", i ? "," : "", diff->rules[i].rule,
			diff->rules[i].n);
	if (i < diff->n_rules)
		fprintf(diff->out, " and %zu more", diff->n_rules - i);
	fputc('\n', diff->out);
}
