/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transfer.h - content transfer encodings, read as senders really write them.
 *
 * Source: RFC 2045 6; RFC 2047 4 for the header forms.  GMime decodes; what
 * it takes for broken is mended before (see QUIRKS.md).  Nothing is refused:
 * what is no code stays as it stands or is passed over.
 */
#ifndef PW_PARSERS_TRANSFER_H
#define PW_PARSERS_TRANSFER_H

#include "agent/base/arena.h"
#include "parsers/bytes.h"

enum pw_encoding { PW_ENCODING_NONE, PW_ENCODING_BASE64, PW_ENCODING_QP, PW_ENCODING_UU };

/* The encoding that a Content-Transfer-Encoding value means; anything
   unknown is PW_ENCODING_NONE. */
enum pw_encoding pw_encoding_of(struct pw_bytes value);

/* Decode.  PW_ENCODING_NONE gives the input itself; else the result lies in
   the arena and is never longer than the input.  {NULL, 0} when the arena is
   exhausted. */
struct pw_bytes pw_transfer_decode(struct pw_arena *arena, enum pw_encoding encoding,
				   struct pw_bytes in);

/* Line ends that are CR alone as LF: the input itself, or a copy in the arena. */
struct pw_bytes pw_with_line_feeds(struct pw_arena *arena, struct pw_bytes in);

/* The Q form of RFC 2047 ('_' is a blank); out has room for in.len bytes. */
size_t pw_q_decode(struct pw_bytes in, char *out);

#endif
