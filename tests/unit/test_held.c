/* SPDX-License-Identifier: Apache-2.0 */
/* What only people who know the customer can read: words that stand for a vendor, days
 * told from the mail's own, sums of money.
 */
#include "rules/engine/price.h"
#include "rules/engine/relative_days.h"
#include "tests/unit/detect_fixture.h"

static void a_product_that_no_list_has_names_the_vendor_of_its_contract(void **state)
{
	static const struct {
		const char *body;
		bool is_found;
	} cases[] = {
		{ "Your QG4410 is due on December 3. Shall I quote?", true },
		{ "The qg4410's support runs out on 12/03/2026. Want a price?", true },
		{ "Your QG44101 is due on December 3. Shall I quote?", false },
		{ "Your 8x5xNBD cover is due on December 3. Shall I quote?", false },
	};
	struct pw_finding *finding;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		finding = forwarded("Bo <bo@cdw.com>", CUSTOMER, "Hello", cases[i].body);
		assert_int_equal(finding->n_vendors > 0 &&
					 strcmp(finding->vendors[0].how, "product") == 0,
				 cases[i].is_found);
		if (cases[i].is_found)
			assert_string_equal(finding->vendors[0].vendor, "fortinet");
		pw_finding_free(finding);
	}
}

static void a_word_is_a_vendor_only_where_the_customer_has_his_contract(void **state)
{
	static const struct {
		const char *body;
		const char *vendor; /* NULL: none is named */
	} cases[] = {
		{ "Your Pure is up in January, want a quote for the renewal?",
		  "purestorage" },
		{ "It is pure luck: want a quote for your renewal?", NULL },
		{ "Hello. Pure luck! Want a quote for your renewal?", NULL },
		{ "Your Elastic is up in January, want a quote for the renewal?", NULL },
	};
	struct pw_finding *finding;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		finding = forwarded("Bo <bo@cdw.com>", CUSTOMER, "Hello", cases[i].body);
		if (cases[i].vendor && finding->n_vendors == 1)
			assert_string_equal(finding->vendors[0].vendor, cases[i].vendor);
		else if (cases[i].vendor || finding->n_vendors)
			fail_msg("'%s': %zu vendors", cases[i].body, finding->n_vendors);
		pw_finding_free(finding);
	}
}

static void days_are_read_from_where_they_lie(void **state)
{
	static const struct {
		const char *text, *day; /* NULL: none */
	} cases[] = {
		{ "it ends on the 29th.", "2026-11-29" },
		{ "up on the 5th, right?", "2026-12-05" },
		{ "the 13th of next month", "2026-12-13" },
		{ "the 21st of this month", "2026-11-21" },
		{ "in 17 days", "2026-12-07" },
		{ "you have twenty days left", "2026-12-10" },
		{ "two days to go", "2026-11-22" },
		{ "it is over tomorrow", "2026-11-21" },
		{ "on the 31st", NULL },
		{ "the 3rd party", NULL },
		{ "the 29th floor", NULL },
		{ "the 5th of may", NULL },
		{ "29th street", NULL },
		{ "the 45th", NULL },
		{ "it took 17 days", NULL },
		{ "in 170 days", NULL },
		{ "the 2", NULL },
		{ "in 5", NULL },
		{ "", NULL },
	};
	pw_day near, want, days[4];
	size_t i, n;
	char *copy;

	(void)state;
	assert_true(pw_day_from_iso("2026-11-20", &near));
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		size_t len = strlen(cases[i].text);

		copy = malloc(len ? len : 1); /* exact: a step too far is seen */
		assert_non_null(copy);
		memcpy(copy, cases[i].text, len);
		n = pw_relative_days(copy, len, near, days, PW_ARRAY_LEN(days));
		free(copy);
		if (n != (cases[i].day != NULL))
			fail_msg("'%s': %zu days", cases[i].text, n);
		if (!cases[i].day)
			continue;
		assert_true(pw_day_from_iso(cases[i].day, &want));
		assert_int_equal(days[0], want);
	}
	assert_int_equal(pw_relative_days("tomorrow", 8, PW_DAY_NONE, days, 4), 0);
	assert_int_equal(pw_relative_days("tomorrow tomorrow", 17, near, days, 1), 1);
}

