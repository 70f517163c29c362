/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/delivery.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const struct pw_retry_config retry = { MINUTE, HOUR, 5 * DAY };

struct fixture {
	struct pw_outbox_rcpt rcpts[2];
	struct pw_outbox_row row;
	struct pw_sending *sending;
};

/* Two recipients, never tried. */
static void setup(struct fixture *f, bool without_original)
{
	*f = (struct fixture){
		.rcpts = { { .address = "ann@ours.example" },
			   { .address = "bob@ours.example" } },
	};
	f->row = (struct pw_outbox_row){ .id = 7,
					 .data = "mail",
					 .data_len = 4,
					 .rcpts = f->rcpts,
					 .n_rcpts = 2,
					 .created_ms = 1000,
					 .without_original = without_original };
	f->sending = pw_delivery_sending(&f->row);
}

static void say(struct fixture *f, size_t i, enum pw_smtp_outcome outcome, int status)
{
	f->sending->to[i].outcome = outcome;
	f->sending->to[i].status = status;
	snprintf(f->sending->to[i].text, sizeof f->sending->to[i].text, "%d words",
		 status);
}

static enum pw_delivery_next settle(struct fixture *f, int64_t now)
{
	return pw_delivery_settle(&f->row, f->sending, &retry, now);
}

static void pauses_double_from_a_minute_to_an_hour(void **state)
{
	static const int64_t wanted[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(wanted); i++)
		assert_int_equal(pw_delivery_pause_ms(&retry, (int)i + 1),
				 wanted[i] * MINUTE);
	assert_int_equal(pw_delivery_pause_ms(&retry, 1000), HOUR);
}

static void accepted_by_all_is_sent(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	assert_int_equal(f.sending->n_to, 2);
	say(&f, 0, PW_SMTP_ACCEPTED, 250);
	say(&f, 1, PW_SMTP_ACCEPTED, 250);
	assert_int_equal(settle(&f, 5000), PW_DELIVERY_SETTLED);
	assert_int_equal(f.row.state, PW_OUTBOX_SENT);
	assert_int_equal(f.row.done_ms, 5000);
	pw_sending_free(f.sending);
}

static void only_who_was_put_off_gets_it_again(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	say(&f, 0, PW_SMTP_ACCEPTED, 250);
	say(&f, 1, PW_SMTP_LATER, 451);
	assert_int_equal(settle(&f, 5000), PW_DELIVERY_SETTLED);
	assert_int_equal(f.row.state, PW_OUTBOX_QUEUED);
	assert_int_equal(f.row.next_ms, 5000 + MINUTE);
	pw_sending_free(f.sending);
	f.sending = pw_delivery_sending(&f.row);
	assert_int_equal(f.sending->n_to, 1);
	assert_string_equal(f.sending->to[0].address, "bob@ours.example");
	pw_sending_free(f.sending);
}

static void a_refusal_is_tried_once_more_without_the_original(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	say(&f, 0, PW_SMTP_REFUSED, 552);
	say(&f, 1, PW_SMTP_ACCEPTED, 250);
	assert_int_equal(settle(&f, 5000), PW_DELIVERY_WITHOUT_ORIGINAL);
	assert_int_equal(f.row.state, PW_OUTBOX_QUEUED);
	assert_int_equal(f.row.next_ms, 0);
	pw_sending_free(f.sending);
	f.sending = pw_delivery_sending(&f.row);
	assert_int_equal(f.sending->n_to, 1);
	say(&f, 0, PW_SMTP_REFUSED, 550);
	assert_int_equal(settle(&f, 6000), PW_DELIVERY_FALLBACK);
	assert_int_equal(f.row.state, PW_OUTBOX_SENT); /* one of the two has it */
	assert_string_equal(f.row.rcpts[0].error, "550 words");
	pw_sending_free(f.sending);
}

static void refused_by_all_without_an_original_is_a_dead_letter(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, true);
	say(&f, 0, PW_SMTP_REFUSED, 550);
	say(&f, 1, PW_SMTP_REFUSED, 550);
	assert_int_equal(settle(&f, 5000), PW_DELIVERY_FALLBACK);
	assert_int_equal(f.row.state, PW_OUTBOX_DEAD);
	pw_sending_free(f.sending);
}

static void a_server_that_cannot_be_asked_refuses_nobody(void **state)
{
	static const enum pw_code codes[] = { PW_ENET,    PW_ETLS,     PW_EAUTH,
					      PW_ETEMP,   PW_EREFUSED, PW_EPROTO,
					      PW_ETIMEOUT };
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(codes); i++) {
		setup(&f, false);
		say(&f, 0, PW_SMTP_REFUSED, 0); /* whatever stands there does not count */
		pw_err_set(&f.sending->err, codes[i], "no");
		if (settle(&f, 5000) != PW_DELIVERY_SETTLED ||
		    f.row.state != PW_OUTBOX_QUEUED || f.row.next_ms != 5000 + MINUTE)
			fail_msg("%s: not simply put off", pw_code_name(codes[i]));
		assert_string_equal(f.row.error, "no");
		pw_sending_free(f.sending);
	}
}

static void an_address_that_no_command_can_hold_is_given_up_at_once(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, true);
	pw_err_set(&f.sending->err, PW_EINPUT, "not an address");
	assert_int_equal(settle(&f, 5000), PW_DELIVERY_FALLBACK);
	assert_int_equal(f.row.state, PW_OUTBOX_DEAD);
	pw_sending_free(f.sending);
}

static void after_five_days_it_is_a_dead_letter(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	say(&f, 0, PW_SMTP_LATER, 451);
	say(&f, 1, PW_SMTP_LATER, 451);
	/* the clock stepped ahead: nobody has tried for five days */
	assert_int_equal(settle(&f, f.row.created_ms + 400 * DAY), PW_DELIVERY_SETTLED);
	assert_int_equal(f.row.state, PW_OUTBOX_QUEUED);
	f.row.attempts = 100;
	assert_int_equal(settle(&f, f.row.created_ms + 5 * DAY - 1), PW_DELIVERY_SETTLED);
	assert_int_equal(f.row.state, PW_OUTBOX_QUEUED);
	assert_int_equal(settle(&f, f.row.created_ms + 5 * DAY), PW_DELIVERY_FALLBACK);
	assert_int_equal(f.row.state, PW_OUTBOX_DEAD);
	pw_sending_free(f.sending);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pauses_double_from_a_minute_to_an_hour),
		cmocka_unit_test(accepted_by_all_is_sent),
		cmocka_unit_test(only_who_was_put_off_gets_it_again),
		cmocka_unit_test(a_refusal_is_tried_once_more_without_the_original),
		cmocka_unit_test(refused_by_all_without_an_original_is_a_dead_letter),
		cmocka_unit_test(a_server_that_cannot_be_asked_refuses_nobody),
		cmocka_unit_test(an_address_that_no_command_can_hold_is_given_up_at_once),
		cmocka_unit_test(after_five_days_it_is_a_dead_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
