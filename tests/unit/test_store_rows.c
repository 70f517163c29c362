/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/base/str.h"
#include "agent/contracts/due.h"
#include "agent/contracts/import.h"
#include "agent/contracts/known_image.h"
#include "rules/match/known.h"
#include "tests/unit/store_fixture.h"

static int64_t add_message(struct pw_store *store, uint32_t uid, const char *hash,
			   int64_t case_id, enum pw_verdict verdict)
{
	const struct pw_message_row row = { .mailbox = "m",
					    .uidvalidity = 7,
					    .uid = uid,
					    .hash = hash,
					    .size = 4,
					    .verdict = verdict,
					    .finding = "{}",
					    .case_id = case_id };
	struct pw_err err = PW_ERR_INIT;
	int64_t id;

	if (pw_store_message_add(store, &row, "r\0w\n", 4, &id, &err) < 0)
		fail_msg("%s", err.msg);
	return id;
}

static void import(struct pw_store *store, const char *text)
{
	const struct pw_import_options options = { .dry_run = false };
	struct pw_import_result result;
	struct pw_err err = PW_ERR_INIT;
	int fd = memfd_create("export", 0);

	dprintf(fd, "%s", text);
	if (pw_contracts_import(store, fd, "export.csv", &options, &result, &err) < 0)
		fail_msg("%s", err.msg);
	close(fd);
}

