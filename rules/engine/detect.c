/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detect.c - the deciding order: who wrote it, does he ask, is it about IT, points.
 *
 * Phrases cannot decide alone: our own notices, a distributor's report and a
 * customer's question score as high as a rival's letter.
 */
#include "rules/engine/detect.h"

#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/carried.h"
#include "rules/engine/decide.h"
#include "rules/engine/reseller.h"
#include "rules/match/match.h"

/* Identifiers and customers of ours, in all layers. */
static int match_known(struct pw_scan *scan, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) bool *wanted = NULL;

	if (!scan->known)
		return 0;
	wanted = pw_alloc(scan->n_layers, sizeof *wanted);
	memset(wanted, true, scan->n_layers * sizeof *wanted);
	return pw_match(scan->finding, scan->ruleset, scan->known, scan->mail, wanted,
			err);
}

static int read_layers(struct pw_scan *scan, struct pw_err *err)
{
	size_t i;

	pw_classify(scan);
	for (i = 0; i < scan->n_layers; i++)
		if (pw_scan_signals(scan, &scan->layers[i], false, err) < 0)
			return -1;
	if (match_known(scan, err) < 0)
		return -1;
	pw_drop_identifier_words(scan);
	pw_name_held(scan);
	for (i = 0; i < scan->n_layers; i++)
		pw_scan_drop_foreign(&scan->layers[i]);
	pw_settle_resellers(scan);
	pw_settle_with(scan);
	for (i = 0; i < scan->n_layers; i++)
		pw_scan_settle(scan, &scan->layers[i]);
	pw_exclusions_apply(scan);
	for (i = 0; i < scan->n_layers; i++)
		if (!scan->layers[i].not_candidate)
			pw_find_end_dates(scan, &scan->layers[i]);
	return 0;
}

/* The innermost ask decides; of equals a known rival, then the higher score. */
static bool is_better(const struct pw_party *a, const struct pw_party *b)
{
	if (!b)
		return true;
	if (a->depth != b->depth)
		return a->depth > b->depth;
	if ((a->company != NULL) != (b->company != NULL))
		return a->company != NULL;
	return a->score > b->score;
}

static struct pw_party *choose(struct pw_parties *parties)
{
	struct pw_party *best = NULL;
	size_t i;

	for (i = 0; i < parties->n; i++)
		if (parties->items[i].passes && is_better(&parties->items[i], best))
			best = &parties->items[i];
	return best;
}

/* The party that came nearest, for the explanation of a "no". */
static const struct pw_party *nearest(const struct pw_parties *parties)
{
	const struct pw_party *best = NULL;
	size_t i;

	for (i = 0; i < parties->n; i++)
		if (!best || parties->items[i].score > best->score)
			best = &parties->items[i];
	return best;
}

static void decide_no(struct pw_scan *scan, const struct pw_parties *parties)
{
	const struct pw_party *party = nearest(parties);
	struct pw_finding *finding = scan->finding;
	size_t i;

	if (party) {
		finding->score = party->score;
		finding->threshold = party->threshold;
		finding->decided_by = party->why;
	} else {
		finding->decided_by = "nobody who could solicit wrote a layer of it";
		for (i = 0; i < scan->n_layers; i++)
			if (scan->layers[i].exclusion)
				finding->decided_by = scan->layers[i].exclusion->words;
	}
	pw_report_notice(scan);
	pw_report_hits(scan, party);
}

static int decide(struct pw_scan *scan, struct pw_err *err)
{
	struct pw_parties parties = pw_parties_of(scan);
	struct pw_party *party;

	if (!parties.items)
		return pw_err_set(err, PW_ELIMIT, "the mail needs too much memory");
	pw_parties_judge(scan, &parties);
	pw_parties_introduced(scan, &parties);
	party = choose(&parties);
	if (!party) {
		if (pw_parties_pasted(scan, &parties, err) < 0)
			return -1;
		party = choose(&parties);
	}
	if (!party) {
		decide_no(scan, &parties);
		return 0;
	}
	scan->finding->decided_by = party->why;
	pw_report_solicitation(scan, party, &parties);
	pw_conditions_apply(scan, party);
	if (!scan->finding->is_solicitation)
		pw_report_notice(scan);
	pw_report_hits(scan, party);
	return 0;
}

