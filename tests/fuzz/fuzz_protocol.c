/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_protocol.c - any bytes from an inspector that was taken over.
 *
 * The first byte says into how large pieces the rest is cut, as a socket would.
 */
#undef NDEBUG /* a replay shows something in release builds too */
#include <assert.h>
#include <jansson.h>
#include <stdint.h>

#include "agent/inspect/protocol.h"
#include "rules/engine/finding.h"

#define ANSWER_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_finding(const struct pw_buf *body)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_finding *finding = NULL;
	json_t *json = json_loadb(body->data, body->len, 0, NULL);

	if (json && pw_finding_from_json(&finding, json, &err) == 0) {
		json_t *again = pw_finding_to_json(finding);

		assert(again);
		json_decref(again);
	}
	pw_finding_free(finding);
	json_decref(json);
}

/* Gives 0 when the frame reader wants no more. */
static int drain(struct pw_frame_in *in)
{
	struct pw_err err = PW_ERR_INIT;
	int got;

	while ((got = pw_frame_next(in, &err)) == 1) {
		assert(in->body.len <= ANSWER_MAX);
		if (in->type == PW_FRAME_RESULT)
			read_finding(&in->body);
	}
	return got == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw_frame_in in;
	size_t piece, at = 1, len;

	if (size < 2)
		return 0;
	piece = (size_t)data[0] + 1;
	pw_frame_in_init(&in, ANSWER_MAX);
	while (at < size && drain(&in)) {
		len = size - at < piece ? size - at : piece;
		pw_frame_feed(&in, data + at, len);
		at += len;
	}
	drain(&in);
	pw_frame_in_done(&in);
	return 0;
}