static void a_message_comes_back_as_it_went_in(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	struct pw_message_row *row;
	int64_t id = add_message(store, 5, "abc", 0, PW_VERDICT_REVIEW);
	size_t len;
	void *raw;

	assert_int_equal(pw_store_message_find(store, "m", 7, 5, f->arena, &row, &err),
			 0);
	assert_int_equal(row->id, id);
	assert_string_equal(row->hash, "abc");
	assert_int_equal(row->verdict, PW_VERDICT_REVIEW);
	assert_int_equal(row->stored_ms, NOON_MS);
	assert_true(row->has_raw);
	assert_false(row->is_acked);
	assert_int_equal(pw_store_message_raw(store, id, 4, &raw, &len, &err), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(raw, "r\0w\n", 4);
	free(raw);
	assert_int_equal(pw_store_message_raw(store, id, 3, &raw, &len, &err), -1);
	assert_int_equal(err.code, PW_ELIMIT);
	assert_int_equal(pw_store_message_find(store, "m", 8, 5, f->arena, &row, &err),
			 0);
	assert_null(row);
	pw_store_close(store);
}

static void the_same_place_in_a_mailbox_holds_one_message(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_message_row row = { .mailbox = "m", .uidvalidity = 7, .uid = 5 };
	struct pw_err err = PW_ERR_INIT;
	int64_t id;

	add_message(store, 5, "abc", 0, PW_VERDICT_IGNORE);
	assert_int_equal(pw_store_message_add(store, &row, NULL, 0, &id, &err), -1);
	assert_int_equal(err.code, PW_EINPUT);
	row.uidvalidity = 8; /* the mailbox was made anew: another message */
	assert_int_equal(pw_store_message_add(store, &row, NULL, 0, &id, &err), 0);
	pw_store_close(store);
}

static void a_duplicate_leads_to_the_first_and_its_raw_mail(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_message_row row = { .mailbox = "n",
				      .uidvalidity = 1,
				      .uid = 1,
				      .hash = "abc",
				      .state = PW_MESSAGE_DUPLICATE };
	struct pw_err err = PW_ERR_INIT;
	struct pw_message_row *found;
	int64_t first = add_message(store, 5, "abc", 0, PW_VERDICT_ALERT), second;
	size_t len;
	void *raw;

	assert_int_equal(pw_store_message_by_hash(store, "abc", f->arena, &found, &err),
			 0);
	assert_int_equal(found->id, first);
	row.duplicate_of = first;
	assert_int_equal(pw_store_message_add(store, &row, NULL, 0, &second, &err), 0);
	assert_int_equal(pw_store_message_by_hash(store, "abc", f->arena, &found, &err),
			 0);
	assert_int_equal(found->id, first);
	assert_int_equal(pw_store_message_raw(store, second, 100, &raw, &len, &err), 0);
	assert_int_equal(len, 4);
	free(raw);
	assert_int_equal(pw_store_message_by_hash(store, "xyz", f->arena, &found, &err),
			 0);
	assert_null(found);
	pw_store_close(store);
}

static void what_is_not_acknowledged_is_listed_until_it_is(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	const uint32_t two[] = { 3, 5 };
	uint32_t *uids, uid;
	size_t n;

	for (uid = 5; uid >= 3; uid--)
		add_message(store, uid, NULL, 0, PW_VERDICT_IGNORE);
	assert_int_equal(pw_store_unacked(store, "m", 7, 10, f->arena, &uids, &n, &err),
			 0);
	assert_int_equal(n, 3);
	assert_int_equal(uids[0], 3); /* oldest first */
	assert_int_equal(pw_store_acked(store, "m", 7, two, 2, &err), 0);
	assert_int_equal(pw_store_unacked(store, "m", 7, 10, f->arena, &uids, &n, &err),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(uids[0], 4);
	assert_int_equal(pw_store_unacked(store, "m", 8, 10, f->arena, &uids, &n, &err),
			 0);
	assert_int_equal(n, 0);
	pw_store_close(store);
}

static void a_mailbox_never_goes_back_but_starts_anew(void **state)
{
	static const struct {
		uint32_t uidvalidity, uid, last;
	} steps[] = { { 7, 10, 10 }, { 7, 5, 10 }, { 7, 12, 12 }, { 8, 3, 3 } };
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	struct pw_mailbox_row *row;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(steps); i++) {
		assert_int_equal(pw_store_mailbox_advance(store, "m",
							  steps[i].uidvalidity,
							  steps[i].uid, &err),
				 0);
		assert_int_equal(pw_store_mailbox_get(store, "m", f->arena, &row, &err),
				 0);
		assert_int_equal(row->uidvalidity, steps[i].uidvalidity);
		assert_int_equal(row->last_uid, steps[i].last);
	}
	pw_store_close(store);
}

static int64_t add_mail(struct pw_store *store, const char *header_id, int64_t next_ms)
{
	struct pw_outbox_rcpt rcpts[] = { { .address = "ann@us.example" },
					  { .address = "bob@us.example" } };
	const struct pw_outbox_row row = { .kind = "alert",
					   .header_id = header_id,
					   .subject = "s",
					   .data = "mail\0x",
					   .data_len = 6,
					   .rcpts = rcpts,
					   .n_rcpts = 2,
					   .next_ms = next_ms };
	struct pw_err err = PW_ERR_INIT;
	int64_t id;

	assert_int_equal(pw_store_outbox_add(store, &row, &id, &err), 0);
	return id;
}

static void mail_waits_for_its_time_and_is_queued_once(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	const struct pw_outbox_turn noon = { NOON_MS, NOON_MS + 3600000 };
	const struct pw_outbox_turn before = { NOON_MS - 7200000, NOON_MS - 3600000 };
	struct pw_err err = PW_ERR_INIT;
	struct pw_outbox_row *rows;
	int64_t next;
	size_t n;

	assert_int_equal(pw_store_outbox_next_ms(store, &next, &err), 0);
	assert_int_equal(next, 0);
	add_mail(store, "later@us", NOON_MS + 60000);
	assert_int_equal(add_mail(store, "now@us", 0), add_mail(store, "now@us", 0));
	assert_int_equal(pw_store_outbox_next_ms(store, &next, &err), 0);
	assert_int_equal(next, 1);
	assert_int_equal(pw_store_outbox_due(store, &noon, 10, f->arena, &rows, &n, &err),
			 0);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].header_id, "now@us");
	assert_int_equal(rows[0].n_rcpts, 2);
	assert_null(rows[0].data); /* lists do not load it */
	/* The clock was set back: no pause is that long. */
	assert_int_equal(
		pw_store_outbox_due(store, &before, 10, f->arena, &rows, &n, &err), 0);
	assert_int_equal(n, 2);
	pw_store_close(store);
}

static void only_who_was_not_reached_gets_it_again(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	struct pw_outbox_row *row;
	int64_t id = add_mail(store, "a@us", 0);

	assert_int_equal(pw_store_outbox_get(store, id, f->arena, &row, &err), 0);
	assert_int_equal(row->data_len, 6);
	assert_memory_equal(row->data, "mail\0x", 6);
	row->state = PW_OUTBOX_DEAD;
	row->attempts = 1;
	row->error = "550 no such user";
	row->done_ms = NOON_MS;
	row->rcpts[0].state = PW_OUTBOX_SENT;
	row->rcpts[1].state = PW_OUTBOX_DEAD;
	row->rcpts[1].error = "550 no such user";
	assert_int_equal(pw_store_outbox_update(store, row, &err), 0);
	assert_int_equal(pw_store_outbox_requeue(store, id, &err), 0);
	assert_int_equal(pw_store_outbox_get(store, id, f->arena, &row, &err), 0);
	assert_int_equal(row->state, PW_OUTBOX_QUEUED);
	assert_int_equal(row->rcpts[0].state, PW_OUTBOX_SENT);
	assert_int_equal(row->rcpts[1].state, PW_OUTBOX_QUEUED);
	row->state = PW_OUTBOX_SENT;
	row->rcpts[1].state = PW_OUTBOX_SENT;
	assert_int_equal(pw_store_outbox_update(store, row, &err), 0);
	assert_int_equal(pw_store_outbox_requeue(store, id, &err), 0); /* to all */
	assert_int_equal(pw_store_outbox_get(store, id, f->arena, &row, &err), 0);
	assert_int_equal(row->rcpts[0].state, PW_OUTBOX_QUEUED);
	assert_int_equal(pw_store_outbox_requeue(store, 99, &err), -1);
	assert_int_equal(err.code, PW_ENOTFOUND);
	pw_store_close(store);
}

