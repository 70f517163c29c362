/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain.h - a text/plain body as lines.
 *
 * Source: RFC 3676 (format=flowed, DelSp), RFC 4155 (">From ").  Quote marks
 * ('>') are cut from the lines and counted in their depth.
 */
#ifndef PW_PARSERS_PLAIN_H
#define PW_PARSERS_PLAIN_H

#include "agent/base/arena.h"
#include "parsers/bytes.h"
#include "parsers/text.h"

struct pw_flow {
	bool is_flowed;    /* Content-Type has format=flowed */
	bool delete_space; /* and DelSp=yes */
};

/* Read valid UTF-8.  False when the arena is exhausted; *ret_capped is set
   where the text was longer than the maximum. */
bool pw_plain_text(struct pw_arena *arena, struct pw_bytes utf8, struct pw_flow flow,
		   struct pw_text *ret, bool *ret_capped);

#endif
