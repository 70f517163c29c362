/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "agent/metrics/metrics.h"
#include "store_fixture.h"

static char *render(struct fixture *f, struct pw_store *store, bool *ret_is_healthy)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf out;

	pw_buf_init(&out, 65536);
	if (pw_metrics_render(&out, ret_is_healthy, store, &f->clock, &err) < 0)
		fail_msg("%s", err.msg);
	return pw_buf_take(&out);
}

static struct pw_store *store_with_mailbox(struct fixture *f, int64_t failing_ms)
{
	const struct pw_mailbox_row row = { .name = "a\"b\\c",
					    .uidvalidity = 1,
					    .last_ok_ms = f->now_ms,
					    .failing_ms = failing_ms };
	struct pw_store *store = NULL;

	assert_int_equal(pw_store_open_memory(&store, &f->clock, NULL), 0);
	assert_int_equal(pw_store_mailbox_put(store, &row, NULL), 0);
	return store;
}

static void figures_have_help_type_and_escaped_labels(void **state)
{
	static const char *const wanted[] = {
		"# TYPE poachwatch_messages_total counter\n",
		"poachwatch_messages_total{verdict=\"alert\"} 0\n",
		"poachwatch_outbox_mails{state=\"dead\"} 0\n",
		"poachwatch_mailbox_up{mailbox=\"a\\\"b\\\\c\"} 1\n",
		"poachwatch_mailbox_last_read_timestamp_seconds{mailbox=\"a\\\"b\\\\c\"} "
		"1795348800\n",
	};
	struct fixture *f = *state;
	struct pw_store *store = store_with_mailbox(f, 0);
	bool is_healthy = false;
	PW_CLEANUP(pw_freep) char *text = render(f, store, &is_healthy);
	size_t i;

	assert_true(is_healthy);
	for (i = 0; i < PW_ARRAY_LEN(wanted); i++)
		if (!strstr(text, wanted[i]))
			fail_msg("not there: %s in\n%s", wanted[i], text);
	pw_store_close(store);
}

static void a_mailbox_that_fails_for_an_hour_is_unhealthy(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = store_with_mailbox(f, f->now_ms);
	bool is_healthy = false;
	PW_CLEANUP(pw_freep) char *before = render(f, store, &is_healthy);
	PW_CLEANUP(pw_freep) char *after = NULL;

	assert_true(is_healthy);
	assert_non_null(
		strstr(before, "poachwatch_mailbox_up{mailbox=\"a\\\"b\\\\c\"} 0"));
	f->now_ms += 3600 * 1000;
	after = render(f, store, &is_healthy);
	assert_false(is_healthy);
	pw_store_close(store);
}

static void only_the_loopback_is_served(void **state)
{
	static const char *const bad[] = { "0.0.0.0:9425",   "192.0.2.1:9425",
					   "[::]:9425",      "127.0.0.1",
					   "127.0.0.1:0",    "example.org:1",
					   "127.0.0.1:9425x" };
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(bad); i++) {
		struct pw_metrics *metrics = NULL;
		struct pw_err err = PW_ERR_INIT;

		if (pw_metrics_start(&metrics, bad[i], f->path, &f->clock, &err) == 0)
			fail_msg("served on %s", bad[i]);
		if (err.code != PW_EINPUT && err.code != PW_ENOTFOUND)
			fail_msg("%s: %s", bad[i], err.msg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(figures_have_help_type_and_escaped_labels),
		store_test(a_mailbox_that_fails_for_an_hour_is_unhealthy),
		store_test(only_the_loopback_is_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
