/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sender.h - the thread that hands finished mails to the SMTP server.
 *
 * It knows neither store nor cases: mails go in, what the server said comes
 * out.  When to try again is decided in delivery.h.
 */
#ifndef PW_SENDER_H
#define PW_SENDER_H

#include <stdint.h>

#include "agent/base/err.h"
#include "agent/config/config.h"
#include "agent/smtp/smtp.h"

struct pw_sending {
	int64_t id; /* of the outbox row */
	char *raw;  /* owned */
	size_t len;
	struct pw_smtp_recipient *to; /* owned, their addresses too */
	size_t n_to;
	struct pw_err err; /* code PW_OK: each recipient's outcome holds; else the server
			      could not be asked */
};
void pw_sending_free(struct pw_sending *sending);
PW_DEFINE_FREEP(struct pw_sending, pw_sending_free)

struct pw_sender;

/* Start the thread.  config is borrowed until pw_sender_free(). */
int pw_sender_start(struct pw_sender **ret, const struct pw_smtp_config *config,
		    struct pw_err *err) PW_MUST_CHECK;
/* Ends the thread, an SMTP dialogue under way too; what it was sending stays
   queued in the store and goes out again with the same Message-ID. */
void pw_sender_free(struct pw_sender *sender);
PW_DEFINE_FREEP(struct pw_sender, pw_sender_free)

/* Give it a mail; ownership passes. */
void pw_sender_send(struct pw_sender *sender, struct pw_sending *sending);
/* Readable while there are results. */
int pw_sender_fd(const struct pw_sender *sender);
/* A mail that was tried, NULL: none; the caller frees it. */
struct pw_sending *pw_sender_result(struct pw_sender *sender);
/* Mails given and not yet back. */
size_t pw_sender_n_pending(const struct pw_sender *sender);
/* As pw_mailbox_busy_since(). */
int64_t pw_sender_busy_since(const struct pw_sender *sender);

#endif
