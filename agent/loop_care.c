/* SPDX-License-Identifier: Apache-2.0 */
/* loop_care.c - what time brings, with nothing happening: at most two wake-ups a
   minute, and those only for the watchdog. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/cases/cases.h"
#include "agent/dead_letters.h"
#include "agent/digest.h"
#include "agent/log/log.h"
#include "agent/loop_internal.h"
#include "agent/notify/notify.h"
#include "agent/redraft.h"
#include "agent/retention.h"

#define HOUR_MS     (INT64_C(3600) * 1000)
#define STUCK_MS    (HOUR_MS / 4) /* a thread busy so long is not alive */
#define SOON_MS     60000
#define UPDATES_MAX 50    /* in one round */
#define EXPIRE_MAX  200   /* messages in one transaction */
#define NO_ROOM_MS  60000 /* until a mail that is due is tried again */
#define ARENA_BYTES ((size_t)64 << 20)

static void log_error(const char *what, const struct pw_err *err)
{
	pw_log(PW_LOG_ERROR, "%s: %s", what, err->msg);
}

/* --- updates of threads --------------------------------------------------- */

static int newest_message(struct pw_loop *loop, int64_t case_id, struct pw_arena *arena,
			  int64_t *ret, struct pw_err *err)
{
	const struct pw_message_filter filter = { .case_id = case_id };
	struct pw_message_row *rows;
	size_t n;

	if (pw_store_message_list(loop->store, &filter, 1, arena, &rows, &n, err) < 0)
		return -1;
	*ret = n ? rows[0].id : 0;
	return 0;
}

static int queue_update(struct pw_loop *loop, const struct pw_case_row *row,
			int64_t message_id, struct pw_err *err)
{
	const struct pw_post *post = pw_pipeline_post(loop->pipeline);
	struct pw_redraft redraft;
	char unique[64], header_id[PW_TAG_MAX];
	int64_t outbox_id = 0;
	int r = message_id ? pw_redraft_message(&redraft, post, loop->ruleset, message_id,
						true, err)
			   : 0;

	if (r < 0)
		return -1;
	if (r == 0) /* nothing left to tell: the thread owes nothing any more */
		return pw_case_mailed(loop->store, row->id, "updated", 0, NULL, NULL,
				      err);
	snprintf(unique, sizeof unique, "update-%" PRId64 "-%" PRId64, row->id,
		 message_id);
	if (row->mailed_ms)
		redraft.mail.kind = PW_ALERT_UPDATE;
	else /* held back when it was new */
		redraft.mail.kind =
			row->verdict == PW_VERDICT_ALERT ? PW_ALERT_NEW : PW_ALERT_REVIEW;
	redraft.mail.unique = unique;
	redraft.mail.case_id = row->id;
	redraft.mail.thread_id = row->thread_id;
	r = pw_alert_mail_queue(post, &redraft.mail, &outbox_id, header_id, err);
	pw_redraft_done(&redraft);
	if (r < 0)
		return -1;
	return pw_case_mailed(loop->store, row->id, "updated", outbox_id, header_id, NULL,
			      err);
}

static int update_case(struct pw_loop *loop, const struct pw_case_row *row,
		       struct pw_arena *arena, struct pw_err *err)
{
	int64_t message_id;

	if (pw_store_begin(loop->store, err) < 0)
		return -1;
	if (newest_message(loop, row->id, arena, &message_id, err) == 0 &&
	    queue_update(loop, row, message_id, err) == 0 &&
	    pw_store_commit(loop->store, err) == 0)
		return 0;
	pw_store_rollback(loop->store);
	return -1;
}

/* Mails of the last hour count against the cap, whatever they are. */
static int room_for_updates(struct pw_loop *loop, size_t *ret, struct pw_err *err)
{
	const int64_t max = loop->config->alerts.max_per_hour;
	int64_t n;

	if (pw_store_outbox_count(loop->store, NULL, pw_wall_ms(loop->clock) - HOUR_MS,
				  &n, err) < 0)
		return -1;
	*ret = n >= max ? 0 : (size_t)(max - n < UPDATES_MAX ? max - n : UPDATES_MAX);
	return 0;
}

