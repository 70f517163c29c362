/* SPDX-License-Identifier: Apache-2.0 */
/* test_alert_words.c - what an alert says in one situation and not in another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "agent/alert/alert.h"
#include "agent/base/str.h"

/* 2026-11-22T09:00:00Z */
#define NOW_MS 1795338000000LL
#define WINDOW 90

struct situation {
	struct pw_finding finding;
	struct pw_judgement judgement;
	struct pw_candidate candidate, second;
	const struct pw_candidate *matched[2];
	struct pw_customer_hit customer;
	struct pw_solicitor other;
	struct pw_identifier_hit identifier;
	struct pw_alert_input input;
};

static pw_day day(const char *iso)
{
	pw_day value = PW_DAY_NONE;

	assert_true(pw_day_from_iso(iso, &value));
	return value;
}

static void init(struct situation *s, enum pw_timing timing, const char *end)
{
	memset(s, 0, sizeof *s);
	s->finding.is_solicitation = true;
	s->finding.solicitor.rival_name = "Softcat";
	s->finding.solicitor.email = "jo@softcat.com";
	s->finding.solicitor.date.day = PW_DAY_NONE;
	s->finding.forwarder = "ana@almafoods.example";
	s->finding.forwarder_name = "Ana Roth";
	s->finding.authentication = "pass";
	s->customer = (struct pw_customer_hit){ .customer = "Alma S.L.",
						.how = PW_HOW_FORWARDER,
						.is_forwarder = true };
	s->finding.customers = &s->customer;
	s->finding.n_customers = 1;
	s->candidate.contract = (struct pw_contract){
		.contract_id = "NG-1",
		.customer = "Alma S.L.",
		.vendor = "Cisco",
		.number = "204998811",
		.serials = "FOC2733L0QT",
		.start = PW_DAY_NONE,
		.end = day(end),
	};
	s->candidate.how = PW_HOW_IDENTIFIER;
	s->candidate.evidence = "FOC 2733 L0QT";
	s->matched[0] = &s->candidate;
	s->judgement = (struct pw_judgement){
		.matched = s->matched,
		.n_matched = 1,
		.soonest = &s->candidate,
		.customer = "Alma S.L.",
		.vendor = "Cisco",
		.timing = timing,
		.window_days = WINDOW,
		.stated_expiry = PW_DAY_NONE,
	};
	s->input = (struct pw_alert_input){ .finding = &s->finding,
					    .judgement = &s->judgement,
					    .mailbox = "watch@reseller.example",
					    .received_ms = NOW_MS };
}

/* The text, its line ends and indents as single blanks. */
static void write_flat(struct pw_buf *out, const struct situation *s,
		       enum pw_alert_kind kind)
{
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	struct pw_buf subject, text;
	size_t i;

	pw_buf_init(&subject, 4096);
	pw_buf_init(&text, 65536);
	pw_alert_write(doc, &subject, kind, &s->input);
	pw_doc_to_text(doc, &text);
	pw_buf_reset(out);
	for (i = 0; i < text.len; i++)
		if (text.data[i] != ' ' && text.data[i] != '\n')
			pw_buf_addc(out, text.data[i]);
		else if (out->len && out->data[out->len - 1] != ' ')
			pw_buf_addc(out, ' ');
	pw_buf_done(&text);
	pw_buf_done(&subject);
}

static void expect(const struct situation *s, const char *wanted, const char *unwanted)
{
	struct pw_buf text;

	pw_buf_init(&text, 65536);
	write_flat(&text, s, PW_ALERT_NEW);
	if (wanted && !strstr(text.data, wanted))
		fail_msg("no '%s' in: %s", wanted, text.data);
	if (unwanted && strstr(text.data, unwanted))
		fail_msg("'%s' in: %s", unwanted, text.data);
	pw_buf_done(&text);
}

