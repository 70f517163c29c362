/* SPDX-License-Identifier: Apache-2.0 */
/* Mail hygiene: no loops, no answers to strangers, no silence by forged words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "agent/cases/cases.h"
#include "agent/inspect/inspector.h"
#include "tests/pipeline/agent_fixture.h"

#define MARLOW   "marlow@baylinesystems.example"
#define FALLBACK "fallback@baylinesystems.example"
#define DAY_MS   (INT64_C(24) * 3600 * 1000)

static const char authserv[] = "    authserv_id: mx.baylinesystems.example\n";

/* One alert about C-1 is out; its Message-ID with angle brackets. */
static const char *after_an_alert(struct agent *agent)
{
	world_add_forward(agent->world, "harborfoods.example", "Veeam", "02781945");
	run_agent(agent);
	assert_int_equal(count_sent(agent->world, MARLOW), 1);
	return agent->world->sent[0].id;
}

static enum pw_message_state state_of(struct agent *agent, int64_t id)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(8 << 20);
	struct pw_message_row *row;
	enum pw_message_state found;

	must(agent, pw_store_open(&agent->store, agent->path, PW_STORE_READER,
				  &pw_clock_real, &agent->err));
	must(agent, pw_store_message_get(agent->store, id, arena, &row, &agent->err));
	assert_non_null(row);
	found = row->state;
	pw_store_close(agent->store);
	return found;
}

/* What a mail server says when the mail with this id did not arrive. */
static void add_bounce(struct world *world, const char *id)
{
	char raw[RAW_MAX];

	snprintf(raw, sizeof raw,
		 "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\n"
		 "To: watch@baylinesystems.example\nSubject: Undelivered mail\n"
		 "Message-ID: <%zu@mx.example>\nAuto-Submitted: auto-replied\n"
		 "MIME-Version: 1.0\nContent-Type: multipart/report; "
		 "report-type=delivery-status; boundary=b\n\n"
		 "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
		 "--b\nContent-Type: message/delivery-status\n\n"
		 "Reporting-MTA: dns; mx.example\n\n"
		 "Final-Recipient: rfc822; " MARLOW "\nAction: failed\nStatus: 5.1.1\n\n"
		 "--b\nContent-Type: message/rfc822\n\n"
		 "From: Poachwatch <watch@baylinesystems.example>\nTo: " MARLOW "\n"
		 "Message-ID: %s\nSubject: CDW is after C-1\n\n"
		 "Hi Pat, your Veeam support contract 02781945 expires soon. CDW can\n"
		 "renew it for you. May I send you a renewal quote?\n\n--b--\n",
		 world->n_mails, id);
	world_add(world, raw);
}

static void a_bounce_of_our_alert_is_told_once_and_never_answered(void **state)
{
	struct agent *agent = new_agent("", "  acknowledge: on\n");
	struct world *world = agent->world;

	(void)state;
	add_bounce(world, after_an_alert(agent));
	run_agent(agent);
	assert_int_equal(state_of(agent, 2), PW_MESSAGE_OWN);
	assert_int_equal(count_sent(world, FALLBACK), 1);
	assert_int_equal(world->n_sent, 2);
	/* What told of it bounces as well: there it ends. */
	add_bounce(world, world->sent[1].id);
	run_agent(agent);
	assert_int_equal(state_of(agent, 3), PW_MESSAGE_OWN);
	assert_int_equal(world->n_sent, 2);
	free_agent(agent);
}

static void add_with_headers(struct world *world, const char *headers)
{
	char raw[RAW_MAX];

	forward_text(raw, sizeof raw, "kestrellabs.example", "VMware", "0042871160",
		     headers);
	world_add(world, raw);
}

/* Strangers who were sent a mail of ours know a Message-ID that we made. */
static void a_message_id_of_ours_silences_nobody_elses_mail(void **state)
{
	static const char *const headers[] = {
		"Auto-Submitted: auto-forwarded\n",
		"Precedence: bulk\n",
		"List-Id: <l.example>\nX-Autoreply: yes\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(headers); i++) {
		struct agent *agent = new_agent("", "");
		const char *id = after_an_alert(agent);
		char text[1024];

		snprintf(text, sizeof text, "In-Reply-To: %s\nReferences: %s\n%s", id, id,
			 headers[i]);
		add_with_headers(agent->world, text);
		run_agent(agent);
		if (count_sent(agent->world, "ida@baylinesystems.example") != 1)
			fail_msg("silenced by %s", text);
		free_agent(agent);
	}
}

