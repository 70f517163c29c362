/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol.h - the frames between the agent and an inspector.
 *
 * A frame is a fixed head (magic, type, length; host byte order, both ends
 * are the same binary on the same machine) and a payload.  The agent treats
 * every frame as hostile: an inspector that met a stranger's bytes may have
 * been taken over.
 */
#ifndef PW_INSPECT_PROTOCOL_H
#define PW_INSPECT_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/buf.h"
#include "agent/base/err.h"

#define PW_FRAME_HEAD    12
#define PW_FRAME_MAGIC   0x50574652u
#define PW_META_MAX      ((size_t)64 << 10) /* what the agent says beside a message */
#define PW_ANSWER_MAX    ((size_t)64 << 20) /* a finding or layers as JSON */
#define PW_CHUNK_MAX     ((size_t)64 << 10)
#define PW_INSPECTOR_FD  3 /* the socket, in the inspector */
#define PW_BUNDLE_FD     4 /* sealed memfd: rules; may be empty */
#define PW_KNOWN_FD      5 /* sealed memfd: what we own; may be empty */
#define PW_INSPECTOR_ARG "--inspector"

enum pw_frame_type {
	PW_FRAME_HELLO = 1, /* agent: JSON, who we are */
	PW_FRAME_READY,     /* inspector: rules compiled, locked down */
	PW_FRAME_REFUSED,   /* inspector: could not start; JSON {code, message} */
	PW_FRAME_JOB,       /* agent: struct pw_job_head, JSON, the raw message */
	PW_FRAME_RESULT,    /* inspector: JSON */
	PW_FRAME_FAILED,    /* inspector: message not handled; JSON {code, message} */
};

enum pw_job_kind {
	PW_JOB_PARSE = 1, /* layers, as pw_mail_to_json() */
	PW_JOB_INSPECT,   /* a finding, as pw_finding_to_json() */
	PW_JOB_TEXT,      /* a finding from a plain text scan, nothing parsed */
};

struct pw_job_head {
	uint32_t kind;     /* enum pw_job_kind */
	uint32_t meta_len; /* bytes of JSON after the head; the rest is the message */
};

/* Frames from a stream of bytes.  Zero-initialise by pw_frame_in_init(). */
struct pw_frame_in {
	struct pw_buf body; /* payload of the frame that pw_frame_next() gave */
	enum pw_frame_type type;
	size_t want; /* bytes of the payload, once the head is there */
	unsigned char head[PW_FRAME_HEAD];
	size_t head_len;
	char *chunk; /* read, not yet used; owned */
	size_t at, end;
};

void pw_frame_in_init(struct pw_frame_in *in, size_t max);
void pw_frame_in_done(struct pw_frame_in *in);
/* 1: a frame is in in->type and in->body, borrowed until the next call; 0:
   more bytes are needed; -1: not a frame, or longer than the maximum
   (PW_EPROTO, PW_ELIMIT). */
int pw_frame_next(struct pw_frame_in *in, struct pw_err *err) PW_MUST_CHECK;
/* Take bytes that were read elsewhere; at most PW_CHUNK_MAX, and only after
   pw_frame_next() gave 0. */
void pw_frame_feed(struct pw_frame_in *in, const void *bytes, size_t len);
/* Read once from fd.  1: got bytes, 0: none now (non-blocking), -1: the other
   end is gone (PW_ECRASH) or the read failed. */
int pw_frame_fill(struct pw_frame_in *in, int fd, struct pw_err *err) PW_MUST_CHECK;

/* The head of a frame with len bytes of payload. */
void pw_frame_head(unsigned char out[PW_FRAME_HEAD], enum pw_frame_type type, size_t len);
/* Write a whole frame to a blocking socket. */
int pw_frame_write(int fd, enum pw_frame_type type, const void *payload, size_t len,
		   struct pw_err *err) PW_MUST_CHECK;

#endif
