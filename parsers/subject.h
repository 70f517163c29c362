/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.h - what a subject's outermost prefix says of the mail.
 */
#ifndef PW_PARSERS_SUBJECT_H
#define PW_PARSERS_SUBJECT_H

#include <stdint.h>

enum pw_subject_kind {
	PW_SUBJECT_PLAIN,
	PW_SUBJECT_FORWARD,
	PW_SUBJECT_REPLY,
	PW_SUBJECT_EITHER, /* "VS" is a forward in Denmark and a reply in Finland */
};

/* As pw_subject_strip(); *ret_first (NULL allowed) is what the outermost
   prefix says: "FW: RE: x" is a forward, "RE: FW: x" a reply.  Of
   PW_SUBJECT_EITHER, *ret_reply_languages (NULL allowed) are the languages in
   which it is a reply, as pw_word_find() gives them. */
const char *pw_subject_read(const char *subject, enum pw_subject_kind *ret_first,
			    uint64_t *ret_reply_languages);

#endif
