/* SPDX-License-Identifier: Apache-2.0 */
/* From a raw message to an accepted alert, without a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/inspect/inspector.h"
#include "agent_fixture.h"

#define MARLOW   "marlow@baylinesystems.example"
#define IDA      "ida@baylinesystems.example"
#define OPS      "ops@baylinesystems.example"
#define FALLBACK "fallback@baylinesystems.example"

/* "X-Crash" anywhere kills the inspector that meets it. */
static void crash_on_order(const char *raw, size_t len)
{
	if (memmem(raw, len, "X-Crash", 7))
		abort();
}

/* The message with this UID, as it lies in the store; strings are static. */
static struct pw_message_row stored(struct agent *agent, uint32_t uid)
{
	static struct pw_arena *arena;
	struct pw_store *store = NULL;
	struct pw_message_row *row;

	pw_arena_free(arena);
	arena = pw_arena_new(16 << 20);
	must(agent, pw_store_open(&store, agent->path, PW_STORE_READER, &agent->clock,
				  &agent->err));
	must(agent, pw_store_message_find(store, "watch", UIDVALIDITY, uid, arena, &row,
					  &agent->err));
	pw_store_close(store);
	assert_non_null(row);
	return *row;
}

static void a_solicitation_becomes_one_alert_to_the_owner(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;

	(void)state;
	world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
	run_agent(agent);
	assert_int_equal(world->n_sent, 1);
	assert_int_equal(count_sent(world, MARLOW), 1);
	assert_non_null(strstr(world->sent[0].raw, "original.eml"));
	assert_int_equal(count_acked(world), 1);
	assert_int_equal(stored(agent, 1).verdict, PW_VERDICT_ALERT);
	free_agent(agent);
}

static void the_same_mail_again_is_marked_and_not_judged(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;
	char raw[RAW_MAX], again[RAW_MAX];

	(void)state;
	forward_text(raw, sizeof raw, "harborfoods.example", "Veeam", "02781945", "");
	snprintf(again, sizeof again, "Received: from elsewhere\nDelivered-To: x\n%s",
		 raw);
	world_add(world, raw);
	run_agent(agent);
	world_add(world, again);
	run_agent(agent);
	assert_int_equal(world->n_sent, 1);
	assert_int_equal(count_acked(world), 2);
	assert_int_equal(stored(agent, 2).state, PW_MESSAGE_DUPLICATE);
	free_agent(agent);
}

static void two_copies_in_one_batch_alert_once(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;

	(void)state;
	world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
	world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
	run_agent(agent);
	assert_int_equal(world->n_sent, 1);
	assert_int_equal(count_acked(world), 2);
	free_agent(agent);
}

static void a_contract_without_an_owner_goes_to_the_fallback(void **state)
{
	struct agent *agent = new_agent("", "");

	(void)state;
	world_add_forward(agent->world, "ostsee-logistik.example", "Sophos",
			  "SO-7734-2291");
	run_agent(agent);
	assert_int_equal(agent->world->n_sent, 1);
	assert_int_equal(count_sent(agent->world, FALLBACK), 1);
	free_agent(agent);
}

static void a_prospects_solicitation_goes_to_review(void **state)
{
	struct agent *agent = new_agent("", "");

	(void)state;
	world_add_forward(agent->world, "stranger.example", "Veeam", "99999999");
	run_agent(agent);
	assert_int_equal(agent->world->n_sent, 1);
	assert_int_equal(count_sent(agent->world, OPS), 1);
	free_agent(agent);
}

static void a_refused_owner_is_stood_in_for_with_the_reason(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;

	(void)state;
	strcpy(world->refused, MARLOW);
	world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
	run_agent(agent);
	assert_int_equal(world->n_sent, 1);
	assert_int_equal(count_sent(world, FALLBACK), 1);
	assert_non_null(strstr(world->sent[0].raw, "could not be delivered to"));
	assert_non_null(strstr(world->sent[0].raw, "marlow"));
	free_agent(agent);
}

static void a_fallback_that_is_refused_ends_as_a_dead_letter(void **state)
{
	struct agent *agent = new_agent("", "");
	struct pw_store_counts counts;

	(void)state;
	strcpy(agent->world->refused, FALLBACK);
	world_add_forward(agent->world, "ostsee-logistik.example", "Sophos",
			  "SO-7734-2291");
	open_agent(agent);
	drain_agent(agent);
	must(agent, pw_store_counts(agent->store, 0, &counts, &agent->err));
	assert_int_equal(counts.outbox_dead, 1);
	assert_int_equal(counts.outbox_queued, 0);
	close_agent(agent);
	assert_int_equal(agent->world->n_sent, 0);
	free_agent(agent);
}

