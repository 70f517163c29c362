/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/refusal.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/str.h"
#include "agent/dead_letters.h"
#include "agent/redraft.h"

#define LETTER_BYTES ((size_t)16 << 20)

static int replace_without_original(const struct pw_post *post,
				    const struct pw_ruleset *ruleset,
				    const struct pw_outbox_row *row, struct pw_err *err)
{
	struct pw_redraft redraft;
	enum pw_alert_kind kind;
	struct pw_buf data;
	int r;

	if (!row->message_id || !pw_alert_kind_from_name(row->kind, &kind))
		return 0;
	r = pw_redraft_message(&redraft, post, ruleset, row->message_id, false, err);
	if (r <= 0)
		return r;
	redraft.mail.kind = kind;
	redraft.mail.attachment_note = "the mail server refused the mail with it";
	pw_buf_init(&data, LETTER_BYTES);
	r = pw_alert_mail_compose(&data, post, &redraft.mail, row->header_id, err);
	if (r == 0)
		r = pw_store_outbox_replace(post->store, row->id, data.data, data.len,
					    err);
	pw_buf_done(&data);
	pw_redraft_done(&redraft);
	return r;
}

/* "x@y (550 no such user), z@y (...)": who does not get it, and why. */
static void list_dead(struct pw_buf *out, const struct pw_outbox_row *row)
{
	size_t i;

	for (i = 0; i < row->n_rcpts; i++)
		if (row->rcpts[i].state == PW_OUTBOX_DEAD)
			pw_buf_addf(out, "%s%s (%s)", out->len ? ", " : "",
				    row->rcpts[i].address,
				    row->rcpts[i].error ? row->rcpts[i].error
							: "no reason given");
}

/* The fallback among the recipients; NULL: it is none. */
static const struct pw_outbox_rcpt *fallback_of(const struct pw_post *post,
						const struct pw_outbox_row *row)
{
	size_t i;

	for (i = 0; i < row->n_rcpts; i++)
		if (pw_strieq(row->rcpts[i].address, post->config->alerts.fallback_to))
			return &row->rcpts[i];
	return NULL;
}

static int send_alert_to_fallback(const struct pw_post *post,
				  const struct pw_ruleset *ruleset,
				  const struct pw_outbox_row *row, const char *reason,
				  const char *unique, struct pw_err *err)
{
	struct pw_redraft redraft;
	enum pw_alert_kind kind;
	int64_t id;
	int r;

	if (!row->message_id || !pw_alert_kind_from_name(row->kind, &kind))
		return 0;
	r = pw_redraft_message(&redraft, post, ruleset, row->message_id, true, err);
	if (r <= 0)
		return r;
	redraft.mail.kind = kind;
	redraft.mail.reason = reason;
	redraft.mail.unique = unique;
	r = pw_alert_mail_queue(post, &redraft.mail, &id, NULL, err);
	pw_redraft_done(&redraft);
	return r < 0 ? -1 : 1;
}

static int tell_fallback(const struct pw_post *post, const struct pw_ruleset *ruleset,
			 const struct pw_outbox_row *row, struct pw_err *err)
{
	char unique[40];
	struct pw_buf reason;
	const char *details[2], *todo = "Mend the address, then run `poachwatch alerts "
					"resend`.";
	struct pw_trouble trouble = {
		.unique = unique,
		.what = "A mail could not be delivered",
		.details = details,
		.n_details = 2,
		.todo = &todo,
		.n_todo = 1,
	};
	int r;

	/* Who would be told is who cannot be reached. */
	if (fallback_of(post, row))
		return pw_dead_letters_note(post, err);
	snprintf(unique, sizeof unique, "fallback-%" PRId64, row->id);
	pw_buf_init(&reason, 4096);
	pw_buf_adds(&reason, "This could not be delivered to ");
	list_dead(&reason, row);
	pw_buf_adds(&reason, ". Please pass it on.");
	r = send_alert_to_fallback(post, ruleset, row, reason.data, unique, err);
	if (r == 0) {
		details[0] = reason.data;
		details[1] = row->subject ? row->subject : row->kind;
		r = pw_post_trouble(post, &trouble, err);
	}
	pw_buf_done(&reason);
	return r < 0 ? -1 : 0;
}

int pw_refusal_follow_up(const struct pw_post *post, const struct pw_ruleset *ruleset,
			 const struct pw_outbox_row *row, enum pw_delivery_next next,
			 struct pw_err *err)
{
	const struct pw_outbox_rcpt *fallback = fallback_of(post, row);

	if (next == PW_DELIVERY_WITHOUT_ORIGINAL)
		return replace_without_original(post, ruleset, row, err);
	if (next == PW_DELIVERY_FALLBACK)
		return tell_fallback(post, ruleset, row, err);
	if (fallback && fallback->state == PW_OUTBOX_SENT)
		return pw_dead_letters_tell(post, true, err);
	return 0;
}
