/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipeline_item.h - private to the pipeline: one message on its way.
 */
#ifndef PW_PIPELINE_ITEM_H
#define PW_PIPELINE_ITEM_H

#include "agent/crypto/hash.h"
#include "agent/pipeline.h"

struct pw_item {
	char *mailbox;     /* name */
	char *address;     /* of the mailbox */
	char *authserv_id; /* NULL: nobody's */
	uint32_t uidvalidity, uid;
	int64_t received_ms;
	uint64_t size;
	enum pw_imap_state state;
	char *raw;
	size_t len;
	char hash[PW_HASH_TEXT]; /* "": never fetched */
	struct pw_job job;
	bool is_stored_before; /* its place in the mailbox is in the store */
	bool is_duplicate;     /* its hash is */
	bool is_ready;         /* nothing to wait for any more */
	bool is_done;          /* committed */
	int64_t ready_ms;      /* monotonic */
	struct pw_item *next;  /* in the order of arrival */
};

/* What records need. */
struct pw_recorder {
	struct pw_store *store;
	const struct pw_config *config;
	const struct pw_ruleset *ruleset;
	const struct pw_clock *clock;
	struct pw_post post;
	void (*step)(void *self, const char *name);
	void *self;
};

/* Write everything about one message: its row, case and mails.  Inside the
   caller's transaction.  Errors of the store come out; anything else that is
   wrong with the message is recorded with it. */
int pw_record(struct pw_recorder *recorder, struct pw_item *item,
	      struct pw_err *err) PW_MUST_CHECK;

#endif
