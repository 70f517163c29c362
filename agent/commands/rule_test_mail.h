/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_test_mail.h - the message that a test of a rule file speaks of.
 */
#ifndef PW_COMMANDS_RULE_TEST_MAIL_H
#define PW_COMMANDS_RULE_TEST_MAIL_H

#include "agent/base/err.h"
#include "rules/engine/rules.h"

/* Whose mailbox the mails of tests lie in, where nobody says otherwise. */
#define PW_TEST_DOMAIN  "ours.invalid"
#define PW_TEST_MAILBOX "watch@" PW_TEST_DOMAIN

/* The file beside the rule file, or the inline mail as a customer would forward
   it, attached.  *ret is owned by the caller. */
int pw_rule_test_mail(const struct pw_rule_test *test, char **ret, size_t *ret_len,
		      struct pw_err *err) PW_MUST_CHECK;

#endif
