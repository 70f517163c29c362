/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/detect_fixture.h"

#define ASK                                                                              \
	"Your FortiGate support expires on 12/03/2026. Can we quote the renewal for "    \
	"you?"

static void the_sender_decides_before_the_words(void **state)
{
	static const struct {
		const char *from, *to;
		bool is_solicitation;
		const char *rival;
	} cases[] = {
		{ "Bo <bo@cdw.com>", CUSTOMER, true, "cdw" },
		{ "Bo <bo@mail.cdw.com>", CUSTOMER, true, "cdw" },
		{ "Bo <bo@notcdw.com>", CUSTOMER, true, "domain:notcdw.com" },
		{ "Bo <bo@nordwind.example>", CUSTOMER, true, "domain:nordwind.example" },
		{ "Bo <bo@ours.example>", CUSTOMER, false, NULL },
		{ "Bo <bo@fortinet.com>", CUSTOMER, false, NULL },
		{ "Bo <bo@fortinet.fr>", CUSTOMER, false, NULL },
		{ "Bo <bo@fortinet.io>", CUSTOMER, true, "domain:fortinet.io" },
		{ "Bo <bo@fortinet-fr.fr>", CUSTOMER, true, "domain:fortinet-fr.fr" },
		{ "Bo <bo@ingrammicro.com>", CUSTOMER, false, NULL },
		{ "Bo <bo@notifications.renewtrak.com>", CUSTOMER, false, NULL },
		{ "Bo <bo@juniperfalls.example>", CUSTOMER, false, NULL },
		{ "Bo <bo@nordwind.example>", "watch@ours.example", false, NULL },
		{ "Bo <bo@nordwind.example>", "Cy <cy@nordwind.example>", false, NULL },
	};
	struct pw_finding *finding;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		finding = forwarded(cases[i].from, cases[i].to, "Renewal", ASK);
		if (finding->is_solicitation != cases[i].is_solicitation)
			fail_msg("'%s' to '%s': %s", cases[i].from, cases[i].to,
				 finding->decided_by);
		if (cases[i].rival)
			assert_string_equal(finding->solicitor.rival, cases[i].rival);
		pw_finding_free(finding);
	}
}

static void a_rival_without_an_ask_or_without_it_does_not_solicit(void **state)
{
	static const char *const bodies[] = {
		"Our office is closed on 24 December. For support renewals use the "
		"hotline.",
		"Limited time: laptops in stock, free shipping. Request a quote today.",
		"Your catering contract expires soon. Can we quote the renewal of the "
		"lunch "
		"service?",
		"Invoice 70031882 for toner is past due. Please remit payment.",
		"Fortinet and renewals in 2027: our take on it is on the site.",
		"CDW's service desk: on a scale of 0 to 10, how was the Fortinet "
		"renewal?",
		"Kein Problem, dann bleibt die Fortinet-Verlängerung bei Ihrem Haus. "
		"Ich schließe den Vorgang.",
		"Ihr Profil passt: Wir suchen einen Spezialisten für Fortinet-Lizenzen "
		"und Verlängerungen.",
		"Rejoignez notre matinale Fortinet du 9 décembre, sur inscription : "
		"licences et renouvellements.",
	};
	struct pw_finding *finding;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(bodies); i++) {
		finding = forwarded("Bo <bo@cdw.com>", CUSTOMER, "Hello", bodies[i]);
		if (finding->is_solicitation)
			fail_msg("'%s': %s", bodies[i], finding->decided_by);
		pw_finding_free(finding);
	}
}

/* The day is that of the contract with Fortinet. */
static void another_trade_that_ends_on_a_contracts_day_is_none_of_ours(void **state)
{
	static const char *const bodies[] = {
		"The maintenance agreement on your two lathes ends on 12/03/2026. We can "
		"take it over at 20% less. Want a quote?",
		"Your burglar alarm contract is up on 12/03/2026. Switch to us.",
		"Le contrat de maintenance de vos autoclaves expire le 03/12/2026. Nous "
		"le reprenons, un devis ?",
		"Der Wartungsvertrag für Ihre Presse endet am 3. Dezember 2026. Dürfen "
		"wir Ihnen ein Angebot machen?",
	};
	struct pw_finding *finding;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(bodies); i++) {
		finding = forwarded("Bo <bo@nordwind.example>", CUSTOMER, "Contract",
				    bodies[i]);
		if (finding->is_solicitation)
			fail_msg("'%s': %s", bodies[i], finding->decided_by);
		pw_finding_free(finding);
	}
}

