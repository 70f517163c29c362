/* SPDX-License-Identifier: Apache-2.0 */
/* device.c - a person types a code on any device with a browser (RFC 8628). */
#include <errno.h>
#include <poll.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"
#include "agent/oauth/internal.h"

#define INTERVAL_S     5 /* RFC 8628 3.5 */
#define INTERVAL_MAX_S 60
#define LIFE_MAX_S     1800

static long bounded(const json_t *value, long otherwise, long max)
{
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : otherwise;

	return n < 0 ? 0 : n > max ? max : (long)n;
}

static int pause_for(long seconds, int abort_fd, struct pw_err *err)
{
	struct pollfd fd = { abort_fd, POLLIN, 0 };
	int64_t end = pw_monotonic_ms(&pw_clock_real) + seconds * 1000;

	for (;;) {
		int64_t left = end - pw_monotonic_ms(&pw_clock_real);
		int n = poll(&fd, 1, left > 0 ? (int)left : 0);

		if (n > 0)
			return pw_err_set(err, PW_ECANCELED, "stopped");
		if (left <= 0)
			return 0;
	}
}

/* 1: tokens; 0: not yet, *interval may have grown; -1. */
static int poll_once(const struct pw_oauth2 *oauth2, const char *device_code,
		     const char *secret, int abort_fd, long *interval,
		     struct pw_tokens *tokens, struct pw_err *err)
{
	const struct pw_form_field form[] = {
		{ "grant_type", "urn:ietf:params:oauth:grant-type:device_code" },
		{ "device_code", device_code },
		{ "client_id", oauth2->client_id },
		{ "client_secret", secret },
	};
	struct pw_oauth_answer answer = { 0 };
	int result;

	if (pw_oauth_post(oauth2, oauth2->token_url, form, PW_ARRAY_LEN(form), abort_fd,
			  &answer, err) < 0)
		return -1;
	if (!*answer.error) {
		result = pw_tokens_update(tokens, answer.json, err) < 0 ? -1 : 1;
	} else if (pw_streq(answer.error, "slow_down")) {
		*interval += 5;
		result = 0;
	} else {
		result = pw_streq(answer.error, "authorization_pending")
				 ? 0
				 : pw_oauth_refusal(&answer, err);
	}
	pw_oauth_answer_done(&answer);
	return result;
}

/* Trouble on the way is no answer: go on until the code expires. */
static int wait_for_person(const struct pw_oauth2 *oauth2,
			   const struct pw_oauth_answer *offer, const char *secret,
			   int abort_fd, struct pw_tokens *tokens, struct pw_err *err)
{
	const char *device_code = pw_oauth_string(offer, "device_code");
	long interval = bounded(json_object_get(offer->json, "interval"), INTERVAL_S,
				INTERVAL_MAX_S);
	long life = bounded(json_object_get(offer->json, "expires_in"), 600, LIFE_MAX_S);
	int64_t end = pw_monotonic_ms(&pw_clock_real) + life * 1000;

	while (pw_monotonic_ms(&pw_clock_real) < end) {
		int got;

		if (pause_for(interval, abort_fd, err) < 0)
			return -1;
		got = poll_once(oauth2, device_code, secret, abort_fd, &interval, tokens,
				err);
		if (got > 0)
			return 0;
		if (got < 0 && err->code != PW_ENET && err->code != PW_ETIMEOUT &&
		    err->code != PW_ETEMP)
			return -1;
	}
	return pw_err_set(err, PW_ETIMEOUT, "the code has expired: try again");
}

static void show(const struct pw_oauth_person *person, const char *url, const char *code)
{
	struct pw_buf safe_url, safe_code;

	pw_buf_init(&safe_url, 8192);
	pw_buf_init(&safe_code, 1024);
	pw_str_escape(&safe_url, url, strlen(url), 500);
	pw_str_escape(&safe_code, code, strlen(code), 50);
	person->ask(person->self, safe_url.data, safe_code.data);
	pw_buf_done(&safe_url);
	pw_buf_done(&safe_code);
}

static int run(const struct pw_oauth2 *oauth2, const struct pw_oauth_person *person,
	       const char *secret, int abort_fd, struct pw_tokens *ret,
	       struct pw_err *err)
{
	const struct pw_form_field form[] = { { "client_id", oauth2->client_id },
					      { "scope", oauth2->scope } };
	struct pw_oauth_answer offer = { 0 };
	const char *url, *code;
	int result;

	if (pw_oauth_post(oauth2, oauth2->device_url, form, PW_ARRAY_LEN(form), abort_fd,
			  &offer, err) < 0)
		return -1;
	url = pw_oauth_string(&offer, "verification_uri");
	if (!url)
		url = pw_oauth_string(&offer, "verification_url"); /* Google's draft */
	code = pw_oauth_string(&offer, "user_code");
	if (*offer.error) {
		result = pw_oauth_refusal(&offer, err);
	} else if (!url || !code || !pw_oauth_string(&offer, "device_code")) {
		result = pw_err_set(err, PW_EPROTO, "the server offers no device code");
	} else {
		show(person, url, code);
		result = wait_for_person(oauth2, &offer, secret, abort_fd, ret, err);
	}
	pw_oauth_answer_done(&offer);
	return result;
}

int pw_oauth_by_device(const struct pw_oauth2 *oauth2,
		       const struct pw_oauth_person *person, int abort_fd,
		       struct pw_tokens *ret, struct pw_err *err)
{
	char *secret = NULL;
	int result;

	if (pw_oauth_client_secret(oauth2, &secret, err) < 0)
		return -1;
	result = run(oauth2, person, secret, abort_fd, ret, err);
	pw_wipe_free(secret);
	return result;
}
