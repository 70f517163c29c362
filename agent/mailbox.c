/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox.c - the thread of one mailbox. */
#include "agent/mailbox_internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/base/clock.h"

#define AHEAD_BYTES  ((size_t)16 << 20) /* handed over and not committed yet */
#define MESSAGE_COST ((size_t)8 << 10)  /* of a message besides its bytes */
#define SESSION_HELD 60000              /* one that lasted this long was sound */

static const int pauses_ms[] = { 1000,  2000,  5000,   10000, 20000,
				 40000, 60000, 120000, 300000 };
static const int auth_pauses_ms[] = { 5000, 10000, 30000, 60000, 300000 };

static int64_t now_ms(void)
{
	return pw_monotonic_ms(&pw_clock_real);
}

void pw_mailbox_set_busy(struct pw_mailbox *mailbox, bool is_busy)
{
	atomic_store(&mailbox->busy_since, is_busy ? now_ms() : 0);
}

void pw_mail_event_free(struct pw_mail_event *event)
{
	if (!event)
		return;
	pw_imap_message_done(&event->message);
	free(event->uids);
	free(event);
}

static void free_event(void *item)
{
	pw_mail_event_free(item);
}

struct pw_mail_event *pw_mail_event_new(enum pw_mail_event_kind kind,
					uint32_t uidvalidity)
{
	struct pw_mail_event *event = pw_alloc(1, sizeof *event);

	event->kind = kind;
	event->uidvalidity = uidvalidity;
	return event;
}

void pw_mailbox_push(struct pw_mailbox *mailbox, struct pw_mail_event *event, size_t cost)
{
	/* Waiting for room is no stall of ours. */
	if (cost > 0)
		pw_mailbox_set_busy(mailbox, false);
	if (!pw_queue_push(mailbox->events, event, cost))
		pw_mail_event_free(event);
	pw_mailbox_set_busy(mailbox, true);
}

size_t pw_mailbox_cost_of(size_t raw_len)
{
	return raw_len + MESSAGE_COST;
}

bool pw_mailbox_is_aborted(struct pw_mailbox *mailbox)
{
	bool yes;

	pthread_mutex_lock(&mailbox->lock);
	yes = mailbox->is_aborted;
	pthread_mutex_unlock(&mailbox->lock);
	return yes;
}

bool pw_mailbox_is_finishing(struct pw_mailbox *mailbox)
{
	bool yes;

	pthread_mutex_lock(&mailbox->lock);
	yes = mailbox->is_finishing || mailbox->is_aborted;
	pthread_mutex_unlock(&mailbox->lock);
	return yes;
}

void pw_mailbox_clear_wake(const struct pw_mailbox *mailbox)
{
	uint64_t count;

	if (read(mailbox->wake_fd, &count, sizeof count) < 0) {
		/* was not set */
	}
}

static int64_t pause_after(const struct pw_err *err, size_t n_failures)
{
	size_t n = n_failures;

	if (err->code == PW_EAUTH || err->code == PW_ECONFIG) {
		n = n < PW_ARRAY_LEN(auth_pauses_ms) ? n
						     : PW_ARRAY_LEN(auth_pauses_ms) - 1;
		return auth_pauses_ms[n];
	}
	n = n < PW_ARRAY_LEN(pauses_ms) ? n : PW_ARRAY_LEN(pauses_ms) - 1;
	return pauses_ms[n];
}

/* Sleep until the pause is over or somebody wants us to end. */
static void take_pause(struct pw_mailbox *mailbox, int64_t pause_ms)
{
	struct pollfd fds[2] = { { mailbox->abort_fd, POLLIN, 0 },
				 { mailbox->wake_fd, POLLIN, 0 } };
	int64_t until = now_ms() + pause_ms, left;

	pw_mailbox_set_busy(mailbox, false);
	while ((left = until - now_ms()) > 0 && !pw_mailbox_is_finishing(mailbox)) {
		if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			pw_mailbox_clear_wake(mailbox);
	}
	pw_mailbox_set_busy(mailbox, true);
}

static void tell_failure(struct pw_mailbox *mailbox, const struct pw_err *why,
			 int64_t pause_ms)
{
	struct pw_mail_event *event = pw_mail_event_new(PW_MAIL_FAILED, 0);

	event->err = *why;
	event->pause_ms = pause_ms;
	pw_mailbox_push(mailbox, event, 0);
}

