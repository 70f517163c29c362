/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_strangers.c - what a stranger means who names no number: other trades,
 * support given, masks, and asks among people who know each other.
 */
#include "tests/unit/detect_fixture.h"

#define ANA "ana@juniperfalls.example"

static bool solicits(const char *from, const char *body)
{
	struct pw_finding *finding = forwarded(from, ANA, "quick one", body);
	bool result = finding->is_solicitation;

	pw_finding_free(finding);
	return result;
}

struct one {
	const char *from, *body;
	bool solicits;
};

static void check(const struct one *cases, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (solicits(cases[i].from, cases[i].body) != cases[i].solicits)
			fail_msg("%s", cases[i].body);
}

#define LEA "Lea Moss <lea@stranger.example>"
#define CDW "Jen Moss <jen.moss@cdw.com>"

static void another_trades_contract_may_end_on_the_day_of_ours(void **state)
{
	static const struct one cases[] = {
		{ LEA,
		  "Your managed print agreement ends on December 3, 2026. We can quote "
		  "you a better rate and take it over from your present provider.",
		  false },
		{ LEA,
		  "The maintenance contract on the rooftop units expires on December "
		  "3, 2026. I would like to send you a renewal quote.",
		  false },
		{ LEA,
		  "Your power agreement terminates on December 3, 2026. Switch to us. "
		  "Can I send over a quote?",
		  false },
		{ LEA,
		  "Ihr Wartungsvertrag für die Klimaanlage endet am 3.12.2026. Gerne "
		  "erstellen wir Ihnen ein Angebot zur Verlängerung.",
		  false },
		{ LEA,
		  "Votre contrat de maintenance des portes arrive à échéance le "
		  "03/12/2026. Nous pouvons vous faire une offre de renouvellement.",
		  false },
		{ LEA,
		  "The licences of your firewall expire on December 3, 2026. We can "
		  "quote the renewal for less than your current reseller.",
		  true },
		{ LEA,
		  "Your FortiGate maintenance contract expires on December 3, 2026. "
		  "We can quote the renewal.",
		  true },
	};

	(void)state;
	check(cases, PW_ARRAY_LEN(cases));
}

#define SERIAL "FGT60FTK21099887"

static void a_rivals_support_case_is_none(void **state)
{
	static const struct one cases[] = {
		{ CDW,
		  "Your support case 0099123 about the FortiGate " SERIAL
		  " has been resolved. The power supply was replaced under warranty.",
		  false },
		{ CDW, "Ihr Ticket 55120 (FortiGate " SERIAL ") wurde geschlossen.",
		  false },
		{ CDW,
		  "Your ticket 4410 is now closed. By the way, your FortiGate " SERIAL
		  " expires on December 3, 2026. Would you like us to send you a "
		  "renewal quote?",
		  true },
		{ CDW, SERIAL " has 12 days left. Who is handling it?", true },
	};

	(void)state;
	check(cases, PW_ARRAY_LEN(cases));
}

static void people_who_know_each_other_ask_in_few_words(void **state)
{
	static const struct one cases[] = {
		{ LEA, "hey Ana, your Fortinet stuff is up soon, want me to sort it?",
		  true },
		{ CDW, "Hi, your Forti stuff is up soon, want me to take care of it?",
		  true },
		{ LEA, "FortiGate is coming due in a few weeks. Happy to handle.", true },
		{ LEA, "Euer Fortinet läuft ja bald aus. Soll ich mich drum kümmern?",
		  true },
		{ LEA, "Ton Fortinet arrive au bout. Tu veux que je m'en occupe ?",
		  true },
		{ LEA, "Se te acaba pronto lo de Fortinet. ¿Te lo miro yo?", true },
		{ LEA, "I Fortinet sono in scadenza. Ci penso io?", true },
		{ LEA, "O Fortinet de vocês está acabando. Quer que eu resolva?", true },
		{ LEA, "Jullie Fortinet loopt bijna af. Zal ik het regelen?", true },
		{ LEA, "Lunch is coming up, want me to book a table?", false },
		{ "Cora <cora@juniperfalls.example>",
		  "The Fortinet support is up soon, want me to sort it?", false },
	};

	(void)state;
	check(cases, PW_ARRAY_LEN(cases));
}

