/* SPDX-License-Identifier: Apache-2.0 */
/* Dates as clients and people write them, in the languages that mail programs speak. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "agent/base/str.h"
#include "parsers/date.h"

struct dated {
	const char *text, *wanted;
};

/* A parser must not read past the end: give it bytes without a NUL. */
static bool parse(const char *text, const struct pw_date_hints *hints,
		  struct pw_date *ret)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);
	bool found;

	memcpy(copy, text, len);
	found = pw_date_parse(copy, len, hints, ret);
	free(copy);
	return found;
}

static void check_all(const struct dated *rows, size_t n,
		      const struct pw_date_hints *hints)
{
	char out[PW_DATE_TEXT];
	struct pw_date date;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!parse(rows[i].text, hints, &date))
			fail_msg("no date in '%s'", rows[i].text);
		if (strcmp(pw_date_to_rfc3339(&date, out), rows[i].wanted) != 0)
			fail_msg("'%s' gave %s", rows[i].text, out);
	}
}

static void the_dates_of_mail_programs_are_read(void **state)
{
	static const struct dated rows[] = {
		{ "Tue, 8 Sep 2026 09:15:00 -0400", "2026-09-08T09:15:00-04:00" },
		{ "Fri, 25 Sep 2026 14:07:00 +0100 (BST)", "2026-09-25T14:07:00+01:00" },
		{ "Wed, Oct 27, 2021 at 9:31 AM", "2021-10-27T09:31:00" },
		{ "Wednesday, October 27, 2021 3:14 PM", "2021-10-27T15:14:00" },
		{ "Wednesday, October 27, 2021 12:05:09 AM", "2021-10-27T00:05:09" },
		{ "25 October 2021 at 11:17:21 EEST", "2021-10-25T11:17:21+03:00" },
		{ "On Monday, August 31st, 2026 at 3:25 PM", "2026-08-31T15:25:00" },
		{ "Mon, 27 March 2023 at 15:33", "2023-03-27T15:33:00" },
		{ "2021-10-27 09:31:00 +0000", "2021-10-27T09:31:00Z" },
		{ "2026-10-08T15:59:00-06:00", "2026-10-08T15:59:00-06:00" },
		{ "(GMT-05:00) 13/10/2026 5:50 PM", "2026-10-13T17:50:00" },
		{ "13/10/2026 5:50 PM (GMT-05:00)", "2026-10-13T17:50:00-05:00" },
		{ "3:25 PM, 31 August 2026", "2026-08-31T15:25:00" },
		{ "31 Aug 2026", "2026-08-31" },
	};

	(void)state;
	check_all(rows, PW_ARRAY_LEN(rows), NULL);
}

