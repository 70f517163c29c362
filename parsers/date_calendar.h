/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date_calendar.h - dates of the Persian calendar and of Umm al-Qura.
 *
 * Inside the date code only.  ICU's calendars are asked once per process for
 * the beginnings of all months that a mail can mean; then a date is a look-up.
 */
#ifndef PW_PARSERS_DATE_CALENDAR_H
#define PW_PARSERS_DATE_CALENDAR_H

#include "parsers/date_match.h"

/* Build the tables; calling it again does nothing. */
void pw_calendars_init(void);

/* Does such a date begin with the number at the current token?  Its numbers
   are those of the Gregorian date, decided. */
bool pw_date_match_calendar(const struct pw_tokens *tokens, struct pw_date_match *ret);

#endif
