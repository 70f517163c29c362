/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_suggest.c - `poachwatch rules suggest`: the narrowest rule that mends a
 * mail that was decided wrongly, and what it would cost.
 *
 * Candidates are tried, not reasoned about: each is written to a rule file of
 * its own, put over the present rules, and judged over the labelled mails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/labels.h"
#include "agent/commands/rules.h"
#include "agent/feedback/feedback.h"

#define MAX_TRIES 12

struct suggest {
	struct pw_offline_options options;
	struct pw_strings folders; /* labelled sets */
};

/* A rule that might mend a mail. */
struct candidate {
	char *yaml; /* as to paste, without the version line */
};

static const char *text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

/* A word fit for the name of a rule. */
static void make_name(char *out, size_t max, const char *from)
{
	size_t n = 0;

	for (; *from && n + 1 < max; from++)
		if ((*from >= 'a' && *from <= 'z') || (*from >= '0' && *from <= '9'))
			out[n++] = *from;
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

static void add_escaped_regex(struct pw_buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\^$.|?*+()[]{}", *text))
			pw_buf_addc(out, '\\');
		pw_buf_addc(out, *text);
		if (*text == '\'')
			pw_buf_addc(out, '\'');
	}
}

/* Exclusions for a mail that is no solicitation: the sender with his subject,
   the sender alone, from narrow to wide. */
static size_t exclusions_for(const json_t *json, struct candidate *out)
{
	const char *from = text_of(json, "solicitor_email");
	const char *subject = text_of(json, "original_subject");
	char name[60] = "";
	struct pw_buf yaml;
	size_t n = 0;
	int i;

	if (!from && !subject)
		return 0;
	make_name(name, sizeof name, from ? from : "subject");
	for (i = 0; i < 2; i++) {
		if (i == 0 && (!subject || !*subject))
			continue;
		if (i == 1 && !from)
			continue;
		pw_buf_init(&yaml, 8000);
		pw_buf_addf(&yaml, "exclusions:\n  not-%s:\n", *name ? name : "this");
		if (from)
			pw_buf_addf(&yaml, "    from: [%s]\n", from);
		if (i == 0) {
			pw_buf_adds(&yaml, "    subject: '^");
			add_escaped_regex(&yaml, subject);
			pw_buf_adds(&yaml, "'\n");
		}
		pw_buf_adds(&yaml, "    because: Was no solicitation\n");
		out[n++].yaml = pw_buf_take(&yaml);
	}
	return n;
}

/* The rule that brought the most points, weakened. */
static size_t weaker_for(const json_t *json, struct candidate *out)
{
	const json_t *rules = json_object_get(json_object_get(json, "why"), "rules"),
		     *hit;
	double margin = pw_why_number(json, "score") - pw_why_number(json, "threshold");
	size_t i, n = 0;

	json_array_foreach((json_t *)(uintptr_t)rules, i, hit)
	{
		const char *rule = text_of(hit, "rule");
		double points = json_number_value(json_object_get(hit, "points"));

		if (n < 4 && rule && pw_starts_with(rule, "signals.") && points > margin)
			out[n++].yaml = pw_asprintf("signals:\n  %s: { weight: %g }\n",
						    rule + strlen("signals."),
						    points - margin > points ? 0
						    : points - margin - 0.5 > 0
							    ? points - margin - 0.5
							    : 0);
	}
	return n;
}

/* For a solicitation that was missed: a signal that hit, made heavier. */
static size_t heavier_for(const json_t *json, struct candidate *out)
{
	const json_t *rules = json_object_get(json_object_get(json, "why"), "rules"),
		     *hit;
	double missing = pw_why_number(json, "threshold") - pw_why_number(json, "score");
	size_t i, n = 0;

	json_array_foreach((json_t *)(uintptr_t)rules, i, hit)
	{
		const char *rule = text_of(hit, "rule");
		double points = json_number_value(json_object_get(hit, "points"));

		if (n < MAX_TRIES && rule && points > 0 && missing > 0 &&
		    pw_starts_with(rule, "signals.") &&
		    !pw_streq(text_of(hit, "where"), "fact"))
			out[n++].yaml =
				pw_asprintf("signals:\n  %s: { weight: %g }\n",
					    rule + strlen("signals."), points + missing);
	}
	return n;
}

struct set {
	json_t *labels;
	const char **paths;
	size_t n_paths;
};

/* Put a candidate over the rules and count right verdicts. */
static int try_candidate(const struct pw_globals *globals, const struct suggest *suggest,
			 const char *yaml, const struct set *set, size_t *ret_right,
			 bool *ret_mends, const char *file, struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions predictions = { 0 };
	struct pw_offline_options options = suggest->options;
	char path[] = "/tmp/poachwatch-suggest-XXXXXX.yaml";
	struct pw_offline offline;
	FILE *out;
	size_t i;
	int fd = mkstemps(path, 5), r;

	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out)
		return pw_err_errno(err, PW_EIO, "'%s'", path);
	fprintf(out, "version: 1\n%s", yaml);
	fclose(out);
	options.rules = (struct pw_strings){ 0 };
	for (i = 0; i < suggest->options.rules.n; i++)
		pw_strings_add(&options.rules, suggest->options.rules.items[i]);
	pw_strings_add(&options.rules, path);
	r = pw_offline_open(&offline, globals, &options, err);
	if (r == 0) {
		r = pw_predict(&offline, set->paths, set->n_paths, &predictions, err);
		pw_offline_close(&offline);
	}
	pw_strings_done(&options.rules);
	remove(path);
	if (r == 0)
		r = pw_labels_join(&predictions, 0, set->labels,
				   suggest->folders.items[0], err);
	for (*ret_right = 0, i = 0; i < predictions.n; i++) {
		const struct pw_prediction *one = &predictions.items[i];
		bool is_right = one->label && pw_streq(pw_verdict_of(one->label),
						       pw_verdict_of(one->json));

		*ret_right += is_right;
		if (pw_streq(one->file, file))
			*ret_mends = is_right;
	}
	return r;
}

