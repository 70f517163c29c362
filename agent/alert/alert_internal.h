/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert_internal.h - what the files of this folder share about one alert.
 */
#ifndef PW_ALERT_INTERNAL_H
#define PW_ALERT_INTERNAL_H

#include "agent/alert/alert.h"

/* The names that every part of the alert uses; never NULL. */
struct pw_alert_view {
	const struct pw_alert_input *input;
	enum pw_alert_kind kind;
	const char *prefix; /* of the subject: "URGENT: ", "Review: " ... */
	const char *customer;
	const char *vendor;
	const char *rival;
	pw_day today;
	/* As of today: a mail may be passed on months after it was written. */
	enum pw_timing timing;
};

/* "Dell, Symantec": the vendors of the matched contracts, each once, in the order
   in which the contracts end; out is reset first. */
void pw_alert_vendors(struct pw_buf *out, const struct pw_judgement *judgement);

/* As much of a stranger's words as a line of a letter takes: for "%.*s". */
#define PW_ALERT_NAME_BYTES    160
#define PW_ALERT_SUBJECT_BYTES 400
int pw_alert_cut(const char *text, size_t max);

void pw_alert_subject(struct pw_buf *subject, const struct pw_alert_view *view);

/* Sections, in the order a reader needs them. */
void pw_alert_put_banner(struct pw_doc *doc, const struct pw_alert_view *view);
void pw_alert_put_steps(struct pw_doc *doc, const struct pw_alert_view *view);
void pw_alert_put_contracts(struct pw_doc *doc, const struct pw_alert_view *view);
void pw_alert_put_claims(struct pw_doc *doc, const struct pw_alert_view *view);
void pw_alert_put_who(struct pw_doc *doc, const struct pw_alert_view *view);
void pw_alert_put_words(struct pw_doc *doc, const struct pw_alert_view *view);
void pw_alert_put_foot(struct pw_doc *doc, const struct pw_alert_view *view);

#endif
