/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int pw_file_read(const char *path, struct pw_buf *out, struct pw_err *err)
{
	PW_CLEANUP(pw_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[65536];
	ssize_t got;

	if (fd < 0)
		return pw_err_errno(err, PW_EINPUT, "cannot open '%s'", path);
	while ((got = read(fd, chunk, sizeof chunk)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pw_err_errno(err, PW_EINPUT, "cannot read '%s'", path);
		if (pw_buf_add(out, chunk, (size_t)got) < 0)
			return pw_err_set(err, PW_ELIMIT, "'%s' is larger than %zu bytes",
					  path, out->max);
	}
	return 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t put = write(fd, bytes, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		bytes += put;
		len -= (size_t)put;
	}
	return fsync(fd);
}

int pw_file_write(const char *path, const void *bytes, size_t len, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *temporary = pw_asprintf("%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC);
	int result;

	if (fd < 0)
		return pw_err_errno(err, PW_EIO, "cannot write '%s'", path);
	result = write_all(fd, bytes, len);
	if (close(fd) < 0 || result < 0 || rename(temporary, path) < 0) {
		pw_err_errno(err, PW_EIO, "cannot write '%s'", path);
		unlink(temporary);
		return -1;
	}
	return 0;
}

int pw_file_mkdir(const char *path, struct pw_err *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return pw_err_errno(err, PW_EIO, "cannot make folder '%s'", path);
}
