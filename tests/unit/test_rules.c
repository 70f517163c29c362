/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "rules/engine/diag.h"
#include "rules/engine/expr.h"
#include "rules/engine/lint.h"
#include "rules/engine/lint_regex.h"
#include "rules/engine/rules.h"

/* Compile files (folder 0, 1 ...); all that is wrong in *ret_text, rendered. */
static struct pw_ruleset *compile(const char *const *texts, size_t n, char *ret_text,
				  size_t max, bool is_linted)
{
	struct pw_rule_source sources[4];
	struct pw_ruleset *ruleset = NULL;
	struct pw_bundle *bundle;
	struct pw_diags diags;
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf out;
	char paths[4][16];
	pw_day today;
	size_t i;

	assert_true(pw_day_from_iso("2026-10-05", &today));

	for (i = 0; i < n; i++) {
		snprintf(paths[i], sizeof paths[i], "%zu/a.yaml", i);
		sources[i] = (struct pw_rule_source){ paths[i], texts[i],
						      strlen(texts[i]), (int)i };
	}
	bundle = pw_bundle_new(sources, n);
	pw_diags_init(&diags);
	if (pw_ruleset_new(&ruleset, bundle, &diags, &err) == 0 && is_linted)
		pw_ruleset_lint(ruleset, bundle, today, &diags);
	pw_buf_init(&out, max - 1);
	for (i = 0; i < diags.n; i++)
		pw_diag_render(&out, &diags.items[i]);
	if (ret_text)
		memcpy(ret_text, out.data, out.len + 1);
	pw_buf_done(&out);
	pw_diags_done(&diags);
	pw_bundle_free(bundle);
	return ruleset;
}

static void expect_mistake(const char *rules, const char *message)
{
	char text[8000], *file;
	struct pw_ruleset *ruleset;
	const char *files[1];

	file = test_malloc(strlen(rules) + 20);
	sprintf(file, "version: 1\n%s", rules);
	files[0] = file;
	ruleset = compile(files, 1, text, sizeof text, true);
	if (!strstr(text, message))
		fail_msg("'%s' gives:\n%s", rules, text);
	pw_ruleset_free(ruleset);
	test_free(file);
}

/* What lasts through its last day, and what hides nothing. */
static void a_rule_in_force_is_not_warned_of(void **state)
{
	static const char *const files[] = {
		"version: 1\nexclusions:\n"
		"  x: { subject: 'order', because: b, until: 2026-10-05 }\n"
		"signals:\n  a: { match: 'renew (?<quote>x)', weight: 1 } # why\n",
		"version: 1\nexclusions:\n  x: { off: true }\n",
	};
	char text[8000];

	(void)state;
	pw_ruleset_free(compile(files, 1, text, sizeof text, true));
	assert_string_equal(text, "");
	pw_ruleset_free(compile(files, 2, text, sizeof text, true));
	assert_string_equal(text, "");
}

