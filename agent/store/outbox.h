/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox.h - mail that must go out, and the record of what went.
 *
 * A row is committed together with the verdict that causes it; the sender
 * drains it afterwards.  Its Message-ID never changes, so a repeated send is
 * recognised as the same mail.
 */
#ifndef PW_STORE_OUTBOX_H
#define PW_STORE_OUTBOX_H

#include "agent/store/open.h"

enum pw_outbox_state {
	PW_OUTBOX_QUEUED,
	PW_OUTBOX_SENT,
	PW_OUTBOX_DEAD, /* given up: a dead letter */
};
const char *pw_outbox_state_name(enum pw_outbox_state state);

struct pw_outbox_rcpt {
	const char *address;
	enum pw_outbox_state state; /* PW_OUTBOX_DEAD: refused for good */
	const char *error;          /* the server's words, NULL: none */
};

struct pw_outbox_row {
	int64_t id;
	const char *kind;      /* alert, update, review, notice, operations, digest,
				  acknowledgement */
	const char *header_id; /* Message-ID without <>; unique */
	const char *subject;   /* for lists */
	int64_t case_id;       /* 0: none */
	int64_t message_id;    /* row of the message it is about or attaches; 0: none */
	const char *compose;   /* JSON that the mail is composed from when it is sent;
				  NULL: data holds it */
	const void *data;      /* the finished mail; NULL: compose */
	size_t data_len;
	bool without_original; /* send it without the attachment (after a 5xx) */
	struct pw_outbox_rcpt *rcpts;
	size_t n_rcpts;
	enum pw_outbox_state state;
	int attempts;
	int64_t created_ms; /* set by the store when 0 */
	int64_t next_ms;    /* not before; 0: at once */
	int64_t done_ms;    /* sent or given up */
	const char *error;  /* of the last attempt */
};

/* Add with its recipients (all queued); *ret_id is its id.  The same
   header_id again changes nothing and gives the id that is there. */
int pw_store_outbox_add(struct pw_store *store, const struct pw_outbox_row *row,
			int64_t *ret_id, struct pw_err *err) PW_MUST_CHECK;
/* Whole, with data. */
int pw_store_outbox_get(struct pw_store *store, int64_t id, struct pw_arena *arena,
			struct pw_outbox_row **ret, struct pw_err *err) PW_MUST_CHECK;
/* Whose turn it is: rows due until then, and those that wait for a time beyond
   any pause, because the clock was set back since they were put off. */
struct pw_outbox_turn {
	int64_t until_ms, beyond_ms;
};
/* Queued rows whose turn it is, oldest next_ms first; without data. */
int pw_store_outbox_due(struct pw_store *store, const struct pw_outbox_turn *turn,
			size_t limit, struct pw_arena *arena, struct pw_outbox_row **ret,
			size_t *ret_n, struct pw_err *err) PW_MUST_CHECK;
/* When the next queued row is due; 0: the outbox is empty. */
int pw_store_outbox_next_ms(struct pw_store *store, int64_t *ret,
			    struct pw_err *err) PW_MUST_CHECK;

/* Write back what an attempt changed: state, attempts, next_ms, done_ms,
   error, without_original and the state and error of each recipient. */
int pw_store_outbox_update(struct pw_store *store, const struct pw_outbox_row *row,
			   struct pw_err *err) PW_MUST_CHECK;
/* Put other bytes in the place of the finished mail (its Message-ID stays). */
int pw_store_outbox_replace(struct pw_store *store, int64_t id, const void *data,
			    size_t data_len, struct pw_err *err) PW_MUST_CHECK;
/* Every queued row is due now, whatever its pause. */
int pw_store_outbox_hurry(struct pw_store *store, struct pw_err *err) PW_MUST_CHECK;
/* Queue again: recipients that were not reached (all when everyone was). */
int pw_store_outbox_requeue(struct pw_store *store, int64_t id,
			    struct pw_err *err) PW_MUST_CHECK;

/* Newest first, without data. */
struct pw_outbox_filter {
	unsigned states;   /* bits 1 << enum pw_outbox_state; 0: all */
	const char *kind;  /* NULL: all */
	int64_t case_id;   /* 0: all */
	int64_t since_ms;  /* created at or after */
	int64_t before_id; /* for the next page */
};
int pw_store_outbox_list(struct pw_store *store, const struct pw_outbox_filter *filter,
			 size_t limit, struct pw_arena *arena, struct pw_outbox_row **ret,
			 size_t *ret_n, struct pw_err *err) PW_MUST_CHECK;
/* How many of this kind (NULL: any) were made since; for caps an hour.  Those
   that a clock set back has put into the future do not count. */
int pw_store_outbox_count(struct pw_store *store, const char *kind, int64_t since_ms,
			  int64_t *ret, struct pw_err *err) PW_MUST_CHECK;
/* Is this Message-ID (without <>) one of ours? */
int pw_store_outbox_knows(struct pw_store *store, const char *header_id, bool *ret,
			  struct pw_err *err) PW_MUST_CHECK;

#endif