#define ASK                                                                              \
	"Your FortiGate " SERIAL " expires on December 3, 2026. Can we quote your "      \
	"renewal?\r\n"

static bool direct_solicits(const char *headers, const char *body)
{
	char *raw =
		pw_asprintf("%sTo: " ANA "\r\nSubject: Renewal\r\n\r\n%s", headers, body);
	struct pw_finding *finding = detect(raw);
	bool result = finding->is_solicitation;

	pw_finding_free(finding);
	free(raw);
	return result;
}

static void who_answers_for_us_elsewhere_is_a_stranger(void **state)
{
	(void)state;
	assert_true(direct_solicits("From: Dana Roy <dana@ours.example>\r\n"
				    "Reply-To: Dana Roy <dana@ours-renewals.example>\r\n",
				    ASK));
	assert_true(direct_solicits("From: Dana Roy <dana@ours.example>\r\n"
				    "Reply-To: dana.roy.ours@gmail.com\r\n",
				    ASK));
	assert_false(direct_solicits("From: Dana Roy <dana@ours.example>\r\n", ASK));
	assert_false(direct_solicits("From: Dana Roy <dana@ours.example>\r\n"
				     "Reply-To: renewals@ours.example\r\n",
				     ASK));
	assert_false(direct_solicits("From: Dana Roy <dana@ours.example>\r\n"
				     "Reply-To: " ANA "\r\n",
				     ASK));
}

static void who_writes_beside_us_is_not_us(void **state)
{
	(void)state;
	assert_true(direct_solicits("From: Dana Roy <dana@ours.example>, "
				    "Bo Hall <bo@cdw.com>\r\n",
				    ASK));
	assert_true(direct_solicits("From: Dana Roy <dana@ours.example>\r\n"
				    "From: Bo Hall <bo@sandpiper.example>\r\n",
				    ASK));
	assert_false(direct_solicits("From: Dana Roy <dana@ours.example>, "
				     "Kim Lee <kim@ours.example>\r\n",
				     ASK));
}

/* A customer writes to our Dana below a mail of which only a name was printed. */
static bool named_solicits(const char *body)
{
	char *raw = pw_asprintf("From: Ana <" ANA ">\r\n"
				"To: Dana Roy <dana@ours.example>, watch@ours.example\r\n"
				"Subject: FW: Renewal\r\n\r\nis this you?\r\n\r\n"
				"-----Original Message-----\r\nFrom: Dana Roy\r\n"
				"Sent: Friday, October 2, 2026 3:12 PM\r\nTo: Ana\r\n"
				"Subject: Renewal\r\n\r\n%s",
				body);
	struct pw_finding *finding = detect(raw);
	bool result = finding->is_solicitation;

	pw_finding_free(finding);
	free(raw);
	return result;
}

static void a_name_like_ours_is_not_ours_under_a_strangers_signature(void **state)
{
	(void)state;
	assert_true(named_solicits(ASK "Dana Roy\r\ndana.roy@sandpiper.example\r\n"));
	assert_false(named_solicits(ASK "Dana Roy\r\ndana@ours.example\r\n"));
	assert_false(named_solicits(ASK "Dana Roy\r\n"));
	/* a real header without an address tells nothing */
	assert_true(direct_solicits("From: Dana Roy <>\r\n"
				    "Cc: Dana Roy <dana@ours.example>\r\n",
				    ASK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_trades_contract_may_end_on_the_day_of_ours),
		cmocka_unit_test(a_rivals_support_case_is_none),
		cmocka_unit_test(people_who_know_each_other_ask_in_few_words),
		cmocka_unit_test(who_answers_for_us_elsewhere_is_a_stranger),
		cmocka_unit_test(who_writes_beside_us_is_not_us),
		cmocka_unit_test(
			a_name_like_ours_is_not_ours_under_a_strangers_signature),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
