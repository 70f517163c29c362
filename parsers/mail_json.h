/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_json.h - the layers of a mail as JSON, the form that `parse --json` prints.
 */
#ifndef PW_PARSERS_MAIL_JSON_H
#define PW_PARSERS_MAIL_JSON_H

#include <jansson.h>

#include "parsers/mail.h"

/* {"layers": [...]} as docs/json.md describes it; owned by the caller
   (json_decref()).  Strings are valid UTF-8 whatever the mail held. */
json_t *pw_mail_to_json(const struct pw_mail *mail);

#endif
