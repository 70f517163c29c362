/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/buf.h"
#include "agent/base/day.h"
#include "agent/base/err.h"
#include "agent/base/str.h"

static void a_buffer_never_grows_past_its_maximum(void **state)
{
	struct pw_buf b;

	(void)state;
	pw_buf_init(&b, 5);
	assert_int_equal(pw_buf_adds(&b, "abc"), 0);
	assert_int_equal(pw_buf_adds(&b, "def"), -1);
	assert_int_equal(pw_buf_adds(&b, "d"), -1); /* failure is sticky */
	assert_string_equal(b.data, "abc");
	assert_true(pw_buf_failed(&b));
	pw_buf_done(&b);
}

static void an_arena_says_when_its_maximum_is_reached(void **state)
{
	struct pw_arena *arena = pw_arena_new(1000);
	size_t cap = 0, i;
	int *items = NULL;

	(void)state;
	for (i = 0; i < 20; i++) {
		items = pw_arena_grow(arena, items, i, &cap, sizeof *items);
		assert_non_null(items);
		items[i] = (int)i;
	}
	for (i = 0; i < 20; i++)
		assert_int_equal(items[i], i);
	assert_null(pw_arena_alloc(arena, 1000, 1));
	assert_true(pw_arena_exhausted(arena));
	pw_arena_free(arena);
}

static void context_goes_in_front_and_the_code_stays(void **state)
{
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	assert_int_equal(pw_err_set(&err, PW_ENET, "refused"), -1);
	pw_err_wrap(&err, "mailbox '%s'", "a");
	assert_string_equal(err.msg, "mailbox 'a': refused");
	assert_int_equal(err.code, PW_ENET);
}

static void a_domain_is_compared_by_whole_labels(void **state)
{
	(void)state;
	assert_true(pw_domain_within("cdw.com", "cdw.com"));
	assert_true(pw_domain_within("mail.CDW.com", "cdw.com"));
	assert_false(pw_domain_within("notcdw.com", "cdw.com"));
	assert_false(pw_domain_within("com", "cdw.com"));
	assert_false(pw_domain_within("cdw.com", ""));
}

static void strangers_bytes_are_escaped(void **state)
{
	static const char text[] = "a\n\033[31mb\xE2\x80\xAE\xFF";
	struct pw_buf b;

	(void)state;
	pw_buf_init(&b, 1000);
	pw_str_escape(&b, text, sizeof text - 1, 100);
	assert_string_equal(b.data, "a\\n\\u{1b}[31mb\\u{202e}\\xff");
	pw_buf_done(&b);
}

static void every_day_of_three_centuries_goes_round(void **state)
{
	pw_day first, last, day, back;
	char text[PW_DAY_TEXT];

	(void)state;
	assert_true(pw_day_from_iso("1900-01-01", &first));
	assert_true(pw_day_from_iso("2199-12-31", &last));
	for (day = first; day <= last; day++) {
		assert_true(pw_day_from_iso(pw_day_to_iso(day, text), &back));
		assert_int_equal(day, back);
	}
	assert_false(pw_day_from_iso("2026-02-29", &day));
	assert_false(pw_day_from_iso("2026-2-9", &day));
	assert_true(pw_day_from_iso("1970-01-01", &day));
	assert_int_equal(day, 0);
}

static void a_moment_is_written_in_utc(void **state)
{
	char text[PW_MS_TEXT];

	(void)state;
	assert_string_equal(pw_ms_to_text(1795338005000, text), "2026-11-22 09:00:05Z");
	assert_string_equal(pw_ms_to_text(-1000, text), "1969-12-31 23:59:59Z");
	assert_string_equal(pw_ms_to_text(0, text), "");
}

static void the_nearest_word_is_suggested(void **state)
{
	static const char *const words[] = { "rules", "run", "scan" };

	(void)state;
	assert_string_equal(pw_str_nearest("rulse", words, 3), "rules");
	assert_null(pw_str_nearest("alerts", words, 3));
}

static void two_letters_swapped_are_one_slip(void **state)
{
	static const char *const words[] = { "run", "scan" };

	(void)state;
	assert_string_equal(pw_str_nearest("rnu", words, 2), "run");
	assert_string_equal(pw_str_nearest("cs", (const char *const[]){ "sc" }, 1), "sc");
	assert_null(pw_str_nearest("nur", words, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_never_grows_past_its_maximum),
		cmocka_unit_test(an_arena_says_when_its_maximum_is_reached),
		cmocka_unit_test(context_goes_in_front_and_the_code_stays),
		cmocka_unit_test(a_domain_is_compared_by_whole_labels),
		cmocka_unit_test(strangers_bytes_are_escaped),
		cmocka_unit_test(every_day_of_three_centuries_goes_round),
		cmocka_unit_test(a_moment_is_written_in_utc),
		cmocka_unit_test(the_nearest_word_is_suggested),
		cmocka_unit_test(two_letters_swapped_are_one_slip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
