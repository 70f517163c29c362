/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/dead_letters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define KEY_UNTOLD "dead/untold" /* since when (ms) there are some */
#define DAY_MS     (INT64_C(24) * 3600 * 1000)

int pw_dead_letters_note(const struct pw_post *post, struct pw_err *err)
{
	char now[32];

	snprintf(now, sizeof now, "%" PRId64, pw_wall_ms(post->clock));
	return pw_store_set(post->store, KEY_UNTOLD, now, err);
}

static int queue(const struct pw_post *post, int64_t since_ms, struct pw_err *err)
{
	char unique[64];
	const char *const details[] = {
		"Mails were given up, and nobody could be told so far.",
	};
	const char *todo = "Run `poachwatch status`: it lists them with the reasons. "
			   "`poachwatch alerts resend CASE` sends one again.";
	const struct pw_trouble trouble = {
		.unique = unique,
		.what = "Mails could not be delivered",
		.details = details,
		.n_details = PW_ARRAY_LEN(details),
		.todo = &todo,
		.n_todo = 1,
	};

	snprintf(unique, sizeof unique, "dead-%" PRId64, since_ms);
	if (pw_post_trouble(post, &trouble, err) < 0)
		return -1;
	return pw_store_set(post->store, KEY_UNTOLD, NULL, err);
}

int pw_dead_letters_tell(const struct pw_post *post, bool is_reachable,
			 struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(4096);
	const char *text;
	int64_t since, passed;

	if (pw_store_get(post->store, KEY_UNTOLD, arena, &text, err) < 0)
		return -1;
	if (!text)
		return 0;
	since = strtoll(text, NULL, 10);
	passed = pw_wall_ms(post->clock) - since;
	if (!is_reachable && passed >= 0 && passed < DAY_MS)
		return 0;
	if (pw_store_begin(post->store, err) < 0)
		return -1;
	return pw_store_end(post->store, queue(post, since, err), err);
}
