/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.c - the HTTP server; the only module that knows libmicrohttpd. */
#include "agent/metrics/metrics.h"

#ifndef PW_HAVE_MICROHTTPD

int pw_metrics_start(struct pw_metrics **ret, const char *address, const char *path,
		     const struct pw_clock *clock, struct pw_err *err)
{
	(void)ret;
	(void)address;
	(void)path;
	(void)clock;
	return pw_err_set(err, PW_ENOTFOUND,
			  "this program was built without libmicrohttpd: no metrics");
}

void pw_metrics_free(struct pw_metrics *metrics)
{
	(void)metrics;
}

#else
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"

#define TEXT_MAX        ((size_t)1 << 20)
#define CONNECTIONS_MAX 16
#define TIMEOUT_SECONDS 10

struct pw_metrics {
	struct MHD_Daemon *daemon;
	struct pw_store *store; /* used by the daemon's thread alone */
	const struct pw_clock *clock;
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* "127.0.0.1:9425", "localhost:9425" or "[::1]:9425"; nothing but the loopback. */
static int read_address(union address *ret, const char *text, struct pw_err *err)
{
	char host[64] = "";
	unsigned port = 0;
	int end = 0;

	memset(ret, 0, sizeof *ret);
	if (sscanf(text, "localhost:%u%n", &port, &end) == 1)
		strcpy(host, "127.0.0.1");
	if (*host || sscanf(text, "[%63[0-9a-fA-F:]]:%u%n", host, &port, &end) == 2 ||
	    sscanf(text, "%63[0-9.]:%u%n", host, &port, &end) == 2)
		if (text[end] == '\0' && port > 0 && port <= 65535) {
			ret->v4.sin_family = AF_INET;
			ret->v4.sin_port = htons((uint16_t)port);
			if (inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1 &&
			    ntohl(ret->v4.sin_addr.s_addr) >> 24 == 127)
				return 0;
			ret->v6.sin6_family = AF_INET6;
			ret->v6.sin6_port = htons((uint16_t)port);
			if (inet_pton(AF_INET6, host, &ret->v6.sin6_addr) == 1 &&
			    IN6_IS_ADDR_LOOPBACK(&ret->v6.sin6_addr))
				return 0;
		}
	return pw_err_set(err, PW_EINPUT,
			  "metrics: '%s' is no address of the loopback with a port",
			  text);
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status,
			      const char *text, size_t len)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		len, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type",
				"text/plain; version=0.0.4; charset=utf-8");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned status,
				   const char *text)
{
	return answer(connection, status, text, strlen(text));
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *body, size_t *body_len,
				  void **state)
{
	struct pw_metrics *metrics = self;
	bool is_metrics = pw_streq(url, "/metrics"), is_healthy = false;
	struct pw_err err = PW_ERR_INIT;
	enum MHD_Result result;
	struct pw_buf text;

	(void)version;
	(void)body;
	(void)body_len;
	(void)state;
	if (!pw_streq(method, "GET"))
		return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
	if (!is_metrics && !pw_streq(url, "/healthz"))
		return answer_text(connection, MHD_HTTP_NOT_FOUND,
				   "/metrics or /healthz\n");
	pw_buf_init(&text, TEXT_MAX);
	if (pw_metrics_render(&text, &is_healthy, metrics->store, metrics->clock, &err) <
	    0)
		result = answer_text(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
				     "the store cannot be read\n");
	else if (is_metrics)
		result = answer(connection, MHD_HTTP_OK, text.data, text.len);
	else
		result = is_healthy
				 ? answer_text(connection, MHD_HTTP_OK, "ok\n")
				 : answer_text(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
					       "a mailbox cannot be read\n");
	pw_buf_done(&text);
	return result;
}

static int start_daemon(struct pw_metrics *metrics, const union address *address,
			struct pw_err *err)
{
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD;

	if (address->any.sa_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	metrics->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, metrics, MHD_OPTION_SOCK_ADDR,
		&address->any, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS, MHD_OPTION_END);
	return metrics->daemon ? 0
			       : pw_err_errno(err, PW_EIO, "metrics cannot be served");
}

int pw_metrics_start(struct pw_metrics **ret, const char *address, const char *path,
		     const struct pw_clock *clock, struct pw_err *err)
{
	PW_CLEANUP(pw_metrics_freep) struct pw_metrics *metrics = NULL;
	union address where;

	if (read_address(&where, address, err) < 0)
		return -1;
	metrics = pw_alloc(1, sizeof *metrics);
	metrics->clock = clock;
	if (pw_store_open(&metrics->store, path, PW_STORE_READER, clock, err) < 0 ||
	    start_daemon(metrics, &where, err) < 0)
		return -1;
	*ret = PW_TAKE(metrics);
	return 0;
}

void pw_metrics_free(struct pw_metrics *metrics)
{
	if (!metrics)
		return;
	if (metrics->daemon)
		MHD_stop_daemon(metrics->daemon);
	pw_store_close(metrics->store);
	free(metrics);
}
#endif