static void the_dates_of_every_language_are_read(void **state)
{
	static const struct dated rows[] = {
		{ "Dienstag, 2. November 2021, 09:26:50 MEZ",
		  "2021-11-02T09:26:50+01:00" },
		{ "mer. 27 oct. 2021 à 09:31", "2021-10-27T09:31:00" },
		{ "26 octobre 2021 à 14:25:08 UTC+2", "2021-10-26T14:25:08+02:00" },
		{ "le 27 octobre 2021 à 14 h 05", "2021-10-27T14:05:00" },
		{ "miércoles, 11 de noviembre de 2026 18:05", "2026-11-11T18:05:00" },
		{ "mié, 27 oct 2021 a las 9:31", "2021-10-27T09:31:00" },
		{ "mer 27 ott 2021 alle ore 09:31", "2021-10-27T09:31:00" },
		{ "qua., 27 de out. de 2021 às 09:31", "2021-10-27T09:31:00" },
		{ "wo 27 okt. 2021 om 09:31", "2021-10-27T09:31:00" },
		{ "tirsdag den 2. november 2021 09.26.50 CET",
		  "2021-11-02T09:26:50+01:00" },
		{ "ons 27 okt. 2021 kl 09:31", "2021-10-27T09:31:00" },
		{ "ke 27. lokak. 2021 klo 9.31", "2021-10-27T09:31:00" },
		{ "maanantai 19. syyskuuta 2022 klo 17.55.44", "2022-09-19T17:55:44" },
		{ "czwartek, 28 października 2021 o 12:46", "2021-10-28T12:46:00" },
		{ "st 27. 10. 2021 v 9:31", "2021-10-27T09:31:00" },
		{ "úterý 2. listopadu 2021 09:26:50", "2021-11-02T09:26:50" },
		{ "štvrtok, 28. októbra 2021, 12:46", "2021-10-28T12:46:00" },
		{ "2021. okt. 27., Sze, 9:31", "2021-10-27T09:31:00" },
		{ "csütörtök, 2021. október 28. 12:46", "2021-10-28T12:46:00" },
		{ "mie., 27 oct. 2021 la 09:31", "2021-10-27T09:31:00" },
		{ "sri, 27. lis 2021. u 09:31", "2021-10-27T09:31:00" },
		{ "ср, 27 окт. 2021 г. в 09:31", "2021-10-27T09:31:00" },
		{ "26 жовтня 2021 р. о 14:25:08 GMT+3", "2021-10-26T14:25:08+03:00" },
		{ "сряда, 27 октомври 2021 г. 9:31", "2021-10-27T09:31:00" },
		{ "Τετάρτη, 27 Οκτωβρίου 2021 3:14 μμ", "2021-10-27T15:14:00" },
		{ "2 Kasım 2021 Salı 09:26:50 GMT+3", "2021-11-02T09:26:50+03:00" },
		{ "trečiadienis, 2021 m. spalio 27 d. 09:31", "2021-10-27T09:31:00" },
		{ "2021. gada 27. oktobris 9:31", "2021-10-27T09:31:00" },
		{ "יום ד׳, 27 באוק׳ 2021 ב-9:31", "2021-10-27T09:31:00" },
		{ "الأربعاء، 27 أكتوبر 2021 في 9:31 ص", "2021-10-27T09:31:00" },
		{ "٢٧ أكتوبر ٢٠٢١ ٣:١٤ م", "2021-10-27T15:14:00" },
		{ "2026年10月20日 9:30", "2026-10-20T09:30:00" },
		{ "2021年10月27日 週三 上午9:31", "2021-10-27T09:31:00" },
		{ "2021年10月27日 (星期三) 下午3:14", "2021-10-27T15:14:00" },
		{ "2026年9月3日(木) 11:05", "2026-09-03T11:05:00" },
		{ "2026年9月3日 午後3時05分", "2026-09-03T15:05:00" },
		{ "2021년 10월 27일 (수) 오후 3:14", "2021-10-27T15:14:00" },
		{ "2021. 10. 27. 오후 3:14", "2021-10-27T15:14:00" },
		{ "Thứ Tư, 27 tháng 10, 2021 vào lúc 09:31", "2021-10-27T09:31:00" },
		{ "27 ตุลาคม 2564 เวลา 9:31", "2021-10-27T09:31:00" },
		{ "31 มี.ค. 2570", "2027-03-31" },
		{ "令和9年3月31日", "2027-03-31" },
		{ "Thứ Hai, 09 Tháng Mười Một 2026 3:05 CH", "2026-11-09T15:05:00" },
		{ "Isnin, 9 November 2026 3:05 PTG", "2026-11-09T15:05:00" },
		{ "सोम, 9 नव॰ 2026 को 3:05 pm बजे", "2026-11-09T15:05:00" },
		{ "astelehena, 2026(e)ko azaroak 9 15:05", "2026-11-09T15:05:00" },
		{ "جمعه ۱۳ نوامبر ۲۰۲۶،‏ ۱۵:۰۵",
		  "2026-11-13T15:05:00" },
		{ "١٣ نوفمبر ٢٠٢٦، ٣:٠٥:١٢ م غرينتش+٣", "2026-11-13T15:05:12+03:00" },
		{ "26/11/9 오후 3:05 (GMT+09:00)", "2026-11-09T15:05:00+09:00" },
		{ "Fri, 13 Nov 2026 15:05:12 W. Europe Daylight Time",
		  "2026-11-13T15:05:12+02:00" },
		{ "13. November 2026 um 15:05:12 Mitteleuropäische Sommerzeit",
		  "2026-11-13T15:05:12+02:00" },
		{ "den 9/12-2026", "2026-12-09" },
		{ "17/12–2026", "2026-12-17" },
		{ "den 4:e januari 2027", "2027-01-04" },
	};

	(void)state;
	check_all(rows, PW_ARRAY_LEN(rows), NULL);
}

