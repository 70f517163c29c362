/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime.h - the tree of parts of a message.
 *
 * Source: RFC 2045, 2046, 5322.  GMime takes the message apart (mime_run.c),
 * shown a copy without what it chokes on (mime_guard.c); mime.c has it read
 * again what it could not.  Bodies are borrowed from the message until they
 * are decoded.  Nothing is refused: what is no MIME is text.
 */
#ifndef PW_PARSERS_MIME_H
#define PW_PARSERS_MIME_H

#include "agent/base/arena.h"
#include "parsers/bytes.h"
#include "parsers/header.h"
#include "parsers/transfer.h"

enum pw_part_kind {
	PW_PART_LEAF,
	PW_PART_MULTIPART,
	PW_PART_MESSAGE, /* its only child is the inner mail's entity */
};

struct pw_part {
	enum pw_part_kind kind;
	int parent, first_child, last_child, next; /* indexes, -1: none */
	int depth;
	bool is_entity; /* the root, or the child of a PW_PART_MESSAGE: a mail's head */
	const struct pw_field *fields;
	size_t n_fields;
	struct pw_bytes body; /* raw, still in its transfer encoding */
	enum pw_encoding encoding;
	struct pw_params type;   /* value: "text/plain", never empty */
	const char *disposition; /* "attachment", "inline"; "" when not said */
	const char *name;        /* decoded file name, NULL: none */
};

struct pw_mime {
	struct pw_part *parts; /* parts[0] is the message's entity; NULL: no memory */
	size_t n;
	unsigned capped; /* enum pw_capped */
};

/* Make GMime ready, before the sandbox closes; else the first message does. */
void pw_mime_init(void);

/* Take raw apart; it must outlive the result. */
struct pw_mime pw_mime_parse(struct pw_arena *arena, struct pw_bytes raw);

/* The part after at in document order inside root, NULL at the end; with
   into false the children of at are passed over. */
const struct pw_part *pw_mime_next(const struct pw_mime *mime, const struct pw_part *root,
				   const struct pw_part *at, bool into);

/* The part's body without its transfer encoding. */
struct pw_bytes pw_part_decode(struct pw_arena *arena, const struct pw_part *part);

#endif
