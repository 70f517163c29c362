/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerts.h - the sub-commands of `poachwatch alerts`, one file a topic.
 */
#ifndef PW_COMMANDS_ALERTS_H
#define PW_COMMANDS_ALERTS_H

#include "agent/commands/cli.h"
#include "agent/commands/open_store.h"

/* Each gets argv with its own name at argv[0]; returns enum pw_exit. */
int pw_alerts_list(const struct pw_globals *globals, int argc, char **argv);
int pw_alerts_show(const struct pw_globals *globals, int argc, char **argv);
int pw_alerts_resend(const struct pw_globals *globals, int argc, char **argv);
int pw_alerts_close(const struct pw_globals *globals, int argc, char **argv);
int pw_alerts_snooze(const struct pw_globals *globals, int argc, char **argv);
int pw_alerts_missed(const struct pw_globals *globals, int argc, char **argv);
int pw_alerts_evidence(const struct pw_globals *globals, int argc, char **argv);

/* The one case number among the words; false (and said so) where there is
   none or more than one. */
bool pw_alerts_one_id(const struct pw_strings *words, int64_t *ret);
/* A case that must be there; PW_ENOTFOUND says which cases there are. */
int pw_alerts_case(struct pw_store *store, int64_t id, struct pw_arena *arena,
		   struct pw_case_row **ret, struct pw_err *err) PW_MUST_CHECK;
/* Login name of who runs the command, for the trail; never NULL. */
const char *pw_alerts_who(void);

#endif
