/* SPDX-License-Identifier: Apache-2.0 */
/*
 * datenames.h - names of months, weekdays and halves of the day, from ICU.
 *
 * One read-only dictionary over all languages that ICU knows, built once per
 * process (pw_date_names_init(), or at the first look-up).
 */
#ifndef PW_PARSERS_DATENAMES_H
#define PW_PARSERS_DATENAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Calendars that clients print beside the Gregorian one. */
enum pw_calendar { PW_CALENDAR_PERSIAN, PW_CALENDAR_HIJRI, PW_CALENDARS };

struct pw_date_name {
	uint16_t months;                     /* bit 1..12: a month in some language */
	uint16_t other_months[PW_CALENDARS]; /* the same, of other calendars */
	uint8_t weekdays;                    /* bit 0 (Sunday) .. 6 (Saturday) */
	uint8_t halves;                      /* bit 0: before noon, bit 1: after noon */
	uint16_t index; /* where its rows begin, for pw_date_name_month() */
	uint16_t n_rows;
};

/* Build the dictionary; calling it again does nothing. */
void pw_date_names_init(void);

/* What word (any case, with or without accents and full stops) may mean.
   All members 0 when it is no such name. */
struct pw_date_name pw_date_name_find(const char *word, size_t len);

/* Can a name begin with this word?  False for most words of most texts, after
   a look at their first letters: cheaper than pw_date_name_find(). */
bool pw_date_name_may_begin(const char *word, size_t len);

/* Its month (1..12) in one language ("hr", "pt-BR"), 0 when it is none
   there or locale is NULL. */
int pw_date_name_month(const struct pw_date_name *name, const char *locale);

#endif
