/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.h - the commands of the program: one file each behind one table.
 */
#ifndef PW_COMMANDS_H
#define PW_COMMANDS_H

#include <stddef.h>

/* Exit statuses, the same for every command. */
enum pw_exit {
	PW_EXIT_OK = 0,
	PW_EXIT_FOUND = 1, /* something was found wrong */
	PW_EXIT_USAGE = 2, /* unusable input or arguments */
};

/* What stands before the command's name. */
struct pw_globals {
	const char
		*config_path; /* --config, or the default where that exists, else NULL */
	const char *program;  /* path of this binary, for inspectors */
};

struct pw_command {
	const char *name;    /* "scan" */
	const char *summary; /* one line for the list */
	/* argv[0] is the command's name; returns enum pw_exit. */
	int (*run)(const struct pw_globals *globals, int argc, char **argv);
};

int pw_command_alerts(const struct pw_globals *globals, int argc, char **argv);
int pw_command_backup(const struct pw_globals *globals, int argc, char **argv);
int pw_command_contracts(const struct pw_globals *globals, int argc, char **argv);
int pw_command_purge(const struct pw_globals *globals, int argc, char **argv);
int pw_command_rules(const struct pw_globals *globals, int argc, char **argv);
int pw_command_auth(const struct pw_globals *globals, int argc, char **argv);
int pw_command_doctor(const struct pw_globals *globals, int argc, char **argv);
extern const struct pw_command pw_commands[];
extern const size_t pw_n_commands;

/* One file a command: parse.c, scan.c ... */
int pw_command_run(const struct pw_globals *globals, int argc, char **argv);
int pw_command_scan(const struct pw_globals *globals, int argc, char **argv);
int pw_command_status(const struct pw_globals *globals, int argc, char **argv);
int pw_command_parse(const struct pw_globals *globals, int argc, char **argv);

#endif
