/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - `poachwatch rules`: finds the verb and runs it. */
#include "agent/commands/rules.h"

#include <stdio.h>
#include <string.h>

#include "agent/commands/offline.h"
#include "agent/commands/open_store.h"
#include "agent/commands/subcommand.h"
#include "rules/engine/diag.h"

static const struct pw_command verbs[] = {
	{ "check", "every mistake in the rule files, at its character", pw_rules_check },
	{ "test", "run the tests that stand in the rule files", pw_rules_test },
	{ "eval", "score the rules over labelled mails", pw_rules_eval },
	{ "explain", "why a mail was decided so", pw_rules_explain },
	{ "diff", "what other rules would decide, and which rule makes it",
	  pw_rules_diff },
	{ "backtest", "the rules over the mails in the store", pw_rules_backtest },
	{ "show", "the rules in force, and where each value comes from", pw_rules_show },
	{ "suggest", "what would mend the mails that were decided wrongly",
	  pw_rules_suggest },
};

int pw_command_rules(const struct pw_globals *globals, int argc, char **argv)
{
	return pw_run_subcommand("rules", verbs, PW_ARRAY_LEN(verbs), globals, argc,
				 argv);
}

int pw_rules_folders(const struct pw_globals *globals, const struct pw_strings *given,
		     struct pw_strings *ret, struct pw_err *err)
{
	static struct pw_config *config; /* for the life of the process */

	if (!config && !given->n && globals->config_path &&
	    pw_command_config(&config, globals, err) < 0)
		return -1;
	pw_rule_folders(config, given, ret);
	return 0;
}

static void print_diag(FILE *out, const struct pw_diag *diag)
{
	struct pw_buf text;

	pw_buf_init(&text, 8000);
	pw_diag_render(&text, diag);
	fputs(pw_colour(out, diag->is_error ? PW_RED : PW_YELLOW), out);
	fwrite(text.data, 1, strcspn(text.data, "\n"), out);
	fputs(pw_colour_end(out), out);
	fputs(text.data + strcspn(text.data, "\n"), out);
	pw_buf_done(&text);
}

void pw_rules_print_diags(FILE *out, const struct pw_diags *diags)
{
	size_t i;

	for (i = 0; i < diags->n; i++)
		print_diag(out, &diags->items[i]);
	if (diags->n_dropped)
		fprintf(out, "... and %zu more\n", diags->n_dropped);
}
