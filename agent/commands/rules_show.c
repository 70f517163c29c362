/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_show.c - `poachwatch rules show`: the rules in force, each value with
 * the file and line it comes from.
 */
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/rules.h"
#include "agent/rulefiles/rulefiles.h"
#include "rules/engine/expr.h"
#include "rules/engine/rulefile.h"

struct show {
	struct pw_strings rules;
	struct pw_strings wanted; /* "signals", "signals.act-*", "cdw" */
	bool *is_found;           /* of wanted: some entry has that name */
	bool is_whole;            /* paths, not names of files */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void put_scalar(FILE *out, const struct pw_node *node)
{
	bool is_quoted = node->style != PW_STYLE_PLAIN;
	struct pw_buf text;
	const char *at;

	pw_buf_init(&text, (size_t)256 << 10);
	pw_str_escape(&text, node->text, node->len, (size_t)64 << 10);
	if (!is_quoted) {
		fputs(text.data, out);
	} else {
		fputc('\'', out);
		for (at = text.data; *at; at++)
			fprintf(out, "%c%s", *at, *at == '\'' ? "'" : "");
		fputc('\'', out);
	}
	pw_buf_done(&text);
}

static void put_value(FILE *out, const struct pw_node *node)
{
	size_t i;

	if (node->kind == PW_NODE_SCALAR) {
		put_scalar(out, node);
		return;
	}
	fputs(node->kind == PW_NODE_LIST ? "[" : "{ ", out);
	for (i = 0; i < node->n; i++) {
		if (i)
			fputs(", ", out);
		if (node->kind == PW_NODE_MAP)
			fprintf(out, "%s: ", node->keys[i]->text);
		put_value(out, node->items[i]);
	}
	fputs(node->kind == PW_NODE_LIST ? "]" : " }", out);
}

/* With several folders the name of a file alone may be that of two. */
static void put_place(FILE *out, const struct pw_node *node, bool is_whole)
{
	const char *path = node->yaml->path;

	fprintf(out, "%s:%d", is_whole ? path : base_name(path), node->line);
}

/* Where node stands; of a list that `key+:` made longer, where its parts do
   (list NULL: none). */
static void put_origin(FILE *out, const struct pw_node *node, const struct pw_node *list,
		       bool is_whole)
{
	const struct pw_yaml *last = node->yaml;
	size_t i;

	fprintf(out, "  %s# ", pw_colour(out, PW_DIM));
	put_place(out, node, is_whole);
	for (i = 0; list && list->kind == PW_NODE_LIST && i < list->n; i++) {
		if (list->items[i]->yaml == last || list->items[i]->yaml == node->yaml)
			continue;
		last = list->items[i]->yaml;
		fputs(" over ", out);
		put_place(out, list->items[i], is_whole);
	}
	fprintf(out, "%s\n", pw_colour_end(out));
}

static bool is_wanted(struct show *show, const char *section, const char *name)
{
	PW_CLEANUP(pw_freep) char *full = pw_asprintf("%s.%s", section, name);
	bool is_one = show->wanted.n == 0;
	size_t i;

	for (i = 0; i < show->wanted.n; i++)
		if (pw_glob(show->wanted.items[i], full) ||
		    pw_glob(show->wanted.items[i], name) ||
		    pw_streq(show->wanted.items[i], section))
			is_one = show->is_found[i] = true;
	return is_one;
}

static void show_entry(const struct pw_entry *entry, bool is_whole)
{
	size_t i;

	printf("  %s%s%s:", pw_colour(stdout, PW_BOLD), entry->name,
	       pw_colour_end(stdout));
	if (!entry->node || entry->node->kind != PW_NODE_MAP) {
		putchar(' ');
		if (entry->node)
			put_value(stdout, entry->node);
		/* A value alone stands where the folder put it that spoke last. */
		put_origin(stdout, entry->node ? entry->node : entry->key, NULL,
			   is_whole);
		return;
	}
	put_origin(stdout, entry->key, NULL, is_whole);
	for (i = 0; i < entry->node->n; i++) {
		printf("    %s: ", entry->node->keys[i]->text);
		put_value(stdout, entry->node->items[i]);
		put_origin(stdout, entry->node->keys[i], entry->node->items[i], is_whole);
	}
}

/* Lists that add up over all files. */
static void show_list(struct show *show, const char *name,
		      const struct pw_node *const *items, size_t n)
{
	size_t i;

	if (!n || !is_wanted(show, name, name))
		return;
	printf("%s:\n", name);
	for (i = 0; i < n; i++) {
		fputs("  - ", stdout);
		put_value(stdout, items[i]);
		put_origin(stdout, items[i], NULL, show->is_whole);
	}
}

/* By its own name, not by its section or a pattern: one that is off is shown so. */
static bool is_asked_for(const struct show *show, const char *name)
{
	const char *dot;
	size_t i;

	for (i = 0; i < show->wanted.n; i++) {
		dot = strchr(show->wanted.items[i], '.');
		if (pw_streq(dot ? dot + 1 : show->wanted.items[i], name))
			return true;
	}
	return false;
}

static void show_all(struct show *show, const struct pw_rulefiles *files)
{
	size_t s, i;
	bool is_titled;

	for (s = 0; s < PW_N_SECTIONS; s++) {
		is_titled = false;
		for (i = 0; i < files->sections[s].n; i++) {
			const struct pw_entry *entry = &files->sections[s].items[i];

			if ((entry->is_off && !is_asked_for(show, entry->name)) ||
			    !is_wanted(show, pw_section_names[s], entry->name))
				continue;
			if (!is_titled)
				printf("%s:\n", pw_section_names[s]);
			is_titled = true;
			show_entry(entry, show->is_whole);
		}
	}
	show_list(show, "introductions", files->introductions, files->n_introductions);
	show_list(show, "freemail", files->freemail, files->n_freemail);
	show_list(show, "nobody", files->nobody, files->n_nobody);
}

static const char *nearest_name(const struct pw_rulefiles *files, const char *word)
{
	const char **names, *near, *dot = strchr(word, '.');
	size_t n = PW_N_SECTIONS, s, i;

	for (s = 0; s < PW_N_SECTIONS; s++)
		n += files->sections[s].n;
	names = pw_alloc(n + 1, sizeof *names);
	for (s = n = 0; s < PW_N_SECTIONS; s++) {
		names[n++] = pw_section_names[s];
		for (i = 0; i < files->sections[s].n; i++)
			names[n++] = files->sections[s].items[i].name;
	}
	near = pw_str_nearest(dot ? dot + 1 : word, names, n);
	free(names);
	return near;
}

/* Names that nothing has; returns how many. */
static size_t tell_unknown(const struct show *show, const struct pw_rulefiles *files)
{
	size_t n = 0, i;

	for (i = 0; i < show->wanted.n; i++) {
		PW_CLEANUP(pw_freep) char *word = pw_cli_escape(show->wanted.items[i]);
		const char *near;

		if (show->is_found[i])
			continue;
		near = nearest_name(files, show->wanted.items[i]);
		fprintf(stderr, "poachwatch: no rule is called '%s'%s%s%s\n", word,
			near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
		n++;
	}
	return n;
}

static int show_folders(const struct pw_globals *globals, struct show *show)
{
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	PW_CLEANUP(pw_rulefiles_freep) struct pw_rulefiles *files = NULL;
	PW_CLEANUP(pw_strings_done) struct pw_strings folders = { 0 };
	PW_CLEANUP(pw_diags_done) struct pw_diags diags = { 0 };
	struct pw_err err = PW_ERR_INIT;
	size_t n_unknown;

	if (pw_rules_folders(globals, &show->rules, &folders, &err) < 0 ||
	    pw_rulefiles_read(&bundle, folders.items, folders.n, &err) < 0)
		return pw_cli_fail(&err);
	pw_diags_init(&diags);
	files = pw_rulefiles_new(bundle, &diags);
	if (diags.n_errors) {
		pw_rules_print_diags(stderr, &diags);
		return PW_EXIT_FOUND;
	}
	show->is_whole = folders.n > 1;
	printf("# version %s, %zu file%s\n", bundle->hash, bundle->n_files,
	       bundle->n_files == 1 ? "" : "s");
	show->is_found = pw_alloc(show->wanted.n + 1, sizeof *show->is_found);
	show_all(show, files);
	n_unknown = tell_unknown(show, files);
	pw_freep(&show->is_found);
	return n_unknown ? PW_EXIT_FOUND : PW_EXIT_OK;
}

int pw_rules_show(const struct pw_globals *globals, int argc, char **argv)
{
	struct show show = { 0 };
	const struct pw_opt options[] = {
		{ "rules", "DIR",
		  "folder of rule files; later ones override earlier ones", PW_OPT_LIST,
		  &show.rules },
	};
	const struct pw_usage usage = { "rules show [--rules DIR]... [NAME]...",
					"Prints the rules in force, later folders put "
					"over earlier ones, with the\n"
					"file and line of every value.  NAME is a "
					"section (signals), an entry (cdw),\n"
					"both (rivals.cdw), or a pattern (signals.de-*).",
					options, PW_ARRAY_LEN(options),
					.words = "names of sections or entries" };
	int status;

	if (pw_opts_parse(&usage, argc, argv, &show.wanted, &status))
		status = show_folders(globals, &show);
	pw_strings_done(&show.rules);
	pw_strings_done(&show.wanted);
	return status;
}
