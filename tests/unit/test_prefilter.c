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

/* "one|two&three" for each clause: '<' and '>' are a word's ends, then how far
   before it a match can begin; '#8' a run of digits, '+8' of a code. */
static void print_need(char *out, const struct pw_need *need)
{
	size_t i;

	for (i = 0; i < need->n; i++)
		sprintf(out + strlen(out), "%s%s%.*s%s", i ? "|" : "",
			need->items[i].is_word_start ? "<" : "", need->items[i].len,
			need->items[i].text, need->items[i].is_word_end ? ">" : "");
	if (need->reach == PW_REACH_TEXT)
		strcat(out, "@text");
	else if (need->before || need->reach != PW_REACH_BYTES)
		sprintf(out + strlen(out), "@%s%u",
			need->reach == PW_REACH_LINE   ? "line"
			: need->reach == PW_REACH_WORD ? "word"
						       : "",
			need->before);
}

static void print_clauses(char *out, const struct pw_clauses *clauses)
{
	size_t i, k;

	*out = '\0';
	for (i = 0; i < clauses->n; i++) {
		const struct pw_clause *clause = &clauses->items[i];

		strcat(out, i ? " OR " : "");
		for (k = 0; k < clause->n_needs; k++) {
			strcat(out, k ? " & " : "");
			print_need(out, &clause->needs[k]);
		}
		if (clause->runs[PW_RUN_DIGITS] > 1)
			sprintf(out + strlen(out), " #%u", clause->runs[PW_RUN_DIGITS]);
		else if (!clause->n_needs)
			sprintf(out + strlen(out), " +%u", clause->runs[PW_RUN_CODE]);
	}
}

static void the_strings_a_regex_needs_are_found(void **state)
{
	static const struct {
		const char *regex, *clauses;
	} cases[] = {
		{ "renewal", "renewal" },
		{ "renew(?:al|ing)", "renewal|renewing" },
		{ "(?:a|b)?quote", "aquote|bquote|quote" },
		{ "x+renew.{0,9}quote", "renew@word0 & quote@word56" },
		{ "quote.{0,9}renew", "quote & renew@56" },
		{ "\\bno-\\w*less", "<no> & less@word12" },
		{ "(?:\\w+ )*less", "less@line0" },
		{ "x+\\w+less", "less@line0" },
		{ "(?:é+|x)less", "less@line4" },
		{ "quote\\s{0,2}renew", "quote & renew@28" },
		{ "quote\\s+renew", "quote> & <renew@text" },
		{ "quote|.*", "" },
		{ "quote|price", "quote OR price" },
		{ "\\b(?:quote|price)\\b", "<quote>|<price>" },
		{ "\\b(?:no|\\w*less|in)\\b", "<no> OR less>@word0 OR <in>" },
		{ "\\b(?:a|b\\w+)", " +1 OR  +1" },
		{ "\\bno\\b.{1,2}\\bit\\b", "<no> & <it>@16" },
		{ "\\bno(?: more)?\\b", "<no more>|<no>" },
		{ "(?=abc)defg", "defg" },
		{ "(?<![a-z0-9])us(?![a-z0-9])", "<us>" },
		{ "(?<!x)us(?!y)", " +2" },
		{ "(?i)quote", "" },
		{ "[ab]cde", "acde|bcde" },
		{ "[Aa]cde", "acde" },
		{ "\\bexpir(?:es|y)\\b", "<expires>|<expiry>" },
		{ "(?<name>renew)ed", "renewed" },
		{ "abc{0,2}", " +2" },
		{ "(abcd)*", "" },
		{ "(abcd){2,}", "abcd" },
		{ "(ab{2}){2}cdef", "cdef@24" },
		{ "(?:\\bat work\\b ){2}", "<at work>" },
		{ "[^a]bcd", "bcd@4" },
		{ "a\\.bc", "a.bc" },
		{ "(abc)\\1", "" },
		{ "\\QAB\\E", "" },
		{ "abc{,2}", "" },
		{ "\\b[0-9]{4}-[0-9]{6}\\b", " #6" },
		{ "\\b[A-Z]{2}(-[A-Z0-9]{4}){3}\\b", " +17" },
		{ "\\b[0-9]{6}-NAI\\b", "<nai>@25 #6" },
		{ "[0-9]{4} ?x?", " #4" },
		{ "[\\d\\w]{3}[^\\d]", "" },
		{ "(?:[0-9]{9}|[0-9]{3}abc)", " #9 OR abc@12 #3" },
	};
	struct pw_clauses clauses;
	struct pw_arena *arena;
	char text[2000];
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		arena = pw_arena_new((size_t)1 << 20);
		pw_literals_of(arena, cases[i].regex, &clauses);
		print_clauses(text, &clauses);
		pw_arena_free(arena);
		if (strcmp(text, cases[i].clauses) != 0)
			fail_msg("'%s' gives '%s'", cases[i].regex, text);
	}
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
				 pw_prefilter_name(rulesets[i]->words));
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