static int64_t add_case(struct pw_store *store, const char *customer)
{
	const struct pw_case_row row = { .rival = "cdw",
					 .customer = customer,
					 .vendor = "Cisco",
					 .is_open = true,
					 .verdict = PW_VERDICT_ALERT,
					 .soonest_end = PW_DAY_NONE };
	struct pw_err err = PW_ERR_INIT;
	int64_t id;

	assert_int_equal(pw_store_case_put(store, &row, &id, &err), 0);
	return id;
}

static void retention_forgets_ignored_mail_and_keeps_cases(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_err err = PW_ERR_INIT;
	int64_t ignored = add_message(store, 1, "a", 0, PW_VERDICT_IGNORE);
	int64_t alert =
		add_message(store, 2, "b", add_case(store, "H"), PW_VERDICT_ALERT);
	int64_t labelled = add_message(store, 3, "c", 0, PW_VERDICT_IGNORE), young;
	int64_t unreadable = add_message(store, 5, "e", 0, PW_VERDICT_REVIEW);
	struct pw_message_row *row;
	bool more;

	assert_int_equal(pw_store_message_set_label(store, labelled, "missed", &err), 0);
	f->now_ms += 31 * DAY_MS;
	young = add_message(store, 4, "d", 0, PW_VERDICT_IGNORE);
	assert_int_equal(pw_store_expire(store, f->now_ms - 30 * DAY_MS, 1, &more, &err),
			 0);
	assert_true(more);
	assert_int_equal(pw_store_expire(store, f->now_ms - 30 * DAY_MS, 1, &more, &err),
			 0);
	assert_true(more);
	assert_int_equal(pw_store_expire(store, f->now_ms - 30 * DAY_MS, 1, &more, &err),
			 0);
	assert_false(more);
	assert_int_equal(pw_store_message_get(store, unreadable, f->arena, &row, &err),
			 0);
	assert_false(row->has_raw);
	assert_int_equal(pw_store_message_get(store, ignored, f->arena, &row, &err), 0);
	assert_false(row->has_raw);
	assert_null(row->finding);
	assert_string_equal(row->hash, "a"); /* a second delivery is still known */
	assert_int_equal(pw_store_message_get(store, alert, f->arena, &row, &err), 0);
	assert_true(row->has_raw);
	assert_int_equal(pw_store_message_get(store, labelled, f->arena, &row, &err), 0);
	assert_true(row->has_raw);
	assert_int_equal(pw_store_message_get(store, young, f->arena, &row, &err), 0);
	assert_true(row->has_raw);
	pw_store_close(store);
}

static bool file_holds(const char *path, const char *word)
{
	FILE *file = fopen(path, "rb");
	size_t len, n = strlen(word), i;
	char *bytes;
	bool is_found = false;

	if (!file)
		return false;
	fseek(file, 0, SEEK_END);
	len = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(len + 1);
	assert_int_equal(fread(bytes, 1, len, file), len);
	fclose(file);
	for (i = 0; i + n <= len && !is_found; i++)
		is_found = !memcmp(bytes + i, word, n);
	free(bytes);
	return is_found;
}