static void a_locale_decides_the_order_of_day_and_month(void **state)
{
	static const struct {
		const char *locale, *text, *wanted;
		bool is_ambiguous;
	} rows[] = {
		{ "de", "03/04/2027", "2027-04-03", false },
		{ "fr", "09/12/2026", "2026-12-09", false },
		{ "en-GB", "01/12/2026", "2026-12-01", false },
		{ "en-US", "01/12/2026", "2026-01-12", false },
		{ "en-US", "13/12/2026", "2026-12-13", false },
		{ "en", "01/12/2026", "2026-01-12", true },
		{ NULL, "01/12/2026", "2026-12-01", true },
		{ NULL, "12/12/2026", "2026-12-12", false },
		{ "ja", "27/03/31", "2027-03-31", false },
		{ "de", "31.03.27", "2027-03-31", false },
		{ "hr", "20. listopada 2021", "2021-10-20", false },
		{ "pl", "20 listopada 2021", "2021-11-20", false },
	};
	char out[PW_DATE_TEXT];
	struct pw_date date;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(rows); i++) {
		struct pw_date_hints hints = { .locale = rows[i].locale,
					       .near = PW_DAY_NONE };

		assert_true(parse(rows[i].text, &hints, &date));
		if (strcmp(pw_date_to_rfc3339(&date, out), rows[i].wanted) != 0 ||
		    date.is_ambiguous != rows[i].is_ambiguous)
			fail_msg("'%s' in %s gave %s%s", rows[i].text,
				 rows[i].locale ? rows[i].locale : "no locale", out,
				 date.is_ambiguous ? ", ambiguous" : "");
	}
}

static void other_dates_of_the_mail_decide_the_order(void **state)
{
	struct pw_date_hints hints = { .near = PW_DAY_NONE };
	static const char text[] = "from 13/02/2026 to 02/03/2026";
	char out[PW_DATE_TEXT];
	struct pw_date date;

	(void)state;
	assert_int_equal(pw_date_order_of(text, strlen(text)), PW_ORDER_DMY);
	assert_int_equal(pw_date_order_of("02/13/2026", 10), PW_ORDER_MDY);
	assert_int_equal(pw_date_order_of("02/03/2026", 10), PW_ORDER_UNKNOWN);
	assert_int_equal(pw_date_order_of("13/02/2026 02/13/2026", 21), PW_ORDER_UNKNOWN);
	hints.order = PW_ORDER_MDY;
	assert_true(parse("02/03/2026", &hints, &date));
	assert_string_equal(pw_date_to_rfc3339(&date, out), "2026-02-03");
	assert_false(date.is_ambiguous);
}

static void a_mail_was_not_sent_after_it_arrived(void **state)
{
	struct pw_date_hints hints = { .order = PW_ORDER_UNKNOWN };
	char out[PW_DATE_TEXT];
	struct pw_date date;

	(void)state;
	assert_true(pw_day_from_iso("2026-11-13", &hints.near));
	assert_true(parse("11/12/2026 11:02", &hints, &date));
	assert_string_equal(pw_date_to_rfc3339(&date, out), "2026-11-12T11:02:00");
	assert_false(date.is_ambiguous);
	assert_true(parse("04/11/2026 11:02", &hints, &date));
	assert_string_equal(pw_date_to_rfc3339(&date, out), "2026-11-04T11:02:00");
	/* Both fit: the nearer one is a guess. */
	assert_true(date.is_ambiguous);
	/* A missing year is the last one that fits. */
	assert_true(parse("Thu, 24 Dec, 10:00", &hints, &date));
	assert_string_equal(pw_date_to_rfc3339(&date, out), "2025-12-24T10:00:00");
	assert_true(date.is_ambiguous);
}

