/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_expiry.c - the right date among several.
 *
 * A mail about two vendors states two dates; the one that counts is the one
 * said of the contract.  A date belongs to the vendor or identifier in its
 * sentence, else to the vendor that was named last before it.
 */
#include "rules/match/judge_expiry.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/base/str.h"

enum belongs { BELONGS_OTHER, BELONGS_NOBODY, BELONGS_HERE };

static bool is_vendor_of(const struct pw_vendor_hit *hit, const struct pw_contract *c)
{
	if (c->vendor_slug)
		return pw_streq(hit->vendor, c->vendor_slug);
	return pw_strieq(hit->name, c->vendor);
}

static size_t n_vendors(const struct pw_finding *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_vendors; i++) {
		bool is_new = true;
		for (size_t j = 0; j < i; j++)
			is_new &= !pw_streq(f->vendors[i].vendor, f->vendors[j].vendor);
		n += is_new;
	}
	return n;
}

static bool has_word(const char *quote, const char *word)
{
	return quote && word && *word && strcasestr(quote, word);
}

/* Does the sentence name this contract, another one, both or neither? */
static void read_sentence(const struct pw_finding *f, const struct pw_stated_date *date,
			  const struct pw_contract *c, bool *ret_mine, bool *ret_other)
{
	for (size_t i = 0; i < f->n_identifiers; i++) {
		const struct pw_identifier_hit *hit = &f->identifiers[i];
		if (hit->how != PW_HOW_IDENTIFIER || !has_word(date->quote, hit->written))
			continue;
		if (strcmp(hit->contract_id, c->contract_id) == 0)
			*ret_mine = true;
		else
			*ret_other = true;
	}
	for (size_t i = 0; i < f->n_vendors; i++) {
		const struct pw_vendor_hit *hit = &f->vendors[i];
		if (!has_word(date->quote, hit->evidence) &&
		    !has_word(date->quote, hit->name))
			continue;
		if (is_vendor_of(hit, c))
			*ret_mine = true;
		else
			*ret_other = true;
	}
}

/* The vendor that was named last before the date. */
static const struct pw_vendor_hit *vendor_before(const struct pw_finding *f,
						 const struct pw_stated_date *date)
{
	const struct pw_vendor_hit *last = NULL;
	for (size_t i = 0; i < f->n_vendors; i++) {
		const struct pw_vendor_hit *hit = &f->vendors[i];
		if (hit->layer == date->layer && hit->at <= date->at &&
		    (!last || hit->at >= last->at))
			last = hit;
	}
	return last;
}

static enum belongs whose(const struct pw_finding *f, const struct pw_stated_date *date,
			  const struct pw_contract *c)
{
	bool is_mine = false, is_other = false;
	if (n_vendors(f) <= 1)
		return BELONGS_HERE;
	read_sentence(f, date, c, &is_mine, &is_other);
	if (is_mine != is_other)
		return is_mine ? BELONGS_HERE : BELONGS_OTHER;
	const struct pw_vendor_hit *vendor = vendor_before(f, date);
	if (!vendor)
		return BELONGS_NOBODY;
	return is_vendor_of(vendor, c) ? BELONGS_HERE : BELONGS_OTHER;
}

/* Day and month could be the other way round: then the day that fits. */
static pw_day read_day(const struct pw_date *date, pw_day end)
{
	int year, month, day;
	pw_day swapped;
	if (!date->is_ambiguous || date->day == end || end == PW_DAY_NONE)
		return date->day;
	pw_day_to_civil(date->day, &year, &month, &day);
	if (pw_day_from_civil(year, day, month, &swapped) && swapped == end)
		return swapped;
	return date->day;
}

pw_day pw_judge_expiry(const struct pw_finding *f, const struct pw_contract *contract,
		       const char **ret_quote)
{
	pw_day best = PW_DAY_NONE;
	enum belongs best_belongs = BELONGS_OTHER;
	pw_day end = contract ? contract->end : PW_DAY_NONE;
	for (size_t i = 0; i < f->n_stated; i++) {
		const struct pw_stated_date *date = &f->stated[i];
		pw_day day = read_day(&date->date, end);
		/* the true end is said of this contract, whatever stands near it */
		enum belongs belongs =
			!contract || day == end ? BELONGS_HERE : whose(f, date, contract);
		bool is_better = best == PW_DAY_NONE || belongs > best_belongs ||
				 (belongs == best_belongs && day == end && best != end);
		if (day == PW_DAY_NONE || belongs == BELONGS_OTHER || !is_better ||
		    (date->is_loose && day != end))
			continue;
		best = day;
		best_belongs = belongs;
		*ret_quote = date->quote;
	}
	return best;
}
