/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_rules.c - what a message costs with a hundred and with ten thousand rules.
 *
 * usage: bench_rules rules|default|sizes|scan RULES_DIR MAIL.eml...
 *
 * rules: the same mails by generated rules (RULES_DIR's rivals and vendors
 * kept) of three sizes with each prefilter; default: RULES_DIR's rules beside
 * bare GMime parsing; sizes: by mail size; scan: for a profiler.  Prints one
 * JSON object a line; times are of the processor, rates medians of rounds.
 */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/rulefiles/rulefiles.h"
#include "rules/engine/detect.h"
#include "rules/engine/rules.h"
#include "tests/bench/measure.h"

#define ROUNDS 5

static struct bench_mails mails;

static const char *const words[] = {
	"renewal",  "contract", "support", "licence",  "subscription", "maintenance",
	"quote",    "pricing",  "partner", "reseller", "expires",      "coverage",
	"firewall", "storage",  "server",  "backup",   "endpoint",     "invoice",
	"webinar",  "transfer", "approve", "letter",   "discount",     "proposal",
	"deadline", "account",  "manager", "serial",   "agreement",    "upgrade",
};
#define N_WORDS (sizeof words / sizeof words[0])

static const char *word(void)
{
	return words[bench_random() % N_WORDS];
}

/* Rules as people write them: phrases, alternations, gaps; a made-up word
   makes each its own. */
static char *generate(size_t n)
{
	struct pw_buf out;
	size_t i;

	pw_buf_init(&out, (size_t)32 << 20);
	pw_buf_adds(&out, "version: 1\nsignals:\n");
	for (i = 0; i < n; i++) {
		uint32_t own = bench_random() % 100000;

		if (i % 3 == 0)
			pw_buf_addf(
				&out,
				"  g%zu: { text: ['%s %s v%u', 'q%u %s'], weight: 1 }\n",
				i, word(), word(), own, own, word());
		else if (i % 3 == 1)
			pw_buf_addf(&out,
				    "  g%zu: { match: "
				    "'\\b(?:%s|%s)s?\\b[^.?!\\n]{0,40}\\bx%u\\w*', "
				    "weight: 1, kind: ask }\n",
				    i, word(), word(), own);
		else
			pw_buf_addf(&out,
				    "  g%zu: { match: '\\b%s (?:for|of) (?:your |the "
				    ")?%s %u\\b', "
				    "weight: 1 }\n",
				    i, word(), word(), own);
	}
	if (pw_buf_failed(&out))
		bench_die("too many rules");
	return pw_buf_take(&out);
}

static struct pw_ruleset *compile(const char *folder, size_t n_generated,
				  enum pw_prefilter_mode mode)
{
	const char *paths[3] = { folder, NULL, NULL };
	char *rivals = pw_asprintf("%s/rivals.yaml", folder);
	char *vendors = pw_asprintf("%s/vendors.yaml", folder);
	char *generated = n_generated ? generate(n_generated) : NULL;
	struct pw_rule_source sources[3];
	struct pw_bundle *bundle = NULL, *all;
	struct pw_ruleset *ruleset = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_diags diags;
	size_t n = 1;

	if (n_generated) {
		paths[0] = rivals;
		paths[1] = vendors;
		n = 2;
	}
	if (pw_rulefiles_read(&bundle, paths, n, &err) < 0)
		bench_die(err.msg);
	all = bundle;
	if (n_generated) {
		sources[0] = bundle->files[0];
		sources[1] = bundle->files[1];
		sources[2] = (struct pw_rule_source){ "generated.yaml", generated,
						      strlen(generated), 2 };
		all = pw_bundle_new(sources, 3);
	}
	pw_diags_init(&diags);
	if (pw_ruleset_new_with(&ruleset, all, mode, &diags, &err) < 0)
		bench_die(err.msg);
	pw_diags_done(&diags);
	if (all != bundle)
		pw_bundle_free(all);
	pw_bundle_free(bundle);
	free(generated);
	free(rivals);
	free(vendors);
	return ruleset;
}

/* Seconds of all mails once. */
struct seconds {
	double parse, detect, tell;
};

static struct seconds run(const struct pw_ruleset *ruleset, const struct bench_mail *list,
			  size_t n)
{
	static const char *const domains[] = { "ours.example" };
	const struct pw_us us = { .domains = domains,
				  .n_domains = 1,
				  .received = PW_DAY_NONE };
	struct pw_err err = PW_ERR_INIT;
	struct seconds sum = { 0, 0, 0 };
	double start, parsed, detected;
	size_t i;

	for (i = 0; i < n; i++) {
		struct pw_finding *finding = NULL;
		struct pw_mail *mail = NULL;
		struct pw_buf json;

		start = bench_now_s();
		if (pw_mail_parse(&mail, list[i].raw, list[i].len, &err) < 0)
			bench_die(err.msg);
		parsed = bench_now_s();
		if (pw_detect(&finding, ruleset, NULL, &us, mail, &err) < 0)
			bench_die(err.msg);
		detected = bench_now_s();
		pw_buf_init(&json, (size_t)64 << 20);
		pw_finding_write(finding, &json);
		pw_buf_done(&json);
		pw_finding_free(finding);
		pw_mail_free(mail);
		sum.tell += bench_now_s() - detected;
		sum.detect += detected - parsed;
		sum.parse += parsed - start;
	}
	return sum;
}

