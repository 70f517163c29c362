/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor.c - tries everything the agent needs and says what to do.
 *
 * It looks with the agent's own eyes: run as root it goes on as the store's
 * owner, so that a password file the service cannot read is found here.
 */
#include <stdarg.h>
#include <stdio.h>

#include "agent/commands/cli.h"
#include "agent/commands/open_store.h"
#include "agent/imap/imap.h"
#include "agent/rulefiles/rulefiles.h"
#include "agent/smtp/smtp.h"
#include "rules/engine/ruleset.h"

enum finding { FINE, NOTE, WRONG };

struct doctor {
	const struct pw_config *config;
	size_t n_wrong;
};

static const struct mark {
	const char *word;
	enum pw_colour colour;
} marks[] = {
	[FINE] = { "fine", PW_GREEN },
	[NOTE] = { "note", PW_YELLOW },
	[WRONG] = { "wrong", PW_RED },
};

PW_PRINTF(3, 4)
static void say(struct doctor *doctor, enum finding finding, const char *format, ...)
{
	const struct mark *mark = &marks[finding];
	va_list args;
	char text[PW_ERR_MSG_MAX * 2];
	char *shown;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	shown = pw_cli_escape(text);
	printf("%s%-6s%s %s\n", pw_colour(stdout, mark->colour), mark->word,
	       pw_colour_end(stdout), shown);
	fflush(stdout);
	free(shown);
	if (finding == WRONG)
		doctor->n_wrong++;
}

static void check_rules(struct doctor *doctor)
{
	const struct pw_names *folders = &doctor->config->rules;
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	PW_CLEANUP(pw_ruleset_freep) struct pw_ruleset *ruleset = NULL;
	PW_CLEANUP(pw_diags_done) struct pw_diags diags;
	struct pw_err err = PW_ERR_INIT;

	pw_diags_init(&diags);
	if (pw_rulefiles_read(&bundle, folders->items, folders->n, &err) < 0)
		say(doctor, WRONG, "rules: %s", err.msg);
	else if (pw_ruleset_new(&ruleset, bundle, &diags, &err) < 0)
		say(doctor, WRONG, "rules: %s; 'poachwatch rules check' shows all",
		    err.msg);
	else
		say(doctor, FINE, "rules: %zu files", bundle->n_files);
}

static void check_contracts(struct doctor *doctor, struct pw_store *store)
{
	struct pw_store_counts counts;
	struct pw_err err = PW_ERR_INIT;

	if (pw_store_counts(store, 0, &counts, &err) < 0)
		say(doctor, WRONG, "store: %s", err.msg);
	else if (!counts.contracts)
		say(doctor, NOTE,
		    "store: holds no contracts, so every solicitation can only "
		    "be reviewed; run 'poachwatch contracts import FILE.csv'");
	else
		say(doctor, FINE, "store: %lld contracts of %lld customers",
		    (long long)counts.contracts, (long long)counts.customers);
	if (counts.outbox_dead > 0 && err.code == PW_OK)
		say(doctor, WRONG,
		    "store: %lld mails could not be delivered at all; see "
		    "'poachwatch status' and 'poachwatch alerts resend ID'",
		    (long long)counts.outbox_dead);
}

static void check_store(struct doctor *doctor)
{
	const char *path = doctor->config->store;
	PW_CLEANUP(pw_store_closep) struct pw_store *store = NULL;
	struct pw_err err = PW_ERR_INIT;

	if (pw_store_open(&store, path, PW_STORE_READER, &pw_clock_real, &err) < 0) {
		if (err.code == PW_ENOTFOUND)
			say(doctor, NOTE,
			    "store: '%s' is not there yet; 'poachwatch contracts "
			    "import FILE.csv' makes it",
			    path);
		else
			say(doctor, WRONG, "store: %s", err.msg);
		return;
	}
	if (pw_store_check(store, &err) < 0) {
		say(doctor, WRONG, "store: %s", err.msg);
		return;
	}
	say(doctor, FINE, "store: '%s' is sound", path);
	check_contracts(doctor, store);
}

static void check_folder(struct doctor *doctor, const struct pw_mailbox_config *box,
			 struct pw_imap *imap)
{
	struct pw_imap_folder folder;
	struct pw_err err = PW_ERR_INIT;

