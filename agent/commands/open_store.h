/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_store.h - what every command that works on the store does first.
 */
#ifndef PW_COMMANDS_OPEN_STORE_H
#define PW_COMMANDS_OPEN_STORE_H

#include "agent/commands/commands.h"
#include "agent/config/config.h"
#include "agent/store/store.h"

/* The configuration and its store, open.  Mistakes in the configuration are
   printed with their place. */
struct pw_desk {
	struct pw_config *config;
	struct pw_store *store;
};

/* Reads the configuration, goes on as the store's owner where root runs the
   command, and opens the store.  Undo with pw_desk_close(). */
int pw_desk_open(struct pw_desk *desk, const struct pw_globals *globals,
		 enum pw_store_mode mode, struct pw_err *err) PW_MUST_CHECK;
void pw_desk_close(struct pw_desk *desk);

/* The configuration alone, mistakes printed as above. */
int pw_command_config(struct pw_config **ret, const struct pw_globals *globals,
		      struct pw_err *err) PW_MUST_CHECK;

#endif
