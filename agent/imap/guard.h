/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.h - tells libetpan only what we asked for, in words it cannot mistake.
 *
 * libetpan believes the server: it recurses into nested parentheses, allocates
 * a literal's announced size at once, crashes on broken response codes, loses
 * the thread at any line it does not know, and reads lines without a limit.
 * The guard stands between: it bounds lines and literals, drops responses
 * that mean nothing to us, and writes the others anew in their plainest form
 * (no words for people, no unknown codes or attributes, 1970 in the place of
 * an unreadable INTERNALDATE).  Pure: bytes in, bytes out.
 */
#ifndef PW_IMAP_GUARD_H
#define PW_IMAP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/buf.h"
#include "agent/base/err.h"

#define PW_GUARD_LINE_MAX  65536 /* longest line, without literals */
#define PW_GUARD_INPUT_MAX 32768 /* most that may be fed at once */
#define PW_GUARD_DEPTH_MAX 8     /* nested parentheses in a response */
#define PW_GUARD_SAID_MAX  256
#define PW_GUARD_CAN_MAX   2048
#define PW_GUARD_KEYWORD   "$Poachwatch"

struct pw_guard {
	uint64_t literal_max; /* set by the caller: largest message text; 0: none */
	/* seen since the caller cleared it */
	bool has_news; /* EXISTS: the number of messages was told */
	uint32_t exists;
	char said[PW_GUARD_SAID_MAX]; /* text of the last NO, BAD or BYE, escaped */
	bool said_bye;
	bool said_no;     /* tagged: the command was refused */
	bool has_keyword; /* PERMANENTFLAGS allow PW_GUARD_KEYWORD */
	/* the server's capabilities, as last told: " IDLE MOVE "; "" before that */
	char can[PW_GUARD_CAN_MAX];
	/* private */
	struct pw_buf line; /* the line being collected */
	struct pw_buf out;  /* what may be read */
	size_t out_at;
	uint64_t literal_left;
	bool is_dropping;  /* the response at hand is not for libetpan */
	bool is_continued; /* the line goes on after a literal */
	size_t n_items;    /* of the FETCH response at hand, written so far */
};

void pw_guard_init(struct pw_guard *guard);
void pw_guard_done(struct pw_guard *guard);
/* Feed len <= PW_GUARD_INPUT_MAX bytes of the server.  -1 (PW_EPROTO): it
   broke a limit or the protocol; the connection must be dropped. */
int pw_guard_feed(struct pw_guard *guard, const char *bytes, size_t len,
		  struct pw_err *err) PW_MUST_CHECK;
/* Put bytes of our own in front of the reader. */
void pw_guard_inject(struct pw_guard *guard, const char *line);
/* Take up to n checked bytes; 0 when there are none.  Read everything before
   feeding more. */
size_t pw_guard_take(struct pw_guard *guard, void *buf, size_t n);
bool pw_guard_is_pending(const struct pw_guard *guard);

#endif
