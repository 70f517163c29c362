/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h - the inspectors as the agent sees them: jobs in, results out.
 *
 * Several inspectors work side by side, so results come in any order.  An
 * inspector that dies, stalls past the deadline or breaks the protocol is
 * killed and replaced; its message is tried once more, then scanned as plain
 * text and given back as unreadable.  One thread at a time; nothing blocks
 * but pw_pool_wait().
 */
#ifndef PW_INSPECT_POOL_H
#define PW_INSPECT_POOL_H

#include <jansson.h>
#include <poll.h>
#include <stddef.h>

#include "agent/base/clock.h"
#include "agent/base/day.h"
#include "agent/base/err.h"
#include "agent/inspect/protocol.h"
#include "rules/engine/bundle.h"

#define PW_POOL_MAX 16 /* inspectors */

struct pw_pool;

struct pw_pool_options {
	const char *program;          /* path of the binary to run; copied */
	size_t n_inspectors;          /* 0: one per core, at most 4 */
	int64_t deadline_ms;          /* per message; 0: 10 s */
	size_t memory_bytes;          /* address space of each; 0: 1 GB */
	const struct pw_clock *clock; /* NULL: the machine's; borrowed */
};

/* What inspectors know from their start; everything is copied. */
struct pw_pool_setup {
	const struct pw_bundle *bundle; /* NULL: no rules, PW_JOB_PARSE only */
	int known_fd; /* sealed image of what we own (duplicated); -1: no contracts */
	const char *const *domains; /* of our company */
	size_t n_domains;
	const char *const *names; /* of our company, as in struct pw_us */
	size_t n_names;
};

enum pw_job_outcome {
	PW_JOB_DONE,       /* result holds the answer */
	PW_JOB_FAILED,     /* the inspector said why not: err */
	PW_JOB_UNREADABLE, /* inspectors died or stalled over it: err says how; result:
			      finding of the plain text scan, NULL where that died too */
};

/* One message on its way; storage and raw bytes belong to the caller and stay
   until the job comes back from pw_pool_take(). */
struct pw_job {
	enum pw_job_kind kind;
	const void *raw;
	size_t len;
	const char *mailbox;     /* address of the watched mailbox, NULL: unknown */
	const char *authserv_id; /* NULL: nobody's results are believed */
	pw_day received;         /* PW_DAY_NONE: unknown */
	void *cookie;            /* the caller's */

	enum pw_job_outcome outcome;
	json_t *result; /* the caller's to json_decref() */
	struct pw_err err;

	struct pw_job *next; /* private from here */
	int strikes;
};

/* Inspectors start as jobs need them. */
int pw_pool_new(struct pw_pool **ret, const struct pw_pool_options *options,
		const struct pw_pool_setup *setup, struct pw_err *err) PW_MUST_CHECK;
/* Jobs under way are forgotten. */
void pw_pool_free(struct pw_pool *pool);
PW_DEFINE_FREEP(struct pw_pool, pw_pool_free)

/* New rules, contracts or names: inspectors finish what they have, then new
   ones take their place.  On failure the pool goes on as before. */
int pw_pool_renew(struct pw_pool *pool, const struct pw_pool_setup *setup,
		  struct pw_err *err) PW_MUST_CHECK;

/* Start all inspectors now, so that the first job does not wait for rules to
   be compiled. */
int pw_pool_warm(struct pw_pool *pool, struct pw_err *err) PW_MUST_CHECK;

void pw_pool_submit(struct pw_pool *pool, struct pw_job *job);
/* A job that is back, NULL: none now. */
struct pw_job *pw_pool_take(struct pw_pool *pool);

/* For a loop: what to poll for (at most PW_POOL_MAX entries), how long at most
   (-1: no deadline), then step.  Fails only when inspectors cannot be started
   at all (err says why: PW_ECONFIG for rules they refuse); those that are
   killed while they start are started again after a pause. */
size_t pw_pool_pollfds(const struct pw_pool *pool, struct pollfd *fds);
int pw_pool_timeout_ms(const struct pw_pool *pool);
int pw_pool_step(struct pw_pool *pool, struct pw_err *err) PW_MUST_CHECK;
/* Wait until something happened (at most timeout_ms, -1: no limit) and step. */
int pw_pool_wait(struct pw_pool *pool, int timeout_ms, struct pw_err *err) PW_MUST_CHECK;

/* Why no inspector has started lately although work may wait; NULL: fine. */
const struct pw_err *pw_pool_trouble(const struct pw_pool *pool);
/* How many inspectors were replaced after a crash or stall. */
size_t pw_pool_n_replaced(const struct pw_pool *pool);
/* Process ids of the live ones, for tests and `status`; returns how many. */
size_t pw_pool_pids(const struct pw_pool *pool, pid_t *pids, size_t max);

#endif
