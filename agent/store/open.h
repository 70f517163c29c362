/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open.h - the store itself: open, lock, transactions, small values, counts.
 *
 * store.h states the rules that hold for every function of the store.
 */
#ifndef PW_STORE_OPEN_H
#define PW_STORE_OPEN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"

struct pw_store;

enum pw_store_mode {
	PW_STORE_AGENT,   /* the one agent: holds the agent lock; creates, migrates */
	PW_STORE_COMMAND, /* a command beside a running agent; creates, and migrates
			     where no agent runs */
	PW_STORE_READER,  /* reads only; never creates (PW_ENOTFOUND) or migrates */
};

/* Open the store at path.  A missing or empty file is created with mode
   0600.  A file that is not ours, damaged, newer than this program, or (for
   PW_STORE_AGENT) in use by another agent is refused with instructions
   (PW_EDAMAGED, PW_EBUSY) and not written to.  clock is borrowed until
   pw_store_close(). */
int pw_store_open(struct pw_store **ret, const char *path, enum pw_store_mode mode,
		  const struct pw_clock *clock, struct pw_err *err) PW_MUST_CHECK;
/* A store that lives in memory only (scan, tests). */
int pw_store_open_memory(struct pw_store **ret, const struct pw_clock *clock,
			 struct pw_err *err) PW_MUST_CHECK;
/* An open transaction is rolled back.  NULL allowed. */
void pw_store_close(struct pw_store *store);
PW_DEFINE_FREEP(struct pw_store, pw_store_close)

/* The time by the store's clock, in milliseconds since 1970. */
int64_t pw_store_now(const struct pw_store *store);

/* Run as root: go on with the effective user and group that own the store
   file (or its folder, where there is no file yet), so that no file of it
   becomes root's.  Nothing happens for anybody else.  Open files that only
   root may read before. */
int pw_store_become_owner(const char *path, struct pw_err *err) PW_MUST_CHECK;

/* One transaction; they nest: an inner one can be rolled back alone, and
   nothing is durable before the outermost commit returns 0.  Every function
   that writes is atomic on its own; outside a transaction it is its own.
   Other processes wait while one is open: keep it under 50 ms. */
int pw_store_begin(struct pw_store *store, struct pw_err *err) PW_MUST_CHECK;
int pw_store_commit(struct pw_store *store, struct pw_err *err) PW_MUST_CHECK;
/* Ends the innermost transaction as if it had not been; never fails. */
void pw_store_rollback(struct pw_store *store);
/* Commit where result (of what was done in it) is 0; else, and where that fails,
   roll back.  0 when it is committed, else -1. */
int pw_store_end(struct pw_store *store, int result, struct pw_err *err) PW_MUST_CHECK;
/* How long a write waits for another process's transaction: at most ms (at first
   5 s), or until fd (-1: none; borrowed) is readable. */
void pw_store_set_patience(struct pw_store *store, int ms, int fd);
/* Whatever is read or written fails (PW_ESTORE) once *flag is true; borrowed. */
void pw_store_stop_when(struct pw_store *store, atomic_bool *flag);
/* Since when no write has worked (monotonic, by the store's clock); 0: the last
   one did. */
int64_t pw_store_failing_ms(const struct pw_store *store);

/* Small values by name (live rules version, key of own-mail tags, last
   digest ...).  *ret is NULL where there is none; setting NULL removes. */
int pw_store_get(struct pw_store *store, const char *key, struct pw_arena *arena,
		 const char **ret, struct pw_err *err) PW_MUST_CHECK;
int pw_store_set(struct pw_store *store, const char *key, const char *value,
		 struct pw_err *err) PW_MUST_CHECK;

/* Grows by one with every import that changed a contract: when it differs
   from the last look, rebuild what was made from contracts.  Cheap. */
int pw_store_contracts_version(struct pw_store *store, int64_t *ret,
			       struct pw_err *err) PW_MUST_CHECK;
/* A file descriptor that becomes readable when another process has changed
   contracts, outbox or cases (poll it; then call pw_store_watch_clear() and
   look).  Owned by the store; -1 where there is none (memory). */
int pw_store_watch_fd(struct pw_store *store);
void pw_store_watch_clear(struct pw_store *store);
/* Does an agent run on this store?  *ret_pid: its process, 0 where unknown. */
bool pw_store_has_agent(const struct pw_store *store, int *ret_pid);

/* Figures for `status`, the digest and metrics. */
struct pw_store_counts {
	int64_t messages, alerts, reviews, ignored, duplicates;
	int64_t unreadable, too_large, refused; /* messages by state */
	int64_t unacked;                        /* committed, not yet acknowledged */
	int64_t contracts, customers;
	int64_t open_cases;
	int64_t outbox_queued, outbox_sent, outbox_dead;
};
/* Messages stored and mails made since since_ms; the rest as it is now. */
int pw_store_counts(struct pw_store *store, int64_t since_ms, struct pw_store_counts *ret,
		    struct pw_err *err) PW_MUST_CHECK;

#endif
