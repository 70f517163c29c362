/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_header.c - one header field: words, parameters, charsets.
 *
 * The first byte chooses what is read, and with which charset.
 */
#include <stdint.h>

#include "parsers/charset.h"
#include "parsers/header.h"
#include "parsers/plain.h"
#include "tests/fuzz/check_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const labels[] = { NULL,      "utf-8",        "iso-2022-jp",
				      "gb18030", "windows-1252", "utf-7",
				      "utf-16",  "x-unknown",    "big5",
				      "euc-kr",  "hz-gb-2312",   "koi8-r" };

static void check_string(const char *text)
{
	PROMISE(!text || pw_utf8_valid(text, strlen(text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw_arena *arena;
	struct pw_bytes in;
	struct pw_params params;
	struct pw_text text;
	const char *label;
	bool capped = false;

	if (!size)
		return 0;
	arena = pw_arena_new((size_t)256 << 20);
	label = labels[data[0] % PW_ARRAY_LEN(labels)];
	in = (struct pw_bytes){ (const char *)data + 1, size - 1 };
	check_string(pw_header_text(arena, in, PW_HEADER_TEXT, label));
	check_string(pw_header_text(arena, in, PW_HEADER_ADDRESSES, label));
	params = pw_params_parse(arena, in);
	check_string(pw_param(&params, "filename"));
	in = pw_charset_to_utf8(arena, label, in);
	PROMISE(pw_utf8_valid(in.data ? in.data : "", in.len));
	if (pw_plain_text(arena, in, (struct pw_flow){ data[0] & 64, data[0] & 128 },
			  &text, &capped))
		check_text(&text);
	pw_arena_free(arena);
	return 0;
}
