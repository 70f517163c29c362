/* SPDX-License-Identifier: Apache-2.0 */
/* party_score.c - the points of a party: each word counted in one language only. */
#include <math.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/decide.h"

#define PW_MAX_LANGS 32
#define AGAINST_MAX  -8.0

/* Points of one kind, by language: "renewal" is a word of eight of them, and
   must not count eight times. */
struct tally {
	const char *langs[PW_MAX_LANGS];
	double sums[PW_N_KINDS][PW_MAX_LANGS]; /* language 0: none given */
	size_t n;
};

static size_t lang_index(struct tally *tally, const char *lang)
{
	size_t i;

	if (!lang)
		return 0;
	for (i = 1; i < tally->n; i++)
		if (tally->langs[i] == lang)
			return i;
	if (tally->n == PW_MAX_LANGS)
		return 0;
	tally->langs[tally->n] = lang;
	return tally->n++;
}

/* The language that says most of a kind. */
static size_t best_lang(const struct tally *tally, int kind)
{
	size_t best = 1, i;

	for (i = 2; i < tally->n; i++)
		if (fabs(tally->sums[kind][i]) > fabs(tally->sums[kind][best]))
			best = i;
	return best;
}

/* One word counts once however many signals know it, in whatever language: the
   heaviest of those that found it.  Asks may share a sentence. */
static bool is_outweighed(const struct pw_layer_scan *layer,
			  const struct pw_signal_hit *hit)
{
	size_t i;

	if (hit->signal->kind == PW_KIND_ASK || hit->signal->weight <= 0)
		return false;
	for (i = 0; i < layer->n_hits; i++) {
		const struct pw_signal_hit *other = &layer->hits[i];

		if (other == hit || other->signal->kind != hit->signal->kind ||
		    other->scope != hit->scope || other->span.start >= hit->span.end ||
		    hit->span.start >= other->span.end)
			continue;
		if (other->signal->weight > hit->signal->weight ||
		    (other->signal->weight == hit->signal->weight && other < hit))
			return true;
	}
	return false;
}

/* A signal counts once, in the newest layer that has it. */
static void mark_first(struct pw_scan *scan, const struct pw_party *party,
		       struct tally *tally)
{
	bool *seen = pw_alloc(scan->ruleset->n_signals + 1, sizeof *seen);
	size_t l, i, at;

	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++) {
			struct pw_signal_hit *hit = &party->layers[l]->hits[i];

			at = (size_t)(hit->signal - scan->ruleset->signals);
			hit->is_counted = !seen[at] && !hit->is_negated &&
					  !is_outweighed(party->layers[l], hit);
			seen[at] = true;
			if (hit->is_counted)
				tally->sums[hit->signal->kind]
					   [lang_index(tally, hit->signal->lang)] +=
					hit->signal->weight;
		}
	free(seen);
}

/* A known contract of ours and an ask: words of other trades heaped below it
   in small print do not outweigh them. */
static bool is_after_ours(const struct pw_party *party)
{
	size_t i;

	for (i = 0; i < party->n_facts; i++)
		if (party->facts[i].signal->fact == PW_FACT_IDENTIFIER ||
		    party->facts[i].signal->fact == PW_FACT_CONTRACT_END)
			return pw_party_has_kind(party, PW_KIND_ASK);
	return false;
}

/* Sum of the weights of distinct signals in the party's layers. */
double pw_party_sum(struct pw_scan *scan, const struct pw_party *party)
{
	struct tally tally = { .n = 1 };
	double sum = 0, against = 0;
	size_t l, i;

	mark_first(scan, party, &tally);
	for (l = 0; l < party->n_layers; l++)
		for (i = 0; i < party->layers[l]->n_hits; i++) {
			struct pw_signal_hit *hit = &party->layers[l]->hits[i];

			if (hit->signal->lang &&
			    lang_index(&tally, hit->signal->lang) !=
				    best_lang(&tally, hit->signal->kind))
				hit->is_counted = false;
			if (hit->is_counted && hit->signal->weight < 0)
				against += hit->signal->weight;
			else if (hit->is_counted)
				sum += hit->signal->weight;
		}
	if (against < AGAINST_MAX && is_after_ours(party))
		against = AGAINST_MAX;
	sum += against;
	for (i = 0; i < party->n_facts; i++) {
		party->facts[i].is_counted = true;
		sum += party->facts[i].signal->weight;
	}
	return sum;
}
