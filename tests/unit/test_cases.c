/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "agent/cases/cases.h"
#include "tests/unit/store_fixture.h"

/* A judged message in short. */
struct mail {
	const char *rival, *customer, *vendor, *subject;
	const char *contracts[3];
	unsigned claims;
	enum pw_timing timing;
	enum pw_verdict verdict;
};

static const struct mail first = {
	.rival = "cdw",
	.customer = "Harrow Mutual",
	.vendor = "Cisco",
	.subject = "Your SmartNet renewal",
	.contracts = { "C-1" },
	.timing = PW_TIMING_IN_WINDOW,
	.verdict = PW_VERDICT_ALERT,
};

struct judged {
	struct pw_candidate candidates[3];
	const struct pw_candidate *matched[3];
	struct pw_judgement judgement;
	struct pw_case_input input;
};

static const struct pw_case_input *judge(struct judged *j, const struct mail *mail,
					 int64_t now_ms)
{
	size_t n = 0;

	memset(j, 0, sizeof *j);
	for (; n < 3 && mail->contracts[n]; n++) {
		j->candidates[n].contract.contract_id = mail->contracts[n];
		j->candidates[n].contract.end = 20800;
		j->matched[n] = &j->candidates[n];
	}
	j->judgement = (struct pw_judgement){
		.verdict = mail->verdict,
		.matched = j->matched,
		.n_matched = n,
		.soonest = n ? &j->candidates[0] : NULL,
		.customer = mail->customer,
		.vendor = mail->vendor,
		.timing = mail->timing,
		.claims = mail->claims,
	};
	j->input = (struct pw_case_input){ .rival = mail->rival,
					   .subject = mail->subject,
					   .owner_email = "owner@us.example",
					   .judgement = &j->judgement,
					   .now_ms = now_ms };
	return &j->input;
}

static struct pw_case_result take(struct fixture *f, struct pw_store *store,
				  const struct mail *mail)
{
	static uint32_t uid;
	const struct pw_message_row row = { .mailbox = "m",
					    .uidvalidity = 1,
					    .uid = ++uid };
	struct pw_case_result result;
	struct pw_err err = PW_ERR_INIT;
	struct judged judged;
	int64_t id;

	assert_int_equal(pw_store_message_add(store, &row, NULL, 0, &id, &err), 0);
	if (pw_case_take(&result, store, judge(&judged, mail, f->now_ms), id, f->arena,
			 &err) < 0)
		fail_msg("%s", err.msg);
	if (result.decision.action == PW_CASE_ALERT)
		assert_int_equal(pw_case_mailed(store, result.decision.case_id, "alerted",
						0, "thread@us.example", NULL, &err),
				 0);
	return result;
}

