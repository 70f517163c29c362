/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smtp.h - hands finished mails to the submission server (RFC 5321).
 *
 * libcurl (agent/net) makes the verified, authenticated connection; the
 * dialogue after it is spoken here, so that each recipient's answer is known.
 * The connection is kept for the next mail.  One thread at a time.
 */
#ifndef PW_SMTP_H
#define PW_SMTP_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/config/config.h"

struct pw_smtp;

enum pw_smtp_outcome {
	PW_SMTP_LATER,    /* 4xx, or no answer: try again */
	PW_SMTP_ACCEPTED, /* the server took responsibility for it */
	PW_SMTP_REFUSED,  /* 5xx: final for this recipient */
};

#define PW_SMTP_TEXT_MAX 256

struct pw_smtp_recipient {
	const char *address; /* borrowed */
	enum pw_smtp_outcome outcome;
	int status;                  /* the server's three digits; 0: none */
	char text[PW_SMTP_TEXT_MAX]; /* its words, escaped; why, where outcome is not
					ACCEPTED */
};

struct pw_smtp_mail {
	const char *from; /* envelope sender; "" for none */
	struct pw_smtp_recipient *to;
	size_t n_to;
	const char *raw; /* the message; line ends CRLF or LF */
	size_t raw_len;
};

struct pw_smtp_options {
	int abort_fd;       /* as in imap.h */
	int64_t connect_ms; /* 0: 30 s */
	int64_t io_ms;    /* 0: 2 min (RFC 5321 4.5.3.2 asks for more after DATA: x 5) */
	int64_t reuse_ms; /* an idle connection older than this is not used again;
			     0: 30 s */
};

/* Nothing is connected yet.  config is borrowed until pw_smtp_free(). */
struct pw_smtp *pw_smtp_new(const struct pw_smtp_config *config,
			    const struct pw_smtp_options *options);
void pw_smtp_free(struct pw_smtp *smtp);
PW_DEFINE_FREEP(struct pw_smtp, pw_smtp_free)

/* Connect and log in if that is not done; what `doctor` tries. */
int pw_smtp_connect(struct pw_smtp *smtp, struct pw_err *err) PW_MUST_CHECK;

/* Send one mail.  0: the server spoke its mind, each recipient's outcome is
   set (a refusal of the sender or the text is every recipient's).  -1: it
   could not be asked or broke off (PW_ENET, PW_ETLS, PW_EAUTH, PW_ETEMP for a
   server that is not ready, PW_EREFUSED for one that turns us away,
   PW_EPROTO, PW_ETIMEOUT, PW_ECANCELED, PW_EINPUT for an unusable sender); no
   recipient counts as accepted then, although after a break at the end of the
   text the server may have taken it: the same Message-ID must be sent again.
   A recipient's address that no command can hold is REFUSED with status 0. */
int pw_smtp_send(struct pw_smtp *smtp, struct pw_smtp_mail *mail,
		 struct pw_err *err) PW_MUST_CHECK;
/* End an idle connection politely (QUIT), if there is one. */
void pw_smtp_quit(struct pw_smtp *smtp);

#endif
