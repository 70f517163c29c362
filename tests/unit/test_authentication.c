/* SPDX-License-Identifier: Apache-2.0 */
/* Whom our own mail server vouches for, and whom it only seems to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/str.h"
#include "rules/engine/authentication.h"

#define ID   "mx1.baylinesystems.example"
#define FROM "pat@harborfoods.example"

static const struct {
	const char *name, *value, *found; /* NULL: not this server's */
} cases[] = {
	{ "dmarc passed", ID "; dmarc=pass (p=reject) header.from=harborfoods.example",
	  "pass" },
	{ "dmarc alone", ID "; dmarc=pass", "pass" },
	{ "all three",
	  ID " 1; dkim=pass header.d=harborfoods.example; spf=pass "
	     "smtp.mailfrom=pat@harborfoods.example; dmarc=pass "
	     "header.from=harborfoods.example",
	  "pass" },
	{ "dkim of a subdomain", ID "; dkim=pass header.d=mail.harborfoods.example",
	  "pass" },
	{ "spaces around the signs", ID " ; dkim = pass header.d = harborfoods.example",
	  "pass" },
	{ "folded", ID ";\r\n\tdkim=pass\r\n\theader.i=@harborfoods.example", "pass" },
	{ "spf of his own domain", ID "; spf=pass smtp.mailfrom=harborfoods.example",
	  "pass" },
	{ "nothing known", ID "; none", "none" },
	{ "no result", ID, "none" },
	{ "failed", ID "; dmarc=fail header.from=harborfoods.example", "fail" },
	{ "spf softly failed", ID "; spf=softfail smtp.mailfrom=harborfoods.example",
	  "fail" },
	{ "dkim of a stranger", ID "; dkim=pass header.d=rival.example", "none" },
	{ "dkim of one whose name ends alike",
	  ID "; dkim=pass header.d=evilharborfoods.example", "none" },
	{ "spf of a stranger", ID "; spf=pass smtp.mailfrom=x@rival.example", "none" },
	{ "dmarc of another From", ID "; dmarc=pass header.from=rival.example", "none" },
	{ "a stranger's pass beside a failure",
	  ID "; spf=pass smtp.mailfrom=rival.example; dmarc=fail "
	     "header.from=harborfoods.example",
	  "fail" },
	{ "a result in the envelope address",
	  ID "; spf=pass smtp.mailfrom=\"a; dmarc=pass\"@rival.example", "none" },
	{ "a result behind an escaped quote",
	  ID "; spf=pass smtp.mailfrom=\"a\\\"; dmarc=pass\"@rival.example", "none" },
	{ "a result in a comment", ID "; spf=none (dmarc=pass; (dkim=pass) ; dmarc=pass)",
	  "none" },
	{ "a comment without an end", ID "; spf=none (; dmarc=pass", "none" },
	{ "a quote without an end", ID "; spf=none \"; dmarc=pass", "none" },
	{ "another server", "mx.rival.example; dmarc=pass", NULL },
	{ "a longer name", ID ".rival.example; dmarc=pass", NULL },
	{ "a shorter name", "mx1.baylinesystems; dmarc=pass", NULL },
	{ "our name in a comment", "(" ID ") rival.example; dmarc=pass", NULL },
	{ "nothing at all", "", NULL },
};

static void only_what_the_server_vouches_for_is_verified(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(65536);
		const char *found = pw_authentication(cases[i].value, ID, FROM, arena);

		if (!pw_streq(found, cases[i].found))
			fail_msg("%s: %s", cases[i].name, found ? found : "(null)");
	}
}

static void a_sender_without_an_address_is_never_verified(void **state)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(65536);

	(void)state;
	assert_string_equal(
		pw_authentication(ID "; dkim=pass header.d=a.example", ID, NULL, arena),
		"none");
	assert_string_equal(
		pw_authentication(ID "; dkim=pass header.d=", ID, "nobody", arena),
		"none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_the_server_vouches_for_is_verified),
		cmocka_unit_test(a_sender_without_an_address_is_never_verified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