static void sums_of_money_are_told_from_other_numbers(void **state)
{
	static const struct {
		const char *text;
		bool is_price;
	} cases[] = {
		{ "at $28 a month", true },
		{ "would \xC2\xA3 15,900 do it?", true },
		{ "only 6k lighter", true },
		{ "850 cash", true },
		{ "9.500 \xE2\x82\xAC", true },
		{ "19k", true },
		{ "EUR comes folded: eur 4.200,00", true },
		{ "4 500 kr exkl. moms", true },
		{ "za 12500 kc", true },
		{ "48,000\xE5\x86\x86", true },
		{ "1.200.000\xEC\x9B\x90", true },
		{ "kr. is no sum, nor is chfl 3", false },
		{ "we try 3 of them", false },
		{ "\xE5\x8D\x95\xE5\x85\x83 3", false },
		{ "the 9300 kit", false },
		{ "fg6k", false },
		{ "kb5k2", false },
		{ "$", false },
		{ "10 kilometres away", false },
		{ "12", false },
		{ "", false },
	};
	size_t i;
	char *copy;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		size_t len = strlen(cases[i].text);

		copy = malloc(len ? len : 1);
		assert_non_null(copy);
		memcpy(copy, cases[i].text, len);
		if (pw_names_price(copy, len) != cases[i].is_price)
			fail_msg("'%s'", cases[i].text);
		free(copy);
	}
}

struct body_case {
	const char *body;
	bool is_solicitation;
};

/* Each as a stranger's mail that the customer forwards. */
static void check_bodies(const struct body_case *cases, size_t n)
{
	struct pw_finding *finding;
	size_t i;

	for (i = 0; i < n; i++) {
		finding = forwarded("Bo <bo@nordwind.example>", CUSTOMER, "Hello",
				    cases[i].body);
		if (finding->is_solicitation != cases[i].is_solicitation)
			fail_msg("'%s': %s", cases[i].body, finding->decided_by);
		pw_finding_free(finding);
	}
}

static void a_day_without_a_year_ends_the_contract_unless_it_is_said_to_be_another(
	void **state)
{
	static const struct body_case cases[] = {
		{ "Your Forti stuff dies December 3. $870 and it lives on.", true },
		{ "We can start December 3 with the cabling, $870. The Fortinet box "
		  "stays.",
		  false },
	};

	(void)state;
	check_bodies(cases, PW_ARRAY_LEN(cases));
}

static void the_letters_of_our_identifiers_are_no_words(void **state)
{
	static const struct body_case cases[] = {
		{ "INV-8821034 ends in January. Shall we extend it for you?", true },
		{ "INV-8821034 ends in January. Invoice number 4711 is attached.",
		  false },
		{ "INV-8821999 ends in January. Shall we extend it for you?", false },
	};

	(void)state;
	check_bodies(cases, PW_ARRAY_LEN(cases));
}

static void a_word_outside_of_an_identifier_is_the_one_that_is_shown(void **state)
{
	struct pw_finding *finding = forwarded(
		"Bo <bo@nordwind.example>", CUSTOMER, "Hello",
		"INV-8821034 ends in January. Invoice number 4711 is attached.");
	bool is_shown = false;
	size_t i;

	(void)state;
	for (i = 0; i < finding->n_hits; i++) {
		assert_null(strstr(finding->hits[i].matched, "INV"));
		is_shown |= strstr(finding->hits[i].matched, "Invoice") != NULL;
	}
	assert_true(is_shown);
	pw_finding_free(finding);
}

static void a_bare_number_is_a_contract_in_its_owners_mail_only(void **state)
{
	static const struct {
		const char *to, *body;
		size_t n;
	} cases[] = {
		{ "ana@juniperfalls.example", "40031177, in or out?", 1 },
		{ "cy@elsewhere.example", "40031177, in or out?", 0 },
		{ "ana@juniperfalls.example", "Invoice no. 40031177, in or out?", 0 },
		{ "ana@juniperfalls.example", "Call me: +1 4003 1177", 0 },
	};
	struct pw_finding *finding;
	char *raw;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		raw = pw_asprintf("From: Bo <bo@nordwind.example>\r\nTo: %s\r\n"
				  "Subject: hello\r\nDate: Mon, 05 Oct 2026 09:00:00 "
				  "-0500\r\n\r\n%s\r\n",
				  cases[i].to, cases[i].body);
		finding = detect(raw);
		free(raw);
		if (finding->n_identifiers != cases[i].n)
			fail_msg("'%s' to %s: %zu", cases[i].body, cases[i].to,
				 finding->n_identifiers);
		pw_finding_free(finding);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_product_that_no_list_has_names_the_vendor_of_its_contract),
		cmocka_unit_test(
			a_word_is_a_vendor_only_where_the_customer_has_his_contract),
		cmocka_unit_test(the_letters_of_our_identifiers_are_no_words),
		cmocka_unit_test(
			a_word_outside_of_an_identifier_is_the_one_that_is_shown),
		cmocka_unit_test(a_bare_number_is_a_contract_in_its_owners_mail_only),
		cmocka_unit_test(days_are_read_from_where_they_lie),
		cmocka_unit_test(sums_of_money_are_told_from_other_numbers),
		cmocka_unit_test(
			a_day_without_a_year_ends_the_contract_unless_it_is_said_to_be_another),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
