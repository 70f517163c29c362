/* SPDX-License-Identifier: Apache-2.0 */
/* spawn.c - posix_spawn with exactly six descriptors and an empty environment. */
#include "agent/inspect/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/inspect/protocol.h"

#define SOCKET_BUFFER (256 << 10)

static int write_image(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return fcntl(fd, F_ADD_SEALS,
		     F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

int pw_image_seal(int *ret, const char *name, const void *bytes, size_t len,
		  struct pw_err *err)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return pw_err_errno(err, PW_EIO, "cannot make shared memory");
	if (write_image(fd, bytes, len) < 0) {
		pw_err_errno(err, PW_EIO, "cannot fill shared memory");
		close(fd);
		return -1;
	}
	*ret = fd;
	return 0;
}

extern char **environ;

/* Only what the sanitizers read; secrets may stand in the rest. */
static void pick_environment(char **out, size_t max)
{
	static const char *const wanted[] = { "ASAN_OPTIONS=", "UBSAN_OPTIONS=",
					      "LSAN_OPTIONS=" };
	size_t i, k, n = 0;

	for (i = 0; environ && environ[i]; i++)
		for (k = 0; k < PW_ARRAY_LEN(wanted); k++)
			if (pw_starts_with(environ[i], wanted[k]) && n + 1 < max)
				out[n++] = environ[i];
	out[n] = NULL;
}

/* dup2() onto itself would keep close-on-exec, and a low descriptor could be
   overwritten before its turn: lift all three above the targets first. */
static int lift(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 16);
}

static int run(pid_t *ret, const char *program, const int fds[3])
{
	char *argv[] = { (char *)"poachwatch", (char *)PW_INSPECTOR_ARG, NULL };
	char *environment[8];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int r;

	pick_environment(environment, PW_ARRAY_LEN(environment));
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
#ifndef PW_SANITIZED
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
#endif
	posix_spawn_file_actions_adddup2(&actions, fds[0], PW_INSPECTOR_FD);
	posix_spawn_file_actions_adddup2(&actions, fds[1], PW_BUNDLE_FD);
	posix_spawn_file_actions_adddup2(&actions, fds[2], PW_KNOWN_FD);
	posix_spawn_file_actions_addclosefrom_np(&actions, PW_KNOWN_FD + 1);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	/* A group of its own: Ctrl-C on the terminal is the agent's affair. */
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF |
						      POSIX_SPAWN_SETPGROUP);
	r = posix_spawn(ret, program, &actions, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

int pw_child_spawn(struct pw_child *ret, const char *program, int bundle_fd, int known_fd,
		   struct pw_err *err)
{
	PW_CLEANUP(pw_closep) int ours = -1, theirs = -1, bundle = -1, known = -1;
	int pair[2], size = SOCKET_BUFFER, r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return pw_err_errno(err, PW_EIO, "cannot make a socket pair");
	ours = pair[0];
	theirs = pair[1];
	setsockopt(ours, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	setsockopt(theirs, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	bundle = lift(bundle_fd);
	known = lift(known_fd);
	r = lift(theirs);
	close(theirs);
	theirs = r;
	if (bundle < 0 || known < 0 || theirs < 0 || fcntl(ours, F_SETFL, O_NONBLOCK) < 0)
		return pw_err_errno(err, PW_EIO, "cannot prepare an inspector");
	r = run(&ret->pid, program, (const int[3]){ theirs, bundle, known });
	if (r != 0) {
		errno = r;
		return pw_err_errno(err, PW_EIO, "cannot start an inspector");
	}
	ret->fd = ours;
	ours = -1;
	return 0;
}

void pw_child_end(struct pw_child *child, struct pw_err *how)
{
	int status = 0;

	if (child->fd >= 0)
		close(child->fd);
	child->fd = -1;
	if (child->pid <= 0)
		return;
	/* One that died by itself keeps its own status: the kill comes too late. */
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	child->pid = 0;
	if (WIFSIGNALED(status))
		pw_err_set(how, WTERMSIG(status) == SIGKILL ? PW_ECANCELED : PW_ECRASH,
			   "killed by signal %d (%s)", WTERMSIG(status),
			   strsignal(WTERMSIG(status)));
	else
		pw_err_set(how, PW_ECRASH, "ended with status %d", WEXITSTATUS(status));
}
