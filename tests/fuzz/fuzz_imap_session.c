/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_imap_session.c - the whole IMAP client over a fake stream.
 *
 * The input is what the server says, whatever the client said; this file takes
 * the place of agent/net/stream.c.
 */
#undef NDEBUG /* a replay shows something in release builds too */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/imap/imap.h"
#include "agent/net/stream.h"

#define MESSAGES_MAX 2000
#define TEXT_MAX     10000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pw_stream {
	const uint8_t *data;
	size_t left, allowed;
};

static struct pw_stream stream;

int pw_stream_open(struct pw_stream **ret, const struct pw_dial *dial, struct pw_err *err)
{
	(void)dial;
	(void)err;
	*ret = &stream;
	return 0;
}

void pw_stream_close(struct pw_stream *s)
{
	(void)s;
}

void pw_stream_allow(struct pw_stream *s, size_t max_bytes, int64_t max_ms)
{
	(void)max_ms;
	s->allowed = max_bytes;
}

/* Pieces of 1 to 64 bytes, so that every boundary is met. */
int pw_stream_recv(struct pw_stream *s, void *buf, size_t n, size_t *ret_n,
		   struct pw_err *err)
{
	size_t piece = s->left ? s->data[0] % 64 + 1 : 0;

	if (!s->left)
		return pw_err_set(err, PW_ENET, "'fuzz' closed the connection");
	if (!s->allowed)
		return pw_err_set(err, PW_EPROTO, "'fuzz' sent more than allowed");
	piece = piece < s->left ? piece : s->left;
	piece = piece < n ? piece : n;
	piece = piece < s->allowed ? piece : s->allowed;
	memcpy(buf, s->data, piece);
	s->data += piece;
	s->left -= piece;
	s->allowed -= piece;
	*ret_n = piece;
	return 0;
}

int pw_stream_send(struct pw_stream *s, const void *bytes, size_t n, struct pw_err *err)
{
	(void)s;
	(void)bytes;
	(void)n;
	(void)err;
	return 0;
}

int pw_stream_wait(struct pw_stream *s, int64_t timeout_ms, int wake_fd,
		   enum pw_stream_event *ret, struct pw_err *err)
{
	(void)timeout_ms;
	(void)wake_fd;
	(void)err;
	*ret = s->left ? PW_STREAM_READY : PW_STREAM_TIMEOUT;
	return 0;
}

bool pw_stream_is_sound(const struct pw_stream *s)
{
	(void)s;
	return true;
}

const char *pw_stream_name(const struct pw_stream *s)
{
	(void)s;
	return "'fuzz' port 1";
}

static int fetch_all(struct pw_imap *imap, struct pw_err *err)
{
	struct pw_imap_message message;
	uint32_t last = 0;
	int got, n = 0;

	if (pw_imap_fetch_begin(imap, 0, 0, err) < 0)
		return -1;
	while ((got = pw_imap_fetch_next(imap, &message, err)) == 1 &&
	       n++ < MESSAGES_MAX) {
		assert(message.uid > last); /* ascending, each once */
		assert(message.raw_len <= TEXT_MAX);
		assert(message.state != PW_IMAP_WHOLE || message.raw);
		last = message.uid;
		pw_imap_message_done(&message);
	}
	return got;
}

static int use(struct pw_imap *imap, struct pw_err *err)
{
	static const uint32_t uids[] = { 3, 1, 2, 9 };
	struct pw_imap_folder folder;
	enum pw_imap_news news;

	return pw_imap_select(imap, &folder, err) == 0 && fetch_all(imap, err) == 0 &&
			       pw_imap_ack(imap, uids, 4, err) == 0 &&
			       pw_imap_wait(imap, 0, &news, err) == 0
		       ? 0
		       : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pw_mailbox_config mailbox = { .name = "fuzz",
						   .folder = "INBOX",
						   .after = PW_AFTER_MOVE,
						   .move_to = "Done",
						   .poll_ms = 60000,
						   .max_message_bytes = TEXT_MAX };
	const struct pw_imap_options options = { .abort_fd = -1, .wake_fd = -1 };
	const struct pw_secret secret = { 0 };
	struct pw_err err = PW_ERR_INIT;
	struct pw_imap *imap = NULL;

	stream = (struct pw_stream){ .data = data, .left = size };
	if (pw_imap_open(&imap, &mailbox, &secret, &options, &err) < 0 ||
	    use(imap, &err) < 0)
		assert(err.code != PW_OK && err.msg[0]);
	pw_imap_close(imap);
	return 0;
}
