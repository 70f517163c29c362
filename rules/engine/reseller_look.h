/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reseller_look.h - what the files reseller*.c share: a value taken apart.
 */
#ifndef PW_RULES_RESELLER_LOOK_H
#define PW_RULES_RESELLER_LOOK_H

#include "parsers/fold.h"
#include "rules/engine/reseller.h"
#include "rules/match/name_words.h"

/* A value taken apart. */
struct pw_reseller_look {
	const struct pw_scan *scan;
	const struct pw_reseller_us *us;
	const struct pw_reseller_value *value;
	struct pw_arena *scratch;
	const char *original; /* of the value */
	size_t len;
	struct pw_fold fold;
	struct pw_name_word *words;
	size_t n_all; /* words of the value */
	size_t n;     /* of the name in it: before a parenthesis, semicolon ... */
	size_t first; /* of the name without leading legal forms */
	size_t run;   /* words of the name up to the first that is written small */
};

/* reseller_name.c */

/* "bayline-systems.co.uk": "baylinesystems", in arena; NULL: too short to tell. */
const char *pw_reseller_label(struct pw_arena *arena, const char *domain);
/* Do the words from `at` on spell the name?  *ret_rest: what is left of it when
   the run of capitals ends first, else NULL. */
bool pw_reseller_spells(const struct pw_reseller_look *look, size_t at, const char *name,
			const char **ret_rest);

/* reseller_owner.c */

/* A customer of ours, or whom the mail was written to. */
bool pw_reseller_is_customer(const struct pw_reseller_look *look);
/* The vendor who sells directly; a distributor where one may stand between. */
bool pw_reseller_is_between(const struct pw_reseller_look *look);
/* Who owns the address that stands in the value; PW_SENDER_NONE: there is none.
 *ret_alone: it is all that names the reseller. */
enum pw_sender_class pw_reseller_address(const struct pw_reseller_look *look,
					 bool *ret_alone);

#endif
