/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline.c - messages under way, and the transactions that they share. */
#include "agent/pipeline.h"

#include <string.h>

#include "agent/base/str.h"
#include "agent/log/log.h"
#include "agent/pipeline_item.h"

#define RETRY_FIRST_MS 1000
#define RETRY_MAX_MS   60000
#define LOOKUP_BYTES   ((size_t)16 << 20)

struct pw_pipeline {
	struct pw_pipeline_parts parts;
	struct pw_recorder recorder;
	struct pw_item *first, **last;
	size_t n_items, n_ready;
	int64_t retry_ms; /* monotonic; 0: the store works */
	int64_t pause_ms; /* of the last failure */
};

static void free_item(struct pw_item *item)
{
	json_decref(item->job.result);
	free(item->mailbox);
	free(item->address);
	free(item->authserv_id);
	free(item->raw);
	free(item);
}

int pw_pipeline_new(struct pw_pipeline **ret, const struct pw_pipeline_parts *parts,
		    struct pw_err *err)
{
	PW_CLEANUP(pw_pipeline_freep)
	struct pw_pipeline *pipeline = pw_alloc(1, sizeof *pipeline);

	pipeline->parts = *parts;
	pipeline->last = &pipeline->first;
	pipeline->recorder = (struct pw_recorder){ .store = parts->store,
						   .clock = parts->clock,
						   .step = parts->step,
						   .self = parts->self };
	if (pw_post_init(&pipeline->recorder.post, parts->store, parts->clock, err) < 0)
		return -1;
	*ret = PW_TAKE(pipeline);
	return 0;
}

void pw_pipeline_free(struct pw_pipeline *pipeline)
{
	struct pw_item *item, *next;

	if (!pipeline)
		return;
	for (item = pipeline->first; item; item = next) {
		next = item->next;
		free_item(item);
	}
	free(pipeline);
}

void pw_pipeline_use(struct pw_pipeline *pipeline, const struct pw_config *config,
		     const struct pw_ruleset *ruleset)
{
	pipeline->recorder.config = config;
	pipeline->recorder.ruleset = ruleset;
	pipeline->recorder.post.config = config;
}

const struct pw_post *pw_pipeline_post(const struct pw_pipeline *pipeline)
{
	return &pipeline->recorder.post;
}

static void step(const struct pw_pipeline *pipeline, const char *name)
{
	if (pipeline->parts.step)
		pipeline->parts.step(pipeline->parts.self, name);
}

static struct pw_item *new_item(const struct pw_mailbox_config *mailbox,
				uint32_t uidvalidity, struct pw_imap_message *message)
{
	struct pw_item *item = pw_alloc(1, sizeof *item);

	item->mailbox = pw_strdup(mailbox->name);
	item->address = pw_strdup(mailbox->address);
	item->authserv_id = mailbox->authserv_id ? pw_strdup(mailbox->authserv_id) : NULL;
	item->uidvalidity = uidvalidity;
	item->uid = message->uid;
	item->received_ms = message->received_ms;
	item->size = message->size;
	item->state = message->state;
	item->raw = PW_TAKE(message->raw);
	item->len = message->raw_len;
	return item;
}

static void make_ready(struct pw_pipeline *pipeline, struct pw_item *item)
{
	item->is_ready = true;
	item->ready_ms = pw_monotonic_ms(pipeline->parts.clock);
	pipeline->n_ready++;
}

/* Known by its place, or by what it says?  Then nothing needs to be judged. */
static int look_up(struct pw_pipeline *pipeline, struct pw_item *item, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(LOOKUP_BYTES);
	struct pw_message_row *row;

	if (pw_store_message_find(pipeline->parts.store, item->mailbox, item->uidvalidity,
				  item->uid, arena, &row, err) < 0)
		return -1;
	item->is_stored_before = row != NULL;
	if (row || item->state != PW_IMAP_WHOLE)
		return 0;
	if (pw_message_hash(item->raw, item->len, item->hash, err) < 0 ||
	    pw_store_message_by_hash(pipeline->parts.store, item->hash, arena, &row,
				     err) < 0)
		return -1;
	item->is_duplicate = row != NULL;
	return 0;
}

