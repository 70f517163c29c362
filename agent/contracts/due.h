/* SPDX-License-Identifier: Apache-2.0 */
/*
 * due.h - what ends soon, and what nobody has cared for (`contracts due`, the
 * digest).
 */
#ifndef PW_CONTRACTS_DUE_H
#define PW_CONTRACTS_DUE_H

#include "agent/alert/alert.h"
#include "agent/store/store.h"

#define PW_DUE_DAYS 120 /* how far ahead it looks as a rule */

struct pw_due_query {
	pw_day today;
	int days;          /* how far ahead */
	const char *owner; /* only this account manager's; NULL: all */
	size_t limit;      /* the soonest so many */
};

/* Contracts that end from today on within days and are neither renewed nor
   lost: those that a rival is after first, then by end.  Rows and strings live
   in the arena. */
int pw_due_gather(struct pw_store *store, const struct pw_due_query *query,
		  struct pw_arena *arena, struct pw_due_row **ret, size_t *ret_n,
		  struct pw_err *err) PW_MUST_CHECK;

/* Value at risk by currency: "41,220 USD; 3,000 EUR" ("" for none). */
void pw_due_value(const struct pw_due_row *rows, size_t n, struct pw_buf *out);

#endif
