/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict_causes.h - which rules make two judgements of one message differ.
 */
#ifndef PW_COMMANDS_VERDICT_CAUSES_H
#define PW_COMMANDS_VERDICT_CAUSES_H

#include <jansson.h>

#include "rules/engine/finding.h"

/* An array of what each rule did, the decisive first: {"rule", "at",
   "effect": added | gone | weight, "points": [before, now]}, or with "text" instead
   of points for the effects sender and threshold, and for vendors.  Empty where
   either finding is NULL.  Owned by the caller. */
json_t *pw_verdict_causes(const struct pw_finding *before,
			  const struct pw_finding *after);

#endif