static void submit(struct pw_pipeline *pipeline, struct pw_item *item)
{
	item->job = (struct pw_job){
		.kind = PW_JOB_INSPECT,
		.raw = item->raw,
		.len = item->len,
		.mailbox = item->address,
		.authserv_id = item->authserv_id,
		.received = item->received_ms > 0 ? pw_day_of_ms(item->received_ms)
						  : PW_DAY_NONE,
		.cookie = item,
	};
	pw_pool_submit(pipeline->parts.pool, &item->job);
}

int pw_pipeline_take(struct pw_pipeline *pipeline,
		     const struct pw_mailbox_config *mailbox, uint32_t uidvalidity,
		     struct pw_imap_message *message, struct pw_err *err)
{
	struct pw_item *item = new_item(mailbox, uidvalidity, message);
	struct pw_err why = PW_ERR_INIT;

	step(pipeline, "taken");
	*pipeline->last = item;
	pipeline->last = &item->next;
	pipeline->n_items++;
	/* A look-up that fails is repeated by the transaction: judging a message
	   for nothing is the worst that follows. */
	if (look_up(pipeline, item, &why) < 0 && why.code == PW_EDAMAGED) {
		*err = why;
		return -1;
	}
	if (item->is_stored_before || item->is_duplicate || item->state != PW_IMAP_WHOLE)
		make_ready(pipeline, item);
	else
		submit(pipeline, item);
	return 0;
}

static void collect(struct pw_pipeline *pipeline)
{
	struct pw_job *job;

	while ((job = pw_pool_take(pipeline->parts.pool)) != NULL) {
		step(pipeline, "inspected");
		make_ready(pipeline, job->cookie);
	}
}

/* The end of the unbroken row of committed messages is how far the mailbox
   has been read; one that still waits holds the mark back. */
static int advance(struct pw_pipeline *pipeline, const struct pw_item *from,
		   struct pw_err *err)
{
	const struct pw_item *item;
	uint32_t last_uid = 0, uidvalidity = from->uidvalidity;

	for (item = pipeline->first; item; item = item->next) {
		if (!pw_streq(item->mailbox, from->mailbox))
			continue;
		if (item->uidvalidity != uidvalidity || !item->is_done)
			break;
		last_uid = item->uid;
	}
	if (last_uid == 0)
		return 0;
	return pw_store_mailbox_advance(pipeline->parts.store, from->mailbox, uidvalidity,
					last_uid, err);
}

static bool is_first_of_mailbox(const struct pw_pipeline *pipeline,
				const struct pw_item *item)
{
	const struct pw_item *other;

	for (other = pipeline->first; other != item; other = other->next)
		if (pw_streq(other->mailbox, item->mailbox))
			return false;
	return true;
}

static int advance_all(struct pw_pipeline *pipeline, struct pw_err *err)
{
	const struct pw_item *item;
	const char *last = NULL;

	for (item = pipeline->first; item; item = item->next) {
		if (pw_streq(item->mailbox, last) || !is_first_of_mailbox(pipeline, item))
			continue;
		last = item->mailbox;
		if (advance(pipeline, item, err) < 0)
			return -1;
	}
	return 0;
}

static int write_batch(struct pw_pipeline *pipeline, struct pw_err *err)
{
	struct pw_item *item;
	size_t n = 0;

	for (item = pipeline->first; item && n < PW_BATCH_MAX; item = item->next) {
		if (!item->is_ready || item->is_done)
			continue;
		if (pw_record(&pipeline->recorder, item, err) < 0)
			return -1;
		item->is_done = true;
		n++;
	}
	return advance_all(pipeline, err);
}

/* After a rollback nothing of the batch is done. */
static void undo_batch(struct pw_pipeline *pipeline)
{
	struct pw_item *item;

	pw_store_rollback(pipeline->parts.store);
	for (item = pipeline->first; item; item = item->next)
		item->is_done = false;
}

