/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.h - an import on its way into the contracts.
 *
 * Lines are collected outside the store (on disk, in constant memory), one a
 * contract or one a serial; lines of the same key are merged.  Then the
 * differences are written beside the present contracts in transactions of a
 * few milliseconds, seen by nobody, and one tiny transaction makes them
 * present.  A running agent is never held up; a crash leaves the present
 * contracts as they were.
 */
#ifndef PW_STORE_STAGE_H
#define PW_STORE_STAGE_H

#include "agent/store/contracts.h"

struct pw_stage;

/* One import at a time: PW_EBUSY where another one runs. */
int pw_stage_new(struct pw_stage **ret, struct pw_store *store,
		 struct pw_err *err) PW_MUST_CHECK;
/* What was not applied is forgotten.  NULL allowed. */
void pw_stage_free(struct pw_stage *stage);
PW_DEFINE_FREEP(struct pw_stage, pw_stage_free)

/* How a line did not fit those before it with the same key. */
struct pw_stage_clash {
	uint64_t first_line; /* the line it is merged with */
	const char *field;   /* "end_date": they differ in it; NULL: they fit */
};
/* Add one line.  key groups lines (the contract_id, or what stands for it);
   where the key is there already, serials are united, quantities of single
   serials counted, and *ret_clash says what does not fit. */
int pw_stage_add(struct pw_stage *stage, const char *key, uint64_t line,
		 const struct pw_contract_row *row, struct pw_stage_clash *ret_clash,
		 struct pw_err *err) PW_MUST_CHECK;

enum pw_change_kind { PW_CHANGE_ADDED, PW_CHANGE_CHANGED, PW_CHANGE_MISSING };

/* One difference between the staged and the present contracts. */
struct pw_change {
	enum pw_change_kind kind;
	const struct pw_contract_row *before; /* NULL: added */
	const struct pw_contract_row *after;  /* NULL: missing */
};

struct pw_stage_counts {
	uint64_t lines, contracts;
	uint64_t added, changed, unchanged;
	uint64_t missing; /* present, but not in this import; they are kept */
};

/* Called for every difference in the order of contract_id; rows are borrowed
   for the call.  NULL callbacks allowed everywhere. */
struct pw_stage_watch {
	void (*change)(void *self, const struct pw_change *change);
	void (*progress)(void *self, uint64_t done, uint64_t total);
	void *self;
};

/* Tell the differences, writing nothing (--dry-run). */
int pw_stage_diff(struct pw_stage *stage, const struct pw_stage_watch *watch,
		  struct pw_stage_counts *ret, struct pw_err *err) PW_MUST_CHECK;
/* Make the staged contracts the present ones: all or nothing. */
int pw_stage_apply(struct pw_stage *stage, const struct pw_stage_watch *watch,
		   struct pw_stage_counts *ret, struct pw_err *err) PW_MUST_CHECK;

#endif
