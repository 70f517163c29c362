/* SPDX-License-Identifier: Apache-2.0 */
/* raw.h - raw mail, compressed (internal; reading is in messages.h). */
#ifndef PW_STORE_RAW_H
#define PW_STORE_RAW_H

#include "agent/store/db.h"
#include "agent/store/messages.h"

int pw_raw_add(struct pw_store *store, int64_t message_id, const void *raw, size_t len,
	       struct pw_err *err) PW_MUST_CHECK;

#endif
