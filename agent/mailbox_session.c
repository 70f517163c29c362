/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox_session.c - one connection of a mailbox, from beginning to end. */
#include "agent/mailbox_internal.h"

#include <limits.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/secret/secret.h"

#define ACK_BATCH  500
#define ACK_EARLY  100    /* while mail still comes in, fewer can wait */
#define REFUSED_MS 600000 /* until marks that were refused are tried again */

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

static int64_t now_ms(void)
{
	return pw_monotonic_ms(&pw_clock_real);
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
	event = pw_mail_event_new(PW_MAIL_ACKED, session->folder.uidvalidity);
	event->uids = pw_alloc(n, sizeof *event->uids);
	memcpy(event->uids, uids, n * sizeof *uids);
	event->n_uids = n;
	pw_mailbox_push(session->mailbox, event, 0);
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
	event = pw_mail_event_new(PW_MAIL_NOT_ACKED, session->folder.uidvalidity);
	event->err = session->refusal;
	pw_mailbox_push(session->mailbox, event, 0);
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

/* Tell that the folder is open, and wait to be told where to go on. */
static int ask_where(struct session *session, struct pw_err *err)
{
	struct pw_mailbox *mailbox = session->mailbox;
	struct pw_mail_event *event =
		pw_mail_event_new(PW_MAIL_OPENED, session->folder.uidvalidity);
	bool has_answer;

	event->is_read_only = session->folder.is_read_only;
	pthread_mutex_lock(&mailbox->lock);
	mailbox->has_answer = false;
	pthread_mutex_unlock(&mailbox->lock);
	pw_mailbox_push(mailbox, event, 0);
	pw_mailbox_set_busy(mailbox, false);
	pthread_mutex_lock(&mailbox->lock);
	while (!mailbox->has_answer && !mailbox->is_aborted && !mailbox->is_finishing)
		pthread_cond_wait(&mailbox->changed, &mailbox->lock);
	has_answer = mailbox->has_answer;
	session->after_uid = mailbox->after_uid;
	session->oldest_ms = mailbox->oldest_ms;
	pthread_mutex_unlock(&mailbox->lock);
	pw_mailbox_set_busy(mailbox, true);
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
		event = pw_mail_event_new(PW_MAIL_MESSAGE, session->folder.uidvalidity);
		event->message = message;
		session->after_uid = message.uid;
		pw_mailbox_push(session->mailbox, event,
				pw_mailbox_cost_of(message.raw_len));
		if (pw_mailbox_is_finishing(session->mailbox))
			return pw_err_set(err, PW_ECANCELED, "asked to stop");
		if (flush_acks(session, ACK_EARLY, err) < 0)
			return -1;
	}
	if (r < 0)
		return -1;
	pw_mailbox_push(session->mailbox,
			pw_mail_event_new(PW_MAIL_CAUGHT_UP, session->folder.uidvalidity),
			0);
	return flush_acks(session, 1, err);
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
		pw_mailbox_set_busy(mailbox, false);
		r = pw_imap_wait(session->imap, patience, &news, err);
		pw_mailbox_set_busy(mailbox, true);
		if (r < 0)
			return -1;
		pw_mailbox_clear_wake(mailbox);
		if (flush_acks(session, 1, err) < 0)
			return -1;
		if (pw_mailbox_is_finishing(mailbox))
			return pw_err_set(err, PW_ECANCELED, "asked to stop");
	}
	return 0;
}

static void close_session(struct session *session)
{
	pw_imap_close(session->imap);
	session->imap = NULL;
}

void pw_mailbox_hold_session(struct pw_mailbox *mailbox, struct pw_err *err)
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
	if (err->code == PW_ECANCELED && session.imap && !pw_mailbox_is_aborted(mailbox))
		if (flush_acks(&session, 1, &ignored) < 0)
			session.folder.is_read_only = true;
	/* --once has nobody who would try again. */
	if (err->code == PW_ECANCELED && mailbox->is_once &&
	    session.refusal.code != PW_OK)
		*err = session.refusal;
	close_session(&session);
}
