/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oauth.h - OAuth 2.0 (RFC 6749): access tokens in place of passwords.
 *
 * A person authorizes once (`poachwatch auth`), by authorization code with
 * PKCE on the loopback (RFC 8252, 7636) or by device code (RFC 8628); client
 * credentials need nobody.  Tokens are kept in a file of mode 0600 and
 * refreshed before they expire.  All functions may be called from any thread.
 */
#ifndef PW_OAUTH_H
#define PW_OAUTH_H

#include "agent/base/err.h"
#include "agent/config/config.h"

/* An access token that holds for some minutes yet; *ret is owned by the
   caller, who wipes it.  PW_EAUTH: nobody has authorized it yet, or the
   authorization was withdrawn: a person must run `poachwatch auth`.
   PW_ENET, PW_ETLS, PW_ETIMEOUT, PW_ETEMP: the token server cannot be asked
   now.  PW_ECONFIG: the token file or client_secret_file is unusable. */
int pw_oauth_token(const struct pw_oauth2 *oauth2, int abort_fd, char **ret,
		   struct pw_err *err) PW_MUST_CHECK;

/* The mail server refused the access token: the next one will be a new one. */
void pw_oauth_reject(const struct pw_oauth2 *oauth2);

struct pw_oauth_person {
	/* Ask the person to open url in a browser and, where code is not NULL,
	   to type it there.  Text is escaped. */
	void (*ask)(void *self, const char *url, const char *code);
	void *self;
	int answer_fd;    /* where the person may paste the address that the browser
			     ended at (authorization code only); -1: nowhere */
	const char *user; /* offered to the login page; NULL: none */
	unsigned port;    /* where the browser comes back; 0: any free port */
};

/* Have a person authorize, and keep the tokens.  Waits for the person until
   the server's time is up (10 minutes for a code). */
int pw_oauth_authorize(const struct pw_oauth2 *oauth2,
		       const struct pw_oauth_person *person, int abort_fd,
		       struct pw_err *err) PW_MUST_CHECK;

#endif
