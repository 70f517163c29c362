/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reseller.h - is the reseller that a mail names somebody else than we?
 *
 * Rules know the labels ("Reseller of record:", "Ihr Händler:"); behind one
 * may stand any company of the world, so who it is not is found out here.
 * Private to rules/engine/.
 */
#ifndef PW_RULES_RESELLER_H
#define PW_RULES_RESELLER_H

#include "rules/engine/scan.h"

#define PW_RESELLER_MAX      160   /* bytes of a name that are read */
#define PW_RESELLER_ROWS_MAX 200   /* rows below the head of a table */
#define PW_RESELLER_HITS_MAX 10000 /* places of a scope that one rule is asked of */

/* One of our names. */
struct pw_reseller_own {
	const char
		*key; /* pw_name_key(), "bayline systems"; of a domain "baylinesystems" */
	bool is_alone; /* only where no other word of a name stands beside it */
};

/* How we are called; borrowed from the scan's arena. */
struct pw_reseller_us {
	struct pw_reseller_own *names, *labels; /* labels: of our domains */
	size_t n_names, n_labels;
};
struct pw_reseller_us pw_reseller_us_of(struct pw_scan *scan);

/* The key of a name as written (pw_name_key()), in arena; NULL: it has none. */
const char *pw_reseller_key(struct pw_arena *arena, const char *name);

/* Does a key spell the part of a domain ("bayline systems", "baylinesystems")? */
bool pw_reseller_key_spells(const char *key, const char *label);

/* A part of the original in which a reseller is named, and what is asked of it. */
struct pw_reseller_value {
	const struct pw_layer_scan *layer;
	enum pw_scope scope;
	struct pw_span span; /* bytes of the original */
	/* It may be a distributor between us and the vendor, who is no other
	   reseller. */
	bool may_be_distributor;
	bool is_labelled; /* behind a colon or in a cell, not in a sentence */
};

/* A name of somebody else?  Not where nobody is named ("n/a"), nor the customer
   or the vendor.  At most PW_RESELLER_MAX bytes of it are read. */
bool pw_reseller_is_other(const struct pw_scan *scan, const struct pw_reseller_us *us,
			  const struct pw_reseller_value *value);

/* Take away the notices whose (?<reseller>) or (?<partner>) is nobody else in
   any of its places, or whose layer is about no contract of ours; after
   pw_match(). */
void pw_settle_resellers(struct pw_scan *scan);

#endif
