/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body.h - which parts of a mail are its text, and that text.
 *
 * A mail has one body (its inline text parts in order) and any number of
 * text attachments, each read as a body of its own.  Of a text and an HTML
 * alternative the HTML wins where the text is blank, lacks what the HTML
 * holds, or lacks the mails inside it.
 */
#ifndef PW_PARSERS_BODY_H
#define PW_PARSERS_BODY_H

#include "parsers/mail.h"
#include "parsers/mime.h"
#include "parsers/unwrap.h"

struct pw_body {
	struct pw_segment *segments; /* of pw_unwrap(); at least one */
	size_t n_segments;
};

struct pw_bodies {
	struct pw_body *items; /* the body first, then text attachments */
	size_t n;
	struct pw_attachment *attachments;
	size_t n_attachments;
	struct pw_link *links;
	size_t n_links;
	unsigned capped; /* enum pw_capped */
};

/* What the bodies of one mail are read with. */
struct pw_body_task {
	struct pw_arena *arena;
	const struct pw_mime *mime;
	const struct pw_part *root; /* the mail's entity */
	const bool *is_merged; /* by part: a mail that got no layer of its own; its text
				  is part of the mail around it */
	struct pw_unwrap_hints hints;
};

/* False when the arena is exhausted. */
bool pw_bodies_read(const struct pw_body_task *task, struct pw_bodies *ret);

#endif
