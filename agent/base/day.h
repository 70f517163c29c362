/* SPDX-License-Identifier: Apache-2.0 */
/*
 * day.h - calendar days without times or zones.
 *
 * A day is the number of days since 1970-01-01 in the proleptic Gregorian
 * calendar.  PW_DAY_NONE stands for "no day".
 */
#ifndef PW_BASE_DAY_H
#define PW_BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

typedef int32_t pw_day;

#define PW_DAY_NONE INT32_MIN
#define PW_DAY_TEXT 11 /* "YYYY-MM-DD" and its NUL */

/* False where year, month and day name no day of 1900..2199. */
bool pw_day_from_civil(int year, int month, int day, pw_day *ret);
void pw_day_to_civil(pw_day day, int *ret_year, int *ret_month, int *ret_day);
/* Exactly "YYYY-MM-DD". */
bool pw_day_from_iso(const char *text, pw_day *ret);
/* Writes "YYYY-MM-DD" (or "" for PW_DAY_NONE) and returns out. */
char *pw_day_to_iso(pw_day day, char out[PW_DAY_TEXT]);
/* The UTC day of a time in milliseconds since 1970. */
pw_day pw_day_of_ms(int64_t ms);
/* A moment for people and logs: "2026-11-22 09:00:05Z" ("" for 0); returns out. */
#define PW_MS_TEXT 24
char *pw_ms_to_text(int64_t ms, char out[PW_MS_TEXT]);

#endif
