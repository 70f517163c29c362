/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A large import into the store of a running agent: the agent goes on, and a
 * killed import leaves nothing.
 */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/contracts/import.h"
#include "tests/unit/store_fixture.h"

#define CONTRACTS 20000

/* The real clocks: what is measured here is time. */
static struct pw_store *open_real(struct fixture *f, enum pw_store_mode mode)
{
	struct pw_store *store = NULL;
	struct pw_err err = PW_ERR_INIT;

	if (pw_store_open(&store, f->path, mode, &pw_clock_real, &err) < 0)
		fail_msg("%s", err.msg);
	return store;
}

/* value: a column that tells one export from the next. */
static char *write_export(struct fixture *f, const char *name, int value)
{
	char *path = pw_asprintf("%s/%s", f->folder, name);
	FILE *out = fopen(path, "w");
	int i;

	assert_non_null(out);
	fputs("contract_id,customer,vendor,contract_number,end_date,annual_value\n", out);
	for (i = 0; i < CONTRACTS; i++)
		fprintf(out, "K-%d,Customer %d,Cisco,%09d,2026-12-01,%d\n", i, i / 40,
			i * 7919, value);
	fclose(out);
	return path;
}

static bool dies_half_way(void *self)
{
	/* Asked for every 200 lines read, then for every 250 contracts written. */
	if (++*(int *)self > CONTRACTS / 200 + CONTRACTS / 500)
		raise(SIGKILL);
	return false;
}

/* Runs in a child process; ends it. */
static void import_in_child(struct fixture *f, const char *path, bool is_killed)
{
	struct pw_import_options options = { .dry_run = false };
	struct pw_import_result result;
	struct pw_err err = PW_ERR_INIT;
	struct pw_store *store = open_real(f, PW_STORE_COMMAND);
	int n = 0, rc;

	options.watch.self = &n;
	options.watch.is_stopped = is_killed ? dies_half_way : NULL;
	rc = pw_contracts_import_path(store, path, &options, &result, &err);
	if (rc < 0)
		fprintf(stderr, "child: %s\n", err.msg);
	pw_store_close(store);
	_exit(rc < 0);
}

static void an_agent_is_never_held_up_by_an_import(void **state)
{
	struct fixture *f = *state;
	struct pw_store *agent = open_real(f, PW_STORE_AGENT);
	PW_CLEANUP(pw_freep) char *path = write_export(f, "a.csv", 1);
	struct pollfd watch = { pw_store_watch_fd(agent), POLLIN, 0 };
	struct pw_err err = PW_ERR_INIT;
	int64_t worst = 0, version;
	int n_commits = 0, status = 0;
	pid_t child = fork();

	if (child == 0)
		import_in_child(f, path, false);
	while (waitpid(child, &status, WNOHANG) == 0) {
		int64_t began = pw_monotonic_ms(&pw_clock_real), took;

		if (pw_store_set(agent, "alive", "yes", &err) < 0)
			fail_msg("%s", err.msg);
		took = pw_monotonic_ms(&pw_clock_real) - began;
		worst = took > worst ? took : worst;
		n_commits++;
		poll(NULL, 0, 5);
	}
	assert_int_equal(status, 0);
	print_message("%d commits meanwhile, the slowest took %d ms\n", n_commits,
		      (int)worst);
	assert_true(n_commits >= 10);
	assert_true(worst < 1000);
	/* And it has heard. */
	assert_int_equal(poll(&watch, 1, 0), 1);
	assert_int_equal(pw_store_contracts_version(agent, &version, &err), 0);
	assert_int_equal(version, 1);
	pw_store_close(agent);
}

static void count(struct fixture *f, int64_t *ret_contracts, int64_t *ret_version)
{
	struct pw_store *store = open_real(f, PW_STORE_READER);
	struct pw_store_counts counts;
	struct pw_err err = PW_ERR_INIT;

	assert_int_equal(pw_store_counts(store, 0, &counts, &err), 0);
	assert_int_equal(pw_store_contracts_version(store, ret_version, &err), 0);
	*ret_contracts = counts.contracts;
	pw_store_close(store);
}

/* What lies in the table, seen or not. */
static int64_t count_rows(struct fixture *f)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int64_t n;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "SELECT count(*) FROM contract", -1, &stmt, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

static void a_killed_import_leaves_everything_as_it_was(void **state)
{
	struct fixture *f = *state;
	PW_CLEANUP(pw_freep) char *first = write_export(f, "a.csv", 1);
	PW_CLEANUP(pw_freep) char *second = write_export(f, "b.csv", 2);
	struct pw_import_options options = { .dry_run = false };
	struct pw_import_result result;
	struct pw_err err = PW_ERR_INIT;
	struct pw_contract_row *row, *rows;
	int64_t contracts, version;
	struct pw_store *store;
	size_t n;
	int status;
	pid_t child;

	child = fork();
	if (child == 0)
		import_in_child(f, first, false);
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	child = fork();
	if (child == 0)
		import_in_child(f, second, true);
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_true(count_rows(f) > CONTRACTS); /* it was in the middle of writing */
	count(f, &contracts, &version);
	assert_int_equal(contracts, CONTRACTS);
	assert_int_equal(version, 1);

	/* The next import sweeps what was left, and ends as if it had not been. */
	store = open_real(f, PW_STORE_COMMAND);
	if (pw_contracts_import_path(store, second, &options, &result, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(result.counts.changed, CONTRACTS);
	assert_int_equal(pw_store_contract_get(store, "K-7", f->arena, &row, &err), 0);
	assert_string_equal(row->contract.annual_value, "2");
	assert_int_equal(
		pw_store_contract_history(store, "K-7", 9, f->arena, &rows, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(pw_store_contracts_by_identifier(store, "000000000", 9, f->arena,
							  &rows, &n, &err),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(pw_store_check(store, &err), 0);
	pw_store_close(store);
}

static void two_imports_at_once_are_refused(void **state)
{
	struct fixture *f = *state;
	struct pw_store *a = open_real(f, PW_STORE_COMMAND);
	struct pw_store *b = open_real(f, PW_STORE_COMMAND);
	struct pw_stage *first, *second = NULL;
	struct pw_err err = PW_ERR_INIT;

	assert_int_equal(pw_stage_new(&first, a, false, &err), 0);
	assert_int_equal(pw_stage_new(&second, b, false, &err), -1);
	assert_int_equal(err.code, PW_EBUSY);
	pw_stage_free(first);
	assert_int_equal(pw_stage_new(&second, b, false, &err), 0);
	pw_stage_free(second);
	pw_store_close(a);
	pw_store_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(an_agent_is_never_held_up_by_an_import),
		store_test(a_killed_import_leaves_everything_as_it_was),
		store_test(two_imports_at_once_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
