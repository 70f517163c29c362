/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "agent/crypto/hash.h"
#include "agent/crypto/tag.h"

#define BODY "Subject: Renewal\nFrom: a@b.example\n\nhello\n"

static void assert_same(const char *one, const char *other, bool wanted)
{
	char a[PW_HASH_TEXT], b[PW_HASH_TEXT];

	assert_int_equal(pw_message_hash(one, strlen(one), a, NULL), 0);
	assert_int_equal(pw_message_hash(other, strlen(other), b, NULL), 0);
	if (strcmp(a, b) == 0 ? !wanted : wanted)
		fail_msg("%s:\n%s\n---\n%s", wanted ? "differ" : "equal", one, other);
}

static void sha256_of_abc_is_the_published_one(void **state)
{
	char out[PW_HASH_TEXT];

	(void)state;
	assert_int_equal(pw_sha256_hex("abc", 3, out, NULL), 0);
	assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
}

static void trace_fields_do_not_change_the_identity(void **state)
{
	static const char *const traces[] = {
		"Received: from x by y;\n\tMon, 5 Oct 2026\n" BODY,
		"Return-Path: <a@b.example>\nDelivered-To: me@c.example\n" BODY,
		"received: from z\n" BODY,
		"X-Spam-Status: No\nAuthentication-Results: mx; spf=pass\n" BODY,
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(traces); i++)
		assert_same(BODY, traces[i], true);
}

static void line_ends_do_not_change_the_identity(void **state)
{
	(void)state;
	assert_same(BODY, "Subject: Renewal\r\nFrom: a@b.example\r\n\r\nhello\r\n", true);
}

static void what_the_sender_wrote_changes_the_identity(void **state)
{
	static const char *const others[] = {
		"Subject: Renewal!\nFrom: a@b.example\n\nhello\n",
		"Subject: Renewal\nFrom: a@b.example\n\nhello \n",
		/* in the body a trace field is text */
		BODY "Received: from x\n",
		/* a name that only begins like one */
		"Received-By: x\n" BODY,
		"Subject: Renewal\nFrom: a@b.example\n\nhello",
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(others); i++)
		assert_same(BODY, others[i], false);
}

static void only_the_holder_of_the_key_makes_a_tag(void **state)
{
	char key[PW_TAG_KEY_HEX], other[PW_TAG_KEY_HEX], id[PW_TAG_MAX];
	size_t i, len;

	(void)state;
	assert_int_equal(pw_tag_key_new(key, NULL), 0);
	assert_int_equal(pw_tag_key_new(other, NULL), 0);
	assert_string_not_equal(key, other);
	assert_int_equal(pw_tag_make(key, "alert-17", "ours.example", id, NULL), 0);
	len = strlen(id);
	assert_true(pw_tag_check(key, id, len));
	assert_false(pw_tag_check(other, id, len));
	for (i = 0; i < len; i++) {
		char changed[PW_TAG_MAX];

		memcpy(changed, id, len + 1);
		changed[i] = changed[i] == 'x' ? 'y' : 'x';
		if (pw_tag_check(key, changed, len))
			fail_msg("accepted %s", changed);
		assert_false(pw_tag_check(key, id, i));
	}
}

static void a_tag_is_known_in_angle_brackets(void **state)
{
	char key[PW_TAG_KEY_HEX], id[PW_TAG_MAX], bracketed[PW_TAG_MAX + 2] = "<";

	(void)state;
	assert_int_equal(pw_tag_key_new(key, NULL), 0);
	assert_int_equal(pw_tag_make(key, "u", "ours.example", id, NULL), 0);
	strcat(strcat(bracketed, id), ">");
	assert_true(pw_tag_check(key, bracketed, strlen(bracketed)));
}

static void a_tag_takes_no_unique_part_that_could_break_a_header(void **state)
{
	static const char *const bad[] = { "",    "a b", "a\r\nX: y",
					   "a.b", "a@b", "\xc3\xa9" };
	char key[PW_TAG_KEY_HEX], id[PW_TAG_MAX];
	size_t i;

	(void)state;
	assert_int_equal(pw_tag_key_new(key, NULL), 0);
	for (i = 0; i < PW_ARRAY_LEN(bad); i++)
		if (pw_tag_make(key, bad[i], "ours.example", id, NULL) == 0)
			fail_msg("accepted case %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_of_abc_is_the_published_one),
		cmocka_unit_test(trace_fields_do_not_change_the_identity),
		cmocka_unit_test(line_ends_do_not_change_the_identity),
		cmocka_unit_test(what_the_sender_wrote_changes_the_identity),
		cmocka_unit_test(only_the_holder_of_the_key_makes_a_tag),
		cmocka_unit_test(a_tag_is_known_in_angle_brackets),
		cmocka_unit_test(a_tag_takes_no_unique_part_that_could_break_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