static void dead_letters_are_told_once_as_soon_as_somebody_can_be_told(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;
	size_t i, told = 0;

	(void)state;
	strcpy(world->refused, FALLBACK);
	world_add_forward(world, "ostsee-logistik.example", "Sophos", "SO-7734-2291");
	run_agent(agent);
	assert_int_equal(world->n_sent, 0);
	/* A day later it is tried, and refused. */
	open_agent(agent);
	must(agent,
	     pw_dead_letters_tell(pw_pipeline_post(agent->pipeline), false, &agent->err));
	drain_agent(agent);
	agent->now_ms += INT64_C(24) * 3600 * 1000;
	must(agent,
	     pw_dead_letters_tell(pw_pipeline_post(agent->pipeline), false, &agent->err));
	drain_agent(agent);
	assert_int_equal(world->n_sent, 0);
	/* Something else gets through. */
	world->refused[0] = '\0';
	i = world_add(world, "From: a@b.example\nSubject: large\n\nx\n");
	world->mails[i].state = PW_IMAP_TOO_LARGE;
	drain_agent(agent);
	drain_agent(agent);
	must(agent,
	     pw_dead_letters_tell(pw_pipeline_post(agent->pipeline), true, &agent->err));
	close_agent(agent);
	for (i = 0; i < world->n_sent; i++)
		told += strstr(world->sent[i].raw, "alerts resend CASE") != NULL;
	assert_int_equal(told, 1);
	assert_int_equal(count_sent(world, FALLBACK), 2);
	free_agent(agent);
}

static void a_mail_server_that_is_down_loses_nothing(void **state)
{
	struct agent *agent = new_agent("", "");

	(void)state;
	agent->world->is_down = true;
	world_add_forward(agent->world, "harborfoods.example", "Veeam", "02781945");
	run_agent(agent);
	assert_int_equal(agent->world->n_sent, 0);
	assert_int_equal(count_acked(agent->world), 1);
	agent->world->is_down = false;
	run_agent(agent); /* a minute has not passed */
	assert_int_equal(agent->world->n_sent, 0);
	agent->now_ms += 60000;
	run_agent(agent);
	assert_int_equal(count_sent(agent->world, MARLOW), 1);
	free_agent(agent);
}

static void a_mail_that_kills_inspectors_is_kept_and_told_once(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;
	char raw[RAW_MAX];
	size_t i;

	(void)state;
	forward_text(raw, sizeof raw, "harborfoods.example", "Veeam", "02781945",
		     "X-Crash: yes\n");
	world_add_forward(world, "kestrellabs.example", "VMware", "0042871160");
	world_add(world, raw);
	for (i = 0; i < 2; i++)
		run_agent(agent);
	assert_int_equal(count_acked(world), 2);
	assert_int_equal(count_sent(world, IDA), 1);
	assert_int_equal(count_sent(world, FALLBACK), 1);
	assert_int_equal(world->n_sent, 2);
	assert_int_equal(stored(agent, 2).state, PW_MESSAGE_UNREADABLE);
	free_agent(agent);
}

static void our_own_alert_coming_back_is_no_solicitation(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;

	(void)state;
	world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
	run_agent(agent);
	assert_int_equal(world->n_sent, 1);
	world->mails[1].len = world->sent[0].len;
	assert_true(world->sent[0].len < RAW_MAX);
	memcpy(world->mails[1].raw, world->sent[0].raw, world->sent[0].len);
	world->mails[1].received_ms = NOON_MS;
	world->n_mails = 2;
	run_agent(agent);
	assert_int_equal(world->n_sent, 1);
	assert_int_equal(stored(agent, 2).state, PW_MESSAGE_OWN);
	free_agent(agent);
}

