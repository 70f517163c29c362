/* SPDX-License-Identifier: Apache-2.0 */
/* The whole client against servers that break the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <sys/eventfd.h>

#include "agent/imap/imap.h"
#include "imap_script.h"

#define LIST(uid, size)                                                                  \
	"* 1 FETCH (UID " #uid " RFC822.SIZE " #size                                     \
	" INTERNALDATE \"17-Jul-2026 02:44:25 -0700\")\r\n"
#define DONE "% OK done\r\n"

static struct {
	struct script script;
	struct pw_mailbox_config mailbox;
	struct pw_imap *imap;
	int abort_fd;
	int64_t io_ms; /* short where a silence is to be noticed */
} t;

static int set_up(void **state)
{
	(void)state;
	memset(&t, 0, sizeof t);
	t.mailbox = (struct pw_mailbox_config){
		.name = "watch",
		.address = "watch@bayline.example",
		.server = { .text = "imap://127.0.0.1",
			    .host = "127.0.0.1",
			    .tls = PW_TLS_NONE },
		.login = { .user = "watch", .kind = PW_SECRET_FILE, .where = "" },
		.folder = "INBOX",
		.move_to = "Done",
		.poll_ms = 60000,
		.max_message_bytes = 1000,
	};
	t.abort_fd = eventfd(0, EFD_CLOEXEC);
	t.io_ms = 20000;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pw_imap_close(t.imap);
	script_stop(&t.script);
	close(t.abort_fd);
	return 0;
}

static int open_with(const struct script_step *steps, size_t n, struct pw_err *err)
{
	const struct pw_imap_options options = { .abort_fd = t.abort_fd,
						 .wake_fd = -1,
						 .connect_ms = 20000,
						 .io_ms = t.io_ms };
	struct pw_secret secret = { .text = (char *)"secret" };

	memcpy(t.script.steps, steps, n * sizeof *steps);
	t.mailbox.server.port = (uint16_t)script_start(&t.script);
	return pw_imap_open(&t.imap, &t.mailbox, &secret, &options, err);
}

#define OPEN(err, ...)                                                                   \
	open_with((const struct script_step[]){ __VA_ARGS__ },                           \
		  sizeof((const struct script_step[]){ __VA_ARGS__ }) /                  \
			  sizeof(struct script_step),                                    \
		  err)

/* "uid:state:raw " for each message, "code" at an error. */
static const char *fetch_all(uint32_t after, struct pw_err *err)
{
	static const char *const states[] = { "whole", "large", "old", "refused" };
	static char text[1000];
	struct pw_imap_folder folder;
	struct pw_imap_message message;
	size_t used = 0;
	int got;

	text[0] = '\0';
	if (pw_imap_select(t.imap, &folder, err) < 0 ||
	    pw_imap_fetch_begin(t.imap, after, INT64_MIN, err) < 0)
		return pw_code_name(err->code);
	while ((got = pw_imap_fetch_next(t.imap, &message, err)) == 1) {
		used += (size_t)snprintf(
			text + used, sizeof text - used, "%u:%s:%.*s ", message.uid,
			states[message.state],
			(int)(message.raw_len < 20 ? message.raw_len : 20),
			message.raw ? message.raw : "");
		pw_imap_message_done(&message);
	}
	if (got < 0)
		snprintf(text + used, sizeof text - used, "%s", pw_code_name(err->code));
	return text;
}

static void messages_come_in_order_whatever_the_server_says_around_them(void **state)
{
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	assert_int_equal(
		OPEN(&err,
		     { "RFC822.SIZE", NULL, 0,
		       "* ESEARCH (TAG \"1\") UID ALL 1:3\r\n* VANISHED 41,43:116\r\n"
		       "* 2 FETCH (FLAGS (\\Seen) X-GM-LABELS (\"a\" \"b\"))\r\n"
		       "* OK [X-UNKNOWN (some (deep) thing)] what\r\n" LIST(5, 10)
			       LIST(3, 10) LIST(3, 10) LIST(1, 10) DONE },
		     { "BODY", NULL, 0,
		       "* 9 EXISTS\r\n* 1 FETCH (BODY[] {4}\r\nfive UID 5)\r\n"
		       "* 1 FETCH (UID 77 BODY[] {5}\r\nother)\r\n"
		       "* LIST () \"/\" {4}\r\nname\r\n"
		       "* 1 FETCH (UID 3 BODY[] \"thr\\\"ee\" FLAGS "
		       "(\\Seen))\r\n" DONE }),
		0);
	assert_string_equal(fetch_all(2, &err), "3:whole:thr\"ee 5:whole:five ");
	assert_null(strstr(t.script.seen, "BODYSTRUCTURE"));
	assert_non_null(strstr(t.script.seen, "BODY.PEEK[]"));
}

