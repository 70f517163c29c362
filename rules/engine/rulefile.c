/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rulefile.c - the sections of all files; later folders override key by key.
 */
#include "rules/engine/rulefile.h"

#include <string.h>

#include "agent/base/str.h"

#define ARENA_MAX    ((size_t)256 << 20)
#define NAME_MAX_LEN 80

const char *const pw_section_names[PW_N_SECTIONS] = {
	"rivals", "vendors", "signals", "exclusions", "conditions", "thresholds",
};

static const char *const top_keys[] = {
	"version",    "rivals",   "vendors",       "signals", "exclusions", "conditions",
	"thresholds", "freemail", "introductions", "nobody",  "tests",
};

struct merge {
	struct pw_rulefiles *files;
	int folder;
};

static void check_name(const struct pw_node *key)
{
	const char *at;

	for (at = key->text; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *at))
			break;
	if (*at || !key->len || key->text[0] == '-' || key->len > NAME_MAX_LEN) {
		pw_yaml_error_at(key, (size_t)(at - key->text), "'%s' is no name",
				 key->text);
		pw_diags_hint(key->yaml->diags,
			      strchr(key->text, ':')
				      ? "a colon needs a space after it"
				      : "names are lower case letters, digits and "
					"hyphens");
	}
}

static struct pw_node *copy_map(struct pw_rulefiles *files, const struct pw_node *from,
				size_t room)
{
	struct pw_node *node = pw_arena_alloc(files->arena, 1, sizeof *node);
	const struct pw_node **keys, **items;

	if (!node)
		return NULL;
	*node = *from;
	keys = pw_arena_alloc(files->arena, from->n + room + 1, sizeof *keys);
	items = pw_arena_alloc(files->arena, from->n + room + 1, sizeof *items);
	if (!keys || !items)
		return NULL;
	if (from->n) {
		memcpy(keys, from->keys, from->n * sizeof *keys);
		memcpy(items, from->items, from->n * sizeof *items);
	}
	node->keys = keys;
	node->items = items;
	return node;
}

static void overlay(struct pw_rulefiles *files, struct pw_node *base,
		    const struct pw_node *over);

/* "identifiers+" of the later file: those of both, its own over the others. */
static const struct pw_node *join_maps(struct pw_rulefiles *files,
				       const struct pw_node *base,
				       const struct pw_node *more)
{
	struct pw_node *node = copy_map(files, base, more->n);

	if (node)
		overlay(files, node, more);
	return node ? node : more;
}

/* "domains+" of the later file: a list of both. */
static const struct pw_node *join_lists(struct pw_rulefiles *files,
					const struct pw_node *base,
					const struct pw_node *more)
{
	struct pw_node *node = pw_arena_alloc(files->arena, 1, sizeof *node);
	size_t n_base = base->kind == PW_NODE_LIST ? base->n : 1;
	size_t n_more = more->kind == PW_NODE_LIST ? more->n : 1, i;
	const struct pw_node **items =
		pw_arena_alloc(files->arena, n_base + n_more, sizeof *items);

	if (!node || !items)
		return more;
	*node = *more;
	node->kind = PW_NODE_LIST;
	for (i = 0; i < n_base; i++)
		items[i] = base->kind == PW_NODE_LIST ? base->items[i] : base;
	for (i = 0; i < n_more; i++)
		items[n_base + i] = more->kind == PW_NODE_LIST ? more->items[i] : more;
	node->items = items;
	node->n = n_base + n_more;
	return node;
}

/* The key without a final '+', as a node of its own. */
static const struct pw_node *plain_key(struct pw_rulefiles *files,
				       const struct pw_node *key, bool *ret_adds)
{
	struct pw_node *plain;

	*ret_adds = key->len > 1 && key->text[key->len - 1] == '+';
	if (!*ret_adds)
		return key;
	plain = pw_arena_alloc(files->arena, 1, sizeof *plain);
	if (!plain)
		return key;
	*plain = *key;
	plain->len--;
	plain->text = pw_arena_strndup(files->arena, key->text, plain->len);
	return plain->text ? plain : key;
}

static bool check_adds(const struct pw_node *key, const struct pw_node *plain)
{
	static const char *const holding_several[] = {
		"names",       "domains", "ambiguous", "products", "hints",
		"identifiers", "text",    "in",        "sender",   "with",
		"ok",          "not",     "from",      "to",       "unless",
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(holding_several); i++)
		if (pw_streq(plain->text, holding_several[i]))
			return true;
	pw_yaml_error(key, "nothing can be added to '%s': it holds one value",
		      plain->text);
	pw_diags_hint(key->yaml->diags, "write '%s:' to replace it", plain->text);
	return false;
}