static void the_timing_is_that_of_the_day_on_which_it_is_read(void **state)
{
	static const struct {
		enum pw_timing when_written;
		const char *end, *words;
	} cases[] = {
		{ PW_TIMING_PREMATURE, "2027-09-30", "in 312 days: they are early" },
		{ PW_TIMING_PREMATURE, "2026-12-04", "in 12 days: the renewal window" },
		{ PW_TIMING_PREMATURE, "2026-11-02", "It LAPSED on 2026-11-02" },
		{ PW_TIMING_IN_WINDOW, "2026-11-02", "It LAPSED on 2026-11-02" },
		{ PW_TIMING_RENEWED, "2026-11-02", "the old term ended on 2026-11-02" },
		{ PW_TIMING_RENEWED, "2026-12-04", "the old term ends on 2026-12-04" },
	};
	struct situation s;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		init(&s, cases[i].when_written, cases[i].end);
		expect(&s, cases[i].words, NULL);
	}
}

static void what_to_do_follows_from_the_claims(void **state)
{
	struct situation s;

	(void)state;
	init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
	expect(&s, "refuse it in time", "sign no change of partner");
	expect(&s, NULL, "the end date is");
	expect(&s, NULL, "whether they gave");
	s.judgement.claims =
		PW_CLAIM_FALSE_EXPIRY | PW_CLAIM_PARTNER_CHANGE | PW_CLAIM_VENDOR_SHARED;
	s.judgement.stated_expiry = day("2026-12-20");
	expect(&s, "Put it right: the end date is 2026-12-30, not 2026-12-20.", NULL);
	expect(&s, "Ask them to sign no change of partner", NULL);
	expect(&s, "Ask Cisco whether they gave our customer's contact to Softcat", NULL);
}

static void a_sender_who_was_not_checked_is_not_called_unverified(void **state)
{
	static const struct {
		const char *authentication, *wanted, *unwanted;
	} cases[] = {
		{ "pass", NULL, "Unverified" },
		{ "pass", NULL, "Sender check" },
		{ "none", "Unverified nobody vouches", "Sender check" },
		{ "fail", "Unverified our mail server's check of that sender failed",
		  "Sender check" },
		{ "unchecked", "Sender check off: authserv_id is not set", "Unverified" },
	};
	struct situation s;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
		s.finding.authentication = cases[i].authentication;
		expect(&s, cases[i].wanted, cases[i].unwanted);
	}
}

static void nobody_is_thanked_for_a_name_alone(void **state)
{
	static const char thanks[] = "Ana Roth passed the mail on. Thank them";
	struct situation s;

	(void)state;
	init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
	expect(&s, thanks, "no address of theirs");
	s.finding.authentication = "fail";
	expect(&s, "ask whether it was Ana Roth who passed the mail on", thanks);
	s.finding.authentication = "pass";
	s.customer.is_forwarder = false;
	expect(&s, "the mail came from ana@almafoods.example, no address of theirs",
	       thanks);
	s.finding.is_from_us = true;
	expect(&s, "Call your contact at Alma S.L. today", "came from ana@");
}

static void a_contract_of_another_customer_says_so(void **state)
{
	struct situation s;

	(void)state;
	init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
	s.second = s.candidate;
	s.second.contract.contract_id = "NG-2";
	s.matched[1] = &s.second;
	s.judgement.n_matched = 2;
	expect(&s, "is after 2 contracts of Alma S.L. (Cisco).", "Customer");
	s.second.contract.customer = "Birch Mills";
	expect(&s, "is after 2 contracts of Alma S.L. and Birch Mills (Cisco).", NULL);
	expect(&s, "NG-2 Cisco Customer Birch Mills", "NG-1 Cisco Customer");
}

static void news_in_a_case_and_a_second_rival_stand_at_the_top(void **state)
{
	struct situation s;

	(void)state;
	init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
	expect(&s, "is after the Cisco renewal of Alma S.L. It ends", "New in this case");
	s.input.news = "they ask for a change of partner";
	s.other.rival_name = "Bytes";
	s.finding.others = &s.other;
	s.finding.n_others = 1;
	expect(&s,
	       "of Alma S.L. New in this case: they ask for a change of partner. Bytes "
	       "is "
	       "after it, too. It ends",
	       NULL);
}

