/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - runs password_command and takes what it prints.
 */
#ifndef PW_SECRET_COMMAND_H
#define PW_SECRET_COMMAND_H

#include <stddef.h>

#include "agent/base/err.h"

#define PW_COMMAND_TIMEOUT_MS 30000

/* Run `/bin/sh -c command` with no standard input and take up to size bytes
   of its standard output (what is more ends it).  It is killed with its whole
   process group after 30 s or when abort_fd (-1: none) becomes readable.
   PW_ECONFIG: it cannot be run, fails or takes too long; PW_ECANCELED. */
int pw_command_output(const char *command, char *buf, size_t size, size_t *ret_len,
		      int abort_fd, struct pw_err *err) PW_MUST_CHECK;

#endif
