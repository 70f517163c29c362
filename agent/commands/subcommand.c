/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/subcommand.h"

#include <stdio.h>

#include "agent/base/str.h"

#define NAMES_MAX 32

static void print_list(FILE *out, const char *name, const struct pw_command *table,
		       size_t n)
{
	size_t i;

	fprintf(out, "usage: poachwatch %s COMMAND\n\n", name);
	for (i = 0; i < n; i++)
		fprintf(out, "  %-10s %s\n", table[i].name, table[i].summary);
	fprintf(out, "\n`poachwatch %s COMMAND --help` tells more of each.\n", name);
}

int pw_run_subcommand(const char *name, const struct pw_command *table, size_t n,
		      const struct pw_globals *globals, int argc, char **argv)
{
	const char *names[NAMES_MAX];
	const char *near;
	size_t i;

	if (argc > 1 && (pw_streq(argv[1], "--help") || pw_streq(argv[1], "-h"))) {
		print_list(stdout, name, table, n);
		return PW_EXIT_OK;
	}
	for (i = 0; argc > 1 && i < n; i++)
		if (pw_streq(argv[1], table[i].name))
			return table[i].run(globals, argc - 1, argv + 1);
	for (i = 0; i < n && i < NAMES_MAX; i++)
		names[i] = table[i].name;
	near = argc > 1 ? pw_str_nearest(argv[1], names, i) : NULL;
	if (argc > 1)
		fprintf(stderr, "poachwatch: unknown command '%s %s'%s%s%s\n", name,
			argv[1], near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
	print_list(stderr, name, table, n);
	return PW_EXIT_USAGE;
}
