/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/base/str.h"
#include "agent/store/db.h"
#include "agent/store/store.h"
#include "tests/unit/store_fixture.h"

static void write_file(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static char *read_file(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rb");
	char *bytes;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*ret_len = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*ret_len + 1);
	assert_int_equal(fread(bytes, 1, *ret_len, f), *ret_len);
	fclose(f);
	return bytes;
}

/* Opening is refused with this code, the message holds these words, and the
   file stays as it was to the byte. */
static void assert_refused_untouched(struct fixture *f, enum pw_code code,
				     const char *words)
{
	static const enum pw_store_mode modes[] = { PW_STORE_AGENT, PW_STORE_COMMAND };
	size_t before_len, after_len, i;
	char *before = read_file(f->path, &before_len), *after;

	for (i = 0; i < PW_ARRAY_LEN(modes); i++) {
		struct pw_store *store = NULL;
		struct pw_err err = PW_ERR_INIT;

		assert_int_equal(
			pw_store_open(&store, f->path, modes[i], &f->clock, &err), -1);
		assert_int_equal(err.code, code);
		assert_non_null(strstr(err.msg, words));
		assert_null(store);
		after = read_file(f->path, &after_len);
		assert_int_equal(before_len, after_len);
		assert_memory_equal(before, after, after_len);
		free(after);
	}
	free(before);
}

static void a_missing_store_is_created_for_its_owner_alone(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_open(f, PW_STORE_AGENT);
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	pw_store_close(store);
	store = fixture_open(f, PW_STORE_AGENT); /* and opens again */
	pw_store_close(store);
}

static void an_empty_file_becomes_a_store_with_its_mode(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	write_file(f->path, "", 0);
	chmod(f->path, 0640);
	pw_store_close(fixture_open(f, PW_STORE_COMMAND));
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_true(st.st_size > 0);
}

static void a_reader_never_creates(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = NULL;
	struct pw_err err = PW_ERR_INIT;

	assert_int_equal(pw_store_open(&store, f->path, PW_STORE_READER, &f->clock, &err),
			 -1);
	assert_int_equal(err.code, PW_ENOTFOUND);
	assert_int_equal(access(f->path, F_OK), -1);
}

static void a_file_that_is_no_database_is_refused_untouched(void **state)
{
	struct fixture *f = *state;
	char text[5000];

	memset(text, 'x', sizeof text);
	write_file(f->path, text, sizeof text);
	assert_refused_untouched(f, PW_EDAMAGED, "no store of poachwatch");
}

static void another_programs_database_is_refused_untouched(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE x(y)", NULL, NULL, NULL), 0);
	sqlite3_close(db);
	assert_refused_untouched(f, PW_EDAMAGED, "no store of poachwatch");
}

static void a_newer_store_is_refused_untouched(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;

	pw_store_close(fixture_open(f, PW_STORE_AGENT));
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 4711", NULL, NULL, NULL),
			 0);
	sqlite3_close(db);
	assert_refused_untouched(f, PW_EDAMAGED, "newer poachwatch");
}

static void a_damaged_store_is_refused_untouched(void **state)
{
	struct fixture *f = *state;
	size_t len, page;
	char *bytes;

	pw_store_close(fixture_open(f, PW_STORE_AGENT));
	bytes = read_file(f->path, &len);
	/* Every page but the first in turn, so that no page is exempt. */
	for (page = 4096; page < len; page += 4096 * 7) {
		char *copy = malloc(len);

		memcpy(copy, bytes, len);
		memset(copy + page, 0xA5, 64);
		write_file(f->path, copy, len);
		free(copy);
		assert_refused_untouched(f, PW_EDAMAGED, "damaged");
	}
	free(bytes);
}

static void a_truncated_store_is_refused_untouched(void **state)
{
	struct fixture *f = *state;
	size_t len;
	char *bytes;

	pw_store_close(fixture_open(f, PW_STORE_AGENT));
	bytes = read_file(f->path, &len);
	write_file(f->path, bytes, len / 2);
	free(bytes);
	assert_refused_untouched(f, PW_EDAMAGED, "damaged");
}