static void a_weekday_settles_what_is_ambiguous(void **state)
{
	static const struct dated rows[] = {
		{ "Wed 11/04/2026", "2026-11-04" }, /* 11 April is a Saturday */
		{ "Sat 11/04/2026", "2026-04-11" },
		{ "sri, 20. listopada 2024", "2024-11-20" },
	};

	(void)state;
	check_all(rows, PW_ARRAY_LEN(rows), NULL);
}

static void the_persian_calendar_and_umm_al_qura_are_counted_into_ours(void **state)
{
	static const struct dated rows[] = {
		{ "پنجشنبه ۱۴ آبان ۱۴۰۵ ۹:۳۰", "2026-11-05T09:30:00" },
		{ "۱۴۰۵/۸/۱۴،‏ ۹:۳۰", "2026-11-05T09:30:00" },
		{ "1405/08/14 09:30", "2026-11-05T09:30:00" },
		{ "۳۰ اسفند ۱۴۰۳", "2025-03-20" }, /* a leap year */
		{ "الخميس، ٢٥ جمادى الأولى ١٤٤٨ ٩:٣٠ ص", "2026-11-05T09:30:00" },
		{ "25/05/1448 09:30 ص", "2026-11-05T09:30:00" },
		{ "1 ربيع الثاني 1448", "2026-09-12" },
	};
	static const char *const none[] = {
		"30 اسفند 1404", "1405-08-14", "1405.8.14",
		"1405/13/01",    "31/05/1448", "1405/08/1448"
	};
	struct pw_date date;
	size_t i;

	(void)state;
	check_all(rows, PW_ARRAY_LEN(rows), NULL);
	for (i = 0; i < PW_ARRAY_LEN(none); i++)
		if (parse(none[i], NULL, &date))
			fail_msg("'%s' is no date", none[i]);
}

static void a_time_may_stand_before_the_date_or_in_it(void **state)
{
	static const struct dated rows[] = {
		{ "13.11.2026 um 15.05 Uhr MEZ", "2026-11-13T15:05:00+01:00" },
		{ "15:05 13/11/2026, Jane", "2026-11-13T15:05:00" }, /* and before */
		{ "Thu Nov  5 09:30:12 2026", "2026-11-05T09:30:12" },
		{ "Thu Nov 05 09:30:12 CET 2026", "2026-11-05T09:30:12+01:00" },
		{ "Thu Nov 05 09:30:12 -0500 2026", "2026-11-05T09:30:12-05:00" },
	};

	(void)state;
	check_all(rows, PW_ARRAY_LEN(rows), NULL);
}

static void signs_and_endings_of_other_scripts_stand_apart(void **state)
{
	static const struct dated rows[] = {
		{ "గురు, 5 నవం, 2026 3:05 PMకి", "2026-11-05T15:05:00" },
		{ "5 نومبر، 2026 کو 3:05 PM پر", "2026-11-05T15:05:00" },
		{ "2026 оны 11-р сарын 5 15:05", "2026-11-05T15:05:00" },
		{ "5 ta’ Novembru 2026 15:05", "2026-11-05T15:05:00" },
		{ "Dydd Iau, 5 Tachwedd 2026 15:05", "2026-11-05T15:05:00" },
	};

	(void)state;
	check_all(rows, PW_ARRAY_LEN(rows), NULL);
}

