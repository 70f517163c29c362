/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_conditions.c - what is looked at after the decision.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/compile.h"

const char *const pw_severity_words[PW_N_SEVERITIES] = { "low", "normal", "high",
							 "urgent" };
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
	  .words = pw_severity_words,
	  .n_words = PW_N_SEVERITIES },
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
	condition->origin = pw_compile_entry_origin(compile, entry);
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
