/* SPDX-License-Identifier: Apache-2.0 */
/* alerts.c - finds the sub-command of `alerts`, and what they share. */
#include "agent/commands/alerts.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "agent/commands/subcommand.h"

static const struct pw_command subcommands[] = {
	{ "list", "cases, newest first", pw_alerts_list },
	{ "show", "everything about one case, and why mail went out or did not",
	  pw_alerts_show },
	{ "resend", "send the last alert of a case once more", pw_alerts_resend },
	{ "close", "end a case and say how it ended", pw_alerts_close },
	{ "snooze", "no mail about a case before a day", pw_alerts_snooze },
	{ "missed", "keep a mail that should have been an alert, for the rules",
	  pw_alerts_missed },
	{ "evidence", "write the file for the vendor's channel manager",
	  pw_alerts_evidence },
};

int pw_command_alerts(const struct pw_globals *globals, int argc, char **argv)
{
	return pw_run_subcommand("alerts", subcommands, PW_ARRAY_LEN(subcommands),
				 globals, argc, argv);
}

static bool read_id(const char *word, int64_t *ret)
{
	char *end;
	long long id;

	errno = 0;
	id = strtoll(word, &end, 10);
	if (errno || *end || id <= 0) {
		fprintf(stderr, "poachwatch: '%s' is not the number of a case\n", word);
		return false;
	}
	*ret = id;
	return true;
}

bool pw_alerts_parse(const struct pw_usage *usage, int argc, char **argv, int64_t *ret_id,
		     int *ret_status)
{
	struct pw_strings words = { 0 };
	bool is_good;

	if (!pw_opts_parse(usage, argc, argv, &words, ret_status))
		return false;
	is_good = read_id(words.items[0], ret_id);
	*ret_status = PW_EXIT_USAGE;
	pw_strings_done(&words);
	return is_good;
}

int pw_alerts_case(struct pw_store *store, int64_t id, struct pw_arena *arena,
		   struct pw_case_row **ret, struct pw_err *err)
{
	if (pw_store_case_get(store, id, arena, ret, err) < 0)
		return -1;
	if (!*ret)
		return pw_err_set(err, PW_EINPUT,
				  "there is no case %lld; `poachwatch alerts list --all` "
				  "shows them",
				  (long long)id);
	return 0;
}

const char *pw_alerts_who(void)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *user;

	if (sudo && *sudo)
		return sudo;
	user = getpwuid(getuid());
	return user ? user->pw_name : "unknown";
}