static void a_purged_customer_is_gone_from_the_disk(void **state)
{
	static const char csv[] =
		"id,customer,domain,vendor,serial,end date\n"
		"1,Vanishing Ltd,vanishing.example,Cisco,SER1,2026-10-31\n"
		"2,Staying Ltd,staying.example,Cisco,SER2,2026-10-31\n";
	struct fixture *f = *state;
	struct pw_store *store = fixture_open(f, PW_STORE_AGENT);
	PW_CLEANUP(pw_freep) char *wal = pw_asprintf("%s-wal", f->path);
	const struct pw_touch touch = { .contract_id = "1",
					.kind = "note",
					.note = "vanishing.example called" };
	struct pw_purge_counts counts;
	struct pw_err err = PW_ERR_INIT;
	struct pw_contract_row *row;
	struct pw_message_row *message;
	const struct pw_message_row ignored = { .mailbox = "m",
						.uidvalidity = 7,
						.uid = 3,
						.forwarder = "Eve@mail.Vanishing.example",
						.subject = "from Vanishing Ltd" };
	int64_t before, after, kept, case_id, id;

	import(store, csv);
	assert_int_equal(pw_store_message_add(store, &ignored, "x", 1, &id, &err), 0);
	assert_int_equal(pw_store_touch_add(store, &touch, &err), 0);
	case_id = add_case(store, "Vanishing Ltd");
	add_message(store, 1, "a", case_id, PW_VERDICT_ALERT);
	kept = add_message(store, 2, "b", add_case(store, "Staying Ltd"),
			   PW_VERDICT_ALERT);
	assert_int_equal(pw_store_contracts_version(store, &before, &err), 0);
	assert_int_equal(
		pw_store_purge_customer(store, "Vanishing Ltd", true, &counts, &err), 0);
	assert_int_equal(counts.contracts, 1);
	assert_int_equal(counts.messages, 2);
	assert_true(file_holds(f->path, "Vanishing Ltd") ||
		    file_holds(wal, "Vanishing Ltd"));
	if (pw_store_purge_customer(store, "Vanishing Ltd", false, &counts, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(counts.cases, 1);
	assert_int_equal(counts.touches, 1);
	assert_false(file_holds(f->path, "anishing"));
	assert_false(file_holds(wal, "anishing"));
	assert_int_equal(pw_store_contract_get(store, "2", f->arena, &row, &err), 0);
	assert_non_null(row);
	assert_int_equal(pw_store_message_get(store, kept, f->arena, &message, &err), 0);
	assert_true(message->has_raw);
	assert_int_equal(pw_store_contracts_version(store, &after, &err), 0);
	assert_true(after > before); /* so the agent makes a new image */
	assert_int_equal(pw_store_check(store, &err), 0);
	pw_store_close(store);
}

static void a_backup_is_a_store_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_open(f, PW_STORE_AGENT);
	char copy[128];
	struct pw_err err = PW_ERR_INIT;
	const char *value;

	snprintf(copy, sizeof copy, "%s/copy.db", f->folder);
	assert_int_equal(pw_store_set(store, "a", "b", &err), 0);
	assert_int_equal(pw_store_backup(store, copy, &err), 0);
	pw_store_close(store);
	assert_int_equal(rename(copy, f->path), 0);
	store = fixture_open(f, PW_STORE_AGENT);
	assert_int_equal(pw_store_get(store, "a", f->arena, &value, &err), 0);
	assert_string_equal(value, "b");
	pw_store_close(store);
}

static void what_ends_soon_is_listed_with_rivals_first(void **state)
{
	static const char csv[] =
		"id,customer,vendor,end date,amount,currency,owner email,status\n"
		"A,H,Cisco,2026-12-01,1000.50,USD,ann@us.example,active\n"
		"B,H,Cisco,2026-12-20,2000,USD,ann@us.example,quoted\n"
		"C,H,Cisco,2026-12-02,3000,EUR,bob@us.example,active\n"
		"D,H,Cisco,2026-12-03,9,USD,ann@us.example,renewed\n"
		"E,H,Cisco,2027-06-01,9,USD,ann@us.example,active\n"
		"F,H,Cisco,2026-11-01,9,USD,ann@us.example,active\n";
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	const struct pw_case_contract held = { .contract_id = "B" };
	const struct pw_touch touch = { .contract_id = "C",
					.kind = "note",
					.note = "called" };
	struct pw_err err = PW_ERR_INIT;
	struct pw_due_query query = { pw_day_of_ms(NOON_MS), 120, NULL, 100 };
	struct pw_due_row *rows;
	struct pw_buf value;
	size_t n;

	import(store, csv);
	assert_int_equal(
		pw_store_case_contract_add(store, add_case(store, "H"), &held, &err), 0);
	assert_int_equal(pw_store_touch_add(store, &touch, &err), 0);
	assert_int_equal(pw_due_gather(store, &query, f->arena, &rows, &n, &err), 0);
	assert_int_equal(n, 3);
	assert_string_equal(rows[0].contract.contract_id, "B");
	assert_true(rows[0].is_solicited);
	assert_string_equal(rows[0].rival, "cdw");
	assert_string_equal(rows[1].contract.contract_id, "A");
	assert_int_equal(rows[1].days_left, 9);
	assert_false(rows[1].is_touched);
	assert_string_equal(rows[2].last_touch, "2026-11-22 called");
	pw_buf_init(&value, 100);
	pw_due_value(rows, n, &value);
	assert_string_equal(value.data, "3,000.50 USD; 3,000 EUR");
	pw_buf_done(&value);
	query.owner = "BOB@us.example";
	assert_int_equal(pw_due_gather(store, &query, f->arena, &rows, &n, &err), 0);
	assert_int_equal(n, 1);
	pw_store_close(store);
}

static void assert_image_knows(const struct pw_known_image *image)
{
	PW_CLEANUP(pw_known_closep) struct pw_known *known = NULL;
	struct pw_err err = PW_ERR_INIT;
	void *bytes = mmap(NULL, image->len, PROT_READ, MAP_SHARED, image->fd, 0);

	assert_true(bytes != MAP_FAILED);
	if (pw_known_open(&known, bytes, image->len, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(pw_known_customer_of_domain(known, "mail.h.example"), "H");
	assert_string_equal(pw_known_customer_of_domain(known, "h2.example"), "H");
	assert_string_equal(pw_known_customer_of_domain(known, "o.example"), "O");
	assert_null(pw_known_customer_of_domain(known, "x.example"));
	/* Nobody can change it any more. */
	assert_int_equal(write(image->fd, "x", 1), -1);
	assert_int_equal(ftruncate(image->fd, 0), -1);
}

static void the_known_image_holds_every_customer_once(void **state)
{
	static const char csv[] = "id,customer,domain,vendor,serial,end date\n"
				  "1,H,h.example,Cisco,SER1,2026-10-31\n"
				  "2,O,o.example,Cisco,SER2,2026-10-31\n"
				  "3,H,h.example;h2.example,VMware,SER3,2026-10-31\n";
	struct fixture *f = *state;
	struct pw_store *store = fixture_open(f, PW_STORE_AGENT);
	struct pw_known_image image = PW_KNOWN_IMAGE_NONE;
	struct pw_known_image_job *job;
	struct pw_err err = PW_ERR_INIT;
	struct pollfd ready;

	import(store, csv);
	if (pw_known_image_make(&image, store, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(image.version, 1);
	assert_image_knows(&image);
	pw_known_image_done(&image);
	/* And beside the main thread. */
	assert_int_equal(pw_known_image_start(&job, f->path, &f->clock, &err), 0);
	ready = (struct pollfd){ pw_known_image_job_fd(job), POLLIN, 0 };
	assert_int_equal(poll(&ready, 1, 60000), 1);
	if (pw_known_image_finish(job, &image, &err) < 0)
		fail_msg("%s", err.msg);
	assert_image_knows(&image);
	pw_known_image_done(&image);
	assert_int_equal(pw_known_image_start(&job, f->path, &f->clock, &err), 0);
	pw_known_image_abandon(job);
	pw_store_close(store);
}

static void something_happens_once_for_a_case_and_a_person(void **state)
{
	struct fixture *f = *state;
	struct pw_store *store = fixture_memory(f);
	struct pw_purge_counts counts;
	struct pw_err err = PW_ERR_INIT;
	int64_t case_id = add_case(store, "H");
	bool first;

	import(store, "id,customer,vendor,end date\n1,H,Cisco,2026-10-31\n");
	assert_int_equal(
		pw_store_case_once(store, case_id, "thanks", "a@h.example", &first, &err),
		0);
	assert_true(first);
	assert_int_equal(
		pw_store_case_once(store, case_id, "thanks", "a@h.example", &first, &err),
		0);
	assert_false(first);
	assert_int_equal(pw_store_purge_customer(store, "H", false, &counts, &err), 0);
	assert_int_equal(pw_store_check(store, &err), 0);
	pw_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(a_message_comes_back_as_it_went_in),
		store_test(the_same_place_in_a_mailbox_holds_one_message),
		store_test(a_duplicate_leads_to_the_first_and_its_raw_mail),
		store_test(what_is_not_acknowledged_is_listed_until_it_is),
		store_test(a_mailbox_never_goes_back_but_starts_anew),
		store_test(mail_waits_for_its_time_and_is_queued_once),
		store_test(only_who_was_not_reached_gets_it_again),
		store_test(retention_forgets_ignored_mail_and_keeps_cases),
		store_test(a_purged_customer_is_gone_from_the_disk),
		store_test(a_backup_is_a_store_of_its_own),
		store_test(what_ends_soon_is_listed_with_rivals_first),
		store_test(the_known_image_holds_every_customer_once),
		store_test(something_happens_once_for_a_case_and_a_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
