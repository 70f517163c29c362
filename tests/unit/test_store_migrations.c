/* SPDX-License-Identifier: Apache-2.0 */
/* Stores of every released schema (tests/unit/stores), brought up to date. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "agent/store/db.h"
#include "tests/unit/faulty_vfs.h"
#include "tests/unit/store_fixture.h"

#define RELEASED 1 /* schemas with a file stores/schema_N.sql */

static void remove_store(const char *path)
{
	PW_CLEANUP(pw_freep) char *wal = pw_asprintf("%s-wal", path);
	PW_CLEANUP(pw_freep) char *shm = pw_asprintf("%s-shm", path);

	unlink(path);
	unlink(wal);
	unlink(shm);
}

static void make_old(const char *path, int version)
{
	PW_CLEANUP(pw_freep)
	char *name =
		pw_asprintf("%s/tests/unit/stores/schema_%d.sql", PW_SOURCE_DIR, version);
	PW_CLEANUP(pw_freep) char *sql = calloc(1, 1 << 20);
	FILE *file = fopen(name, "rb");
	char *message = NULL;
	sqlite3 *db;

	assert_non_null(file);
	assert_in_range(fread(sql, 1, (1 << 20) - 1, file), 1, (1 << 20) - 2);
	fclose(file);
	remove_store(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", name, message);
	sqlite3_close(db);
}

/* Tables and indexes, by name, as they were written. */
static char *shape_of(const char *path)
{
	struct pw_buf shape;
	sqlite3_stmt *stmt;
	sqlite3 *db;

	pw_buf_init(&shape, 1 << 20);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT name || ': ' || coalesce(sql, '') "
					    "FROM sqlite_schema WHERE name NOT LIKE "
					    "'sqlite_%' ORDER BY name",
					    -1, &stmt, NULL),
			 SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		pw_buf_addf(&shape, "%s\n", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return shape.data;
}

static struct pw_store *must_open(struct fixture *f)
{
	struct pw_store *store = NULL;
	struct pw_err err = PW_ERR_INIT;

	if (pw_store_open(&store, f->path, PW_STORE_AGENT, &f->clock, &err) < 0)
		fail_msg("%s", err.msg);
	return store;
}

static void every_released_schema_becomes_that_of_a_new_store(void **state)
{
	struct fixture *f = *state;
	char *fresh, *migrated;
	int version;

	pw_store_close(must_open(f));
	fresh = shape_of(f->path);
	assert_non_null(strstr(fresh, "message_expirable"));
	for (version = 1; version <= RELEASED; version++) {
		make_old(f->path, version);
		pw_store_close(must_open(f));
		migrated = shape_of(f->path);
		assert_string_equal(migrated, fresh);
		free(migrated);
	}
	free(fresh);
}

/* One alert sent and one mail ignored, as the fixture's head says. */
static void assert_everything_is_there(struct fixture *f, struct pw_store *store)
{
	struct pw_store_counts counts;
	struct pw_message_row *row;
	struct pw_contract_row *contract;
	struct pw_outbox_row *mail;
	struct pw_err err = PW_ERR_INIT;
	const char *key;

	assert_int_equal(pw_store_counts(store, 0, &counts, &err), 0);
	assert_int_equal(counts.messages, 2);
	assert_int_equal(counts.alerts, 1);
	assert_int_equal(counts.contracts, 1);
	assert_int_equal(counts.open_cases, 1);
	assert_int_equal(counts.outbox_sent, 1);
	assert_int_equal(pw_store_message_get(store, 1, f->arena, &row, &err), 0);
	assert_true(row->has_raw);
	assert_non_null(row->finding);
	assert_int_equal(
		pw_store_contract_get(store, "CR-00000", f->arena, &contract, &err), 0);
	assert_string_equal(contract->contract.customer, "Client 00000");
	assert_int_equal(pw_store_outbox_get(store, 1, f->arena, &mail, &err), 0);
	assert_non_null(mail->data);
	assert_int_equal(pw_store_get(store, "tag-key", f->arena, &key, &err), 0);
	assert_int_equal(strlen(key), 64);
	assert_int_equal(pw_store_check(store, &err), 0);
}

static void an_upgrade_keeps_every_row(void **state)
{
	struct fixture *f = *state;
	int version;

	for (version = 1; version <= RELEASED; version++) {
		struct pw_store *store;

		make_old(f->path, version);
		store = must_open(f);
		assert_everything_is_there(f, store);
		pw_store_close(store);
	}
}

static void an_upgrade_on_a_failing_disk_changes_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	bool is_done = false;
	long at;

	for (at = 1; !is_done; at++) {
		struct pw_store *store = NULL;
		struct pw_err err = PW_ERR_INIT;

		make_old(f->path, 1);
		faulty_from(at, SQLITE_FULL);
		is_done = pw_store_open(&store, f->path, PW_STORE_AGENT, &f->clock,
					&err) == 0;
		pw_store_close(store);
		faulty_from(0, 0);
		store = must_open(f);
		assert_everything_is_there(f, store);
		pw_store_close(store);
	}
	assert_true(at > 5);
}

static void a_schema_without_its_fixture_is_noticed(void **state)
{
	(void)state;
	/* The newest is made by the tests above; each older one was released. */
	assert_int_equal(pw_schema_latest(), RELEASED + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(every_released_schema_becomes_that_of_a_new_store),
		store_test(an_upgrade_keeps_every_row),
		store_test(an_upgrade_on_a_failing_disk_changes_all_or_nothing),
		store_test(a_schema_without_its_fixture_is_noticed),
	};

	faulty_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
