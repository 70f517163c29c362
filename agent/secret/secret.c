/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/secret/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/secret/command.h"

/* Group read is right for a file of root's made readable for our group, and
   an oversight for one that is ours in both. */
static int check_mode(int fd, const char *path, struct pw_err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return pw_err_errno(err, PW_ECONFIG, "password_file '%s'", path);
	if (S_ISDIR(st.st_mode))
		return pw_err_set(err, PW_ECONFIG, "password_file '%s' is a directory",
				  path);
	if ((st.st_mode & (S_IRWXO | S_IWGRP)) ||
	    ((st.st_mode & S_IRGRP) && st.st_uid == geteuid() && st.st_gid == getegid()))
		return pw_err_set(err, PW_ECONFIG,
				  "password_file '%s' can be read or changed by others "
				  "(mode %03o): run 'chmod 600 %s'",
				  path, (unsigned)(st.st_mode & 0777), path);
	return 0;
}

/* Read up to the end into buf[PW_SECRET_MAX + 1]; wiped by the caller. */
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

/* One line; its end is not part of the secret. */
static int accept_text(struct pw_secret *ret, char *buf, size_t len, const char *source,
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
				  "%s holds more than one line: a password is one",
				  source);
	*ret = (struct pw_secret){ .text = pw_strndup(buf, len) };
	return 0;
}

static int read_from_fd(struct pw_secret *ret, int fd, const char *source,
			struct pw_err *err)
{
	char *buf = pw_alloc(PW_SECRET_MAX + 1, 1);
	size_t len = 0;
	int result;

	if (read_all(fd, buf, &len) < 0)
		result = pw_err_errno(err, PW_ECONFIG, "%s cannot be read", source);
	else
		result = accept_text(ret, buf, len, source, err);
	explicit_bzero(buf, PW_SECRET_MAX + 1);
	free(buf);
	return result;
}

static int from_file(struct pw_secret *ret, const char *path, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *source = pw_asprintf("password_file '%s'", path);
	PW_CLEANUP(pw_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return pw_err_errno(err, PW_ECONFIG, "%s cannot be opened", source);
	if (check_mode(fd, path, err) < 0)
		return -1;
	return read_from_fd(ret, fd, source, err);
}

static int from_credential(struct pw_secret *ret, const char *name, struct pw_err *err)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	PW_CLEANUP(pw_freep) char *source = pw_asprintf("password_credential '%s'", name);
	PW_CLEANUP(pw_freep) char *path = NULL;
	PW_CLEANUP(pw_closep) int fd = -1;

	if (!directory || !*directory)
		return pw_err_set(err, PW_ECONFIG,
				  "%s: $CREDENTIALS_DIRECTORY is not set: only a service "
				  "started by systemd has credentials (LoadCredential=)",
				  source);
	if (strchr(name, '/') || name[0] == '.')
		return pw_err_set(err, PW_ECONFIG, "%s is no plain name", source);
	path = pw_asprintf("%s/%s", directory, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return pw_err_errno(
			err, PW_ECONFIG,
			"%s cannot be opened: is there a LoadCredential=%s:... "
			"in the unit",
			source, name);
	return read_from_fd(ret, fd, source, err);
}

static int from_command(struct pw_secret *ret, const char *command, int abort_fd,
			struct pw_err *err)
{
	char *buf = pw_alloc(PW_SECRET_MAX + 1, 1);
	size_t len = 0;
	int result =
		pw_command_output(command, buf, PW_SECRET_MAX + 1, &len, abort_fd, err);

	if (result == 0)
		result =
			accept_text(ret, buf, len, "the output of password_command", err);
	explicit_bzero(buf, PW_SECRET_MAX + 1);
	free(buf);
	return result;
}

int pw_secret_get(struct pw_secret *ret, const struct pw_login *login, int abort_fd,
		  struct pw_err *err)
{
	switch (login->kind) {
	case PW_SECRET_NONE:
		*ret = (struct pw_secret){ 0 };
		return 0;
	case PW_SECRET_FILE:
		return from_file(ret, login->where, err);
	case PW_SECRET_COMMAND:
		return from_command(ret, login->where, abort_fd, err);
	case PW_SECRET_CREDENTIAL:
		return from_credential(ret, login->where, err);
	case PW_SECRET_OAUTH2:
		break;
	}
	return pw_err_set(err, PW_ECONFIG, "no way to log in is configured");
}

void pw_secret_done(struct pw_secret *secret)
{
	pw_wipe_free(secret->text);
	*secret = (struct pw_secret){ 0 };
}