/* A rival who has seen the shape of our Message-IDs gains nothing. */
static void a_forged_tag_does_not_silence_a_solicitation(void **state)
{
	struct agent *agent = new_agent("", "");
	char raw[RAW_MAX], *id;

	(void)state;
	forward_text(raw, sizeof raw, "harborfoods.example", "Veeam", "02781945",
		     "X-Our-Mail: <pw.alert-1.0123456789abcdef0123456789abcdef01234567@"
		     "baylinesystems.example>\n");
	id = strstr(raw, "Message-ID: <");
	assert_non_null(id);
	memcpy(id + 13, "pw.", 3);
	world_add(agent->world, raw);
	run_agent(agent);
	assert_int_equal(count_sent(agent->world, MARLOW), 1);
	free_agent(agent);
}

static void automatic_headers_of_strangers_silence_nothing(void **state)
{
	static const char *const headers[] = {
		"Auto-Submitted: auto-generated\n",
		"Precedence: bulk\n",
		"List-Id: <offers.cdw.com>\nList-Unsubscribe: <mailto:x@cdw.com>\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(headers); i++) {
		struct agent *agent = new_agent("", "");
		char raw[RAW_MAX];

		forward_text(raw, sizeof raw, "harborfoods.example", "Veeam", "02781945",
			     headers[i]);
		world_add(agent->world, raw);
		run_agent(agent);
		if (count_sent(agent->world, MARLOW) != 1)
			fail_msg("silenced by %s", headers[i]);
		free_agent(agent);
	}
}

static void who_may_not_forward_is_kept_and_listed(void **state)
{
	struct agent *agent = new_agent("    accept: [kestrellabs.example]\n", "");
	struct world *world = agent->world;

	(void)state;
	world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
	world_add_forward(world, "kestrellabs.example", "VMware", "0042871160");
	run_agent(agent);
	assert_int_equal(count_sent(world, MARLOW), 0);
	assert_int_equal(count_sent(world, IDA), 1);
	assert_int_equal(stored(agent, 1).state, PW_MESSAGE_REFUSED);
	assert_true(stored(agent, 1).has_raw);
	assert_int_equal(count_acked(world), 2);
	free_agent(agent);
}

static void a_flood_is_capped_and_said_once(void **state)
{
	struct agent *agent = new_agent("", "  max_per_hour: 2\n");
	struct world *world = agent->world;
	char number[16];
	size_t i;

	(void)state;
	for (i = 0; i < 12; i++) {
		char domain[32];

		snprintf(number, sizeof number, "7000%zu", i);
		snprintf(domain, sizeof domain, "stranger%zu.example", i);
		world_add_forward(world, domain, i % 2 ? "Veeam" : "Sophos", number);
	}
	world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
	world_add_forward(world, "kestrellabs.example", "VMware", "0042871160");
	run_agent(agent);
	assert_int_equal(count_acked(world), 14);
	assert_true(count_sent(world, OPS) + count_sent(world, MARLOW) +
			    count_sent(world, IDA) <=
		    2);
	assert_int_equal(count_sent(world, FALLBACK), 1);
	assert_true(stored(agent, 14).case_id > 0);
	free_agent(agent);
}

static void what_does_not_arrive_whole_is_recorded_and_told(void **state)
{
	static const struct {
		enum pw_imap_state fetched;
		enum pw_message_state stored;
	} cases[] = {
		{ PW_IMAP_TOO_LARGE, PW_MESSAGE_TOO_LARGE },
		{ PW_IMAP_REFUSED, PW_MESSAGE_UNREADABLE }, /* the server withholds it */
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		struct agent *agent = new_agent("", "");
		struct world *world = agent->world;

		world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
		world->mails[0].state = cases[i].fetched;
		run_agent(agent);
		assert_int_equal(count_sent(world, FALLBACK), 1);
		assert_int_equal(world->n_sent, 1);
		assert_int_equal(stored(agent, 1).state, cases[i].stored);
		assert_int_equal(count_acked(world), 1);
		free_agent(agent);
	}
}

static void many_that_cannot_be_read_are_told_of_in_one_mail(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;
	size_t i;

	(void)state;
	for (i = 0; i < 30; i++) {
		world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
		world->mails[i].state = PW_IMAP_REFUSED;
	}
	run_agent(agent);
	assert_int_equal(count_acked(world), 30);
	assert_int_equal(count_sent(world, FALLBACK), 21);
	free_agent(agent);
}

