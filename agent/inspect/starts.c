/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/inspect/starts.h"

#include <stddef.h>

#define TRIES        3
#define PAUSE_MIN_MS INT64_C(10)
#define PAUSE_MAX_MS INT64_C(2000)

void pw_starts_failed(struct pw_starts *starts, const struct pw_err *why, int64_t now_ms)
{
	int64_t pause = PAUSE_MAX_MS;

	if (starts->failed < 10)
		pause = PAUSE_MIN_MS << starts->failed;
	if (pause > PAUSE_MAX_MS)
		pause = PAUSE_MAX_MS;
	starts->failed++;
	starts->failure = *why;
	starts->hold_ms = now_ms + pause;
}

void pw_starts_succeeded(struct pw_starts *starts)
{
	starts->has_succeeded = true;
	starts->failed = 0;
	starts->hold_ms = 0;
}

/* Where none ever started, something is wrong with the program. */
bool pw_starts_are_hopeless(const struct pw_starts *starts)
{
	if (starts->failed < TRIES || starts->failure.code == PW_ECANCELED)
		return false;
	return !starts->has_succeeded || starts->failure.code != PW_ECRASH;
}

const struct pw_err *pw_starts_trouble(const struct pw_starts *starts)
{
	return starts->failed >= TRIES ? &starts->failure : NULL;
}
