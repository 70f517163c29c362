/* SPDX-License-Identifier: Apache-2.0 */
/* outbox.c - due rows out, results in. */
#include "agent/outbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/log/log.h"
#include "agent/refusal.h"

#define ARENA_BYTES   ((size_t)64 << 20)
#define STORE_PAUSE   2000 /* after the store failed */
#define SERVER_PAUSE  5000 /* after the server could not be asked */
#define FAILURES_ONCE 3    /* in a row, then `run --once` asks no more */

struct pw_outbox {
	struct pw_outbox_parts parts;
	const struct pw_post *post;
	const struct pw_ruleset *ruleset;
	int64_t under_way;        /* id of the row at the sender; 0: none */
	struct pw_sending *stuck; /* a result that is not recorded yet */
	int64_t hold_ms;          /* monotonic: nothing before */
	int64_t began_ms;         /* wall clock; for is_once */
	int n_failures;           /* in a row, of the server */
};

int pw_outbox_new(struct pw_outbox **ret, const struct pw_outbox_parts *parts,
		  struct pw_err *err)
{
	struct pw_outbox *outbox = pw_alloc(1, sizeof *outbox);

	outbox->parts = *parts;
	outbox->began_ms = pw_wall_ms(parts->clock);
	if (parts->is_once && pw_store_outbox_hurry(parts->store, err) < 0) {
		free(outbox);
		return -1;
	}
	*ret = outbox;
	return 0;
}

void pw_outbox_free(struct pw_outbox *outbox)
{
	if (!outbox)
		return;
	pw_sending_free(outbox->stuck);
	free(outbox);
}

void pw_outbox_use(struct pw_outbox *outbox, const struct pw_post *post,
		   const struct pw_ruleset *ruleset)
{
	outbox->post = post;
	outbox->ruleset = ruleset;
}

static void step(const struct pw_outbox *outbox, const char *name)
{
	if (outbox->parts.step)
		outbox->parts.step(outbox->parts.self, name);
}

static int64_t now_ms(const struct pw_outbox *outbox)
{
	return pw_monotonic_ms(outbox->parts.clock);
}

static void log_attempt(const struct pw_outbox_row *row)
{
	size_t i;

	for (i = 0; i < row->n_rcpts; i++)
		pw_log(row->rcpts[i].state == PW_OUTBOX_DEAD ? PW_LOG_WARNING
							     : PW_LOG_INFO,
		       "outbox=%" PRId64 " kind=%s case=%" PRId64
		       " to=%s state=%s attempts=%d%s%s",
		       row->id, row->kind, row->case_id, row->rcpts[i].address,
		       pw_outbox_state_name(row->rcpts[i].state), row->attempts,
		       row->rcpts[i].error ? " error=" : "",
		       row->rcpts[i].error ? row->rcpts[i].error : "");
}

static bool is_store_error(const struct pw_err *err)
{
	return err->code == PW_ESTORE || err->code == PW_EBUSY ||
	       err->code == PW_EDAMAGED || err->code == PW_ENOMEM;
}

/* --- results ------------------------------------------------------------- */

static int settle(struct pw_outbox *outbox, struct pw_outbox_row *row,
		  const struct pw_sending *sending, struct pw_err *err)
{
	enum pw_delivery_next next =
		pw_delivery_settle(row, sending, &outbox->post->config->retry,
				   pw_wall_ms(outbox->parts.clock));
	int r;

	if (pw_store_outbox_update(outbox->parts.store, row, err) < 0)
		return -1;
	r = pw_refusal_follow_up(outbox->post, outbox->ruleset, row, next, err);
	/* A mail that cannot be written anew must not stop the outbox. */
	if (r < 0 && !is_store_error(err)) {
		pw_log(PW_LOG_ERROR, "outbox=%" PRId64 ": %s", row->id, err->msg);
		return 0;
	}
	return r < 0 ? -1 : 0;
}

static int record_result(struct pw_outbox *outbox, const struct pw_sending *sending,
			 struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_store *store = outbox->parts.store;
	struct pw_outbox_row *row;

	if (pw_store_outbox_get(store, sending->id, arena, &row, err) < 0)
		return -1;
	if (!row)
		return 0; /* purged meanwhile */
	if (pw_store_begin(store, err) < 0)
		return -1;
	if (settle(outbox, row, sending, err) < 0)
		goto undo;
	step(outbox, "outbox commit");
	if (pw_store_commit(store, err) < 0)
		goto undo;
	log_attempt(row);
	return 0;
undo:
	pw_store_rollback(store);
	return -1;
}

static bool finish_result(struct pw_outbox *outbox, const struct pw_sending *sending)
{
	struct pw_err err = PW_ERR_INIT;

	step(outbox, "sent");
	if (record_result(outbox, sending, &err) == 0)
		return true;
	pw_log(PW_LOG_ERROR, "outbox=%" PRId64 " result cannot be recorded: %s",
	       sending->id, err.msg);
	return false;
}

