/* SPDX-License-Identifier: Apache-2.0 */
/* protocol.c - length-prefixed frames, read piecemeal and written whole. */
#include "agent/inspect/protocol.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

void pw_frame_in_init(struct pw_frame_in *in, size_t max)
{
	*in = (struct pw_frame_in){ 0 };
	pw_buf_init(&in->body, max);
	in->chunk = pw_alloc(PW_CHUNK_MAX, 1);
}

void pw_frame_in_done(struct pw_frame_in *in)
{
	pw_buf_done(&in->body);
	free(in->chunk);
	in->chunk = NULL;
}

static int read_head(struct pw_frame_in *in, struct pw_err *err)
{
	uint32_t fields[3];

	memcpy(fields, in->head, sizeof fields);
	if (fields[0] != PW_FRAME_MAGIC || fields[1] < PW_FRAME_HELLO ||
	    fields[1] > PW_FRAME_FAILED)
		return pw_err_set(err, PW_EPROTO, "not a frame");
	if (fields[2] > in->body.max)
		return pw_err_set(err, PW_ELIMIT, "a frame of %u bytes is too long",
				  fields[2]);
	in->type = (enum pw_frame_type)fields[1];
	in->want = fields[2];
	return 0;
}

static size_t take(struct pw_frame_in *in, size_t most)
{
	size_t have = in->end - in->at;

	return have < most ? have : most;
}

/* A payload that has been handed out is dropped when the next is asked for;
   one that made the buffer large gives its memory back. */
static void start_over(struct pw_frame_in *in)
{
	if (in->body.cap > PW_CHUNK_MAX * 16)
		pw_buf_done(&in->body);
	else
		pw_buf_reset(&in->body);
	in->head_len = 0;
	in->want = 0;
}

int pw_frame_next(struct pw_frame_in *in, struct pw_err *err)
{
	size_t n;

	if (in->head_len == PW_FRAME_HEAD && in->body.len == in->want)
		start_over(in);
	if (in->head_len < PW_FRAME_HEAD) {
		n = take(in, PW_FRAME_HEAD - in->head_len);
		memcpy(in->head + in->head_len, in->chunk + in->at, n);
		in->head_len += n;
		in->at += n;
		if (in->head_len < PW_FRAME_HEAD)
			return 0;
		if (read_head(in, err) < 0)
			return -1;
	}
	n = take(in, in->want - in->body.len);
	if (pw_buf_add(&in->body, in->chunk + in->at, n) < 0)
		return pw_err_set(err, PW_ELIMIT, "a frame is too long");
	in->at += n;
	return in->body.len == in->want;
}

void pw_frame_feed(struct pw_frame_in *in, const void *bytes, size_t len)
{
	in->at = 0;
	in->end = len < PW_CHUNK_MAX ? len : PW_CHUNK_MAX;
	memcpy(in->chunk, bytes, in->end);
}

int pw_frame_fill(struct pw_frame_in *in, int fd, struct pw_err *err)
{
	ssize_t n = read(fd, in->chunk, PW_CHUNK_MAX);

	in->at = in->end = 0;
	if (n > 0) {
		in->end = (size_t)n;
		return 1;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n == 0 || errno == ECONNRESET)
		return pw_err_set(err, PW_ECRASH, "the other end is gone");
	return pw_err_errno(err, PW_EIO, "cannot read a frame");
}

void pw_frame_head(unsigned char out[PW_FRAME_HEAD], enum pw_frame_type type, size_t len)
{
	uint32_t fields[3] = { PW_FRAME_MAGIC, type, (uint32_t)len };

	memcpy(out, fields, sizeof fields);
}

static int write_all(int fd, const char *bytes, size_t len, struct pw_err *err)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return pw_err_errno(err, PW_EIO, "cannot write a frame");
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int pw_frame_write(int fd, enum pw_frame_type type, const void *payload, size_t len,
		   struct pw_err *err)
{
	unsigned char head[PW_FRAME_HEAD];

	if (len > UINT32_MAX)
		return pw_err_set(err, PW_ELIMIT, "a frame of %zu bytes is too long",
				  len);
	pw_frame_head(head, type, len);
	if (write_all(fd, (const char *)head, sizeof head, err) < 0)
		return -1;
	return write_all(fd, payload, len, err);
}
