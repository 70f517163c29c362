/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolve.h - from a finding to a judgement, over the contracts we hold.
 *
 * An inspector is not believed: each identifier it names must be one of the
 * contract's in the store, each customer must have contracts there.
 */
#ifndef PW_RESOLVE_H
#define PW_RESOLVE_H

#include "rules/match/judge.h"

/* Where contracts are looked up; agent/store serves it, tests bring their
   own.  Results live in arena; vendor_slug may be NULL. */
struct pw_contract_source {
	void *self;
	/* 1 and *ret, 0 where there is no such contract, -1 on failure. */
	int (*by_id)(void *self, const char *contract_id, struct pw_arena *arena,
		     struct pw_contract *ret, struct pw_err *err);
	/* The contracts of a customer (its name as imported), lost ones too, at
	   most max; 0 or -1. */
	int (*of_customer)(void *self, const char *customer, size_t max,
			   struct pw_arena *arena, struct pw_contract **ret,
			   size_t *ret_n, struct pw_err *err);
};

struct pw_resolve_options {
	pw_day received; /* day the message was received, PW_DAY_NONE: unknown */
	int window_days; /* alerts.window_days */
};

/* A finding, what was found for it, and what was decided. */
struct pw_resolved {
	struct pw_arena *arena;           /* owns the candidates */
	const struct pw_finding *finding; /* borrowed */
	struct pw_candidate *candidates;
	size_t n_candidates;
	const char *customer; /* confirmed, NULL: none of ours */
	struct pw_judgement *judgement;
};

/* Look up and judge.  *ret is owned by the caller and borrows the finding. */
int pw_resolve(struct pw_resolved **ret, const struct pw_finding *finding,
	       const struct pw_contract_source *source, const struct pw_ruleset *ruleset,
	       const struct pw_resolve_options *options,
	       struct pw_err *err) PW_MUST_CHECK;
void pw_resolved_free(struct pw_resolved *resolved);
PW_DEFINE_FREEP(struct pw_resolved, pw_resolved_free)

#endif
