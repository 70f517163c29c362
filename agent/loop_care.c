/* SPDX-License-Identifier: Apache-2.0 */
/* loop_care.c - what time brings, with nothing happening: at most two wake-ups a
   minute, and those only for the watchdog. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/alert/alert.h"
#include "agent/base/str.h"
#include "agent/cases/cases.h"
#include "agent/digest.h"
#include "agent/log/log.h"
#include "agent/loop_internal.h"
#include "agent/notify/notify.h"
#include "agent/redraft.h"

#define HOUR_MS      (INT64_C(3600) * 1000)
#define SILENCE_MS   HOUR_MS       /* a mailbox not read so long is told */
#define STUCK_MS     (HOUR_MS / 4) /* a thread busy so long is not alive */
#define SOON_MS      60000
#define UPDATES_MAX  50    /* in one round */
#define EXPIRE_MAX   200   /* messages in one transaction */
#define NO_ROOM_MS   60000 /* until a mail that is due is tried again */
#define ARENA_BYTES  ((size_t)64 << 20)
#define LETTER_BYTES ((size_t)1 << 20)

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

/* --- silence is noticed ---------------------------------------------------- */

/* *ret: was it told that this mailbox is silent? */
static int was_told(struct pw_loop *loop, const char *key, bool *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(4096);
	const char *value;

	if (pw_store_get(loop->store, key, arena, &value, err) < 0)
		return -1;
	*ret = value != NULL;
	return 0;
}

static int tell(struct pw_loop *loop, const char *key, const char *name, bool is_silent,
		struct pw_err *err)
{
	char unique[64], what[160], since[PW_DAY_TEXT];
	const char *details[1] = { since };
	const char *todo = is_silent ? "Run `poachwatch doctor`: it names the cause."
				     : "Nothing: mail that came meanwhile was read now.";
	struct pw_trouble trouble = { .unique = unique,
				      .what = what,
				      .details = details,
				      .n_details = 0,
				      .todo = &todo,
				      .n_todo = 1 };

	snprintf(unique, sizeof unique, "%s-%" PRId64, is_silent ? "silent" : "heard",
		 pw_wall_ms(loop->clock));
	snprintf(what, sizeof what,
		 is_silent ? "Mailbox '%s' could not be read for an hour"
			   : "Mailbox '%s' is read again",
		 name);
	if (pw_store_begin(loop->store, err) < 0)
		return -1;
	if (pw_post_trouble(pw_pipeline_post(loop->pipeline), &trouble, err) == 0 &&
	    pw_store_set(loop->store, key, is_silent ? "told" : NULL, err) == 0 &&
	    pw_store_commit(loop->store, err) == 0)
		return 0;
	pw_store_rollback(loop->store);
	return -1;
}

static void watch_silence(struct pw_loop *loop, const struct pw_watched *watched)
{
	const char *name = pw_mailbox_config(watched->mailbox)->name;
	int64_t failing = watched->failing_ms;
	bool is_silent = failing && pw_wall_ms(loop->clock) - failing >= SILENCE_MS;
	bool is_told = false;
	struct pw_err err = PW_ERR_INIT;
	char key[128];

	snprintf(key, sizeof key, "silent/%s", name);
	if ((failing && !is_silent) || (!failing && !watched->is_caught_up))
		return;
	if (was_told(loop, key, &is_told, &err) < 0 ||
	    (is_told != is_silent && tell(loop, key, name, is_silent, &err) < 0))
		log_error("silence", &err);
	if (is_told != is_silent)
		loop->is_outbox_dirty = true;
}

/* The store cannot hold this mail, so it goes straight to the sender. */
static void tell_store_trouble(struct pw_loop *loop)
{
	static const char *const details[] = {
		"Messages are not acknowledged while it lasts; nothing is lost.",
	};
	static const char *const todo[] = {
		"Look at the disk: is it full, or read-only?",
	};
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	const struct pw_post *post = pw_pipeline_post(loop->pipeline);
	struct pw_post_mail mail = { .to = { loop->config->alerts.fallback_to },
				     .n_to = 1,
				     .doc = doc };
	struct pw_outbox_rcpt rcpt = { .address = loop->config->alerts.fallback_to };
	struct pw_outbox_row row = { .id = -1, .rcpts = &rcpt, .n_rcpts = 1 };
	char unique[40], id[PW_TAG_MAX];
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf subject, data;
	const char *domain = pw_address_domain(loop->config->smtp.from_address);

	snprintf(unique, sizeof unique, "store-%" PRId64, pw_wall_ms(loop->clock));
	pw_buf_init(&subject, 4096);
	pw_buf_init(&data, LETTER_BYTES);
	pw_trouble_write(doc, &subject, "The store could not be written for an hour",
			 details, PW_ARRAY_LEN(details), todo, PW_ARRAY_LEN(todo));
	mail.subject = subject.data;
	if (pw_tag_make(post->tag_key, unique, domain ? domain : "localhost", id, &err) ==
		    0 &&
	    pw_post_compose(&data, post, &mail, id, &err) == 0) {
		row.data = data.data;
		row.data_len = data.len;
		pw_sender_send(loop->sender, pw_delivery_sending(&row));
	} else {
		log_error("store trouble", &err);
	}
	pw_buf_done(&subject);
	pw_buf_done(&data);
}

static void watch_store(struct pw_loop *loop)
{
	int64_t failing = pw_pipeline_failing_ms(loop->pipeline);

	if (!failing) {
		loop->is_store_trouble_told = false;
	} else if (!loop->is_store_trouble_told &&
		   pw_wall_ms(loop->clock) - failing >= SILENCE_MS) {
		loop->is_store_trouble_told = true;
		tell_store_trouble(loop);
	}
}

/* --- digest and retention
 * --------------------------------------------------------------- */

static void keep_house(struct pw_loop *loop)
{
	struct pw_err err = PW_ERR_INIT;
	bool has_more = false;

	if (pw_digest_tick(pw_pipeline_post(loop->pipeline), &err) < 0)
		log_error("digest", &err);
	loop->is_outbox_dirty = true; /* harmless where nothing was queued */
	if (pw_cases_expire(loop->store, &err) < 0 ||
	    pw_store_expire(loop->store, loop->config->keep_ms, EXPIRE_MAX, &has_more,
			    &err) < 0)
		log_error("retention", &err);
	loop->retention_ms = pw_monotonic_ms(loop->clock) + (has_more ? 1000 : HOUR_MS);
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
	size_t i;

	if (pw_cases_next_ms(loop->store, &next, &err) == 0 && next)
		at = earlier(at, now + (next > wall ? next - wall : NO_ROOM_MS));
	for (i = 0; i < loop->n_watched; i++) {
		int64_t failing = loop->watched[i].failing_ms;

		if (failing && failing + SILENCE_MS > wall)
			at = earlier(at, now + failing + SILENCE_MS - wall + 1000);
	}
	return at;
}

void pw_loop_care(struct pw_loop *loop)
{
	int64_t now = pw_monotonic_ms(loop->clock);
	size_t i;

	if (loop->watchdog_ms && now >= loop->alive_ms) {
		loop->alive_ms = now + loop->watchdog_ms;
		say_alive(loop);
	}
	if (now < loop->care_ms)
		return;
	send_updates(loop);
	for (i = 0; i < loop->n_watched; i++)
		watch_silence(loop, &loop->watched[i]);
	watch_store(loop);
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
