/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.h - what a subject's outermost prefix says of the mail.
 */
#ifndef PW_PARSERS_SUBJECT_H
#define PW_PARSERS_SUBJECT_H

#include <stdbool.h>

enum pw_subject_kind { PW_SUBJECT_PLAIN, PW_SUBJECT_FORWARD, PW_SUBJECT_REPLY };

/* As pw_subject_strip(); *ret_first (NULL allowed) is what the outermost
   prefix says: "FW: RE: x" is a forward, "RE: FW: x" a reply. */
const char *pw_subject_read(const char *subject, enum pw_subject_kind *ret_first,
			    bool *ret_is_forward, bool *ret_is_reply);

#endif
