/* SPDX-License-Identifier: Apache-2.0 */
/*
 * messages.h - what was read from the mailboxes, and what became of it.
 *
 * A message is known by mailbox + UIDVALIDITY + UID and by its hash (SHA-256
 * over it without trace fields, hex, made by the caller).  The life of one:
 * find -> by_hash -> add (+ case, outbox) -> mailbox_advance, all in one
 * transaction; then the acknowledgement on the server; then acked().  After
 * a crash in between, unacked() lists what only needs its acknowledgement.
 */
#ifndef PW_STORE_MESSAGES_H
#define PW_STORE_MESSAGES_H

#include "agent/store/open.h"
#include "rules/match/judge.h"

enum pw_message_state {
	PW_MESSAGE_DECIDED,
	PW_MESSAGE_DUPLICATE, /* the hash was known; nothing judged, raw not kept again */
	PW_MESSAGE_OWN,       /* one of our own mails coming back */
	PW_MESSAGE_UNREADABLE, /* killed an inspector twice; scanned as plain text */
	PW_MESSAGE_TOO_LARGE,  /* not fetched; no hash, no raw */
	PW_MESSAGE_REFUSED,    /* its sender may not forward to us; kept and listed */
	PW_MESSAGE_OLD,        /* older than `since` at the first run; not judged */
};
const char *pw_message_state_name(enum pw_message_state state);

struct pw_message_row {
	int64_t id;
	const char *mailbox; /* its name in the configuration */
	uint32_t uidvalidity, uid;
	const char *hash;    /* NULL: never fetched */
	int64_t size;        /* of the raw message, in bytes */
	int64_t received_ms; /* INTERNALDATE */
	int64_t stored_ms;   /* set by the store when 0 */
	enum pw_message_state state;
	enum pw_verdict verdict;
	const char *forwarder, *subject; /* for lists; strangers' text */
	const char *finding;             /* JSON of the inspector, NULL: none */
	const char *why;                 /* one line */
	int64_t case_id;                 /* the case that it feeds */
	int64_t duplicate_of;            /* id of the message with the same hash */
	bool is_acked;
	bool has_raw;      /* set by the store */
	const char *label; /* feedback: "false-positive", "missed"; NULL: none */
};

/* Find one by its place in a mailbox, by hash (the first that had it; of a
   duplicate never), or by id. */
int pw_store_message_find(struct pw_store *store, const char *mailbox,
			  uint32_t uidvalidity, uint32_t uid, struct pw_arena *arena,
			  struct pw_message_row **ret, struct pw_err *err) PW_MUST_CHECK;
int pw_store_message_by_hash(struct pw_store *store, const char *hash,
			     struct pw_arena *arena, struct pw_message_row **ret,
			     struct pw_err *err) PW_MUST_CHECK;
int pw_store_message_get(struct pw_store *store, int64_t id, struct pw_arena *arena,
			 struct pw_message_row **ret, struct pw_err *err) PW_MUST_CHECK;
/* Add; *ret_id is its id.  raw (NULL allowed) is kept compressed. The same
   mailbox + UIDVALIDITY + UID twice is PW_EINPUT. */
int pw_store_message_add(struct pw_store *store, const struct pw_message_row *row,
			 const void *raw, size_t raw_len, int64_t *ret_id,
			 struct pw_err *err) PW_MUST_CHECK;
/* Later changes. */
int pw_store_message_set_case(struct pw_store *store, int64_t id, int64_t case_id,
			      struct pw_err *err) PW_MUST_CHECK;
int pw_store_message_set_label(struct pw_store *store, int64_t id, const char *label,
			       struct pw_err *err) PW_MUST_CHECK;
/* The raw bytes; *ret owned by the caller (free()), NULL where they are not
   kept (any more).  At most max bytes: else PW_ELIMIT. */
int pw_store_message_raw(struct pw_store *store, int64_t id, size_t max, void **ret,
			 size_t *ret_len, struct pw_err *err) PW_MUST_CHECK;

/* Lists, newest first.  A filter of zeros lists everything. */
struct pw_message_filter {
	const char *mailbox;
	int64_t case_id;
	int64_t before_id;    /* for the next page: ids below this */
	int64_t since_ms;     /* stored at or after */
	unsigned states;      /* bits 1 << enum pw_message_state; 0: all */
	unsigned verdicts;    /* bits 1 << enum pw_verdict; 0: all */
	const char *customer; /* whose case it feeds */
};
int pw_store_message_list(struct pw_store *store, const struct pw_message_filter *filter,
			  size_t limit, struct pw_arena *arena,
			  struct pw_message_row **ret, size_t *ret_n,
			  struct pw_err *err) PW_MUST_CHECK;

/* Acknowledgements: messages of this mailbox and UIDVALIDITY that are
   committed but not yet marked on the server, oldest first. */
int pw_store_unacked(struct pw_store *store, const char *mailbox, uint32_t uidvalidity,
		     size_t limit, struct pw_arena *arena, uint32_t **ret_uids,
		     size_t *ret_n, struct pw_err *err) PW_MUST_CHECK;
int pw_store_acked(struct pw_store *store, const char *mailbox, uint32_t uidvalidity,
		   const uint32_t *uids, size_t n, struct pw_err *err) PW_MUST_CHECK;

/* How far a mailbox has been read. */
struct pw_mailbox_row {
	const char *name;
	uint32_t uidvalidity; /* 0: never opened */
	uint32_t last_uid;    /* every UID up to it is in the store or was passed over */
	int64_t first_ms;     /* first successful opening; `since` counts back from it */
	int64_t last_ok_ms;   /* last time it could be read */
	int64_t n_old;        /* older than `since` at the first run, not judged */
	int64_t failing_ms;   /* since when it fails, 0: fine */
	const char *error;    /* the last failure while failing, NULL: fine */
};
int pw_store_mailbox_get(struct pw_store *store, const char *name, struct pw_arena *arena,
			 struct pw_mailbox_row **ret, struct pw_err *err) PW_MUST_CHECK;
/* Insert or replace all of it. */
int pw_store_mailbox_put(struct pw_store *store, const struct pw_mailbox_row *row,
			 struct pw_err *err) PW_MUST_CHECK;
/* Move last_uid forward (never back within one UIDVALIDITY); a new
   UIDVALIDITY starts again at last_uid. */
int pw_store_mailbox_advance(struct pw_store *store, const char *name,
			     uint32_t uidvalidity, uint32_t last_uid,
			     struct pw_err *err) PW_MUST_CHECK;
int pw_store_mailbox_list(struct pw_store *store, struct pw_arena *arena,
			  struct pw_mailbox_row **ret, size_t *ret_n,
			  struct pw_err *err) PW_MUST_CHECK;

#endif
