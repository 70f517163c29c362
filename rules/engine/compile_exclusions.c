/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_exclusions.c - exclusions: what is no solicitation, whatever it says.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/compile.h"

struct exclusion_fields {
	struct pw_yaml_strings from, to;
	const struct pw_node *subject, *body, *header, *text, *sender;
	const char *because, *about;
	pw_day until;
	bool off;
};

static const struct pw_field exclusion_table[] = {
	{ .key = "from",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct exclusion_fields, from) },
	{ .key = "to",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct exclusion_fields, to) },
	{ .key = "subject",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct exclusion_fields, subject) },
	{ .key = "body",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct exclusion_fields, body) },
	{ .key = "header",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct exclusion_fields, header) },
	{ .key = "text",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct exclusion_fields, text) },
	{ .key = "sender",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct exclusion_fields, sender) },
	{ .key = "because",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct exclusion_fields, because),
	  .is_required = true },
	{ .key = "until",
	  .kind = PW_FIELD_DAY,
	  .offset = offsetof(struct exclusion_fields, until) },
	{ .key = "about",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct exclusion_fields, about) },
	{ .key = "off",
	  .kind = PW_FIELD_BOOL,
	  .offset = offsetof(struct exclusion_fields, off) },
};

/* Addresses, or domains. */
static void check_addresses(struct pw_compile *compile,
			    const struct pw_yaml_strings *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		const char *text = list->items[i], *sign = strchr(text, '@');

		if (sign != text && strchr(text, '.') && !strpbrk(text, " *<>/:,;"))
			continue;
		pw_yaml_error(list->nodes[i], "'%s' is neither an address nor a domain",
			      text);
		pw_diags_hint(compile->diags,
			      "as in rep@cdw.com, or cdw.com with all its subdomains");
	}
}

static void compile_exclusion(struct pw_compile *compile, const struct pw_entry *entry)
{
	struct pw_ruleset *ruleset = compile->ruleset;
	struct pw_exclusion *exclusion = &ruleset->exclusions[ruleset->n_exclusions++];
	struct exclusion_fields fields = { .until = PW_DAY_NONE };
	char *words;

	pw_yaml_read(entry->node, exclusion_table, PW_ARRAY_LEN(exclusion_table),
		     &fields);
	exclusion->name = pw_compile_text(compile, entry->name);
	exclusion->rule = pw_compile_rule_name(compile, "exclusions", entry->name);
	exclusion->origin = pw_compile_entry_origin(compile, entry);
	exclusion->because = pw_compile_text(compile, fields.because);
	words = pw_asprintf("%s (%s): %s", exclusion->rule, exclusion->origin.text,
			    fields.because ? fields.because : "");
	exclusion->words = pw_compile_text(compile, words);
	free(words);
	check_addresses(compile, &fields.from);
	check_addresses(compile, &fields.to);
	exclusion->from = pw_compile_strings(compile, &fields.from);
	exclusion->to = pw_compile_strings(compile, &fields.to);
	exclusion->n_from = fields.from.n;
	exclusion->n_to = fields.to.n;
	exclusion->subject =
		fields.subject ? pw_compile_regex(compile, fields.subject) : -1;
	exclusion->body = fields.body ? pw_compile_regex(compile, fields.body) : -1;
	exclusion->header = fields.header ? pw_compile_regex(compile, fields.header) : -1;
	exclusion->text = fields.text ? pw_compile_phrases(compile, fields.text) : -1;
	exclusion->until = fields.until;
	if (fields.until != PW_DAY_NONE)
		exclusion->until_origin =
			pw_compile_origin(compile, pw_yaml_get(entry->node, "until"));
	if (fields.sender)
		pw_compile_bits(fields.sender, pw_sender_words,
				PW_ARRAY_LEN(pw_sender_words), &exclusion->senders);
	if (!fields.from.n && !fields.to.n && !fields.subject && !fields.body &&
	    !fields.header && !fields.text && !fields.sender) {
		pw_yaml_error(entry->key, "exclusion '%s' would exclude everything",
			      entry->name);
		pw_diags_hint(compile->diags,
			      "give from, to, subject, body, header, text or sender");
	}
}

void pw_compile_exclusions(struct pw_compile *compile)
{
	const struct pw_entries *entries =
		&compile->files->sections[PW_SECTION_EXCLUSIONS];
	size_t i;

	compile->ruleset->exclusions = pw_arena_alloc(
		compile->arena, entries->n + 1, sizeof *compile->ruleset->exclusions);
	if (!compile->ruleset->exclusions)
		return;
	for (i = 0; i < entries->n; i++)
		if (entries->items[i].node && !entries->items[i].is_off)
			compile_exclusion(compile, &entries->items[i]);
}
