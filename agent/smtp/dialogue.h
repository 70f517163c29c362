/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialogue.h - commands and replies of SMTP (RFC 5321 4.2) over a stream.
 */
#ifndef PW_SMTP_DIALOGUE_H
#define PW_SMTP_DIALOGUE_H

#include "agent/net/stream.h"
#include "agent/smtp/smtp.h"

#define PW_SMTP_LINE_MAX        4096
#define PW_SMTP_REPLY_MAX_LINES 100

struct pw_smtp_reply {
	int status;                  /* 200..599 */
	char text[PW_SMTP_TEXT_MAX]; /* all lines in one, escaped */
};

struct pw_smtp_dialogue {
	struct pw_stream *stream; /* borrowed */
	char pending[PW_SMTP_LINE_MAX];
	size_t n_pending;
};

/* Send a command (its line end is added) and read the reply, which may take
   wait_ms.  Bare CR and LF in the command are a programming error. */
int pw_smtp_command(struct pw_smtp_dialogue *dialogue, const char *command,
		    int64_t wait_ms, struct pw_smtp_reply *ret,
		    struct pw_err *err) PW_MUST_CHECK;
int pw_smtp_read_reply(struct pw_smtp_dialogue *dialogue, int64_t wait_ms,
		       struct pw_smtp_reply *ret, struct pw_err *err) PW_MUST_CHECK;
/* Send a message as DATA wants it: line ends CRLF, leading dots doubled, the
   final dot.  It may take wait_ms. */
int pw_smtp_send_text(struct pw_smtp_dialogue *dialogue, const char *raw, size_t len,
		      int64_t wait_ms, struct pw_err *err) PW_MUST_CHECK;

enum pw_smtp_outcome pw_smtp_outcome_of(int status);

#endif