static void what_is_too_old_is_counted_and_left_alone(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;
	struct pw_mailbox_row *row;

	(void)state;
	world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
	world->mails[0].state = PW_IMAP_TOO_OLD;
	open_agent(agent);
	drain_agent(agent);
	{
		PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(65536);

		must(agent, pw_store_mailbox_get(agent->store, "watch", arena, &row,
						 &agent->err));
		assert_int_equal(row->n_old, 1);
		assert_int_equal(row->last_uid, 1);
	}
	close_agent(agent);
	assert_int_equal(world->n_sent, 0);
	assert_int_equal(count_acked(world), 0);
	free_agent(agent);
}

/* --- a crash at each step -------------------------------------------------- */

/* Runs the agent in a process of its own that ends before step `at`; true: it
   got through. */
static bool run_until(struct agent *agent, long at)
{
	int status;
	pid_t pid;

	agent->world->step_left = at;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		run_agent(agent);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	agent->world->step_left = -1;
	if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 9)
		fail_msg("ended with %d after step %s", WEXITSTATUS(status),
			 agent->world->last_step);
	return WEXITSTATUS(status) == 0;
}

/* Sent at least once, under one Message-ID. */
static void assert_one_mail(const struct world *world, const char *to, const char *step)
{
	const char *id = NULL;
	size_t i;

	for (i = 0; i < world->n_sent; i++) {
		if (!pw_streq(world->sent[i].to, to))
			continue;
		if (id && !pw_streq(id, world->sent[i].id))
			fail_msg("killed before '%s': two alerts to %s", step, to);
		id = world->sent[i].id;
	}
	if (!id)
		fail_msg("killed before '%s': no alert to %s", step, to);
}

static void killed_at_any_step_nothing_is_lost_and_nothing_told_twice(void **state)
{
	char step[64];
	bool is_through = false;
	long at;

	(void)state;
	for (at = 0; !is_through; at++) {
		struct agent *agent = new_agent("", "");
		struct world *world = agent->world;

		world_add_forward(world, "harborfoods.example", "Veeam", "02781945");
		world_add_forward(world, "kestrellabs.example", "VMware", "0042871160");
		is_through = run_until(agent, at);
		strcpy(step, world->last_step);
		world_add_forward(world, "stranger.example", "Sophos", "12345678");
		if (!run_until(agent, -1))
			fail_msg("killed before '%s': does not start again", step);
		if (count_acked(world) != 3)
			fail_msg("killed before '%s': %zu acknowledged", step,
				 count_acked(world));
		assert_one_mail(world, MARLOW, step);
		assert_one_mail(world, IDA, step);
		assert_one_mail(world, OPS, step);
		if (world->n_sent > 4)
			fail_msg("killed before '%s': %zu mails", step, world->n_sent);
		free_agent(agent);
	}
	assert_in_range(at, 20, 200); /* the steps were really there */
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_solicitation_becomes_one_alert_to_the_owner),
		cmocka_unit_test(the_same_mail_again_is_marked_and_not_judged),
		cmocka_unit_test(two_copies_in_one_batch_alert_once),
		cmocka_unit_test(a_contract_without_an_owner_goes_to_the_fallback),
		cmocka_unit_test(a_prospects_solicitation_goes_to_review),
		cmocka_unit_test(a_refused_owner_is_stood_in_for_with_the_reason),
		cmocka_unit_test(a_fallback_that_is_refused_ends_as_a_dead_letter),
		cmocka_unit_test(
			dead_letters_are_told_once_as_soon_as_somebody_can_be_told),
		cmocka_unit_test(a_mail_server_that_is_down_loses_nothing),
		cmocka_unit_test(a_mail_that_kills_inspectors_is_kept_and_told_once),
		cmocka_unit_test(our_own_alert_coming_back_is_no_solicitation),
		cmocka_unit_test(a_forged_tag_does_not_silence_a_solicitation),
		cmocka_unit_test(automatic_headers_of_strangers_silence_nothing),
		cmocka_unit_test(who_may_not_forward_is_kept_and_listed),
		cmocka_unit_test(a_flood_is_capped_and_said_once),
		cmocka_unit_test(what_does_not_arrive_whole_is_recorded_and_told),
		cmocka_unit_test(many_that_cannot_be_read_are_told_of_in_one_mail),
		cmocka_unit_test(what_is_too_old_is_counted_and_left_alone),
		cmocka_unit_test(
			killed_at_any_step_nothing_is_lost_and_nothing_told_twice),
	};

	if (argc == 2 && strcmp(argv[1], PW_INSPECTOR_ARG) == 0)
		return pw_inspector_main(crash_on_order);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