static size_t count_right(const struct pw_predictions *predictions)
{
	size_t n = 0, i;

	for (i = 0; i < predictions->n; i++)
		n += predictions->items[i].label &&
		     pw_streq(pw_verdict_of(predictions->items[i].label),
			      pw_verdict_of(predictions->items[i].json));
	return n;
}

static int suggest_for(const struct pw_globals *globals, const struct suggest *suggest,
		       const struct set *set, const struct pw_prediction *one,
		       size_t n_right, struct pw_err *err)
{
	struct candidate candidates[MAX_TRIES] = { { NULL } };
	bool is_false_alarm = pw_streq(pw_verdict_of(one->label), "ignore");
	bool is_mended = false, mends;
	size_t n = 0, i, right;
	int r = 0;

	if (is_false_alarm) {
		n = exclusions_for(one->json, candidates);
		n += weaker_for(one->json, candidates + n);
	} else {
		n = heavier_for(one->json, candidates);
	}
	printf("%s%s%s: %s, should be %s\n", pw_colour(stdout, PW_BOLD), one->file,
	       pw_colour_end(stdout), pw_verdict_of(one->json),
	       pw_verdict_of(one->label));
	for (i = 0; i < n && r == 0 && !is_mended; i++) {
		mends = false;
		r = try_candidate(globals, suggest, candidates[i].yaml, set, &right,
				  &mends, one->file, err);
		if (r < 0 || !mends || right <= n_right)
			continue;
		is_mended = true;
		printf("%s  # effect: %zu of the labelled mails right, %zu before; none "
		       "lost\n\n",
		       candidates[i].yaml, right, n_right);
	}
	for (i = 0; i < n; i++)
		free(candidates[i].yaml);
	if (r == 0 && !is_mended)
		puts("  nothing narrow mends it without losing another; `rules explain` "
		     "shows why it was decided so\n");
	return r;
}

static int read_sets(const struct suggest *suggest, struct set *set, struct pw_err *err)
{
	json_t *labels;
	size_t i;

	set->labels = json_object();
	set->paths = pw_alloc(suggest->folders.n + 1, sizeof *set->paths);
	for (i = 0; i < suggest->folders.n; i++) {
		if (pw_labels_read(&labels, suggest->folders.items[i], err) < 0)
			return -1;
		json_object_update(set->labels, labels);
		json_decref(labels);
		set->paths[set->n_paths++] =
			pw_asprintf("%s/mails", suggest->folders.items[i]);
	}
	return 0;
}

static void set_done(struct set *set)
{
	size_t i;

	json_decref(set->labels);
	for (i = 0; i < set->n_paths; i++)
		free((void *)(uintptr_t)set->paths[i]);
	free(set->paths);
}

static int suggest_all(const struct pw_globals *globals, const struct suggest *suggest,
		       const struct set *set, struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions predictions = { 0 };
	struct pw_offline offline;
	size_t n_right, i, n_wrong = 0;
	int r;

	if (pw_offline_open(&offline, globals, &suggest->options, err) < 0)
		return -1;
	r = pw_predict(&offline, set->paths, set->n_paths, &predictions, err);
	pw_offline_close(&offline);
	if (r == 0)
		r = pw_labels_join(&predictions, 0, set->labels,
				   suggest->folders.items[0], err);
	n_right = count_right(&predictions);
	for (i = 0; r == 0 && i < predictions.n; i++) {
		const struct pw_prediction *one = &predictions.items[i];

		if (!one->label ||
		    pw_streq(pw_verdict_of(one->label), pw_verdict_of(one->json)))
			continue;
		n_wrong++;
		r = suggest_for(globals, suggest, set, one, n_right, err);
	}
	if (r == 0 && !n_wrong)
		puts("every labelled mail is decided right");
	return r;
}

int pw_rules_suggest(const struct pw_globals *globals, int argc, char **argv)
{
	struct suggest suggest = { 0 };
	struct set set = { 0 };
	const struct pw_opt options[] = { PW_OFFLINE_OPTIONS(&suggest.options) };
	const struct pw_usage usage = {
		"rules suggest --rules DIR... FOLDER...",
		"For each mail of the labelled folders (also the one that `alerts close\n"
		"--outcome false-positive` and `alerts missed` fill) that is decided "
		"wrongly,\n"
		"the narrowest rule that mends it and costs no other, as text to paste.",
		options, PW_ARRAY_LEN(options)
	};
	struct pw_err err = PW_ERR_INIT;
	enum pw_opts_result parsed = pw_opts_parse(&usage, argc, argv, &suggest.folders);
	int status = parsed == PW_OPTS_HELP ? PW_EXIT_OK : PW_EXIT_USAGE, r = 0;

	if (parsed == PW_OPTS_OK && (!suggest.folders.n || !suggest.options.rules.n)) {
		fputs("poachwatch: give --rules and a folder of labelled mails\n",
		      stderr);
	} else if (parsed == PW_OPTS_OK) {
		r = read_sets(&suggest, &set, &err);
		if (r == 0)
			r = suggest_all(globals, &suggest, &set, &err);
		status = r < 0 ? pw_cli_fail(&err) : PW_EXIT_OK;
		set_done(&set);
	}
	pw_strings_done(&suggest.folders);
	pw_offline_options_done(&suggest.options);
	return status;
}
