/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop_silence.c - a person is told when the agent has gone blind or dumb: a
 * mailbox that cannot be read, a store that cannot be written.  Once, and when
 * it is over.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/alert/alert.h"
#include "agent/base/str.h"
#include "agent/log/log.h"
#include "agent/loop_internal.h"

#define SILENCE_MS   (INT64_C(3600) * 1000) /* this long is told */
#define LETTER_BYTES ((size_t)1 << 20)
#define PAST_STORE   (-1) /* in the place of an outbox id */

/* Text and todo of one mail to the fallback. */
struct word {
	const char *unique; /* and the time, for the Message-ID */
	const char *what, *detail, *todo;
};

static const struct word store_fails = {
	.unique = "store-fails",
	.what = "The store could not be written for an hour",
	.detail = "Messages are not acknowledged while it lasts; nothing is lost.",
	.todo = "Look at the disk: is it full, or read-only?",
};
static const struct word store_works = {
	.unique = "store-works",
	.what = "The store can be written again",
	.detail = "Messages that came meanwhile are judged now.",
	.todo = "Nothing.",
};

static void unique_of(const struct pw_loop *loop, const struct word *word, char out[64])
{
	snprintf(out, 64, "%s-%" PRId64, word->unique, pw_wall_ms(loop->clock));
}

/* Into the outbox, with the setting that says what was told (NULL: none). */
static int queue(struct pw_loop *loop, const struct word *word, const char *key,
		 const char *value, struct pw_err *err)
{
	char unique[64];
	struct pw_trouble trouble = { .unique = unique,
				      .what = word->what,
				      .details = &word->detail,
				      .n_details = word->detail ? 1 : 0,
				      .todo = &word->todo,
				      .n_todo = 1 };

	unique_of(loop, word, unique);
	if (pw_store_begin(loop->store, err) < 0)
		return -1;
	if (pw_post_trouble(pw_pipeline_post(loop->pipeline), &trouble, err) == 0 &&
	    (!key || pw_store_set(loop->store, key, value, err) == 0) &&
	    pw_store_commit(loop->store, err) == 0) {
		loop->is_outbox_dirty = true;
		return 0;
	}
	pw_store_rollback(loop->store);
	return -1;
}

/* --- a mailbox that cannot be read ----------------------------------------- */

static int tell_mailbox(struct pw_loop *loop, const char *name, const char *key,
			bool is_silent, struct pw_err *err)
{
	char what[160];
	struct word word = { .what = what };

	if (is_silent) {
		word.unique = "silent";
		word.todo = "Run `poachwatch doctor`: it names the cause.";
		snprintf(what, sizeof what, "Mailbox '%s' could not be read for an hour",
			 name);
	} else {
		word.unique = "heard";
		word.todo = "Nothing: mail that came meanwhile was read now.";
		snprintf(what, sizeof what, "Mailbox '%s' is read again", name);
	}
	return queue(loop, &word, key, is_silent ? "told" : NULL, err);
}

static void watch_mailbox(struct pw_loop *loop, const struct pw_watched *watched)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(4096);
	const char *name = pw_mailbox_config(watched->mailbox)->name, *told;
	bool is_failing = watched->failing_ms != 0;
	bool is_silent =
		is_failing && !watched->is_asking && /* else the store keeps it waiting */
		pw_monotonic_ms(loop->clock) - watched->silent_from_ms >= SILENCE_MS;
	struct pw_err err = PW_ERR_INIT;
	char key[128];

	if ((is_failing && !is_silent) || (!is_failing && !watched->is_caught_up))
		return;
	snprintf(key, sizeof key, "silent/%s", name);
	if (pw_store_get(loop->store, key, arena, &told, &err) < 0 ||
	    ((told != NULL) != is_silent &&
	     tell_mailbox(loop, name, key, is_silent, &err) < 0))
		pw_log(PW_LOG_ERROR, "silence: %s", err.msg);
}

