/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/secret/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/secret/secret.h"

/* Group read is right for a file of root's made readable for our group, and
   an oversight for one that is ours in both. */
static int check_mode(int fd, const char *what, const char *path, struct pw_err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return pw_err_errno(err, PW_ECONFIG, "%s '%s'", what, path);
	if ((st.st_mode & (S_IRWXO | S_IWGRP)) ||
	    ((st.st_mode & S_IRGRP) && st.st_uid == geteuid() && st.st_gid == getegid()))
		return pw_err_set(err, PW_ECONFIG,
				  "%s '%s' can be read or changed by others (mode %03o): "
				  "run 'chmod 600 %s'",
				  what, path, (unsigned)(st.st_mode & 0777), path);
	return 0;
}

/* Up to the end into buf[PW_SECRET_MAX + 1]. */
static int read_all(int fd, char *buf, size_t *ret_len)
{
	size_t len = 0;

	while (len <= PW_SECRET_MAX) {
		ssize_t n = read(fd, buf + len, PW_SECRET_MAX + 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return 0;
}

int pw_secret_line(char **ret, const char *buf, size_t len, const char *source,
		   struct pw_err *err)
{
	if (len > PW_SECRET_MAX)
		return pw_err_set(err, PW_ECONFIG, "%s is longer than %d bytes", source,
				  PW_SECRET_MAX);
	if (len && buf[len - 1] == '\n')
		len--;
	if (len && buf[len - 1] == '\r')
		len--;
	if (!len)
		return pw_err_set(err, PW_ECONFIG, "%s is empty", source);
	if (memchr(buf, '\0', len) || memchr(buf, '\n', len) || memchr(buf, '\r', len))
		return pw_err_set(err, PW_ECONFIG,
				  "%s holds more than one line: a secret is one", source);
	*ret = pw_strndup(buf, len);
	return 0;
}

static int read_line(char **ret, int fd, const char *what, const char *path,
		     struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *source = pw_asprintf("%s '%s'", what, path);
	char *buf = pw_alloc(PW_SECRET_MAX + 1, 1);
	size_t len = 0;
	int result;

	if (read_all(fd, buf, &len) < 0)
		result = pw_err_errno(err, PW_ECONFIG, "%s cannot be read", source);
	else
		result = pw_secret_line(ret, buf, len, source, err);
	explicit_bzero(buf, PW_SECRET_MAX + 1);
	free(buf);
	return result;
}

/* A pipe that nobody writes to would hold the thread for ever. */
static int open_file(const char *what, const char *path, struct pw_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return pw_err_errno(err, PW_ECONFIG, "%s '%s' cannot be opened", what,
				    path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return pw_err_set(err, PW_ECONFIG, "%s '%s' is no file", what, path);
}

int pw_secret_file(char **ret, const char *what, const char *path, struct pw_err *err)
{
	PW_CLEANUP(pw_closep) int fd = open_file(what, path, err);

	if (fd < 0 || check_mode(fd, what, path, err) < 0)
		return -1;
	return read_line(ret, fd, what, path, err);
}

int pw_secret_file_unchecked(char **ret, const char *what, const char *path,
			     struct pw_err *err)
{
	PW_CLEANUP(pw_closep) int fd = open_file(what, path, err);

	return fd < 0 ? -1 : read_line(ret, fd, what, path, err);
}
