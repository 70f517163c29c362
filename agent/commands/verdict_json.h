/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict_json.h - what was decided about one message, as `scan --json` says it.
 */
#ifndef PW_VERDICT_JSON_H
#define PW_VERDICT_JSON_H

#include <jansson.h>

#include "agent/resolve.h"

/* All keys of docs/json.md; owned by the caller.  file NULL allowed. */
json_t *pw_verdict_json(const char *file, const struct pw_finding *finding,
			const struct pw_resolved *resolved);
/* The same for a message that could not be read: review, everything empty. */
json_t *pw_verdict_unreadable_json(const char *file, const char *why);

#endif
