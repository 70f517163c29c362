/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compose.h - a document as a mail: the only writer of the mails we send.
 *
 * multipart/mixed { multipart/alternative { text, HTML }, original.eml }.
 * The original goes along byte for byte as base64, never parsed.  Header
 * values lose line breaks and controls before they are written, so that
 * nothing a stranger wrote can add a header.
 */
#ifndef PW_ALERT_COMPOSE_H
#define PW_ALERT_COMPOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/alert/doc.h"
#include "agent/base/err.h"
#include "parsers/address.h"

struct pw_letter {
	struct pw_addr from;
	const struct pw_addr *to;
	size_t n_to;
	const struct pw_addr *cc;
	size_t n_cc;
	const char *subject;     /* UTF-8 */
	const char *message_id;  /* without angle brackets */
	const char *in_reply_to; /* NULL: begins a thread */
	const char
		*references; /* ids without angle brackets, spaces between; NULL: none */
	bool is_answer;      /* RFC 3834: Auto-Submitted says auto-replied */
	int64_t date_ms;     /* for Date: */
	const struct pw_doc *doc;
	const void *original; /* attached as original.eml; NULL: nothing attached */
	size_t original_len;
};

/* Write the mail with CRLF line ends.  Fails with PW_EINPUT on an address
   that is none, PW_ELIMIT when it does not fit into out. */
int pw_letter_compose(struct pw_buf *out, const struct pw_letter *letter,
		      struct pw_err *err) PW_MUST_CHECK;

#endif
