/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox.h - keeps the outbox moving: a row that is due goes to the sender, what
 * the server said goes back into the store, then the next.  One at a time, so
 * that after a kill at most one mail is sent a second time.
 *
 * A mail that was accepted but could not be recorded is sent again later with
 * the same Message-ID; one that was recorded is never sent again.
 */
#ifndef PW_OUTBOX_H
#define PW_OUTBOX_H

#include "agent/delivery.h"
#include "agent/post.h"
#include "rules/engine/ruleset.h"

struct pw_outbox;

struct pw_outbox_parts {
	struct pw_store *store;
	const struct pw_clock *clock;
	/* Takes ownership of the mail; its result comes by pw_outbox_result(). */
	void (*send)(void *self, struct pw_sending *sending);
	/* As in pipeline.h.  NULL allowed. */
	void (*step)(void *self, const char *name);
	void *self;
	bool is_once; /* every row is tried once, whatever its pause */
};

int pw_outbox_new(struct pw_outbox **ret, const struct pw_outbox_parts *parts,
		  struct pw_err *err) PW_MUST_CHECK;
void pw_outbox_free(struct pw_outbox *outbox);
PW_DEFINE_FREEP(struct pw_outbox, pw_outbox_free)

/* post and ruleset from now on; borrowed until the next call. */
void pw_outbox_use(struct pw_outbox *outbox, const struct pw_post *post,
		   const struct pw_ruleset *ruleset);

/* Hand over the next that is due.  Failures of the store are logged and tried again. */
void pw_outbox_pump(struct pw_outbox *outbox);
/* A result of the sender; ownership passes. */
void pw_outbox_result(struct pw_outbox *outbox, struct pw_sending *sending);
/* The sender is gone and with it what it had: rows that were under way are due
   again. */
void pw_outbox_forget(struct pw_outbox *outbox);
/* When to pump again at the latest; -1: nothing is queued. */
int64_t pw_outbox_timeout_ms(struct pw_outbox *outbox);
/* Nothing is at the sender and nothing is due. */
bool pw_outbox_is_idle(struct pw_outbox *outbox);

#endif
