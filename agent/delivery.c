/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/delivery.h"

#include <string.h>

#include "agent/base/str.h"

int64_t pw_delivery_pause_ms(const struct pw_retry_config *retry, int attempts)
{
	int64_t pause = retry->first_ms;

	while (--attempts > 0 && pause < retry->max_ms)
		pause *= 2;
	return pause < retry->max_ms ? pause : retry->max_ms;
}

struct pw_sending *pw_delivery_sending(const struct pw_outbox_row *row)
{
	struct pw_sending *sending = pw_alloc(1, sizeof *sending);
	size_t i;

	sending->id = row->id;
	sending->raw = pw_alloc(row->data_len + 1, 1);
	if (row->data_len)
		memcpy(sending->raw, row->data, row->data_len);
	sending->len = row->data_len;
	sending->to = pw_alloc(row->n_rcpts + 1, sizeof *sending->to);
	for (i = 0; i < row->n_rcpts; i++)
		if (row->rcpts[i].state == PW_OUTBOX_QUEUED)
			sending->to[sending->n_to++].address =
				pw_strdup(row->rcpts[i].address);
	return sending;
}

static const struct pw_smtp_recipient *answer_for(const struct pw_sending *sending,
						  const char *address)
{
	size_t i;

	for (i = 0; i < sending->n_to; i++)
		if (pw_streq(sending->to[i].address, address))
			return &sending->to[i];
	return NULL;
}

struct tally {
	size_t queued, sent, dead;
	const char *error;
};

static struct tally count(const struct pw_outbox_row *row)
{
	struct tally tally = { 0 };
	size_t i;

	for (i = 0; i < row->n_rcpts; i++) {
		const struct pw_outbox_rcpt *rcpt = &row->rcpts[i];

		tally.queued += rcpt->state == PW_OUTBOX_QUEUED;
		tally.sent += rcpt->state == PW_OUTBOX_SENT;
		tally.dead += rcpt->state == PW_OUTBOX_DEAD;
		if (rcpt->error && rcpt->state != PW_OUTBOX_SENT)
			tally.error = rcpt->error;
	}
	return tally;
}

/* An address that no command can hold stays that way. */
static bool is_final(const struct pw_err *err)
{
	return err->code == PW_EINPUT;
}

static void enter_answers(struct pw_outbox_row *row, const struct pw_sending *sending)
{
	size_t i;

	for (i = 0; i < row->n_rcpts; i++) {
		struct pw_outbox_rcpt *rcpt = &row->rcpts[i];
		const struct pw_smtp_recipient *answer =
			answer_for(sending, rcpt->address);

		if (rcpt->state != PW_OUTBOX_QUEUED || !answer)
			continue;
		rcpt->error = answer->text;
		if (sending->err.code != PW_OK) {
			rcpt->error = sending->err.msg;
			if (is_final(&sending->err))
				rcpt->state = PW_OUTBOX_DEAD;
		} else if (answer->outcome == PW_SMTP_ACCEPTED) {
			rcpt->state = PW_OUTBOX_SENT;
			rcpt->error = NULL;
		} else if (answer->outcome == PW_SMTP_REFUSED) {
			rcpt->state = PW_OUTBOX_DEAD;
		}
	}
}

static bool was_refused(const struct pw_sending *sending)
{
	size_t i;

	for (i = 0; sending->err.code == PW_OK && i < sending->n_to; i++)
		if (sending->to[i].outcome == PW_SMTP_REFUSED)
			return true;
	return false;
}

/* Those just refused stay in the queue for the attempt without the original. */
static void requeue_refused(struct pw_outbox_row *row, const struct pw_sending *sending)
{
	size_t i;

	for (i = 0; i < row->n_rcpts; i++) {
		const struct pw_smtp_recipient *answer =
			answer_for(sending, row->rcpts[i].address);

		if (answer && answer->outcome == PW_SMTP_REFUSED &&
		    row->rcpts[i].state == PW_OUTBOX_DEAD)
			row->rcpts[i].state = PW_OUTBOX_QUEUED;
	}
}

static void give_up(struct pw_outbox_row *row)
{
	size_t i;

	for (i = 0; i < row->n_rcpts; i++)
		if (row->rcpts[i].state == PW_OUTBOX_QUEUED)
			row->rcpts[i].state = PW_OUTBOX_DEAD;
}

/* A clock that steps ahead makes a mail old without anybody having tried: half
   of the time must also have gone by in pauses. */
static bool is_hopeless(const struct pw_outbox_row *row,
			const struct pw_retry_config *retry, int64_t now_ms)
{
	int64_t waited = 0;
	int i;

	for (i = 1; i <= row->attempts && waited < retry->give_up_ms; i++)
		waited += pw_delivery_pause_ms(retry, i);
	return now_ms - row->created_ms >= retry->give_up_ms &&
	       waited >= retry->give_up_ms / 2;
}

static void set_state(struct pw_outbox_row *row, const struct pw_retry_config *retry,
		      int64_t now_ms)
{
	struct tally tally = count(row);

	row->error = tally.error;
	if (tally.queued && is_hopeless(row, retry, now_ms)) {
		give_up(row);
		tally = count(row);
	}
	if (tally.queued) {
		row->state = PW_OUTBOX_QUEUED;
		row->next_ms = now_ms + pw_delivery_pause_ms(retry, row->attempts);
		return;
	}
	row->state = tally.sent ? PW_OUTBOX_SENT : PW_OUTBOX_DEAD;
	row->done_ms = now_ms;
}

enum pw_delivery_next pw_delivery_settle(struct pw_outbox_row *row,
					 const struct pw_sending *sending,
					 const struct pw_retry_config *retry,
					 int64_t now_ms)
{
	size_t dead_before = count(row).dead;

	row->attempts++;
	enter_answers(row, sending);
	if (was_refused(sending) && !row->without_original) {
		requeue_refused(row, sending);
		row->without_original = true;
		row->error = count(row).error;
		row->next_ms = 0; /* at once */
		return PW_DELIVERY_WITHOUT_ORIGINAL;
	}
	set_state(row, retry, now_ms);
	return count(row).dead > dead_before ? PW_DELIVERY_FALLBACK : PW_DELIVERY_SETTLED;
}
