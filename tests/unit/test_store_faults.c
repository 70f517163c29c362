/* SPDX-License-Identifier: Apache-2.0 */
/* A disk that is full or broken at every single write of the store. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/contracts/import.h"
#include "tests/unit/faulty_vfs.h"
#include "tests/unit/store_fixture.h"

/* One message with its mail, as the pipeline commits it. */
static int commit_one(struct pw_store *store, uint32_t uid, struct pw_err *err)
{
	char raw[3000], header_id[32];
	const struct pw_message_row message = { .mailbox = "m",
						.uidvalidity = 1,
						.uid = uid,
						.size = sizeof raw,
						.finding = "{}" };
	struct pw_outbox_rcpt rcpt = { .address = "ann@us.example" };
	struct pw_outbox_row mail = { .kind = "alert",
				      .header_id = header_id,
				      .compose = "{}",
				      .rcpts = &rcpt,
				      .n_rcpts = 1 };
	int64_t id;
	size_t i;

	snprintf(header_id, sizeof header_id, "%u@us.example", uid);
	for (i = 0; i < sizeof raw; i++)
		raw[i] = (char)(i * i * uid >> 3); /* does not compress well */
	if (pw_store_begin(store, err) < 0)
		return -1;
	if (pw_store_message_add(store, &message, raw, sizeof raw, &id, err) == 0) {
		mail.message_id = id;
		if (pw_store_outbox_add(store, &mail, &id, err) == 0 &&
		    pw_store_mailbox_advance(store, "m", 1, uid, err) == 0 &&
		    pw_store_commit(store, err) == 0)
			return 0;
	}
	pw_store_rollback(store);
	return -1;
}

/* Message and mail are both there, or neither is. */
static void assert_whole(struct fixture *f, struct pw_store *store, uint32_t uid,
			 bool is_there)
{
	struct pw_message_row *message;
	struct pw_err err = PW_ERR_INIT;
	char header_id[32];
	bool knows;

	snprintf(header_id, sizeof header_id, "%u@us.example", uid);
	assert_int_equal(
		pw_store_message_find(store, "m", 1, uid, f->arena, &message, &err), 0);
	assert_int_equal(message != NULL, is_there);
	assert_int_equal(pw_store_outbox_knows(store, header_id, &knows, &err), 0);
	assert_int_equal(knows, is_there);
}

static void a_commit_on_a_failing_disk_is_whole_or_nothing(void **state)
{
	static const int codes[] = { SQLITE_FULL, SQLITE_IOERR_WRITE };
	struct fixture *f = *state;
	uint32_t uid = 0;
	size_t c;
	long at;

	for (c = 0; c < PW_ARRAY_LEN(codes); c++) {
		struct pw_store *store = fixture_open(f, PW_STORE_AGENT);
		int rc = -1;

		for (at = 1; rc < 0; at++) {
			struct pw_err err = PW_ERR_INIT;

			faulty_from(at, codes[c]);
			rc = commit_one(store, ++uid, &err);
			faulty_from(0, 0);
			if (rc < 0 && err.code != PW_ESTORE)
				fail_msg("write %ld: %s", at, err.msg);
			assert_whole(f, store, uid, rc == 0);
			/* The disk is well again: so is the store. */
			if (commit_one(store, ++uid, &err) < 0)
				fail_msg("after write %ld: %s", at, err.msg);
			assert_whole(f, store, uid, true);
		}
		assert_true(at > 5); /* it really was disturbed */
		pw_store_close(store);
		store = fixture_open(f, PW_STORE_AGENT);
		assert_whole(f, store, uid, true);
		pw_store_close(store);
	}
}

/* The process dies with the disk: what another one finds is whole. */
static void what_a_dying_disk_leaves_can_be_opened(void **state)
{
	struct fixture *f = *state;
	uint32_t uid = 0;
	long at;

	for (at = 1; at < 12; at++) {
		struct pw_store *store = fixture_open(f, PW_STORE_AGENT);
		struct pw_err err = PW_ERR_INIT;
		int rc;

		faulty_from(at, SQLITE_IOERR_WRITE);
		rc = commit_one(store, ++uid, &err);
		pw_store_close(store); /* its checkpoint fails too */
		faulty_from(0, 0);
		store = fixture_open(f, PW_STORE_AGENT);
		assert_whole(f, store, uid, rc == 0);
		assert_int_equal(pw_store_check(store, &err), 0);
		pw_store_close(store);
	}
}