static void a_replayed_message_id_of_ours_silences_nothing(void **state)
{
	struct agent *agent = new_agent("", "");
	const char *id = after_an_alert(agent);
	char raw[RAW_MAX], mail[RAW_MAX], *line;

	(void)state;
	forward_text(raw, sizeof raw, "kestrellabs.example", "VMware", "0042871160", "");
	line = strstr(raw, "Message-ID: ");
	assert_non_null(line);
	snprintf(mail, sizeof mail, "%.*sMessage-ID: %s%s", (int)(line - raw), raw, id,
		 strchr(line, '\n'));
	world_add(agent->world, mail);
	run_agent(agent);
	assert_int_equal(state_of(agent, 2), PW_MESSAGE_DECIDED);
	assert_int_equal(count_sent(agent->world, "ida@baylinesystems.example"), 1);
	free_agent(agent);
}

/* A rule wraps whatever comes and sends it to the mailbox again. */
static void add_wrapped(struct world *world, const char *inner, size_t len)
{
	char *raw = calloc(1, RAW_MAX);
	int n = snprintf(raw, RAW_MAX,
			 "From: Marlow <" MARLOW ">\nTo: watch@baylinesystems.example\n"
			 "Subject: Fwd: alert\nMessage-ID: <wrap.%zu@mx.example>\n"
			 "MIME-Version: 1.0\nContent-Type: multipart/mixed; "
			 "boundary=w%zu\n\n--w%zu\nContent-Type: message/rfc822\n\n",
			 world->n_mails, world->n_mails, world->n_mails);

	assert_true((size_t)n + len + 32 < RAW_MAX);
	memcpy(raw + n, inner, len);
	snprintf(raw + n + len, RAW_MAX - (size_t)n - len, "\n--w%zu--\n",
		 world->n_mails);
	world_add(world, raw);
	free(raw);
}

static size_t count_owed(struct agent *agent)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(8 << 20);
	struct pw_case_row *rows;
	size_t n;

	agent->now_ms += 2 * DAY_MS;
	agent->clock = (struct pw_clock){ agent_wall, agent_monotonic, agent };
	must(agent, pw_store_open(&agent->store, agent->path, PW_STORE_AGENT,
				  &agent->clock, &agent->err));
	must(agent, pw_cases_due(agent->store, 10, arena, &rows, &n, &agent->err));
	pw_store_close(agent->store);
	return n;
}

static void a_mailbox_that_forwards_to_itself_ends(void **state)
{
	struct agent *agent = new_agent("", "");
	struct world *world = agent->world;
	size_t round;

	(void)state;
	after_an_alert(agent);
	for (round = 0; round < 3; round++) {
		size_t sent = world->n_sent;

		add_wrapped(world, world->sent[sent - 1].raw, world->sent[sent - 1].len);
		run_agent(agent);
		assert_int_equal(world->n_sent, sent);
		assert_int_equal(count_owed(agent), 0);
	}
	free_agent(agent);
}