static void bench_ruleset(const char *folder, size_t n, enum pw_prefilter_mode mode)
{
	double detect[ROUNDS], scan[ROUNDS], compile_s = bench_now_s();
	struct seconds sum;
	struct pw_ruleset *ruleset = compile(folder, n, mode);
	int i;

	compile_s = bench_now_s() - compile_s;
	for (i = 0; i < ROUNDS; i++) {
		sum = run(ruleset, mails.items, mails.n);
		detect[i] = (double)mails.n / sum.detect;
		scan[i] = (double)mails.n / (sum.parse + sum.detect + sum.tell);
	}
	printf("{\"rules\": %zu, \"set\": \"%s\", \"prefilter\": \"%s\", "
	       "\"compile_ms\": %.0f, \"detect_us\": %.1f, \"detect_per_s\": %.0f, "
	       "\"scan_per_s\": %.0f}\n",
	       ruleset->n_signals, n ? "generated" : "default",
	       pw_prefilter_name(ruleset->words), compile_s * 1e3,
	       1e6 / bench_median(detect, ROUNDS), bench_median(detect, ROUNDS),
	       bench_median(scan, ROUNDS));
	fflush(stdout);
	pw_ruleset_free(ruleset);
}

static double gmime_rate(bool is_read)
{
	double rates[ROUNDS], start;
	size_t i;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		start = bench_now_s();
		for (i = 0; i < mails.n; i++)
			bench_gmime(&mails.items[i], is_read);
		rates[round] = (double)mails.n / (bench_now_s() - start);
	}
	return bench_median(rates, ROUNDS);
}

/* The same words again and again: time must grow with them, not faster. */
static void bench_sizes(const char *folder)
{
	static const char line[] = "Your FortiGate support contract expires soon; may we "
				   "quote the renewal for you?\r\n";
	struct pw_ruleset *ruleset = compile(folder, 0, PW_PREFILTER_AUTO);
	size_t kb;

	for (kb = 10; kb <= 10000; kb *= 10) {
		struct bench_mail message;
		struct pw_buf raw;
		struct seconds sum;

		pw_buf_init(&raw, (size_t)16 << 20);
		pw_buf_adds(&raw,
			    "From: a@cdw.com\r\nTo: b@c.example\r\nSubject: x\r\n\r\n");
		while (raw.len < kb << 10)
			pw_buf_adds(&raw, line);
		message = (struct bench_mail){ raw.data, raw.len };
		run(ruleset, &message, 1);
		sum = run(ruleset, &message, 1);
		printf("{\"mail_kb\": %zu, \"parse_ms\": %.2f, \"detect_ms\": %.2f}\n",
		       kb, sum.parse * 1e3, sum.detect * 1e3);
		pw_buf_done(&raw);
	}
	pw_ruleset_free(ruleset);
}

static const enum pw_prefilter_mode modes[] = { PW_PREFILTER_HS, PW_PREFILTER_GRAMS,
						PW_PREFILTER_NONE };

static void bench_rules(const char *folder)
{
	size_t m, n;

	for (n = 100; n <= 10000; n *= 10)
		for (m = 0; m < 3; m++)
			bench_ruleset(folder, n, modes[m]);
}

static void bench_default(const char *folder)
{
	size_t m;

	printf("{\"gmime_tree_per_s\": %.0f, \"gmime_read_per_s\": %.0f}\n",
	       gmime_rate(false), gmime_rate(true));
	for (m = 0; m < 3; m++)
		bench_ruleset(folder, 0, modes[m]);
}

/* For a profiler: nothing but what a scan does; the best round. */
static void bench_scan(const char *folder)
{
	struct pw_ruleset *ruleset = compile(folder, 0, PW_PREFILTER_AUTO);
	struct seconds best = { 1e9, 1e9, 1e9 }, sum;
	int i;

	for (i = 0; i < ROUNDS * 10; i++) {
		sum = run(ruleset, mails.items, mails.n);
		best.parse = sum.parse < best.parse ? sum.parse : best.parse;
		best.detect = sum.detect < best.detect ? sum.detect : best.detect;
		best.tell = sum.tell < best.tell ? sum.tell : best.tell;
	}
	printf("{\"parse_us\": %.1f, \"detect_us\": %.1f, \"tell_us\": %.1f}\n",
	       best.parse * 1e6 / (double)mails.n, best.detect * 1e6 / (double)mails.n,
	       best.tell * 1e6 / (double)mails.n);
	pw_ruleset_free(ruleset);
}

static const struct {
	const char *name;
	void (*bench)(const char *folder);
} benches[] = {
	{ "rules", bench_rules },
	{ "default", bench_default },
	{ "sizes", bench_sizes },
	{ "scan", bench_scan },
};

int main(int argc, char **argv)
{
	size_t b;

	if (argc < 4)
		bench_die("usage: bench_rules rules|default|sizes|scan RULES_DIR "
			  "MAIL.eml...");
	mails = bench_read_mails(argv + 3, (size_t)argc - 3);
	g_mime_init();
	pw_parsers_init();
	for (b = 0; b < PW_ARRAY_LEN(benches); b++)
		if (strcmp(benches[b].name, argv[1]) == 0)
			benches[b].bench(argv[2]);
	return 0;
}
