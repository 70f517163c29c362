/* SPDX-License-Identifier: Apache-2.0 */
/* Internationalised domains: one form wherever they come from. */
#include "tests/unit/parser_fixture.h"

#include "agent/contracts/note.h"
#include "agent/contracts/values.h"
#include "parsers/address.h"
#include "parsers/domain.h"
#include "parsers/html.h"
#include "rules/engine/domains.h"

#define WIRE "xn--bcher-kva.example"

static void a_domain_has_one_form(void **state)
{
	static const struct {
		const char *written, *want;
	} cases[] = {
		{ "Plain.Example", "plain.example" },
		{ "b\xC3\xBC"
		  "cher.example",
		  WIRE },
		{ "B\xC3\x9C"
		  "CHER.example",
		  WIRE },
		{ "bu\xCC\x88"
		  "cher.example", /* u and a combining diaeresis */
		  WIRE },
		{ "XN--BCHER-KVA.Example", WIRE },
		{ "mail.xn--bcher-kva.example", "mail." WIRE },
		{ "b\xC3\xBC"
		  "cher\xE3\x80\x82"
		  "example", /* ideographic full stop */
		  WIRE },
		{ "\xE4\xBE\x8B\xE3\x81\x88.jp", "xn--r8jz45g.jp" },
		{ "stra\xC3\x9F"
		  "e.example",
		  "xn--strae-oqa.example" },
		{ "_dmarc.x.example", "_dmarc.x.example" },
		{ "xn--\xFF.example", "xn--\xFF.example" },
		{ "xn--0.example", "xn--0.example" },
		{ "a\xEF\xBC\x9E.example", "a\xEF\xBC\x9E.example" }, /* fullwidth > */
		{ "a\xCD\xBA.example", "a\xCD\xBA.example" }, /* a space and iota */
		{ "", "" },
	};
	char form[PW_DOMAIN_MAX + 1];
	struct pw_bytes copy;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		copy = exact_copy(cases[i].written, strlen(cases[i].written));
		assert_int_equal(pw_domain_normal(form, copy), strlen(cases[i].want));
		string_is(cases[i].written, form, cases[i].want);
		copy_done(&copy);
	}
}

static void a_domain_that_is_too_long_is_cut(void **state)
{
	char form[PW_DOMAIN_MAX + 1], text[1000];

	(void)state;
	memset(text, 'A', sizeof text);
	assert_int_equal(pw_domain_normal(form, (struct pw_bytes){ text, sizeof text }),
			 PW_DOMAIN_MAX);
	assert_int_equal(strlen(form), PW_DOMAIN_MAX);
}

static void addresses_and_links_have_it(void **state)
{
	static const char page[] = "<a href='https://jane@B\xC3\xBC"
				   "cher.example:8443/\xC3\xBC?a@b'>1</a>"
				   "<a href='mailto:jane@b\xC3\xBC"
				   "cher.example'>2</a>"
				   "<a href='/b\xC3\xBC"
				   "cher.example'>3</a>";
	struct pw_addr one, other;
	struct pw_html html;

	one = pw_addr_parse(*state,
			    "Jane <Jane@B\xC3\xBC"
			    "cher.example>",
			    27, NULL);
	other = pw_addr_parse(*state, "Jane@XN--BCHER-KVA.EXAMPLE", 26, NULL);
	assert_string_equal(one.address, "Jane@" WIRE);
	assert_string_equal(other.address, "Jane@" WIRE);
	assert_true(pw_html_text(*state, pw_bytes_of(page), &html));
	assert_int_equal(html.n_links, 3);
	assert_string_equal(html.links[0].href,
			    "https://jane@" WIRE ":8443/\xC3\xBC?a@b");
	assert_string_equal(html.links[1].href, "mailto:jane@" WIRE);
	assert_string_equal(html.links[2].href, "/b\xC3\xBC"
						"cher.example");
}

static void rules_and_contracts_match_either_form(void **state)
{
	static const char *const written[] = { "b\xC3\xBC"
					       "cher.example",
					       "xn--bcher-kva.EXAMPLE" };
	struct pw_domains *domains;
	struct pw_note note = { 0 };
	size_t i, k;

	for (i = 0; i < 2; i++) {
		domains = pw_domains_new();
		pw_domains_add(domains, written[i], 7);
		for (k = 0; k < 2; k++)
			assert_int_equal(pw_domains_find(domains, written[k]), 7);
		pw_domains_free(domains);
		assert_string_equal(pw_value_domains(*state, written[i], &note), WIRE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		arena_test(a_domain_has_one_form),
		arena_test(a_domain_that_is_too_long_is_cut),
		arena_test(addresses_and_links_have_it),
		arena_test(rules_and_contracts_match_either_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