static void the_letters_of_a_serial_number_are_no_weekday(void **state)
{
	const char text[] = "array KX7718B05C runs out 2/5/2027";
	struct pw_date_hints hints = { .order = PW_ORDER_MDY };
	struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_date_span *spans;
	char day[PW_DAY_TEXT];

	(void)state;
	assert_int_equal(pw_date_find(arena, text, sizeof text - 1, &hints, 9, &spans),
			 1);
	assert_string_equal(pw_day_to_iso(spans[0].date.day, day), "2027-02-05");
	pw_arena_free(arena);
}

static void what_is_no_date_gives_none(void **state)
{
	static const char *const texts[] = {
		"",
		"hello",
		"1.2.3.4",
		"192.168.10.12",
		"31/13/2027",
		"version 10.11.12.13",
		"FG100FTK20099141",
		"9:31",
		"30 February 2027",
		"$12/10/2026",
		"2CB8-ED4A-71F0",
		"May be 12",
		"0041772911",
		"12-34-56",
		"1 de 5",
		"premier mars",
		"primo 2026",
		"the first 2027 seats",
		"12 xi 2027",
		"99 XI 2027",
	};
	struct pw_date date;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(texts); i++)
		if (parse(texts[i], NULL, &date))
			fail_msg("a date in '%s'", texts[i]);
}

static void dates_are_found_in_running_text(void **state)
{
	static const struct {
		const char *text, *span, *wanted;
	} rows[] = {
		{ "Ihr Vertrag läuft am 31. März 2027 aus.", "31. März 2027",
		  "2027-03-31" },
		{ "échéance le 1er avril 2027 au plus tard", "1er avril 2027",
		  "2027-04-01" },
		{ "It ends March 31st, 2027, so act now", "March 31st, 2027",
		  "2027-03-31" },
		{ "expires 31/03/27.", "31/03/27", "2027-03-31" },
		{ "更新期限は2027年3月31日です", "2027年3月31日", "2027-03-31" },
		{ "授权将于2027年3月31日到期", "2027年3月31日", "2027-03-31" },
		{ "만료일은 2027년 3월 31일입니다", "2027년 3월 31일", "2027-03-31" },
		{ "em 1º de abril de 2027 vence", "1º de abril de 2027", "2027-04-01" },
		{ "the 3rd of April, 2027 is the day", "3rd of April, 2027",
		  "2027-04-03" },
		{ "wrapped at 31 March\n2027 here", "31 March\n2027", "2027-03-31" },
		{ "through December twenty-second, 2026 (12/22/2026).", "12/22/2026",
		  "2026-12-22" },
		{ "Ablauf: 31.03.2027, 12 Stück", "31.03.2027", "2027-03-31" },
		{ "หมดอายุ ๓๑ มีนาคม ๒๕๗๐", "๓๑ มีนาคม ๒๕๗๐", "2027-03-31" },
		{ "12 seats lapse January 31, 2027", "January 31, 2027", "2027-01-31" },
		{ "for 12 in January 31 2027 is the end", "January 31 2027",
		  "2027-01-31" },
		{ "end date 2026-12-01.", "2026-12-01", "2026-12-01" },
		{ "coperto fino al primo dicembre 2026:", "primo dicembre 2026",
		  "2026-12-01" },
		{ "expire le premier mars 2027.", "premier mars 2027", "2027-03-01" },
		{ "vence el primero de enero de 2027", "primero de enero de 2027",
		  "2027-01-01" },
		{ "endet am ersten April 2027", "ersten April 2027", "2027-04-01" },
		{ "wygasa 30.XI.2026 r.", "30.XI.2026", "2026-11-30" },
		{ "wygasa 5 I 2027", "5 I 2027", "2027-01-05" },
		{ "26년 12월 12일 만료", "26년 12월 12일", "2026-12-12" },
		{ "le 15 décembre 2026 à 11 h, en ligne", "15 décembre 2026",
		  "2026-12-15T11:00:00" },
		{ "am 3.12.2026 um 14 Uhr", "3.12.2026", "2026-12-03T14:00:00" },
		{ "ends 3.12.2026, release 12.1", "3.12.2026", "2026-12-03" },
	};
	struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_date_span *spans;
	char out[PW_DATE_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(rows); i++) {
		const char *text = rows[i].text;

		if (pw_date_find(arena, text, strlen(text), NULL, 10, &spans) != 1)
			fail_msg("not one date in '%s'", text);
		if (strncmp(text + spans[0].start, rows[i].span, strlen(rows[i].span)) !=
			    0 ||
		    spans[0].end - spans[0].start != strlen(rows[i].span))
			fail_msg("'%s': span '%.*s'", text,
				 (int)(spans[0].end - spans[0].start),
				 text + spans[0].start);
		assert_string_equal(pw_date_to_rfc3339(&spans[0].date, out),
				    rows[i].wanted);
	}
	pw_arena_free(arena);
}

