/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar.h - an invitation (text/calendar) as a person reads it.
 *
 * Source: RFC 5545.  Organizer, summary, place, times and description of
 * each event, one a line as "Label: value".
 */
#ifndef PW_PARSERS_CALENDAR_H
#define PW_PARSERS_CALENDAR_H

#include "agent/base/arena.h"
#include "parsers/bytes.h"
#include "parsers/text.h"

/* False when the arena is exhausted. */
bool pw_calendar_text(struct pw_arena *arena, struct pw_bytes utf8, struct pw_text *ret);

#endif
