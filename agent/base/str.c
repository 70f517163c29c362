/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/base/str.h"

#include <strings.h>

bool pw_streq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool pw_strieq(const char *a, const char *b)
{
	if (!a || !b || (*a ^ *b) & ~0x20) /* most differ in their first letter */
		return a == b;
	return strcasecmp(a, b) == 0;
}

bool pw_starts_with(const char *string, const char *prefix)
{
	return strncmp(string, prefix, strlen(prefix)) == 0;
}

bool pw_starts_with_i(const char *string, const char *prefix)
{
	return strncasecmp(string, prefix, strlen(prefix)) == 0;
}

bool pw_ends_with_i(const char *string, const char *suffix)
{
	size_t len = strlen(string), tail = strlen(suffix);

	return len >= tail && strcasecmp(string + len - tail, suffix) == 0;
}

bool pw_domain_within(const char *domain, const char *parent)
{
	size_t len, tail;

	if (!domain || !parent || !*parent)
		return false;
	len = strlen(domain);
	tail = strlen(parent);
	if (len < tail || strcasecmp(domain + len - tail, parent) != 0)
		return false;
	return len == tail || domain[len - tail - 1] == '.';
}

bool pw_is_host_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

const char *pw_address_domain(const char *address)
{
	const char *at = address ? strrchr(address, '@') : NULL;

	return at && at[1] ? at + 1 : NULL;
}

static bool is_continuation(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

size_t pw_utf8_next_wide(const char *s, size_t len, uint32_t *ret_cp)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t want, i;
	uint32_t cp;

	if (!len)
		return 0;
	if (u[0] < 0x80) {
		*ret_cp = u[0];
		return 1;
	}
	want = u[0] >= 0xF0 && u[0] < 0xF5 ? 4 : u[0] >= 0xE0 ? 3 : u[0] >= 0xC2 ? 2 : 0;
	if (u[0] >= 0xF5)
		want = 0;
	*ret_cp = 0xFFFD;
	if (!want || want > len)
		return 1;
	cp = u[0] & (0x7F >> want);
	for (i = 1; i < want; i++) {
		if (!is_continuation(u[i]))
			return 1;
		cp = cp << 6 | (u[i] & 0x3F);
	}
	if (cp < smallest[want] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return 1;
	*ret_cp = cp;
	return want;
}

/* Ranges, because wcwidth() depends on the locale. */
size_t pw_utf8_columns(uint32_t cp)
{
	if (cp >= 0x300 && cp <= 0x36F)
		return 0;
	if ((cp >= 0x1100 && cp <= 0x115F) || (cp >= 0x2E80 && cp <= 0xA4CF) ||
	    (cp >= 0xAC00 && cp <= 0xD7A3) || (cp >= 0xF900 && cp <= 0xFAFF) ||
	    (cp >= 0xFE30 && cp <= 0xFE6F) || (cp >= 0xFF00 && cp <= 0xFF60) ||
	    (cp >= 0xFFE0 && cp <= 0xFFE6) || (cp >= 0x1F300 && cp <= 0x1FAFF) ||
	    (cp >= 0x20000 && cp <= 0x3FFFD))
		return 2;
	return 1;
}

size_t pw_utf8_put(char out[4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

bool pw_utf8_valid(const char *s, size_t len)
{
	uint32_t cp;
	size_t step;

	for (; len; s += step, len -= step) {
		step = pw_utf8_next(s, len, &cp);
		if (cp == 0xFFFD && step == 1)
			return false;
	}
	return true;
}

size_t pw_utf8_cut(const char *s, size_t len, size_t max)
{
	size_t cut = len < max ? len : max;

	while (cut > 0 && cut < len && is_continuation((unsigned char)s[cut]))
		cut--;
	return cut;
}

/* Characters that change what a reader sees without being seen themselves. */
static bool is_deceptive(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0xAD || cp == 0x61C ||
	       (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
	       (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF ||
	       (cp >= 0xFFF9 && cp <= 0xFFFB) || (cp >= 0xE0000 && cp <= 0xE0FFF);
}

void pw_str_escape(struct pw_buf *out, const char *text, size_t len, size_t max)
{
	size_t start = out->len, at = 0, step;
	uint32_t cp;

	for (; at < len; at += step) {
		if (out->len - start >= max) {
			pw_buf_adds(out, "...");
			return;
		}
		step = pw_utf8_next(text + at, len - at, &cp);
		if (cp == 0xFFFD && step == 1)
			pw_buf_addf(out, "\\x%02x", (unsigned char)text[at]);
		else if (cp == '\n')
			pw_buf_adds(out, "\\n");
		else if (cp == '\r')
			pw_buf_adds(out, "\\r");
		else if (cp == '\t')
			pw_buf_adds(out, "\\t");
		else if (is_deceptive(cp))
			pw_buf_addf(out, "\\u{%x}", cp);
		else
			pw_buf_add(out, text + at, step);
	}
}

enum { WORD_MAX = 64 }; /* bytes; longer words are near to none */

size_t pw_str_distance(const char *a, const char *b, size_t limit)
{
	size_t la = strlen(a), lb = strlen(b), i, j;
	size_t rows[3][WORD_MAX + 1]; /* of i, i - 1 and i - 2 bytes of a */

	if (la > WORD_MAX || lb > WORD_MAX || (la > lb ? la - lb : lb - la) > limit)
		return limit + 1;
	for (j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (i = 1; i <= la; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (j = 1; j <= lb; j++) {
			size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[la % 3][lb] > limit ? limit + 1 : rows[la % 3][lb];
}

const char *pw_str_nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t limit = strlen(word) <= 3 ? 1 : strlen(word) <= 6 ? 2 : 3;
	size_t best = limit + 1, i;
	const char *found = NULL;

	for (i = 0; i < n; i++) {
		size_t edits = pw_str_distance(word, candidates[i], limit);

		if (edits < best) {
			best = edits;
			found = candidates[i];
		}
	}
	return found;
}
