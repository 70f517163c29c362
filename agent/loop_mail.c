/* SPDX-License-Identifier: Apache-2.0 */
/* loop_mail.c - the threads of the mailboxes and the sender, as the loop hears them. */
#include <inttypes.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/log/log.h"
#include "agent/loop_internal.h"

#define EVENTS_MAX     256 /* of one mailbox in one round */
#define UNACKED_MAX    100000
#define OK_EVERY_MS    60000
#define ARENA_BYTES    ((size_t)8 << 20)
#define SENDER_WAIT_MS 3000 /* at a reload */
#define SENDER_END_MS  4000 /* since the agent was told to end; 5 s are allowed */
#define ANSWER_MIN_MS  2000 /* while the store cannot be written; doubles */
#define ANSWER_MAX_MS  60000

/* --- start and stop ------------------------------------------------------ */

int pw_loop_start_mail(struct pw_loop *loop, struct pw_err *err)
{
	size_t i, n = loop->config->n_mailboxes;

	if (pw_sender_start(&loop->sender, &loop->config->smtp, err) < 0)
		return -1;
	loop->watched = pw_alloc(n, sizeof *loop->watched);
	for (i = 0; i < n; i++, loop->n_watched++)
		if (pw_mailbox_start(&loop->watched[i].mailbox,
				     &loop->config->mailboxes[i], loop->options->is_once,
				     err) < 0)
			return -1;
	return 0;
}

/* A dialogue that is nearly through is let through, so that its mail is not
   sent twice.  The time that a reload spends here counts when the agent is told
   to end meanwhile. */
static void let_sender_finish(struct pw_loop *loop)
{
	int64_t until = loop->is_stopping ? loop->stop_ms + SENDER_END_MS
					  : pw_monotonic_ms(loop->clock) + SENDER_WAIT_MS;
	int64_t left;
	struct pw_sending *sending;

	while (pw_sender_n_pending(loop->sender) > 0 &&
	       (left = until - pw_monotonic_ms(loop->clock)) > 0) {
		struct pollfd fds[2] = { { pw_sender_fd(loop->sender), POLLIN, 0 },
					 { loop->signal_fd, POLLIN, 0 } };

		if (poll(fds, 2, (int)left) <= 0)
			return;
		if (fds[1].revents)
			pw_loop_take_signals(loop);
		while ((sending = pw_sender_result(loop->sender)) != NULL)
			pw_outbox_result(loop->outbox, sending);
	}
}

void pw_loop_stop_mail(struct pw_loop *loop)
{
	size_t i;

	if (loop->sender)
		let_sender_finish(loop);
	for (i = 0; i < loop->n_watched; i++)
		pw_mailbox_free(loop->watched[i].mailbox);
	free(loop->watched);
	loop->watched = NULL;
	loop->n_watched = 0;
	pw_sender_free(loop->sender);
	loop->sender = NULL;
	if (loop->outbox)
		pw_outbox_forget(loop->outbox);
}

void pw_loop_finish_mailboxes(struct pw_loop *loop)
{
	size_t i;

	for (i = 0; i < loop->n_watched; i++)
		if (!loop->watched[i].is_finishing) {
			loop->watched[i].is_finishing = true;
			pw_mailbox_finish(loop->watched[i].mailbox);
		}
}

bool pw_loop_all_caught_up(const struct pw_loop *loop)
{
	size_t i;

	for (i = 0; i < loop->n_watched; i++)
		if (!loop->watched[i].is_caught_up && !loop->watched[i].is_ended)
			return false;
	return true;
}

bool pw_loop_all_ended(const struct pw_loop *loop)
{
	size_t i;

	for (i = 0; i < loop->n_watched; i++)
		if (!loop->watched[i].is_ended)
			return false;
	return true;
}

/* --- what the pipeline tells --------------------------------------------- */

static struct pw_watched *find(const struct pw_loop *loop, const char *name)
{
	size_t i;

	for (i = 0; i < loop->n_watched; i++)
		if (pw_streq(pw_mailbox_config(loop->watched[i].mailbox)->name, name))
			return &loop->watched[i];
	return NULL;
}

void pw_loop_message_done(void *self, const char *mailbox, uint32_t uidvalidity,
			  uint32_t uid, size_t raw_len, bool is_to_be_acked)
{
	struct pw_watched *watched = find(self, mailbox);

	if (!watched)
		return;
	pw_mailbox_release(watched->mailbox, raw_len);
	if (!is_to_be_acked)
		return;
	pw_mailbox_ack(watched->mailbox, uidvalidity, uid);
	watched->has_acks = true;
}

void pw_loop_committed(void *self)
{
	struct pw_loop *loop = self;
	size_t i;

	loop->is_outbox_dirty = true;
	pw_loop_care_soon(loop);
	for (i = 0; i < loop->n_watched; i++) {
		loop->watched[i].answer_ms = 0; /* the store works */
		if (loop->watched[i].has_acks) {
			loop->watched[i].has_acks = false;
			pw_mailbox_wake(loop->watched[i].mailbox);
		}
	}
}

