/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_test_report.h - what a test of a rule file expected, and what came.
 */
#ifndef PW_COMMANDS_RULE_TEST_REPORT_H
#define PW_COMMANDS_RULE_TEST_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "rules/engine/rules.h"

/* True where all is as expected; else prints both sides and the deciding
   steps.  finding NULL: the mail could not be judged, why says why. */
bool pw_rule_test_report(FILE *out, const struct pw_rule_test *test,
			 const struct pw_finding *finding, const char *why);

#endif
