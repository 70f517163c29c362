/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_print.c - the comments of `rules suggest` around what it suggests. */
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/suggest_trial.h"

static void comment(const char *text)
{
	PW_CLEANUP(pw_freep) char *safe = pw_cli_escape(text ? text : "-");

	fputs(safe, stdout);
}

void pw_suggest_print_mail(const struct pw_prediction *one)
{
	printf("# %s", pw_colour(stdout, PW_BOLD));
	comment(one->file);
	printf("%s: %s, should be %s\n", pw_colour_end(stdout), pw_verdict_of(one->json),
	       pw_verdict_of(one->label));
}

void pw_suggest_print_why(const struct pw_wrong *wrong)
{
	const struct pw_layer_note *layer = pw_suggest_layer(wrong);

	fputs("#   ", stdout);
	if (layer) {
		printf("layer %d, by %s ", layer->layer,
		       pw_sender_class_name(layer->sender_class));
		comment(layer->who ? layer->who : "nobody known");
		fputs(": ", stdout);
	}
	comment(wrong->finding->decided_by);
	putchar('\n');
}

static size_t count_right(const struct pw_confusion *confusion)
{
	return confusion->n[0][0] + confusion->n[1][1] + confusion->n[2][2];
}

static size_t count_all(const struct pw_confusion *confusion)
{
	size_t n = 0, i, k;

	for (i = 0; i < 3; i++)
		for (k = 0; k < 3; k++)
			n += confusion->n[i][k];
	return n;
}

void pw_suggest_print_kept(const struct pw_trial *trial,
			   const struct pw_confusion *before)
{
	const struct pw_candidate_rule *rule = &trial->kept[trial->n_kept - 1];
	struct pw_confusion now = pw_trial_count(trial);
	size_t i;

	fputs("#   mended by", stdout);
	for (i = 0; i < rule->n; i++)
		printf("%s %s%s.%s%s", i ? " and" : "", pw_colour(stdout, PW_GREEN),
		       rule->entries[i].section, rule->entries[i].name,
		       pw_colour_end(stdout));
	printf(": %zu of %zu labelled mails right, %zu before, none worse",
	       count_right(&now), count_all(&now), count_right(before));
	if (trial->past.n)
		printf("; %zu messages of the store decided as before", trial->past.n);
	putchar('\n');
}

void pw_suggest_print_hopeless(const struct pw_wrong *wrong)
{
	bool is_told = strcmp(pw_verdict_of(wrong->said), "ignore") != 0;
	bool is_wanted = strcmp(pw_verdict_of(wrong->label), "ignore") != 0;

	if (is_told && is_wanted)
		puts("#   nothing to suggest: whose contract it is, contracts and "
		     "customers' domains and aliases decide");
	else if (is_wanted && !pw_suggest_layer(wrong))
		puts("#   nothing to suggest: nobody who can solicit wrote any of it; is "
		     "a rival's domain listed as a customer's or a vendor's?");
	else
		puts("#   nothing to suggest: no phrase, name or weight mends it without "
		     "cost to another mail; `rules explain` shows how it was decided");
}

static void print_confusion(const char *title, const struct pw_confusion *confusion)
{
	static const char *const names[] = { "alert", "review", "ignore" };
	int i;

	printf("# %-22s said alert  review  ignore\n", title);
	for (i = 0; i < 3; i++)
		printf("#   should be %-9s %11zu %7zu %7zu\n", names[i],
		       confusion->n[i][0], confusion->n[i][1], confusion->n[i][2]);
}

void pw_suggest_print_rules(const struct pw_trial *trial,
			    const struct pw_confusion *before)
{
	PW_CLEANUP(pw_freep) char *text = NULL;
	struct pw_confusion now = pw_trial_count(trial);

	if (!trial->n_kept)
		return;
	text = pw_trial_text(trial);
	puts("#");
	print_confusion("before", before);
	print_confusion("with what follows", &now);
	puts("# Paste it into a rule file of a later folder; then: rules check, rules "
	     "test.");
	fputs(text, stdout);
}
