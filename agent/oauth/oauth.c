/* SPDX-License-Identifier: Apache-2.0 */
/* oauth.c - a fresh access token whenever one is wanted. */
#include "agent/oauth/oauth.h"

#include <pthread.h>

#include "agent/base/clock.h"
#include "agent/oauth/internal.h"

/* Renewed that long before the end, so that a login never meets it. */
#define MARGIN_MS ((int64_t)5 * 60000)

/* Mailboxes and the sender may share one token file. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static bool holds_for(const struct pw_tokens *tokens, int64_t ms)
{
	return tokens->access && tokens->expires_ms - pw_wall_ms(&pw_clock_real) > ms;
}

static int request_tokens(const struct pw_oauth2 *oauth2, const char *secret,
			  int abort_fd, struct pw_tokens *tokens, struct pw_err *err)
{
	bool is_client = oauth2->flow == PW_OAUTH2_CLIENT;
	const struct pw_form_field form[] = {
		{ "grant_type", is_client ? "client_credentials" : "refresh_token" },
		{ "refresh_token", is_client ? NULL : tokens->refresh },
		{ "client_id", oauth2->client_id },
		{ "client_secret", secret },
		{ "scope", *oauth2->scope ? oauth2->scope : NULL },
	};
	struct pw_oauth_answer answer = { 0 };
	int result;

	if (pw_oauth_post(oauth2, oauth2->token_url, form, PW_ARRAY_LEN(form), abort_fd,
			  &answer, err) < 0)
		return -1;
	result = *answer.error ? pw_oauth_refusal(&answer, err)
			       : pw_tokens_update(tokens, answer.json, err);
	pw_oauth_answer_done(&answer);
	return result;
}

static int renew(const struct pw_oauth2 *oauth2, int abort_fd, struct pw_tokens *tokens,
		 struct pw_err *err)
{
	char *secret = NULL;
	int result;

	if (oauth2->flow != PW_OAUTH2_CLIENT && !tokens->refresh)
		return pw_err_set(err, PW_EAUTH,
				  "OAuth 2.0 is not authorized yet (no usable token in "
				  "'%s'): run 'poachwatch auth'",
				  oauth2->token_file);
	if (pw_oauth_client_secret(oauth2, &secret, err) < 0)
		return -1;
	result = request_tokens(oauth2, secret, abort_fd, tokens, err);
	pw_wipe_free(secret);
	return result < 0 ? -1 : pw_tokens_save(tokens, oauth2, err);
}

/* A token that still holds is used when its server cannot be asked for the
   next one. */
static int get_token(const struct pw_oauth2 *oauth2, int abort_fd, char **ret,
		     struct pw_err *err)
{
	struct pw_tokens tokens = { 0 };
	struct pw_err why = PW_ERR_INIT;
	int result = 0;

	if (pw_tokens_load(&tokens, oauth2, err) < 0)
		return -1;
	if (!holds_for(&tokens, MARGIN_MS) &&
	    renew(oauth2, abort_fd, &tokens, &why) < 0 &&
	    (why.code == PW_EAUTH || why.code == PW_ECANCELED ||
	     !holds_for(&tokens, 0))) {
		result = -1;
		if (err)
			*err = why;
	}
	if (result == 0)
		*ret = PW_TAKE(tokens.access);
	pw_tokens_done(&tokens);
	return result;
}

int pw_oauth_token(const struct pw_oauth2 *oauth2, int abort_fd, char **ret,
		   struct pw_err *err)
{
	int result;

	pthread_mutex_lock(&one_at_a_time);
	result = get_token(oauth2, abort_fd, ret, err);
	pthread_mutex_unlock(&one_at_a_time);
	return result;
}

void pw_oauth_reject(const struct pw_oauth2 *oauth2)
{
	struct pw_tokens tokens = { 0 };
	struct pw_err ignored = PW_ERR_INIT;

	pthread_mutex_lock(&one_at_a_time);
	if (pw_tokens_load(&tokens, oauth2, &ignored) == 0 && tokens.access) {
		tokens.expires_ms = 0;
		if (pw_tokens_save(&tokens, oauth2, &ignored) < 0)
			ignored.code = PW_OK; /* then it expires by itself */
	}
	pw_tokens_done(&tokens);
	pthread_mutex_unlock(&one_at_a_time);
}

static int obtain(const struct pw_oauth2 *oauth2, const struct pw_oauth_person *person,
		  int abort_fd, struct pw_tokens *tokens, struct pw_err *err)
{
	switch (oauth2->flow) {
	case PW_OAUTH2_CODE:
		return pw_oauth_by_code(oauth2, person, abort_fd, tokens, err);
	case PW_OAUTH2_DEVICE:
		return pw_oauth_by_device(oauth2, person, abort_fd, tokens, err);
	case PW_OAUTH2_CLIENT:
		return renew(oauth2, abort_fd, tokens, err);
	}
	return pw_err_set(err, PW_ECONFIG, "no such flow");
}

int pw_oauth_authorize(const struct pw_oauth2 *oauth2,
		       const struct pw_oauth_person *person, int abort_fd,
		       struct pw_err *err)
{
	struct pw_tokens tokens = { 0 };
	int result = obtain(oauth2, person, abort_fd, &tokens, err);

	if (result == 0 && oauth2->flow != PW_OAUTH2_CLIENT && !tokens.refresh)
		result = pw_err_set(
			err, PW_EAUTH,
			"the server gave no refresh token, so the login would "
			"end within the hour: add 'offline_access' to 'scope', "
			"or withdraw the old permission and try again");
	if (result == 0)
		result = pw_tokens_save(&tokens, oauth2, err);
	pw_tokens_done(&tokens);
	return result;
}
