/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - `poachwatch run`: the agent. */
#include <stdio.h>

#include "agent/commands/cli.h"
#include "agent/commands/commands.h"
#include "agent/loop.h"

static int run_agent(const struct pw_globals *globals, bool is_once)
{
	const struct pw_loop_options options = {
		.config_path = globals->config_path,
		.program = globals->program,
		.is_once = is_once,
		.clock = &pw_clock_real,
	};
	struct pw_err err = PW_ERR_INIT;
	bool is_clean = false;

	if (!globals->config_path) {
		fputs("poachwatch: there is no configuration: give --config FILE, or "
		      "write /etc/poachwatch/poachwatch.yaml\n",
		      stderr);
		return PW_EXIT_USAGE;
	}
	if (pw_loop_run(&options, &is_clean, &err) < 0)
		return pw_cli_fail(&err);
	return is_clean ? PW_EXIT_OK : PW_EXIT_FOUND;
}

int pw_command_run(const struct pw_globals *globals, int argc, char **argv)
{
	bool is_once = false;
	const struct pw_opt options[] = {
		{ "once", NULL, "drain the mailboxes and the outbox, then end",
		  PW_OPT_FLAG, &is_once },
	};
	const struct pw_usage usage = {
		"run [--once]",
		"The agent: reads the mailboxes, judges what is forwarded, and sends "
		"the\n"
		"alerts.  Logs go to standard error.  SIGTERM ends it, SIGHUP makes it\n"
		"read configuration and rules again.  With --once it ends with status 1\n"
		"when a mailbox failed or a mail could not be sent yet.",
		options, PW_ARRAY_LEN(options), .words = NULL
	};
	int status;

	if (!pw_opts_parse(&usage, argc, argv, NULL, &status))
		return status;
	return run_agent(globals, is_once);
}
