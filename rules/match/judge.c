/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.c - the verdict and what goes with it.
 *
 * A solicitation is an alert when a contract of ours matches and a review
 * when none does; everything else is ignored.  Exact identifiers narrow the
 * match vendor by vendor; a vendor without one brings all contracts of the
 * customer with it; lost contracts are not ours any more.
 */
#include "rules/match/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/match/judge_expiry.h"

#define CANDIDATES_MAX 100000
#define ARENA_BYTES    ((size_t)8 << 20)
#define SOON_DAYS      30

static bool is_same_vendor(const struct pw_contract *a, const struct pw_contract *b)
{
	if (a->vendor_slug && b->vendor_slug)
		return strcmp(a->vendor_slug, b->vendor_slug) == 0;
	return pw_strieq(a->vendor, b->vendor);
}

/* Is a contract of the same vendor named by number?  Lost ones count: the
   number says which contract is meant. */
static bool is_narrowed(const struct pw_candidate *const *exact, size_t n,
			const struct pw_candidate *c)
{
	for (size_t i = 0; i < n; i++)
		if (is_same_vendor(&exact[i]->contract, &c->contract))
			return true;
	return false;
}

static int by_id_then_how(const void *a, const void *b)
{
	const struct pw_candidate *x = *(const struct pw_candidate *const *)a;
	const struct pw_candidate *y = *(const struct pw_candidate *const *)b;
	int order = strcmp(x->contract.contract_id, y->contract.contract_id);
	return order != 0 ? order : (x->how > y->how) - (x->how < y->how);
}

/* Sort by contract, and keep each once: as it was surest. */
static size_t sort_once(const struct pw_candidate **list, size_t n)
{
	size_t kept = 0;
	qsort(list, n, sizeof(*list), by_id_then_how);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(list[kept - 1]->contract.contract_id,
					list[i]->contract.contract_id) != 0)
			list[kept++] = list[i];
	return kept;
}

static void find_soonest(struct pw_judgement *j)
{
	for (size_t i = 0; i < j->n_matched; i++) {
		pw_day end = j->matched[i]->contract.end;
		if (!j->soonest || j->soonest->contract.end == PW_DAY_NONE ||
		    (end != PW_DAY_NONE && end < j->soonest->contract.end))
			j->soonest = j->matched[i];
	}
}

static int choose(struct pw_judgement *j, const struct pw_judge_input *in,
		  struct pw_err *err)
{
	size_t n = in->n_candidates, n_exact = 0;
	const struct pw_candidate **lists[3] = { NULL };
	for (size_t i = 0; i < PW_ARRAY_LEN(lists) && n <= CANDIDATES_MAX; i++)
		lists[i] = pw_arena_alloc(j->arena, n + 1, sizeof(*lists[i]));
	if (!lists[2])
		return pw_err_set(err, PW_ELIMIT,
				  "%zu contracts match, at most %d can be judged", n,
				  CANDIDATES_MAX);
	const struct pw_candidate **exact = lists[0], **matched = lists[1];
	for (size_t i = 0; i < n; i++)
		if (in->candidates[i].how == PW_HOW_IDENTIFIER)
			exact[n_exact++] = &in->candidates[i];
	for (size_t i = 0; i < n; i++) {
		const struct pw_candidate *c = &in->candidates[i];
		if (c->how == PW_HOW_NEAR_IDENTIFIER)
			lists[2][j->n_hints++] = c;
		else if (c->contract.status != PW_STATUS_LOST &&
			 (c->how == PW_HOW_IDENTIFIER || !is_narrowed(exact, n_exact, c)))
			matched[j->n_matched++] = c;
	}
	j->n_matched = sort_once(matched, j->n_matched);
	j->n_hints = sort_once(lists[2], j->n_hints);
	j->matched = matched;
	j->hints = lists[2];
	find_soonest(j);
	return 0;
}

static void judge_timing(struct pw_judgement *j, const struct pw_judge_input *in,
			 const struct pw_ruleset *ruleset)
{
	const struct pw_date *date = &in->finding->solicitor.date;
	bool is_dated = in->finding->is_solicitation && date->day != PW_DAY_NONE;
	j->day = is_dated ? date->day : in->received;
	j->window_days = in->window_days;
	if (!j->soonest)
		return;
	const struct pw_contract *c = &j->soonest->contract;
	const struct pw_vendor *vendor =
		ruleset ? pw_ruleset_vendor(ruleset,
					    c->vendor_slug ? c->vendor_slug : c->vendor)
			: NULL;
	if (vendor && vendor->window_days >= 0)
		j->window_days = vendor->window_days;
	bool is_known = j->day != PW_DAY_NONE && c->end != PW_DAY_NONE;
	j->days_left = is_known ? c->end - j->day : 0;
	if (c->status == PW_STATUS_QUOTED || c->status == PW_STATUS_PROCESSING)
		j->timing = PW_TIMING_PROCESSING;
	else if (c->status == PW_STATUS_RENEWED)
		j->timing = PW_TIMING_RENEWED;
	else if (is_known && j->days_left < 0)
		j->timing = PW_TIMING_LAPSED;
	else if (is_known && j->days_left <= j->window_days)
		j->timing = PW_TIMING_IN_WINDOW;
	else
		j->timing = PW_TIMING_PREMATURE;
}

