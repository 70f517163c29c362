/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_expiry.h - which of the dates in a mail is the expiry that it states.
 */
#ifndef PW_RULES_JUDGE_EXPIRY_H
#define PW_RULES_JUDGE_EXPIRY_H

#include "rules/match/judge.h"

/* The expiry stated for this contract (NULL: no contract matched), or
   PW_DAY_NONE.  *ret_quote is the sentence, borrowed from the finding. */
pw_day pw_judge_expiry(const struct pw_finding *finding,
		       const struct pw_contract *contract, const char **ret_quote);

#endif
