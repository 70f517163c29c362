/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_imap_guard.c - any bytes from an IMAP server.
 *
 * What the guard lets through must keep the limits that libetpan needs; the
 * same bytes in other pieces must come out the same.
 */
#undef NDEBUG /* a replay shows something in release builds too */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/imap/guard.h"

#define OUT_MAX     ((size_t)1 << 20)
#define LITERAL_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Feeds all in pieces; *ret_len bytes of what came through.  -1: refused. */
static int run(const uint8_t *data, size_t size, size_t piece, char *out, size_t *ret_len)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_guard guard;
	size_t at = 0, n, got;
	int result = 0;

	*ret_len = 0;
	pw_guard_init(&guard);
	guard.literal_max = LITERAL_MAX;
	while (at < size && result == 0) {
		n = size - at < piece ? size - at : piece;
		result = pw_guard_feed(&guard, (const char *)data + at, n, &err);
		at += n;
		while (*ret_len < OUT_MAX &&
		       (got = pw_guard_take(&guard, out + *ret_len, OUT_MAX - *ret_len)) >
			       0)
			*ret_len += got;
	}
	assert(strlen(guard.said) < PW_GUARD_SAID_MAX && !strchr(guard.said, '\033'));
	assert(result == 0 || err.msg[0]);
	pw_guard_done(&guard);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *whole, *bytes;
	size_t whole_len, bytes_len;
	int first, second;

	if (size > OUT_MAX / 2)
		return 0;
	whole = malloc(OUT_MAX);
	bytes = malloc(OUT_MAX);
	if (whole && bytes) {
		first = run(data, size, PW_GUARD_INPUT_MAX, whole, &whole_len);
		second = run(data, size, 1, bytes, &bytes_len);
		assert(first == second);
		if (first == 0)
			assert(whole_len == bytes_len &&
			       memcmp(whole, bytes, whole_len) == 0);
	}
	free(whole);
	free(bytes);
	return 0;
}