static const struct {
	const char *name;
	struct mail mail;
	enum pw_case_action action;
	unsigned news;
	bool is_same_case;
} second_mails[] = {
	{ "the same again",
	  { "cdw",
	    "Harrow Mutual",
	    "Cisco",
	    "Again",
	    { "C-1" },
	    0,
	    PW_TIMING_IN_WINDOW,
	    PW_VERDICT_ALERT },
	  PW_CASE_COLLECT,
	  0,
	  true },
	{ "another contract",
	  { "cdw",
	    "Harrow Mutual",
	    "Cisco",
	    "More",
	    { "C-1", "C-2" },
	    0,
	    PW_TIMING_IN_WINDOW,
	    PW_VERDICT_ALERT },
	  PW_CASE_ALERT,
	  PW_CASE_NEW_CONTRACT,
	  true },
	{ "a claim",
	  { "cdw",
	    "Harrow Mutual",
	    "Cisco",
	    "Sign",
	    { "C-1" },
	    PW_CLAIM_PARTNER_CHANGE,
	    PW_TIMING_IN_WINDOW,
	    PW_VERDICT_ALERT },
	  PW_CASE_ALERT,
	  PW_CASE_NEW_CLAIM,
	  true },
	{ "now being processed",
	  { "cdw",
	    "Harrow Mutual",
	    "Cisco",
	    "Hm",
	    { "C-1" },
	    0,
	    PW_TIMING_PROCESSING,
	    PW_VERDICT_ALERT },
	  PW_CASE_ALERT,
	  PW_CASE_NEW_TIMING,
	  true },
	{ "less pressing than before",
	  { "cdw",
	    "Harrow Mutual",
	    "Cisco",
	    "Hm",
	    { "C-1" },
	    0,
	    PW_TIMING_RENEWED,
	    PW_VERDICT_ALERT },
	  PW_CASE_COLLECT,
	  0,
	  true },
	{ "another rival",
	  { "shi",
	    "Harrow Mutual",
	    "Cisco",
	    "Us too",
	    { "C-1" },
	    0,
	    PW_TIMING_IN_WINDOW,
	    PW_VERDICT_ALERT },
	  PW_CASE_ALERT,
	  PW_CASE_NEW_CASE,
	  false },
	{ "another customer",
	  { "cdw",
	    "Lomnice Foods",
	    "Cisco",
	    "Yours",
	    { "C-9" },
	    0,
	    PW_TIMING_IN_WINDOW,
	    PW_VERDICT_ALERT },
	  PW_CASE_ALERT,
	  PW_CASE_NEW_CASE,
	  false },
	{ "another vendor",
	  { "cdw",
	    "Harrow Mutual",
	    "VMware",
	    "vSphere",
	    { "V-1" },
	    0,
	    PW_TIMING_IN_WINDOW,
	    PW_VERDICT_ALERT },
	  PW_CASE_ALERT,
	  PW_CASE_NEW_CASE,
	  false },
	{ "another vendor's name, but only contracts of the case",
	  { "cdw",
	    "Harrow Mutual",
	    "Meraki",
	    "Meraki",
	    { "C-1" },
	    0,
	    PW_TIMING_IN_WINDOW,
	    PW_VERDICT_ALERT },
	  PW_CASE_COLLECT,
	  0,
	  true },
};

static void only_something_new_alerts_again(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(second_mails); i++) {
		struct pw_store *store = fixture_memory(f);
		struct pw_case_result opened = take(f, store, &first), got;

		assert_int_equal(opened.decision.action, PW_CASE_ALERT);
		got = take(f, store, &second_mails[i].mail);
		if (got.decision.action != second_mails[i].action ||
		    got.decision.what_is_new != second_mails[i].news ||
		    (got.decision.case_id == opened.decision.case_id) !=
			    second_mails[i].is_same_case)
			fail_msg("%s: action %d, news %x, case %d: %s",
				 second_mails[i].name, got.decision.action,
				 got.decision.what_is_new, (int)got.decision.case_id,
				 got.decision.why);
		pw_store_close(store);
	}
}

static void a_review_that_turns_into_an_alert_is_news(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct mail review = first;
	struct pw_case_result result;

	review.verdict = PW_VERDICT_REVIEW;
	review.contracts[0] = NULL;
	review.timing = PW_TIMING_NONE;
	assert_int_equal(take(f, store, &review).decision.action, PW_CASE_ALERT);
	result = take(f, store, &first);
	assert_int_equal(result.decision.action, PW_CASE_ALERT);
	assert_true(result.decision.what_is_new & PW_CASE_NEW_VERDICT);
	assert_int_equal(result.row->verdict, PW_VERDICT_ALERT);
	pw_store_close(store);
}

static void strangers_to_unknown_companies_never_share_a_case(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct mail a = { .rival = NULL,
			  .subject = "Renew",
			  .verdict = PW_VERDICT_REVIEW };
	struct mail b = { .rival = "cdw", .subject = "A", .verdict = PW_VERDICT_REVIEW };
	struct mail c = { .rival = "cdw", .subject = "B", .verdict = PW_VERDICT_REVIEW };

	assert_int_equal(take(f, store, &a).decision.case_id, 1);
	assert_int_equal(take(f, store, &a).decision.case_id, 2);
	assert_int_equal(take(f, store, &b).decision.case_id, 3);
	assert_int_equal(take(f, store, &c).decision.case_id, 4);
	assert_int_equal(take(f, store, &b).decision.case_id, 3); /* the same mail */
	pw_store_close(store);
}