static void a_finding_says_whose_mail_it_is_and_what_it_states(void **state)
{
	struct pw_finding *finding = forwarded(
		"Bo Lind <bo@cdw.com>", CUSTOMER, "FortiGate FGT60FTK21099887",
		"Quote valid until 11/20/2026. Your FortiGate FGT60FTK21099887 at the "
		"Juniper "
		"Falls clinics expires on 12/03/2026. Shall I send a renewal quote?");
	char day[PW_DAY_TEXT];

	(void)state;
	assert_true(finding->is_solicitation);
	assert_string_equal(finding->solicitor.email, "bo@cdw.com");
	assert_string_equal(finding->solicitor.name, "Bo Lind");
	assert_string_equal(finding->forwarder, "ana@juniperfalls.example");
	assert_string_equal(finding->identifiers[0].contract_id, "C-1");
	/* the quote's date is none; the customer's name is no vendor */
	assert_int_equal(finding->n_stated, 1);
	assert_string_equal(pw_day_to_iso(finding->stated[0].date.day, day),
			    "2026-12-03");
	assert_int_equal(finding->n_vendors, 1);
	assert_string_equal(finding->vendors[0].vendor, "fortinet");
	pw_finding_free(finding);
}

/* A rival's mail, and whether it makes a claim. */
struct claim_case {
	const char *body;
	bool is_claim;
};

static void expect_claims(const struct claim_case *cases, size_t n, const char *claim)
{
	struct pw_finding *finding;
	size_t i, k;

	for (i = 0; i < n; i++) {
		finding =
			forwarded("Bo <bo@cdw.com>", CUSTOMER, "Renewal", cases[i].body);
		for (k = 0; k < finding->n_claims; k++)
			if (pw_streq(finding->claims[k].claim, claim))
				break;
		if ((k < finding->n_claims) != cases[i].is_claim)
			fail_msg("'%s'", cases[i].body);
		pw_finding_free(finding);
	}
}

static void a_denied_claim_does_not_count(void **state)
{
	static const struct claim_case cases[] = {
		{ "Fortinet gave us your contact details. " ASK, true },
		{ "We did not get your contact details from Fortinet, Fortinet never "
		  "gave us "
		  "your contact details. " ASK,
		  false },
		{ "It is not a big thing. Fortinet gave us your contact details. " ASK,
		  true },
	};

	(void)state;
	expect_claims(cases, PW_ARRAY_LEN(cases), "vendor_shared_contact");
}

static void a_claim_is_quoted_as_the_sentence_of_the_body(void **state)
{
	static const struct {
		const char *subject, *body, *quote;
	} cases[] = {
		{ "Fortinet: change of partner form",
		  "Hello,\r\nplease sign the attached change of partner form. " ASK,
		  "please sign the attached change of partner form." },
		{ "\xE9\x98\xB2\xE7\x81\xAB\xE5\xA2\x99", /* firewall */
		  /* Fortinet gave us your contact. Your firewall licence ends, please
		     change the reseller and sign the letter; we renew. */
		  "Fortinet厂商把贵司的联系方式转给了我们。贵司防火墙授权2026年12月3日到"
		  "期，"
		  "请尽快更换代理商并签署附件的授权书，由我们办理续保。冯晓",
		  "贵司防火墙授权2026年12月3日到期，"
		  "请尽快更换代理商并签署附件的授权书，由我们办理续保。" },
	};
	struct pw_finding *finding;
	size_t i, k;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		finding = forwarded("Bo <bo@cdw.com>", CUSTOMER, cases[i].subject,
				    cases[i].body);
		for (k = 0; k < finding->n_claims; k++)
			if (pw_streq(finding->claims[k].claim, "partner_change_request"))
				break;
		assert_true(k < finding->n_claims);
		assert_string_equal(finding->claims[k].quote, cases[i].quote);
		pw_finding_free(finding);
	}
}

static void what_is_said_not_to_be_needed_is_no_claim(void **state)
{
	static const struct claim_case cases[] = {
		{ ASK " A change of partner form is not required for that.", false },
		{ ASK " Ein Händlerwechsel ist dazu nicht erforderlich.", false },
		{ ASK " Tekenen van een partnerwissel is niet nodig.", false },
		{ ASK " No need to call, just sign the change of partner form.", true },
	};

	(void)state;
	expect_claims(cases, PW_ARRAY_LEN(cases), "partner_change_request");
}