/* Random regexes over few letters, on random texts of them. */

static uint32_t next_random(uint32_t n)
{
	static uint64_t state = 7;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 33) % n;
}

static void random_regex(struct pw_buf *out, int depth)
{
	static const char *const atoms[] = {
		"ab",
		"abc",
		"cab",
		"a",
		"1",
		" ",
		"-",
		"\\b",
		"\\b",
		"\\w",
		"[^b]",
		"[a-c]",
		".",
		"\\s",
		"é",
		"[ \\n-]",
		"(?=a)",
		"(?<![a-z0-9])",
		"(?![a-z0-9])",
		"[0-9]",
		"\\n",
	};
	static const char *const counts[] = {
		"", "", "", "", "?", "*", "+", "+?", "{2}", "{0,2}", "{1,3}", "{2,}"
	};
	uint32_t n = 1 + next_random(4), i, branch;

	for (branch = 0; branch == 0 || (depth && next_random(3) == 0); branch++) {
		pw_buf_adds(out, branch ? "|" : "");
		for (i = 0; i < n; i++) {
			if (depth && next_random(3) == 0) {
				pw_buf_adds(out, "(?:");
				random_regex(out, depth - 1);
				pw_buf_adds(out, ")");
			} else {
				pw_buf_adds(out, atoms[next_random(PW_ARRAY_LEN(atoms))]);
			}
			pw_buf_adds(out, counts[next_random(PW_ARRAY_LEN(counts))]);
		}
	}
}

static void random_text(struct pw_buf *out)
{
	static const char *const bits[] = { "a", "b", "c",  "ab", "cab", "abc",
					    " ", "-", "\n", "1",  "12",  "é" };
	uint32_t n = next_random(40);

	while (n--)
		pw_buf_adds(out, bits[next_random(PW_ARRAY_LEN(bits))]);
}

/* The first match of the regex, by its windows or without. */
static int find(struct pw_prefilter *prefilter, const struct pw_pattern *pattern,
		struct pw_search *search, const struct pw_buf *text, struct pw_span *ret)
{
	struct pw_arena *arena = pw_arena_new((size_t)1 << 20);
	const struct pw_window *windows;
	struct pw_prospects prospects;
	size_t n, i;
	int found = 0;

	assert_true(
		pw_prefilter_scan(prefilter, arena, text->data, text->len, &prospects));
	n = pw_prospects_find(&prospects, 0, &windows);
	for (i = 0; i < n && !found; i++)
		found = pw_pattern_find_within(pattern, search, text->data, text->len,
					       windows[i].from, windows[i].to, ret, NULL);
	pw_arena_free(arena);
	return found;
}

static void compare_find(const char *regex, const struct pw_pattern *pattern,
			 struct pw_search *search, size_t *n_found, size_t *n_spared)
{
	const char *source = pw_pattern_source(pattern);
	const struct pw_saved none = { NULL, 0 };
	struct pw_prefilter *prefilters[2] = {
		pw_prefilter_new(&source, 1, PW_PREFILTER_GRAMS, none),
		pw_prefilter_new(&source, 1, PW_PREFILTER_HS, none),
	};
	struct pw_span whole, within;
	struct pw_buf text;
	int i, k, expected;

	for (i = 0; i < 20; i++) {
		pw_buf_init(&text, 1000);
		random_text(&text);
		expected = pw_pattern_find(pattern, search, text.data, text.len, 0,
					   &whole, NULL);
		for (k = 0; k < 2; k++)
			if (expected >= 0 && /* not the match limit */
			    (find(prefilters[k], pattern, search, &text, &within) !=
				     expected ||
			     (expected > 0 &&
			      memcmp(&whole, &within, sizeof whole) != 0)))
				fail_msg("'%s' on '%s' by %s", regex, text.data,
					 pw_prefilter_name(prefilters[k]));
		*n_found += expected > 0;
		*n_spared += expected == 0 && !pw_prefilter_always(prefilters[0], 0);
		pw_buf_done(&text);
	}
	pw_prefilter_free(prefilters[0]);
	pw_prefilter_free(prefilters[1]);
}

static void windows_lose_no_match_of_any_regex(void **state)
{
	struct pw_search *search = pw_search_new();
	size_t n_found = 0, n_spared = 0, offset, i;
	struct pw_pattern *pattern = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf regex;

	(void)state;
	for (i = 0; i < 3000; i++) {
		pw_buf_init(&regex, 2000);
		random_regex(&regex, 3);
		if (!pw_buf_failed(&regex) &&
		    pw_pattern_new(&pattern, regex.data, &offset, &err) == 0) {
			compare_find(regex.data, pattern, search, &n_found, &n_spared);
			pw_pattern_free(pattern);
		}
		pw_buf_done(&regex);
	}
	pw_search_free(search);
	assert_true(n_found > 1000 && n_spared > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_strings_a_regex_needs_are_found),
		cmocka_unit_test(windows_lose_no_match_of_any_regex),
		cmocka_unit_test(verdicts_are_the_same_with_every_prefilter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
