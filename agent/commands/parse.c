/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - `poachwatch parse`: the layers of messages. */
#include <stdio.h>

#include "agent/commands/cli.h"
#include "agent/commands/inspect_all.h"
#include "agent/commands/jsonout.h"

struct parse {
	bool is_json;
	size_t n_failed;
};

static void print_json(const char *file, const json_t *result)
{
	json_t *line = json_object();

	json_object_set_new(line, "file", pw_json_text(file));
	json_object_update(line, (json_t *)(uintptr_t)result);
	pw_json_line(stdout, line);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static int depth_of(const json_t *layers, const json_t *layer)
{
	int depth = 0;

	while (json_is_integer(json_object_get(layer, "parent")) && depth < 32) {
		layer = json_array_get(layers, (size_t)json_integer_value(
						       json_object_get(layer, "parent")));
		depth++;
	}
	return depth;
}

static void print_table(const char *file, const json_t *result)
{
	static const char *const titles[] = { "LAYER", "FROM", "DATE", "SUBJECT" };
	const json_t *layers = json_object_get(result, "layers"), *layer;
	struct pw_table *table = pw_table_new(PW_ARRAY_LEN(titles), titles);
	PW_CLEANUP(pw_freep) char *name = pw_cli_escape(file);
	size_t i;

	printf("%s%s%s\n", pw_colour(stdout, PW_BOLD), name, pw_colour_end(stdout));
	json_array_foreach((json_t *)(uintptr_t)layers, i, layer)
	{
		const json_t *from = json_object_get(layer, "from");
		const char *address = text_of(from, "address");

		pw_table_cell(table, PW_CYAN, "%*s%s", depth_of(layers, layer) * 2, "",
			      text_of(layer, "kind"));
		pw_table_cell(table, PW_PLAIN, "%s",
			      *address ? address : text_of(from, "name"));
		pw_table_cell(table, PW_DIM, "%s", text_of(layer, "date"));
		pw_table_cell(table, PW_PLAIN, "%s", text_of(layer, "subject"));
	}
	pw_table_print(table, stdout);
	pw_table_free(table);
}

static int print_one(void *self, const struct pw_mailfile *file, const struct pw_job *job,
		     struct pw_err *err)
{
	struct parse *parse = self;

	(void)err;
	if (job->outcome != PW_JOB_DONE) {
		PW_CLEANUP(pw_freep) char *name = pw_cli_escape(file->name);
		PW_CLEANUP(pw_freep) char *why = pw_cli_escape(job->err.msg);

		fprintf(stderr, "poachwatch: cannot parse '%s': %s\n", name, why);
		parse->n_failed++;
	} else if (parse->is_json) {
		print_json(file->name, job->result);
	} else {
		print_table(file->name, job->result);
	}
	return 0;
}

static int parse_paths(const struct pw_globals *globals, struct parse *parse,
		       const struct pw_strings *paths)
{
	const struct pw_pool_options options = { .program = globals->program };
	const struct pw_pool_setup setup = { .known_fd = -1 };
	PW_CLEANUP(pw_pool_freep) struct pw_pool *pool = NULL;
	struct pw_inspect_all run = { .kind = PW_JOB_PARSE, .each = print_one };
	struct pw_err err = PW_ERR_INIT;
	size_t n_unread = 0;

	if (pw_pool_new(&pool, &options, &setup, &err) < 0)
		return pw_cli_fail(&err);
	run.pool = pool;
	run.self = parse;
	if (pw_inspect_all(&run, paths->items, paths->n, &n_unread, &err) < 0)
		return pw_cli_fail(&err);
	return n_unread + parse->n_failed > 0 ? PW_EXIT_FOUND : PW_EXIT_OK;
}

int pw_command_parse(const struct pw_globals *globals, int argc, char **argv)
{
	struct parse parse = { 0 };
	struct pw_strings paths = { 0 };
	const struct pw_opt options[] = {
		{ "json", NULL, "one JSON object a message", PW_OPT_FLAG,
		  &parse.is_json },
	};
	const struct pw_usage usage = {
		"parse [--json] PATH...",
		"Take messages apart into layers: the mail itself and every mail that\n"
		"was forwarded, attached or quoted in it.  PATH is a message, an mbox, "
		"a\n"
		"folder of .eml files, a Maildir, or - for standard input.",
		options,
		PW_ARRAY_LEN(options),
		.words = "one or more messages or folders",
		.min_words = 1
	};
	int status;

	if (pw_opts_parse(&usage, argc, argv, &paths, &status))
		status = parse_paths(globals, &parse, &paths);
	pw_strings_done(&paths);
	return status;
}