static void without_a_trusted_server_nobody_is_called_unverified(void **state)
{
	struct pw_finding *finding =
		forwarded("Bo <bo@cdw.com>", CUSTOMER, "Renewal", ASK);

	(void)state;
	assert_string_equal(finding->authentication, "unchecked");
	pw_finding_free(finding);
}

static void the_newest_mail_of_the_rival_is_the_solicitation(void **state)
{
	struct pw_finding *finding = forwarded(
		"Bo Lind <bo@cdw.com>", CUSTOMER, "RE: FortiGate renewal",
		"Just bubbling this up.\r\n\r\n"
		"From: Bo Lind <bo@cdw.com>\r\nSent: Monday, August 24, 2026 10:16 AM\r\n"
		"To: Ana <ana@juniperfalls.example>\r\nSubject: FortiGate "
		"renewal\r\n\r\n" ASK);
	char day[PW_DAY_TEXT];

	(void)state;
	assert_true(finding->is_solicitation);
	assert_string_equal(finding->solicitor.subject, "RE: FortiGate renewal");
	assert_string_equal(pw_day_to_iso(finding->solicitor.date.day, day),
			    "2026-10-02");
	assert_int_equal(finding->n_stated, 1);
	pw_finding_free(finding);
}

static void a_vendor_who_copies_a_reseller_introduces_the_solicitor(void **state)
{
	struct pw_finding *finding = detect(
		"From: Ana <ana@juniperfalls.example>\r\nTo: watch@ours.example\r\n"
		"Subject: FW: your renewal\r\nContent-Type: text/plain\r\n\r\nhm\r\n\r\n"
		"From: Mae <mae@fortinet.com>\r\nSent: Friday, October 16, 2026 10:20 "
		"AM\r\n"
		"To: Ana <ana@juniperfalls.example>\r\nCc: Tobi Lind <tobi@wwt.com>\r\n"
		"Subject: your renewal\r\n\r\n"
		"I'd like to introduce Tobi from WWT (copied), who will quote your "
		"FortiCare "
		"renewal.\r\n");

	(void)state;
	assert_true(finding->is_solicitation);
	assert_string_equal(finding->solicitor.rival, "wwt");
	assert_string_equal(finding->solicitor.email, "tobi@wwt.com");
	assert_string_equal(finding->solicitor.subject, "your renewal");
	pw_finding_free(finding);
}

static void a_pasted_text_names_the_rival_and_nothing_that_is_not_written(void **state)
{
	struct pw_finding *finding = detect(
		"From: Ana <ana@juniperfalls.example>\r\nTo: watch@ours.example\r\n"
		"Subject: question\r\nContent-Type: text/plain\r\n\r\nThis came as a "
		"ticket:\r\n"
		"\"Hi there, Gloria Vance with Insight. Your FortiGate support lapsed on "
		"Oct "
		"15, 2026. May I get you a renewal quote? Call me.\"\r\n");

	(void)state;
	assert_true(finding->is_solicitation);
	assert_string_equal(finding->solicitor.rival, "insight");
	assert_string_equal(finding->solicitor.name, "Gloria Vance");
	assert_null(finding->solicitor.email);
	assert_null(finding->solicitor.subject);
	pw_finding_free(finding);
}

static void any_bytes_give_a_finding(void **state)
{
	static const char *const raws[] = { "", "\n", "From: \xFF\r\n\r\n\xC3",
					    "a: b\n\n>>>>\n" };
	struct pw_finding *finding;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(raws); i++) {
		finding = detect(raws[i]);
		assert_false(finding->is_solicitation);
		pw_finding_free(finding);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sender_decides_before_the_words),
		cmocka_unit_test(a_rival_without_an_ask_or_without_it_does_not_solicit),
		cmocka_unit_test(
			another_trade_that_ends_on_a_contracts_day_is_none_of_ours),
		cmocka_unit_test(a_finding_says_whose_mail_it_is_and_what_it_states),
		cmocka_unit_test(a_denied_claim_does_not_count),
		cmocka_unit_test(a_claim_is_quoted_as_the_sentence_of_the_body),
		cmocka_unit_test(without_a_trusted_server_nobody_is_called_unverified),
		cmocka_unit_test(what_is_said_not_to_be_needed_is_no_claim),
		cmocka_unit_test(the_newest_mail_of_the_rival_is_the_solicitation),
		cmocka_unit_test(a_vendor_who_copies_a_reseller_introduces_the_solicitor),
		cmocka_unit_test(
			a_pasted_text_names_the_rival_and_nothing_that_is_not_written),
		cmocka_unit_test(any_bytes_give_a_finding),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
