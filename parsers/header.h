/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header.h - the text of header fields, as senders really break it.
 *
 * Source: RFC 5322 2.2, RFC 2047, RFC 2231, RFC 6532.  Tolerated violations
 * are in QUIRKS.md.
 */
#ifndef PW_PARSERS_HEADER_H
#define PW_PARSERS_HEADER_H

#include "agent/base/arena.h"
#include "parsers/bytes.h"

struct pw_field {
	struct pw_bytes name;
	struct pw_bytes value; /* raw: folded, encoded; at most PW_MAX_HEADER_BYTES */
};

enum pw_header_form {
	PW_HEADER_TEXT,      /* a subject */
	PW_HEADER_ADDRESSES, /* decoded words are quoted where they hold a comma or
				another special character */
};

/* What a person reads: unfolded, RFC 2047 decoded, UTF-8, without controls
   and invisible characters.  charset is for raw 8-bit bytes (the body's, NULL
   allowed).  NULL when the arena is exhausted. */
const char *pw_header_text(struct pw_arena *arena, struct pw_bytes raw,
			   enum pw_header_form form, const char *charset);

/* First field of that name; NULL where there is none. */
const struct pw_field *pw_field_find(const struct pw_field *fields, size_t n,
				     const char *name);

/* A Content-Type's or Content-Disposition's value and parameters. */
struct pw_param {
	const char *name; /* lower case */
	const char *value;
};

struct pw_params {
	const char *value; /* "text/plain", lower case; "" when empty */
	struct pw_param *items;
	size_t n;
};

/* At most PW_MAX_PARAMS parameters. */
struct pw_params pw_params_parse(struct pw_arena *arena, struct pw_bytes raw);
/* NULL where there is none. */
const char *pw_param(const struct pw_params *params, const char *name);

#endif