static void every_kind_of_mistake_is_shown_at_its_character(void **state)
{
	static const struct {
		const char *rules, *message;
	} cases[] = {
		/* the caret is inside the regex, behind letters of two bytes */
		{ "signals:\n  a: { match: 'verl\xC3\xA4ng(er' }\n",
		  "0/a.yaml:3:23: error: missing closing parenthesis\n"
		  "    3 |   a: { match: 'verl\xC3\xA4ng(er' }\n"
		  "      |                       ^\n" },
		{ "signals:\n  a: { match: 'a(b))' }\n",
		  "0/a.yaml:3:20: error: unmatched" },
		{ "signals:\n  a: { match: \"a\" }\n",
		  "0/a.yaml:3:15: error: a regular expression in double quotes" },
		{ "signals:\n  a: { scroe: 3, text: a }\n", "unknown key 'scroe'" },
		{ "signals:\n  a: { text: a, wieght: 3 }\n", "did you mean 'weight'?" },
		{ "signal:\n  a: { text: a }\n", "did you mean 'signals'?" },
		{ "signals:\n  a: { text: a, kind: asks }\n", "did you mean 'ask'?" },
		{ "signals:\n  a: { weight: 1 }\n",
		  "has neither text nor match nor fact" },
		{ "rivals:\n  cdw: { domains+: [a.com] }\n",
		  "no earlier folder has a rival of that name" },
		{ "exclusions:\n  x: { from: [cdw], because: b }\n",
		  "0/a.yaml:3:15: error: 'cdw' is neither an address nor a domain" },
		{ "tests:\n  - { name: a, body: b, expect: {} }\n",
		  "0/a.yaml:3:33: error: the test expects nothing" },
		{ "tests:\n  - { name: a, body: b, date: 1.2.2026, expect: { score: 1 } "
		  "}\n",
		  "0/a.yaml:3:31: error: '1.2.2026' is no day" },
		{ "tests:\n  - { name: a, body: b, expect: { claims: [x] } }\n",
		  "one of: partner_change_request" },
		{ "tests:\n  - { name: a, body: b, expect: { rival: b } }\n"
		  "rivals:\n  bb: { name: Bbbb }\n",
		  "0/a.yaml:3:42: warning: 'b' is not defined" },
		{ "signals:\n  A: { text: a }\n", "0/a.yaml:3:3: error: 'A' is no name" },
		{ "signals:\n  a: { text: a, kind: notice }\n", "needs 'notice:'" },
		{ "rivals:\n  a: { name: A, domains: [a.com, 'b com'] }\n",
		  "'b com' is no mail domain" },
		{ "rivals:\n  a: { name: A, domains: [a.com] }\n"
		  "  b: { name: B, domains: [a.com] }\n",
		  "0/a.yaml:4:27: error: domain 'a.com' is that of rival 'a' already "
		  "(a.yaml:3)" },
		{ "rivals:\n  a: { name: A, domains: [a.com, a.com] }\n",
		  "0/a.yaml:3:34: error: domain 'a.com' is given twice" },
		{ "vendors:\n  v: { name: V, domains: [a.com] }\n"
		  "rivals:\n  b: { name: B, domains: [a.com] }\n",
		  "0/a.yaml:5:27: error: domain 'a.com' is that of vendor 'v'" },
		{ "rivals:\n  b: { name: B, domains: [a.com] }\nfreemail: [a.com]\n",
		  "0/a.yaml:3:27: error: 'a.com' is a public mail provider" },
		{ "vendors:\n  cisco: { name: V }\n"
		  "rivals:\n  b: { name: B, vendor: cisko, class: vendor-reseller }\n",
		  "did you mean 'cisco'?" },
		{ "signals:\n  a: { text: a, lang: english }\n",
		  "'english' is no language of two letters" },
		{ "conditions:\n  c: { when: kind:aks, severity: high }\n",
		  "did you mean 'kind:ask'?" },
		{ "conditions:\n  c: { when: 3 of rival vendor, severity: high }\n",
		  "never holds" },
		{ "rivals:\n  a: { domains: [a.com] }\n", "'name' is missing" },
		{ "exclusions:\n  a: { because: x }\n", "would exclude everything" },
		{ "exclusions:\n  a: { from: [a.com] }\n", "'because' is missing" },
		{ "signals:\n  offer: { text: a }\n"
		  "conditions:\n  c: { when: offer and ofer }\n",
		  "0/a.yaml:5:24: error: nothing is called 'ofer'" },
		{ "conditions:\n  c: { when: rival and (vendor }\n", "expected ')'" },
		{ "conditions:\n  c: { when: rival, mode: suppress }\n",
		  "needs 'because:'" },
		{ "thresholds: { rivals: 3 }\n", "did you mean 'rival'?" },
		{ "tests:\n  - { name: t, expect: {} }\n", "either 'body' or 'file'" },
		{ "signals:\n  a: { text: b, ok: ['c'] }\n",
		  "0/a.yaml:3:22: error: 'a' does not match this `ok` sample" },
		{ "signals:\n  a: { text: b, not: ['a b'] }\n",
		  "matches this `not` sample" },
		/* warnings */
		{ "signals:\n  a: { match: 'renew(a+)+$', weight: 1 }\n",
		  "'a' backtracks catastrophically" },
		/* nothing of it stands without its last letter */
		{ "signals:\n  a: { match: 'we (?:\\w+\\s?)+:', weight: 1 }\n",
		  "'a' backtracks catastrophically" },
		{ "signals:\n  a: { match: 'price(?:\\s|\\w)*(?:\\s|\\w)*(?:\\s|\\w)*!' "
		  "}\n",
		  "'a' backtracks catastrophically" },
		{ "vendors:\n  v: { name: Vend, identifiers: {\n"
		  "    x: { match: 'vx-(?:\\w+-?)+;', distinct: high } } }\n",
		  "'v.x' backtracks catastrophically" },
		{ "exclusions:\n  x: { header: '^list: (?:\\w+-?)+;', because: b }\n",
		  "'x' backtracks catastrophically" },
		{ "signals:\n  a: { match: 'renew.*quote', weight: 1 }\n",
		  "'a' has an unbounded gap" },
		{ "signals:\n  a: { match: '[a-z]+', weight: 1 }\n", "no fixed text" },
		{ "signals:\n  a: { text: renew, weight: 1 }\n"
		  "  b: { text: renew, weight: 2 }\n",
		  "'b' looks for the same as another signal" },
		{ "signals:\n  a: { text: renew }\n", "has neither weight nor kind" },
		{ "rivals:\n  a: { name: Insight }\n", "is an ordinary word" },
		{ "rivals:\n  a: { name: Frobnic }\nsignals:\n"
		  "  b: { text: renew, weight: 1, ok: [we frobnic and renew] }\n",
		  "0/a.yaml:3:3: warning: 'frobnic' is an ordinary word" },
		{ "exclusions:\n  x: { subject: order, because: b, until: 2026-10-04 }\n",
		  "0/a.yaml:3:43: warning: 'x' ended on 2026-10-04" },
		{ "signals:\n  a: { match: '\xC3\xA9 renew (?<contrct>x)', weight: 1 }\n",
		  "0/a.yaml:3:27: warning: nothing is made of a capture 'contrct'" },
		{ "signals:\n  a:\n    match: PO #\\d+\n    weight: 1\n",
		  "0/a.yaml:4:15: warning: a comment begins here" },
		{ "signals:\n  a: { text: 'renew(al)?', weight: 1 }\n",
		  "0/a.yaml:3:23: warning: ')?' means itself in a phrase" },
		{ "conditions:\n  a: { when: rival, when+: vendor }\n",
		  "0/a.yaml:3:21: error: nothing can be added to 'when'" },
		{ "rivals:\n  a: { off: true }\n",
		  "0/a.yaml:3:3: warning: 'a' is in no earlier folder" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++)
		expect_mistake(cases[i].rules, cases[i].message);
}

static void a_rivals_name_in_the_domain_of_a_sample_is_no_ordinary_word(void **state)
{
	static const char *const files[] = {
		"version: 1\nrivals:\n  a: { name: Frobnic, domains: [frobnic.example] "
		"}\n"
		"signals:\n  b: { match: 'frobnic\\.example', in: link, weight: 1,\n"
		"    ok: ['https://quote.frobnic.example/a', 'bo@frobnic.example',\n"
		"      'frobnic@frobnic.example'] }\n"
	};
	char text[4000] = "";

	(void)state;
	pw_ruleset_free(compile(files, 1, text, sizeof text, true));
	assert_string_equal(text, "");
}

static void a_match_that_begins_without_a_bound_is_warned_of(void **state)
{
	static const struct {
		bool is_endless;
		const char *regex;
	} cases[] = {
		{ true, "[a-z]{3,} offers" },
		{ true, "(?:acme|(?<quote>\\w+) inc) offers" },
		{ true, "(?:the )?\\w+ offers" },
		{ true, "(?=x)[^.\\n]* offers" },
		{ true, "offers|[a-z]*ing" },
		{ false, "\\b[a-z]{3,} offers" },
		{ false, "(?<![a-z])\\w+ offers" },
		{ false, "[a-z]{3,30} offers" },
		{ false, "offers [a-z]+" },
		{ false, "(?:an|the) \\w+ offer|[\\](|]x" },
		{ false, "\\x{61}+ offers" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++)
		if (pw_regex_begins_endlessly(cases[i].regex) != cases[i].is_endless)
			fail_msg("%s", cases[i].regex);
}

static void an_unknown_name_does_not_hide_a_mistake_of_grammar(void **state)
{
	static const char *const files[] = {
		"version: 1\nconditions:\n  c: { when: rival and (vendr or ofer }\n"
	};
	char text[4000];

	(void)state;
	assert_null(compile(files, 1, text, sizeof text, false));
	assert_non_null(strstr(text, ":3:25: error: nothing is called 'vendr'"));
	assert_non_null(strstr(text, "did you mean 'vendor'?"));
	assert_non_null(strstr(text, ":3:34: error: nothing is called 'ofer'"));
	assert_non_null(strstr(text, ":3:38: error: expected ')'"));
}

static void a_duplicate_key_hides_no_other_mistake(void **state)
{
	static const char *const files[] = {
		"version: 1\nrivals:\n  a: { name: A, names: [Aa], names: [Ab] }\n"
		"  a: { name: A2 }\nsignals:\n  b: { wieght: 2, text: b, fact: vendr }\n"
		"  c: { fact: vendr }\n"
	};
	char text[4000];

	(void)state;
	assert_null(compile(files, 1, text, sizeof text, false));
	assert_non_null(strstr(text, ":3:30: error: duplicate key 'names'"));
	assert_non_null(strstr(text, ":4:3: error: duplicate key 'a'"));
	assert_null(strstr(text, "'a' is defined already"));
	assert_non_null(strstr(text, ":6:8: error: unknown key 'wieght'"));
	assert_non_null(strstr(text, ":7:14: error: 'vendr' is not known here"));
	assert_null(strstr(text, "'c' has neither"));
}

static void a_file_without_its_first_line_is_refused(void **state)
{
	static const char *const files[] = { "signals:\n  a: { text: a }\n" };
	char text[2000];

	(void)state;
	assert_null(compile(files, 1, text, sizeof text, false));
	assert_non_null(strstr(text, "'version: 1' is missing"));
}

static const struct pw_signal *signal_named(const struct pw_ruleset *ruleset,
					    const char *name)
{
	size_t i;

	for (i = 0; i < ruleset->n_signals; i++)
		if (strcmp(ruleset->signals[i].name, name) == 0)
			return &ruleset->signals[i];
	return NULL;
}

static void a_later_folder_overrides_key_by_key(void **state)
{
	static const char *const files[] = {
		"version: 1\nthresholds: { rival: 5 }\n"
		"signals:\n  a: { text: offer, weight: 2, kind: ask }\n"
		"  b: { text: other, weight: 1 }\n"
		"rivals:\n  r: { name: Reseller, domains: [r.example] }\n"
		"vendors:\n  v: { name: Vend, identifiers: {\n"
		"    x: { match: 'vx-\\d+', distinct: high },\n"
		"    y: { match: 'vy-\\d+', distinct: high } } }\n",
		"version: 1\nthresholds: { rival: 7 }\n"
		"signals:\n  a: { weight: 9 }\n  b: { off: true }\n"
		"rivals:\n  r: { domains+: [more.example] }\n"
		"vendors:\n  v: { identifiers+: {\n"
		"    y: { match: 'w-\\d+', distinct: low },\n"
		"    z: { match: 'vz-\\d+', distinct: low } } }\n",
	};
	struct pw_ruleset *ruleset = compile(files, 2, NULL, 2000, false);
	const struct pw_signal *signal;

	(void)state;
	assert_non_null(ruleset);
	signal = signal_named(ruleset, "a");
	assert_non_null(signal);
	assert_true(signal->weight == 9 && signal->kind == PW_KIND_ASK);
	/* where it was defined, and where its weight comes from */
	assert_string_equal(signal->origin.text, "a.yaml:4, a.yaml:4");
	assert_int_equal(ruleset->n_shapes, 3);
	assert_int_equal(ruleset->shapes[1].pattern, ruleset->shapes[0].pattern + 1);
	assert_string_equal(
		pw_pattern_source(ruleset->patterns[ruleset->shapes[1].pattern]),
		"w-\\d+");
	assert_null(signal_named(ruleset, "b"));
	assert_true(ruleset->thresholds[PW_THRESHOLD_RIVAL] == 7);
	assert_string_equal(pw_ruleset_rival_of_domain(ruleset, "mail.r.example"), "r");
	assert_string_equal(pw_ruleset_rival_of_domain(ruleset, "more.example"), "r");
	assert_null(pw_ruleset_rival_of_domain(ruleset, "notr.example"));
	pw_ruleset_free(ruleset);
}

static void the_same_name_twice_in_one_folder_is_refused(void **state)
{
	static const struct pw_rule_source sources[] = {
		{ "shipped.yaml", "version: 1\nsignals:\n  a: { text: b }\n", 37, 0 },
		{ "a.yaml", "version: 1\nsignals:\n  a: { text: b }\n", 37, 1 },
		{ "b.yaml", "version: 1\nsignals:\n  a: { text: b }\n", 37, 1 },
	};
	struct pw_bundle *bundle = pw_bundle_new(sources, 3);
	struct pw_ruleset *ruleset = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_diags diags;

	(void)state;
	pw_diags_init(&diags);
	assert_int_equal(pw_ruleset_new(&ruleset, bundle, &diags, &err), -1);
	assert_int_equal(err.code, PW_ECONFIG);
	assert_string_equal(err.msg, "b.yaml:3:3: 'a' is defined already");
	assert_string_equal(diags.items[0].hint,
			    "first in a.yaml:3; only a later folder may override it");
	pw_diags_done(&diags);
	pw_bundle_free(bundle);
}

static void one_regex_is_compiled_once_however_often_it_is_written(void **state)
{
	static const char *const files[] = {
		"version: 1\nsignals:\n  a: { text: offer, weight: 2 }\n"
		"  b: { text: offer, weight: 1, in: [subject] }\n"
		"  c: { match: 'Verl\xC3\xA4ngerung', weight: 1 }\n"
		"  d: { match: 'Verlangerung', weight: 1 }\n"
	};
	struct pw_ruleset *ruleset = compile(files, 1, NULL, 2000, false);

	(void)state;
	assert_non_null(ruleset);
	assert_int_equal(signal_named(ruleset, "a")->pattern,
			 signal_named(ruleset, "b")->pattern);
	assert_int_equal(signal_named(ruleset, "c")->pattern,
			 signal_named(ruleset, "d")->pattern); /* folded alike */
	assert_int_equal(ruleset->n_patterns, 2);
	pw_ruleset_free(ruleset);
}

static void a_search_gives_up_on_catastrophic_backtracking(void **state)
{
	struct pw_pattern *pattern = NULL;
	struct pw_search *search = pw_search_new();
	struct pw_err err = PW_ERR_INIT;
	struct pw_span span;
	size_t offset;
	char text[61];

	(void)state;
	memset(text, 'a', 60);
	text[59] = 'b';
	text[60] = '\0';
	assert_int_equal(pw_pattern_new(&pattern, "^(a|aa)+$", &offset, &err), 0);
	assert_int_equal(pw_pattern_find(pattern, search, text, 60, 0, &span, &err), -1);
	assert_int_equal(err.code, PW_ELIMIT);
	assert_true(pw_pattern_is_explosive(pattern, search));
	pw_pattern_free(pattern);
	pw_search_free(search);
}

/* Texts are folded: whatever way a regex asks for a capital, it means the letter. */
static void a_star_stands_for_any_letters_however_many_stars_there_are(void **state)
{
	static const struct {
		const char *pattern, *word;
		bool is_match;
	} cases[] = {
		{ "offer-*", "offer-word", true },
		{ "offer-*", "offer", false },
		{ "*", "", true },
		{ "", "", true },
		{ "", "a", false },
		{ "a*c", "abc", true },
		{ "a*c", "abcb", false },
		{ "a*b*c", "axbxbxc", true },
		{ "*ab", "aab", true },
		{ "a**", "a", true },
		/* steps of all stars together would not end in a year */
		{ "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		  false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++)
		if (pw_glob(cases[i].pattern, cases[i].word) != cases[i].is_match)
			fail_msg("%s: %s", cases[i].pattern, cases[i].word);
}

static void a_regex_means_letters_of_either_case(void **state)
{
	static const char *const regexes[] = {
		"ab12",   "AB12",         "[A-Z]{2}\\d+", "[[:upper:]]+12",
		"\\x41b", "\\Ba*\\Bb1|A", "(?<Code>ab)",
	};
	struct pw_search *search = pw_search_new();
	struct pw_pattern *pattern;
	struct pw_err err = PW_ERR_INIT;
	struct pw_span span;
	size_t i, offset;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(regexes); i++) {
		assert_int_equal(pw_pattern_new(&pattern, regexes[i], &offset, &err), 0);
		if (pw_pattern_find(pattern, search, "x ab12", 6, 0, &span, &err) != 1)
			fail_msg("'%s'", regexes[i]);
		pw_pattern_free(pattern);
	}
	pw_search_free(search);
}

static void a_phrase_matches_whole_words_however_they_were_broken(void **state)
{
	static const struct {
		const char *phrase, *text;
		int found;
	} cases[] = {
		{ "quote your renewal", "we quote your\nrenewal", 1 },
		{ "quote your renewal", "misquote your renewal", 0 },
		{ "renew*", "renewing", 1 },
		{ "renew", "renewing", 0 },
		{ "co-term", "co term it", 1 },
		{ "co-term", "coterm it", 1 },
		{ "c++ (new)", "the c++ (new) one", 1 },
		{ "\xE6\x9B\xB4\xE6\x96\xB0",
		  "\xE3\x81\xAE\xE6\x9B\xB4\xE6\x96\xB0\xE3\x82\x92", 1 },
	};
	struct pw_search *search = pw_search_new();
	struct pw_pattern *pattern;
	struct pw_err err = PW_ERR_INIT;
	struct pw_span span;
	struct pw_buf regex;
	size_t i, offset;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		pw_buf_init(&regex, 1000);
		pw_phrase_to_regex(&regex, cases[i].phrase);
		assert_int_equal(pw_pattern_new(&pattern, regex.data, &offset, &err), 0);
		if (pw_pattern_find(pattern, search, cases[i].text, strlen(cases[i].text),
				    0, &span, &err) != cases[i].found)
			fail_msg("'%s' on '%s'", cases[i].phrase, cases[i].text);
		pw_pattern_free(pattern);
		pw_buf_done(&regex);
	}
	pw_search_free(search);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_mistake_is_shown_at_its_character),
		cmocka_unit_test(a_rule_in_force_is_not_warned_of),
		cmocka_unit_test(
			a_rivals_name_in_the_domain_of_a_sample_is_no_ordinary_word),
		cmocka_unit_test(a_match_that_begins_without_a_bound_is_warned_of),
		cmocka_unit_test(an_unknown_name_does_not_hide_a_mistake_of_grammar),
		cmocka_unit_test(a_duplicate_key_hides_no_other_mistake),
		cmocka_unit_test(a_file_without_its_first_line_is_refused),
		cmocka_unit_test(a_later_folder_overrides_key_by_key),
		cmocka_unit_test(the_same_name_twice_in_one_folder_is_refused),
		cmocka_unit_test(one_regex_is_compiled_once_however_often_it_is_written),
		cmocka_unit_test(a_search_gives_up_on_catastrophic_backtracking),
		cmocka_unit_test(
			a_star_stands_for_any_letters_however_many_stars_there_are),
		cmocka_unit_test(a_regex_means_letters_of_either_case),
		cmocka_unit_test(a_phrase_matches_whole_words_however_they_were_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
