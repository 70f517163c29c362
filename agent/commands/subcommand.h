/* SPDX-License-Identifier: Apache-2.0 */
/* subcommand.h - `poachwatch COMMAND SUBCOMMAND`. */
#ifndef PW_COMMANDS_SUBCOMMAND_H
#define PW_COMMANDS_SUBCOMMAND_H

#include "agent/commands/commands.h"

/* Run the one that argv[1] names; without one, or for --help, print the
   list.  name is the command's own ("contracts"). */
int pw_run_subcommand(const char *name, const struct pw_command *table, size_t n,
		      const struct pw_globals *globals, int argc, char **argv);

#endif
