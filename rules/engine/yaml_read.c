/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_read.c - nodes made into typed values, by getters and by tables.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/yaml.h"

#define MAX_FIELDS 64

const struct pw_node *pw_yaml_get(const struct pw_node *map, const char *key)
{
	size_t i;

	if (!map || map->kind != PW_NODE_MAP)
		return NULL;
	for (i = 0; i < map->n; i++)
		if (strcmp(map->keys[i]->text, key) == 0)
			return map->items[i];
	return NULL;
}

static bool is_null(const struct pw_node *node)
{
	return node->kind == PW_NODE_SCALAR && node->style == PW_STYLE_PLAIN &&
	       (node->len == 0 || strcmp(node->text, "~") == 0 ||
		strcmp(node->text, "null") == 0);
}

static const char *kind_name(const struct pw_node *node)
{
	static const char *const names[] = { "one value", "a list", "a map" };

	return names[node->kind];
}

static int expect_scalar(const struct pw_node *node, const char *wanted)
{
	if (node->kind != PW_NODE_SCALAR)
		return pw_yaml_error(node, "expected %s, found %s", wanted,
				     kind_name(node));
	if (is_null(node))
		return pw_yaml_error(node, "expected %s, found nothing", wanted);
	return 0;
}

int pw_yaml_string(const struct pw_node *node, const char **ret)
{
	if (expect_scalar(node, "a text") < 0)
		return -1;
	*ret = node->text;
	return 0;
}

int pw_yaml_bool(const struct pw_node *node, bool *ret)
{
	static const char *const words[] = { "false", "true", "off", "on", "no", "yes" };
	size_t i;

	if (expect_scalar(node, "true or false") < 0)
		return -1;
	for (i = 0; i < PW_ARRAY_LEN(words); i++)
		if (pw_strieq(node->text, words[i])) {
			*ret = i % 2 == 1;
			return 0;
		}
	return pw_yaml_error(node, "expected true or false, found '%s'", node->text);
}

int pw_yaml_int(const struct pw_node *node, long min, long max, long *ret)
{
	char *end;
	long value;

	if (expect_scalar(node, "a whole number") < 0)
		return -1;
	errno = 0;
	value = strtol(node->text, &end, 10);
	if (*end || end == node->text || isspace((unsigned char)node->text[0]))
		return pw_yaml_error(node, "expected a whole number, found '%s'",
				     node->text);
	if (errno || value < min || value > max)
		return pw_yaml_error(node, "'%s' is not between %ld and %ld", node->text,
				     min, max);
	*ret = value;
	return 0;
}

int pw_yaml_number(const struct pw_node *node, double min, double max, double *ret)
{
	char *end;
	double value;

	if (expect_scalar(node, "a number") < 0)
		return -1;
	value = strtod(node->text, &end);
	if (*end || end == node->text || !strpbrk(node->text, "0123456789") ||
	    strpbrk(node->text, "xXpPnN \t")) {
		pw_yaml_error(node, "expected a number, found '%s'", node->text);
		if (*end == ',' && end > node->text)
			pw_diags_hint(node->yaml->diags, "write 1.5, not 1,5");
		return -1;
	}
	if (!(value >= min && value <= max))
		return pw_yaml_error(node, "'%s' is not between %g and %g", node->text,
				     min, max);
	*ret = value;
	return 0;
}

static int read_day(const struct pw_node *node, pw_day *ret)
{
	if (expect_scalar(node, "a day (2026-03-31)") < 0)
		return -1;
	if (!pw_day_from_iso(node->text, ret))
		return pw_yaml_error(node, "expected a day as 2026-03-31, found '%s'",
				     node->text);
	return 0;
}

