/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - finds the command and runs it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/commands.h"
#include "agent/inspect/inspector.h"
#include "agent/inspect/protocol.h"

#define DEFAULT_CONFIG "/etc/poachwatch/poachwatch.yaml"

static void print_usage(FILE *out)
{
	size_t i;

	fputs("usage: poachwatch [--config FILE] COMMAND [ARGUMENTS]\n\n"
	      "Watches a mailbox for rivals who go after your renewals.\n\ncommands:\n",
	      out);
	for (i = 0; i < pw_n_commands; i++)
		fprintf(out, "  %-10s %s\n", pw_commands[i].name, pw_commands[i].summary);
	fputs("\n`poachwatch COMMAND --help` tells more of each.\n", out);
}

static const struct pw_command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < pw_n_commands; i++)
		if (pw_streq(pw_commands[i].name, name))
			return &pw_commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[64];
	const char *near;
	size_t i, n = pw_n_commands < 64 ? pw_n_commands : 64;

	for (i = 0; i < n; i++)
		names[i] = pw_commands[i].name;
	near = pw_str_nearest(name, names, n);
	fprintf(stderr, "poachwatch: unknown command '%s'", name);
	if (near)
		fprintf(stderr, "; did you mean '%s'?", near);
	fputs("\n`poachwatch --help` lists them\n", stderr);
	return PW_EXIT_USAGE;
}

/* Takes --config FILE out of the arguments, wherever it stands before a "--". */
static int take_config(int argc, char **argv, const char **ret_path)
{
	int from, to = 1;

	for (from = 1; from < argc && !pw_streq(argv[from], "--"); from++) {
		if (pw_streq(argv[from], "--config") && from + 1 < argc)
			*ret_path = argv[++from];
		else if (pw_starts_with(argv[from], "--config="))
			*ret_path = argv[from] + strlen("--config=");
		else
			argv[to++] = argv[from];
	}
	while (from < argc)
		argv[to++] = argv[from++];
	argv[to] = NULL;
	return to;
}

static int unknown_option(const char *option)
{
	if (pw_streq(option, "--config"))
		fputs("poachwatch: --config wants a value (FILE)\n", stderr);
	else
		fprintf(stderr, "poachwatch: unknown option '%s'\n", option);
	print_usage(stderr);
	return PW_EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct pw_globals globals = { NULL, "/proc/self/exe" };
	const struct pw_command *command;

	if (argc == 2 && pw_streq(argv[1], PW_INSPECTOR_ARG))
		return pw_inspector_main(NULL);
	argc = take_config(argc, argv, &globals.config_path);
	if (argc < 2) {
		print_usage(stderr);
		return PW_EXIT_USAGE;
	}
	if (pw_streq(argv[1], "--help") || pw_streq(argv[1], "-h")) {
		print_usage(stdout);
		return PW_EXIT_OK;
	}
	if (pw_streq(argv[1], "--version")) {
		puts("poachwatch " PW_VERSION);
		return PW_EXIT_OK;
	}
	if (argv[1][0] == '-')
		return unknown_option(argv[1]);
	if (!globals.config_path && access(DEFAULT_CONFIG, F_OK) == 0)
		globals.config_path = DEFAULT_CONFIG;
	command = find_command(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	return command->run(&globals, argc - 1, argv + 1);
}
