/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - `poachwatch rules`: finds the verb and runs it. */
#include "agent/commands/rules.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/config/config.h"
#include "rules/engine/diag.h"

static const struct pw_rules_verb verbs[] = {
	{ "check", "every mistake in the rule files, at its character", pw_rules_check },
};

static void print_usage(FILE *out)
{
	size_t i;

	fputs("usage: poachwatch rules VERB [ARGUMENTS]\n\n", out);
	for (i = 0; i < PW_ARRAY_LEN(verbs); i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
	fputs("\n`poachwatch rules VERB --help` tells more of each; docs/rules.md says "
	      "how "
	      "rules are written.\n",
	      out);
}

int pw_command_rules(const struct pw_globals *globals, int argc, char **argv)
{
	const char *names[PW_ARRAY_LEN(verbs)], *near;
	size_t i;

	if (argc < 2 || pw_streq(argv[1], "--help") || pw_streq(argv[1], "-h")) {
		print_usage(argc < 2 ? stderr : stdout);
		return argc < 2 ? PW_EXIT_USAGE : PW_EXIT_OK;
	}
	for (i = 0; i < PW_ARRAY_LEN(verbs); i++) {
		if (pw_streq(argv[1], verbs[i].name))
			return verbs[i].run(globals, argc - 1, argv + 1);
		names[i] = verbs[i].name;
	}
	near = pw_str_nearest(argv[1], names, PW_ARRAY_LEN(verbs));
	fprintf(stderr, "poachwatch: unknown verb 'rules %s'", argv[1]);
	if (near)
		fprintf(stderr, "; did you mean '%s'?", near);
	fputc('\n', stderr);
	return PW_EXIT_USAGE;
}

int pw_rules_folders(const struct pw_globals *globals, const struct pw_strings *given,
		     struct pw_strings *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_config_freep) struct pw_config *config = NULL;
	size_t i;

	for (i = 0; i < given->n; i++)
		pw_strings_add(ret, given->items[i]);
	if (given->n)
		return 0;
	if (!globals->config_path) {
		pw_strings_add(ret, PW_RULES_DIR);
		return 0;
	}
	if (pw_config_load(&config, globals->config_path, NULL, err) < 0)
		return -1;
	/* The process ends with the command: the strings may stay. */
	for (i = 0; i < config->rules.n; i++)
		pw_strings_add(ret, pw_strdup(config->rules.items[i]));
	return 0;
}

static void print_diag(FILE *out, const struct pw_diag *diag)
{
	struct pw_buf text;

	pw_buf_init(&text, 8000);
	pw_diag_render(&text, diag);
	fputs(pw_colour(out, diag->is_error ? PW_RED : PW_YELLOW), out);
	fwrite(text.data, 1, strcspn(text.data, "\n"), out);
	fputs(pw_colour_end(out), out);
	fputs(text.data + strcspn(text.data, "\n"), out);
	pw_buf_done(&text);
}

void pw_rules_print_diags(FILE *out, const struct pw_diags *diags)
{
	size_t i;

	for (i = 0; i < diags->n; i++)
		print_diag(out, &diags->items[i]);
	if (diags->n_dropped)
		fprintf(out, "... and %zu more\n", diags->n_dropped);
}
