/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream_open.c - a connection up to the login, and its end.
 *
 * libcurl connects, verifies and logs in; stream.c speaks over what is left.
 */
#include <string.h>

#include "agent/base/str.h"
#include "agent/net/dial_error.h"
#include "agent/net/host.h"
#include "agent/net/stream_internal.h"

/* SMTP goes on without a login where the server offers none; 235 is the only
   proof that one took place (RFC 4954). */
static size_t on_header(char *bytes, size_t size, size_t n, void *self)
{
	struct pw_stream *stream = self;
	const struct pw_dial *dial = stream->dial;
	size_t len = size * n, line = len, kept;

	while (line && (bytes[line - 1] == '\n' || bytes[line - 1] == '\r'))
		line--;
	kept = line < PW_STREAM_LINE_KEPT - 1 ? line : PW_STREAM_LINE_KEPT - 1;
	memcpy(stream->said, bytes, kept);
	stream->said[kept] = '\0';
	if (pw_dial_is_refusal(dial->protocol, stream->said))
		stream->said_no = true;
	if (pw_starts_with(stream->said, "235"))
		stream->logged_in = true;
	if (dial->on_line)
		dial->on_line(dial->self, bytes, line);
	return len;
}

static void set_url(struct pw_stream *stream)
{
	const struct pw_server *server = stream->dial->server;
	bool is_six = strchr(server->host, ':') != NULL;
	char *url =
		pw_asprintf("%s%s://%s%s%s:%u/", stream->dial->protocol,
			    server->tls == PW_TLS_IMPLICIT ? "s" : "", is_six ? "[" : "",
			    server->host, is_six ? "]" : "", (unsigned)server->port);

	curl_easy_setopt(stream->easy, CURLOPT_URL, url);
	curl_easy_setopt(stream->easy, CURLOPT_PROTOCOLS_STR, "imap,imaps,smtp,smtps");
	curl_easy_setopt(stream->easy, CURLOPT_USE_SSL,
			 server->tls == PW_TLS_NONE ? (long)CURLUSESSL_NONE
						    : (long)CURLUSESSL_ALL);
	free(url);
}

/* Mechanisms are named: left alone, libcurl would try GSSAPI for any user with
   a domain and fail for want of a ticket. */
static void set_login(struct pw_stream *stream, bool any_mechanism)
{
	const struct pw_login *login = stream->dial->login;
	const struct pw_secret *secret = stream->dial->secret;
	CURL *easy = stream->easy;
	char *options = NULL;

	if (!login->user)
		return;
	curl_easy_setopt(easy, CURLOPT_USERNAME, login->user);
	if (secret->is_bearer) {
		options = pw_asprintf("AUTH=%s", login->oauth2 ? login->oauth2->mechanism
							       : "XOAUTH2");
		curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, secret->text);
	} else {
		options = any_mechanism ? NULL : pw_strdup("AUTH=PLAIN;AUTH=LOGIN");
		curl_easy_setopt(easy, CURLOPT_PASSWORD, secret->text);
	}
	curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, options);
	curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L);
	free(options);
}

static int prepare(struct pw_stream *stream, bool any_mechanism, struct pw_err *err)
{
	const struct pw_dial *dial = stream->dial;
	CURL *easy = pw_curl_new(dial->server->ca_file);

	stream->easy = easy;
	stream->multi = curl_multi_init();
	if (!easy || !stream->multi)
		return pw_err_set(err, PW_ENOMEM, "no memory for a connection");
	set_url(stream);
	set_login(stream, any_mechanism);
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, stream->detail);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)dial->connect_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)dial->connect_ms);
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT,
			 (long)(dial->connect_ms / 1000 + 1));
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 65536L);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, stream);
	return 0;
}

static void forget_connection(struct pw_stream *stream)
{
	pw_curl_free(stream->multi, stream->easy, stream->is_aborted);
	stream->easy = NULL;
	stream->multi = NULL;
}

static CURLcode connect_once(struct pw_stream *stream, bool any_mechanism)
{
	stream->said[0] = stream->detail[0] = '\0';
	stream->said_no = stream->logged_in = false;
	if (prepare(stream, any_mechanism, NULL) < 0)
		return CURLE_OUT_OF_MEMORY;
	return pw_curl_run(stream->multi, stream->easy, stream->abort_fd);
}

