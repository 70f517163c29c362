/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/lookalike.h"

#include <stdint.h>
#include <unicode/uchar.h>

#include "agent/base/str.h"
#include "parsers/invisible.h"

/* Greek and Cyrillic letters that look like Latin ones. */
static const struct {
	uint16_t cp;
	char latin;
} lookalikes[] = {
	{ 0x391, 'a' }, { 0x392, 'b' }, { 0x395, 'e' }, { 0x396, 'z' }, { 0x397, 'h' },
	{ 0x399, 'i' }, { 0x39A, 'k' }, { 0x39C, 'm' }, { 0x39D, 'n' }, { 0x39F, 'o' },
	{ 0x3A1, 'p' }, { 0x3A4, 't' }, { 0x3A5, 'y' }, { 0x3A7, 'x' }, { 0x3B1, 'a' },
	{ 0x3B9, 'i' }, { 0x3BA, 'k' }, { 0x3BD, 'v' }, { 0x3BF, 'o' }, { 0x3C1, 'p' },
	{ 0x3C5, 'u' }, { 0x3F2, 'c' }, { 0x3F3, 'j' }, { 0x405, 's' }, { 0x406, 'i' },
	{ 0x408, 'j' }, { 0x410, 'a' }, { 0x412, 'b' }, { 0x415, 'e' }, { 0x417, '3' },
	{ 0x41A, 'k' }, { 0x41C, 'm' }, { 0x41D, 'h' }, { 0x41E, 'o' }, { 0x420, 'p' },
	{ 0x421, 'c' }, { 0x422, 't' }, { 0x423, 'y' }, { 0x425, 'x' }, { 0x430, 'a' },
	{ 0x433, 'r' }, { 0x435, 'e' }, { 0x43A, 'k' }, { 0x43E, 'o' }, { 0x440, 'p' },
	{ 0x441, 'c' }, { 0x443, 'y' }, { 0x445, 'x' }, { 0x455, 's' }, { 0x456, 'i' },
	{ 0x458, 'j' }, { 0x4AE, 'y' }, { 0x4BA, 'h' }, { 0x4BB, 'h' }, { 0x4C0, 'i' },
	{ 0x4CF, 'l' }, { 0x501, 'd' }, { 0x51B, 'q' }, { 0x51D, 'w' },
};

char pw_lookalike(uint32_t cp)
{
	size_t i;

	if (cp < 0x391 || cp > 0x51D)
		return '\0';
	for (i = 0; i < PW_ARRAY_LEN(lookalikes); i++)
		if (lookalikes[i].cp == cp)
			return lookalikes[i].latin;
	return '\0';
}

bool pw_is_disguised(const char *text, size_t len, size_t *ret_len)
{
	size_t at = 0, step, latin = 0, like = 0, digits = 0, other = 0;
	uint32_t cp;

	for (; at < len; at += step) {
		step = pw_utf8_next(text + at, len - at, &cp);
		if (cp < 0x80 && !pw_is_ascii_word(text[at]))
			break;
		if (cp >= '0' && cp <= '9')
			digits++;
		else if (cp < 0x80)
			latin++;
		else if (pw_lookalike(cp))
			like++;
		else if (pw_is_wide_blank(cp))
			break;
		else if (u_isalpha((UChar32)cp))
			other++;
	}
	*ret_len = at;
	return like && (latin || (digits && !other));
}
