/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert_mail.h - who gets an alert, and the alert as a mail for the outbox.
 */
#ifndef PW_ALERT_MAIL_H
#define PW_ALERT_MAIL_H

#include "agent/alert/alert.h"
#include "agent/post.h"
#include "agent/resolve.h"

struct pw_alert_mail {
	enum pw_alert_kind kind;
	const struct pw_finding *finding;
	const struct pw_resolved *resolved;
	const struct pw_ruleset *ruleset;
	const char *mailbox; /* its address */
	int64_t received_ms;
	int64_t case_id, message_id;
	const char *thread_id; /* Message-ID that it answers, NULL: begins a thread */
	const char *const *history;
	size_t n_history;
	const char *news;     /* as struct pw_alert_input has it */
	const void *original; /* raw message, NULL: not to be attached */
	size_t original_len;
	const char *unique;
	const char *reason;          /* why it goes to the fallback, NULL: it does not */
	const char *attachment_note; /* why nothing is attached, where original is NULL */
};

/* "alert", "update", "review", "notice": the kind of the outbox row. */
const char *pw_alert_kind_name(enum pw_alert_kind kind);
bool pw_alert_kind_from_name(const char *name, enum pw_alert_kind *ret);

int pw_alert_mail_queue(const struct pw_post *post, const struct pw_alert_mail *mail,
			int64_t *ret_id, char header_id[PW_TAG_MAX],
			struct pw_err *err) PW_MUST_CHECK;
/* Only the bytes, under a Message-ID that is in the outbox, to these
   recipients. */
int pw_alert_mail_compose(struct pw_buf *out, const struct pw_post *post,
			  const struct pw_alert_mail *mail, const char *header_id,
			  struct pw_err *err) PW_MUST_CHECK;

#endif
