/* SPDX-License-Identifier: Apache-2.0 */
/*
 * starts.h - whether inspectors can be started, and when to try again.
 *
 * What an inspector says itself while it starts (rules that do not compile) does
 * not get better; one that was killed from outside may live the next time.
 */
#ifndef PW_INSPECT_STARTS_H
#define PW_INSPECT_STARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/err.h"

struct pw_starts {
	unsigned failed;       /* in a row */
	bool has_succeeded;    /* at least once */
	int64_t hold_ms;       /* monotonic: none is started before; 0: at once */
	struct pw_err failure; /* the last */
};

/* The pauses double, from 10 ms to 2 s. */
void pw_starts_failed(struct pw_starts *starts, const struct pw_err *why, int64_t now_ms);
void pw_starts_succeeded(struct pw_starts *starts);
/* Will no further try help? */
bool pw_starts_are_hopeless(const struct pw_starts *starts);
/* Why several in a row failed; NULL: they did not. */
const struct pw_err *pw_starts_trouble(const struct pw_starts *starts);

#endif
