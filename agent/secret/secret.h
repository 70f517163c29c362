/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret.h - fetches a password where the configuration says it is.
 *
 * A secret is read just before a login and wiped right after it; nothing
 * here logs, and no error message holds any part of a secret.
 */
#ifndef PW_SECRET_H
#define PW_SECRET_H

#include "agent/base/err.h"
#include "agent/config/config.h"

#define PW_SECRET_MAX 65536 /* bytes; OAuth2 tokens are long */

struct pw_secret {
	char *text;     /* owned; NULL where there is no login */
	bool is_bearer; /* an OAuth2 access token instead of a password */
};

/* The secret of a login, fresh (a file or command is read each time; OAuth2
   refreshes an access token that is about to expire).  abort_fd as in
   imap.h.  On success the caller calls pw_secret_done().  PW_ECONFIG: the
   source is unusable (missing, readable by others, empty); PW_EAUTH: OAuth2
   was refused, a person must run `poachwatch auth`; PW_ENET/PW_ETLS: the
   token server cannot be reached. */
int pw_secret_get(struct pw_secret *ret, const struct pw_login *login, int abort_fd,
		  struct pw_err *err) PW_MUST_CHECK;
/* The server refused what pw_secret_get() gave: an OAuth2 access token is not
   used again.  Nothing happens for passwords. */
void pw_secret_reject(const struct pw_login *login);
/* Wipe and free.  Legal on a zeroed struct. */
void pw_secret_done(struct pw_secret *secret);

#endif