/* --- what a mailbox tells -------------------------------------------------- */

/* The row of a mailbox; one that is new begins now. */
static int load_row(struct pw_loop *loop, const char *name, struct pw_arena *arena,
		    struct pw_mailbox_row *ret, struct pw_err *err)
{
	struct pw_mailbox_row *row;

	if (pw_store_mailbox_get(loop->store, name, arena, &row, err) < 0)
		return -1;
	*ret = row ? *row
		   : (struct pw_mailbox_row){ .name = name,
					      .first_ms = pw_wall_ms(loop->clock) };
	return 0;
}

static int answer(struct pw_loop *loop, struct pw_watched *watched, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	const struct pw_mailbox_config *config = pw_mailbox_config(watched->mailbox);
	uint32_t uidvalidity = watched->asking_uidvalidity, *uids;
	struct pw_mailbox_row row;
	int64_t first_ms;
	size_t i, n;

	if (load_row(loop, config->name, arena, &row, err) < 0)
		return -1;
	if (row.uidvalidity && row.uidvalidity != uidvalidity)
		pw_log(PW_LOG_NOTICE,
		       "mailbox=%s UIDVALIDITY changed: every message is looked at again",
		       config->name);
	if (row.uidvalidity != uidvalidity)
		row.last_uid = 0;
	row.uidvalidity = uidvalidity;
	if (pw_store_mailbox_put(loop->store, &row, err) < 0 ||
	    pw_store_unacked(loop->store, config->name, uidvalidity, UNACKED_MAX, arena,
			     &uids, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		pw_mailbox_ack(watched->mailbox, uidvalidity, uids[i]);
	/* A first look by a clock that was ahead must not make all mail too old. */
	first_ms = pw_wall_ms(loop->clock);
	if (row.first_ms < first_ms)
		first_ms = row.first_ms;
	pw_mailbox_answer(watched->mailbox, row.last_uid, first_ms - config->since_ms);
	return 0;
}

/* The pauses double: the log may lie on the disk that is full. */
static void put_answer_off(struct pw_loop *loop, struct pw_watched *watched)
{
	int64_t pause = watched->answer_pause_ms * 2;

	if (pause < ANSWER_MIN_MS)
		pause = ANSWER_MIN_MS;
	watched->answer_pause_ms = pause < ANSWER_MAX_MS ? pause : ANSWER_MAX_MS;
	watched->answer_ms = pw_monotonic_ms(loop->clock) + watched->answer_pause_ms;
}

static void try_answer(struct pw_loop *loop, struct pw_watched *watched)
{
	const char *name = pw_mailbox_config(watched->mailbox)->name;
	struct pw_err err = PW_ERR_INIT;

	if (answer(loop, watched, &err) == 0) {
		pw_log(PW_LOG_INFO, "mailbox=%s open, UIDVALIDITY %" PRIu32, name,
		       watched->asking_uidvalidity);
		if (watched->answer_pause_ms) /* the store kept it waiting */
			watched->silent_from_ms = pw_monotonic_ms(loop->clock);
		watched->is_asking = false;
		watched->answer_pause_ms = 0;
		return;
	}
	put_answer_off(loop, watched);
	pw_log(PW_LOG_ERROR, "mailbox=%s cannot go on: %s; trying again in %lld s", name,
	       err.msg, (long long)(watched->answer_pause_ms / 1000));
}

static bool is_answer_due(const struct pw_loop *loop, const struct pw_watched *watched)
{
	return watched->is_asking && pw_monotonic_ms(loop->clock) >= watched->answer_ms;
}

int64_t pw_loop_mail_timeout_ms(const struct pw_loop *loop)
{
	int64_t now = pw_monotonic_ms(loop->clock), least = -1;
	size_t i;

	for (i = 0; i < loop->n_watched; i++) {
		int64_t left = loop->watched[i].answer_ms - now;

		if (!loop->watched[i].is_asking)
			continue;
		if (left < 0)
			left = 0;
		if (least < 0 || left < least)
			least = left;
	}
	return least;
}

static void note_opened(struct pw_loop *loop, struct pw_watched *watched,
			const struct pw_mail_event *event)
{
	const char *name = pw_mailbox_config(watched->mailbox)->name;

	if (event->is_read_only)
		pw_log(PW_LOG_WARNING,
		       "mailbox=%s is read-only: messages cannot be marked", name);
	watched->is_asking = true;
	watched->asking_uidvalidity = event->uidvalidity;
	watched->is_heard = false;
	try_answer(loop, watched);
}

static void note_failure(struct pw_loop *loop, struct pw_watched *watched,
			 const struct pw_mail_event *event)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	const char *name = pw_mailbox_config(watched->mailbox)->name;
	struct pw_mailbox_row row;
	struct pw_err err = PW_ERR_INIT;

	watched->is_asking = false;
	watched->is_caught_up = false;
	if (event->pause_ms < 0) {
		pw_log(PW_LOG_ERROR, "mailbox=%s failed: %s", name, event->err.msg);
		loop->has_failed = true;
	} else {
		pw_log(PW_LOG_WARNING, "mailbox=%s failed: %s; trying again in %lld s",
		       name, event->err.msg, (long long)(event->pause_ms / 1000));
	}
	if (watched->failing_ms)
		return; /* said already, and in the store */
	watched->failing_ms = pw_wall_ms(loop->clock);
	watched->silent_from_ms = pw_monotonic_ms(loop->clock);
	pw_loop_care_soon(loop);
	if (loop->options->is_once) /* the hour may have passed over many runs */
		loop->care_ms = watched->silent_from_ms;
	if (load_row(loop, name, arena, &row, &err) < 0)
		return;
	/* It failed before the agent was restarted, too. */
	if (row.failing_ms && row.failing_ms < watched->failing_ms) {
		watched->silent_from_ms -= watched->failing_ms - row.failing_ms;
		watched->failing_ms = row.failing_ms;
	}
	row.failing_ms = watched->failing_ms;
	row.error = event->err.msg;
	if (pw_store_mailbox_put(loop->store, &row, &err) < 0)
		pw_log(PW_LOG_ERROR, "mailbox=%s: %s", name, err.msg);
}

static void write_ok(struct pw_loop *loop, struct pw_watched *watched)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_mailbox_row row;
	struct pw_err err = PW_ERR_INIT;

	watched->ok_written_ms = pw_monotonic_ms(loop->clock);
	if (load_row(loop, pw_mailbox_config(watched->mailbox)->name, arena, &row, &err) <
	    0)
		return;
	row.last_ok_ms = pw_wall_ms(loop->clock);
	row.failing_ms = 0;
	row.error = NULL;
	if (pw_store_mailbox_put(loop->store, &row, &err) < 0)
		pw_log(PW_LOG_ERROR, "mailbox=%s: %s", row.name, err.msg);
}

