/* SPDX-License-Identifier: Apache-2.0 */
/* alert_headers.h - every header that our mails may have; any other was injected. */
#ifndef PW_TESTS_ALERT_HEADERS_H
#define PW_TESTS_ALERT_HEADERS_H

#include <string.h>
#include <strings.h>

/* Place of the name among them, below 32; -1: none of them. */
static inline int alert_header_index(const char *name, size_t len)
{
	static const char *const headers[] = {
		"From",
		"To",
		"Cc",
		"Subject",
		"Date",
		"Message-Id",
		"In-Reply-To",
		"References",
		"MIME-Version",
		"Auto-Submitted",
		"X-Auto-Response-Suppress",
		"Content-Type",
		"Content-Transfer-Encoding",
	};
	int i;

	for (i = 0; i < (int)(sizeof headers / sizeof headers[0]); i++)
		if (len == strlen(headers[i]) && strncasecmp(name, headers[i], len) == 0)
			return i;
	return -1;
}

#endif
