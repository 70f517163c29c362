/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipeline.h - one message after another: from raw bytes to a committed verdict.
 *
 *   take -> seen before? -> inspectors -> resolve, judge -> [ message, case,
 *   outbox, mailbox position: one transaction ] -> acknowledge
 *
 * Messages that are ready together share a transaction (at most 50 ms), so
 * that a full mailbox is drained at the speed of the disk and a single mail
 * waits for nothing.  Nothing is acknowledged before the commit returned.
 * One thread.
 */
#ifndef PW_PIPELINE_H
#define PW_PIPELINE_H

#include "agent/base/clock.h"
#include "agent/config/config.h"
#include "agent/imap/imap.h"
#include "agent/inspect/pool.h"
#include "agent/post.h"
#include "agent/store/store.h"
#include "rules/engine/ruleset.h"

#define PW_BATCH_MS  40  /* a transaction waits at most so long for company */
#define PW_BATCH_MAX 128 /* messages of one transaction */

struct pw_pipeline;

struct pw_pipeline_parts {
	struct pw_store *store;
	struct pw_pool *pool;
	const struct pw_clock *clock;
	/* A message was committed (or was committed before) and may be marked on
	   the server; its memory of raw_len bytes is free again. */
	void (*done)(void *self, const char *mailbox, uint32_t uidvalidity, uint32_t uid,
		     size_t raw_len, bool is_to_be_acked);
	/* A batch was committed: a good time to flush.  NULL allowed. */
	void (*committed)(void *self);
	/* Called before each step with its name; tests end the process there.
	   NULL allowed. */
	void (*step)(void *self, const char *name);
	void *self;
};

/* All parts are borrowed.  Reads the key of our tags from the store, or makes it. */
int pw_pipeline_new(struct pw_pipeline **ret, const struct pw_pipeline_parts *parts,
		    struct pw_err *err) PW_MUST_CHECK;
/* What is not committed is dropped; the mailbox still has it. */
void pw_pipeline_free(struct pw_pipeline *pipeline);
PW_DEFINE_FREEP(struct pw_pipeline, pw_pipeline_free)

/* Rules and configuration from now on; borrowed until the next call.  To be
   called before the first message; cannot fail, as a reload must not stop half
   way. */
void pw_pipeline_use(struct pw_pipeline *pipeline, const struct pw_config *config,
		     const struct pw_ruleset *ruleset);

/* What composes our mails; for the loop's own. */
const struct pw_post *pw_pipeline_post(const struct pw_pipeline *pipeline);

/* One message of a mailbox; its bytes are taken over (message->raw becomes
   NULL).  Names are copied. */
int pw_pipeline_take(struct pw_pipeline *pipeline,
		     const struct pw_mailbox_config *mailbox, uint32_t uidvalidity,
		     struct pw_imap_message *message, struct pw_err *err) PW_MUST_CHECK;

/* Take what inspectors finished and commit what is due.  PW_ESTORE and
   PW_EBUSY do not come out of here: the batch is kept and tried again with
   growing pauses.  -1: the store is damaged (PW_EDAMAGED). */
int pw_pipeline_step(struct pw_pipeline *pipeline, struct pw_err *err) PW_MUST_CHECK;
/* When to step again at the latest; -1: nothing is waiting. */
int pw_pipeline_timeout_ms(const struct pw_pipeline *pipeline);
/* Messages taken and not committed. */
size_t pw_pipeline_n_open(const struct pw_pipeline *pipeline);

#endif