static void a_second_agent_is_refused_but_commands_are_not(void **state)
{
	struct fixture *f = *state;
	struct pw_store *agent = fixture_open(f, PW_STORE_AGENT), *second = NULL;
	struct pw_err err = PW_ERR_INIT;

	assert_int_equal(pw_store_open(&second, f->path, PW_STORE_AGENT, &f->clock, &err),
			 -1);
	assert_int_equal(err.code, PW_EBUSY);
	assert_non_null(strstr(err.msg, "another agent"));
	pw_store_close(fixture_open(f, PW_STORE_COMMAND));
	pw_store_close(fixture_open(f, PW_STORE_READER));
	pw_store_close(agent);
	pw_store_close(fixture_open(f, PW_STORE_AGENT));
}

static void a_write_waits_for_another_process_until_it_is_told_not_to(void **state)
{
	struct fixture *f = *state;
	struct pw_store *agent = fixture_open(f, PW_STORE_AGENT);
	struct pw_store *other = fixture_open(f, PW_STORE_COMMAND);
	struct pw_err err = PW_ERR_INIT;
	int told = eventfd(1, EFD_CLOEXEC);

	assert_int_equal(pw_store_begin(other, &err), 0);
	pw_store_set_patience(agent, INT_MAX, told);
	assert_int_equal(pw_store_begin(agent, &err), -1);
	assert_int_equal(err.code, PW_EBUSY);
	pw_store_rollback(other);
	assert_int_equal(pw_store_begin(agent, &err), 0);
	pw_store_rollback(agent);
	close(told);
	pw_store_close(other);
	pw_store_close(agent);
}

static void reading_without_end_ends_when_nobody_wants_it(void **state)
{
	struct pw_store *store = fixture_open(*state, PW_STORE_AGENT);
	struct pw_err err = PW_ERR_INIT;
	atomic_bool is_unwanted = false;

	pw_store_stop_when(store, &is_unwanted);
	assert_int_equal(pw_store_set(store, "a", "b", &err), 0);
	atomic_store(&is_unwanted, true);
	assert_int_equal(pw_db_exec(store,
				    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
				    "i + 1 FROM n) SELECT count(*) FROM n",
				    &err),
			 -1);
	assert_int_equal(err.code, PW_ESTORE);
	pw_store_close(store);
}

static void a_killed_agent_leaves_no_lock(void **state)
{
	struct fixture *f = *state;
	pid_t child = fork();
	int status;

	if (child == 0) {
		fixture_open(f, PW_STORE_AGENT);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	pw_store_close(fixture_open(f, PW_STORE_AGENT));
}

static void a_reader_sees_whether_an_agent_runs(void **state)
{
	struct fixture *f = *state;
	struct pw_store *agent = fixture_open(f, PW_STORE_AGENT);
	struct pw_store *reader = fixture_open(f, PW_STORE_READER);
	int pid = 0;

	assert_true(pw_store_has_agent(reader, &pid));
	assert_int_equal(pid, getpid());
	pw_store_close(agent);
	assert_false(pw_store_has_agent(reader, &pid));
	assert_int_equal(pid, 0);
	pw_store_close(reader);
}

static void an_older_store_waits_for_the_agent_to_be_restarted(void **state)
{
	struct fixture *f = *state;
	struct pw_store *agent, *store = NULL;
	struct pw_err err = PW_ERR_INIT;
	sqlite3 *db;

	/* A store as it was before its first step: ours, but without tables. */
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "PRAGMA application_id = 0x50574442", NULL, NULL, NULL),
		0);
	sqlite3_close(db);
	assert_int_equal(pw_store_open(&store, f->path, PW_STORE_READER, &f->clock, &err),
			 -1);
	assert_int_equal(err.code, PW_EBUSY);
	assert_non_null(strstr(err.msg, "restart the agent"));
	agent = fixture_open(f, PW_STORE_AGENT);
	assert_int_equal(pw_store_set(agent, "a", "b", &err), 0);
	pw_store_close(agent);
	pw_store_close(fixture_open(f, PW_STORE_READER));
}

