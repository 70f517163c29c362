/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/rulefiles/watch.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/rulefiles/rulefiles.h"

#define MAX_DEPTH   8
#define MAX_FOLDERS 2000
#define QUIET_MS    100  /* no more events: the editor is done */
#define LOOK_MS     2000 /* network file systems tell nothing: look anyway */
#define EVENTS                                                                           \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE |          \
	 IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR)

struct pw_rulewatch {
	const char *const *folders;
	size_t n;
	int fd;
	size_t n_watched;
	unsigned long long stamp; /* as of the last change told */
	bool is_mail_saved, has_new_folder;
	char name[NAME_MAX + 1];
};

static void watch_folder(struct pw_rulewatch *watch, const char *path, int depth)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (depth > MAX_DEPTH || watch->n_watched >= MAX_FOLDERS ||
	    inotify_add_watch(watch->fd, path, EVENTS) < 0)
		return;
	watch->n_watched++;
	dir = opendir(path);
	while (dir && (entry = readdir(dir)) != NULL) {
		PW_CLEANUP(pw_freep) char *child = NULL;

		if (entry->d_name[0] == '.')
			continue;
		child = pw_asprintf("%s/%s", path, entry->d_name);
		if (stat(child, &st) == 0 && S_ISDIR(st.st_mode))
			watch_folder(watch, child, depth + 1);
	}
	if (dir)
		closedir(dir);
}

/* A file is watched through its folder, because saving may replace it.  What is
   watched already stays so. */
static void watch_all(struct pw_rulewatch *watch)
{
	struct stat st;
	size_t i;

	watch->n_watched = 0;
	watch->has_new_folder = false;
	for (i = 0; i < watch->n; i++) {
		const char *path = watch->folders[i], *slash = strrchr(path, '/');
		PW_CLEANUP(pw_freep) char *parent = NULL;

		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
			watch_folder(watch, path, 0);
			continue;
		}
		parent = slash ? pw_strndup(path, (size_t)(slash - path) + 1)
			       : pw_strdup(".");
		if (inotify_add_watch(watch->fd, parent, EVENTS) >= 0)
			watch->n_watched++;
	}
}

int pw_rulewatch_new(struct pw_rulewatch **ret, const char *const *folders, size_t n,
		     struct pw_err *err)
{
	struct pw_rulewatch *watch = pw_alloc(1, sizeof *watch);

	watch->folders = folders;
	watch->n = n;
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch->fd < 0) {
		free(watch);
		return pw_err_errno(err, PW_EIO, "cannot watch the rule folders");
	}
	watch_all(watch);
	watch->stamp = pw_rulefiles_stamp(folders, n);
	*ret = watch;
	return 0;
}

void pw_rulewatch_free(struct pw_rulewatch *watch)
{
	if (!watch)
		return;
	close(watch->fd);
	free(watch);
}

static void take_event(struct pw_rulewatch *watch, const struct inotify_event *event)
{
	const char *name = event->len ? event->name : "";

	if (event->mask & IN_ISDIR && event->mask & (IN_CREATE | IN_MOVED_TO))
		watch->has_new_folder = true;
	if (!*name || *name == '.' || event->mask & (IN_ISDIR | IN_CREATE))
		return;
	if (pw_ends_with_i(name, ".eml"))
		watch->is_mail_saved = true;
	else if (!pw_ends_with_i(name, ".yaml") && !pw_ends_with_i(name, ".yml"))
		return;
	strcpy(watch->name, name);
}

static void take_events(struct pw_rulewatch *watch)
{
	_Alignas(struct inotify_event) char events[16384];
	ssize_t len, at;

	while ((len = read(watch->fd, events, sizeof events)) > 0)
		for (at = 0; at < len;) {
			const struct inotify_event *event = (const void *)(events + at);

			take_event(watch, event);
			at += (ssize_t)(sizeof *event + event->len);
		}
}

/* Nothing moves any more: is it other than at the last look? */
static bool has_changed(struct pw_rulewatch *watch)
{
	unsigned long long now = pw_rulefiles_stamp(watch->folders, watch->n);
	bool is_changed = now != watch->stamp || watch->is_mail_saved;

	watch->stamp = now;
	watch->is_mail_saved = false;
	return is_changed;
}

int pw_rulewatch_wait(struct pw_rulewatch *watch, const sigset_t *mask,
		      const char **ret_name, struct pw_err *err)
{
	const struct timespec quiet = { 0, QUIET_MS * 1000000L };
	const struct timespec look = { LOOK_MS / 1000, LOOK_MS % 1000 * 1000000L };
	struct pollfd fd = { .fd = watch->fd, .events = POLLIN };
	bool is_moving = false;
	int n;

	watch->name[0] = '\0';
	for (;;) {
		n = ppoll(&fd, 1, is_moving ? &quiet : &look, mask);
		if (n < 0 && errno == EINTR)
			return 0;
		if (n < 0)
			return pw_err_errno(err, PW_EIO, "cannot wait for a change");
		is_moving = n > 0;
		if (n > 0) {
			take_events(watch);
			continue;
		}
		/* Folders that came or came back are watched from now on. */
		watch_all(watch);
		if (has_changed(watch)) {
			*ret_name = watch->name[0] ? watch->name : NULL;
			return 1;
		}
	}
}