static void an_unreadable_internaldate_costs_nothing_but_the_date(void **state)
{
	struct pw_imap_folder folder;
	struct pw_imap_message message;
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	assert_int_equal(OPEN(&err,
			      { "RFC822.SIZE", NULL, 0,
				"* 1 FETCH (UID 1 INTERNALDATE \"Fri, 17 Jul 2026\" "
				"RFC822.SIZE 3)\r\n"
				"* 2 FETCH (INTERNALDATE NIL UID 2 RFC822.SIZE 3)\r\n"
				"* 3 FETCH (UID 3 RFC822.SIZE 3 INTERNALDATE "
				"\"99-Jul-2026 02:44:25 "
				"-0700\")\r\n" LIST(4, 3) DONE },
			      { "BODY", NULL, 0,
				"* 1 FETCH (UID 1 BODY[] {1}\r\na)\r\n* 2 FETCH (UID 2 "
				"BODY[] {1}\r\nb)\r\n"
				"* 3 FETCH (UID 3 BODY[] {1}\r\nc)\r\n* 4 FETCH (UID 4 "
				"BODY[] {1}\r\nd)\r\n" DONE }),
			 0);
	assert_int_equal(pw_imap_select(t.imap, &folder, &err), 0);
	assert_int_equal(pw_imap_fetch_begin(t.imap, 0, INT64_MIN, &err), 0);
	for (int uid = 1; uid <= 4; uid++) {
		assert_int_equal(pw_imap_fetch_next(t.imap, &message, &err), 1);
		assert_int_equal(message.uid, uid);
		assert_int_equal(message.received_ms, uid < 4 ? -1 : 1784281465000);
		pw_imap_message_done(&message);
	}
	assert_int_equal(pw_imap_fetch_next(t.imap, &message, &err), 0);
}

static void one_message_the_server_cannot_hand_out_does_not_block_the_others(void **state)
{
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	assert_int_equal(
		OPEN(&err,
		     { "RFC822.SIZE", NULL, 0, LIST(1, 3) LIST(2, 3) LIST(3, 3) DONE },
		     { "UID FETCH 1:3", NULL, 0,
		       "* 1 FETCH (UID 1 BODY[] {1}\r\na)\r\n% NO [SERVERBUG] "
		       "broken\r\n" },
		     { "UID FETCH 2 ", NULL, 0, "% NO [SERVERBUG] broken\r\n" },
		     { "UID FETCH 3 ", NULL, 0,
		       "* 3 FETCH (UID 3 BODY[] {1}\r\nc)\r\n" DONE }),
		0);
	assert_string_equal(fetch_all(0, &err), "1:whole:a 2:refused: 3:whole:c ");
}

static void a_text_that_is_nil_is_told_from_a_message_that_is_gone(void **state)
{
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	assert_int_equal(
		OPEN(&err, { "RFC822.SIZE", NULL, 0, LIST(1, 3) LIST(2, 3) DONE },
		     { "BODY", NULL, 0, "* 1 FETCH (UID 1 BODY[] NIL)\r\n" DONE }),
		0);
	assert_string_equal(fetch_all(0, &err), "1:refused: ");
}

static void a_text_larger_than_announced_is_cut_at_the_limit(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_imap_folder folder;
	struct pw_imap_message message;
	char reply[3000];
	int used = snprintf(reply, sizeof reply, "* 1 FETCH (UID 1 BODY[] {2000}\r\n");

	(void)state;
	memset(reply + used, 'x', 2000);
	snprintf(reply + used + 2000, 100, ")\r\n%% OK done\r\n");
	assert_int_equal(OPEN(&err, { "RFC822.SIZE", NULL, 0, LIST(1, 10) DONE },
			      { "BODY", NULL, 0, reply }),
			 0);
	assert_int_equal(pw_imap_select(t.imap, &folder, &err), 0);
	assert_int_equal(pw_imap_fetch_begin(t.imap, 0, INT64_MIN, &err), 0);
	assert_int_equal(pw_imap_fetch_next(t.imap, &message, &err), 1);
	assert_int_equal(message.state, PW_IMAP_TOO_LARGE);
	assert_true(message.raw_len <= 1000);
	pw_imap_message_done(&message);
}