static void creating_on_a_failing_disk_leaves_no_half_store(void **state)
{
	struct fixture *f = *state;
	bool is_made = false;
	long at;

	for (at = 1; !is_made; at++) {
		struct pw_store *store = NULL;
		struct pw_err err = PW_ERR_INIT;

		faulty_from(at, SQLITE_FULL);
		is_made = pw_store_open(&store, f->path, PW_STORE_AGENT, &f->clock,
					&err) == 0;
		faulty_from(0, 0);
		pw_store_close(store);
		if (is_made)
			break;
		assert_int_equal(access(f->path, F_OK), -1);
		pw_store_close(fixture_open(f, PW_STORE_AGENT));
		unlink(f->path);
	}
	assert_true(at > 5);
}

static int import_small(struct pw_store *store, const char *value, struct pw_err *err)
{
	const struct pw_import_options options = { .dry_run = false };
	struct pw_import_result result;
	int fd = memfd_create("export", 0), rc, i;

	dprintf(fd, "id,customer,vendor,contract number,end date,amount\n");
	for (i = 0; i < 40; i++)
		dprintf(fd, "%d,C%d,Cisco,%d,2026-10-31,%s\n", i, i, i + 12345, value);
	rc = pw_contracts_import(store, fd, "export.csv", &options, &result, err);
	close(fd);
	return rc;
}

static void an_import_on_a_failing_disk_changes_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	int rc = -1;
	long at;

	for (at = 1; rc < 0; at++) {
		struct pw_store *store = fixture_open(f, PW_STORE_COMMAND);
		struct pw_contract_row *row;
		struct pw_err err = PW_ERR_INIT;
		int64_t before, after;
		char value[16];

		snprintf(value, sizeof value, "%ld", at);
		if (import_small(store, "1000", &err) < 0)
			fail_msg("%s", err.msg);
		assert_int_equal(pw_store_contracts_version(store, &before, &err), 0);
		faulty_from(at, SQLITE_FULL);
		rc = import_small(store, value, &err);
		faulty_from(0, 0);
		assert_int_equal(pw_store_contracts_version(store, &after, &err), 0);
		assert_int_equal(pw_store_contract_get(store, "39", f->arena, &row, &err),
				 0);
		/* Only marking what is missing may still fail afterwards. */
		assert_string_equal(row->contract.annual_value,
				    after == before ? "1000" : value);
		assert_int_equal(pw_store_check(store, &err), 0);
		pw_store_close(store);
	}
	assert_true(at > 5);
}

static void a_read_only_store_says_so(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store;
	struct pw_err err = PW_ERR_INIT;

	pw_store_close(fixture_open(f, PW_STORE_AGENT));
	store = fixture_open(f, PW_STORE_READER);
	assert_int_equal(pw_store_set(store, "a", "b", &err), -1);
	assert_int_equal(err.code, PW_ESTORE);
	assert_non_null(strstr(err.msg, "readonly"));
	pw_store_close(store);
}

static void a_backup_on_a_full_disk_leaves_no_file(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_open(f, PW_STORE_AGENT);
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s/copy.db", f->folder);
	PW_CLEANUP(pw_freep) char *partial = pw_asprintf("%s.partial", path);
	struct pw_err err = PW_ERR_INIT;

	faulty_from(3, SQLITE_FULL);
	assert_int_equal(pw_store_backup(store, path, &err), -1);
	faulty_from(0, 0);
	assert_int_equal(err.code, PW_ESTORE);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(partial, F_OK), -1);
	assert_int_equal(pw_store_backup(store, path, &err), 0);
	assert_int_equal(pw_store_backup(store, path, &err), -1);
	assert_int_equal(err.code, PW_EINPUT);
	pw_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(a_commit_on_a_failing_disk_is_whole_or_nothing),
		store_test(what_a_dying_disk_leaves_can_be_opened),
		store_test(creating_on_a_failing_disk_leaves_no_half_store),
		store_test(an_import_on_a_failing_disk_changes_all_or_nothing),
		store_test(a_read_only_store_says_so),
		store_test(a_backup_on_a_full_disk_leaves_no_file),
	};

	faulty_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
