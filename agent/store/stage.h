/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.h - an import on its way into the contracts.
 *
 * Lines are collected outside the store (on disk, in constant memory), one a
 * contract or one a serial; lines of one contract are merged.  Then the
 * differences are written beside the present contracts in transactions of a
 * few milliseconds, seen by nobody, and one tiny transaction makes them
 * present.  A running agent is never held up; a crash leaves the present
 * contracts as they were.
 */
#ifndef PW_STORE_STAGE_H
#define PW_STORE_STAGE_H

#include "agent/store/contracts.h"

struct pw_stage;

/* One import at a time: PW_EBUSY where another one runs.  sums_values: the
   value column holds a price a line, not the contract's. */
int pw_stage_new(struct pw_stage **ret, struct pw_store *store, bool sums_values,
		 struct pw_err *err) PW_MUST_CHECK;
/* What was not applied is forgotten.  NULL allowed. */
void pw_stage_free(struct pw_stage *stage);
PW_DEFINE_FREEP(struct pw_stage, pw_stage_free)

/* How a line does not fit an earlier one of the same contract. */
struct pw_stage_clash {
	uint64_t first_line;
	const char *column; /* they differ in it; NULL: they fit */
	bool is_error;      /* it cannot be the same contract: the line was not added */
};
/* Add one line.  Lines with the same contract_id are merged: serials are
   united, quantities of single pieces and line prices are added up, the
   soonest end and the earliest start count, empty cells are filled, and
   otherwise the first line counts.  Strings are copied. */
int pw_stage_add(struct pw_stage *stage, uint64_t line, const struct pw_contract_row *row,
		 struct pw_stage_clash *ret_clash, struct pw_err *err) PW_MUST_CHECK;

/* The file says that domain is this customer's.  *ret_other: another customer
   that has it too, told once a domain (copied into arena); NULL: fine. */
int pw_stage_claim_domain(struct pw_stage *stage, const char *domain,
			  const char *customer, struct pw_arena *arena,
			  const char **ret_other, struct pw_err *err) PW_MUST_CHECK;

enum pw_change_kind { PW_CHANGE_ADDED, PW_CHANGE_CHANGED, PW_CHANGE_MISSING };

/* One difference between the staged and the present contracts. */
struct pw_change {
	enum pw_change_kind kind;
	const struct pw_contract_row *before; /* NULL: added */
	const struct pw_contract_row *after;  /* NULL: missing */
};
/* Column by column: the next one from *at on in which they differ; false at
   the end.  Texts are made in buf; "" stands for no value. */
bool pw_change_next(const struct pw_change *change, int *at, const char **ret_column,
		    char ret_before[256], char ret_after[256]);

struct pw_stage_counts {
	uint64_t lines, contracts;
	uint64_t added, changed, unchanged;
	uint64_t missing; /* present, but not in this import; they are kept */
};

/* Called for every difference: added and changed ones in the order of
   contract_id, then the missing ones; rows are borrowed for the call.  NULL
   functions allowed. */
struct pw_stage_watch {
	void (*change)(void *self, const struct pw_change *change);
	void (*progress)(void *self, uint64_t done, uint64_t total);
	/* True: stop with PW_ECANCELED, leaving everything as it was. */
	bool (*is_stopped)(void *self);
	void *self;
};

/* Tell the differences, writing nothing (--dry-run). */
int pw_stage_diff(struct pw_stage *stage, const struct pw_stage_watch *watch,
		  struct pw_stage_counts *ret, struct pw_err *err) PW_MUST_CHECK;
/* Make the staged contracts the present ones: all or nothing. */
int pw_stage_apply(struct pw_stage *stage, const struct pw_stage_watch *watch,
		   struct pw_stage_counts *ret, struct pw_err *err) PW_MUST_CHECK;

#endif
