/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap.h - one logged-in IMAP session: see, fetch, acknowledge, wait.
 *
 * The only module that knows libetpan.  libcurl (agent/net) makes the
 * verified, authenticated connection, libetpan speaks RFC 3501 over it.  A
 * session belongs to one thread at a time and all its calls block; the
 * abort fd ends any of them at once (PW_ECANCELED).
 *
 * After any error the session is unusable: close it and open another.  What
 * the codes mean: PW_ENET broken or refused, PW_ETLS certificate or TLS,
 * PW_EAUTH login refused, PW_ENOTFOUND no such folder, PW_EPROTO the server
 * broke the protocol or sent more than allowed, PW_ETIMEOUT it stalled,
 * PW_EREFUSED it said no, PW_ECANCELED abort.  Messages name the host, what
 * happened and what to do; text of the server is escaped.
 */
#ifndef PW_IMAP_H
#define PW_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/config/config.h"
#include "agent/secret/secret.h"

struct pw_imap;

struct pw_imap_options {
	int abort_fd;       /* eventfd or pipe; readable: every call ends; -1: none */
	int wake_fd;        /* eventfd; readable: pw_imap_wait() ends; -1: none.  Neither
			       is read here, the owner does that. */
	int64_t connect_ms; /* connection, TLS and login together; 0: 30 s */
	int64_t io_ms;      /* longest silence within a command; 0: 60 s */
	int64_t renew_ms;   /* IDLE is renewed after; 0: 10 min (RFC 2177: < 29) */
};

/* Connect, log in and ask for capabilities.  secret is only used during the
   call.  On success *ret is owned by the caller. */
int pw_imap_open(struct pw_imap **ret, const struct pw_mailbox_config *mailbox,
		 const struct pw_secret *secret, const struct pw_imap_options *options,
		 struct pw_err *err) PW_MUST_CHECK;
/* Say LOGOUT when the session is sound (waits a second at most), then close.
   NULL allowed. */
void pw_imap_close(struct pw_imap *imap);
PW_DEFINE_FREEP(struct pw_imap, pw_imap_close)

bool pw_imap_has_idle(const struct pw_imap *imap);
/* A word of the server's capabilities, such as "MOVE". */
bool pw_imap_has_capability(const struct pw_imap *imap, const char *name);

struct pw_imap_folder {
	uint32_t uidvalidity; /* a change means that every UID known is void */
	uint32_t uidnext;     /* 0: the server did not say */
	uint32_t exists;      /* messages in it */
	bool keeps_keyword;   /* $Poachwatch can be stored */
	bool is_read_only;    /* nothing can be acknowledged */
};

/* Open the mailbox's folder for reading and writing. */
int pw_imap_select(struct pw_imap *imap, struct pw_imap_folder *ret,
		   struct pw_err *err) PW_MUST_CHECK;

enum pw_imap_state {
	PW_IMAP_WHOLE,     /* raw holds the message */
	PW_IMAP_TOO_LARGE, /* over max_message_bytes: no raw, or the first part only */
	PW_IMAP_TOO_OLD,   /* received before the limit given: no raw */
	PW_IMAP_REFUSED,   /* the server says NO or NIL to it, now: no raw */
};

struct pw_imap_message {
	uint32_t uid;
	int64_t received_ms; /* INTERNALDATE, since 1970; -1: not known */
	uint64_t size;       /* as the server says */
	enum pw_imap_state state;
	char *raw; /* owned; NULL or raw_len bytes (a NUL follows) */
	size_t raw_len;
};

/* Begin to read messages with a UID above after_uid, in ascending order;
   those received before oldest_ms (INT64_MIN: none) come as TOO_OLD without
   their text.  Ends an iteration that is under way. */
int pw_imap_fetch_begin(struct pw_imap *imap, uint32_t after_uid, int64_t oldest_ms,
			struct pw_err *err) PW_MUST_CHECK;
/* The next message: 1 and *ret filled (pw_imap_message_done() by the caller),
   0 at the end, -1 on errors.  Messages that vanished meanwhile are left out.
   Held at a time: one batch of at most 2 MB, or one larger message. */
int pw_imap_fetch_next(struct pw_imap *imap, struct pw_imap_message *ret,
		       struct pw_err *err) PW_MUST_CHECK;
void pw_imap_message_done(struct pw_imap_message *message);

/* Mark messages as decided: \Seen and, where it is kept, $Poachwatch; then
   move them if the mailbox says `after: move` (UID MOVE, or COPY and
   EXPUNGE; the folder is created).  Vanished UIDs are no error.  Legal
   between two calls of pw_imap_fetch_next(). */
int pw_imap_ack(struct pw_imap *imap, const uint32_t *uids, size_t n,
		struct pw_err *err) PW_MUST_CHECK;

enum pw_imap_news {
	PW_IMAP_NEWS,    /* something changed: fetch */
	PW_IMAP_TIMEOUT, /* nothing in timeout_ms */
	PW_IMAP_WOKEN,   /* wake_fd became readable */
};

/* Wait for news: with IDLE, renewed in time, or else by NOOP each poll_ms of
   the mailbox. */
int pw_imap_wait(struct pw_imap *imap, int64_t timeout_ms, enum pw_imap_news *ret,
		 struct pw_err *err) PW_MUST_CHECK;

#endif
