/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.h - the agent: everything put together, and the loop that drives it.
 *
 * The main thread owns store, pipeline and outbox; each mailbox has a thread,
 * and so has sending.  SIGTERM and SIGINT end it within 5 seconds, SIGHUP reads
 * rules and configuration anew and keeps the last good ones on any mistake.
 */
#ifndef PW_LOOP_H
#define PW_LOOP_H

#include <stdbool.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"

struct pw_loop_options {
	const char *config_path;
	const char *program; /* path of this binary, for inspectors */
	bool is_once;        /* drain mailboxes and outbox, then end */
	const struct pw_clock *clock;
};

/* Runs until it is told to end.  0: *ret_is_clean says whether everything went
   well (--once: nothing stayed queued, no mailbox failed).  -1: it could not
   start, or the store is damaged. */
int pw_loop_run(const struct pw_loop_options *options, bool *ret_is_clean,
		struct pw_err *err) PW_MUST_CHECK;

#endif