static void nothing_of_a_killed_transaction_stays(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store;
	struct pw_err err = PW_ERR_INIT;
	const char *value = "x";
	int status;
	pid_t child;

	store = fixture_open(f, PW_STORE_AGENT);
	assert_int_equal(pw_store_set(store, "kept", "1", &err), 0);
	pw_store_close(store);
	child = fork();
	if (child == 0) {
		store = fixture_open(f, PW_STORE_AGENT);
		if (pw_store_begin(store, &err) < 0 ||
		    pw_store_set(store, "lost", "1", &err) < 0)
			_exit(1);
		raise(SIGKILL);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	store = fixture_open(f, PW_STORE_AGENT);
	assert_int_equal(pw_store_get(store, "lost", f->arena, &value, &err), 0);
	assert_null(value);
	assert_int_equal(pw_store_get(store, "kept", f->arena, &value, &err), 0);
	assert_string_equal(value, "1");
	pw_store_close(store);
}

static void a_committed_transaction_survives_a_kill(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store;
	struct pw_err err = PW_ERR_INIT;
	const char *value = NULL;
	int status;
	pid_t child = fork();

	if (child == 0) {
		store = fixture_open(f, PW_STORE_AGENT);
		if (pw_store_begin(store, &err) < 0 ||
		    pw_store_set(store, "kept", "1", &err) < 0 ||
		    pw_store_commit(store, &err) < 0)
			_exit(1);
		raise(SIGKILL);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	store = fixture_open(f, PW_STORE_AGENT);
	assert_int_equal(pw_store_get(store, "kept", f->arena, &value, &err), 0);
	assert_string_equal(value, "1");
	pw_store_close(store);
}

static void an_inner_transaction_can_be_undone_alone(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_open(f, PW_STORE_AGENT);
	struct pw_err err = PW_ERR_INIT;
	const char *value;

	assert_int_equal(pw_store_begin(store, &err), 0);
	assert_int_equal(pw_store_set(store, "outer", "1", &err), 0);
	assert_int_equal(pw_store_begin(store, &err), 0);
	assert_int_equal(pw_store_set(store, "inner", "1", &err), 0);
	pw_store_rollback(store);
	assert_int_equal(pw_store_commit(store, &err), 0);
	assert_int_equal(pw_store_get(store, "inner", f->arena, &value, &err), 0);
	assert_null(value);
	assert_int_equal(pw_store_get(store, "outer", f->arena, &value, &err), 0);
	assert_string_equal(value, "1");
	pw_store_close(store);
}

static void the_agent_hears_of_what_a_command_changed(void **state)
{
	struct fixture *f = *state;
	struct pw_store *agent = fixture_open(f, PW_STORE_AGENT), *command;
	struct pw_err err = PW_ERR_INIT;
	struct pollfd poll_fd = { pw_store_watch_fd(agent), POLLIN, 0 };

	assert_true(poll_fd.fd >= 0);
	pw_store_close(fixture_open(f, PW_STORE_COMMAND)); /* changes nothing */
	assert_int_equal(poll(&poll_fd, 1, 0), 0);
	command = fixture_open(f, PW_STORE_COMMAND);
	assert_int_equal(pw_store_set(command, "a", "b", &err), 0);
	pw_store_close(command);
	assert_int_equal(poll(&poll_fd, 1, 0), 1);
	pw_store_watch_clear(agent);
	assert_int_equal(poll(&poll_fd, 1, 0), 0);
	pw_store_close(agent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(a_missing_store_is_created_for_its_owner_alone),
		store_test(an_empty_file_becomes_a_store_with_its_mode),
		store_test(a_reader_never_creates),
		store_test(a_file_that_is_no_database_is_refused_untouched),
		store_test(another_programs_database_is_refused_untouched),
		store_test(a_newer_store_is_refused_untouched),
		store_test(a_damaged_store_is_refused_untouched),
		store_test(a_truncated_store_is_refused_untouched),
		store_test(a_second_agent_is_refused_but_commands_are_not),
		store_test(a_write_waits_for_another_process_until_it_is_told_not_to),
		store_test(reading_without_end_ends_when_nobody_wants_it),
		store_test(a_killed_agent_leaves_no_lock),
		store_test(a_reader_sees_whether_an_agent_runs),
		store_test(an_older_store_waits_for_the_agent_to_be_restarted),
		store_test(nothing_of_a_killed_transaction_stays),
		store_test(a_committed_transaction_survives_a_kill),
		store_test(an_inner_transaction_can_be_undone_alone),
		store_test(the_agent_hears_of_what_a_command_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