int pw_yaml_duration(const struct pw_node *node, long *ret_seconds)
{
	static const struct {
		char unit;
		long seconds;
	} units[] = {
		{ '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }
	};
	char *end;
	long value;
	size_t i;

	if (expect_scalar(node, "a duration (30d, 12h, 10m, 30s)") < 0)
		return -1;
	errno = 0;
	value = strtol(node->text, &end, 10);
	for (i = 0; i < PW_ARRAY_LEN(units); i++)
		if (end > node->text && *end == units[i].unit && (!*end || !end[1]) &&
		    !errno && value >= 0 &&
		    value <= 100L * 366 * 86400 / units[i].seconds) {
			*ret_seconds = value * units[i].seconds;
			return 0;
		}
	return pw_yaml_error(node,
			     "expected a duration as 30d, 12h, 10m or 30s, found '%s'",
			     node->text);
}

int pw_yaml_choice(const struct pw_node *node, const char *const *words, size_t n,
		   int *ret)
{
	struct pw_buf list;
	size_t i;

	if (expect_scalar(node, "a word") < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (strcmp(node->text, words[i]) == 0) {
			*ret = (int)i;
			return 0;
		}
	pw_yaml_error(node, "'%s' is not known here", node->text);
	if (pw_str_nearest(node->text, words, n)) {
		pw_diags_suggest(node->yaml->diags, node->text, words, n);
		return -1;
	}
	pw_buf_init(&list, 400);
	for (i = 0; i < n; i++)
		pw_buf_addf(&list, "%s%s", i ? ", " : "", words[i]);
	pw_diags_hint(node->yaml->diags, "one of: %s", list.data);
	pw_buf_done(&list);
	return -1;
}

int pw_yaml_map(const struct pw_node *node)
{
	if (node->kind == PW_NODE_MAP)
		return 0;
	return pw_yaml_error(node, "expected 'key: value' pairs, found %s",
			     is_null(node) ? "nothing" : kind_name(node));
}

int pw_yaml_list(const struct pw_node *node)
{
	if (node->kind == PW_NODE_LIST)
		return 0;
	return pw_yaml_error(node, "expected a list, found %s",
			     is_null(node) ? "nothing" : kind_name(node));
}

int pw_yaml_string_list(const struct pw_node *node, struct pw_yaml_strings *ret)
{
	struct pw_arena *arena = node->yaml->arena;
	size_t n = node->kind == PW_NODE_LIST ? node->n : 1, i;
	const struct pw_node **nodes = pw_arena_alloc(arena, n + 1, sizeof *nodes);
	const char **items = pw_arena_alloc(arena, n + 1, sizeof *items);
	int result = 0;

	if (!nodes || !items)
		return pw_yaml_error(node, "the file is too large");
	if (node->kind == PW_NODE_MAP)
		return pw_yaml_error(node, "expected a list of texts, found a map");
	for (i = 0; i < n; i++) {
		nodes[i] = node->kind == PW_NODE_LIST ? node->items[i] : node;
		if (pw_yaml_string(nodes[i], &items[i]) < 0)
			result = -1;
	}
	if (result == 0) {
		ret->items = items;
		ret->nodes = nodes;
		ret->n = n;
	}
	return result;
}

static int read_field(const struct pw_node *node, const struct pw_field *field,
		      void *target)
{
	void *member = (char *)target + field->offset;
	bool is_bounded = field->min || field->max;

	switch (field->kind) {
	case PW_FIELD_STRING:
		return pw_yaml_string(node, member);
	case PW_FIELD_STRINGS:
		return pw_yaml_string_list(node, member);
	case PW_FIELD_BOOL:
		return pw_yaml_bool(node, member);
	case PW_FIELD_INT:
		return pw_yaml_int(node, is_bounded ? field->min : -1000000000L,
				   is_bounded ? field->max : 1000000000L, member);
	case PW_FIELD_NUMBER:
		return pw_yaml_number(node, is_bounded ? (double)field->min : -1e9,
				      is_bounded ? (double)field->max : 1e9, member);
	case PW_FIELD_DAY:
		return read_day(node, member);
	case PW_FIELD_DURATION:
		return pw_yaml_duration(node, member);
	case PW_FIELD_CHOICE:
		return pw_yaml_choice(node, field->words, field->n_words, member);
	case PW_FIELD_MAP:
		if (pw_yaml_map(node) < 0)
			return -1;
		break;
	case PW_FIELD_LIST:
		if (pw_yaml_list(node) < 0)
			return -1;
		break;
	case PW_FIELD_NODE:
		break;
	}
	*(const struct pw_node **)member = node;
	return 0;
}

/* seen: of the fields; one that is only misspelt is not missing as well. */
static int unknown_key(const struct pw_node *key, const struct pw_field *fields, size_t n,
		       bool *seen)
{
	const char *names[MAX_FIELDS], *near;
	struct pw_buf list;
	size_t i;

	for (i = 0; i < n; i++)
		names[i] = fields[i].key;
	pw_yaml_error(key, "unknown key '%s'", key->text);
	if (strchr(key->text, ':')) {
		pw_diags_hint(key->yaml->diags, "a colon needs a space after it");
		return -1;
	}
	near = pw_str_nearest(key->text, names, n);
	if (near) {
		for (i = 0; i < n; i++)
			seen[i] = seen[i] || near == names[i];
		pw_diags_suggest(key->yaml->diags, key->text, names, n);
		return -1;
	}
	pw_buf_init(&list, 500);
	for (i = 0; i < n; i++)
		pw_buf_addf(&list, "%s%s", i ? ", " : "", names[i]);
	pw_diags_hint(key->yaml->diags, "keys that can stand here: %s", list.data);
	pw_buf_done(&list);
	return -1;
}

int pw_yaml_read(const struct pw_node *map, const struct pw_field *fields, size_t n,
		 void *target)
{
	bool seen[MAX_FIELDS] = { false };
	int result = 0;
	size_t i, f;

	if (n > MAX_FIELDS)
		abort();
	if (pw_yaml_map(map) < 0)
		return -1;
	for (i = 0; i < map->n; i++) {
		for (f = 0; f < n && strcmp(fields[f].key, map->keys[i]->text) != 0; f++)
			;
		if (f == n) {
			result = unknown_key(map->keys[i], fields, n, seen);
			continue;
		}
		seen[f] = true;
		if (read_field(map->items[i], &fields[f], target) < 0)
			result = -1;
	}
	for (f = 0; f < n; f++)
		if (fields[f].is_required && !seen[f])
			result = pw_yaml_error(map, "'%s' is missing", fields[f].key);
	return result;
}
