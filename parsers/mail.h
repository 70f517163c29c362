/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail.h - bytes in, layers out: the one door of the parsers.
 *
 * A message is taken apart into layers: the message itself and every mail
 * inside it, whether attached, forwarded inline or quoted, outermost first.
 * Pure: no I/O, no clock, no log, no globals (ICU and GMime are initialised
 * by pw_parsers_init()).
 */
#ifndef PW_PARSERS_MAIL_H
#define PW_PARSERS_MAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "parsers/address.h"
#include "parsers/date.h"
#include "parsers/text.h"

enum pw_layer_kind {
	PW_LAYER_MESSAGE,    /* what was sent to the mailbox */
	PW_LAYER_FORWARD,    /* forwarded inline */
	PW_LAYER_ATTACHMENT, /* attached as a mail */
	PW_LAYER_QUOTE,      /* quoted by a reply */
	PW_LAYER_RESENT,     /* the outermost, when it was redirected unchanged */
};

struct pw_header {
	const char *name;  /* as written */
	const char *value; /* unfolded, RFC 2047 decoded, UTF-8 */
};

struct pw_attachment {
	const char *name; /* decoded file name, NULL: none */
	const char *type; /* "application/pdf", lower case */
};

struct pw_link {
	const char *href; /* as written */
	const char *text; /* what the reader sees */
};

struct pw_layer {
	int id;     /* its place in struct pw_mail.layers */
	int parent; /* id of the layer it lies in, -1 for the outermost */
	enum pw_layer_kind kind;
	const char *found_by; /* static: "message", "message/rfc822", "header block",
				 "attribution" ... */
	bool is_exact; /* headers are real ones, not what a client printed into a body */

	struct pw_addr from;
	struct pw_addr behalf_of; /* B of "A on behalf of B"; or Sender's principal */
	struct pw_addrs to, cc, reply_to;
	struct pw_date date;
	const char *date_text;  /* as written, NULL: none */
	const char *subject;    /* without a forwarder's prefixes only if inline headers
				   lacked them; as written */
	const char *message_id; /* without angle brackets */
	const char *language; /* of the client's labels around it ("de"), NULL: unknown */

	struct pw_text text; /* this layer's own words, inner layers' cut out */
	struct pw_text tail; /* behind the line that ends it, also in the text of the
				layer around it: its writer may have written that line */
	const struct pw_header *headers; /* is_exact only */
	size_t n_headers;
	const struct pw_attachment *attachments;
	size_t n_attachments;
	const struct pw_link *links;
	size_t n_links;
};

enum pw_capped {
	PW_CAPPED_SIZE = 1 << 0,
	PW_CAPPED_HEADERS = 1 << 1,
	PW_CAPPED_PARTS = 1 << 2,
	PW_CAPPED_DEPTH = 1 << 3,
	PW_CAPPED_LAYERS = 1 << 4,
	PW_CAPPED_TEXT = 1 << 5,
	PW_CAPPED_MEMORY = 1 << 6,
};

struct pw_mail {
	struct pw_arena *arena;  /* owns everything below */
	struct pw_layer *layers; /* outermost first; at least one */
	size_t n_layers;
	unsigned capped; /* enum pw_capped */
};

/* Once per process, before anything else of the parsers (and, in an
   inspector, before the sandbox closes). */
void pw_parsers_init(void);

/* Take a message apart.  Any bytes give at least one layer; fails only with
   PW_ENOMEM or PW_ELIMIT when not even that fitted.  *ret is owned by the
   caller: pw_mail_free(). */
int pw_mail_parse(struct pw_mail **ret, const void *raw, size_t len,
		  struct pw_err *err) PW_MUST_CHECK;
void pw_mail_free(struct pw_mail *mail);
PW_DEFINE_FREEP(struct pw_mail, pw_mail_free)

/* First value of an exact header, NULL where there is none. */
const char *pw_layer_header(const struct pw_layer *layer, const char *name);

/* "message", "forward", "attachment", "quote", "resent". */
const char *pw_layer_kind_name(enum pw_layer_kind kind);

#endif