/* Servers without SASL PLAIN and LOGIN (some old ones have the LOGIN command
   alone) get one more try with whatever they offer. */
static CURLcode connect_and_login(struct pw_stream *stream)
{
	CURLcode code = connect_once(stream, false);

	if (code != CURLE_LOGIN_DENIED || stream->said_no ||
	    stream->dial->secret->is_bearer)
		return code;
	forget_connection(stream);
	return connect_once(stream, true);
}

static int explain(struct pw_stream *stream, CURLcode code, struct pw_err *err)
{
	struct pw_dial_failure failure = {
		.curl_code = (int)code,
		.detail = stream->detail,
		.said = stream->said,
		.name = stream->name,
		.protocol = stream->dial->protocol,
		.server = stream->dial->server,
		.login = stream->dial->login,
	};

	return pw_dial_explain(&failure, err);
}

static int establish(struct pw_stream *stream, struct pw_err *err)
{
	const struct pw_dial *dial = stream->dial;
	CURLcode code = connect_and_login(stream);

	if (code == CURLE_ABORTED_BY_CALLBACK) {
		stream->is_aborted = true;
		return pw_err_set(err, PW_ECANCELED, "%s: stopped while connecting",
				  stream->name);
	}
	if (code != CURLE_OK)
		return explain(stream, code, err);
	if (dial->login->user && pw_streq(dial->protocol, "smtp") && !stream->logged_in)
		return pw_err_set(err, PW_EAUTH,
				  "%s offers no login, but a user is configured: use its "
				  "submission port (465 or 587), or leave 'user' out",
				  stream->name);
	curl_easy_setopt(stream->easy, CURLOPT_PASSWORD, NULL);
	curl_easy_setopt(stream->easy, CURLOPT_XOAUTH2_BEARER, NULL);
	curl_easy_getinfo(stream->easy, CURLINFO_ACTIVESOCKET, &stream->fd);
	if (stream->fd == CURL_SOCKET_BAD)
		return pw_err_set(err, PW_ENET, "%s: connection lost after the login",
				  stream->name);
	return 0;
}

static int check_dial(const struct pw_dial *dial, struct pw_err *err)
{
	const struct pw_server *server = dial->server;

	if (!pw_host_is_valid(server->host))
		return pw_err_set(err, PW_ECONFIG, "'%s' is no host name", server->text);
	if (server->tls == PW_TLS_NONE && !pw_host_is_loopback(server->host))
		return pw_err_set(err, PW_ECONFIG,
				  "'%s': without TLS only the loopback may be used",
				  server->host);
	if (!dial->login->user && pw_streq(dial->protocol, "imap"))
		return pw_err_set(err, PW_ECONFIG, "'%s': no user", server->host);
	if (dial->login->user && !dial->secret->text)
		return pw_err_set(err, PW_ECONFIG, "'%s': no password", server->host);
	return 0;
}

int pw_stream_open(struct pw_stream **ret, const struct pw_dial *dial, struct pw_err *err)
{
	struct pw_stream *stream;
	bool is_open;

	if (check_dial(dial, err) < 0)
		return -1;
	stream = pw_alloc(1, sizeof *stream);
	stream->dial = dial;
	stream->abort_fd = dial->abort_fd;
	stream->io_ms = dial->io_ms;
	stream->fd = CURL_SOCKET_BAD;
	stream->name = pw_asprintf("'%s' port %u", dial->server->host,
				   (unsigned)dial->server->port);
	pw_curl_login_begin();
	is_open = establish(stream, err) == 0;
	pw_curl_login_end(is_open ? dial->secret->text : NULL);
	if (!is_open) {
		pw_stream_close(stream);
		return -1;
	}
	stream->dial = NULL;
	curl_easy_setopt(stream->easy, CURLOPT_HEADERFUNCTION, NULL);
	*ret = stream;
	return 0;
}

void pw_stream_close(struct pw_stream *stream)
{
	if (!stream)
		return;
	forget_connection(stream);
	free(stream->ahead);
	free(stream->name);
	free(stream);
}
