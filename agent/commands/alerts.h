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

/* pw_opts_parse() for a command whose one word is the number of a case
   (PW_ALERTS_ID in its usage). */
#define PW_ALERTS_ID                                                                     \
	.words = "the number of one case (see `poachwatch alerts list`)",                \
	.min_words = 1, .max_words = 1
bool pw_alerts_parse(const struct pw_usage *usage, int argc, char **argv, int64_t *ret_id,
		     int *ret_status) PW_MUST_CHECK;
/* A case that must be there; PW_ENOTFOUND says which cases there are. */
int pw_alerts_case(struct pw_store *store, int64_t id, struct pw_arena *arena,
		   struct pw_case_row **ret, struct pw_err *err) PW_MUST_CHECK;
/* Login name of who runs the command, for the trail; never NULL. */
const char *pw_alerts_who(void);

#endif
