/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/rule_test_report.h"

#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"

/* Expected and got, side by side. */
struct mismatch {
	struct pw_table *table;
	size_t n;
};

static void expect_text(struct mismatch *out, const char *what, const char *want,
			const char *got)
{
	if (!want || pw_streq(want, got ? got : "none"))
		return;
	pw_table_cell(out->table, PW_PLAIN, "  %s", what);
	pw_table_cell(out->table, PW_GREEN, "%s", want);
	pw_table_cell(out->table, PW_RED, "%s", got ? got : "none");
	out->n++;
}

static void expect_flag(struct mismatch *out, const char *what, int want, bool got)
{
	if (want >= 0)
		expect_text(out, what, want ? "true" : "false", got ? "true" : "false");
}

static bool is_listed(const char *const *list, size_t n, const char *item)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pw_streq(list[i], item))
			return true;
	return false;
}

static void join(struct pw_buf *out, const char *const *list, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < i && !pw_streq(list[k], list[i]); k++)
			;
		if (k == i)
			pw_buf_addf(out, "%s%s", out->len ? ", " : "", list[i]);
	}
	if (!out->len)
		pw_buf_adds(out, "none");
}

static void expect_set(struct mismatch *out, const char *what, const char *const *want,
		       size_t n_want, const char *const *got, size_t n_got)
{
	struct pw_buf wanted, found;
	bool is_same = true;
	size_t i;

	for (i = 0; i < n_want; i++)
		is_same = is_same && is_listed(got, n_got, want[i]);
	for (i = 0; i < n_got; i++)
		is_same = is_same && is_listed(want, n_want, got[i]);
	if (is_same)
		return;
	pw_buf_init(&wanted, 4000);
	pw_buf_init(&found, 4000);
	join(&wanted, want, n_want);
	join(&found, got, n_got);
	expect_text(out, what, wanted.data, found.data);
	pw_buf_done(&wanted);
	pw_buf_done(&found);
}

static void expect_lists(struct mismatch *out, const struct pw_expect *expect,
			 const struct pw_finding *finding)
{
	const char **vendors = pw_alloc(finding->n_vendors + 1, sizeof *vendors);
	const char **claims = pw_alloc(finding->n_claims + 1, sizeof *claims);
	const char **signals = pw_alloc(finding->n_hits + 1, sizeof *signals);
	size_t i;

	for (i = 0; i < finding->n_vendors; i++)
		vendors[i] = finding->vendors[i].vendor;
	for (i = 0; i < finding->n_claims; i++)
		claims[i] = finding->claims[i].claim;
	for (i = 0; i < finding->n_hits; i++)
		signals[i] = strchr(finding->hits[i].rule, '.') + 1;
	if (expect->has_vendors)
		expect_set(out, "vendors", expect->vendors, expect->n_vendors, vendors,
			   finding->n_vendors);
	if (expect->has_claims)
		expect_set(out, "claims", expect->claims, expect->n_claims, claims,
			   finding->n_claims);
	for (i = 0; i < expect->n_signals; i++)
		if (!is_listed(signals, finding->n_hits, expect->signals[i]))
			expect_text(out, "signals", expect->signals[i], "no hit");
	free(vendors);
	free(claims);
	free(signals);
}

static void compare(struct mismatch *out, const struct pw_expect *expect,
		    const struct pw_finding *finding)
{
	char day[PW_DAY_TEXT] = "", score[40], wanted[40];

	if (finding->n_stated)
		pw_day_to_iso(finding->stated[0].date.day, day);
	expect_flag(out, "solicitation", expect->solicitation, finding->is_solicitation);
	expect_flag(out, "notice", expect->notice, finding->notice != NULL);
	expect_text(out, "rival", expect->rival,
		    finding->is_solicitation ? finding->solicitor.rival : NULL);
	expect_text(out, "vendor", expect->vendor,
		    finding->n_vendors ? finding->vendors[0].vendor : NULL);
	expect_text(out, "severity", expect->severity, finding->severity);
	expect_text(out, "stated_expiry", expect->stated_expiry, *day ? day : NULL);
	if (expect->decided_by &&
	    (!finding->decided_by || !strstr(finding->decided_by, expect->decided_by)))
		expect_text(out, "decided_by", expect->decided_by, finding->decided_by);
	if (expect->has_score && finding->score < expect->score) {
		snprintf(score, sizeof score, "%g", finding->score);
		snprintf(wanted, sizeof wanted, "at least %g", expect->score);
		expect_text(out, "score", wanted, score);
	}
	expect_lists(out, expect, finding);
}

/* A rule file may be a stranger's, the mail in it certainly is. */
static void put(FILE *out, const char *text)
{
	PW_CLEANUP(pw_freep) char *safe = pw_cli_escape(text ? text : "-");

	fputs(safe, out);
}

/* The steps that led there, for somebody who wonders why. */
static void print_steps(FILE *out, const struct pw_finding *finding)
{
	size_t i;

	fputs("  decided: ", out);
	put(out, finding->decided_by);
	fputc('\n', out);
	for (i = 0; i < finding->n_layers; i++) {
		const struct pw_layer_note *layer = &finding->layers[i];

		fprintf(out, "  layer %d: %s ", layer->layer,
			pw_sender_class_name(layer->sender_class));
		put(out, layer->who);
		if (layer->why) {
			fputs(": ", out);
			put(out, layer->why);
		}
		fputc('\n', out);
	}
	for (i = 0; i < finding->n_hits; i++) {
		const struct pw_hit *hit = &finding->hits[i];

		if (hit->points == 0 && !hit->claim)
			continue;
		fprintf(out, "  %+5.1f %s (%s) \"", hit->points, hit->rule, hit->origin);
		put(out, hit->matched);
		fputs("\"\n", out);
	}
}

bool pw_rule_test_report(FILE *out, const struct pw_rule_test *test,
			 const struct pw_finding *finding, const char *why)
{
	static const char *const titles[] = { "", "EXPECTED", "GOT" };
	struct mismatch wrong = { pw_table_new(PW_ARRAY_LEN(titles), titles), 0 };
	bool is_right;

	if (finding)
		compare(&wrong, &test->expect, finding);
	is_right = finding && !wrong.n;
	if (!is_right) {
		fputs(pw_colour(out, PW_RED), out);
		put(out, test->origin.path);
		fprintf(out, ":%d: FAILED: ", test->origin.line);
		put(out, test->name);
		fprintf(out, "%s\n", pw_colour_end(out));
	}
	if (!finding) {
		fputs("  ", out);
		put(out, why);
		fputc('\n', out);
	}
	if (wrong.n) {
		pw_table_print(wrong.table, out);
		print_steps(out, finding);
	}
	pw_table_free(wrong.table);
	return is_right;
}