static void an_update_falls_due_once_a_day(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_case_row *due;
	struct pw_err err = PW_ERR_INIT;
	int64_t next;
	size_t n;

	take(f, store, &first);
	assert_int_equal(pw_cases_next_ms(store, &next, &err), 0);
	assert_int_equal(next, 0); /* nothing is owed */
	take(f, store, &first);
	take(f, store, &first);
	assert_int_equal(pw_cases_next_ms(store, &next, &err), 0);
	assert_int_equal(next, NOON_MS + DAY_MS);
	assert_int_equal(pw_cases_due(store, 10, f->arena, &due, &n, &err), 0);
	assert_int_equal(n, 0);
	f->now_ms += DAY_MS;
	assert_int_equal(pw_cases_due(store, 10, f->arena, &due, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(due[0].n_pending, 2);
	assert_int_equal(pw_case_mailed(store, due[0].id, "updated", 0, "x@us.example",
					NULL, &err),
			 0);
	take(f, store, &first); /* later the same day */
	assert_int_equal(pw_cases_due(store, 10, f->arena, &due, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(pw_cases_next_ms(store, &next, &err), 0);
	assert_int_equal(next, NOON_MS + 2 * DAY_MS);
	pw_store_close(store);
}

static void a_mail_that_was_held_back_is_owed(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	struct pw_message_row message = { .mailbox = "m", .uidvalidity = 9, .uid = 1 };
	struct pw_case_result result;
	struct pw_case_row *due;
	struct judged judged;
	int64_t id, next;
	size_t n;

	assert_int_equal(pw_store_message_add(store, &message, NULL, 0, &id, &err), 0);
	assert_int_equal(pw_case_take(&result, store, judge(&judged, &first, f->now_ms),
				      id, f->arena, &err),
			 0);
	assert_int_equal(pw_cases_next_ms(store, &next, &err), 0);
	assert_int_equal(next, 0); /* a report-only case owes nothing */
	assert_int_equal(pw_case_owe(store, result.decision.case_id, &err), 0);
	assert_int_equal(pw_cases_next_ms(store, &next, &err), 0);
	assert_int_equal(next, NOON_MS + 3600 * 1000);
	f->now_ms = next;
	assert_int_equal(pw_cases_due(store, 10, f->arena, &due, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(due[0].mailed_ms, 0);
	/* In a flood of reviews an alert that came last goes first. */
	due[0].verdict = PW_VERDICT_REVIEW;
	assert_int_equal(pw_store_case_put(store, &due[0], &id, &err), 0);
	due[0].id = 0;
	due[0].verdict = PW_VERDICT_ALERT;
	assert_int_equal(pw_store_case_put(store, &due[0], &id, &err), 0);
	assert_int_equal(pw_cases_due(store, 1, f->arena, &due, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(due[0].id, id);
	pw_store_close(store);
}

static void a_snoozed_case_says_nothing_until_then(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	struct mail more = first;
	struct pw_case_result result;
	struct pw_case_row *due;
	size_t n;

	more.contracts[1] = "C-2";
	take(f, store, &first);
	assert_int_equal(pw_case_snooze(store, 1, NOON_MS + 7 * DAY_MS, "ann", &err), 0);
	f->now_ms += 2 * DAY_MS;
	result = take(f, store, &more);
	assert_int_equal(result.decision.action, PW_CASE_COLLECT);
	assert_non_null(strstr(result.decision.why, "snoozed until 2026-11-29"));
	assert_int_equal(pw_cases_due(store, 10, f->arena, &due, &n, &err), 0);
	assert_int_equal(n, 0);
	f->now_ms += 5 * DAY_MS;
	assert_int_equal(pw_cases_due(store, 10, f->arena, &due, &n, &err), 0);
	assert_int_equal(n, 1);
	pw_store_close(store);
}

static void a_settled_solicitation_stays_silent_but_a_new_one_does_not(void **state)
{
	static const struct {
		const char *name, *outcome;
		int days;
		const char *subject, *contract;
		enum pw_case_action action;
	} rows[] = {
		{ "false positive, again", "false-positive", 100, "Your SmartNet renewal",
		  "C-1", PW_CASE_SILENT },
		{ "false positive, long ago", "false-positive", 181,
		  "Your SmartNet renewal", "C-1", PW_CASE_ALERT },
		{ "kept, a late forward", "kept", 10, "YOUR SmartNet renewal", "C-1",
		  PW_CASE_SILENT },
		{ "kept, next year's try", "kept", 31, "Your SmartNet renewal", "C-1",
		  PW_CASE_ALERT },
		{ "kept, another mail", "kept", 10, "Last call", "C-1", PW_CASE_ALERT },
		{ "duplicate, another contract", "duplicate", 10, "Your SmartNet renewal",
		  "C-7", PW_CASE_ALERT },
	};
	struct fixture *f = *state;
	struct pw_err err = PW_ERR_INIT;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(rows); i++) {
		struct pw_store *store = fixture_memory(f);
		struct mail again = first;
		struct pw_case_result result;

		again.subject = rows[i].subject;
		again.contracts[0] = rows[i].contract;
		f->now_ms = NOON_MS;
		take(f, store, &first);
		assert_int_equal(
			pw_case_close(store, 1, rows[i].outcome, NULL, "ann", &err), 0);
		f->now_ms += rows[i].days * DAY_MS;
		result = take(f, store, &again);
		if (result.decision.action != rows[i].action)
			fail_msg("%s: %s", rows[i].name, result.decision.why);
		assert_int_equal(result.decision.earlier_id, 1);
		pw_store_close(store);
	}
}

static void a_case_without_messages_ends_after_its_term(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	struct pw_case_row *row;

	take(f, store, &first);
	f->now_ms += PW_CASE_TERM_DAYS * DAY_MS;
	assert_int_equal(pw_cases_expire(store, f->now_ms, &err), 0);
	assert_int_equal(pw_store_case_get(store, 1, f->arena, &row, &err), 0);
	assert_true(row->is_open);
	f->now_ms += 1;
	assert_int_equal(pw_cases_expire(store, f->now_ms, &err), 0);
	assert_int_equal(pw_store_case_get(store, 1, f->arena, &row, &err), 0);
	assert_false(row->is_open);
	assert_string_equal(row->outcome, "expired");
	assert_int_equal(take(f, store, &first).decision.action, PW_CASE_ALERT);
	pw_store_close(store);
}

static void the_trail_tells_every_decision(void **state)
{
	static const char *const kinds[] = { "opened", "alerted", "collected", "closed",
					     "settled" };
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	struct pw_case_event *events;
	size_t n, i;

	take(f, store, &first);
	take(f, store, &first);
	assert_int_equal(pw_case_close(store, 1, "kept", "signed", "ann", &err), 0);
	take(f, store, &first);
	assert_int_equal(pw_store_case_events(store, 1, 100, f->arena, &events, &n, &err),
			 0);
	assert_int_equal(n, PW_ARRAY_LEN(kinds));
	for (i = 0; i < n; i++)
		assert_string_equal(events[i].kind, kinds[i]);
	assert_string_equal(events[3].text, "kept by ann: signed");
	pw_store_close(store);
}

static void an_unknown_outcome_is_refused_with_a_suggestion(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;

	take(f, store, &first);
	assert_int_equal(pw_case_close(store, 1, "false-positiv", NULL, "ann", &err), -1);
	assert_int_equal(err.code, PW_EINPUT);
	assert_non_null(strstr(err.msg, "did you mean 'false-positive'?"));
	assert_int_equal(pw_case_close(store, 99, "kept", NULL, "ann", &err), -1);
	assert_int_equal(err.code, PW_ENOTFOUND);
	pw_store_close(store);
}

static void a_case_is_closed_once_but_may_be_corrected(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;

	take(f, store, &first);
	assert_int_equal(pw_case_close(store, 1, "kept", NULL, "ann", &err), 0);
	assert_int_equal(pw_case_close(store, 1, "kept", NULL, "ann", &err), -1);
	assert_int_equal(err.code, PW_EINPUT);
	assert_string_equal(err.msg, "case 1 is closed already ('kept')");
	assert_int_equal(pw_case_close(store, 1, "lost", NULL, "ann", &err), 0);
	pw_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(only_something_new_alerts_again),
		store_test(a_review_that_turns_into_an_alert_is_news),
		store_test(strangers_to_unknown_companies_never_share_a_case),
		store_test(an_update_falls_due_once_a_day),
		store_test(a_mail_that_was_held_back_is_owed),
		store_test(a_snoozed_case_says_nothing_until_then),
		store_test(a_settled_solicitation_stays_silent_but_a_new_one_does_not),
		store_test(a_case_without_messages_ends_after_its_term),
		store_test(the_trail_tells_every_decision),
		store_test(an_unknown_outcome_is_refused_with_a_suggestion),
		store_test(a_case_is_closed_once_but_may_be_corrected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