/* Put the pairs of `over` over those of `base` (whose arrays have room). */
static void overlay(struct pw_rulefiles *files, struct pw_node *base,
		    const struct pw_node *over)
{
	const struct pw_node **keys = (const struct pw_node **)(uintptr_t)base->keys;
	const struct pw_node **items = (const struct pw_node **)(uintptr_t)base->items;
	const struct pw_node *key, *value;
	size_t i, k;
	bool adds;

	for (i = 0; i < over->n; i++) {
		key = plain_key(files, over->keys[i], &adds);
		if (adds && !check_adds(over->keys[i], key))
			continue;
		value = over->items[i];
		for (k = 0; k < base->n && strcmp(keys[k]->text, key->text) != 0; k++)
			;
		if (adds && k < base->n)
			value = items[k]->kind == PW_NODE_MAP &&
						value->kind == PW_NODE_MAP
					? join_maps(files, items[k], value)
					: join_lists(files, items[k], value);
		keys[k] = key;
		items[k] = value;
		base->n += k == base->n;
	}
}

static void already_defined(const struct pw_node *key, const struct pw_entry *entry)
{
	if (key->yaml == entry->last->yaml)
		return; /* the reader has told of a duplicate key */
	pw_yaml_error(key, "'%s' is defined already", key->text);
	pw_diags_hint(key->yaml->diags,
		      "first in %s:%d; only a later folder may override it",
		      entry->last->yaml->path, entry->last->line);
}

static struct pw_entry *new_entry(struct pw_rulefiles *files, struct pw_entries *entries,
				  const struct pw_node *key)
{
	struct pw_entry *items = pw_arena_grow(files->arena, entries->items, entries->n,
					       &entries->cap, sizeof *items);

	if (!items)
		return NULL;
	entries->items = items;
	memset(&items[entries->n], 0, sizeof *items);
	items[entries->n].name = key->text;
	items[entries->n].key = key;
	return &items[entries->n++];
}

static void warn_of_off(const struct pw_entries *entries, const struct pw_node *key,
			const struct pw_node *node)
{
	const struct pw_node *off = pw_yaml_get(node, "off");
	const char **names;
	size_t n;

	if (!off || !off->text || pw_strieq(off->text, "false"))
		return;
	pw_yaml_warn(key, "'%s' is in no earlier folder: nothing is switched off",
		     key->text);
	names = pw_alloc(entries->n + 1, sizeof *names);
	for (n = 0; n < entries->n; n++)
		names[n] = entries->items[n].name;
	pw_diags_suggest(key->yaml->diags, key->text, names, n);
	free(names);
}

/* One named entry of a section of one file. */
static void merge_entry(const struct merge *merge, enum pw_section section,
			const struct pw_node *key, const struct pw_node *node)
{
	struct pw_entries *entries = &merge->files->sections[section];
	size_t at = pw_strmap_put(&entries->names, key->text, entries->n);
	bool is_new = at == entries->n, is_map = section != PW_SECTION_THRESHOLDS;
	struct pw_entry *entry;
	struct pw_node *merged;

	check_name(key);
	if (is_map && pw_yaml_map(node) < 0)
		node = NULL;
	if (is_new && is_map && node)
		warn_of_off(entries, key, node);
	entry = is_new ? new_entry(merge->files, entries, key) : &entries->items[at];
	if (!entry)
		return;
	if (!is_new && entry->folder == merge->folder) {
		already_defined(key, entry);
		return;
	}
	entry->folder = merge->folder;
	entry->last = key;
	if (!is_map || !node) {
		entry->node = node;
		return;
	}
	if (is_new || !entry->node) {
		merged = copy_map(merge->files, node, node->n);
		if (merged) {
			merged->n = 0;
			overlay(merge->files, merged, node);
		}
	} else {
		merged = copy_map(merge->files, entry->node, node->n);
		if (merged)
			overlay(merge->files, merged, node);
	}
	entry->node = merged;
}

static void append_list(struct pw_rulefiles *files, const struct pw_node *list,
			const struct pw_node ***items, size_t *n, size_t *cap)
{
	const struct pw_node **grown;
	size_t i;

	if (pw_yaml_list(list) < 0)
		return;
	for (i = 0; i < list->n; i++) {
		grown = pw_arena_grow(files->arena, *items, *n, cap, sizeof *grown);
		if (!grown)
			return;
		*items = grown;
		(*items)[(*n)++] = list->items[i];
	}
}

