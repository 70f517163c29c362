/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/secret/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/clock.h"

extern char **environ;

static int spawn_shell(const char *command, int out_fd, pid_t *ret, struct pw_err *err)
{
	char *const argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)command, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int code;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY,
					 0);
	posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
						      POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	code = posix_spawn(ret, argv[0], &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (!code)
		return 0;
	errno = code;
	return pw_err_errno(err, PW_ECONFIG, "password_command cannot be run");
}

/* 1: data or the end can be read; 0: too late; -1: canceled. */
static int await_output(int fd, int abort_fd, int64_t end_ms)
{
	struct pollfd fds[2] = { { fd, POLLIN, 0 }, { abort_fd, POLLIN, 0 } };

	for (;;) {
		int64_t left = end_ms - pw_monotonic_ms(&pw_clock_real);
		int n = left > 0 ? poll(fds, 2, (int)left) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0 && fds[1].revents)
			return -1;
		return n > 0;
	}
}

static int collect(int fd, char *buf, size_t size, size_t *ret_len, int abort_fd,
		   struct pw_err *err)
{
	int64_t end = pw_monotonic_ms(&pw_clock_real) + PW_COMMAND_TIMEOUT_MS;
	size_t len = 0;

	while (len < size) {
		int ready = await_output(fd, abort_fd, end);
		ssize_t n;

		if (ready < 0)
			return pw_err_set(err, PW_ECANCELED, "password_command stopped");
		if (!ready)
			return pw_err_set(err, PW_ECONFIG,
					  "password_command took longer than %d s",
					  PW_COMMAND_TIMEOUT_MS / 1000);
		n = read(fd, buf + len, size - len);
		if (n < 0)
			return pw_err_errno(err, PW_ECONFIG, "password_command");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return 0;
}

static int reap(pid_t pid, struct pw_err *err)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return pw_err_errno(err, PW_ECONFIG, "password_command");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status))
		return pw_err_set(err, PW_ECONFIG,
				  "password_command failed with status %d",
				  WEXITSTATUS(status));
	return pw_err_set(err, PW_ECONFIG, "password_command was ended by signal %d",
			  WTERMSIG(status));
}

int pw_command_output(const char *command, char *buf, size_t size, size_t *ret_len,
		      int abort_fd, struct pw_err *err)
{
	PW_CLEANUP(pw_closep) int out = -1;
	int ends[2], result;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return pw_err_errno(err, PW_EIO, "password_command");
	out = ends[0];
	result = spawn_shell(command, ends[1], &pid, err);
	close(ends[1]);
	if (result < 0)
		return -1;
	result = collect(out, buf, size, ret_len, abort_fd, err);
	if (result < 0)
		kill(-pid, SIGKILL);
	if (reap(pid, result < 0 ? NULL : err) < 0)
		result = -1;
	return result;
}