static void who_may_forward_is_policy(void **state)
{
	static const struct {
		const char *accept, *forwarder;
		bool is_accepted;
	} cases[] = {
		{ "anyone", "pat@nobody.example", true },
		{ "known-customers", "pat@harborfoods.example", true },
		{ "known-customers", "pat@eu.harborfoods.example", true },
		{ "known-customers", "pat@nobody.example", false },
		{ "known-customers", "pat@notharborfoods.example", false },
		{ "[harborfoods.example]", "pat@harborfoods.example", true },
		{ "[harborfoods.example]", "pat@mail.harborfoods.example", true },
		{ "[harborfoods.example]", "pat@notharborfoods.example", false },
		{ "[pat@harborfoods.example]", "pat@harborfoods.example", true },
		{ "[pat@harborfoods.example]", "sam@harborfoods.example", false },
		{ "[pat@harborfoods.example]", "pat@harborfoods.example.nobody.example",
		  false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		PW_CLEANUP(pw_freep)
		char *accept = pw_asprintf("    accept: %s\n", cases[i].accept);
		struct agent *agent = new_agent(accept, "");
		char raw[RAW_MAX], mail[RAW_MAX];

		forward_text(raw, sizeof raw, "harborfoods.example", "Veeam", "02781945",
			     "");
		snprintf(mail, sizeof mail, "From: %s%s", cases[i].forwarder,
			 strchr(raw, '\n'));
		world_add(agent->world, mail);
		run_agent(agent);
		if ((state_of(agent, 1) == PW_MESSAGE_DECIDED) != cases[i].is_accepted ||
		    count_sent(agent->world, MARLOW) != cases[i].is_accepted)
			fail_msg("%s by %s", cases[i].accept, cases[i].forwarder);
		free_agent(agent);
	}
}

/* Only the customer himself gets an answer, and only when our server vouches
   for him; Reply-To, Sender and the rest are a stranger's choice. */
static void nobody_chooses_whom_the_agent_writes_to(void **state)
{
	static const struct {
		const char *headers;
		size_t n_thanks;
	} cases[] = {
		{ "", 0 },
		{ "Authentication-Results: mx.baylinesystems.example; "
		  "dmarc=pass header.from=harborfoods.example\n"
		  "Reply-To: victim@elsewhere.example\nErrors-To: "
		  "victim@elsewhere.example\n"
		  "Disposition-Notification-To: victim@elsewhere.example\n",
		  1 },
		{ "Authentication-Results: mx.rival.example; dmarc=pass\n", 0 },
		{ "Authentication-Results: mx.baylinesystems.example; "
		  "spf=pass smtp.mailfrom=rival.example\n",
		  0 },
		{ "Authentication-Results: mx.baylinesystems.example; dmarc=fail\n"
		  "Authentication-Results: mx.baylinesystems.example; dmarc=pass\n",
		  0 },
		{ "Authentication-Results: mx.baylinesystems.example; dmarc=pass\n"
		  "Auto-Submitted: auto-generated\n",
		  0 },
		{ "Authentication-Results: mx.baylinesystems.example; dmarc=pass\n"
		  "Precedence: list\n",
		  0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		struct agent *agent = new_agent(authserv, "  acknowledge: on\n");
		char raw[RAW_MAX];

		forward_text(raw, sizeof raw, "harborfoods.example", "Veeam", "02781945",
			     cases[i].headers);
		world_add(agent->world, raw);
		run_agent(agent);
		if (count_sent(agent->world, "pat@harborfoods.example") !=
			    cases[i].n_thanks ||
		    count_sent(agent->world, MARLOW) != 1 ||
		    agent->world->n_sent != 1 + cases[i].n_thanks)
			fail_msg("'%s': %zu mails", cases[i].headers,
				 agent->world->n_sent);
		free_agent(agent);
	}
}

/* Authenticated he may be, as himself: what we sell to others is none of his
   business. */
static void a_stranger_who_forwards_is_not_thanked(void **state)
{
	static const char *const headers[] = {
		"", "X-Forwarded-For: pat@harborfoods.example\n",
		"Delivered-To: pat@harborfoods.example\n"
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(headers); i++) {
		struct agent *agent = new_agent(authserv, "  acknowledge: on\n");
		char raw[RAW_MAX], mail[RAW_MAX];

		forward_text(raw, sizeof raw, "harborfoods.example", "Veeam", "02781945",
			     headers[i]);
		snprintf(mail, sizeof mail,
			 "Authentication-Results: mx.baylinesystems.example; dmarc=pass\n"
			 "From: Rex <rex@rival.example>%s",
			 strchr(raw, '\n'));
		world_add(agent->world, mail);
		run_agent(agent);
		assert_int_equal(count_sent(agent->world, MARLOW), 1);
		if (agent->world->n_sent != 1)
			fail_msg("'%s'", headers[i]);
		free_agent(agent);
	}
}

static void a_forwarder_whom_nobody_vouches_for_is_shown_as_unverified(void **state)
{
	static const struct {
		const char *headers;
		bool is_verified;
	} cases[] = {
		{ "", false },
		{ "Authentication-Results: mx.rival.example; dmarc=pass\n", false },
		{ "Authentication-Results: mx.baylinesystems.example; "
		  "spf=pass smtp.mailfrom=\"; dmarc=pass\"@rival.example\n",
		  false },
		{ "Authentication-Results: mx.baylinesystems.example; dmarc=fail\n",
		  false },
		{ "Authentication-Results: mx.baylinesystems.example; dmarc=pass\n",
		  true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		struct agent *agent = new_agent(authserv, "");
		char raw[RAW_MAX];

		forward_text(raw, sizeof raw, "harborfoods.example", "Veeam", "02781945",
			     cases[i].headers);
		world_add(agent->world, raw);
		run_agent(agent);
		assert_int_equal(agent->world->n_sent, 1);
		if ((strcasestr(agent->world->sent[0].raw, "unverified") == NULL) !=
		    cases[i].is_verified)
			fail_msg("'%s'", cases[i].headers);
		free_agent(agent);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bounce_of_our_alert_is_told_once_and_never_answered),
		cmocka_unit_test(a_message_id_of_ours_silences_nobody_elses_mail),
		cmocka_unit_test(a_replayed_message_id_of_ours_silences_nothing),
		cmocka_unit_test(a_mailbox_that_forwards_to_itself_ends),
		cmocka_unit_test(who_may_forward_is_policy),
		cmocka_unit_test(nobody_chooses_whom_the_agent_writes_to),
		cmocka_unit_test(a_stranger_who_forwards_is_not_thanked),
		cmocka_unit_test(
			a_forwarder_whom_nobody_vouches_for_is_shown_as_unverified),
	};

	if (argc == 2 && strcmp(argv[1], PW_INSPECTOR_ARG) == 0)
		return pw_inspector_main(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
