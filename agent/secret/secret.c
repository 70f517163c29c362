/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/secret/secret.h"

#include <string.h>

#include "agent/oauth/oauth.h"
#include "agent/secret/command.h"
#include "agent/secret/file.h"

static int from_credential(char **ret, const char *name, struct pw_err *err)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	PW_CLEANUP(pw_freep) char *path = NULL;

	if (!directory || !*directory)
		return pw_err_set(
			err, PW_ECONFIG,
			"password_credential '%s': $CREDENTIALS_DIRECTORY is not "
			"set: only a service started by systemd has credentials "
			"(LoadCredential=%s:FILE)",
			name, name);
	if (strchr(name, '/') || name[0] == '.')
		return pw_err_set(err, PW_ECONFIG,
				  "password_credential '%s' is no plain name", name);
	path = pw_asprintf("%s/%s", directory, name);
	return pw_secret_file_unchecked(ret, "password_credential", path, err);
}

/* Its first line: some tools print notes after the password. */
static int from_command(char **ret, const char *command, int abort_fd, struct pw_err *err)
{
	static const char source[] = "the output of password_command";
	char *buf = pw_alloc(PW_SECRET_MAX + 1, 1);
	size_t len = 0;
	int result =
		pw_command_output(command, buf, PW_SECRET_MAX + 1, &len, abort_fd, err);

	if (result == 0) {
		const char *end = memchr(buf, '\n', len);

		result = pw_secret_line(ret, buf, end ? (size_t)(end - buf) : len, source,
					err);
	}
	explicit_bzero(buf, PW_SECRET_MAX + 1);
	free(buf);
	return result;
}

static int fetch(char **ret, const struct pw_login *login, int abort_fd,
		 struct pw_err *err)
{
	switch (login->kind) {
	case PW_SECRET_NONE:
		*ret = NULL;
		return 0;
	case PW_SECRET_FILE:
		return pw_secret_file(ret, "password_file", login->where, err);
	case PW_SECRET_COMMAND:
		return from_command(ret, login->where, abort_fd, err);
	case PW_SECRET_CREDENTIAL:
		return from_credential(ret, login->where, err);
	case PW_SECRET_OAUTH2:
		return pw_oauth_token(login->oauth2, abort_fd, ret, err);
	}
	return pw_err_set(err, PW_ECONFIG, "no way to log in is configured");
}

int pw_secret_get(struct pw_secret *ret, const struct pw_login *login, int abort_fd,
		  struct pw_err *err)
{
	char *text = NULL;

	if (fetch(&text, login, abort_fd, err) < 0)
		return -1;
	ret->text = text;
	ret->is_bearer = login->kind == PW_SECRET_OAUTH2;
	return 0;
}

void pw_secret_reject(const struct pw_login *login)
{
	if (login->kind == PW_SECRET_OAUTH2)
		pw_oauth_reject(login->oauth2);
}

void pw_secret_done(struct pw_secret *secret)
{
	pw_wipe_free(secret->text);
	*secret = (struct pw_secret){ 0 };
}