static void send_updates(struct pw_loop *loop)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_case_row *rows;
	struct pw_err err = PW_ERR_INIT;
	size_t i, n = 0, room;

	if (room_for_updates(loop, &room, &err) < 0 ||
	    pw_cases_due(loop->store, room, arena, &rows, &n, &err) < 0) {
		log_error("updates", &err);
		return;
	}
	for (i = 0; i < n; i++)
		if (update_case(loop, &rows[i], arena, &err) < 0)
			log_error("update", &err);
	if (n > 0)
		loop->is_outbox_dirty = true;
}

/* --- digest and retention -------------------------------------------------- */

static int forget(struct pw_loop *loop, bool *ret_more, struct pw_err *err)
{
	if (!loop->forget_ms && pw_retention_now(loop->store, pw_wall_ms(loop->clock),
						 &loop->forget_ms, err) < 0)
		return -1;
	if (pw_cases_expire(loop->store, loop->forget_ms, err) < 0)
		return -1;
	return pw_store_expire(loop->store, loop->forget_ms - loop->config->keep_ms,
			       EXPIRE_MAX, ret_more, err);
}

static void keep_house(struct pw_loop *loop)
{
	struct pw_err err = PW_ERR_INIT;
	bool has_more = false;

	if (pw_digest_tick(pw_pipeline_post(loop->pipeline), &err) < 0)
		log_error("digest", &err);
	if (pw_dead_letters_tell(pw_pipeline_post(loop->pipeline), false, &err) < 0)
		log_error("dead letters", &err);
	loop->is_outbox_dirty = true; /* harmless where nothing was queued */
	if (forget(loop, &has_more, &err) < 0)
		log_error("retention", &err);
	loop->retention_ms = pw_monotonic_ms(loop->clock) + (has_more ? 1000 : HOUR_MS);
	if (!has_more)
		loop->forget_ms = 0;
}

/* --- the watchdog -------------------------------------------------------------- */

static bool is_stuck(const struct pw_loop *loop, int64_t busy_since)
{
	return busy_since && pw_monotonic_ms(loop->clock) - busy_since > STUCK_MS;
}

/* Alive are we only if every thread is; one that waits or pauses is. */
static void say_alive(struct pw_loop *loop)
{
	size_t i;

	for (i = 0; i < loop->n_watched; i++)
		if (is_stuck(loop, pw_mailbox_busy_since(loop->watched[i].mailbox))) {
			pw_log(PW_LOG_ERROR, "mailbox=%s: its thread is stuck",
			       pw_mailbox_config(loop->watched[i].mailbox)->name);
			return;
		}
	if (loop->sender && is_stuck(loop, pw_sender_busy_since(loop->sender))) {
		pw_log(PW_LOG_ERROR, "the sender is stuck");
		return;
	}
	pw_notify_watchdog();
}

/* --- when ------------------------------------------------------------------------ */

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Wall-clock times become monotonic ones; a clock that steps moves them by at
   most the hour after which everything is looked at anyway. */
static int64_t next_care(struct pw_loop *loop)
{
	int64_t now = pw_monotonic_ms(loop->clock), wall = pw_wall_ms(loop->clock);
	int64_t at = earlier(now + HOUR_MS, loop->retention_ms), next = 0;
	struct pw_err err = PW_ERR_INIT;

	if (pw_cases_next_ms(loop->store, &next, &err) == 0 && next)
		at = earlier(at, now + (next > wall ? next - wall : NO_ROOM_MS));
	at = earlier(at, pw_loop_silence_next_ms(loop));
	return at;
}

void pw_loop_care(struct pw_loop *loop)
{
	int64_t now = pw_monotonic_ms(loop->clock);

	if (loop->watchdog_ms && now >= loop->alive_ms) {
		loop->alive_ms = now + loop->watchdog_ms;
		say_alive(loop);
	}
	if (now < loop->care_ms && !pw_loop_store_has_recovered(loop))
		return;
	send_updates(loop);
	pw_loop_watch_silence(loop);
	if (now >= loop->retention_ms)
		keep_house(loop);
	loop->care_ms = next_care(loop);
}

/* What just happened may fall due before the next look. */
void pw_loop_care_soon(struct pw_loop *loop)
{
	loop->care_ms = earlier(loop->care_ms, pw_monotonic_ms(loop->clock) + SOON_MS);
}

int64_t pw_loop_care_timeout_ms(const struct pw_loop *loop)
{
	int64_t now = pw_monotonic_ms(loop->clock), at = loop->care_ms;

	if (loop->watchdog_ms)
		at = earlier(at, loop->alive_ms);
	return at > now ? at - now : 0;
}