static int commit_batch(struct pw_pipeline *pipeline, struct pw_err *err)
{
	struct pw_store *store = pipeline->parts.store;

	if (pw_store_begin(store, err) < 0)
		return -1;
	if (write_batch(pipeline, err) < 0) {
		undo_batch(pipeline);
		return -1;
	}
	step(pipeline, "commit");
	if (pw_store_commit(store, err) < 0) {
		undo_batch(pipeline);
		return -1;
	}
	step(pipeline, "committed");
	return 0;
}

/* Mail older than `since` stays as it lies in the mailbox. */
static void tell_done(struct pw_pipeline *pipeline, const struct pw_item *item)
{
	pipeline->parts.done(pipeline->parts.self, item->mailbox, item->uidvalidity,
			     item->uid, item->len, item->state != PW_IMAP_TOO_OLD);
}

static void drop_done(struct pw_pipeline *pipeline)
{
	struct pw_item **at = &pipeline->first, *item;

	while ((item = *at) != NULL) {
		if (!item->is_done) {
			at = &item->next;
			continue;
		}
		*at = item->next;
		tell_done(pipeline, item);
		pipeline->n_items--;
		pipeline->n_ready--;
		free_item(item);
	}
	pipeline->last = at;
	if (pipeline->parts.committed)
		pipeline->parts.committed(pipeline->parts.self);
}

static void note_failure(struct pw_pipeline *pipeline, const struct pw_err *err)
{
	pipeline->pause_ms = pipeline->pause_ms ? pipeline->pause_ms * 2 : RETRY_FIRST_MS;
	if (pipeline->pause_ms > RETRY_MAX_MS)
		pipeline->pause_ms = RETRY_MAX_MS;
	pipeline->retry_ms = pw_monotonic_ms(pipeline->parts.clock) + pipeline->pause_ms;
	pw_log(PW_LOG_ERROR, "store: %s; trying again in %lld s", err->msg,
	       (long long)(pipeline->pause_ms / 1000));
}

static int64_t oldest_ready(const struct pw_pipeline *pipeline)
{
	const struct pw_item *item;
	int64_t oldest = INT64_MAX;

	for (item = pipeline->first; item; item = item->next)
		if (item->is_ready && item->ready_ms < oldest)
			oldest = item->ready_ms;
	return oldest;
}

/* Alone it goes at once; in company it waits a little for the others. */
static bool is_due(const struct pw_pipeline *pipeline)
{
	int64_t now = pw_monotonic_ms(pipeline->parts.clock);

	if (pipeline->n_ready == 0)
		return false;
	if (pipeline->retry_ms)
		return now >= pipeline->retry_ms;
	return pipeline->n_ready == pipeline->n_items ||
	       pipeline->n_ready >= PW_BATCH_MAX ||
	       now - oldest_ready(pipeline) >= PW_BATCH_MS;
}

int pw_pipeline_step(struct pw_pipeline *pipeline, struct pw_err *err)
{
	collect(pipeline);
	while (is_due(pipeline)) {
		if (commit_batch(pipeline, err) < 0) {
			if (err->code == PW_EDAMAGED)
				return -1;
			note_failure(pipeline, err);
			return 0;
		}
		pipeline->retry_ms = pipeline->pause_ms = 0;
		drop_done(pipeline);
	}
	return 0;
}

int pw_pipeline_timeout_ms(const struct pw_pipeline *pipeline)
{
	int64_t now = pw_monotonic_ms(pipeline->parts.clock), at;

	if (pipeline->n_ready == 0)
		return -1;
	at = pipeline->retry_ms ? pipeline->retry_ms
				: oldest_ready(pipeline) + PW_BATCH_MS;
	return at > now ? (int)(at - now) : 0;
}

size_t pw_pipeline_n_open(const struct pw_pipeline *pipeline)
{
	return pipeline->n_items;
}
