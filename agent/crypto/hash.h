/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h - SHA-256 over bytes and over messages.
 */
#ifndef PW_CRYPTO_HASH_H
#define PW_CRYPTO_HASH_H

#include <stddef.h>

#include "agent/base/err.h"

#define PW_HASH_TEXT 65 /* 64 hex digits and a NUL */

int pw_sha256_hex(const void *bytes, size_t len, char out[PW_HASH_TEXT],
		  struct pw_err *err) PW_MUST_CHECK;

/* The identity of a message: SHA-256 over it without the header fields that
   each delivery adds (Received, Return-Path, Delivered-To ...), line ends
   counting as LF, so that a second delivery of the same mail has the same
   hash.  Only the outermost header is looked at; nothing is decoded. */
int pw_message_hash(const void *raw, size_t len, char out[PW_HASH_TEXT],
		    struct pw_err *err) PW_MUST_CHECK;

#endif
