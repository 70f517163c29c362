/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - one message with everything that counted in it, for people.
 */
#ifndef PW_COMMANDS_EXPLAIN_H
#define PW_COMMANDS_EXPLAIN_H

#include <stdio.h>

#include "agent/resolve.h"

/* Print the layers with their senders' classes, every rule that hit with its
   place, the words it matched in their context, its points, what decided, and
   how the contracts matched.  resolved NULL allowed (no contracts asked). */
void pw_explain_print(FILE *out, const char *file, const struct pw_finding *finding,
		      const struct pw_resolved *resolved);

#endif
