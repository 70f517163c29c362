/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "store_fixture.h"

#include "agent/retention.h"

#define HOUR_MS (DAY_MS / 24)

static int64_t ask(struct pw_store *store, int64_t wall_ms)
{
	struct pw_err err = PW_ERR_INIT;
	int64_t now_ms = 0;

	if (pw_retention_now(store, wall_ms, &now_ms, &err) < 0)
		fail_msg("%s", err.msg);
	return now_ms;
}

static void a_clock_that_goes_on_is_believed(void **state)
{
	struct pw_store *store = fixture_memory(*state);
	int64_t at;

	for (at = NOON_MS; at <= NOON_MS + 2 * DAY_MS; at += HOUR_MS)
		assert_int_equal(ask(store, at), at);
	pw_store_close(store);
}

static void a_jump_ahead_is_followed_a_day_at_a_time(void **state)
{
	struct pw_store *store = fixture_memory(*state);
	int i;

	assert_int_equal(ask(store, NOON_MS), NOON_MS);
	for (i = 1; i <= 29; i++)
		assert_int_equal(ask(store, NOON_MS + 4000 * DAY_MS),
				 NOON_MS + i * DAY_MS);
	/* put right, and wrong once more */
	assert_int_equal(ask(store, NOON_MS + DAY_MS), NOON_MS + DAY_MS);
	assert_int_equal(ask(store, NOON_MS + 4000 * DAY_MS), NOON_MS + 30 * DAY_MS);
	pw_store_close(store);
}

static void a_long_pause_is_caught_up_with(void **state)
{
	struct pw_store *store = fixture_memory(*state);
	const int64_t later = NOON_MS + 60 * DAY_MS;
	int i;

	assert_int_equal(ask(store, NOON_MS), NOON_MS);
	for (i = 0; i < 59; i++)
		assert_int_equal(ask(store, later), NOON_MS + (i + 1) * DAY_MS);
	assert_int_equal(ask(store, later), later);
	assert_int_equal(ask(store, later + HOUR_MS), later + HOUR_MS);
	pw_store_close(store);
}

static void a_clock_set_back_is_believed_and_does_not_stick(void **state)
{
	struct pw_store *store = fixture_memory(*state);

	assert_int_equal(ask(store, NOON_MS), NOON_MS);
	assert_int_equal(ask(store, 0), 0);
	assert_int_equal(ask(store, NOON_MS + HOUR_MS), NOON_MS + HOUR_MS);
	pw_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(a_clock_that_goes_on_is_believed),
		store_test(a_jump_ahead_is_followed_a_day_at_a_time),
		store_test(a_long_pause_is_caught_up_with),
		store_test(a_clock_set_back_is_believed_and_does_not_stick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
