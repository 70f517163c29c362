/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "agent/inspect/protocol.h"

static size_t put_frame(char *out, enum pw_frame_type type, const char *payload)
{
	size_t len = strlen(payload);

	pw_frame_head((unsigned char *)out, type, len);
	memcpy(out + PW_FRAME_HEAD, payload, len);
	return PW_FRAME_HEAD + len;
}

static void frames_come_out_however_the_bytes_were_cut(void **state)
{
	char bytes[256];
	size_t len, step, at;

	(void)state;
	len = put_frame(bytes, PW_FRAME_HELLO, "{\"a\":1}");
	len += put_frame(bytes + len, PW_FRAME_READY, "");
	len += put_frame(bytes + len, PW_FRAME_RESULT, "xyz");
	for (step = 1; step <= len; step++) {
		struct pw_frame_in in;
		struct pw_err err;
		char seen[64] = "";
		int r;

		pw_frame_in_init(&in, 100);
		for (at = 0; at < len; at += step) {
			while ((r = pw_frame_next(&in, &err)) > 0)
				strcat(strcat(seen, in.body.data), "|");
			assert_int_equal(r, 0);
			pw_frame_feed(&in, bytes + at, at + step < len ? step : len - at);
		}
		while ((r = pw_frame_next(&in, &err)) > 0)
			strcat(strcat(seen, in.body.data), "|");
		assert_int_equal(r, 0);
		assert_string_equal(seen, "{\"a\":1}||xyz|");
		pw_frame_in_done(&in);
	}
}

static int code_of(const char *bytes, size_t len, size_t max)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_frame_in in;
	int r;

	pw_frame_in_init(&in, max);
	pw_frame_feed(&in, bytes, len);
	r = pw_frame_next(&in, &err);
	pw_frame_in_done(&in);
	return r < 0 ? (int)err.code : r;
}

static void a_frame_longer_than_the_maximum_is_refused_by_its_head(void **state)
{
	char bytes[64];

	(void)state;
	put_frame(bytes, PW_FRAME_RESULT, "0123456789");
	assert_int_equal(code_of(bytes, PW_FRAME_HEAD + 10, 10), 1);
	assert_int_equal(code_of(bytes, PW_FRAME_HEAD, 9), PW_ELIMIT);
}

static void bytes_that_are_no_frame_are_refused(void **state)
{
	char bytes[64];
	uint32_t type;

	(void)state;
	assert_int_equal(code_of("garbage that is long enough", 27, 1000), PW_EPROTO);
	put_frame(bytes, PW_FRAME_RESULT, "");
	for (type = 0; type < 20; type++) {
		memcpy(bytes + 4, &type, sizeof type);
		assert_int_equal(code_of(bytes, PW_FRAME_HEAD, 10),
				 type >= PW_FRAME_HELLO && type <= PW_FRAME_FAILED
					 ? 1
					 : PW_EPROTO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_out_however_the_bytes_were_cut),
		cmocka_unit_test(a_frame_longer_than_the_maximum_is_refused_by_its_head),
		cmocka_unit_test(bytes_that_are_no_frame_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
