/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile.c - what all sections need: texts copied, regexes compiled once, samples.
 */
#include "rules/engine/compile.h"

#include <string.h>

#include "agent/base/str.h"

#define MAX_PATTERNS 200000

const char *pw_compile_text(struct pw_compile *compile, const char *text)
{
	const char *copy = text ? pw_arena_strdup(compile->arena, text) : NULL;

	return copy ? copy : (text ? "" : NULL);
}

const char *pw_compile_rule_name(struct pw_compile *compile, const char *section,
				 const char *name)
{
	char *text = pw_asprintf("%s.%s", section, name);
	const char *copy = pw_compile_text(compile, text);

	free(text);
	return copy;
}

struct pw_origin pw_compile_origin(struct pw_compile *compile, const struct pw_node *node)
{
	const char *path = node->yaml->path, *base = strrchr(path, '/');
	struct pw_origin origin = { .line = node->line, .column = node->column };
	char *text = pw_asprintf("%s:%d", base ? base + 1 : path, node->line);

	origin.path = pw_compile_text(compile, path);
	origin.text = pw_compile_text(compile, text);
	free(text);
	return origin;
}

struct pw_origin pw_compile_entry_origin(struct pw_compile *compile,
					 const struct pw_entry *entry)
{
	struct pw_origin origin = pw_compile_origin(compile, entry->key);
	struct pw_origin last;
	char *text;

	if (entry->last == entry->key)
		return origin;
	last = pw_compile_origin(compile, entry->last);
	text = pw_asprintf("%s, %s", origin.text ? origin.text : "",
			   last.text ? last.text : "");
	origin.text = pw_compile_text(compile, text);
	free(text);
	return origin;
}

void pw_compile_suggest(struct pw_compile *compile, enum pw_section section,
			const char *prefix, const char *word)
{
	const struct pw_entries *entries = &compile->files->sections[section];
	const char **names = pw_alloc(entries->n + 1, sizeof *names), *near;
	size_t i;

	for (i = 0; i < entries->n; i++)
		names[i] = entries->items[i].name;
	near = pw_str_nearest(word, names, entries->n);
	if (near)
		pw_diags_hint(compile->diags, "did you mean '%s%s'?", prefix, near);
	free(names);
}

void pw_compile_suggest_overridden(struct pw_compile *compile, enum pw_section section,
				   const struct pw_entry *entry)
{
	const struct pw_entries *entries = &compile->files->sections[section];
	const char *noun = pw_section_names[section];
	int len = (int)strlen(noun) - 1; /* without the plural's s */
	const char **words = pw_alloc(entries->n + 1, sizeof *words), *near;
	const struct pw_diags *diags = compile->diags;
	size_t n = 0, i;

	if (diags->n && diags->items[diags->n - 1].hint) {
		free(words); /* a misspelt key is the nearer cause */
		return;
	}
	for (i = 0; i < entries->n; i++)
		if (&entries->items[i] != entry)
			words[n++] = entries->items[i].name;
	near = pw_str_nearest(entry->name, words, n);
	if (near && pw_str_distance(entry->name, near, 9) <= strlen(entry->name) / 4)
		pw_diags_hint(compile->diags,
			      "to change a %.*s of an earlier folder give its name: did "
			      "you mean '%s'?",
			      len, noun, near);
	else
		pw_diags_hint(compile->diags,
			      "no earlier folder has a %.*s of that name to change", len,
			      noun);
	free(words);
}

const char *const *pw_compile_strings(struct pw_compile *compile,
				      const struct pw_yaml_strings *strings)
{
	const char **copy = pw_arena_alloc(compile->arena, strings->n + 1, sizeof *copy);
	size_t i;

	for (i = 0; copy && i < strings->n; i++)
		copy[i] = pw_compile_text(compile, strings->items[i]);
	return copy;
}

static int add_pattern(struct pw_compile *compile, struct pw_pattern *pattern)
{
	struct pw_ruleset *ruleset = compile->ruleset;
	size_t at = pw_strmap_put(&compile->patterns, pw_pattern_source(pattern),
				  ruleset->n_patterns);
	struct pw_pattern **grown;

	if (at < ruleset->n_patterns) {
		pw_pattern_free(pattern);
		return (int)at;
	}
	grown = pw_arena_grow(compile->arena, ruleset->patterns, ruleset->n_patterns,
			      &compile->cap_patterns, sizeof(struct pw_pattern *));
	if (!grown)
		abort(); /* the arena is as large as the files may be */
	ruleset->patterns = grown;
	ruleset->patterns[ruleset->n_patterns] = pattern;
	return (int)ruleset->n_patterns++;
}

/* Hints for what people get wrong in regexes. */
static const struct {
	const char *problem, *hint;
} regex_hints[] = {
	{ "missing closing parenthesis", "write \\( for a plain parenthesis" },
	{ "unmatched closing parenthesis", "write \\) for a plain parenthesis" },
	{ "quantifier does not follow", "write \\*, \\+ or \\? for the plain character" },
	{ "missing terminating ]", "write \\[ for a plain bracket" },
};

