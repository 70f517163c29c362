/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c - bytes over a connection that is open: limits, deadlines, waiting. */
#include "agent/net/stream_internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "agent/base/clock.h"

#define AHEAD_BYTES 16384

static int64_t now_ms(void)
{
	return pw_monotonic_ms(&pw_clock_real);
}

void pw_stream_allow(struct pw_stream *stream, size_t max_bytes, int64_t max_ms)
{
	stream->allowed = max_bytes;
	stream->deadline_ms = now_ms() + max_ms;
}

static int broken(struct pw_stream *stream, enum pw_code code, const char *what,
		  struct pw_err *err)
{
	stream->is_broken = true;
	if (code == PW_ECANCELED)
		stream->is_aborted = true;
	return pw_err_set(err, code, "%s %s", stream->name, what);
}

enum waited { WAITED_READY, WAITED_TIMEOUT, WAITED_ABORTED, WAITED_WOKEN, WAITED_FAILED };

static enum waited wait_for(const struct pw_stream *stream, short events, int64_t ms,
			    int wake_fd)
{
	struct pollfd fds[3] = {
		{ stream->abort_fd, POLLIN, 0 },
		{ wake_fd, POLLIN, 0 },
		{ events ? stream->fd : -1, events, 0 },
	};
	int64_t end = now_ms() + ms;

	for (;;) {
		int64_t left = end - now_ms();
		int n = poll(fds, 3, left <= 0 ? 0 : left < 60000 ? (int)left : 60000);

		if (n < 0 && errno != EINTR)
			return WAITED_FAILED;
		if (n > 0)
			return fds[0].revents   ? WAITED_ABORTED
			       : fds[1].revents ? WAITED_WOKEN
						: WAITED_READY;
		if (left <= 0)
			return WAITED_TIMEOUT;
	}
}

/* Wait within a command: the command's own deadline holds as well. */
static int wait_io(struct pw_stream *stream, short events, struct pw_err *err)
{
	int64_t left = stream->deadline_ms - now_ms();
	int64_t ms = left < stream->io_ms ? left : stream->io_ms;

	switch (wait_for(stream, events, ms > 0 ? ms : 0, -1)) {
	case WAITED_READY:
		return 0;
	case WAITED_ABORTED:
		return broken(stream, PW_ECANCELED, "stopped on request", err);
	case WAITED_TIMEOUT:
		return broken(stream, PW_ETIMEOUT, "does not answer in time", err);
	default:
		return broken(stream, PW_ENET, "cannot be waited for", err);
	}
}

static int receive_failed(struct pw_stream *stream, CURLcode code, struct pw_err *err)
{
	if (code == CURLE_OK)
		return broken(stream, PW_ENET, "closed the connection", err);
	stream->is_broken = true;
	return pw_err_set(err, PW_ENET, "%s: connection broken: %s", stream->name,
			  curl_easy_strerror(code));
}

/* A server that never pauses must not outrun the deadline or the abort fd. */
static int check_limits(struct pw_stream *stream, struct pw_err *err)
{
	if (stream->is_broken)
		return pw_err_set(err, PW_ENET, "%s: connection is broken", stream->name);
	if (!stream->allowed)
		return broken(stream, PW_EPROTO, "sent more than allowed", err);
	if (now_ms() >= stream->deadline_ms)
		return broken(stream, PW_ETIMEOUT, "takes too long to answer", err);
	if (stream->abort_fd >= 0 && wait_for(stream, 0, 0, -1) == WAITED_ABORTED)
		return broken(stream, PW_ECANCELED, "stopped on request", err);
	return 0;
}

static size_t take_ahead(struct pw_stream *stream, void *buf, size_t n)
{
	if (n > stream->ahead_len)
		n = stream->ahead_len;
	memcpy(buf, stream->ahead + stream->ahead_at, n);
	stream->ahead_at += n;
	stream->ahead_len -= n;
	return n;
}

int pw_stream_recv(struct pw_stream *stream, void *buf, size_t n, size_t *ret_n,
		   struct pw_err *err)
{
	size_t got;

	if (check_limits(stream, err) < 0)
		return -1;
	if (n > stream->allowed)
		n = stream->allowed;
	for (got = 0; !got;) {
		CURLcode code;

		if (stream->ahead_len) {
			got = take_ahead(stream, buf, n);
			break;
		}
		code = curl_easy_recv(stream->easy, buf, n, &got);
		if (code == CURLE_AGAIN) {
			if (wait_io(stream, POLLIN, err) < 0)
				return -1;
		} else if (code != CURLE_OK || !got) {
			return receive_failed(stream, code, err);
		}
	}
	stream->allowed -= got;
	*ret_n = got;
	return 0;
}

int pw_stream_send(struct pw_stream *stream, const void *bytes, size_t n,
		   struct pw_err *err)
{
	const char *at = bytes;

	if (stream->is_broken)
		return pw_err_set(err, PW_ENET, "%s: connection is broken", stream->name);
	while (n) {
		size_t put = 0;
		CURLcode code = curl_easy_send(stream->easy, at, n, &put);

		if (code == CURLE_AGAIN || (code == CURLE_OK && !put)) {
			if (wait_io(stream, POLLOUT, err) < 0)
				return -1;
		} else if (code != CURLE_OK) {
			stream->is_broken = true;
			return pw_err_set(err, PW_ENET, "%s: connection broken: %s",
					  stream->name, curl_easy_strerror(code));
		}
		at += put;
		n -= put;
	}
	return 0;
}

int pw_stream_wait(struct pw_stream *stream, int64_t timeout_ms, int wake_fd,
		   enum pw_stream_event *ret, struct pw_err *err)
{
	int64_t end = now_ms() + timeout_ms;

	if (stream->is_broken)
		return pw_err_set(err, PW_ENET, "%s: connection is broken", stream->name);
	if (!stream->ahead)
		stream->ahead = pw_alloc(AHEAD_BYTES, 1);
	for (;;) {
		size_t got = 0;
		int64_t left;
		CURLcode code = stream->ahead_len
					? CURLE_AGAIN
					: curl_easy_recv(stream->easy, stream->ahead,
							 AHEAD_BYTES, &got);

		if (stream->ahead_len || got) {
			if (got) {
				stream->ahead_at = 0;
				stream->ahead_len = got;
			}
			*ret = PW_STREAM_READY;
			return 0;
		}
		if (code != CURLE_AGAIN)
			return receive_failed(stream, code, err);
		left = end - now_ms();
		switch (wait_for(stream, POLLIN, left > 0 ? left : 0, wake_fd)) {
		case WAITED_READY:
			break;
		case WAITED_TIMEOUT:
			*ret = PW_STREAM_TIMEOUT;
			return 0;
		case WAITED_WOKEN:
			*ret = PW_STREAM_WOKEN;
			return 0;
		case WAITED_ABORTED:
			return broken(stream, PW_ECANCELED, "stopped on request", err);
		case WAITED_FAILED:
			return broken(stream, PW_ENET, "cannot be waited for", err);
		}
	}
}

bool pw_stream_is_sound(const struct pw_stream *stream)
{
	return !stream->is_broken;
}

const char *pw_stream_name(const struct pw_stream *stream)
{
	return stream->name;
}
