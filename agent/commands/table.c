/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - every command, in the order that `poachwatch --help` shows them. */
#include "agent/commands/commands.h"

#include <stdio.h>

#include "agent/base/mem.h"
#include "agent/commands/cli.h"

static int run_version(const struct pw_globals *globals, int argc, char **argv)
{
	const struct pw_usage usage = { .synopsis = "version",
					.about = "Prints the version." };
	int status;

	(void)globals;
	if (!pw_opts_parse(&usage, argc, argv, NULL, &status))
		return status;
	puts("poachwatch " PW_VERSION);
	return PW_EXIT_OK;
}

const struct pw_command pw_commands[] = {
	{ "run", "the agent: watch the mailboxes, send alerts", pw_command_run },
	{ "status", "what the agent has done and is doing", pw_command_status },
	{ "scan", "judge messages offline", pw_command_scan },
	{ "parse", "take messages apart: their layers as JSON", pw_command_parse },
	{ "doctor", "check everything the agent needs, and say what to do",
	  pw_command_doctor },
	{ "alerts",
	  "cases and their mails: list, show, resend, close, snooze, missed, evidence",
	  pw_command_alerts },
	{ "contracts", "what we own: import, list, show, due, touch",
	  pw_command_contracts },
	{ "rules",
	  "tune the rules: check, test, eval, explain, diff, backtest, show, suggest",
	  pw_command_rules },
	{ "backup", "copy the store while the agent works", pw_command_backup },
	{ "purge", "forget a customer for good", pw_command_purge },
	{ "auth", "sign in to a mailbox once, for OAuth 2.0", pw_command_auth },
	{ "version", "print the version", run_version },
};
const size_t pw_n_commands = PW_ARRAY_LEN(pw_commands);
