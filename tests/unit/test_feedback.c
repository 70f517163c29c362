/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

#include "agent/base/file.h"
#include "agent/evidence/evidence.h"
#include "agent/feedback/feedback.h"
#include "agent/store/store.h"

static char folder[] = "/tmp/pw-feedback-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) == 0 ? 0 : -1;
}

static void check_content(const char *path, const char *want, size_t len)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf got;

	pw_buf_init(&got, 1 << 20);
	if (pw_file_read(path, &got, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(got.len, len);
	assert_memory_equal(got.data, want, len);
	pw_buf_done(&got);
}

static void a_mail_is_kept_once_and_its_newest_label_counts(void **state)
{
	static const char mail[] = "Subject: x\r\n\r\n\0y";
	struct pw_feedback_label label = { .verdict = "ignore", .notes = "say \"hi\"\n" };
	struct pw_err err = PW_ERR_INIT;
	char *first = NULL, *second = NULL, labels[256];
	struct pw_buf text;
	json_t *json;

	(void)state;
	assert_int_equal(
		pw_feedback_keep(folder, mail, sizeof mail, &label, &first, &err), 0);
	label.verdict = "alert";
	label.rival = "cdw";
	assert_int_equal(
		pw_feedback_keep(folder, mail, sizeof mail, &label, &second, &err), 0);
	assert_string_equal(first, second);
	check_content(first, mail, sizeof mail);
	snprintf(labels, sizeof labels, "%s/labels.jsonl", folder);
	pw_buf_init(&text, 1 << 20);
	assert_int_equal(pw_file_read(labels, &text, &err), 0);
	json = json_loads(text.data, 0, NULL); /* one line, one object */
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "alert");
	assert_string_equal(json_string_value(json_object_get(json, "rival")), "cdw");
	assert_true(json_is_null(json_object_get(json, "customer")));
	json_decref(json);
	pw_buf_done(&text);
	free(first);
	free(second);
}

static void a_file_is_replaced_whole_and_only_for_its_owner(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	struct stat stat_of;
	char path[256];

	(void)state;
	snprintf(path, sizeof path, "%s/whole", folder);
	assert_int_equal(pw_file_write(path, "one", 3, &err), 0);
	assert_int_equal(pw_file_write(path, "2", 1, &err), 0);
	check_content(path, "2", 1);
	assert_int_equal(stat(path, &stat_of), 0);
	assert_int_equal(stat_of.st_mode & 0777, 0600);
	assert_int_equal(pw_file_write("/nonexistent/x", "1", 1, &err), -1);
	assert_int_equal(err.code, PW_EIO);
}

static void evidence_holds_the_original_and_hashes_that_agree(void **state)
{
	static const char raw[] = "From: a@b.example\r\n\r\nhello\0world";
	struct pw_message_row message = { .mailbox = "watch",
					  .uidvalidity = 1,
					  .uid = 7,
					  .hash = "h",
					  .size = sizeof raw,
					  .received_ms = 1795338000000,
					  .verdict = PW_VERDICT_ALERT,
					  .subject = "s",
					  .forwarder = "f@c.example" };
	struct pw_case_row row = { .rival = "cdw",
				   .customer = "C",
				   .vendor = "V",
				   .is_open = true,
				   .opened_ms = 1795338000000,
				   .last_ms = 1795338000000,
				   .soonest_end = PW_DAY_NONE };
	struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_err err = PW_ERR_INIT;
	struct pw_case_row *found;
	struct pw_store *store;
	char path[256], command[512];
	int64_t case_id, id;

	(void)state;
	assert_int_equal(pw_store_open_memory(&store, &pw_clock_real, &err), 0);
	assert_int_equal(pw_store_case_put(store, &row, &case_id, &err), 0);
	message.case_id = case_id;
	assert_int_equal(
		pw_store_message_add(store, &message, raw, sizeof raw, &id, &err), 0);
	assert_int_equal(pw_store_case_get(store, case_id, arena, &found, &err), 0);
	snprintf(path, sizeof path, "%s/evidence", folder);
	if (pw_evidence_write(store, found, "Us", path, &err) < 0)
		fail_msg("%s", err.msg);
	snprintf(command, sizeof command,
		 "cd %s && sha256sum --strict --quiet -c SHA256SUMS", path);
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof command, "%s/originals/message-%lld.eml", path,
		 (long long)id);
	check_content(command, raw, sizeof raw);
	assert_int_equal(pw_evidence_write(store, found, "Us", path, &err),
			 -1); /* never overwritten */
	pw_store_close(store);
	pw_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_is_kept_once_and_its_newest_label_counts),
		cmocka_unit_test(a_file_is_replaced_whole_and_only_for_its_owner),
		cmocka_unit_test(evidence_holds_the_original_and_hashes_that_agree),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
