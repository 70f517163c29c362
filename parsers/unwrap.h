/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unwrap.h - find the mails that a client printed into a body.
 *
 * A header block (three or more known labels of any language, From plus
 * Subject or Date among them) begins a mail; separators, the outer subject's
 * prefix and HTML anchors only add confidence; attribution lines ("On ...
 * wrote:") begin a quote.  Labels, prefixes, separators and attributions are
 * data: labels.c.
 */
#ifndef PW_PARSERS_UNWRAP_H
#define PW_PARSERS_UNWRAP_H

#include "parsers/mail.h"

/* A piece of a body: either somebody's own words or an inner mail. */
struct pw_segment {
	int parent; /* index of the enclosing segment; -1: the body's own words */
	enum pw_layer_kind
		kind; /* PW_LAYER_FORWARD or PW_LAYER_QUOTE; MESSAGE for segment 0 */
	const char *found_by; /* static */
	const char *language; /* static, of the labels; NULL: unknown */
	struct pw_addr from, behalf_of;
	struct pw_addrs to, cc;
	struct pw_date date;
	const char *date_text;
	const char *subject;
	struct pw_text text; /* own words, quote marks and indentation stripped, header
				block cut */
	struct pw_text tail; /* what stands behind the line that ends the mail: the
				forwarder's words, if he wrote that line */
};

struct pw_unwrap_hints {
	const char *subject; /* of the mail around the body: its prefix says reply or
				forward */
	struct pw_date_hints date;
	bool is_reply; /* In-Reply-To or References present */
};

/* A body in which the inner mails are found, but not yet cut out. */
struct pw_unwrapper;

/* Find them.  Owned by the arena; what body and hints point to is borrowed.
   NULL when the arena is exhausted. */
struct pw_unwrapper *pw_unwrapper_new(struct pw_arena *arena, const struct pw_text *body,
				      const struct pw_unwrap_hints *hints);

/* How much of inner mails there is: mails, and what is known of them. */
size_t pw_unwrapper_found(const struct pw_unwrapper *unwrapper);

/* Split the body, once.  *ret (arena) holds segment 0, the writer's own
   words, then the inner mails in the order they begin; returns their number
   (>= 1), 0 when the arena is exhausted. */
size_t pw_unwrapper_split(struct pw_unwrapper *unwrapper, struct pw_segment **ret);

/* Both in one step. */
size_t pw_unwrap(struct pw_arena *arena, const struct pw_text *body,
		 const struct pw_unwrap_hints *hints, struct pw_segment **ret);

/* A subject without the prefixes that clients and gateways put in front
   (Re, AW, Fwd, WG, [EXTERNAL] ...), repeatedly.  Borrowed from subject.
   *ret_is_forward / *ret_is_reply (NULL allowed) tell what was stripped. */
const char *pw_subject_strip(const char *subject, bool *ret_is_forward,
			     bool *ret_is_reply);

#endif
