/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loopback.c - a person signs in with a browser, which comes back to a port of
 * ours with a code (RFC 8252), bound to us by PKCE (RFC 7636).
 *
 * Where the browser runs on another machine, it ends at an address that does
 * not answer there; pasting that address does as well.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"
#include "agent/crypto/hash.h"
#include "agent/oauth/internal.h"

#define PATIENCE_MS  ((int64_t)10 * 60000)
#define REQUEST_MAX  16384
#define READ_MS      5000
#define SECRET_BYTES 32
#define SECRET_TEXT  44 /* base64url without padding, and a NUL */

struct attempt {
	int listener;
	unsigned port;
	char verifier[SECRET_TEXT];
	char challenge[SECRET_TEXT];
	char state[SECRET_TEXT];
	char redirect[64];
};

static void base64url(const unsigned char bytes[SECRET_BYTES], char out[SECRET_TEXT])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t i, at = 0;
	uint32_t bits = 0;
	int n_bits = 0;

	for (i = 0; i < SECRET_BYTES; i++) {
		bits = bits << 8 | bytes[i];
		for (n_bits += 8; n_bits >= 6; n_bits -= 6)
			out[at++] = alphabet[bits >> (n_bits - 6) & 63];
	}
	out[at++] = alphabet[bits << (6 - n_bits) & 63];
	out[at] = '\0';
}

static int random_text(char out[SECRET_TEXT], struct pw_err *err)
{
	unsigned char bytes[SECRET_BYTES];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return pw_err_errno(err, PW_EIO, "no random numbers");
	base64url(bytes, out);
	explicit_bzero(bytes, sizeof bytes);
	return 0;
}

static int hash_text(const char *text, char out[SECRET_TEXT], struct pw_err *err)
{
	unsigned char bytes[SECRET_BYTES];
	char hex[PW_HASH_TEXT];
	size_t i;

	if (pw_sha256_hex(text, strlen(text), hex, err) < 0)
		return -1;
	for (i = 0; i < SECRET_BYTES; i++) {
		unsigned byte;

		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return pw_err_set(err, PW_EIO, "no SHA-256");
		bytes[i] = (unsigned char)byte;
	}
	base64url(bytes, out);
	return 0;
}

