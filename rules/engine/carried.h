/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carried.h - a mail read as if a stranger had written all that he sent.
 *
 * Inner mails that are printed into a body are what the sender of that body
 * says they are.  A rival who puts his ask below "From: the vendor", or below
 * a line that ends his mail, wrote it all the same.
 */
#ifndef PW_RULES_CARRIED_H
#define PW_RULES_CARRIED_H

#include "rules/engine/scan.h"

/* Give each possible solicitor the words behind the end of his mail, and what
   he passes on as the vendor's, a distributor's or ours.  Fills *ret (memory
   of the scan's arena) and returns true when there is any; *ret_others: not
   only words behind an end. */
bool pw_carry(struct pw_scan *scan, struct pw_mail *ret, bool *ret_others);

#endif
