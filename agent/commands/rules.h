/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the verbs of `poachwatch rules`: one file each behind one table.
 */
#ifndef PW_COMMANDS_RULES_H
#define PW_COMMANDS_RULES_H

#include "agent/commands/cli.h"
#include "rules/engine/ruleset.h"

int pw_rules_check(const struct pw_globals *globals, int argc, char **argv);
int pw_rules_test(const struct pw_globals *globals, int argc, char **argv);
int pw_rules_eval(const struct pw_globals *globals, int argc, char **argv);
int pw_rules_explain(const struct pw_globals *globals, int argc, char **argv);
int pw_rules_diff(const struct pw_globals *globals, int argc, char **argv);
int pw_rules_backtest(const struct pw_globals *globals, int argc, char **argv);
int pw_rules_show(const struct pw_globals *globals, int argc, char **argv);
int pw_rules_suggest(const struct pw_globals *globals, int argc, char **argv);

/* pw_rule_folders(), with the configuration read where it is needed.  Adds to
   ret (pw_strings_done() by the caller). */
int pw_rules_folders(const struct pw_globals *globals, const struct pw_strings *given,
		     struct pw_strings *ret, struct pw_err *err) PW_MUST_CHECK;
/* Print mistakes with their lines and carets. */
void pw_rules_print_diags(FILE *out, const struct pw_diags *diags);

#endif