static void note_server(struct pw_outbox *outbox, const struct pw_sending *sending)
{
	bool is_failure = sending->err.code != PW_OK && sending->err.code != PW_EINPUT;

	outbox->n_failures = is_failure ? outbox->n_failures + 1 : 0;
	if (!is_failure)
		return;
	pw_log(PW_LOG_WARNING, "smtp: %s", sending->err.msg);
	if (!outbox->parts.is_once)
		outbox->hold_ms = now_ms(outbox) + SERVER_PAUSE;
}

void pw_outbox_result(struct pw_outbox *outbox, struct pw_sending *sending)
{
	note_server(outbox, sending);
	if (sending->id != outbox->under_way) {
		pw_sending_free(sending);
	} else if (finish_result(outbox, sending)) {
		outbox->under_way = 0;
		pw_sending_free(sending);
	} else {
		outbox->stuck = sending;
		outbox->hold_ms = now_ms(outbox) + STORE_PAUSE;
	}
}

static void retry_stuck(struct pw_outbox *outbox)
{
	if (!finish_result(outbox, outbox->stuck)) {
		outbox->hold_ms = now_ms(outbox) + STORE_PAUSE;
		return;
	}
	pw_sending_free(outbox->stuck);
	outbox->stuck = NULL;
	outbox->under_way = 0;
}

void pw_outbox_forget(struct pw_outbox *outbox)
{
	if (!outbox->stuck)
		outbox->under_way = 0;
}

/* --- due rows -------------------------------------------------------------- */

static struct pw_outbox_turn turn(const struct pw_outbox *outbox)
{
	int64_t now = pw_wall_ms(outbox->parts.clock);

	if (outbox->parts.is_once)
		return (struct pw_outbox_turn){ outbox->began_ms, INT64_MAX };
	return (struct pw_outbox_turn){ now, now + outbox->post->config->retry.max_ms };
}

static bool may_send(const struct pw_outbox *outbox)
{
	if (outbox->parts.is_once)
		return outbox->n_failures < FAILURES_ONCE;
	return now_ms(outbox) >= outbox->hold_ms;
}

/* Its text was forgotten after the time that mails are kept. */
static int bury(struct pw_outbox *outbox, struct pw_outbox_row *row, struct pw_err *err)
{
	row->state = PW_OUTBOX_DEAD;
	row->done_ms = pw_wall_ms(outbox->parts.clock);
	row->error = "its text is not kept any more";
	return pw_store_outbox_update(outbox->parts.store, row, err);
}

static int hand_over(struct pw_outbox *outbox, int64_t id, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_outbox_row *row;

	if (pw_store_outbox_get(outbox->parts.store, id, arena, &row, err) < 0)
		return -1;
	if (!row)
		return 0;
	if (!row->data)
		return bury(outbox, row, err);
	outbox->under_way = id;
	step(outbox, "send");
	outbox->parts.send(outbox->parts.self, pw_delivery_sending(row));
	return 0;
}

static int pump(struct pw_outbox *outbox, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	const struct pw_outbox_turn now = turn(outbox);
	struct pw_outbox_row *rows;
	size_t n;

	if (pw_store_outbox_due(outbox->parts.store, &now, 1, arena, &rows, &n, err) < 0)
		return -1;
	return n ? hand_over(outbox, rows[0].id, err) : 0;
}

void pw_outbox_pump(struct pw_outbox *outbox)
{
	struct pw_err err = PW_ERR_INIT;

	if (outbox->stuck && now_ms(outbox) >= outbox->hold_ms)
		retry_stuck(outbox);
	if (outbox->under_way || !may_send(outbox) || pump(outbox, &err) == 0)
		return;
	pw_log(PW_LOG_ERROR, "outbox: %s", err.msg);
	outbox->hold_ms = now_ms(outbox) + STORE_PAUSE;
}

int64_t pw_outbox_timeout_ms(struct pw_outbox *outbox)
{
	struct pw_err err = PW_ERR_INIT;
	int64_t next = 0, wait, hold = outbox->hold_ms - now_ms(outbox);

	if (outbox->stuck)
		return hold > 0 ? hold : 0;
	if (outbox->under_way)
		return -1; /* its result wakes us */
	if (pw_store_outbox_next_ms(outbox->parts.store, &next, &err) < 0)
		return STORE_PAUSE;
	if (next == 0)
		return -1;
	wait = next - pw_wall_ms(outbox->parts.clock);
	if (wait < 0 || wait > outbox->post->config->retry.max_ms)
		wait = 0;
	return hold > wait ? hold : wait;
}

bool pw_outbox_is_idle(struct pw_outbox *outbox)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	const struct pw_outbox_turn now = turn(outbox);
	struct pw_err err = PW_ERR_INIT;
	struct pw_outbox_row *rows;
	size_t n;

	if (outbox->under_way)
		return false;
	if (!may_send(outbox))
		return true;
	return pw_store_outbox_due(outbox->parts.store, &now, 1, arena, &rows, &n, &err) <
		       0 ||
	       n == 0;
}