/* A name of a thousand bytes left no room for the address behind it. */
static void a_long_name_hides_no_address(void **state)
{
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	char name[5000];
	struct pw_thanks_input thanks = { .company = "Bayline",
					  .forwarder_name = name,
					  .original_subject = name };
	struct situation s;
	struct pw_buf subject;

	(void)state;
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
	s.finding.solicitor.name = name;
	s.finding.solicitor.subject = name;
	s.finding.forwarder_name = name;
	expect(&s, "xxx <jo@softcat.com>, Softcat Subject xxx", NULL);
	expect(&s, "from xxx", NULL);
	expect(&s, "xxx <ana@almafoods.example> Mailbox", name + sizeof name - 500);
	pw_buf_init(&subject, 4096);
	pw_thanks_write(doc, &subject, &thanks);
	assert_true(pw_starts_with(subject.data, "Re: xxx"));
	pw_buf_done(&subject);
}

static void of_many_rivals_the_first_are_listed(void **state)
{
	struct pw_solicitor others[20] = { 0 };
	struct situation s;
	size_t i;

	(void)state;
	init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
	for (i = 0; i < 20; i++)
		others[i].email = i < 8 ? "a@first.example" : "b@later.example";
	s.finding.others = others;
	s.finding.n_others = 20;
	expect(&s, "20 others are after it, too.", NULL);
	expect(&s, "a@first.example Also after it 12 more, in the attached mail",
	       "b@later.example");
}

static void a_serial_is_not_called_the_contracts_number(void **state)
{
	struct situation s;

	(void)state;
	init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
	s.identifier = (struct pw_identifier_hit){ .contract_id = "NG-1",
						   .identifier = "FOC2733L0QT",
						   .written = "FOC 2733 L0QT",
						   .how = PW_HOW_IDENTIFIER };
	s.finding.identifiers = &s.identifier;
	s.finding.n_identifiers = 1;
	expect(&s, "Number 204998811 Serial FOC2733L0QT", NULL);
	expect(&s, "its serial number, in the mail as \"FOC 2733 L0QT\": certain", NULL);
	s.identifier.identifier = "204998811";
	expect(&s, "its number, in the mail as", "its serial number");
}

static void text_of_wide_characters_keeps_to_the_columns(void **state)
{
	struct situation s;
	struct pw_buf mail;
	const char *line, *end;

	(void)state;
	init(&s, PW_TIMING_IN_WINDOW, "2026-12-30");
	s.finding.text =
		"贵司防火墙授权到期，请尽快更换代理商并签署附件的授权书，由我们办理续保。"
		"贵司防火墙授权到期，请尽快更换代理商并签署附件的授权书，由我们办理续保"
		"。";
	pw_buf_init(&mail, 65536);
	{
		PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
		struct pw_buf subject;

		pw_buf_init(&subject, 4096);
		pw_alert_write(doc, &subject, PW_ALERT_NEW, &s.input);
		pw_doc_to_text(doc, &mail);
		pw_buf_done(&subject);
	}
	for (line = mail.data; *line; line = *end ? end + 1 : end) {
		size_t columns = 0, at = 0, step;
		uint32_t cp;

		end = line + strcspn(line, "\n");
		for (; line + at < end; at += step) {
			step = pw_utf8_next(line + at, (size_t)(end - line) - at, &cp);
			columns += pw_utf8_columns(cp);
		}
		if (columns > 78)
			fail_msg("%zu columns: %.*s", columns, (int)(end - line), line);
		assert_false(pw_starts_with(line, "  | ，"));
		assert_false(pw_starts_with(line, "  | 。"));
	}
	pw_buf_done(&mail);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_timing_is_that_of_the_day_on_which_it_is_read),
		cmocka_unit_test(what_to_do_follows_from_the_claims),
		cmocka_unit_test(a_sender_who_was_not_checked_is_not_called_unverified),
		cmocka_unit_test(nobody_is_thanked_for_a_name_alone),
		cmocka_unit_test(a_contract_of_another_customer_says_so),
		cmocka_unit_test(news_in_a_case_and_a_second_rival_stand_at_the_top),
		cmocka_unit_test(a_long_name_hides_no_address),
		cmocka_unit_test(of_many_rivals_the_first_are_listed),
		cmocka_unit_test(a_serial_is_not_called_the_contracts_number),
		cmocka_unit_test(text_of_wide_characters_keeps_to_the_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
