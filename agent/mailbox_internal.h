/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox_internal.h - private to a mailbox: its state, and which file does what.
 *
 *   mailbox.c          the thread, its pauses, and what the main thread asks of it
 *   mailbox_session.c  one connection: open, drain, wait, acknowledge
 */
#ifndef PW_MAILBOX_INTERNAL_H
#define PW_MAILBOX_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "agent/mailbox.h"
#include "agent/queue.h"

struct pw_mailbox {
	const struct pw_mailbox_config *config;
	bool is_once;
	pthread_t thread;
	struct pw_queue *events;
	int abort_fd, wake_fd;
	atomic_llong busy_since;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_finishing, is_aborted;
	bool has_answer;
	uint32_t after_uid;
	int64_t oldest_ms;
	uint32_t *acks; /* to be marked on the server */
	size_t n_acks, acks_cap;
	uint32_t acks_uidvalidity;
};

/* An event of the session with that UIDVALIDITY, 0: of none. */
struct pw_mail_event *pw_mail_event_new(enum pw_mail_event_kind kind,
					uint32_t uidvalidity);
/* Hand it over; one that costs room waits for it. */
void pw_mailbox_push(struct pw_mailbox *mailbox, struct pw_mail_event *event,
		     size_t cost);
/* What a message costs there. */
size_t pw_mailbox_cost_of(size_t raw_len);
void pw_mailbox_set_busy(struct pw_mailbox *mailbox, bool is_busy);
bool pw_mailbox_is_aborted(struct pw_mailbox *mailbox);
bool pw_mailbox_is_finishing(struct pw_mailbox *mailbox);
void pw_mailbox_clear_wake(const struct pw_mailbox *mailbox);

/* One connection from beginning to end; err says why it ended. */
void pw_mailbox_hold_session(struct pw_mailbox *mailbox, struct pw_err *err);

#endif
