/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work.h - what an inspector does with one message: bytes in, JSON out.
 *
 * Pure but for what was loaded before the sandbox closed; the same code runs
 * in unit tests without a sandbox.
 */
#ifndef PW_INSPECT_WORK_H
#define PW_INSPECT_WORK_H

#include <jansson.h>
#include <stddef.h>

#include "agent/base/err.h"
#include "agent/inspect/protocol.h"

#define PW_WORK_ANSWER_MAX ((size_t)256 << 20) /* bytes of JSON */

struct pw_work;

/* hello: the JSON of PW_FRAME_HELLO; bundle and known: the images, both may be
   empty and must outlive the work.  *ret owned by the caller. */
int pw_work_new(struct pw_work **ret, const json_t *hello, const void *bundle,
		size_t bundle_len, const void *known, size_t known_len,
		struct pw_err *err) PW_MUST_CHECK;
void pw_work_free(struct pw_work *work);
PW_DEFINE_FREEP(struct pw_work, pw_work_free)

/* Handle the payload of a PW_FRAME_JOB: the answer's JSON is added to out, which
   holds nothing of use on failure. */
int pw_work_do(struct pw_buf *out, const struct pw_work *work, const void *payload,
	       size_t len, struct pw_err *err) PW_MUST_CHECK;

/* Where the raw message starts in a job's payload; false: too short. */
bool pw_work_raw(const void *payload, size_t len, const char **ret_raw, size_t *ret_len);

/* Handle a few built-in mails so that everything that is set up at first use
   is set up while that is still allowed. */
void pw_work_rehearse(const struct pw_work *work);

#endif
