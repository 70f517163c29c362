/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - every command, in the order that `poachwatch --help` shows them. */
#include "agent/commands/commands.h"

#include <stdio.h>

#include "agent/base/mem.h"

static int run_version(const struct pw_globals *globals, int argc, char **argv)
{
	(void)globals;
	(void)argc;
	(void)argv;
	puts("poachwatch " PW_VERSION);
	return PW_EXIT_OK;
}

const struct pw_command pw_commands[] = {
	{ "doctor", "check everything the agent needs, and say what to do",
	  pw_command_doctor },
	{ "alerts",
	  "cases and their mails: list, show, resend, close, snooze, missed, evidence",
	  pw_command_alerts },
	{ "auth", "sign in to a mailbox once, for OAuth 2.0", pw_command_auth },
	{ "version", "print the version", run_version },
};
const size_t pw_n_commands = PW_ARRAY_LEN(pw_commands);
