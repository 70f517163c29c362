/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_signals.c - signals that might mend a mail: phrases, and weights. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/suggest_entry.h"
#include "rules/engine/rules.h"

#define PHRASES_MAX 7
#define LANGS_MAX   16
#define HEAVIER     100 /* number of a group */

/* --- phrases ------------------------------------------------------------------ */

/* The language whose rules hit most in the mail; NULL: none did. */
static const char *language_of(const struct pw_wrong *wrong)
{
	const struct pw_ruleset *ruleset = wrong->offline->ruleset;
	const char *langs[LANGS_MAX], *best = NULL;
	double sums[LANGS_MAX] = { 0 }, most = 0;
	size_t n = 0, i, k, l;

	for (i = 0; i < wrong->finding->n_hits; i++)
		for (k = 0; k < ruleset->n_signals; k++) {
			const struct pw_signal *signal = &ruleset->signals[k];

			if (!signal->lang ||
			    !pw_streq(signal->rule, wrong->finding->hits[i].rule))
				continue;
			for (l = 0; l < n && !pw_streq(langs[l], signal->lang); l++)
				;
			if (l == LANGS_MAX)
				continue;
			if (l == n)
				langs[n++] = signal->lang;
			sums[l] += fabs(wrong->finding->hits[i].points) + 0.1;
		}
	for (l = 0; l < n; l++)
		if (sums[l] > most) {
			most = sums[l];
			best = langs[l];
		}
	return best;
}

static double missing_points(const struct pw_wrong *wrong)
{
	const struct pw_finding *finding = wrong->finding;
	double missing = finding->threshold - finding->score;

	return missing > 0 ? ceil(missing * 2) / 2 : 0;
}

/* A signal on a phrase; its own sample is the sentence it was found in. */
static bool make_signal(struct pw_candidate_rule *candidate,
			const struct pw_phrase *phrase, const char *kind,
			const char *lang, double weight)
{
	char name[PW_ENTRY_NAME];
	struct pw_buf body;

	pw_buf_init(&body, 4000);
	if (!pw_entry_list(&body, "text", phrase->text)) {
		pw_buf_done(&body);
		return false;
	}
	if (kind)
		pw_buf_addf(&body, "    kind: %s\n", kind);
	if (weight > 0)
		pw_buf_addf(&body, "    weight: %g\n", weight);
	if (lang)
		pw_buf_addf(&body, "    lang: %s\n", lang);
	(void)pw_entry_list(&body, "ok", phrase->sentence);
	pw_entry_name(name, kind && pw_streq(kind, "renewal") ? "about-" : "missed-",
		      phrase->text);
	pw_candidate_add(candidate, "signals", name, &body);
	return true;
}

static void add_signal(struct pw_candidates *ret, const struct pw_phrase *phrase,
		       const char *kind, const char *lang, double weight)
{
	struct pw_candidate_rule *candidate = pw_candidates_new(ret);

	if (candidate && !make_signal(candidate, phrase, kind, lang, weight))
		ret->n--;
}

/* One phrase asks, another says that it is about a renewal. */
static void add_pair(struct pw_candidates *ret, const struct pw_phrase *ask,
		     const struct pw_phrase *renewal, const char *lang, double weight)
{
	struct pw_candidate_rule *candidate = pw_candidates_new(ret);

	if (!candidate)
		return;
	if (!make_signal(candidate, ask, "ask", lang, weight) ||
	    !make_signal(candidate, renewal, "renewal", lang, 1)) {
		pw_candidate_done(candidate);
		ret->n--;
	}
}

/* Mark what came since `first` as one group. */
static void group(struct pw_candidates *ret, size_t first, int number)
{
	for (; first < ret->n; first++)
		ret->items[first].group = number;
}

void pw_suggest_signals(const struct pw_wrong *wrong, const struct pw_layer_note *layer,
			struct pw_candidates *ret)
{
	static const char *const kinds[] = { "ask", "it", "expiry", NULL };
	struct pw_phrase phrases[PHRASES_MAX];
	size_t n = pw_suggest_phrases(wrong, layer->layer, phrases, PHRASES_MAX), i, k;
	const char *lang = language_of(wrong);
	double missing = missing_points(wrong);
	bool is_asked = !layer->why || !strstr(layer->why, "does not ask");
	size_t first;

	for (k = 0; k < PW_ARRAY_LEN(kinds); k++) {
		double weight = missing + (kinds[k] && !is_asked ? 1 : 0);

		/* It asked already: words of asking are not what lacks. */
		if (is_asked && kinds[k] && strcmp(kinds[k], "it") != 0)
			continue;
		if (!is_asked && !kinds[k])
			continue;
		first = ret->n;
		for (i = 0; i < n && i < 5; i++)
			add_signal(ret, &phrases[i], kinds[k], lang,
				   weight > 0 ? weight : 1);
		group(ret, first, (int)k + 1);
	}
	first = ret->n;
	for (i = 0; i < n && i < 3; i++)
		for (k = 0; k < n && !is_asked && k < 3; k++)
			if (i != k)
				add_pair(ret, &phrases[i], &phrases[k], lang,
					 missing > 2 ? missing : 2);
	group(ret, first, (int)PW_ARRAY_LEN(kinds) + 1);
	for (i = 0; i < n; i++) {
		free(phrases[i].text);
		free(phrases[i].sentence);
	}
}

/* --- weights -------------------------------------------------------------------- */

static void add_weight(struct pw_candidates *ret, const char *rule, double weight)
{
	struct pw_buf body;

	pw_buf_init(&body, 200);
	pw_buf_addf(&body, "    weight: %g\n", weight);
	pw_candidates_add(ret, "signals", rule + strlen("signals."), &body);
}

void pw_suggest_heavier(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	double missing = missing_points(wrong);
	size_t i, n = 0, first = ret->n;

	for (i = 0; missing > 0 && n < 6 && i < wrong->finding->n_hits; i++) {
		const struct pw_hit *hit = &wrong->finding->hits[i];

		if (hit->points > 0 && pw_starts_with(hit->rule, "signals.") &&
		    !pw_streq(hit->scope, "fact")) {
			add_weight(ret, hit->rule, hit->points + missing);
			n++;
		}
	}
	group(ret, first, HEAVIER);
}

void pw_suggest_lighter(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	double margin = wrong->finding->score - wrong->finding->threshold;
	size_t i, n = 0;

	for (i = 0; n < 4 && i < wrong->finding->n_hits; i++) {
		const struct pw_hit *hit = &wrong->finding->hits[i];

		if (hit->points > margin && pw_starts_with(hit->rule, "signals.")) {
			double weight = hit->points - margin - 0.5;

			add_weight(ret, hit->rule, weight > 0 ? weight : 0);
			n++;
		}
	}
}