static int open_listener(struct attempt *attempt, unsigned port, struct pw_err *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof address;
	int on = 1;

	attempt->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (attempt->listener < 0 ||
	    setsockopt(attempt->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
	    bind(attempt->listener, (struct sockaddr *)&address, len) < 0 ||
	    listen(attempt->listener, 4) < 0 ||
	    getsockname(attempt->listener, (struct sockaddr *)&address, &len) < 0)
		return pw_err_errno(err, PW_EIO, "port %u of the loopback", port);
	attempt->port = ntohs(address.sin_port);
	snprintf(attempt->redirect, sizeof attempt->redirect, "http://localhost:%u/",
		 attempt->port);
	return 0;
}

static char *login_url(const struct pw_oauth2 *oauth2,
		       const struct pw_oauth_person *person,
		       const struct attempt *attempt)
{
	const struct pw_form_field fields[] = {
		{ "response_type", "code" },
		{ "client_id", oauth2->client_id },
		{ "redirect_uri", attempt->redirect },
		{ "scope", *oauth2->scope ? oauth2->scope : NULL },
		{ "state", attempt->state },
		{ "code_challenge", attempt->challenge },
		{ "code_challenge_method", "S256" },
		{ "access_type", "offline" }, /* Google: a refresh token, please */
		{ "prompt", "consent" },
		{ "login_hint", person->user },
	};
	struct pw_buf url;
	size_t i;

	pw_buf_init(&url, 16384);
	pw_buf_adds(&url, oauth2->authorize_url);
	for (i = 0; i < PW_ARRAY_LEN(fields); i++) {
		char *value;

		if (!fields[i].value)
			continue;
		value = pw_oauth_escape(fields[i].value);
		pw_buf_addf(&url, "%s%s=%s",
			    i == 0 && !strchr(oauth2->authorize_url, '?') ? "?" : "&",
			    fields[i].name, value);
		free(value);
	}
	return pw_buf_take(&url);
}

/* The value of a parameter in the query of a request line or an address,
   decoded; NULL where it is missing.  Owned by the caller. */
static char *parameter(const char *text, const char *name)
{
	const char *at = strchr(text, '?');
	size_t len = strlen(name);
	struct pw_buf value;

	for (; at; at = strpbrk(at + 1, "& \r\n#")) {
		if (*at != '?' && *at != '&')
			return NULL;
		if (strncmp(at + 1, name, len) == 0 && at[1 + len] == '=')
			break;
	}
	if (!at)
		return NULL;
	pw_buf_init(&value, REQUEST_MAX);
	for (at += len + 2; *at && !strchr("& \r\n#", *at); at++) {
		unsigned byte;

		if (*at == '%' && sscanf(at + 1, "%2x", &byte) == 1 && at[1] && at[2]) {
			pw_buf_addc(&value, (char)byte);
			at += 2;
		} else {
			pw_buf_addc(&value, *at == '+' ? ' ' : *at);
		}
	}
	return pw_buf_take(&value);
}

/* 1: *ret_code is the code; 0: not for us (a favicon, another's state); -1:
   the server said no. */
static int judge_answer(const struct attempt *attempt, const char *text, char **ret_code,
			struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *state = parameter(text, "state");
	PW_CLEANUP(pw_freep) char *error = parameter(text, "error");
	char *code;

	if (!pw_streq(state, attempt->state))
		return 0;
	if (error) {
		struct pw_buf said;

		pw_buf_init(&said, 4096);
		pw_str_escape(&said, error, strlen(error), 100);
		pw_err_set(err, PW_EAUTH, "the login was not granted: '%s'", said.data);
		pw_buf_done(&said);
		return -1;
	}
	code = parameter(text, "code");
	if (!code)
		return 0;
	*ret_code = code;
	return 1;
}

/* The first line of a request, or what there is of it after five seconds. */
static void read_request(int fd, char *request, size_t size)
{
	struct pollfd wait = { fd, POLLIN, 0 };
	size_t len = 0;

	while (len < size - 1 && !memchr(request, '\n', len)) {
		ssize_t n;

		if (poll(&wait, 1, READ_MS) <= 0)
			break;
		n = read(fd, request + len, size - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	request[len] = '\0';
}

static void reply(int fd, int verdict)
{
	static const char *const texts[] = {
		"This is not what Poachwatch waits for.",
		"Poachwatch may read the mailbox now. You can "
		"close this window."
	};
	char *page =
		pw_asprintf("HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
			    "Cache-Control: no-store\r\nConnection: close\r\n\r\n%s\n",
			    verdict ? "200 OK" : "404 Not Found",
			    verdict < 0 ? "The login was not granted." : texts[verdict]);

	if (send(fd, page, strlen(page), MSG_NOSIGNAL) < 0) {
		/* the browser is gone; the code is here all the same */
	}
	free(page);
}

static int answer_browser(const struct attempt *attempt, char **ret_code,
			  struct pw_err *err)
{
	PW_CLEANUP(pw_closep)
	int fd = accept4(attempt->listener, NULL, NULL, SOCK_CLOEXEC);
	char request[REQUEST_MAX];
	int verdict;

	if (fd < 0)
		return 0;
	read_request(fd, request, sizeof request);
	verdict = judge_answer(attempt, request, ret_code, err);
	reply(fd, verdict);
	explicit_bzero(request, sizeof request);
	return verdict;
}

/* The end of the input closes this way and leaves the other. */
static int answer_pasted(const struct attempt *attempt, int *fd, char **ret_code,
			 struct pw_err *err)
{
	char text[REQUEST_MAX];
	ssize_t n = read(*fd, text, sizeof text - 1);

	if (n <= 0) {
		*fd = -1;
		return 0;
	}
	text[n] = '\0';
	return judge_answer(attempt, text, ret_code, err);
}

static int wait_for_code(const struct attempt *attempt,
			 const struct pw_oauth_person *person, int abort_fd,
			 char **ret_code, struct pw_err *err)
{
	struct pollfd fds[3] = { { attempt->listener, POLLIN, 0 },
				 { person->answer_fd, POLLIN, 0 },
				 { abort_fd, POLLIN, 0 } };
	int64_t end = pw_monotonic_ms(&pw_clock_real) + PATIENCE_MS;
	int got = 0;

	while (!got) {
		int64_t left = end - pw_monotonic_ms(&pw_clock_real);
		int n = poll(fds, 3, left > 0 ? (int)left : 0);

		if (n < 0 && errno != EINTR)
			return pw_err_errno(err, PW_EIO, "cannot wait");
		if (n == 0)
			return pw_err_set(err, PW_ETIMEOUT,
					  "nobody signed in within ten minutes");
		if (n > 0 && fds[2].revents)
			return pw_err_set(err, PW_ECANCELED, "stopped");
		if (n > 0 && fds[0].revents)
			got = answer_browser(attempt, ret_code, err);
		else if (n > 0 && fds[1].revents)
			got = answer_pasted(attempt, &fds[1].fd, ret_code, err);
	}
	return got < 0 ? -1 : 0;
}

static int exchange(const struct pw_oauth2 *oauth2, const struct attempt *attempt,
		    const char *code, int abort_fd, struct pw_tokens *ret,
		    struct pw_err *err)
{
	struct pw_oauth_answer answer = { 0 };
	char *secret = NULL;
	int result;

	if (pw_oauth_client_secret(oauth2, &secret, err) < 0)
		return -1;
	result = pw_oauth_post(
		oauth2, oauth2->token_url,
		(const struct pw_form_field[]){ { "grant_type", "authorization_code" },
						{ "code", code },
						{ "redirect_uri", attempt->redirect },
						{ "client_id", oauth2->client_id },
						{ "client_secret", secret },
						{ "code_verifier", attempt->verifier } },
		6, abort_fd, &answer, err);
	pw_wipe_free(secret);
	if (result == 0)
		result = *answer.error ? pw_oauth_refusal(&answer, err)
				       : pw_tokens_update(ret, answer.json, err);
	pw_oauth_answer_done(&answer);
	return result;
}

static int run(const struct pw_oauth2 *oauth2, const struct pw_oauth_person *person,
	       struct attempt *attempt, int abort_fd, struct pw_tokens *ret,
	       struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *url = NULL;
	char *code = NULL;
	int result;

	if (random_text(attempt->verifier, err) < 0 ||
	    random_text(attempt->state, err) < 0 ||
	    hash_text(attempt->verifier, attempt->challenge, err) < 0 ||
	    open_listener(attempt, person->port, err) < 0)
		return -1;
	url = login_url(oauth2, person, attempt);
	person->ask(person->self, url, NULL);
	if (wait_for_code(attempt, person, abort_fd, &code, err) < 0)
		return -1;
	result = exchange(oauth2, attempt, code, abort_fd, ret, err);
	pw_wipe_free(code);
	return result;
}

int pw_oauth_by_code(const struct pw_oauth2 *oauth2, const struct pw_oauth_person *person,
		     int abort_fd, struct pw_tokens *ret, struct pw_err *err)
{
	struct attempt attempt = { .listener = -1 };
	int result = run(oauth2, person, &attempt, abort_fd, ret, err);

	pw_closep(&attempt.listener);
	explicit_bzero(&attempt, sizeof attempt);
	return result;
}
