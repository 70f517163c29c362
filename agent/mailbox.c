/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox.c - the thread of one mailbox. */
#include "agent/mailbox.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/queue.h"
#include "agent/secret/secret.h"

#define AHEAD_BYTES  ((size_t)16 << 20) /* handed over and not committed yet */
#define MESSAGE_COST ((size_t)8 << 10)  /* of a message besides its bytes */
#define SESSION_HELD 60000              /* one that lasted this long was sound */
#define ACK_BATCH    500
#define ACK_EARLY    100    /* while mail still comes in, fewer can wait */
#define REFUSED_MS   600000 /* until marks that were refused are tried again */

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

/* What one connection knows. */
struct session {
	struct pw_mailbox *mailbox;
	struct pw_imap *imap;
	struct pw_imap_folder folder;
	uint32_t after_uid;
	int64_t oldest_ms;
	struct pw_err refusal; /* of marks; PW_OK: they are taken */
	int64_t retry_ms;      /* monotonic; then the session ends, to try again */
};

static const int pauses_ms[] = { 1000,  2000,  5000,   10000, 20000,
				 40000, 60000, 120000, 300000 };
static const int auth_pauses_ms[] = { 5000, 10000, 30000, 60000, 300000 };

static int64_t now_ms(void)
{
	return pw_monotonic_ms(&pw_clock_real);
}

static void set_busy(struct pw_mailbox *mailbox, bool is_busy)
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

static struct pw_mail_event *new_event(const struct session *session,
				       enum pw_mail_event_kind kind)
{
	struct pw_mail_event *event = pw_alloc(1, sizeof *event);

	event->kind = kind;
	event->uidvalidity = session ? session->folder.uidvalidity : 0;
	return event;
}

static void push(struct pw_mailbox *mailbox, struct pw_mail_event *event, size_t cost)
{
	if (cost > 0)
		set_busy(mailbox, false); /* waiting for room is no stall of ours */
	if (!pw_queue_push(mailbox->events, event, cost))
		pw_mail_event_free(event);
	set_busy(mailbox, true);
}

static size_t cost_of(size_t raw_len)
{
	return raw_len + MESSAGE_COST;
}

/* Take what is to be acknowledged, if that is at least this many; the caller
   frees it. */
static uint32_t *take_acks(const struct session *session, size_t at_least, size_t *ret_n)
{
	struct pw_mailbox *mailbox = session->mailbox;
	uint32_t *uids = NULL;

	*ret_n = 0;
	pthread_mutex_lock(&mailbox->lock);
	if (mailbox->n_acks < at_least) {
		pthread_mutex_unlock(&mailbox->lock);
		return NULL;
	}
	if (mailbox->acks_uidvalidity == session->folder.uidvalidity) {
		uids = mailbox->acks;
		*ret_n = mailbox->n_acks;
		mailbox->acks = NULL;
		mailbox->acks_cap = 0;
	}
	mailbox->n_acks = 0;
	pthread_mutex_unlock(&mailbox->lock);
	return uids;
}

static int ack_batch(struct session *session, const uint32_t *uids, size_t n,
		     struct pw_err *err)
{
	struct pw_mail_event *event;

	if (pw_imap_ack(session->imap, uids, n, err) < 0)
		return -1;
	event = new_event(session, PW_MAIL_ACKED);
	event->uids = pw_alloc(n, sizeof *event->uids);
	memcpy(event->uids, uids, n * sizeof *uids);
	event->n_uids = n;
	push(session->mailbox, event, 0);
	return 0;
}

/* A server that refuses marks (a right that is missing, a folder that cannot be
   made) is read none the less. */
static int note_refusal(struct session *session, struct pw_err *err)
{
	struct pw_mail_event *event;

	if (err->code != PW_EREFUSED)
		return -1;
	session->refusal = *err;
	session->retry_ms = now_ms() + REFUSED_MS;
	*err = (struct pw_err)PW_ERR_INIT;
	event = new_event(session, PW_MAIL_NOT_ACKED);
	event->err = session->refusal;
	push(session->mailbox, event, 0);
	return 0;
}

/* What fails here is in the store still and comes again after the next OPENED. */
static int flush_acks(struct session *session, size_t at_least, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) uint32_t *uids = NULL;
	size_t n, at, step;

	uids = take_acks(session, at_least, &n);
	if (session->folder.is_read_only || session->refusal.code != PW_OK)
		return 0;
	for (at = 0; at < n; at += step) {
		step = n - at < ACK_BATCH ? n - at : ACK_BATCH;
		if (ack_batch(session, uids + at, step, err) < 0)
			return note_refusal(session, err);
	}
	return 0;
}

static bool is_aborted(struct pw_mailbox *mailbox)
{
	bool yes;

	pthread_mutex_lock(&mailbox->lock);
	yes = mailbox->is_aborted;
	pthread_mutex_unlock(&mailbox->lock);
	return yes;
}

static bool is_finishing(struct pw_mailbox *mailbox)
{
	bool yes;

	pthread_mutex_lock(&mailbox->lock);
	yes = mailbox->is_finishing || mailbox->is_aborted;
	pthread_mutex_unlock(&mailbox->lock);
	return yes;
}

