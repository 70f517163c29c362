/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "agent/digest.h"
#include "tests/unit/store_fixture.h"

struct desk {
	struct pw_store *store;
	struct pw_config config;
	struct pw_post post;
};

static void open_desk(struct desk *desk, struct fixture *f)
{
	static const char *const domains[] = { "reseller.example" };
	struct pw_err err = PW_ERR_INIT;

	*desk = (struct desk){ .config = {
				       .company_name = "Us",
				       .company_domains = { domains, 1 },
				       .smtp = { .from_address = "w@reseller.example" },
				       .alerts = { .review_to = "ops@reseller.example",
						   .fallback_to = "ops@reseller.example",
						   .digest = PW_DIGEST_WEEKLY } } };
	assert_int_equal(pw_store_open_memory(&desk->store, &f->clock, &err), 0);
	if (pw_post_init(&desk->post, desk->store, &f->clock, &err) < 0)
		fail_msg("%s", err.msg);
	desk->post.config = &desk->config;
}

static void import(struct desk *desk, const char *id, const char *owner, pw_day end)
{
	const struct pw_contract_row row = {
		.contract = { .contract_id = id,
			      .customer = "Alma Foods",
			      .vendor = "Sophos",
			      .product = "XGS",
			      .annual_value = "1000",
			      .currency = "USD",
			      .start = PW_DAY_NONE,
			      .end = end,
			      .owner_email = owner },
		.customer_domains = "almafoods.example",
	};
	struct pw_err err = PW_ERR_INIT;
	struct pw_stage_counts counts;
	struct pw_stage_clash clash;
	struct pw_stage *stage;

	assert_int_equal(pw_stage_new(&stage, desk->store, false, &err), 0);
	assert_int_equal(pw_stage_add(stage, 1, &row, &clash, &err), 0);
	if (pw_stage_apply(stage, NULL, &counts, &err) < 0)
		fail_msg("%s", err.msg);
	pw_stage_free(stage);
}

static size_t count_digests(struct desk *desk, struct fixture *f,
			    struct pw_outbox_row **ret)
{
	const struct pw_outbox_filter filter = { .kind = "digest" };
	struct pw_err err = PW_ERR_INIT;
	size_t n;

	assert_int_equal(
		pw_store_outbox_list(desk->store, &filter, 100, f->arena, ret, &n, &err),
		0);
	return n;
}

static void tick(struct desk *desk)
{
	struct pw_err err = PW_ERR_INIT;

	if (pw_digest_tick(&desk->post, &err) < 0)
		fail_msg("%s", err.msg);
}

static void the_first_look_only_begins_the_count(void **state)
{
	struct fixture *f = *state;
	struct pw_outbox_row *rows;
	struct desk desk;

	open_desk(&desk, f);
	tick(&desk);
	f->now_ms += 6 * DAY_MS;
	tick(&desk);
	assert_int_equal(count_digests(&desk, f, &rows), 0);
	pw_store_close(desk.store);
}

static void owners_and_sales_ops_get_one_digest_a_week(void **state)
{
	struct fixture *f = *state;
	pw_day today = pw_day_of_ms(NOON_MS);
	struct pw_outbox_row *rows;
	struct desk desk;

	open_desk(&desk, f);
	tick(&desk);
	import(&desk, "A-1", "kay@reseller.example", today + 40);
	f->now_ms += 7 * DAY_MS;
	tick(&desk);
	assert_int_equal(count_digests(&desk, f, &rows), 2);
	tick(&desk); /* the same day again */
	assert_int_equal(count_digests(&desk, f, &rows), 2);
	f->now_ms += 7 * DAY_MS;
	tick(&desk);
	assert_int_equal(count_digests(&desk, f, &rows), 4);
	pw_store_close(desk.store);
}

static void an_empty_digest_goes_out_too_so_that_silence_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct pw_outbox_row *rows;
	struct desk desk;

	open_desk(&desk, f);
	tick(&desk);
	f->now_ms += 7 * DAY_MS;
	tick(&desk);
	assert_int_equal(count_digests(&desk, f, &rows), 1);
	pw_store_close(desk.store);
}

static void a_digest_is_due_by_its_period_and_survives_a_clock_set_back(void **state)
{
	static const struct {
		enum pw_digest digest;
		pw_day last, today;
		bool is_due;
	} table[] = {
		{ PW_DIGEST_OFF, 100, 200, false },
		{ PW_DIGEST_DAILY, 100, 100, false },
		{ PW_DIGEST_DAILY, 100, 101, true },
		{ PW_DIGEST_WEEKLY, 100, 106, false },
		{ PW_DIGEST_WEEKLY, 100, 107, true },
		{ PW_DIGEST_DAILY, PW_DAY_NONE, 101, false },
		{ PW_DIGEST_WEEKLY, 100, 99, false },
		{ PW_DIGEST_WEEKLY, 1000, 100, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(table); i++)
		if (pw_digest_is_due(table[i].digest, table[i].last, table[i].today) !=
		    table[i].is_due)
			fail_msg("row %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(the_first_look_only_begins_the_count),
		store_test(owners_and_sales_ops_get_one_digest_a_week),
		store_test(an_empty_digest_goes_out_too_so_that_silence_is_noticed),
		store_test(a_digest_is_due_by_its_period_and_survives_a_clock_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
