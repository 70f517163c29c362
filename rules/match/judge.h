/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.h - from a finding and the contracts it touches to a verdict.
 *
 * Pure: the agent looks the contracts up (and so confirms them), this module
 * decides: alert, review or ignore; which contracts; timing; claims; severity.
 * Time comes from the mail and from the day it was received, never from a
 * clock.
 */
#ifndef PW_RULES_JUDGE_H
#define PW_RULES_JUDGE_H

#include "agent/base/day.h"
#include "rules/engine/finding.h"
#include "rules/engine/ruleset.h"

enum pw_status {
	PW_STATUS_ACTIVE,
	PW_STATUS_QUOTED,
	PW_STATUS_PROCESSING,
	PW_STATUS_RENEWED,
	PW_STATUS_LOST,
};

enum pw_verdict { PW_VERDICT_IGNORE, PW_VERDICT_REVIEW, PW_VERDICT_ALERT };

enum pw_timing {
	PW_TIMING_NONE,
	PW_TIMING_PROCESSING,
	PW_TIMING_RENEWED,
	PW_TIMING_LAPSED,
	PW_TIMING_IN_WINDOW,
	PW_TIMING_PREMATURE,
};

enum pw_claim {
	PW_CLAIM_FALSE_EXPIRY = 1 << 0,
	PW_CLAIM_PARTNER_CHANGE = 1 << 1,
	PW_CLAIM_VENDOR_SHARED = 1 << 2,
};

enum pw_severity {
	PW_SEVERITY_LOW,
	PW_SEVERITY_NORMAL,
	PW_SEVERITY_HIGH,
	PW_SEVERITY_URGENT
};

/* A contract we own, as the store holds it. */
struct pw_contract {
	const char *contract_id;
	const char *customer;
	const char *vendor;      /* as imported */
	const char *vendor_slug; /* of the rule file, NULL: unknown vendor */
	const char *product;
	const char *number;
	const char *serials; /* ';' between them */
	const char *quantity;
	pw_day start, end;        /* PW_DAY_NONE: unknown */
	const char *annual_value; /* decimal text as imported */
	const char *currency;
	const char *owner_email;
	const char *contact_name, *contact_email,
		*contact_phone; /* at the customer; NULL: unknown */
	enum pw_status status;
};

/* A contract that the finding may be about, and why. */
struct pw_candidate {
	struct pw_contract contract;
	enum pw_how how; /* PW_HOW_IDENTIFIER, NEAR_IDENTIFIER, or how its customer was
			    known */
	const char *evidence; /* identifier as written, or the customer's evidence */
	const char *vendor_evidence; /* for customer + vendor matches */
};

struct pw_judge_input {
	const struct pw_finding *finding;
	const struct pw_candidate *candidates; /* confirmed in the store */
	size_t n_candidates;
	const char *customer; /* confirmed in the store, NULL: none of ours */
	pw_day received;
	int window_days; /* alerts.window_days; a vendor's rule file may say otherwise */
};

struct pw_judgement {
	struct pw_arena *arena; /* owns lists and strings made here */
	enum pw_verdict verdict;
	/* What it is about.  With PW_VERDICT_IGNORE filled in only for a
	   finding with a notice, to know whose business it is. */
	const struct pw_candidate *const *matched; /* sorted by contract_id, each once;
						      borrowed from the input */
	size_t n_matched;
	const struct pw_candidate *soonest; /* the soonest-ending matched, NULL: none */
	const struct pw_candidate *const *hints; /* near identifiers: never a match */
	size_t n_hints;
	const char *customer; /* NULL: no customer of ours */
	const char *vendor;   /* NULL: none named */
	enum pw_timing timing;
	pw_day day;      /* that timing is measured on, PW_DAY_NONE: unknown */
	int days_left;   /* from day to soonest's end; negative: past; 0 also where either
			    is unknown */
	int window_days; /* that timing was measured with */
	pw_day stated_expiry;
	const char *stated_quote; /* the sentence, NULL: none; borrowed */
	unsigned claims;          /* enum pw_claim */
	enum pw_severity severity;
	const char *why; /* one line */
};

/* Decide.  ruleset NULL allowed (no vendor has rules of its own).  *ret is
   owned by the caller and borrows from the input; fails only with PW_ELIMIT
   (more than 100,000 candidates). */
int pw_judge(struct pw_judgement **ret, const struct pw_judge_input *input,
	     const struct pw_ruleset *ruleset, struct pw_err *err) PW_MUST_CHECK;
void pw_judgement_free(struct pw_judgement *judgement);
PW_DEFINE_FREEP(struct pw_judgement, pw_judgement_free)

const char *pw_verdict_name(enum pw_verdict verdict);
const char *pw_timing_name(enum pw_timing timing); /* NULL for PW_TIMING_NONE */
const char *pw_status_name(enum pw_status status);
bool pw_status_from_name(const char *name, enum pw_status *ret);
const char *pw_severity_name(enum pw_severity severity);
/* "false_expiry" ... for one bit of enum pw_claim. */
const char *pw_claim_name(enum pw_claim claim);

#endif
