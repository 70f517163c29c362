/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dial_error.h - why a connection failed, in words a person can act on.
 */
#ifndef PW_NET_DIAL_ERROR_H
#define PW_NET_DIAL_ERROR_H

#include <stdbool.h>

#include "agent/base/err.h"
#include "agent/config/config.h"

struct pw_dial_failure {
	int curl_code;      /* a CURLcode */
	const char *detail; /* libcurl's own words, "" allowed */
	const char *said;   /* the server's last line, "" allowed; not escaped */
	const char *name;   /* "'host' port 993" */
	const char *protocol;
	const struct pw_server *server;
	const struct pw_login *login;
};

/* Sets err; always returns -1. */
int pw_dial_explain(const struct pw_dial_failure *failure, struct pw_err *err);
/* Did the server turn down a command (IMAP: tagged NO or BAD; SMTP: 4xx or
   5xx), as opposed to something that libcurl decided? */
bool pw_dial_is_refusal(const char *protocol, const char *line);

#endif
