/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - a verified, logged-in byte stream to a mail server.
 *
 * libcurl connects, secures and logs in (CURLOPT_CONNECT_ONLY); after that the
 * protocol's own module speaks over it.  Every call ends at once when the
 * abort fd becomes readable.  What a server may send is bounded per command
 * by pw_stream_allow().  One thread at a time.
 */
#ifndef PW_NET_STREAM_H
#define PW_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/config/config.h"
#include "agent/secret/secret.h"

struct pw_stream;

struct pw_dial {
	const char *protocol; /* "imap" or "smtp" */
	const struct pw_server *server;
	const struct pw_login *login;   /* user NULL: no login (SMTP only) */
	const struct pw_secret *secret; /* used during the call only */
	int abort_fd;                   /* -1: none */
	int64_t connect_ms;             /* connection, TLS and login together */
	int64_t io_ms;                  /* longest silence later */
	/* Each line of the server up to the end of the login, without its line
	   end, not escaped; NULL allowed. */
	void (*on_line)(void *self, const char *line, size_t len);
	void *self;
};

/* On success *ret is owned by the caller.  Errors (PW_ENET, PW_ETLS, PW_EAUTH,
   PW_ETEMP, PW_EREFUSED, PW_EPROTO, PW_ETIMEOUT, PW_ECANCELED, PW_ECONFIG)
   name the server, what it said and what to do. */
int pw_stream_open(struct pw_stream **ret, const struct pw_dial *dial,
		   struct pw_err *err) PW_MUST_CHECK;
/* Close at once without a word.  NULL allowed. */
void pw_stream_close(struct pw_stream *stream);

/* From now on at most max_bytes may arrive, and it may take max_ms at most;
   past either, reading fails (PW_EPROTO, PW_ETIMEOUT). */
void pw_stream_allow(struct pw_stream *stream, size_t max_bytes, int64_t max_ms);
/* At least one byte into buf[n]; -1 at the end of the stream too. */
int pw_stream_recv(struct pw_stream *stream, void *buf, size_t n, size_t *ret_n,
		   struct pw_err *err) PW_MUST_CHECK;
/* All n bytes. */
int pw_stream_send(struct pw_stream *stream, const void *bytes, size_t n,
		   struct pw_err *err) PW_MUST_CHECK;

enum pw_stream_event { PW_STREAM_READY, PW_STREAM_TIMEOUT, PW_STREAM_WOKEN };
/* Wait until something can be received, or wake_fd (-1: none) is readable. */
int pw_stream_wait(struct pw_stream *stream, int64_t timeout_ms, int wake_fd,
		   enum pw_stream_event *ret, struct pw_err *err) PW_MUST_CHECK;

/* False once a call failed: nothing more can be said. */
bool pw_stream_is_sound(const struct pw_stream *stream);
/* "'host' port 993", for messages; borrowed until pw_stream_close(). */
const char *pw_stream_name(const struct pw_stream *stream);

#endif
