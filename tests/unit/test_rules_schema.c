/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules/schema.json is for editors; here every shipped rule file is checked
 * against it, by as much of JSON Schema as it uses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "agent/rulefiles/rulefiles.h"
#include "rules/engine/pattern.h"
#include "rules/engine/ruleset.h"
#include "rules/engine/yaml.h"

static json_t *schema;

static bool fits(const json_t *rule, const struct pw_node *node);

static const json_t *resolve(const json_t *rule)
{
	const char *ref = json_string_value(json_object_get(rule, "$ref"));

	return ref ? json_object_get(json_object_get(schema, "$defs"),
				     ref + strlen("#/$defs/"))
		   : rule;
}

static bool matches(const char *regex, const char *text)
{
	struct pw_pattern *pattern = NULL;
	struct pw_search *search = pw_search_new();
	struct pw_err err = PW_ERR_INIT;
	struct pw_span span;
	size_t offset;
	char exact[200];
	bool found;

	snprintf(exact, sizeof exact, "(?-i)%s", regex); /* ours ignore case */
	assert_int_equal(pw_pattern_new(&pattern, exact, &offset, &err), 0);
	found = pw_pattern_find(pattern, search, text, strlen(text), 0, &span, &err) > 0;
	pw_pattern_free(pattern);
	pw_search_free(search);
	return found;
}

static bool is_of_type(const char *type, const struct pw_node *node)
{
	char *end = NULL;
	bool is_plain = node->kind == PW_NODE_SCALAR && node->style == PW_STYLE_PLAIN;

	if (strcmp(type, "object") == 0)
		return node->kind == PW_NODE_MAP;
	if (strcmp(type, "array") == 0)
		return node->kind == PW_NODE_LIST;
	if (strcmp(type, "boolean") == 0)
		return is_plain &&
		       (!strcmp(node->text, "true") || !strcmp(node->text, "false"));
	if (strcmp(type, "number") == 0 || strcmp(type, "integer") == 0) {
		if (is_plain && node->len)
			strtod(node->text, &end);
		return end && !*end;
	}
	return node->kind == PW_NODE_SCALAR;
}

static bool fits_type(const json_t *type, const struct pw_node *node)
{
	const json_t *one;
	size_t i;

	if (json_is_string(type))
		return is_of_type(json_string_value(type), node);
	json_array_foreach((json_t *)(uintptr_t)type, i,
			   one) if (is_of_type(json_string_value(one), node)) return true;
	return !type;
}

static const json_t *rule_of_key(const json_t *rule, const char *key)
{
	const json_t *found = json_object_get(json_object_get(rule, "properties"), key);
	const json_t *more = json_object_get(rule, "additionalProperties"), *value;
	const char *pattern;

	if (found)
		return found;
	json_object_foreach(json_object_get(rule, "patternProperties"), pattern,
			    value) if (matches(pattern, key)) return value;
	return json_is_object(more) ? more : NULL;
}

static bool fits_map(const json_t *rule, const struct pw_node *node)
{
	const json_t *required, *value;
	size_t i;

	json_array_foreach(
		json_object_get(rule, "required"), i,
		required) if (!pw_yaml_get(node,
					   json_string_value(required))) return false;
	if (node->n < (size_t)json_integer_value(json_object_get(rule, "minProperties")))
		return false;
	for (i = 0; i < node->n; i++) {
		value = rule_of_key(rule, node->keys[i]->text);
		if (!value || !fits(value, node->items[i])) {
			print_message("%s:%d: '%s' does not fit\n", node->yaml->path,
				      node->keys[i]->line, node->keys[i]->text);
			return false;
		}
	}
	return true;
}

static bool fits_any(const json_t *list, const struct pw_node *node)
{
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i,
			   one) if (fits(one, node)) return true;
	return !list;
}

