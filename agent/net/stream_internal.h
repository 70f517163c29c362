/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream_internal.h - what opening a connection and using it share.
 */
#ifndef PW_NET_STREAM_INTERNAL_H
#define PW_NET_STREAM_INTERNAL_H

#include "agent/net/curl_setup.h"
#include "agent/net/stream.h"

#define PW_STREAM_LINE_KEPT 512

struct pw_stream {
	CURLM *multi;
	CURL *easy;
	curl_socket_t fd;
	int abort_fd;
	int64_t io_ms;
	bool is_broken;
	bool is_aborted;
	size_t allowed;      /* bytes that may still arrive */
	int64_t deadline_ms; /* monotonic */
	char *ahead;         /* bytes read ahead by pw_stream_wait() */
	size_t ahead_at, ahead_len;
	char *name;
	/* of the login phase */
	const struct pw_dial *dial;
	char said[PW_STREAM_LINE_KEPT];
	bool said_no;
	bool logged_in;
	char detail[CURL_ERROR_SIZE];
};

#endif
