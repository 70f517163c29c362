/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.h - what an inspector gives up before it meets a stranger's bytes.
 *
 * The only module that knows libseccomp.  After pw_sandbox_enter() the
 * process can read and write its socket, manage its memory, ask the time and
 * exit; everything else kills it.
 */
#ifndef PW_INSPECT_SANDBOX_H
#define PW_INSPECT_SANDBOX_H

#include <stddef.h>

#include "agent/base/err.h"

struct pw_sandbox {
	int socket;              /* the only descriptor that stays open */
	size_t memory_max_bytes; /* address space; ignored under sanitizers */
	unsigned cpu_max_seconds;
};

/* At the very start: no core dumps, no ptrace by others, no new privileges,
   dies with its parent, every inherited descriptor above last_fd closed. */
int pw_sandbox_prepare(int last_fd, struct pw_err *err) PW_MUST_CHECK;

/* Once everything lazy has been warmed up: limits and the filter.  There is
   no way back. */
int pw_sandbox_enter(const struct pw_sandbox *sandbox, struct pw_err *err) PW_MUST_CHECK;

#endif
