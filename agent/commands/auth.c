/* SPDX-License-Identifier: Apache-2.0 */
/* auth.c - has a person authorize a mailbox once, for OAuth 2.0. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"
#include "agent/commands/open_store.h"
#include "agent/imap/imap.h"
#include "agent/oauth/oauth.h"
#include "agent/smtp/smtp.h"

static const struct pw_login *find_login(const struct pw_config *config, const char *name)
{
	const struct pw_mailbox_config *box = pw_config_mailbox(config, name);

	if (box)
		return &box->login;
	return pw_streq(name, "smtp") ? &config->smtp.login : NULL;
}

static int no_login(const struct pw_config *config, const char *name)
{
	size_t i;

	fprintf(stderr, "poachwatch: there is no mailbox '%s'; there is:", name);
	for (i = 0; i < config->n_mailboxes; i++)
		fprintf(stderr, " %s", config->mailboxes[i].name);
	fputs(", and smtp\n", stderr);
	return PW_EXIT_USAGE;
}

static void ask(void *self, const char *url, const char *code)
{
	(void)self;
	if (code)
		printf("Open this address in a browser on any device\n\n  %s\n\n"
		       "sign in as the mailbox, and type the code  %s%s%s\n\n",
		       url, pw_colour(stdout, PW_BOLD), code, pw_colour_end(stdout));
	else
		printf("Open this address in a browser and sign in as the mailbox\n\n"
		       "  %s\n\n"
		       "If the browser runs on another machine, it ends at a page that "
		       "does\nnot load: paste that page's address here.\n\n",
		       url);
	puts("Waiting ...");
	fflush(stdout);
}

static int try_smtp(const struct pw_config *config, struct pw_err *err)
{
	const struct pw_smtp_options options = { .abort_fd = -1 };
	PW_CLEANUP(pw_smtp_freep)
	struct pw_smtp *smtp = pw_smtp_new(&config->smtp, &options);

	if (pw_smtp_connect(smtp, err) < 0)
		return -1;
	pw_smtp_quit(smtp);
	return 0;
}

static int try_mailbox(const struct pw_mailbox_config *box, struct pw_err *err)
{
	const struct pw_imap_options options = { .abort_fd = -1, .wake_fd = -1 };
	PW_CLEANUP(pw_imap_closep) struct pw_imap *imap = NULL;
	struct pw_secret secret = { 0 };
	int result = pw_secret_get(&secret, &box->login, -1, err);

	if (result == 0)
		result = pw_imap_open(&imap, box, &secret, &options, err);
	pw_secret_done(&secret);
	return result;
}

static int authorize(const struct pw_config *config, const char *name, unsigned port)
{
	const struct pw_login *login = find_login(config, name);
	const struct pw_mailbox_config *box = pw_config_mailbox(config, name);
	struct pw_oauth_person person = { .ask = ask,
					  .answer_fd = STDIN_FILENO,
					  .port = port };
	struct pw_err err = PW_ERR_INIT;

	if (!login)
		return no_login(config, name);
	if (login->kind != PW_SECRET_OAUTH2) {
		fprintf(stderr,
			"poachwatch: '%s' logs in with a password: there is nothing to "
			"authorize ('oauth2' is not set)\n",
			name);
		return PW_EXIT_USAGE;
	}
	person.user = login->user;
	if (pw_store_become_owner(config->store, &err) < 0 ||
	    pw_oauth_authorize(login->oauth2, &person, -1, &err) < 0)
		return pw_cli_fail(&err);
	printf("Authorized; tokens are kept in '%s'.\n", login->oauth2->token_file);
	if ((box ? try_mailbox(box, &err) : try_smtp(config, &err)) < 0) {
		pw_err_wrap(&err, "authorized, but the mail server does not agree");
		return pw_cli_fail(&err);
	}
	puts("The mail server accepts the login.");
	return PW_EXIT_OK;
}

int pw_command_auth(const struct pw_globals *globals, int argc, char **argv)
{
	static struct pw_opt_number port = { .max = 65535 };
	static const struct pw_opt options[] = {
		{ "port", "PORT",
		  "where the browser comes back (for an ssh tunnel); else any free port",
		  PW_OPT_NUMBER, &port },
	};
	static const struct pw_usage usage = {
		"auth [--port PORT] MAILBOX",
		"Has a person sign in once, where a mailbox or smtp is configured with\n"
		"'oauth2', and keeps the tokens.  MAILBOX is its name in the\n"
		"configuration, or 'smtp'.",
		options,
		PW_ARRAY_LEN(options),
		.words = "the name of one mailbox, or smtp",
		.min_words = 1,
		.max_words = 1
	};
	PW_CLEANUP(pw_config_freep) struct pw_config *config = NULL;
	struct pw_strings rest = { 0 };
	struct pw_err err = PW_ERR_INIT;
	int status;

	if (!pw_opts_parse(&usage, argc, argv, &rest, &status))
		return status;
	if (pw_command_config(&config, globals, &err) < 0)
		status = pw_cli_fail(&err);
	else
		status = authorize(config, rest.items[0], (unsigned)port.value);
	pw_strings_done(&rest);
	return status;
}