static bool is_value(const json_t *one, const struct pw_node *node)
{
	char number[24];

	if (node->kind != PW_NODE_SCALAR)
		return false;
	snprintf(number, sizeof number, "%lld", (long long)json_integer_value(one));
	if (json_is_string(one))
		return strcmp(json_string_value(one), node->text) == 0;
	return node->style == PW_STYLE_PLAIN && strcmp(json_is_true(one)    ? "true"
						       : json_is_false(one) ? "false"
									    : number,
						       node->text) == 0;
}

static bool fits_enum(const json_t *list, const struct pw_node *node)
{
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i,
			   one) if (is_value(one, node)) return true;
	return !list;
}

/* allOf holds nothing but "not these keys together". */
static bool fits_nots(const json_t *list, const struct pw_node *node)
{
	const json_t *one, *keys;
	size_t i, k, n;

	json_array_foreach((json_t *)(uintptr_t)list, i, one)
	{
		keys = json_object_get(json_object_get(one, "not"), "required");
		for (k = n = 0; k < json_array_size(keys); k++)
			n += pw_yaml_get(node, json_string_value(
						       json_array_get(keys, k))) != NULL;
		if (n == json_array_size(keys))
			return false;
	}
	return true;
}

static bool fits_bounds(const json_t *rule, const struct pw_node *node)
{
	const json_t *min = json_object_get(rule, "minimum");
	const json_t *max = json_object_get(rule, "maximum");
	double value = node->kind == PW_NODE_SCALAR ? strtod(node->text, NULL) : 0;

	return (!min || value >= json_number_value(min)) &&
	       (!max || value <= json_number_value(max));
}

static bool fits(const json_t *rule, const struct pw_node *node)
{
	const char *pattern;
	const json_t *items;
	size_t i;

	rule = resolve(rule);
	if (!fits_type(json_object_get(rule, "type"), node) ||
	    !fits_enum(json_object_get(rule, "enum"), node) ||
	    !fits_any(json_object_get(rule, "anyOf"), node) || !fits_bounds(rule, node) ||
	    !fits_nots(json_object_get(rule, "allOf"), node))
		return false;
	pattern = json_string_value(json_object_get(rule, "pattern"));
	if (pattern && !matches(pattern, node->text))
		return false;
	items = json_object_get(rule, "items");
	if (node->kind == PW_NODE_LIST &&
	    (json_int_t)node->n < json_integer_value(json_object_get(rule, "minItems")))
		return false;
	for (i = 0; items && node->kind == PW_NODE_LIST && i < node->n; i++)
		if (!fits(items, node->items[i]))
			return false;
	return node->kind != PW_NODE_MAP || json_object_get(rule, "anyOf") ||
	       fits_map(rule, node);
}

static bool text_fits(const char *path, const char *text, size_t len)
{
	struct pw_yaml *yaml = NULL;
	struct pw_diags diags;
	bool result;

	pw_diags_init(&diags);
	assert_int_equal(pw_yaml_parse(&yaml, path, text, len, &diags), 0);
	result = fits(schema, yaml->root);
	pw_yaml_free(yaml);
	pw_diags_done(&diags);
	return result;
}

static void every_shipped_rule_file_fits_the_schema(void **state)
{
	static const char *const folders[] = { PW_SOURCE_DIR "/rules" };
	struct pw_bundle *bundle = NULL;
	struct pw_err err = PW_ERR_INIT;
	size_t i;

	(void)state;
	assert_int_equal(pw_rulefiles_read(&bundle, folders, 1, &err), 0);
	assert_true(bundle->n_files >= 10);
	for (i = 0; i < bundle->n_files; i++)
		if (!text_fits(bundle->files[i].path, bundle->files[i].data,
			       bundle->files[i].len))
			fail_msg("%s does not fit rules/schema.json",
				 bundle->files[i].path);
	pw_bundle_free(bundle);
}

static bool is_read(const char *text)
{
	const struct pw_rule_source source = { "a.yaml", text, strlen(text), 0 };
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = pw_bundle_new(&source, 1);
	PW_CLEANUP(pw_ruleset_freep) struct pw_ruleset *ruleset = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_diags diags;
	bool result;

	pw_diags_init(&diags);
	result = pw_ruleset_new(&ruleset, bundle, &diags, &err) == 0;
	pw_diags_done(&diags);
	return result;
}