/* Not ours any more, but its end tells which date of the mail is meant. */
static const struct pw_contract *lost_contract(const struct pw_judge_input *in)
{
	for (size_t i = 0; i < in->n_candidates; i++)
		if (in->candidates[i].contract.status == PW_STATUS_LOST &&
		    in->candidates[i].how != PW_HOW_NEAR_IDENTIFIER)
			return &in->candidates[i].contract;
	return NULL;
}

static void judge_claims(struct pw_judgement *j, const struct pw_judge_input *in)
{
	const struct pw_finding *f = in->finding;
	const struct pw_contract *c = j->soonest ? &j->soonest->contract : NULL;
	j->stated_expiry =
		pw_judge_expiry(f, c ? c : lost_contract(in), &j->stated_quote);
	if (c && c->end != PW_DAY_NONE && j->stated_expiry != PW_DAY_NONE &&
	    j->stated_expiry != c->end)
		j->claims |= PW_CLAIM_FALSE_EXPIRY;
	for (size_t i = 0; i < f->n_claims; i++)
		for (unsigned bit = PW_CLAIM_PARTNER_CHANGE;
		     bit <= PW_CLAIM_VENDOR_SHARED; bit <<= 1)
			if (pw_streq(f->claims[i].claim, pw_claim_name(bit)))
				j->claims |= bit;
}

static enum pw_severity judge_severity(const struct pw_judgement *j,
				       const struct pw_finding *f)
{
	for (int s = PW_SEVERITY_LOW; f->severity && s <= PW_SEVERITY_URGENT; s++)
		if (strcmp(f->severity, pw_severity_name(s)) == 0)
			return s; /* a condition of the rules knows better */
	if (j->verdict == PW_VERDICT_IGNORE)
		return f->notice ? PW_SEVERITY_HIGH : PW_SEVERITY_LOW;
	if (j->verdict == PW_VERDICT_REVIEW)
		return j->customer ? PW_SEVERITY_NORMAL : PW_SEVERITY_LOW;
	if (j->timing == PW_TIMING_PROCESSING || (j->claims & PW_CLAIM_PARTNER_CHANGE))
		return PW_SEVERITY_URGENT;
	if (j->timing == PW_TIMING_LAPSED || j->claims != 0 ||
	    (j->timing == PW_TIMING_IN_WINDOW && j->days_left <= SOON_DAYS))
		return PW_SEVERITY_HIGH;
	return j->timing == PW_TIMING_IN_WINDOW ? PW_SEVERITY_NORMAL : PW_SEVERITY_LOW;
}

static bool is_one_vendor(const struct pw_judgement *j)
{
	for (size_t i = 1; i < j->n_matched; i++)
		if (!is_same_vendor(&j->matched[0]->contract, &j->matched[i]->contract))
			return false;
	return true;
}

/* One line of our own words; strangers' words are not repeated here. */
static const char *explain(struct pw_judgement *j, const struct pw_judge_input *in)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf b;
	pw_buf_init(&b, 2048);
	const char *vendor = j->vendor ? j->vendor : "no vendor";
	if (!in->finding->is_solicitation)
		pw_buf_adds(&b, in->finding->notice ? "no solicitation, but a notice"
						    : "no solicitation");
	else if (j->n_matched == 0 && !j->customer)
		pw_buf_addf(&b, "a solicitation, but to no customer of ours");
	else if (j->n_matched == 0)
		pw_buf_addf(&b, "a solicitation to %s, but no contract of ours: %s",
			    j->customer, vendor);
	else
		pw_buf_addf(&b, "a solicitation to %s about %zu contract%s with %s%s",
			    j->customer, j->n_matched, j->n_matched == 1 ? "" : "s",
			    vendor, is_one_vendor(j) ? "" : " and others");
	if (j->soonest)
		pw_buf_addf(&b, "; %s: %s", j->soonest->contract.contract_id,
			    pw_how_words(j->soonest->how));
	if (j->n_hints > 0)
		pw_buf_addf(&b, "; a number in it is nearly one of %s",
			    j->hints[0]->contract.contract_id);
	return pw_arena_strdup(j->arena, b.data);
}

int pw_judge(struct pw_judgement **ret, const struct pw_judge_input *in,
	     const struct pw_ruleset *ruleset, struct pw_err *err)
{
	const struct pw_finding *f = in->finding;
	PW_CLEANUP(pw_judgement_freep) struct pw_judgement *j = pw_alloc(1, sizeof(*j));
	j->arena = pw_arena_new(ARENA_BYTES);
	j->stated_expiry = PW_DAY_NONE;
	j->day = PW_DAY_NONE;
	if (f->is_solicitation || f->notice) {
		if (choose(j, in, err) < 0)
			return -1;
		judge_timing(j, in, ruleset);
		j->customer = j->soonest ? j->soonest->contract.customer : in->customer;
		if (j->soonest)
			j->vendor = j->soonest->contract.vendor;
		else if (f->n_vendors > 0)
			j->vendor = f->vendors[0].name;
		judge_claims(j, in);
	}
	if (f->is_solicitation)
		j->verdict = j->n_matched > 0 ? PW_VERDICT_ALERT : PW_VERDICT_REVIEW;
	j->severity = judge_severity(j, f);
	j->why = explain(j, in);
	if (!j->why)
		return pw_err_set(err, PW_ELIMIT, "no memory left to judge this message");
	*ret = PW_TAKE(j);
	return 0;
}

void pw_judgement_free(struct pw_judgement *judgement)
{
	if (!judgement)
		return;
	pw_arena_free(judgement->arena);
	free(judgement);
}
