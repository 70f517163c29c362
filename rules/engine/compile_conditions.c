/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_conditions.c - conditions and the tests that stand in rule files.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/compile.h"

static const char *const severity_words[] = { "low", "normal", "high", "urgent" };
static const char *const mode_words[PW_N_MODES] = { "alert", "suppress", "report" };

struct condition_fields {
	const struct pw_node *when, *unless;
	int severity, mode;
	const char *because, *about;
	bool off;
};

static const struct pw_field condition_table[] = {
	{ .key = "when",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct condition_fields, when),
	  .is_required = true },
	{ .key = "unless",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct condition_fields, unless) },
	{ .key = "severity",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct condition_fields, severity),
	  .words = severity_words,
	  .n_words = 4 },
	{ .key = "mode",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct condition_fields, mode),
	  .words = mode_words,
	  .n_words = PW_N_MODES },
	{ .key = "because",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct condition_fields, because) },
	{ .key = "about",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct condition_fields, about) },
	{ .key = "off",
	  .kind = PW_FIELD_BOOL,
	  .offset = offsetof(struct condition_fields, off) },
};

static void compile_unless(struct pw_compile *compile, const struct pw_node *node,
			   struct pw_condition *condition)
{
	struct pw_yaml_strings names = { 0 };
	size_t i;

	if (node->kind != PW_NODE_LIST) {
		condition->unless = pw_expr_parse(compile, node);
		return;
	}
	if (pw_yaml_string_list(node, &names) < 0)
		return;
	for (i = 0; i < names.n; i++)
		if (!pw_rulefiles_entry(compile->files, PW_SECTION_EXCLUSIONS,
					names.items[i]))
			pw_yaml_error(names.nodes[i], "no exclusion is called '%s'",
				      names.items[i]);
	condition->unless_exclusions = pw_compile_strings(compile, &names);
	condition->n_unless_exclusions = names.n;
}

static void compile_condition(struct pw_compile *compile, const struct pw_entry *entry)
{
	struct pw_ruleset *ruleset = compile->ruleset;
	struct pw_condition *condition = &ruleset->conditions[ruleset->n_conditions];
	struct condition_fields fields = { .severity = -1 };
	char *rule = pw_asprintf("conditions.%s", entry->name);

	pw_yaml_read(entry->node, condition_table, PW_ARRAY_LEN(condition_table),
		     &fields);
	condition->name = pw_compile_text(compile, entry->name);
	condition->rule = pw_compile_text(compile, rule);
	free(rule);
	condition->origin = pw_compile_origin(compile, entry->key);
	condition->because = pw_compile_text(compile, fields.because);
	condition->severity = fields.severity;
	condition->mode = (enum pw_mode)fields.mode;
	if (fields.mode == PW_MODE_SUPPRESS && !fields.because)
		pw_yaml_error(entry->key, "a condition that suppresses needs 'because:'");
	if (fields.unless)
		compile_unless(compile, fields.unless, condition);
	if (!fields.when)
		return;
	condition->when = pw_expr_parse(compile, fields.when);
	condition->when_text = pw_compile_text(compile, fields.when->text);
	ruleset->n_conditions += condition->when != NULL;
}

void pw_compile_conditions(struct pw_compile *compile)
{
	const struct pw_entries *entries =
		&compile->files->sections[PW_SECTION_CONDITIONS];
	size_t i;

	compile->ruleset->conditions = pw_arena_alloc(
		compile->arena, entries->n + 1, sizeof *compile->ruleset->conditions);
	if (!compile->ruleset->conditions)
		return;
	for (i = 0; i < entries->n; i++)
		if (entries->items[i].node && !entries->items[i].is_off)
			compile_condition(compile, &entries->items[i]);
}

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

static int read_flag(const struct pw_node *node)
{
	bool flag = false;

	return !node || pw_yaml_bool(node, &flag) < 0 ? -1 : flag;
}

static void compile_expect(struct pw_compile *compile, const struct pw_node *node,
			   struct pw_expect *expect)
{
	struct expect_fields fields = { 0 };

	pw_yaml_read(node, expect_table, PW_ARRAY_LEN(expect_table), &fields);
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
