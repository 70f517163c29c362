/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox.h - one watched mailbox: a thread that connects, fetches, waits and
 * acknowledges, for ever.
 *
 * The thread never judges and never writes to the store: it hands raw
 * messages to the main thread as events and is told what is committed.  It
 * decides alone when to connect again: a pause that grows from a second to
 * five minutes, and starts small again after a session that held.
 */
#ifndef PW_MAILBOX_H
#define PW_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/config/config.h"
#include "agent/imap/imap.h"

enum pw_mail_event_kind {
	PW_MAIL_OPENED,    /* folder open; the thread waits for pw_mailbox_answer() */
	PW_MAIL_MESSAGE,   /* one message */
	PW_MAIL_CAUGHT_UP, /* everything there has been handed over */
	PW_MAIL_ACKED,     /* these are marked on the server */
	PW_MAIL_NOT_ACKED, /* it refuses marks; it is read on */
	PW_MAIL_FAILED,    /* session lost; it will connect again after pause_ms */
	PW_MAIL_ENDED,     /* the thread is gone; the last event */
};

struct pw_mail_event {
	enum pw_mail_event_kind kind;
	uint32_t uidvalidity;
	bool is_read_only;              /* OPENED: nothing can be acknowledged */
	struct pw_imap_message message; /* MESSAGE */
	uint32_t *uids;                 /* ACKED; owned */
	size_t n_uids;
	struct pw_err err; /* FAILED, NOT_ACKED */
	int64_t pause_ms;  /* FAILED: until the next try, -1: none */
};
void pw_mail_event_free(struct pw_mail_event *event);

struct pw_mailbox;

/* Start the thread.  config is borrowed until pw_mailbox_free().  is_once:
   one session that ends by itself when it is drained, without trying again. */
int pw_mailbox_start(struct pw_mailbox **ret, const struct pw_mailbox_config *config,
		     bool is_once, struct pw_err *err) PW_MUST_CHECK;
/* Ends the thread at once and joins it; events not taken are dropped. */
void pw_mailbox_free(struct pw_mailbox *mailbox);
PW_DEFINE_FREEP(struct pw_mailbox, pw_mailbox_free)

const struct pw_mailbox_config *pw_mailbox_config(const struct pw_mailbox *mailbox);
/* Readable while there are events. */
int pw_mailbox_fd(const struct pw_mailbox *mailbox);
/* The next event, NULL: none; the caller frees it. */
struct pw_mail_event *pw_mailbox_event(struct pw_mailbox *mailbox);

/* After OPENED: where to go on. */
void pw_mailbox_answer(struct pw_mailbox *mailbox, uint32_t after_uid, int64_t oldest_ms);
/* A message (or one that was passed over) needs no memory any more. */
void pw_mailbox_release(struct pw_mailbox *mailbox, size_t raw_len);
/* Mark it on the server, soon; a UID of another UIDVALIDITY is forgotten. */
void pw_mailbox_ack(struct pw_mailbox *mailbox, uint32_t uidvalidity, uint32_t uid);
/* Flush the acknowledgements now. */
void pw_mailbox_wake(struct pw_mailbox *mailbox);
/* Flush what is to be acknowledged, log out, end; what takes too long is
   ended by pw_mailbox_free(). */
void pw_mailbox_finish(struct pw_mailbox *mailbox);
/* Since when it has been at work without a pause (milliseconds of the
   monotonic clock); 0: it waits.  For the watchdog. */
int64_t pw_mailbox_busy_since(const struct pw_mailbox *mailbox);

#endif
