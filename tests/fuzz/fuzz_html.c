/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_html.c - an HTML body as text. */
#include <stdint.h>

#include "parsers/charset.h"
#include "parsers/html.h"
#include "tests/fuzz/check_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw_arena *arena = pw_arena_new((size_t)256 << 20);
	struct pw_bytes utf8 = { (const char *)data, size };
	struct pw_html html;

	utf8 = pw_charset_to_utf8(arena, "utf-8", utf8);
	if (pw_html_text(arena, utf8, &html)) {
		check_text(&html.text);
		PROMISE(html.n_links <= PW_MAX_LINKS);
	}
	pw_arena_free(arena);
	return 0;
}