/* --- a store that cannot be written ------------------------------------------ */

/* The store cannot hold this mail, so it goes straight to the sender. */
static int send_past_store(struct pw_loop *loop, const struct word *word,
			   struct pw_err *err)
{
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	PW_CLEANUP(pw_buf_done) struct pw_buf subject, data;
	const struct pw_post *post = pw_pipeline_post(loop->pipeline);
	struct pw_post_mail mail = { .to = { loop->config->alerts.fallback_to },
				     .n_to = 1,
				     .doc = doc };
	struct pw_outbox_rcpt rcpt = { .address = loop->config->alerts.fallback_to };
	struct pw_outbox_row row = { .id = PAST_STORE, .rcpts = &rcpt, .n_rcpts = 1 };
	const char *domain = pw_address_domain(loop->config->smtp.from_address);
	char unique[64], id[PW_TAG_MAX];

	pw_buf_init(&subject, 4096);
	pw_buf_init(&data, LETTER_BYTES);
	unique_of(loop, word, unique);
	pw_trouble_write(doc, &subject, word->what, &word->detail, 1, &word->todo, 1);
	mail.subject = subject.data;
	if (pw_tag_make(post->tag_key, unique, domain ? domain : "localhost", id, err) <
		    0 ||
	    pw_post_compose(&data, post, &mail, id, err) < 0)
		return -1;
	row.data = data.data;
	row.data_len = data.len;
	pw_sender_send(loop->sender, pw_delivery_sending(&row));
	return 0;
}

void pw_loop_note_sent(struct pw_loop *loop, const struct pw_sending *sending)
{
	if (sending->id != PAST_STORE)
		return;
	if (sending->err.code == PW_OK && sending->n_to == 1 &&
	    sending->to[0].outcome == PW_SMTP_ACCEPTED) {
		pw_log(PW_LOG_NOTICE, "word of the store's trouble was accepted");
		return;
	}
	pw_log(PW_LOG_WARNING, "word of the store's trouble was not accepted: again in a "
			       "minute");
	loop->is_store_trouble_told = false;
	pw_loop_care_soon(loop);
}

bool pw_loop_store_has_recovered(const struct pw_loop *loop)
{
	return loop->is_store_trouble_told && !pw_store_failing_ms(loop->store);
}

static void watch_store(struct pw_loop *loop)
{
	int64_t failing = pw_store_failing_ms(loop->store);
	bool is_silent = failing && pw_monotonic_ms(loop->clock) - failing >= SILENCE_MS;
	struct pw_err err = PW_ERR_INIT;

	if (is_silent && !loop->is_store_trouble_told) {
		if (send_past_store(loop, &store_fails, &err) < 0)
			pw_log(PW_LOG_ERROR, "store trouble: %s", err.msg);
		loop->is_store_trouble_told = true;
	} else if (pw_loop_store_has_recovered(loop)) {
		if (queue(loop, &store_works, NULL, NULL, &err) == 0)
			loop->is_store_trouble_told = false;
	}
}

/* --- when ---------------------------------------------------------------------- */

void pw_loop_watch_silence(struct pw_loop *loop)
{
	size_t i;

	for (i = 0; i < loop->n_watched; i++)
		watch_mailbox(loop, &loop->watched[i]);
	watch_store(loop);
}

/* since, which is 0 where nothing fails, was long enough ago at: */
static int64_t earlier_of(int64_t at, int64_t since, int64_t now)
{
	int64_t told = since + SILENCE_MS;

	return since && told > now && told < at ? told : at;
}

int64_t pw_loop_silence_next_ms(const struct pw_loop *loop)
{
	int64_t now = pw_monotonic_ms(loop->clock), at = INT64_MAX;
	size_t i;

	for (i = 0; i < loop->n_watched; i++)
		if (loop->watched[i].failing_ms)
			at = earlier_of(at, loop->watched[i].silent_from_ms, now);
	return earlier_of(at, pw_store_failing_ms(loop->store), now);
}
