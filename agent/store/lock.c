/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock.c - what one process at a time may do, and waking the agent.
 *
 * A small file beside the store carries the locks (of open file
 * descriptions, so that a crash frees them and threads do not share them)
 * and the process number of the agent; its time stamp is the bell that the
 * agent listens to.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/store/db.h"

int pw_lock_open(struct pw_store *store, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s.lock", store->path);

	store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (store->lock_fd < 0)
		return pw_err_errno(err, PW_ESTORE, "cannot open lock file '%s'", path);
	return 0;
}

int pw_lock_take(struct pw_store *store, enum pw_lock lock, bool wait, struct pw_err *err)
{
	struct flock range = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = lock, .l_len = 1
	};
	int rc;

	if (store->lock_fd < 0)
		return 0; /* in memory: nobody else has it */
	do
		rc = fcntl(store->lock_fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &range);
	while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return 0;
	if (errno == EAGAIN || errno == EACCES)
		return pw_err_set(err, PW_EBUSY,
				  "store '%s' is in use by another process", store->path);
	return pw_err_errno(err, PW_ESTORE, "cannot lock store '%s'", store->path);
}

void pw_lock_drop(struct pw_store *store, enum pw_lock lock)
{
	struct flock range = {
		.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = lock, .l_len = 1
	};

	if (store->lock_fd >= 0)
		fcntl(store->lock_fd, F_OFD_SETLK, &range);
}

void pw_lock_sign(struct pw_store *store)
{
	if (store->lock_fd >= 0 && (ftruncate(store->lock_fd, 0) < 0 ||
				    dprintf(store->lock_fd, "%d\n", (int)getpid()) < 0)) {
		/* the lock says that an agent runs, if not which */
	}
}

bool pw_store_has_agent(const struct pw_store *store, int *ret_pid)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s.lock", store->path);
	PW_CLEANUP(pw_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct flock range = { .l_type = F_WRLCK,
			       .l_whence = SEEK_SET,
			       .l_start = PW_LOCK_AGENT,
			       .l_len = 1 };
	char text[16] = "";

	*ret_pid = 0;
	if (fd < 0 || fcntl(fd, F_OFD_GETLK, &range) < 0 || range.l_type == F_UNLCK)
		return false;
	if (read(fd, text, sizeof text - 1) > 0)
		*ret_pid = atoi(text);
	return true;
}

void pw_lock_tell(struct pw_store *store)
{
	store->changes_told = sqlite3_total_changes(store->db);
	if (store->lock_fd >= 0)
		futimens(store->lock_fd, NULL);
}

int pw_store_watch_fd(struct pw_store *store)
{
	PW_CLEANUP(pw_freep) char *path = NULL;

	if (store->watch_fd >= 0 || store->lock_fd < 0)
		return store->watch_fd;
	store->watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (store->watch_fd < 0)
		return -1;
	path = pw_asprintf("%s.lock", store->path);
	if (inotify_add_watch(store->watch_fd, path, IN_ATTRIB) < 0) {
		close(store->watch_fd);
		store->watch_fd = -1;
	}
	return store->watch_fd;
}

void pw_store_watch_clear(struct pw_store *store)
{
	char events[4096];

	while (store->watch_fd >= 0 && read(store->watch_fd, events, sizeof events) > 0)
		;
}
