/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date_zone.h - the names of time zones: "CET", "Pacific Standard Time".
 *
 * Inside the date code only.
 */
#ifndef PW_PARSERS_DATE_ZONE_H
#define PW_PARSERS_DATE_ZONE_H

#include "parsers/date_token.h"

/* The zone whose name begins at token i, as a distance from the current one:
   how many tokens it takes, 0: none; *ret_minutes east of UTC. */
int pw_date_zone(const struct pw_tokens *tokens, int i, int *ret_minutes);

#endif