static void *run(void *argument)
{
	struct pw_mailbox *mailbox = argument;
	size_t n_failures = 0;

	while (!pw_mailbox_is_finishing(mailbox)) {
		struct pw_err err = PW_ERR_INIT;
		int64_t began = now_ms(), pause;

		pw_mailbox_set_busy(mailbox, true);
		pw_mailbox_hold_session(mailbox, &err);
		if (err.code == PW_ECANCELED)
			break;
		if (now_ms() - began >= SESSION_HELD)
			n_failures = 0;
		pause = pause_after(&err, n_failures++);
		tell_failure(mailbox, &err, mailbox->is_once ? -1 : pause);
		if (mailbox->is_once)
			break;
		take_pause(mailbox, pause);
	}
	pw_mailbox_push(mailbox, pw_mail_event_new(PW_MAIL_ENDED, 0), 0);
	pw_mailbox_set_busy(mailbox, false);
	return NULL;
}

int pw_mailbox_start(struct pw_mailbox **ret, const struct pw_mailbox_config *config,
		     bool is_once, struct pw_err *err)
{
	struct pw_mailbox *mailbox = pw_alloc(1, sizeof *mailbox);
	int r;

	mailbox->config = config;
	mailbox->is_once = is_once;
	mailbox->events = pw_queue_new(AHEAD_BYTES, free_event);
	mailbox->abort_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	mailbox->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&mailbox->lock, NULL);
	pthread_cond_init(&mailbox->changed, NULL);
	r = mailbox->abort_fd < 0 || mailbox->wake_fd < 0
		    ? errno
		    : pthread_create(&mailbox->thread, NULL, run, mailbox);
	if (r == 0) {
		*ret = mailbox;
		return 0;
	}
	mailbox->is_aborted = true; /* nothing to join */
	pw_closep(&mailbox->abort_fd);
	pw_closep(&mailbox->wake_fd);
	pw_queue_free(mailbox->events);
	free(mailbox);
	errno = r;
	return pw_err_errno(err, PW_EIO, "cannot start the thread of mailbox '%s'",
			    config->name);
}

static void set_eventfd(int fd)
{
	const uint64_t one = 1;

	if (write(fd, &one, sizeof one) < 0) {
		/* set already */
	}
}

void pw_mailbox_free(struct pw_mailbox *mailbox)
{
	if (!mailbox)
		return;
	pthread_mutex_lock(&mailbox->lock);
	mailbox->is_aborted = true;
	pthread_cond_broadcast(&mailbox->changed);
	pthread_mutex_unlock(&mailbox->lock);
	set_eventfd(mailbox->abort_fd);
	pw_queue_close(mailbox->events);
	pthread_join(mailbox->thread, NULL);
	pw_queue_free(mailbox->events);
	close(mailbox->abort_fd);
	close(mailbox->wake_fd);
	pthread_cond_destroy(&mailbox->changed);
	pthread_mutex_destroy(&mailbox->lock);
	free(mailbox->acks);
	free(mailbox);
}

const struct pw_mailbox_config *pw_mailbox_config(const struct pw_mailbox *mailbox)
{
	return mailbox->config;
}

int pw_mailbox_fd(const struct pw_mailbox *mailbox)
{
	return pw_queue_fd(mailbox->events);
}

struct pw_mail_event *pw_mailbox_event(struct pw_mailbox *mailbox)
{
	return pw_queue_pop(mailbox->events);
}

void pw_mailbox_release(struct pw_mailbox *mailbox, size_t raw_len)
{
	pw_queue_release(mailbox->events, pw_mailbox_cost_of(raw_len));
}

void pw_mailbox_answer(struct pw_mailbox *mailbox, uint32_t after_uid, int64_t oldest_ms)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->after_uid = after_uid;
	mailbox->oldest_ms = oldest_ms;
	mailbox->has_answer = true;
	pthread_cond_broadcast(&mailbox->changed);
	pthread_mutex_unlock(&mailbox->lock);
}

void pw_mailbox_ack(struct pw_mailbox *mailbox, uint32_t uidvalidity, uint32_t uid)
{
	pthread_mutex_lock(&mailbox->lock);
	if (uidvalidity != mailbox->acks_uidvalidity)
		mailbox->n_acks = 0;
	mailbox->acks_uidvalidity = uidvalidity;
	if (mailbox->n_acks == mailbox->acks_cap) {
		mailbox->acks_cap = mailbox->acks_cap ? mailbox->acks_cap * 2 : 64;
		mailbox->acks = pw_realloc(mailbox->acks, mailbox->acks_cap,
					   sizeof *mailbox->acks);
	}
	mailbox->acks[mailbox->n_acks++] = uid;
	pthread_mutex_unlock(&mailbox->lock);
}

void pw_mailbox_wake(struct pw_mailbox *mailbox)
{
	set_eventfd(mailbox->wake_fd);
}

void pw_mailbox_finish(struct pw_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->is_finishing = true;
	pthread_cond_broadcast(&mailbox->changed);
	pthread_mutex_unlock(&mailbox->lock);
	set_eventfd(mailbox->wake_fd);
}

int64_t pw_mailbox_busy_since(const struct pw_mailbox *mailbox)
{
	return atomic_load(&mailbox->busy_since);
}
