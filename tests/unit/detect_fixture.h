/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detect_fixture.h - mails judged by the default rules, for the tests of
 * detection: one customer, one contract with Fortinet for a product that no
 * list of products has, which ends on 3 December 2026, and one with Pure Storage
 * whose end is not known.
 */
#ifndef PW_TESTS_DETECT_FIXTURE_H
#define PW_TESTS_DETECT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agent/base/str.h"
#include "agent/rulefiles/rulefiles.h"
#include "rules/engine/detect.h"
#include "rules/engine/diag.h"

static struct pw_ruleset *ruleset;
static struct pw_known *known;
static void *image;

static int load(void **state)
{
	static const char *const folders[] = { PW_SOURCE_DIR "/rules" };
	static const char *const domains[] = { "juniperfalls.example" };
	static const char *const ids[] = { "FGT60FTK21099887" };
	static const char *const others[] = { "INV-8821034", "40031177" };
	struct pw_known_builder *builder = pw_known_builder_new();
	struct pw_bundle *bundle = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_diags diags;
	uint32_t customer;
	size_t len;
	pw_day end;

	(void)state;
	pw_parsers_init();
	pw_diags_init(&diags);
	if (pw_rulefiles_read(&bundle, folders, 1, &err) < 0 ||
	    pw_ruleset_new(&ruleset, bundle, &diags, &err) < 0)
		fail_msg("%s", err.msg);
	customer = pw_known_add_customer(builder, "Juniper Falls Dental", domains, 1,
					 NULL, 0);
	pw_known_add_contract(builder, customer, "C-1", "Fortinet", ids, 1);
	assert_true(pw_day_from_iso("2026-12-03", &end));
	pw_known_set_end(builder, end);
	pw_known_set_product(builder, "Fortinet QG4410 UTP, 8x5xNBD");
	pw_known_add_contract(builder, customer, "C-2", "Pure Storage", others, 2);
	if (pw_known_build(builder, &image, &len, &err) < 0 ||
	    pw_known_open(&known, image, len, &err) < 0)
		fail_msg("%s", err.msg);
	pw_known_builder_free(builder);
	pw_diags_done(&diags);
	pw_bundle_free(bundle);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	pw_known_close(known);
	pw_ruleset_free(ruleset);
	free(image);
	return 0;
}

static struct pw_finding *as_the_agent_gets_it(const struct pw_finding *finding)
{
	json_t *json = pw_finding_to_json(finding);
	struct pw_finding *received = NULL;
	struct pw_err err = PW_ERR_INIT;

	if (pw_finding_from_json(&received, json, &err) < 0)
		fail_msg("%s", err.msg);
	json_decref(json);
	return received;
}

/* How we are called; a test may say otherwise, and puts it back. */
static struct {
	const char *domain, *names[3];
	size_t n_names;
} ours = { "ours.example", { "Harbourline Systems" }, 1 };

static struct pw_finding *detect(const char *raw)
{
	const struct pw_us us = { .domains = &ours.domain,
				  .n_domains = 1,
				  .names = ours.names,
				  .n_names = ours.n_names,
				  .mailbox = "watch@ours.example",
				  .received = PW_DAY_NONE };
	struct pw_finding *finding = NULL, *received;
	struct pw_mail *mail = NULL;
	struct pw_err err = PW_ERR_INIT;
	size_t len = strlen(raw);
	char *copy = malloc(len); /* exact: a step too far is seen */

	assert_non_null(copy);
	memcpy(copy, raw, len);
	assert_int_equal(pw_mail_parse(&mail, copy, len, &err), 0);
	assert_int_equal(pw_detect(&finding, ruleset, known, &us, mail, &err), 0);
	received = as_the_agent_gets_it(finding);
	pw_finding_free(finding);
	pw_mail_free(mail);
	free(copy);
	return received;
}

/* A mail forwarded inline by a customer. */
static struct pw_finding *forwarded(const char *from, const char *to, const char *subject,
				    const char *body)
{
	struct pw_finding *finding;
	char *raw = pw_asprintf(
		"From: Ana <ana@juniperfalls.example>\r\nTo: watch@ours.example\r\n"
		"Subject: Fwd: %s\r\nDate: Mon, 05 Oct 2026 09:00:00 -0500\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n\r\n"
		"see below\r\n\r\n---------- Forwarded message ---------\r\n"
		"From: %s\r\nDate: Fri, Oct 2, 2026 at 3:12 PM\r\nSubject: %s\r\nTo: "
		"%s\r\n\r\n"
		"%s\r\n",
		subject, from, subject, to, body);

	finding = detect(raw);
	free(raw);
	return finding;
}

#define CUSTOMER "Ana <ana@juniperfalls.example>"

#endif
