/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_match.c - what a message costs with a thousand and with a million
 * contracts.
 *
 * usage: bench_match RULES_DIR CONTRACTS [CONTRACTS...]
 *
 * Builds an image of each size, then judges the same generated mails over
 * each, in turns and several rounds, and prints one JSON object a size:
 * contracts, image_mb, build_ms, open_ms, scan_us (parse, detect and match
 * of one message, median of the rounds), match_us (the matching alone) and
 * resident_mb (of this process with all images so far).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/rulefiles/rulefiles.h"
#include "parsers/limits.h"
#include "parsers/mail.h"
#include "rules/engine/detect.h"
#include "rules/match/known.h"
#include "rules/match/match.h"
#include "tests/bench/measure.h"

#define ROUNDS     7
#define MAILS      400
#define SIZES_MAX  8
#define MAIL_BYTES 8192

struct size {
	unsigned contracts;
	void *image;
	size_t len;
	struct pw_known *known;
	double build_ms, open_ms, scan_us[ROUNDS], match_us[ROUNDS];
};

static char mails[MAILS][MAIL_BYTES];

/* Contract i: its number and its two serials, spread over all digits. */
static void identifiers_of(unsigned i, char number[16], char first[24], char second[24])
{
	unsigned long long spread = (i + 1) * 2654435761ull;
	snprintf(number, 16, "%09llu", spread % 1000000000ull);
	snprintf(first, 24, "FOC%04llXL%03llX", spread >> 7 & 0xFFFF, spread & 0xFFF);
	snprintf(second, 24, "FG200FT9%08llu", (spread * 31) % 100000000ull);
}

/* Ten contracts a customer. */
static void build(struct size *size)
{
	static const char *const vendors[] = { "Cisco", "Fortinet", "Veeam", "Adobe" };
	struct pw_err err = PW_ERR_INIT;
	double start = bench_now_s() * 1e3;
	PW_CLEANUP(pw_known_builder_freep)
	struct pw_known_builder *builder = pw_known_builder_new();
	uint32_t customer = 0;
	for (unsigned i = 0; i < size->contracts; i++) {
		char id[24], name[64], domain[64], number[16], first[24], second[24];
		const char *domains[] = { domain };
		const char *identifiers[] = { number, first, second };
		if (i % 10 == 0) {
			snprintf(name, sizeof(name), "Client %05u Holdings Ltd", i / 10);
			snprintf(domain, sizeof(domain), "client%05u.example", i / 10);
			customer =
				pw_known_add_customer(builder, name, domains, 1, NULL, 0);
		}
		snprintf(id, sizeof(id), "B-%07u", i);
		identifiers_of(i, number, first, second);
		pw_known_add_contract(builder, customer, id, vendors[i % 4], identifiers,
				      3);
	}
	if (pw_known_build(builder, &size->image, &size->len, &err) < 0)
		bench_die(err.msg);
	size->build_ms = bench_now_s() * 1e3 - start;
	start = bench_now_s() * 1e3;
	if (pw_known_open(&size->known, size->image, size->len, &err) < 0)
		bench_die(err.msg);
	size->open_ms = bench_now_s() * 1e3 - start;
}

/* Forwards as they come: prose, numbers of strangers, and in every fifth one
   identifier that all sizes know. */
static void write_mails(void)
{
	static const char *const words[] = {
		"renewal",    "support",   "the",      "your",    "contract",  "expires",
		"we",         "can",       "quote",    "better",  "price",     "please",
		"call",       "FortiGate", "Catalyst", "before",  "end",       "of",
		"December",   "and",       "for",      "servers", "12,400.00", "licence",
		"2026-12-14", "Gruppe",    "ref",      "units",
	};
	for (unsigned m = 0; m < MAILS; m++) {
		PW_CLEANUP(pw_buf_done) struct pw_buf b;
		pw_buf_init(&b, MAIL_BYTES);
		pw_buf_addf(
			&b,
			"From: Pat <pat@client%05u.example>\r\n"
			"To: watch@ours.example\r\nSubject: Fwd: Your renewal\r\n"
			"Date: Mon, 02 Nov 2026 09:00:00 +0000\r\n"
			"Content-Type: text/plain; charset=utf-8\r\n\r\nFYI\r\n\r\n"
			"---------- Forwarded message ---------\r\n"
			"From: Lee <lee@reseller%u.example>\r\n"
			"Date: Mon, Nov 2, 2026 at 8:00 AM\r\nSubject: Your renewal\r\n"
			"To: Pat <pat@client%05u.example>\r\n\r\n",
			m % 90, m % 17, m % 90);
		for (unsigned w = 0; w < 250 + m % 150; w++)
			pw_buf_addf(&b, "%s%s",
				    words[bench_random() % PW_ARRAY_LEN(words)],
				    w % 12 == 11 ? "\r\n" : " ");
		for (unsigned i = 0; i < 12; i++)
			pw_buf_addf(&b, "\r\nSerial FOC%04X%05X, ref %08u",
				    bench_random() & 0xFFFF, bench_random() & 0xFFFFF,
				    bench_random() % 100000000u);
		char number[16], first[24], second[24];
		identifiers_of(m % 900, number, first, second);
		if (m % 5 == 0)
			pw_buf_addf(&b, "\r\ncontract %s, serial %s\r\n", number, second);
		memcpy(mails[m], b.data, b.len);
	}
}

