/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agent/rulefiles/rulefiles.h"
#include "rules/engine/detect.h"
#include "rules/engine/literals.h"
#include "rules/engine/rules.h"

static void the_strings_a_regex_needs_are_found(void **state)
{
	static const struct {
		const char *regex, *strings; /* joined by '|', "" for none */
	} cases[] = {
		{ "renewal", "renewal" },
		{ "renew(?:al|ing)", "renewal|renewing" },
		{ "(?:a|b)?quote", "aquote|bquote|quote" },
		{ "x+renew.{0,9}quote", "renew" },
		{ "quote|.*", "" },
		{ "(?=abc)defg", "defg" },
		{ "(?i)quote", "" },
		{ "[ab]cde", "acde|bcde" },
		{ "\\bexpir(?:es|y)\\b", "expires|expiry" },
		{ "(?<name>renew)ed", "renewed" },
		{ "abc{0,2}", "ab" },
		{ "(abcd)*", "" },
		{ "(abcd){2,}", "abcd" },
		{ "[^a]bcd", "bcd" },
		{ "a\\.bc", "a.bc" },
		{ "(abc)\\1", "" },
		{ "\\QAB\\E", "" },
	};
	struct pw_literals *set = test_malloc(sizeof *set);
	char text[2000];
	size_t i, k;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		pw_literals_of(cases[i].regex, set);
		text[0] = '\0';
		for (k = 0; k < set->n; k++)
			sprintf(text + strlen(text), "%s%.*s", k ? "|" : "",
				set->items[k].len, set->items[k].text);
		if (strcmp(text, cases[i].strings) != 0)
			fail_msg("'%s' gives '%s'", cases[i].regex, text);
	}
	test_free(set);
}

static struct pw_ruleset *load(enum pw_prefilter_mode mode)
{
	static const char *const folders[] = { PW_SOURCE_DIR "/rules" };
	struct pw_bundle *bundle = NULL;
	struct pw_ruleset *ruleset = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_diags diags;

	pw_diags_init(&diags);
	if (pw_rulefiles_read(&bundle, folders, 1, &err) < 0 ||
	    pw_ruleset_new_with(&ruleset, bundle, mode, &diags, &err) < 0)
		fail_msg("%s", err.msg);
	pw_diags_done(&diags);
	pw_bundle_free(bundle);
	return ruleset;
}

static json_t *judge(const struct pw_ruleset *ruleset, const char *raw, size_t len)
{
	static const char *const domains[] = { "ours.example" };
	const struct pw_us us = { .domains = domains,
				  .n_domains = 1,
				  .received = PW_DAY_NONE };
	struct pw_finding *finding = NULL;
	struct pw_mail *mail = NULL;
	struct pw_err err = PW_ERR_INIT;
	json_t *json;

	assert_int_equal(pw_mail_parse(&mail, raw, len, &err), 0);
	assert_int_equal(pw_detect(&finding, ruleset, NULL, &us, mail, &err), 0);
	json = pw_finding_to_json(finding);
	pw_finding_free(finding);
	pw_mail_free(mail);
	return json;
}

/* The same bytes by all three: the findings are equal to the last hit. */
static void compare(struct pw_ruleset *const *rulesets, const char *name, const char *raw,
		    size_t len, size_t *n_hits)
{
	json_t *first = judge(rulesets[0], raw, len), *other;
	int i;

	*n_hits += json_array_size(json_object_get(first, "hits"));
	for (i = 1; i < 3; i++) {
		other = judge(rulesets[i], raw, len);
		if (!json_equal(first, other))
			fail_msg("'%s': prefilter %s decides otherwise", name,
				 pw_prefilter_name(rulesets[i]->prefilter));
		json_decref(other);
	}
	json_decref(first);
}

static size_t compare_folder(struct pw_ruleset *const *rulesets, const char *folder,
			     size_t *n_hits)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0, len;
	char path[2000], *raw;
	FILE *in;

	while (dir && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] == '.' || !strstr(entry->d_name, ".eml") ||
		    !(in = fopen(path, "rb")))
			continue;
		raw = malloc((size_t)8 << 20);
		assert_non_null(raw);
		len = fread(raw, 1, (size_t)8 << 20, in);
		fclose(in);
		compare(rulesets, entry->d_name, raw, len, n_hits);
		free(raw);
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

/* Each sample of each rule as a mail of its own. */
static size_t compare_samples(struct pw_ruleset *const *rulesets, size_t *n_hits)
{
	size_t i, k, n = 0;
	char raw[4000];

	for (i = 0; i < rulesets[0]->n_signals; i++)
		for (k = 0; k < rulesets[0]->signals[i].samples.n; k++, n++) {
			snprintf(raw, sizeof raw,
				 "From: a@cdw.com\r\nTo: b@customer.example\r\n"
				 "Subject: x\r\nContent-Type: text/plain; "
				 "charset=utf-8\r\n"
				 "\r\n%s\r\n",
				 rulesets[0]->signals[i].samples.items[k].text);
			compare(rulesets, raw, raw, strlen(raw), n_hits);
		}
	return n;
}

static void verdicts_are_the_same_with_every_prefilter(void **state)
{
	static const enum pw_prefilter_mode modes[] = { PW_PREFILTER_NONE,
							PW_PREFILTER_GRAMS,
							PW_PREFILTER_HS };
	struct pw_ruleset *rulesets[3];
	size_t n, n_hits = 0, n_shared;
	int i;

	(void)state;
	pw_parsers_init();
	for (i = 0; i < 3; i++)
		rulesets[i] = load(modes[i]);
	n = compare_samples(rulesets, &n_hits);
	n += compare_folder(rulesets, PW_SOURCE_DIR "/tests/corpus/samples", &n_hits);
	n_shared =
		compare_folder(rulesets, PW_SOURCE_DIR "/../shared/cases/mails", &n_hits);
	if (!n_shared)
		print_message("../shared/cases is not there: its mails are left out\n");
	print_message("%zu mails, %zu hits\n", n + n_shared, n_hits);
	assert_true(n > 500 && n_hits > n / 2);
	for (i = 0; i < 3; i++)
		pw_ruleset_free(rulesets[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_strings_a_regex_needs_are_found),
		cmocka_unit_test(verdicts_are_the_same_with_every_prefilter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
