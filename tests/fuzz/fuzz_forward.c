/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_forward.c - bodies: the first line is the subject around the body. */
#include <stdint.h>
#include <string.h>

#include "parsers/charset.h"
#include "parsers/limits.h"
#include "parsers/unwrap.h"
#include "tests/fuzz/check_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines as the text reader gives them; a control character sets the marks
   and the depth that HTML would have set. */
static struct pw_text read_lines(struct pw_arena *arena, const char *data, size_t len)
{
	struct pw_line *lines = pw_arena_alloc(arena, len + 1, sizeof *lines);
	struct pw_text text = { .data = data, .len = len, .lines = lines };
	size_t i, start = 0;

	for (i = 0; lines && i <= len; i++) {
		if (i < len && data[i] != '\n')
			continue;
		lines[text.n_lines].start = (uint32_t)start;
		lines[text.n_lines].end = (uint32_t)i;
		if (start < i && data[start] > 0 && data[start] < 0x20) {
			lines[text.n_lines].marks = (uint16_t)data[start];
			lines[text.n_lines].depth = (uint16_t)(data[start] & 3);
		}
		text.n_lines++;
		start = i + 1;
	}
	return text;
}

static void check(const struct pw_segment *segments, size_t n)
{
	size_t i;
	int up, depth;

	PROMISE(n >= 1 && n <= PW_MAX_LAYERS + 1 && segments[0].parent == -1);
	for (i = 0; i < n; i++) {
		PROMISE(i == 0 ||
			(segments[i].parent >= 0 && segments[i].parent < (int)i));
		for (up = (int)i, depth = 0; up > 0; up = segments[up].parent)
			depth++;
		PROMISE(depth < PW_MAX_LAYER_DEPTH);
		check_text(&segments[i].text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw_arena *arena = pw_arena_new((size_t)64 << 20);
	struct pw_unwrap_hints hints = { .date = { .near = 20000 } };
	struct pw_bytes utf8 = { (const char *)data, size };
	struct pw_segment *segments;
	struct pw_text text;
	char *body, *end, *zero;
	size_t n;

	utf8 = pw_charset_to_utf8(arena, "utf-8", utf8);
	body = pw_arena_strndup(arena, utf8.data, utf8.len);
	if (size > (1 << 20) || !body) {
		pw_arena_free(arena);
		return 0;
	}
	while ((zero = memchr(body, '\0', utf8.len)))
		*zero = ' '; /* the text reader leaves none */
	end = strchr(body, '\n');
	if (end)
		*end++ = '\0';
	hints.subject = body;
	hints.is_reply = size & 1;
	end = end ? end : body + utf8.len;
	text = read_lines(arena, end, strlen(end));
	n = pw_unwrap(arena, &text, &hints, &segments);
	if (n)
		check(segments, n);
	pw_arena_free(arena);
	return 0;
}