/* Whose customer it is, now that it is known who writes to whom. */
static void settle_customers(struct pw_scan *scan)
{
	PW_CLEANUP(pw_freep) bool *wanted = pw_alloc(scan->n_layers, sizeof *wanted);

	memset(wanted, true, scan->n_layers * sizeof *wanted);
	pw_match_customers(scan->finding, scan->known, scan->mail, wanted);
}

static bool has_stranger(const struct pw_scan *scan)
{
	size_t i;

	for (i = 0; i < scan->n_layers; i++)
		if (scan->layers[i].sender_class == PW_SENDER_RIVAL ||
		    scan->layers[i].sender_class == PW_SENDER_UNKNOWN ||
		    scan->layers[i].sender_class == PW_SENDER_FREEMAIL)
			return true;
	return false;
}

/* What lay beyond a maximum may have asked: a person is told. */
static void note_unread(struct pw_scan *scan)
{
	struct pw_finding *finding = scan->finding;

	if (!finding->is_solicitation && !finding->notice && finding->capped &&
	    has_stranger(scan))
		finding->notice = "so long or so deeply nested that it was not read to "
				  "the end";
}

/* One reading of a mail.  carried (NULL allowed): filled with what to read
   next when this one found nobody who solicits. */
static int read_mail(struct pw_scan *scan, struct pw_mail *carried, bool *ret_carries,
		     bool *ret_others, struct pw_err *err)
{
	int result = pw_scan_init(scan, err);

	if (result == 0)
		result = read_layers(scan, err);
	if (result == 0) {
		pw_report_envelope(scan);
		result = decide(scan, err);
	}
	if (result == 0) {
		settle_customers(scan);
		scan->finding->n_rule_errors = scan->n_errors;
		pw_report_layers(scan);
		note_unread(scan);
		if (carried && !scan->finding->is_solicitation)
			*ret_carries = pw_carry(scan, carried, ret_others);
	}
	pw_scan_done(scan);
	return result;
}

/* Who is not a known rival may pass on what the vendor really wrote: then a
   person decides. */
static bool is_sure(const struct pw_finding *finding, bool has_others)
{
	return finding->is_solicitation &&
	       (!has_others || finding->solicitor.sender_class == PW_SENDER_RIVAL);
}

int pw_detect(struct pw_finding **ret, const struct pw_ruleset *ruleset,
	      const struct pw_known *known, const struct pw_us *us,
	      const struct pw_mail *mail, struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = pw_finding_new();
	PW_CLEANUP(pw_finding_freep) struct pw_finding *second = pw_finding_new();
	struct pw_scan scan = { .ruleset = ruleset,
				.us = us,
				.known = known,
				.mail = mail,
				.finding = finding };
	struct pw_finding *first;
	struct pw_mail carried;
	bool carries = false, others = false;

	if (read_mail(&scan, &carried, &carries, &others, err) < 0)
		return -1;
	if (carries) {
		scan = (struct pw_scan){ .ruleset = ruleset,
					 .us = us,
					 .known = known,
					 .mail = &carried,
					 .finding = second,
					 .is_carried = true };
		if (read_mail(&scan, NULL, NULL, NULL, err) < 0)
			return -1;
		if (is_sure(second, others)) {
			first = finding;
			finding = second;
			second = first;
		} else if (second->is_solicitation && !finding->notice) {
			finding->notice = "a stranger passed on what the vendor or we "
					  "seem to have written, and it asks to renew";
		}
	}
	if (pw_finding_own(finding, err) < 0)
		return -1;
	*ret = PW_TAKE(finding);
	return 0;
}
