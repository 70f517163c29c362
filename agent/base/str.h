/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.h - small questions about strings, ASCII and UTF-8.
 */
#ifndef PW_BASE_STR_H
#define PW_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "agent/base/buf.h"

/* Equality; NULL equals only NULL. */
bool pw_streq(const char *a, const char *b);
/* Equality without regard to ASCII case; NULL equals only NULL. */
bool pw_strieq(const char *a, const char *b);
bool pw_starts_with(const char *string, const char *prefix);
bool pw_starts_with_i(const char *string, const char *prefix);
bool pw_ends_with_i(const char *string, const char *suffix);
/* "a.b.example" is "b.example" or a subdomain of it: exact labels, ASCII
   case ignored, never a mere suffix ("notcdw.com" is not "cdw.com"). */
bool pw_domain_within(const char *domain, const char *parent);
/* The part after the last '@', NULL where there is none or it is empty.
   Borrowed from address. */
const char *pw_address_domain(const char *address);
/* A letter, digit, hyphen or dot: what a domain in the form of the wire holds. */
bool pw_is_host_char(char c);

/* Decode one code point at s (len bytes left).  Returns its length in
   bytes, 0 at the end; a malformed byte counts as one byte and U+FFFD.
   Inline for ASCII: texts are walked with it many times. */
size_t pw_utf8_next_wide(const char *s, size_t len, uint32_t *ret_cp);
static inline size_t pw_utf8_next(const char *s, size_t len, uint32_t *ret_cp)
{
	if (!len || (unsigned char)*s >= 0x80)
		return pw_utf8_next_wide(s, len, ret_cp);
	*ret_cp = (unsigned char)*s;
	return 1;
}
/* Columns that cp takes on a terminal or in a text of fixed width: two for East
   Asian wide and full-width characters, none for combining marks. */
size_t pw_utf8_columns(uint32_t cp);
/* Encode cp into out[4]; returns the number of bytes. */
size_t pw_utf8_put(char out[4], uint32_t cp);
bool pw_utf8_valid(const char *s, size_t len);
/* Length of the longest prefix of s[0..len) that has at most max bytes and
   does not end inside a code point. */
size_t pw_utf8_cut(const char *s, size_t len, size_t max);

/* Length of the run of printable ASCII (0x20 to 0x7E) at s.  Inline, and eight
   bytes at a time: most of most texts is nothing else. */
static inline size_t pw_ascii_run(const char *s, size_t len)
{
	const uint64_t ones = UINT64_MAX / 255, highs = ones << 7;
	uint64_t bytes;
	size_t i = 0;

	for (; len - i >= sizeof bytes; i += sizeof bytes) {
		memcpy(&bytes, s + i, sizeof bytes);
		/* High bits of bytes below 0x20, above 0x7E, and of some behind
		   such a byte: those are looked at one by one. */
		if (((bytes - ones * 0x20) | (bytes + ones) | bytes) & highs)
			break;
	}
	while (i < len && s[i] >= 0x20 && s[i] < 0x7F)
		i++;
	return i;
}

/* Add text of a stranger so that no terminal, log or line-based reader can
   be tricked: controls, bidi and zero-width characters and broken UTF-8
   become \n, \t, \xNN or \u{NNNN}; at most max bytes, then "...". */
void pw_str_escape(struct pw_buf *out, const char *text, size_t len, size_t max);

/* "s" behind a noun, "" for one: "%zu mail%s". */
static inline const char *pw_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* Edits that turn a into b: a byte added, dropped or replaced, two neighbours
   swapped (optimal string alignment); limit + 1 where it takes more, or where one
   is longer than 64 bytes. */
size_t pw_str_distance(const char *a, const char *b, size_t limit);
/* For "did you mean": the candidate nearest to word, the first of those as near;
   NULL where it takes more than one edit (words of up to 3 bytes), two (6) or
   three.  Two neighbours swapped are one edit. */
const char *pw_str_nearest(const char *word, const char *const *candidates, size_t n);

#endif
