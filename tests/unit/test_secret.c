/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/secret/secret.h"

static char folder[] = "/tmp/poachwatch-secret-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[100];

	(void)state;
	snprintf(path, sizeof path, "%s/secret", folder);
	unlink(path);
	return rmdir(folder);
}

static const char *write_secret(const void *bytes, size_t len, mode_t mode)
{
	static char path[100];
	FILE *file;

	snprintf(path, sizeof path, "%s/secret", folder);
	unlink(path);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static int get(struct pw_secret *ret, enum pw_secret_kind kind, const char *where,
	       struct pw_err *err)
{
	const struct pw_login login = { .user = "u", .kind = kind, .where = where };

	return pw_secret_get(ret, &login, -1, err);
}

static void a_password_is_the_one_line_of_its_file(void **state)
{
	static const char *const texts[] = { "pass word", "pass word\n",
					     "pass word\r\n" };
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(texts); i++) {
		struct pw_secret secret = { 0 };
		struct pw_err err = PW_ERR_INIT;
		const char *path = write_secret(texts[i], strlen(texts[i]), 0600);

		assert_int_equal(get(&secret, PW_SECRET_FILE, path, &err), 0);
		assert_string_equal(secret.text, "pass word");
		assert_false(secret.is_bearer);
		pw_secret_done(&secret);
		assert_null(secret.text);
	}
}

static void a_pipe_is_refused_and_not_waited_for(void **state)
{
	struct pw_secret secret = { 0 };
	struct pw_err err = PW_ERR_INIT;
	const char *path = write_secret("", 0, 0600);

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(get(&secret, PW_SECRET_FILE, path, &err), -1);
	assert_int_equal(err.code, PW_ECONFIG);
	assert_non_null(strstr(err.msg, "is no file"));
}

static void a_file_that_is_no_password_is_refused_without_showing_it(void **state)
{
	static const struct {
		const char *name, *text;
		size_t len;
		mode_t mode;
		const char *said;
	} cases[] = {
		{ "readable by all", "hidden", 6, 0644, "chmod 600" },
		{ "writable by all", "hidden", 6, 0602, "chmod 600" },
		{ "readable by our own group", "hidden", 6, 0640, "chmod 600" },
		{ "empty", "\n", 1, 0600, "is empty" },
		{ "two lines", "hidden\nhidden\n", 14, 0600, "more than one line" },
		{ "NUL", "hid\0den", 7, 0600, "more than one line" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		struct pw_secret secret = { 0 };
		struct pw_err err = PW_ERR_INIT;
		const char *path =
			write_secret(cases[i].text, cases[i].len, cases[i].mode);

		if (get(&secret, PW_SECRET_FILE, path, &err) == 0)
			fail_msg("%s: accepted", cases[i].name);
		assert_int_equal(err.code, PW_ECONFIG);
		if (!strstr(err.msg, cases[i].said) || strstr(err.msg, "hid"))
			fail_msg("%s: %s", cases[i].name, err.msg);
	}
}

static void what_is_missing_is_named(void **state)
{
	struct pw_secret secret = { 0 };
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	assert_int_equal(get(&secret, PW_SECRET_FILE, "/nonexistent/password", &err), -1);
	assert_non_null(strstr(err.msg, "/nonexistent/password"));
	assert_int_equal(get(&secret, PW_SECRET_FILE, "/", &err), -1);
	assert_int_equal(err.code, PW_ECONFIG);
}

static void a_command_gives_its_first_line(void **state)
{
	struct pw_secret secret = { 0 };
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	assert_int_equal(
		get(&secret, PW_SECRET_COMMAND, "echo from here; echo note", &err), 0);
	assert_string_equal(secret.text, "from here");
	pw_secret_done(&secret);
}

static void a_command_that_fails_gives_nothing(void **state)
{
	static const char *const commands[] = { "echo hidden; exit 3", "true",
						"/nonexistent/program 2>/dev/null",
						"kill -9 $$" };
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(commands); i++) {
		struct pw_secret secret = { 0 };
		struct pw_err err = PW_ERR_INIT;

		assert_int_equal(get(&secret, PW_SECRET_COMMAND, commands[i], &err), -1);
		assert_int_equal(err.code, PW_ECONFIG);
		assert_null(strstr(err.msg, "hidden"));
		assert_null(secret.text);
	}
}

static void a_command_that_hangs_ends_with_the_abort_fd(void **state)
{
	const struct pw_login login = { .user = "u",
					.kind = PW_SECRET_COMMAND,
					.where = "sleep 1000 & wait" };
	struct pw_secret secret = { 0 };
	struct pw_err err = PW_ERR_INIT;
	int fd = eventfd(1, EFD_CLOEXEC);

	(void)state;
	assert_int_equal(pw_secret_get(&secret, &login, fd, &err), -1);
	assert_int_equal(err.code, PW_ECANCELED);
	close(fd);
}

static void a_credential_is_a_plain_name_in_systemds_folder(void **state)
{
	struct pw_secret secret = { 0 };
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	write_secret("from systemd", 12, 0440);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(get(&secret, PW_SECRET_CREDENTIAL, "secret", &err), -1);
	assert_non_null(strstr(err.msg, "LoadCredential"));
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	assert_int_equal(get(&secret, PW_SECRET_CREDENTIAL, "../secret", &err), -1);
	assert_int_equal(get(&secret, PW_SECRET_CREDENTIAL, "secret", &err), 0);
	assert_string_equal(secret.text, "from systemd");
	pw_secret_done(&secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_the_one_line_of_its_file),
		cmocka_unit_test(a_pipe_is_refused_and_not_waited_for),
		cmocka_unit_test(
			a_file_that_is_no_password_is_refused_without_showing_it),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(a_command_gives_its_first_line),
		cmocka_unit_test(a_command_that_fails_gives_nothing),
		cmocka_unit_test(a_command_that_hangs_ends_with_the_abort_fd),
		cmocka_unit_test(a_credential_is_a_plain_name_in_systemds_folder),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
