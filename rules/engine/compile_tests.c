/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_tests.c - the tests that stand in rule files.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/compile.h"

struct test_fields {
	const char *name, *from, *to, *subject, *body, *date, *file, *about;
	const struct pw_node *expect;
};

static const struct pw_field test_table[] = {
	{ .key = "name",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct test_fields, name),
	  .is_required = true },
	{ .key = "from",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct test_fields, from) },
	{ .key = "to",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct test_fields, to) },
	{ .key = "subject",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct test_fields, subject) },
	{ .key = "body",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct test_fields, body) },
	{ .key = "date",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct test_fields, date) },
	{ .key = "file",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct test_fields, file) },
	{ .key = "about",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct test_fields, about) },
	{ .key = "expect",
	  .kind = PW_FIELD_MAP,
	  .offset = offsetof(struct test_fields, expect),
	  .is_required = true },
};

struct expect_fields {
	const struct pw_node *solicitation, *notice, *score;
	const char *rival, *vendor, *severity, *decided_by, *stated_expiry;
	struct pw_yaml_strings vendors, claims, signals;
};

static const struct pw_field expect_table[] = {
	{ .key = "solicitation",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct expect_fields, solicitation) },
	{ .key = "notice",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct expect_fields, notice) },
	{ .key = "score",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct expect_fields, score) },
	{ .key = "rival",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct expect_fields, rival) },
	{ .key = "vendor",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct expect_fields, vendor) },
	{ .key = "vendors",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct expect_fields, vendors) },
	{ .key = "claims",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct expect_fields, claims) },
	{ .key = "signals",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct expect_fields, signals) },
	{ .key = "stated_expiry",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct expect_fields, stated_expiry) },
	{ .key = "severity",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct expect_fields, severity) },
	{ .key = "decided_by",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct expect_fields, decided_by) },
};

static const char *const severities[PW_N_SEVERITIES + 1] = { "none", "low", "normal",
							     "high", "urgent" };

static int read_flag(const struct pw_node *node)
{
	bool flag = false;

	return !node || pw_yaml_bool(node, &flag) < 0 ? -1 : flag;
}

/* "none" and what stands behind a colon ("domain:x.example") name no entry. */
static void check_entry(struct pw_compile *compile, const struct pw_node *node,
			enum pw_section section)
{
	const char *name = node ? node->text : NULL;

	if (!name || strcmp(name, "none") == 0 || strchr(name, ':') ||
	    pw_rulefiles_entry(compile->files, section, name))
		return;
	pw_yaml_warn(node, "'%s' is not defined: the test cannot hold", name);
	pw_compile_suggest(compile, section, "", name);
}

static void check_entries(struct pw_compile *compile, const struct pw_yaml_strings *names,
			  enum pw_section section)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		check_entry(compile, names->nodes[i], section);
}

static void check_day(struct pw_compile *compile, const struct pw_node *node)
{
	pw_day day;

	if (!node || !node->text || strcmp(node->text, "none") == 0 ||
	    pw_day_from_iso(node->text, &day))
		return;
	pw_yaml_error(node, "'%s' is no day", node->text);
	pw_diags_hint(compile->diags, "write it as 2026-03-31");
}

/* A test that asks for what cannot be, or for nothing, tells nothing. */
static void check_expect(struct pw_compile *compile, const struct pw_node *node,
			 const struct expect_fields *fields)
{
	int word;
	size_t i;

	if (node->n == 0)
		pw_yaml_error(node, "the test expects nothing");
	check_day(compile, pw_yaml_get(node, "stated_expiry"));
	if (fields->severity)
		pw_yaml_choice(pw_yaml_get(node, "severity"), severities,
			       PW_ARRAY_LEN(severities), &word);
	for (i = 0; i < fields->claims.n; i++)
		pw_yaml_choice(fields->claims.nodes[i], pw_claim_words, PW_N_CLAIM_WORDS,
			       &word);
	if (fields->rival)
		check_entry(compile, pw_yaml_get(node, "rival"), PW_SECTION_RIVALS);
	if (fields->vendor)
		check_entry(compile, pw_yaml_get(node, "vendor"), PW_SECTION_VENDORS);
	check_entries(compile, &fields->vendors, PW_SECTION_VENDORS);
	check_entries(compile, &fields->signals, PW_SECTION_SIGNALS);
}

static void compile_expect(struct pw_compile *compile, const struct pw_node *node,
			   struct pw_expect *expect)
{
	struct expect_fields fields = { 0 };

	pw_yaml_read(node, expect_table, PW_ARRAY_LEN(expect_table), &fields);
	check_expect(compile, node, &fields);
	expect->solicitation = read_flag(fields.solicitation);
	expect->notice = read_flag(fields.notice);
	expect->has_score = fields.score && pw_yaml_number(fields.score, -1000, 1000,
							   &expect->score) == 0;
	expect->rival = pw_compile_text(compile, fields.rival);
	expect->vendor = pw_compile_text(compile, fields.vendor);
	expect->severity = pw_compile_text(compile, fields.severity);
	expect->decided_by = pw_compile_text(compile, fields.decided_by);
	expect->stated_expiry = pw_compile_text(compile, fields.stated_expiry);
	expect->has_vendors = pw_yaml_get(node, "vendors") != NULL;
	expect->has_claims = pw_yaml_get(node, "claims") != NULL;
	expect->vendors = pw_compile_strings(compile, &fields.vendors);
	expect->claims = pw_compile_strings(compile, &fields.claims);
	expect->signals = pw_compile_strings(compile, &fields.signals);
	expect->n_vendors = fields.vendors.n;
	expect->n_claims = fields.claims.n;
	expect->n_signals = fields.signals.n;
}

static void compile_test(struct pw_compile *compile, const struct pw_node *node)
{
	struct pw_ruleset *ruleset = compile->ruleset;
	struct pw_rule_test *test = &ruleset->tests[ruleset->n_tests++];
	struct test_fields fields = { 0 };

	pw_yaml_read(node, test_table, PW_ARRAY_LEN(test_table), &fields);
	test->name = pw_compile_text(compile, fields.name ? fields.name : "?");
	test->origin = pw_compile_origin(compile, node);
	test->from = pw_compile_text(compile, fields.from);
	test->to = pw_compile_text(compile, fields.to);
	test->subject = pw_compile_text(compile, fields.subject);
	test->body = pw_compile_text(compile, fields.body);
	test->date = pw_compile_text(compile, fields.date);
	test->file = pw_compile_text(compile, fields.file);
	if (fields.date)
		check_day(compile, pw_yaml_get(node, "date"));
	if (!fields.file == !fields.body)
		pw_yaml_error(node, "a test needs either 'body' or 'file'");
	if (fields.expect)
		compile_expect(compile, fields.expect, &test->expect);
}

void pw_compile_tests(struct pw_compile *compile)
{
	const struct pw_rulefiles *files = compile->files;
	size_t i;

	compile->ruleset->tests = pw_arena_alloc(compile->arena, files->n_tests + 1,
						 sizeof *compile->ruleset->tests);
	if (!compile->ruleset->tests)
		return;
	for (i = 0; i < files->n_tests; i++)
		compile_test(compile, files->tests[i]);
}
