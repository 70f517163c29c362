/* SPDX-License-Identifier: Apache-2.0 */
/* contracts_touch.c - `contracts touch`. */
#include <string.h>

#include "agent/commands/alerts.h"
#include "agent/commands/contracts.h"

#define NOTE_MAX 2000

static int run_touch(const struct pw_globals *globals, const char *id, const char *note)
{
	const struct pw_touch touch = { id, 0, "note", note, pw_alerts_who() };
	struct pw_err err = PW_ERR_INIT;
	struct pw_desk desk;
	int rc;

	if (pw_desk_open(&desk, globals, PW_STORE_COMMAND, &err) < 0)
		return pw_cli_fail(&err);
	rc = pw_store_touch_add(desk.store, &touch, &err);
	pw_desk_close(&desk);
	if (rc < 0 && err.code == PW_ENOTFOUND)
		err.code = PW_EINPUT;
	if (rc < 0)
		return pw_cli_fail(&err);
	puts("noted");
	return PW_EXIT_OK;
}

int pw_contracts_cmd_touch(const struct pw_globals *globals, int argc, char **argv)
{
	struct pw_strings rest = { NULL, 0 };
	const char *note = NULL;
	const struct pw_opt table[] = {
		{ "note", "TEXT", "what was done", PW_OPT_VALUE, &note },
	};
	const struct pw_usage usage = { "contracts touch ID --note TEXT",
					"Notes that somebody cared for a contract, so "
					"that `contracts due` and the "
					"digest\ndo not list it as never touched.",
					table,
					PW_ARRAY_LEN(table),
					.words = "the id of one contract",
					.min_words = 1,
					.max_words = 1 };
	int status;

	if (!pw_opts_parse(&usage, argc, argv, &rest, &status))
		return status;
	status = PW_EXIT_USAGE;
	if (!note || !*note)
		fputs("poachwatch: say what was done: --note TEXT\n", stderr);
	else if (strlen(note) > NOTE_MAX)
		fputs("poachwatch: the note is too long\n", stderr);
	else
		status = run_touch(globals, rest.items[0], note);
	pw_strings_done(&rest);
	return status;
}
