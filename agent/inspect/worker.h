/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h - the agent's side of one inspector: a small state machine.
 *
 *   ABSENT -> STARTING -> READY -> ABSENT (died, stalled, retired)
 *
 * Holds up to PW_WORKER_DEPTH jobs so that an inspector never waits for the
 * agent; the first is the one it works on, and bears the blame if it dies.
 */
#ifndef PW_INSPECT_WORKER_H
#define PW_INSPECT_WORKER_H

#include <stdbool.h>

#include "agent/inspect/pool.h"
#include "agent/inspect/spawn.h"

#define PW_WORKER_DEPTH 4

enum pw_worker_state { PW_WORKER_ABSENT, PW_WORKER_STARTING, PW_WORKER_READY };

struct pw_worker {
	struct pw_child child;
	enum pw_worker_state state;
	bool is_retiring; /* takes no new jobs; ends when it has none */
	struct pw_frame_in in;
	struct pw_job *jobs[PW_WORKER_DEPTH]; /* in the order they were given */
	size_t n_jobs;
	size_t n_sent;       /* of jobs, wholly written */
	struct pw_buf head;  /* frame head, job head, JSON: of the one being written */
	size_t written;      /* of head and message together */
	int64_t deadline_ms; /* monotonic; for starting or for jobs[0] */
	size_t n_handled;    /* over its life */
};

void pw_worker_init(struct pw_worker *worker);
/* Ends the child; jobs it held are forgotten. */
void pw_worker_done(struct pw_worker *worker);

/* Start the program and greet it; descriptors and hello are lent for the call.  It
   is PW_WORKER_STARTING until pw_worker_next() saw that it is ready.  PW_ECRASH: it
   ended before it was greeted. */
int pw_worker_start(struct pw_worker *worker, const char *program, int bundle_fd,
		    int known_fd, const struct pw_buf *hello,
		    struct pw_err *err) PW_MUST_CHECK;
/* May it be given one more job? */
bool pw_worker_has_room(const struct pw_worker *worker);
/* Line up a job (borrowed until it is back); pw_worker_write() sends it. */
void pw_worker_give(struct pw_worker *worker, struct pw_job *job, int64_t deadline_ms);
/* Is something left to write? */
bool pw_worker_wants_write(const struct pw_worker *worker);

/* Write what can be written without waiting. -1: the inspector is gone. */
int pw_worker_write(struct pw_worker *worker, struct pw_err *err) PW_MUST_CHECK;
/* Read what there is, without waiting: 1 something, 0 nothing, -1 it is gone. */
int pw_worker_read(struct pw_worker *worker, struct pw_err *err) PW_MUST_CHECK;
/* Use what was read: 1 and *ret_job a job that is back with result or error (NULL:
   it became ready), 0 nothing whole yet, -1 misbehaving (PW_EPROTO, PW_ELIMIT, or
   what it said for refusing to start). */
int pw_worker_next(struct pw_worker *worker, struct pw_job **ret_job,
		   struct pw_err *err) PW_MUST_CHECK;

#endif