	if (pw_imap_select(imap, &folder, &err) < 0) {
		say(doctor, WRONG,
		    "mailbox '%s': %s; check 'folder' (names of servers differ "
		    "in their separator, '/' or '.')",
		    box->name, err.msg);
		return;
	}
	say(doctor, FINE, "mailbox '%s': login and folder '%s', %u mails", box->name,
	    box->folder, folder.exists);
	if (folder.is_read_only)
		say(doctor, WRONG,
		    "mailbox '%s': folder '%s' is read-only for '%s': what was "
		    "decided cannot be marked; allow it to write and set flags",
		    box->name, box->folder, box->login.user);
	else if (!folder.keeps_keyword)
		say(doctor, NOTE,
		    "mailbox '%s': the server keeps no keywords: mails will be "
		    "marked as read only",
		    box->name);
	if (!box->authserv_id)
		say(doctor, NOTE,
		    "mailbox '%s': authserv_id is not set: nobody checks whether the "
		    "address of who forwards is forged; set it to the name with which "
		    "your mail server begins its Authentication-Results",
		    box->name);
	if (!pw_imap_has_idle(imap))
		say(doctor, NOTE,
		    "mailbox '%s': the server has no IDLE: it is asked every "
		    "%lld minutes",
		    box->name, (long long)box->poll_ms / 60000);
}

static void check_mailbox(struct doctor *doctor, const struct pw_mailbox_config *box)
{
	const struct pw_imap_options options = { .abort_fd = -1, .wake_fd = -1 };
	PW_CLEANUP(pw_imap_closep) struct pw_imap *imap = NULL;
	struct pw_secret secret = { 0 };
	struct pw_err err = PW_ERR_INIT;
	bool is_open;

	is_open = pw_secret_get(&secret, &box->login, -1, &err) == 0 &&
		  pw_imap_open(&imap, box, &secret, &options, &err) == 0;
	pw_secret_done(&secret);
	if (is_open)
		check_folder(doctor, box, imap);
	else
		say(doctor, WRONG, "mailbox '%s': %s", box->name, err.msg);
}

static void check_smtp(struct doctor *doctor)
{
	const struct pw_smtp_config *config = &doctor->config->smtp;
	const struct pw_smtp_options options = { .abort_fd = -1 };
	PW_CLEANUP(pw_smtp_freep) struct pw_smtp *smtp = pw_smtp_new(config, &options);
	struct pw_err err = PW_ERR_INIT;

	if (pw_smtp_connect(smtp, &err) < 0) {
		say(doctor, WRONG, "smtp: %s", err.msg);
		return;
	}
	pw_smtp_quit(smtp);
	if (config->login.user)
		say(doctor, FINE, "smtp: login at '%s'", config->server.text);
	else
		say(doctor, FINE, "smtp: '%s' answers (no login set)",
		    config->server.text);
}

static int examine(const struct pw_globals *globals)
{
	PW_CLEANUP(pw_config_freep) struct pw_config *config = NULL;
	struct doctor doctor = { 0 };
	struct pw_err err = PW_ERR_INIT;
	size_t i;

	if (pw_command_config(&config, globals, &err) < 0)
		return pw_cli_fail(&err);
	doctor.config = config;
	say(&doctor, FINE, "configuration: '%s'", config->path);
	if (pw_store_become_owner(config->store, &err) < 0)
		say(&doctor, WRONG, "store: %s", err.msg);
	check_rules(&doctor);
	check_store(&doctor);
	for (i = 0; i < config->n_mailboxes; i++)
		check_mailbox(&doctor, &config->mailboxes[i]);
	check_smtp(&doctor);
	if (!doctor.n_wrong)
		return PW_EXIT_OK;
	printf("\n%zu thing%s to mend\n", doctor.n_wrong, doctor.n_wrong == 1 ? "" : "s");
	return PW_EXIT_FOUND;
}

int pw_command_doctor(const struct pw_globals *globals, int argc, char **argv)
{
	static const struct pw_usage usage = {
		"doctor",
		"Checks the configuration, the rules and the store, logs in to every\n"
		"mailbox and to the SMTP server, and says what is wrong and what to do.\n"
		"Nothing is changed and no mail is sent.  Exit status 1 when something\n"
		"is wrong.",
		NULL, 0, .words = NULL
	};
	int status;

	if (!pw_opts_parse(&usage, argc, argv, NULL, &status))
		return status;
	return examine(globals);
}
