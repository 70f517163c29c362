/* SPDX-License-Identifier: Apache-2.0 */
/*
 * columns.h - which column of an export is which of ours.
 *
 * Header names are compared without regard to case, spaces, underscores and
 * punctuation, against names met in real exports.
 */
#ifndef PW_CONTRACTS_COLUMNS_H
#define PW_CONTRACTS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/buf.h"
#include "agent/base/err.h"

enum pw_column {
	PW_COL_CONTRACT_ID,
	PW_COL_CUSTOMER,
	PW_COL_DOMAINS,
	PW_COL_VENDOR,
	PW_COL_PRODUCT,
	PW_COL_NUMBER,
	PW_COL_SERIALS,
	PW_COL_QUANTITY,
	PW_COL_START,
	PW_COL_END,
	PW_COL_VALUE,
	PW_COL_CURRENCY,
	PW_COL_OWNER,
	PW_COL_STATUS,
	PW_COL_ALIASES,
	PW_COL_CONTACT_NAME,
	PW_COL_CONTACT_EMAIL,
	PW_COL_CONTACT_PHONE,
	PW_N_COLUMNS
};

#define PW_SOURCES_MAX 4 /* columns of an export that feed one of ours */

struct pw_columns {
	struct {
		size_t n;
		size_t at[PW_SOURCES_MAX]; /* several only for serials */
	} sources[PW_N_COLUMNS];
	bool has_line_prices; /* the value column is a price a line */
};

/* "contract_id" ...; the name that users write. */
const char *pw_column_name(enum pw_column column);
/* Recognise headers.  Returns how many of ours were found; used[i] says which
   headers are. */
size_t pw_columns_find(struct pw_columns *ret, const char *const *headers, size_t n,
		       bool *used);
/* One --map of a user: "customer=Kunde" (either side may be ours).  Wins over
   what was recognised. */
int pw_columns_map(struct pw_columns *columns, const char *map,
		   const char *const *headers, size_t n,
		   struct pw_err *err) PW_MUST_CHECK;
/* used[i]: header i feeds a column of ours. */
void pw_columns_mark_used(const struct pw_columns *columns, bool *used, size_t n);
/* What every export must have. */
int pw_columns_check(const struct pw_columns *columns, const char *const *headers,
		     size_t n, struct pw_err *err) PW_MUST_CHECK;

#endif