/* Tell that the folder is open, and wait to be told where to go on. */
static int ask_where(struct session *session, struct pw_err *err)
{
	struct pw_mailbox *mailbox = session->mailbox;
	struct pw_mail_event *event = new_event(session, PW_MAIL_OPENED);
	bool has_answer;

	event->is_read_only = session->folder.is_read_only;
	pthread_mutex_lock(&mailbox->lock);
	mailbox->has_answer = false;
	pthread_mutex_unlock(&mailbox->lock);
	push(mailbox, event, 0);
	set_busy(mailbox, false);
	pthread_mutex_lock(&mailbox->lock);
	while (!mailbox->has_answer && !mailbox->is_aborted && !mailbox->is_finishing)
		pthread_cond_wait(&mailbox->changed, &mailbox->lock);
	has_answer = mailbox->has_answer;
	session->after_uid = mailbox->after_uid;
	session->oldest_ms = mailbox->oldest_ms;
	pthread_mutex_unlock(&mailbox->lock);
	set_busy(mailbox, true);
	return has_answer ? 0 : pw_err_set(err, PW_ECANCELED, "asked to stop");
}

static int open_session(struct session *session, struct pw_err *err)
{
	struct pw_mailbox *mailbox = session->mailbox;
	const struct pw_imap_options options = { .abort_fd = mailbox->abort_fd,
						 .wake_fd = mailbox->wake_fd };
	struct pw_secret secret = { 0 };
	int r = pw_secret_get(&secret, &mailbox->config->login, mailbox->abort_fd, err);

	if (r == 0)
		r = pw_imap_open(&session->imap, mailbox->config, &secret, &options, err);
	pw_secret_done(&secret);
	if (r < 0 || pw_imap_select(session->imap, &session->folder, err) < 0)
		return -1;
	return ask_where(session, err);
}

/* Hand over everything that is new; acknowledge between batches. */
static int drain(struct session *session, struct pw_err *err)
{
	struct pw_mail_event *event;
	struct pw_imap_message message;
	int r;

	if (pw_imap_fetch_begin(session->imap, session->after_uid, session->oldest_ms,
				err) < 0)
		return -1;
	while ((r = pw_imap_fetch_next(session->imap, &message, err)) > 0) {
		event = new_event(session, PW_MAIL_MESSAGE);
		event->message = message;
		session->after_uid = message.uid;
		push(session->mailbox, event, cost_of(message.raw_len));
		if (is_finishing(session->mailbox))
			return pw_err_set(err, PW_ECANCELED, "asked to stop");
		if (flush_acks(session, ACK_EARLY, err) < 0)
			return -1;
	}
	if (r < 0)
		return -1;
	push(session->mailbox, new_event(session, PW_MAIL_CAUGHT_UP), 0);
	return flush_acks(session, 1, err);
}

static void clear_wake(const struct pw_mailbox *mailbox)
{
	uint64_t count;

	if (read(mailbox->wake_fd, &count, sizeof count) < 0) {
		/* was not set */
	}
}

static int64_t patience_ms(const struct session *session)
{
	int64_t left = session->retry_ms - now_ms();

	if (session->refusal.code == PW_OK)
		return INT_MAX;
	return left > 0 ? left : 0;
}

/* Until there is news; 0, or -1 when the session is over. */
static int wait_for_news(struct session *session, struct pw_err *err)
{
	struct pw_mailbox *mailbox = session->mailbox;
	enum pw_imap_news news = PW_IMAP_TIMEOUT;
	int r;

	while (news != PW_IMAP_NEWS) {
		int64_t patience = patience_ms(session);

		if (patience == 0) {
			*err = session->refusal;
			return -1;
		}
		set_busy(mailbox, false);
		r = pw_imap_wait(session->imap, patience, &news, err);
		set_busy(mailbox, true);
		if (r < 0)
			return -1;
		clear_wake(mailbox);
		if (flush_acks(session, 1, err) < 0)
			return -1;
		if (is_finishing(mailbox))
			return pw_err_set(err, PW_ECANCELED, "asked to stop");
	}
	return 0;
}

static void close_session(struct session *session)
{
	pw_imap_close(session->imap);
	session->imap = NULL;
}

/* One connection from beginning to end; err says why it ended. */
static void hold_session(struct pw_mailbox *mailbox, struct pw_err *err)
{
	struct session session = { .mailbox = mailbox };
	struct pw_err ignored = PW_ERR_INIT;
	int r = open_session(&session, err);

	while (r == 0) {
		r = drain(&session, err);
		if (r == 0)
			r = wait_for_news(&session, err);
	}
	/* Asked to finish, not broken: what is committed is still marked. */
	if (err->code == PW_ECANCELED && session.imap && !is_aborted(mailbox))
		if (flush_acks(&session, 1, &ignored) < 0)
			session.folder.is_read_only = true;
	/* --once has nobody who would try again. */
	if (err->code == PW_ECANCELED && mailbox->is_once &&
	    session.refusal.code != PW_OK)
		*err = session.refusal;
	close_session(&session);
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

	set_busy(mailbox, false);
	while ((left = until - now_ms()) > 0 && !is_finishing(mailbox)) {
		if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			clear_wake(mailbox);
	}
	set_busy(mailbox, true);
}

static void tell_failure(struct pw_mailbox *mailbox, const struct pw_err *why,
			 int64_t pause_ms)
{
	struct pw_mail_event *event = new_event(NULL, PW_MAIL_FAILED);

	event->err = *why;
	event->pause_ms = pause_ms;
	push(mailbox, event, 0);
}

static void *run(void *argument)
{
	struct pw_mailbox *mailbox = argument;
	size_t n_failures = 0;

	while (!is_finishing(mailbox)) {
		struct pw_err err = PW_ERR_INIT;
		int64_t began = now_ms(), pause;

		set_busy(mailbox, true);
		hold_session(mailbox, &err);
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
	push(mailbox, new_event(NULL, PW_MAIL_ENDED), 0);
	set_busy(mailbox, false);
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
	pw_queue_release(mailbox->events, cost_of(raw_len));
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
