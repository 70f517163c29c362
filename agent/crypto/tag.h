/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag.h - Message-IDs that only we can make.
 *
 * "pw.<unique>.<mac>@<domain>": mac is an HMAC-SHA-256 over the rest with a
 * key that never leaves the agent, so that one of our mails coming back is
 * known by its Message-ID, and nobody can make his own mail look like ours.
 */
#ifndef PW_CRYPTO_TAG_H
#define PW_CRYPTO_TAG_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/err.h"

#define PW_TAG_KEY_HEX 65  /* 32 random bytes as hex, and a NUL */
#define PW_TAG_MAX     256 /* a Message-ID without <> and its NUL */

/* A new key. */
int pw_tag_key_new(char out[PW_TAG_KEY_HEX], struct pw_err *err) PW_MUST_CHECK;

/* Message-ID without angle brackets.  unique: letters, digits and '-', at
   most 64; the same key, unique and domain give the same id. */
int pw_tag_make(const char *key, const char *unique, const char *domain,
		char out[PW_TAG_MAX], struct pw_err *err) PW_MUST_CHECK;
/* Is this Message-ID (with or without angle brackets) one of ours?  The time
   it takes does not tell how much of it is right. */
bool pw_tag_check(const char *key, const char *message_id, size_t len);
/* The first Message-ID of ours (in angle brackets) that stands in these bytes:
   it begins there, without bracket, and has *ret_len bytes.  NULL: none. */
const char *pw_tag_find(const char *key, const char *bytes, size_t n, size_t *ret_len);

#endif
