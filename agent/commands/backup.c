/* SPDX-License-Identifier: Apache-2.0 */
/* backup.c - `backup FILE`: a copy of the store while the agent works. */
#include "agent/commands/cli.h"
#include "agent/commands/open_store.h"

static int run_backup(const struct pw_globals *globals, const char *path)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_desk desk;
	int rc;

	if (pw_desk_open(&desk, globals, PW_STORE_READER, &err) < 0)
		return pw_cli_fail(&err);
	rc = pw_store_backup(desk.store, path, &err);
	pw_desk_close(&desk);
	if (rc < 0)
		return pw_cli_fail(&err);
	printf("'%s' is a complete copy; to go back to it, stop the agent and put it in "
	       "the store's place\n",
	       path);
	return PW_EXIT_OK;
}

int pw_command_backup(const struct pw_globals *globals, int argc, char **argv)
{
	struct pw_strings rest = { NULL, 0 };
	const struct pw_usage usage = {
		"backup FILE",
		"Writes a complete copy of the store into a new file, while the agent "
		"works.\nFILE must be where the store's owner may write.",
		NULL,
		0,
		.words = "one file to write",
		.min_words = 1,
		.max_words = 1
	};
	int status;

	if (pw_opts_parse(&usage, argc, argv, &rest, &status))
		status = run_backup(globals, rest.items[0]);
	pw_strings_done(&rest);
	return status;
}