/* A server's misdeed in answer to one command, and how the session ends. */
static const struct misdeed {
	const char *name, *want;
	const char *before;
	int times;
	const char *reply, *code;
} misdeeds[] = {
	{ "a line without end", "SELECT", "xxxxxxxxxxxxxxxx", 5000, SILENCE, "protocol" },
	{ "lines without end", "SELECT", "* 5 EXISTS\r\n", 100000, DONE, "protocol" },
	{ "garbage", "SELECT", NULL, 0, "\x80\xFF\r\n\r\n", "protocol" },
	{ "a stranger's tag", "SELECT", NULL, 0, "999 OK done\r\n", "protocol" },
	{ "BAD", "SELECT", NULL, 0, "% BAD no such command\r\n", "protocol" },
	{ "NO", "SELECT", NULL, 0, "% NO [NONEXISTENT] no such folder\r\n", "not-found" },
	{ "BYE", "SELECT", NULL, 0, "* BYE [UNAVAILABLE] shutting down\r\n", "net" },
	{ "silence", "SELECT", NULL, 0, SILENCE, "timeout" },
	{ "hang-up", "SELECT", NULL, 0, HANG_UP, "net" },
	{ "no UIDVALIDITY", "SELECT", NULL, 0, "* 1 EXISTS\r\n" DONE, "protocol" },
	{ "NO after half a list", "RFC822.SIZE", NULL, 0,
	  LIST(1, 3) "% NO [LIMIT] later\r\n", "refused" },
	{ "a list in deep parentheses", "RFC822.SIZE", NULL, 0,
	  "* 1 FETCH (UID 1 RFC822.SIZE 1 X ((((((((((((((((a)))))))))))))))))\r\n" DONE,
	  "protocol" },
	{ "a structure nobody asked for", "RFC822.SIZE", "((((((((", 100000, DONE,
	  "protocol" },
	{ "a literal in the list", "RFC822.SIZE", NULL, 0,
	  "* 1 FETCH (UID 1 RFC822.SIZE 1 BODY[] {4294967295}\r\n", "protocol" },
	{ "a literal beyond 32 bits", "RFC822.SIZE", NULL, 0,
	  "* 1 FETCH (UID 1 RFC822.SIZE {99999999999}\r\n", "protocol" },
	{ "a literal in a line we drop", "RFC822.SIZE", NULL, 0,
	  "* LIST () \"/\" {4294967295}\r\n", "protocol" },
	{ "a text far larger than announced", "BODY", NULL, 0,
	  "* 1 FETCH (UID 1 BODY[] {900000000}\r\n", "protocol" },
	{ "a text as literal8", "BODY", NULL, 0,
	  "* 1 FETCH (UID 1 BODY[] ~{3}\r\nabc)\r\n", "protocol" },
	{ "a text cut short", "BODY", NULL, 0, "* 1 FETCH (UID 1 BODY[] {10}\r\nabc",
	  "timeout" },
	{ "a text where numbers should be", "RFC822.SIZE", NULL, 0,
	  "* 1 FETCH (UID one RFC822.SIZE x)\r\n" DONE, "protocol" },
};

static void every_misdeed_ends_the_session_with_the_right_code(void **state)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(misdeeds); i++) {
		const struct misdeed *m = &misdeeds[i];
		struct pw_err err = PW_ERR_INIT;
		const char *got;

		set_up(state);
		if (strcmp(m->code, "timeout") == 0)
			t.io_ms = 300;
		if (OPEN(&err, { m->want, m->before, m->times, m->reply },
			 { "RFC822.SIZE", NULL, 0, LIST(1, 10) DONE }) < 0)
			fail_msg("%s: %s", m->name, err.msg);
		got = fetch_all(0, &err);
		if (strcmp(got, m->code) != 0)
			fail_msg("%s: '%s' (%s), not '%s'", m->name, got, err.msg,
				 m->code);
		assert_non_null(strstr(err.msg, "127.0.0.1"));
		tear_down(state);
	}
	set_up(state);
	script_start(&t.script);
}

