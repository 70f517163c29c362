/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_rules.c - any bytes as rule files (a NUL between two): compiled as
 * `rules check` does and, where they are sound, asked about a mail.  Only an
 * input that begins with a comment gets the warnings too: they take long.
 */
#undef NDEBUG /* a replay shows something in release builds too */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/detect.h"
#include "rules/engine/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_FILES 4
#define TODAY     20780 /* 2026-11-23: some exclusion has ended, some has not */

static const char mail_bytes[] =
	"From: Ana Roth <ana@northgatemills.example>\r\n"
	"To: watch@reseller.example\r\n"
	"Subject: FW: Your Cisco SmartNet renewal\r\n"
	"Date: Fri, 20 Nov 2026 09:12:00 +0000\r\n"
	"\r\n"
	"fyi\r\n\r\n"
	"-----Original Message-----\r\n"
	"From: Sam Okoro <sam@rival.example>\r\n"
	"Sent: Thursday, November 19, 2026 4:05 PM\r\n"
	"To: Ana Roth <ana@northgatemills.example>\r\n"
	"Subject: Your Cisco SmartNet renewal\r\n"
	"\r\n"
	"Hi Ana,\r\nyour SmartNet contract 204998811 expires on 1 December 2026.\r\n"
	"May I quote your renewal? Please sign the partner of record form.\r\n";

/* Every message goes to a terminal. */
static void check_diags(const struct pw_diags *diags)
{
	struct pw_buf out;
	size_t i;

	pw_buf_init(&out, 1 << 20);
	for (i = 0; i < diags->n; i++) {
		assert(diags->items[i].message && diags->items[i].message[0]);
		pw_diag_render(&out, &diags->items[i]);
	}
	if (out.len > 0)
		assert(pw_utf8_valid(out.data, out.len) && !strchr(out.data, '\033'));
	pw_buf_done(&out);
}

static void ask(const struct pw_ruleset *ruleset)
{
	static const char *const domains[] = { "reseller.example" };
	const struct pw_us us = { .domains = domains,
				  .n_domains = 1,
				  .mailbox = "watch@reseller.example",
				  .received = PW_DAY_NONE };
	static struct pw_mail *mail;
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	struct pw_err err = PW_ERR_INIT;

	if (!mail)
		assert(pw_mail_parse(&mail, mail_bytes, sizeof mail_bytes - 1, &err) ==
		       0);
	if (pw_detect(&finding, ruleset, NULL, &us, mail, &err) < 0)
		assert(err.code != PW_OK && err.msg[0]);
}

static size_t split(struct pw_rule_source *files, char *text, size_t size)
{
	static const char *const paths[MAX_FILES] = { "a.yaml", "b.yaml", "c.yaml",
						      "d.yaml" };
	size_t at = 0, n = 0;

	do {
		size_t len = n + 1 < MAX_FILES ? strlen(text + at) : size - at;

		files[n] = (struct pw_rule_source){ paths[n], text + at, len, (int)n };
		at += len + 1;
		n++;
	} while (at < size && n < MAX_FILES);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	PW_CLEANUP(pw_ruleset_freep) struct pw_ruleset *ruleset = NULL;
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	PW_CLEANUP(pw_diags_done) struct pw_diags diags;
	struct pw_rule_source files[MAX_FILES];
	struct pw_err err = PW_ERR_INIT;
	char *text = malloc(size + 1);

	pw_parsers_init();
	memcpy(text, data, size);
	text[size] = '\0';
	bundle = pw_bundle_new(files, split(files, text, size));
	free(text);
	pw_diags_init(&diags);
	if (pw_ruleset_new(&ruleset, bundle, &diags, &err) == 0) {
		assert(ruleset && diags.n_errors == 0);
		if (size > 0 && data[0] == '#')
			pw_ruleset_lint(ruleset, bundle, TODAY, &diags);
		ask(ruleset);
	} else {
		assert(!ruleset && diags.n_errors > 0);
		assert(err.code == PW_ECONFIG && !strchr(err.msg, '\n'));
	}
	check_diags(&diags);
	return 0;
}