/* Only what comes out of it shows that a mailbox can be read: one that opens and
   then hands out nothing is as silent as one that is away. */
static void note_heard(struct pw_loop *loop, struct pw_watched *watched)
{
	if (watched->is_heard &&
	    pw_monotonic_ms(loop->clock) - watched->ok_written_ms < OK_EVERY_MS)
		return;
	watched->is_heard = true;
	watched->failing_ms = 0;
	write_ok(loop, watched);
}

static void note_caught_up(struct pw_loop *loop, struct pw_watched *watched)
{
	note_heard(loop, watched);
	if (!watched->is_caught_up) /* it is heard again: somebody may wait for that */
		loop->care_ms = pw_monotonic_ms(loop->clock);
	watched->is_caught_up = true;
}

/* Lost, it is asked for again after the next OPENED. */
static void note_acked(struct pw_loop *loop, const struct pw_watched *watched,
		       const struct pw_mail_event *event)
{
	struct pw_err err = PW_ERR_INIT;

	if (pw_store_acked(loop->store, pw_mailbox_config(watched->mailbox)->name,
			   event->uidvalidity, event->uids, event->n_uids, &err) < 0)
		pw_log(PW_LOG_WARNING, "acknowledgements not recorded: %s", err.msg);
}

static int take_event(struct pw_loop *loop, struct pw_watched *watched,
		      struct pw_mail_event *event, struct pw_err *err)
{
	switch (event->kind) {
	case PW_MAIL_OPENED:
		note_opened(loop, watched, event);
		return 0;
	case PW_MAIL_MESSAGE:
		note_heard(loop, watched);
		return pw_pipeline_take(loop->pipeline,
					pw_mailbox_config(watched->mailbox),
					event->uidvalidity, &event->message, err);
	case PW_MAIL_CAUGHT_UP:
		note_caught_up(loop, watched);
		return 0;
	case PW_MAIL_ACKED:
		note_acked(loop, watched, event);
		return 0;
	case PW_MAIL_NOT_ACKED:
		pw_log(PW_LOG_WARNING, "mailbox=%s %s; it is read on",
		       pw_mailbox_config(watched->mailbox)->name, event->err.msg);
		return 0;
	case PW_MAIL_FAILED:
		note_failure(loop, watched, event);
		return 0;
	case PW_MAIL_ENDED:
		watched->is_ended = true;
		return 0;
	}
	return 0;
}

int pw_loop_mail_events(struct pw_loop *loop, struct pw_err *err)
{
	size_t i, n;

	for (i = 0; i < loop->n_watched; i++) {
		struct pw_watched *watched = &loop->watched[i];
		struct pw_mail_event *event;

		if (is_answer_due(loop, watched))
			try_answer(loop, watched);
		for (n = 0; n < EVENTS_MAX; n++) {
			int r;

			event = pw_mailbox_event(watched->mailbox);
			if (!event)
				break;
			r = take_event(loop, watched, event, err);
			pw_mail_event_free(event);
			if (r < 0)
				return -1;
		}
	}
	return 0;
}
