/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/retention.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define KEY_REACHED "retention.reached" /* milliseconds */

int pw_retention_now(struct pw_store *store, int64_t wall_ms, int64_t *ret_ms,
		     struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(4096);
	const char *text = NULL;
	int64_t reached, now = wall_ms;
	char digits[32];

	if (pw_store_get(store, KEY_REACHED, arena, &text, err) < 0)
		return -1;
	reached = text ? strtoll(text, NULL, 10) : 0;
	if (reached > 0 && now - reached > PW_RETENTION_STEP_MS)
		now = reached + PW_RETENTION_STEP_MS;
	if (now > reached) {
		snprintf(digits, sizeof digits, "%" PRId64, now);
		if (pw_store_set(store, KEY_REACHED, digits, err) < 0)
			return -1;
	}
	*ret_ms = now;
	return 0;
}
