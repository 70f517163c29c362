/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dead_letters.h - mails that nobody got, not even the fallback.
 *
 * Who would be told is who could not be reached, so that somebody is told when
 * that is over: as soon as the fallback takes a mail again, and else by a try
 * a day.
 */
#ifndef PW_DEAD_LETTERS_H
#define PW_DEAD_LETTERS_H

#include "agent/post.h"

/* A mail to the fallback was given up. */
int pw_dead_letters_note(const struct pw_post *post, struct pw_err *err) PW_MUST_CHECK;
/* Queues the mail that tells of them, where there are some that nobody was told
   of: at once when the fallback is known to be reachable, else a day later. */
int pw_dead_letters_tell(const struct pw_post *post, bool is_reachable,
			 struct pw_err *err) PW_MUST_CHECK;

#endif
