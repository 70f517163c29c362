/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known_image.h - what we own, from the store into shared memory.
 *
 * Inspectors map the image read-only (rules/match/known.h looks things up in
 * it).  A million contracts take seconds to read: a running agent makes a new
 * image in the background and goes on with the old one.
 */
#ifndef PW_CONTRACTS_KNOWN_IMAGE_H
#define PW_CONTRACTS_KNOWN_IMAGE_H

#include "agent/store/store.h"

struct pw_known_image {
	int fd; /* memfd, sealed against any change; owned */
	size_t len;
	int64_t version; /* pw_store_contracts_version() that it shows */
};
#define PW_KNOWN_IMAGE_NONE                                                              \
	{                                                                                \
		-1, 0, 0                                                                 \
	}

/* Make it now.  On success *ret is owned by the caller. */
int pw_known_image_make(struct pw_known_image *ret, struct pw_store *store,
			struct pw_err *err) PW_MUST_CHECK;
/* Closes the memfd.  Legal on PW_KNOWN_IMAGE_NONE. */
void pw_known_image_done(struct pw_known_image *image);

/* Make it on a thread of its own, which opens the store at path for itself.
   path is copied; clock is borrowed until _finish(). */
struct pw_known_image_job;
int pw_known_image_start(struct pw_known_image_job **ret, const char *path,
			 const struct pw_clock *clock, struct pw_err *err) PW_MUST_CHECK;
/* Readable when the image is ready (or failed); borrowed until _finish(). */
int pw_known_image_job_fd(const struct pw_known_image_job *job);
/* Waits for the end; frees the job in any case.  NULL is PW_ENOTFOUND. */
int pw_known_image_finish(struct pw_known_image_job *job, struct pw_known_image *ret,
			  struct pw_err *err) PW_MUST_CHECK;
/* Ends it, without waiting for a million contracts to be read; frees the job.
   NULL allowed. */
void pw_known_image_abandon(struct pw_known_image_job *job);

#endif