static void judge_all(const struct pw_ruleset *ruleset, const struct pw_known *known,
		      bool only_match, double *ret_us)
{
	static const char *const ours[] = { "ours.example" };
	const struct pw_us us = { .domains = ours, .n_domains = 1, .received = 20759 };
	struct pw_err err = PW_ERR_INIT;
	bool wanted[PW_MAX_LAYERS];
	double spent = 0;
	memset(wanted, true, sizeof(wanted));
	for (unsigned m = 0; m < MAILS; m++) {
		double start = bench_now_s() * 1e3;
		PW_CLEANUP(pw_mail_freep) struct pw_mail *mail = NULL;
		PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
		if (pw_mail_parse(&mail, mails[m], strlen(mails[m]), &err) < 0)
			bench_die(err.msg);
		if (only_match) {
			finding = pw_finding_new();
			start = bench_now_s() * 1e3;
			if (pw_match(finding, ruleset, known, mail, wanted, &err) < 0)
				bench_die(err.msg);
		} else if (pw_detect(&finding, ruleset, known, &us, mail, &err) < 0) {
			bench_die(err.msg);
		}
		spent += bench_now_s() * 1e3 - start;
	}
	*ret_us = spent * 1e3 / MAILS;
}

static double resident_mb(void)
{
	unsigned long pages = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (!f || fscanf(f, "%lu %lu", &pages, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static struct pw_ruleset *load_rules(const char *folder)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_diags diags;
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	struct pw_ruleset *ruleset = NULL;
	pw_diags_init(&diags);
	if (pw_rulefiles_read(&bundle, &folder, 1, &err) < 0 ||
	    pw_ruleset_new(&ruleset, bundle, &diags, &err) < 0)
		bench_die(err.msg);
	pw_diags_done(&diags);
	return ruleset;
}

int main(int argc, char **argv)
{
	static struct size sizes[SIZES_MAX];
	size_t n = 0;
	if (argc < 3) {
		fprintf(stderr, "usage: bench_match RULES_DIR CONTRACTS...\n");
		return 2;
	}
	pw_parsers_init();
	PW_CLEANUP(pw_ruleset_freep) struct pw_ruleset *ruleset = load_rules(argv[1]);
	write_mails();
	for (; n < SIZES_MAX && (int)n + 2 < argc; n++) {
		sizes[n].contracts = (unsigned)strtoul(argv[n + 2], NULL, 10);
		build(&sizes[n]);
	}
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < n; i++) {
			judge_all(ruleset, sizes[i].known, false,
				  &sizes[i].scan_us[round]);
			judge_all(ruleset, sizes[i].known, true,
				  &sizes[i].match_us[round]);
		}
	}
	for (size_t i = 0; i < n; i++) {
		struct size *s = &sizes[i];
		printf("{\"contracts\": %u, \"image_mb\": %.1f, \"build_ms\": %.0f, "
		       "\"open_ms\": %.2f, \"scan_us\": %.1f, \"match_us\": %.1f, "
		       "\"resident_mb\": %.0f}\n",
		       s->contracts, (double)s->len / 1e6, s->build_ms, s->open_ms,
		       bench_median(s->scan_us, ROUNDS),
		       bench_median(s->match_us, ROUNDS), resident_mb());
		pw_known_close(s->known);
		free(s->image);
	}
	return 0;
}
