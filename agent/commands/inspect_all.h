/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect_all.h - run every message of some paths through the inspectors,
 * several at a time, and hand the answers back in the order of the input.
 */
#ifndef PW_INSPECT_ALL_H
#define PW_INSPECT_ALL_H

#include "agent/commands/mailfiles.h"
#include "agent/inspect/pool.h"

struct pw_inspect_all {
	struct pw_pool *pool;
	enum pw_job_kind kind;
	const char *mailbox;     /* NULL: unknown */
	const char *authserv_id; /* NULL: nobody's */
	/* One message with its answer (job->outcome, job->result); both are
	   borrowed for the call.  -1 ends the run. */
	int (*each)(void *self, const struct pw_mailfile *file, const struct pw_job *job,
		    struct pw_err *err);
	void *self;
};

/* Where messages come from, one by one. */
struct pw_mail_source {
	/* As pw_mailfiles_next(). */
	int (*next)(void *self, struct pw_mailfile *ret, struct pw_err *err);
	size_t (*found)(void *self); /* how many there are, as far as known */
	void *self;
};

/* Messages that cannot be read are named on standard error and counted in
 *ret_unread; the rest goes on. */
int pw_inspect_source(const struct pw_inspect_all *run,
		      const struct pw_mail_source *source, size_t *ret_unread,
		      struct pw_err *err) PW_MUST_CHECK;
/* The same over files and folders. */
int pw_inspect_all(const struct pw_inspect_all *run, const char *const *paths,
		   size_t n_paths, size_t *ret_unread, struct pw_err *err) PW_MUST_CHECK;

#endif
