/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h - tokens, their file, and requests to the token server.
 */
#ifndef PW_OAUTH_INTERNAL_H
#define PW_OAUTH_INTERNAL_H

#include <jansson.h>
#include <stdint.h>

#include "agent/oauth/oauth.h"

#define PW_OAUTH_ANSWER_MAX 65536

struct pw_tokens {
	char *access;       /* NULL: none */
	char *refresh;      /* NULL: none */
	int64_t expires_ms; /* of access; wall clock */
};

void pw_tokens_done(struct pw_tokens *tokens);
/* An absent file, or one of another client or server, gives no tokens. */
int pw_tokens_load(struct pw_tokens *ret, const struct pw_oauth2 *oauth2,
		   struct pw_err *err) PW_MUST_CHECK;
/* Replaces the file at once (rename), mode 0600. */
int pw_tokens_save(const struct pw_tokens *tokens, const struct pw_oauth2 *oauth2,
		   struct pw_err *err) PW_MUST_CHECK;
/* Take over what a token server answered (RFC 6749 5.1); an answer without a
   refresh token keeps the old one. */
int pw_tokens_update(struct pw_tokens *tokens, const json_t *answer,
		     struct pw_err *err) PW_MUST_CHECK;

struct pw_form_field {
	const char *name, *value; /* value NULL: left out */
};

struct pw_oauth_answer {
	json_t *json;   /* owned; an object */
	char error[64]; /* the server's error word (RFC 6749 5.2), "" for success */
};

/* POST a form.  0: the server answered, with success or an error word.  -1:
   it could not be asked, or made no sense. */
int pw_oauth_post(const struct pw_oauth2 *oauth2, const char *url,
		  const struct pw_form_field *fields, size_t n, int abort_fd,
		  struct pw_oauth_answer *ret, struct pw_err *err) PW_MUST_CHECK;
void pw_oauth_answer_done(struct pw_oauth_answer *answer);
/* err from an error word and its description. */
int pw_oauth_refusal(const struct pw_oauth_answer *answer, struct pw_err *err);
/* A string of the answer, NULL where it is missing; borrowed. */
const char *pw_oauth_string(const struct pw_oauth_answer *answer, const char *key);

/* client_secret_file's content, NULL where there is none; wiped by the caller. */
int pw_oauth_client_secret(const struct pw_oauth2 *oauth2, char **ret,
			   struct pw_err *err) PW_MUST_CHECK;
/* Percent-encoding of RFC 3986; owned by the caller. */
char *pw_oauth_escape(const char *text);

/* Authorization code with PKCE (loopback.c) and device code (device.c). */
int pw_oauth_by_code(const struct pw_oauth2 *oauth2, const struct pw_oauth_person *person,
		     int abort_fd, struct pw_tokens *ret,
		     struct pw_err *err) PW_MUST_CHECK;
int pw_oauth_by_device(const struct pw_oauth2 *oauth2,
		       const struct pw_oauth_person *person, int abort_fd,
		       struct pw_tokens *ret, struct pw_err *err) PW_MUST_CHECK;

#endif
