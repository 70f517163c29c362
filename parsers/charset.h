/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charset.h - any bytes to UTF-8.  The only module that knows ICU's converters.
 *
 * Labels are hints: senders leave them out, misspell them and lie.  Bytes
 * that are valid UTF-8 are UTF-8; a label that the bytes contradict is
 * replaced by what they look like.  Nothing here opens a file, so it works
 * inside the sandbox (iconv does not).
 */
#ifndef PW_PARSERS_CHARSET_H
#define PW_PARSERS_CHARSET_H

#include <stdint.h>

#include "agent/base/arena.h"
#include "parsers/bytes.h"

/* Convert to valid UTF-8.  label NULL allowed: unknown.  Pure ASCII gives the
   input itself (borrowed); everything else lies in the arena.  What no
   charset explains becomes U+FFFD.  {NULL, 0} when the arena is exhausted. */
struct pw_bytes pw_charset_to_utf8(struct pw_arena *arena, const char *label,
				   struct pw_bytes in);

/* What windows-1252 has at c; the rest is as in Latin-1. */
uint32_t pw_cp1252(unsigned char c);

/* Load the converters once, before the sandbox closes. */
void pw_charset_init(void);

#endif
