/* SPDX-License-Identifier: Apache-2.0 */
/* purge.c - `purge --customer NAME`: forget a customer for good. */
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"
#include "agent/commands/open_store.h"

struct purge {
	const char *customer;
	bool yes, dry_run;
};

static bool is_empty(const struct pw_purge_counts *n)
{
	return !n->contracts && !n->cases && !n->messages && !n->mails && !n->touches;
}

static void print_counts(const struct pw_purge_counts *n, const char *verb)
{
	printf("%s: %lld line%s of contracts and their history, %lld touch%s, %lld "
	       "case%s, %lld message%s, %lld mail%s\n",
	       verb, (long long)n->contracts, pw_plural((uint64_t)n->contracts),
	       (long long)n->touches, n->touches == 1 ? "" : "es", (long long)n->cases,
	       pw_plural((uint64_t)n->cases), (long long)n->messages,
	       pw_plural((uint64_t)n->messages), (long long)n->mails,
	       pw_plural((uint64_t)n->mails));
}

/* Only a person at a terminal is asked. */
static bool is_confirmed(const struct purge *purge)
{
	char answer[8] = "";

	if (purge->yes || !isatty(STDIN_FILENO))
		return true;
	fputs("This cannot be undone.  Type yes to go on: ", stdout);
	fflush(stdout);
	return fgets(answer, sizeof answer, stdin) && !strcmp(answer, "yes\n");
}

static int purge_with(const struct purge *purge, struct pw_store *store,
		      struct pw_err *err)
{
	struct pw_purge_counts counts;

	if (pw_store_purge_customer(store, purge->customer, true, &counts, err) < 0)
		return pw_cli_fail(err);
	if (is_empty(&counts)) {
		pw_err_set(err, PW_EINPUT,
			   "nothing is known of a customer '%s' (names are compared "
			   "exactly; see `poachwatch contracts list`)",
			   purge->customer);
		return pw_cli_fail(err);
	}
	print_counts(&counts, "would be removed");
	if (purge->dry_run)
		return PW_EXIT_OK;
	if (!is_confirmed(purge)) {
		puts("nothing was removed");
		return PW_EXIT_FOUND;
	}
	if (pw_store_purge_customer(store, purge->customer, false, &counts, err) < 0)
		return pw_cli_fail(err);
	print_counts(&counts, "removed");
	puts("backups made before still hold it; an import that lists the customer "
	     "brings "
	     "its contracts back");
	return PW_EXIT_OK;
}

static int run_purge(const struct pw_globals *globals, const struct purge *purge)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_desk desk;
	int status;

	if (pw_desk_open(&desk, globals, PW_STORE_COMMAND, &err) < 0)
		return pw_cli_fail(&err);
	status = purge_with(purge, desk.store, &err);
	pw_desk_close(&desk);
	return status;
}

int pw_command_purge(const struct pw_globals *globals, int argc, char **argv)
{
	struct purge purge = { NULL, false, false };
	const struct pw_opt table[] = {
		{ "customer", "NAME", "as imported", PW_OPT_VALUE, &purge.customer },
		{ "dry-run", NULL, "count, remove nothing", PW_OPT_FLAG, &purge.dry_run },
		{ "yes", NULL, "do not ask", PW_OPT_FLAG, &purge.yes },
	};
	const struct pw_usage usage = { "purge --customer NAME [--dry-run] [--yes]",
					"Removes a customer for good: contracts with "
					"their history, cases, messages "
					"with\ntheir raw mail, and mails about them.",
					table, PW_ARRAY_LEN(table), .words = NULL };
	int status;

	if (!pw_opts_parse(&usage, argc, argv, NULL, &status))
		return status;
	if (!purge.customer || !*purge.customer) {
		fputs("poachwatch: say whom: --customer NAME\n", stderr);
		return PW_EXIT_USAGE;
	}
	return run_purge(globals, &purge);
}
