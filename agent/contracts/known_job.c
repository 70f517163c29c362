/* SPDX-License-Identifier: Apache-2.0 */
/* known_job.c - making the image on a thread of its own. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/contracts/known_image.h"

struct pw_known_image_job {
	pthread_t thread;
	char *path;
	const struct pw_clock *clock;
	int event_fd;
	atomic_bool is_unwanted;
	int rc;
	struct pw_known_image image;
	struct pw_err err;
};

static void free_job(struct pw_known_image_job *job)
{
	pw_closep(&job->event_fd);
	pw_known_image_done(&job->image);
	free(job->path);
	free(job);
}

static void *make(void *self)
{
	struct pw_known_image_job *job = self;
	PW_CLEANUP(pw_store_closep) struct pw_store *store = NULL;

	job->rc =
		pw_store_open(&store, job->path, PW_STORE_READER, job->clock, &job->err);
	if (job->rc == 0) {
		pw_store_stop_when(store, &job->is_unwanted);
		job->rc = pw_known_image_make(&job->image, store, &job->err);
	}
	eventfd_write(job->event_fd, 1);
	return NULL;
}

/* Signals are the main thread's. */
static int start_thread(struct pw_known_image_job *job)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&job->thread, NULL, make, job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int pw_known_image_start(struct pw_known_image_job **ret, const char *path,
			 const struct pw_clock *clock, struct pw_err *err)
{
	struct pw_known_image_job *job = pw_alloc(1, sizeof *job);

	job->path = pw_strdup(path);
	job->clock = clock;
	job->image.fd = -1;
	job->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (job->event_fd < 0 || (errno = start_thread(job)) != 0) {
		pw_err_errno(err, PW_EIO, "cannot start a thread");
		free_job(job);
		return -1;
	}
	*ret = job;
	return 0;
}

int pw_known_image_job_fd(const struct pw_known_image_job *job)
{
	return job->event_fd;
}

int pw_known_image_finish(struct pw_known_image_job *job, struct pw_known_image *ret,
			  struct pw_err *err)
{
	int rc;

	if (!job)
		return pw_err_set(err, PW_ENOTFOUND, "no image is being made");
	pthread_join(job->thread, NULL);
	rc = job->rc;
	if (rc == 0) {
		*ret = job->image;
		job->image.fd = -1;
	} else {
		*err = job->err;
	}
	free_job(job);
	return rc;
}

void pw_known_image_abandon(struct pw_known_image_job *job)
{
	if (!job)
		return;
	atomic_store(&job->is_unwanted, true);
	pthread_join(job->thread, NULL);
	free_job(job);
}