static void idle_sees_news_that_comes_before_the_plus(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	enum pw_imap_news news;

	(void)state;
	assert_int_equal(OPEN(&err, { "IDLE", NULL, 0, "* 4 EXISTS\r\n+ idling\r\n" },
			      { "DONE", NULL, 0, "2 OK done\r\n" }),
			 0);
	assert_int_equal(pw_imap_wait(t.imap, 5000, &news, &err), 0);
	assert_int_equal(news, PW_IMAP_NEWS);
}

static void flags_that_others_change_do_not_end_idle(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	enum pw_imap_news news;

	(void)state;
	assert_int_equal(
		OPEN(&err,
		     { "IDLE", NULL, 0,
		       "+ idling\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 3 EXPUNGE\r\n"
		       "* OK still here\r\n" },
		     { "DONE", NULL, 0, "2 OK done\r\n" }),
		0);
	assert_int_equal(pw_imap_wait(t.imap, 50, &news, &err), 0);
	assert_int_equal(news, PW_IMAP_TIMEOUT);
}

static void a_server_that_refuses_idle_or_says_goodbye_is_left(void **state)
{
	static const char *const replies[] = { "% NO not now\r\n", "% BAD what\r\n",
					       "+ idling\r\n* BYE going down\r\n",
					       HANG_UP, SILENCE };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(replies); i++) {
		struct pw_err err = PW_ERR_INIT;
		enum pw_imap_news news;

		set_up(state);
		t.io_ms = 300;
		assert_int_equal(OPEN(&err, { "IDLE", NULL, 0, replies[i] }), 0);
		assert_int_equal(pw_imap_wait(t.imap, 5000, &news, &err), -1);
		tear_down(state);
	}
	set_up(state);
	script_start(&t.script);
}

static void the_abort_fd_ends_even_a_server_that_never_pauses(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_imap_folder folder;
	uint64_t one = 1;

	(void)state;
	assert_int_equal(OPEN(&err, { "SELECT", "* 5 EXISTS\r\n", 1000000, DONE }), 0);
	assert_int_equal(write(t.abort_fd, &one, sizeof one), sizeof one);
	assert_int_equal(pw_imap_select(t.imap, &folder, &err), -1);
	assert_int_equal(err.code, PW_ECANCELED);
}

static void words_of_the_server_cannot_forge_a_log_line(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_imap_folder folder;

	(void)state;
	assert_int_equal(
		OPEN(&err, { "SELECT", NULL, 0, "% NO \x1b[31m\xE2\x80\xAE bad\r\n" }),
		0);
	assert_int_equal(pw_imap_select(t.imap, &folder, &err), -1);
	assert_null(strchr(err.msg, '\x1b'));
	assert_null(strstr(err.msg, "\xE2\x80\xAE"));
}

static void a_read_only_folder_and_missing_keywords_are_noticed(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_imap_folder folder;
	const uint32_t uid = 4;

	(void)state;
	assert_int_equal(OPEN(&err, { "SELECT", NULL, 0,
				      "* 0 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\n"
				      "* OK [PERMANENTFLAGS (\\Seen \\Deleted)] x\r\n"
				      "% OK [READ-ONLY] done\r\n" }),
			 0);
	assert_int_equal(pw_imap_select(t.imap, &folder, &err), 0);
	assert_int_equal(folder.uidvalidity, 9);
	assert_true(folder.is_read_only);
	assert_false(folder.keeps_keyword);
	assert_int_equal(pw_imap_ack(t.imap, &uid, 1, &err), 0);
	assert_non_null(strstr(t.script.seen, "\\Seen"));
	assert_null(strstr(t.script.seen, "$Poachwatch"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(messages_come_in_order_whatever_the_server_says_around_them),
		TEST(an_unreadable_internaldate_costs_nothing_but_the_date),
		TEST(one_message_the_server_cannot_hand_out_does_not_block_the_others),
		TEST(a_text_that_is_nil_is_told_from_a_message_that_is_gone),
		TEST(a_text_larger_than_announced_is_cut_at_the_limit),
		TEST(every_misdeed_ends_the_session_with_the_right_code),
		TEST(idle_sees_news_that_comes_before_the_plus),
		TEST(flags_that_others_change_do_not_end_idle),
		TEST(a_server_that_refuses_idle_or_says_goodbye_is_left),
		TEST(the_abort_fd_ends_even_a_server_that_never_pauses),
		TEST(words_of_the_server_cannot_forge_a_log_line),
		TEST(a_read_only_folder_and_missing_keywords_are_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
