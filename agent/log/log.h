/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - one line an event, to standard error, with journal prefixes.
 *
 * The only module that logs; library code never does.  Values that a stranger
 * wrote are escaped by the caller (pw_str_escape()); the module escapes
 * control characters once more, so that no line can be forged.
 */
#ifndef PW_LOG_H
#define PW_LOG_H

#include "agent/base/mem.h"

enum pw_log_level {
	PW_LOG_ERROR = 3,
	PW_LOG_WARNING = 4,
	PW_LOG_NOTICE = 5,
	PW_LOG_INFO = 6
};

/* Write "<level>text\n" in one write(2); the prefix is left out on a terminal. */
void pw_log(enum pw_log_level level, const char *format, ...) PW_PRINTF(2, 3);

#endif
