/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard_line.h - one line of the server, written anew for libetpan.
 *
 * A line is guard->line, without its end; the result is added to guard->out.
 */
#ifndef PW_IMAP_GUARD_LINE_H
#define PW_IMAP_GUARD_LINE_H

#include "agent/imap/guard.h"

/* The first line of a response.  Sets is_dropping, and is_continued with
   literal_left where a literal follows. */
int pw_guard_response(struct pw_guard *guard, struct pw_err *err) PW_MUST_CHECK;
/* Attributes of a FETCH response from `text` up to its ")" or a literal. */
int pw_guard_fetch_items(struct pw_guard *guard, const char *text,
			 struct pw_err *err) PW_MUST_CHECK;
/* Length of a literal announced at the end of text ("{12}", "{12+}"); -1:
   none; -2: one that we cannot take (literal8, beyond 32 bits). */
int64_t pw_guard_literal(const char *text, size_t len);

#endif