static void only_complete_dates_are_found(void **state)
{
	static const char text[] =
		"end of November, zum Jahresende, in March 2027, 12 May, "
		"10/30, week 14/2026, 1,234.56, 14-16 May, 3 units 2027";
	struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_date_span *spans;

	(void)state;
	assert_int_equal(pw_date_find(arena, text, strlen(text), NULL, 10, &spans), 0);
	pw_arena_free(arena);
}

static void days_without_a_year_are_found_in_the_year_that_is_meant(void **state)
{
	static const char text[] =
		"Up on Dec 21 (or 3. Januar), on 12/4. Release 12.1 is no day, nor 24/7. "
		"31 January 2027 is a whole date, 1 October past. Ends Dec 4th. May we?";
	static const char *const wanted[] = { "2026-12-21", "2027-01-03", "2026-12-04",
					      "2026-10-01", "2026-12-04" };
	struct pw_date_hints hints = { .locale = "en-US" };
	struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_date_span *spans;
	char out[PW_DATE_TEXT];
	size_t i;

	(void)state;
	assert_true(pw_day_from_civil(2026, 11, 10, &hints.near));
	assert_int_equal(
		pw_date_find_yearless(arena, text, strlen(text), &hints, 10, &spans),
		PW_ARRAY_LEN(wanted));
	for (i = 0; i < PW_ARRAY_LEN(wanted); i++)
		assert_string_equal(pw_date_to_rfc3339(&spans[i].date, out), wanted[i]);
	hints.near = PW_DAY_NONE;
	assert_int_equal(
		pw_date_find_yearless(arena, text, strlen(text), &hints, 10, &spans), 0);
	pw_arena_free(arena);
}

static void no_more_dates_are_found_than_asked_for(void **state)
{
	static const char text[] = "1.1.2027 2.1.2027 3.1.2027";
	struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_date_span *spans;

	(void)state;
	assert_int_equal(pw_date_find(arena, text, strlen(text), NULL, 2, &spans), 2);
	assert_int_equal(spans[1].start, 9);
	pw_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dates_of_mail_programs_are_read),
		cmocka_unit_test(the_dates_of_every_language_are_read),
		cmocka_unit_test(a_locale_decides_the_order_of_day_and_month),
		cmocka_unit_test(other_dates_of_the_mail_decide_the_order),
		cmocka_unit_test(a_mail_was_not_sent_after_it_arrived),
		cmocka_unit_test(a_weekday_settles_what_is_ambiguous),
		cmocka_unit_test(
			the_persian_calendar_and_umm_al_qura_are_counted_into_ours),
		cmocka_unit_test(a_time_may_stand_before_the_date_or_in_it),
		cmocka_unit_test(signs_and_endings_of_other_scripts_stand_apart),
		cmocka_unit_test(the_letters_of_a_serial_number_are_no_weekday),
		cmocka_unit_test(what_is_no_date_gives_none),
		cmocka_unit_test(dates_are_found_in_running_text),
		cmocka_unit_test(only_complete_dates_are_found),
		cmocka_unit_test(days_without_a_year_are_found_in_the_year_that_is_meant),
		cmocka_unit_test(no_more_dates_are_found_than_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
