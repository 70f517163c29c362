/* SPDX-License-Identifier: Apache-2.0 */
/* test_captures.c - what a rule's named captures hold, as fields of the finding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rules/engine/detect.h"
#include "rules/engine/diag.h"

#define RULES                                                                            \
	"version: 1\n"                                                                   \
	"rivals:\n"                                                                      \
	"  northpeak: { name: NorthPeak, domains: [northpeak.example] }\n"               \
	"vendors:\n"                                                                     \
	"  cisco: { name: Cisco, products: [SMARTnet] }\n"                               \
	"signals:\n"                                                                     \
	"  ask: { text: [quote your renewal], kind: ask, weight: 6 }\n"                  \
	"  offer: { match: 'quote (?<quote>q-\\d+)(?: for (?<seats>\\d+) users)?' }\n"   \
	"  offer-2: { match: 'our (?:quote) (?<quote>q-\\d+)' }\n"                       \
	"  serial: { match: 'serial:? (?<serial>[a-z0-9]{6,})' }\n"                      \
	"  cover: { match: 'good through (?<end_date>.{6,12})(?= for)' }\n"

#define MAIL(body)                                                                       \
	"From: Rep <rep@northpeak.example>\r\nTo: ana@juniperfalls.example\r\n"          \
	"Date: Mon, 05 Oct 2026 09:00:00 -0500\r\nSubject: SMARTnet\r\n"                 \
	"Content-Type: text/plain; charset=utf-8\r\n\r\n" body

static struct pw_finding *detect(const char *raw)
{
	const struct pw_rule_source source = { "a.yaml", RULES, sizeof RULES - 1, 0 };
	const struct pw_us us = { .mailbox = "watch@ours.example",
				  .received = PW_DAY_NONE };
	struct pw_bundle *bundle = pw_bundle_new(&source, 1);
	struct pw_ruleset *ruleset = NULL;
	struct pw_finding *finding = NULL;
	struct pw_mail *mail = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_diags diags;
	size_t len = strlen(raw);
	char *copy = malloc(len); /* exact: a step too far is seen */

	assert_non_null(copy);
	memcpy(copy, raw, len);
	pw_diags_init(&diags);
	assert_int_equal(pw_ruleset_new(&ruleset, bundle, &diags, &err), 0);
	assert_int_equal(pw_mail_parse(&mail, copy, len, &err), 0);
	assert_int_equal(pw_detect(&finding, ruleset, NULL, &us, mail, &err), 0);
	assert_int_equal(pw_finding_own(finding, &err), 0);
	pw_mail_free(mail);
	pw_ruleset_free(ruleset);
	pw_diags_done(&diags);
	pw_bundle_free(bundle);
	free(copy);
	return finding;
}

static void expect_field(const struct pw_finding *finding, const char *field,
			 const char *value)
{
	size_t i;

	for (i = 0; i < finding->n_fields; i++)
		if (strcmp(finding->fields[i].field, field) == 0 &&
		    strcmp(finding->fields[i].value, value) == 0)
			return;
	fail_msg("no %s '%s' among %zu fields", field, value, finding->n_fields);
}

static void captures_become_fields_in_the_words_of_the_mail(void **state)
{
	struct pw_finding *finding =
		detect(MAIL("We can quote your renewal.\r\n"
			    "Our quote Q-77 for 40 users, serial \xC3\x84"
			    "BC1234.\r\n"));

	(void)state;
	assert_true(finding->is_solicitation);
	expect_field(finding, "quote", "Q-77");
	expect_field(finding, "seats", "40");
	expect_field(finding, "serial",
		     "\xC3\x84"
		     "BC1234");
	/* Two rules captured the same number. */
	assert_int_equal(finding->n_fields, 3);
	pw_finding_free(finding);
}

static void a_capture_that_took_no_part_is_no_field(void **state)
{
	struct pw_finding *finding =
		detect(MAIL("We can quote your renewal: quote Q-78.\r\n"));

	(void)state;
	assert_int_equal(finding->n_fields, 1);
	expect_field(finding, "quote", "Q-78");
	pw_finding_free(finding);
}

static void a_captured_end_date_is_the_stated_end(void **state)
{
	struct pw_finding *finding =
		detect(MAIL("We can quote your renewal. The cover is good through "
			    "30 Sep 2027 for all; visit us on 2 Oct 2027.\r\n"));
	char day[PW_DAY_TEXT];

	(void)state;
	expect_field(finding, "end_date", "30 Sep 2027");
	assert_non_null(pw_finding_stated(finding));
	assert_string_equal(pw_day_to_iso(pw_finding_stated(finding)->date.day, day),
			    "2027-09-30");
	assert_string_equal(pw_finding_stated(finding)->rule, "signals.cover");
	pw_finding_free(finding);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures_become_fields_in_the_words_of_the_mail),
		cmocka_unit_test(a_capture_that_took_no_part_is_no_field),
		cmocka_unit_test(a_captured_end_date_is_the_stated_end),
	};

	pw_parsers_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
