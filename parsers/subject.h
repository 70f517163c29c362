/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.h - what a subject's prefixes say of the mail.
 */
#ifndef PW_PARSERS_SUBJECT_H
#define PW_PARSERS_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

enum pw_subject_kind {
	PW_SUBJECT_PLAIN,
	PW_SUBJECT_FORWARD,
	PW_SUBJECT_REPLY,
	PW_SUBJECT_EITHER, /* "VS" is a forward in Denmark and a reply in Finland */
};

struct pw_subject {
	const char *stripped; /* as pw_subject_strip() gives it, borrowed; never NULL */
	/* What the outermost prefix says: "FW: RE: x" is a forward, "RE: FW: x" a
	   reply.  Of PW_SUBJECT_EITHER, the languages in which it is a reply, as
	   pw_word_find() gives them. */
	enum pw_subject_kind kind;
	uint64_t reply_languages;
	bool has_forward, has_reply; /* a prefix says, the outermost or not */
};

/* NULL reads as an empty subject. */
struct pw_subject pw_subject_read(const char *subject);

#endif