static void the_schema_takes_what_the_reader_takes_and_refuses_what_it_refuses(
	void **state)
{
	static const struct {
		bool is_good;
		const char *text;
	} cases[] = {
		{ false, "signals: {}\n" }, /* no version */
		{ false, "version: 2\n" },
		{ true, "version: \"1\"\n" },
		{ false, "version: 1\nsignal: {}\n" },
		{ true, "version: 1\nthresholds: { rival: '5.5' }\n" },
		{ false, "version: 1\nthresholds: { rival: five }\n" },
		{ false, "version: 1\nthresholds: { rival: -1 }\n" },
		{ false, "version: 1\nfreemail: [[a.example]]\n" },
		{ false, "version: 1\nsignals:\n  a: { text: b, wieght: 3 }\n" },
		{ false, "version: 1\nsignals:\n  a: { text: b, kind: asks }\n" },
		{ false, "version: 1\nsignals:\n  A: { text: b }\n" },
		{ false, "version: 1\nsignals:\n  a: { text: [] }\n" },
		{ false, "version: 1\nsignals:\n  a: { text: b, match: b }\n" },
		{ false, "version: 1\nsignals:\n  a: { text: b, fact: vendor }\n" },
		{ false, "version: 1\nsignals:\n  a: { text: b, lang: eng }\n" },
		{ true, "version: 1\nsignals:\n  a: { text: b, lang: EN, about: 4 }\n" },
		{ true, "version: 1\nsignals:\n  a: { text: 365, in+: [link] }\n" },
		{ false, "version: 1\nsignals:\n  a: { text: b, kind+: ask }\n" },
		{ false, "version: 1\nsignals:\n  a: { text: b, weight+: 1 }\n" },
		{ true, "version: 1\nrivals:\n  a: { name: 7, off: yes }\n" },
		{ true, "version: 1\nrivals:\n  a: { name: A, off: 'true' }\n" },
		{ false, "version: 1\nrivals:\n  a: { name: A, off: maybe }\n" },
		{ false, "version: 1\nrivals:\n  a: { name: A, domains: [B.com] }\n" },
		{ false, "version: 1\nrivals:\n  a: { name: A, domains: [1.5] }\n" },
		{ false, "version: 1\nrivals:\n  a: { name: A, domains: [a..com] }\n" },
		{ false, "version: 1\nsignals:\n  a: { text: b, lang: e1 }\n" },
		{ true, "version: 1\nnobody: [n/a, 0]\n" },
		{ false, "version: 1\ntests: [{ name: t }]\n" },
		{ false, "version: 1\ntests: [{ name: t, body: b, expect: {} }]\n" },
		{ true, "version: 1\n"
			"tests: [{ name: 1, body: 2, expect: { score: '3' } }]\n" },
		{ false, "version: 1\n"
			 "tests: [{ name: t, body: b, expect: { claims: [x] } }]\n" },
		{ false, "version: 1\ntests:\n"
			 "  - { name: t, body: b, expect: { stated_expiry: soon } }\n" },
		{ false, "version: 1\nconditions:\n"
			 "  c: { when: rival, when+: vendor, severity: high }\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		const char *text = cases[i].text;

		if (text_fits("a.yaml", text, strlen(text)) != cases[i].is_good)
			fail_msg("the schema is wrong about '%s'", text);
		if (is_read(text) != cases[i].is_good)
			fail_msg("the reader is wrong about '%s'", text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shipped_rule_file_fits_the_schema),
		cmocka_unit_test(
			the_schema_takes_what_the_reader_takes_and_refuses_what_it_refuses),
	};
	json_error_t error;
	int result;

	schema = json_load_file(PW_SOURCE_DIR "/rules/schema.json", 0, &error);
	if (!schema) {
		fprintf(stderr, "rules/schema.json:%d: %s\n", error.line, error.text);
		return 1;
	}
	result = cmocka_run_group_tests(tests, NULL, NULL);
	json_decref(schema);
	return result;
}
