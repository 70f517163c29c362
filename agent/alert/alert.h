/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert.h - what the mails of the agent say.
 *
 * Each function fills a document (agent/alert/doc.h) and a subject; none
 * sends.  A reader decides in one minute: who, which contract, how sure, how
 * urgent, what they claim, what to do now.
 */
#ifndef PW_ALERT_H
#define PW_ALERT_H

#include <stdint.h>

#include "agent/alert/doc.h"
#include "rules/match/judge.h"

/* One message that tells of a case. */
struct pw_alert_input {
	const struct pw_finding *finding;
	const struct pw_judgement *judgement;
	const struct pw_vendor
		*vendor;     /* deadline and advice of the rule file; NULL: none */
	int64_t case_id;     /* 0: none (a review or notice without a case) */
	const char *mailbox; /* where it was forwarded to */
	int64_t received_ms;
	const char *const
		*history; /* lines about earlier messages of the case, oldest first */
	size_t n_history;
	const char *news; /* what a known case had not: "they ask for a change of
			     partner"; NULL: the case is new, or nothing is */
	const char *attachment_note; /* why the original is not attached; NULL: it is */
};

enum pw_alert_kind {
	PW_ALERT_NEW,    /* a case begins, or something about it is new */
	PW_ALERT_UPDATE, /* more mails about a known case, nothing new in them */
	PW_ALERT_REVIEW, /* a solicitation that matches nothing we own */
	PW_ALERT_NOTICE, /* nobody solicits, but the owner should know */
};

/* Subject lines have at most this many characters. */
#define PW_SUBJECT_CHARS 80

/* Fill doc and subject (reset first). */
void pw_alert_write(struct pw_doc *doc, struct pw_buf *subject, enum pw_alert_kind kind,
		    const struct pw_alert_input *input);

/* Something a person must see to: a mailbox that cannot be read, a message
   too large, a dead letter.  what: one line; details and todo: one line an item. */
void pw_trouble_write(struct pw_doc *doc, struct pw_buf *subject, const char *what,
		      const char *const *details, size_t n_details,
		      const char *const *todo, size_t n_todo);

/* The short answer to the customer who forwarded (alerts.acknowledge). */
struct pw_thanks_input {
	const char *company;                 /* our name */
	const char *forwarder_name;          /* NULL: unknown */
	const struct pw_contract *contracts; /* matched ones */
	size_t n_contracts;
	const char *original_subject;
	const char *owner_email;
	pw_day today; /* contracts that ended before are not spoken of */
};
void pw_thanks_write(struct pw_doc *doc, struct pw_buf *subject,
		     const struct pw_thanks_input *input);

/* The digest (alerts.digest): what ends soon and what nobody has touched. */
struct pw_due_row {
	struct pw_contract contract;
	int days_left;
	bool is_solicited; /* a rival is after it (open case) */
	const char *rival; /* NULL: nobody */
	bool is_touched;
	const char *last_touch; /* "2026-10-02 quoted", NULL: never */
};
struct pw_digest_input {
	const char *owner; /* NULL: the summary for sales operations */
	pw_day today;
	const struct pw_due_row *rows; /* solicited first, then by end date */
	size_t n_rows;
	const char *value; /* at risk, by currency (pw_due_value()); NULL: unknown */
	uint64_t n_mails_seen, n_alerts, n_reviews, n_ignored; /* since the last digest */
	const char *since; /* day of the last digest, "" for the first */
};
void pw_digest_write(struct pw_doc *doc, struct pw_buf *subject,
		     const struct pw_digest_input *input);

/* "31,800.00 USD"; "" where there is no value.  out is reset first. */
void pw_money(struct pw_buf *out, const char *value, const char *currency);
/* "in 19 days", "today", "3 days ago". */
void pw_days_words(struct pw_buf *out, int days);

#endif
