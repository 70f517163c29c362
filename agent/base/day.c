/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/base/day.h"

#include <stdio.h>
#include <string.h>

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Howard Hinnant's days_from_civil: eras of 400 years, March first. */
bool pw_day_from_civil(int year, int month, int day, pw_day *ret)
{
	int era, year_of_era, day_of_year, day_of_era, y;

	if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month))
		return false;
	y = month <= 2 ? year - 1 : year;
	era = y / 400;
	year_of_era = y - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	day_of_era =
		year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	*ret = era * 146097 + day_of_era - 719468;
	return true;
}

void pw_day_to_civil(pw_day day, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = (int64_t)day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = (int)(yoe + era * 400 + (*ret_month <= 2));
}

bool pw_day_from_iso(const char *text, pw_day *ret)
{
	static const char shape[] = "dddd-dd-dd";
	int part[3] = { 0, 0, 0 }, which = 0, i;

	if (!text || strlen(text) != sizeof shape - 1)
		return false;
	for (i = 0; shape[i]; i++) {
		if (shape[i] == '-') {
			if (text[i] != '-')
				return false;
			which++;
		} else if (text[i] < '0' || text[i] > '9') {
			return false;
		} else {
			part[which] = part[which] * 10 + (text[i] - '0');
		}
	}
	return pw_day_from_civil(part[0], part[1], part[2], ret);
}

char *pw_day_to_iso(pw_day day, char out[PW_DAY_TEXT])
{
	int y, m, d;

	out[0] = '\0';
	if (day == PW_DAY_NONE)
		return out;
	pw_day_to_civil(day, &y, &m, &d);
	if (y >= 0 && y <= 9999)
		snprintf(out, PW_DAY_TEXT, "%04u-%02u-%02u", (unsigned)y % 10000u,
			 (unsigned)m % 100u, (unsigned)d % 100u);
	return out;
}

pw_day pw_day_of_ms(int64_t ms)
{
	const int64_t day_ms = 86400000;

	return (pw_day)(ms >= 0 ? ms / day_ms : (ms - day_ms + 1) / day_ms);
}

char *pw_ms_to_text(int64_t ms, char out[PW_MS_TEXT])
{
	char iso[PW_DAY_TEXT];
	int seconds;

	out[0] = '\0';
	if (!ms)
		return out;
	pw_day_to_iso(pw_day_of_ms(ms), iso);
	seconds = (int)((ms / 1000) % 86400 + 86400) % 86400;
	snprintf(out, PW_MS_TEXT, "%s %02u:%02u:%02uZ", iso,
		 (unsigned)seconds / 3600u % 24u, (unsigned)seconds / 60u % 60u,
		 (unsigned)seconds % 60u);
	return out;
}
