/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspector.h - the child process that alone meets strangers' bytes.
 *
 * The program re-executed with PW_INSPECTOR_ARG: its socket is descriptor 3,
 * the rules 4, what we own 5.  It reads who we are from the first frame,
 * compiles the rules, rehearses once, locks itself down and serves jobs until
 * the socket is closed.
 */
#ifndef PW_INSPECT_INSPECTOR_H
#define PW_INSPECT_INSPECTOR_H

#include <stddef.h>

/* Called inside the sandbox with each message before it is handled; NULL in
   the program, tests bring inspectors that misbehave. */
typedef void pw_inspector_hook(const char *raw, size_t len);

/* Returns the exit status of the process. */
int pw_inspector_main(pw_inspector_hook *hook);

#endif