/* "match: PO #\d+" without quotes is "PO" and a comment. */
static void warn_of_comment(struct pw_compile *compile, const struct pw_node *node)
{
	struct pw_place place;
	const char *line = node->yaml->source;
	const char *end = line + node->yaml->source_len, *at;
	int n;

	if (node->style != PW_STYLE_PLAIN)
		return;
	pw_yaml_locate(node, node->len, &place);
	for (n = 1; n < place.line && line; n++) {
		line = memchr(line, '\n', (size_t)(end - line));
		line = line ? line + 1 : NULL;
	}
	if (!line)
		return;
	at = line;
	for (n = 1; n < place.column && at < end; n++) {
		uint32_t cp;

		at += pw_utf8_next(at, (size_t)(end - at), &cp);
	}
	for (; at < end && *at == ' '; at++)
		place.column++;
	if (at == end || *at != '#')
		return;
	pw_diags_add(compile->diags, false, &place, "a comment begins here");
	pw_diags_hint(compile->diags,
		      "where it belongs to the expression, put that in 'single quotes'");
}

int pw_compile_regex(struct pw_compile *compile, const struct pw_node *node)
{
	struct pw_pattern *pattern = NULL;
	struct pw_err err = PW_ERR_INIT;
	size_t offset = 0, i;
	const char *text;

	if (pw_yaml_string(node, &text) < 0)
		return -1;
	if (node->style == PW_STYLE_DOUBLE) {
		pw_yaml_error(node, "a regular expression in double quotes");
		pw_diags_hint(compile->diags, "use 'single quotes': there a backslash is "
					      "just a backslash");
		return -1;
	}
	if (pw_pattern_new(&pattern, text, &offset, &err) < 0) {
		pw_yaml_error_at(node, offset, "%s", err.msg);
		for (i = 0; i < PW_ARRAY_LEN(regex_hints); i++)
			if (strstr(err.msg, regex_hints[i].problem))
				pw_diags_hint(compile->diags, "%s", regex_hints[i].hint);
		return -1;
	}
	warn_of_comment(compile, node);
	return add_pattern(compile, pattern);
}

static void warn_of_regex(struct pw_compile *compile, const struct pw_node *phrase)
{
	static const char *const signs[] = { "\\b", "\\d", "\\s", "\\w", "(?", ".*",
					     ".+",  ")?",  "|",   "[a-", "[0-" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(signs); i++)
		if (strstr(phrase->text, signs[i]))
			break;
	if (i == PW_ARRAY_LEN(signs))
		return;
	pw_yaml_warn_at(phrase, (size_t)(strstr(phrase->text, signs[i]) - phrase->text),
			"'%s' means itself in a phrase", signs[i]);
	pw_diags_hint(compile->diags, "a regular expression goes under `match:`");
}

int pw_compile_phrases(struct pw_compile *compile, const struct pw_node *node)
{
	struct pw_yaml_strings phrases = { 0 };
	struct pw_pattern *pattern = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf regex;
	size_t offset, i;
	int result = -1;

	if (pw_yaml_string_list(node, &phrases) < 0)
		return -1;
	if (phrases.n == 0)
		return pw_yaml_error(node, "an empty list of phrases");
	pw_buf_init(&regex, PW_MAX_REGEX);
	for (i = 0; i < phrases.n; i++) {
		if (strspn(phrases.items[i], " *-") == strlen(phrases.items[i]))
			pw_yaml_error(phrases.nodes[i], "a phrase without words");
		warn_of_regex(compile, phrases.nodes[i]);
		if (i)
			pw_buf_addc(&regex, '|');
		pw_phrase_to_regex(&regex, phrases.items[i]);
	}
	if (pw_buf_failed(&regex))
		pw_yaml_error(node, "too many phrases for one entry");
	else if (pw_pattern_new(&pattern, regex.data, &offset, &err) < 0)
		pw_yaml_error(node, "%s", err.msg);
	else
		result = add_pattern(compile, pattern);
	pw_buf_done(&regex);
	return result;
}

static void add_samples(struct pw_compile *compile, const struct pw_node *node,
			bool must_match, struct pw_sample *items, size_t *n)
{
	struct pw_yaml_strings strings = { 0 };
	size_t i;

	if (!node || pw_yaml_string_list(node, &strings) < 0)
		return;
	for (i = 0; i < strings.n; i++) {
		items[*n].text = pw_compile_text(compile, strings.items[i]);
		items[*n].must_match = must_match;
		items[(*n)++].origin = pw_compile_origin(compile, strings.nodes[i]);
	}
}

static size_t count_strings(const struct pw_node *node)
{
	return !node ? 0 : node->kind == PW_NODE_LIST ? node->n : 1;
}

void pw_compile_samples(struct pw_compile *compile, const struct pw_node *ok,
			const struct pw_node *not_ok, struct pw_samples *ret)
{
	size_t room = count_strings(ok) + count_strings(not_ok), n = 0;
	struct pw_sample *items = pw_arena_alloc(compile->arena, room + 1, sizeof *items);

	if (!items)
		return;
	add_samples(compile, ok, true, items, &n);
	add_samples(compile, not_ok, false, items, &n);
	ret->items = items;
	ret->n = n;
}

int pw_compile_bits(const struct pw_node *node, const char *const *words, size_t n,
		    unsigned *ret)
{
	struct pw_yaml_strings strings = { 0 };
	unsigned bits = 0;
	int word, result = 0;
	size_t i;

	if (pw_yaml_string_list(node, &strings) < 0)
		return -1;
	for (i = 0; i < strings.n; i++)
		if (pw_yaml_choice(strings.nodes[i], words, n, &word) < 0)
			result = -1;
		else
			bits |= 1u << word;
	if (result == 0)
		*ret = bits;
	return result;
}