static void merge_top(const struct merge *merge, const struct pw_node *key,
		      const struct pw_node *node)
{
	struct pw_rulefiles *files = merge->files;
	size_t s, i;

	if (strcmp(key->text, "version") == 0)
		return;
	if (strcmp(key->text, "freemail") == 0) {
		append_list(files, node, &files->freemail, &files->n_freemail,
			    &files->cap_freemail);
	} else if (strcmp(key->text, "introductions") == 0) {
		append_list(files, node, &files->introductions, &files->n_introductions,
			    &files->cap_introductions);
	} else if (strcmp(key->text, "nobody") == 0) {
		append_list(files, node, &files->nobody, &files->n_nobody,
			    &files->cap_nobody);
	} else if (strcmp(key->text, "tests") == 0) {
		append_list(files, node, &files->tests, &files->n_tests,
			    &files->cap_tests);
	} else {
		for (s = 0; s < PW_N_SECTIONS; s++)
			if (strcmp(key->text, pw_section_names[s]) == 0)
				break;
		if (s == PW_N_SECTIONS) {
			pw_yaml_error(key, "unknown section '%s'", key->text);
			pw_diags_suggest(files->diags, key->text, top_keys,
					 PW_ARRAY_LEN(top_keys));
			return;
		}
		if (pw_yaml_map(node) < 0)
			return;
		for (i = 0; i < node->n; i++)
			merge_entry(merge, (enum pw_section)s, node->keys[i],
				    node->items[i]);
	}
}

static void check_version(const struct pw_yaml *yaml)
{
	const struct pw_node *version = pw_yaml_get(yaml->root, "version");
	long number;

	if (!version) {
		pw_yaml_error(yaml->root, "'version: 1' is missing");
		pw_diags_hint(yaml->diags, "every rule file begins with it; was this one "
					   "saved completely?");
	} else if (pw_yaml_int(version, 0, 1000000, &number) == 0 && number != 1) {
		pw_yaml_error(version, "version %ld is not known; this program knows 1",
			      number);
	}
}

static void merge_file(struct pw_rulefiles *files, const struct pw_rule_source *source)
{
	const struct merge merge = { files, source->folder };
	struct pw_yaml *yaml = NULL;
	size_t i;

	if (pw_yaml_parse(&yaml, source->path, source->data, source->len, files->diags) <
	    0)
		return;
	files->files[files->n_files++] = yaml;
	check_version(yaml);
	for (i = 0; i < yaml->root->n; i++)
		merge_top(&merge, yaml->root->keys[i], yaml->root->items[i]);
}

static void find_switched_off(struct pw_rulefiles *files)
{
	const struct pw_node *off;
	size_t s, i;

	for (s = 0; s < PW_N_SECTIONS; s++)
		for (i = 0; i < files->sections[s].n; i++) {
			struct pw_entry *entry = &files->sections[s].items[i];

			off = entry->node ? pw_yaml_get(entry->node, "off") : NULL;
			if (off)
				pw_yaml_bool(off, &entry->is_off);
		}
}

struct pw_rulefiles *pw_rulefiles_new(const struct pw_bundle *bundle,
				      struct pw_diags *diags)
{
	struct pw_rulefiles *files = pw_alloc(1, sizeof *files);
	size_t i;

	files->arena = pw_arena_new(ARENA_MAX);
	files->diags = diags;
	files->files = pw_alloc(bundle->n_files + 1, sizeof(struct pw_yaml *));
	for (i = 0; i < PW_N_SECTIONS; i++)
		pw_strmap_init(&files->sections[i].names);
	for (i = 0; i < bundle->n_files; i++)
		merge_file(files, &bundle->files[i]);
	find_switched_off(files);
	return files;
}

void pw_rulefiles_free(struct pw_rulefiles *files)
{
	size_t i;

	if (!files)
		return;
	for (i = 0; i < files->n_files; i++)
		pw_yaml_free(files->files[i]);
	for (i = 0; i < PW_N_SECTIONS; i++)
		pw_strmap_done(&files->sections[i].names);
	free(files->files);
	pw_arena_free(files->arena);
	free(files);
}

const struct pw_entry *pw_rulefiles_entry(const struct pw_rulefiles *files,
					  enum pw_section section, const char *name)
{
	const struct pw_entries *entries = &files->sections[section];
	size_t at = pw_strmap_get(&entries->names, name);

	return at == (size_t)-1 ? NULL : &entries->items[at];
}
