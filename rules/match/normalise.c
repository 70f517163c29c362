/* SPDX-License-Identifier: Apache-2.0 */
/* normalise.c - characters of identifiers: which count, and as what. */
#include "rules/match/normalise.h"

#include "agent/base/str.h"

/* Runs of code points that stand for a run of ASCII characters. */
static const struct {
	uint32_t first, last;
	char ascii;
} ascii_runs[] = {
	{ 0x0660, 0x0669, '0' },   { 0x06F0, 0x06F9, '0' }, /* Arabic digits */
	{ 0x0966, 0x096F, '0' },                            /* Devanagari digits */
	{ 0xFF10, 0xFF19, '0' },                            /* full-width */
	{ 0xFF21, 0xFF3A, 'A' },   { 0xFF41, 0xFF5A, 'A' },
	{ 0x1D400, 0x1D419, 'A' }, { 0x1D7CE, 0x1D7D7, '0' }, /* mathematical bold */
	{ 0x1D670, 0x1D689, 'A' }, { 0x1D7F6, 0x1D7FF, '0' }, /* and monospace */
};

/* Greek and Cyrillic letters that no reader can tell from a Latin capital. */
static const struct {
	uint32_t cp;
	char ascii;
} look_alikes[] = {
	{ 0x0391, 'A' }, { 0x0392, 'B' }, { 0x0395, 'E' }, { 0x0396, 'Z' },
	{ 0x0397, 'H' }, { 0x0399, 'I' }, { 0x039A, 'K' }, { 0x039C, 'M' },
	{ 0x039D, 'N' }, { 0x039F, 'O' }, { 0x03A1, 'P' }, { 0x03A4, 'T' },
	{ 0x03A5, 'Y' }, { 0x03A7, 'X' }, { 0x0405, 'S' }, { 0x0406, 'I' },
	{ 0x0408, 'J' }, { 0x0410, 'A' }, { 0x0412, 'B' }, { 0x0415, 'E' },
	{ 0x041A, 'K' }, { 0x041C, 'M' }, { 0x041D, 'H' }, { 0x041E, 'O' },
	{ 0x0420, 'P' }, { 0x0421, 'C' }, { 0x0422, 'T' }, { 0x0425, 'X' },
};

static const struct {
	uint32_t first, last;
	enum pw_unit unit;
} unit_runs[] = {
	{ 0x0085, 0x0085, PW_UNIT_LINE_END },
	{ 0x00A0, 0x00A0, PW_UNIT_BLANK },
	{ 0x00AA, 0x00AA, PW_UNIT_LETTER },
	{ 0x00AD, 0x00AD, PW_UNIT_NOTHING }, /* soft hyphen */
	{ 0x00B5, 0x00B5, PW_UNIT_LETTER },
	{ 0x00B7, 0x00B7, PW_UNIT_DASH }, /* middle dot */
	{ 0x00BA, 0x00BA, PW_UNIT_LETTER },
	{ 0x00C0, 0x00D6, PW_UNIT_LETTER },
	{ 0x00D8, 0x00F6, PW_UNIT_LETTER },
	{ 0x00F8, 0x02AF, PW_UNIT_LETTER },
	{ 0x0300, 0x036F, PW_UNIT_NOTHING }, /* combining marks */
	{ 0x034F, 0x034F, PW_UNIT_NOTHING },
	{ 0x061C, 0x061C, PW_UNIT_NOTHING },
	{ 0x1680, 0x1680, PW_UNIT_BLANK },
	{ 0x180E, 0x180E, PW_UNIT_NOTHING },
	{ 0x1E00, 0x1EFF, PW_UNIT_LETTER },
	{ 0x2000, 0x200A, PW_UNIT_BLANK },
	{ 0x200B, 0x200F, PW_UNIT_NOTHING }, /* zero-width, bidi marks */
	{ 0x2010, 0x2015, PW_UNIT_DASH },
	{ 0x2022, 0x2022, PW_UNIT_DASH }, /* bullet */
	{ 0x2024, 0x2024, PW_UNIT_DASH },
	{ 0x2027, 0x2027, PW_UNIT_DASH },
	{ 0x2028, 0x2029, PW_UNIT_LINE_END },
	{ 0x202A, 0x202E, PW_UNIT_NOTHING },
	{ 0x202F, 0x202F, PW_UNIT_BLANK },
	{ 0x2043, 0x2043, PW_UNIT_DASH },
	{ 0x205F, 0x205F, PW_UNIT_BLANK },
	{ 0x2060, 0x206F, PW_UNIT_NOTHING },
	{ 0x2212, 0x2212, PW_UNIT_DASH },
	{ 0x3000, 0x3000, PW_UNIT_BLANK },
	{ 0xFE00, 0xFE0F, PW_UNIT_NOTHING }, /* variation selectors */
	{ 0xFE58, 0xFE58, PW_UNIT_DASH },
	{ 0xFE63, 0xFE63, PW_UNIT_DASH },
	{ 0xFEFF, 0xFEFF, PW_UNIT_NOTHING },
	{ 0xFF0D, 0xFF0E, PW_UNIT_DASH }, /* full-width hyphen, stop */
	{ 0xFFF9, 0xFFFB, PW_UNIT_NOTHING },
};

static enum pw_unit ascii_unit(uint32_t cp, char *ret_char)
{
	if ((cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z')) {
		*ret_char = (char)cp;
		return PW_UNIT_CHAR;
	}
	if (cp >= 'a' && cp <= 'z') {
		*ret_char = (char)(cp - 'a' + 'A');
		return PW_UNIT_CHAR;
	}
	switch (cp) {
	case ' ':
	case '\t':
		return PW_UNIT_BLANK;
	case '\r':
		return PW_UNIT_NOTHING;
	case '\n':
		return PW_UNIT_LINE_END;
	case '-':
	case '.':
	case ':':
	case '_':
	case '*':
		return PW_UNIT_DASH;
	case '>':
	case '|':
	case '=': /* left by a broken quoted-printable line */
		return PW_UNIT_QUOTE_MARK;
	default:
		return PW_UNIT_OTHER;
	}
}

static bool wide_ascii(uint32_t cp, char *ret_char)
{
	for (size_t i = 0; i < PW_ARRAY_LEN(ascii_runs); i++) {
		if (cp >= ascii_runs[i].first && cp <= ascii_runs[i].last) {
			*ret_char =
				(char)(ascii_runs[i].ascii + (cp - ascii_runs[i].first));
			return true;
		}
	}
	for (size_t i = 0; i < PW_ARRAY_LEN(look_alikes); i++) {
		if (cp == look_alikes[i].cp) {
			*ret_char = look_alikes[i].ascii;
			return true;
		}
	}
	return false;
}

enum pw_unit pw_unit_of(uint32_t cp, char *ret_char)
{
	if (cp < 0x80)
		return ascii_unit(cp, ret_char);
	if (cp > 0x3000 &&
	    cp < 0xFE00) /* ideographs and their like: most of some mails */
		return PW_UNIT_OTHER;
	if (wide_ascii(cp, ret_char))
		return PW_UNIT_CHAR;
	for (size_t i = 0; i < PW_ARRAY_LEN(unit_runs); i++) {
		if (cp < unit_runs[i].first)
			break;
		if (cp <= unit_runs[i].last)
			return unit_runs[i].unit;
	}
	return PW_UNIT_OTHER;
}

char pw_unit_skeleton(char c)
{
	switch (c) {
	case 'O':
		return '0';
	case 'I':
	case 'L':
		return '1';
	case 'S':
		return '5';
	case 'B':
		return '8';
	default:
		return c;
	}
}

size_t pw_identifier_normalise(const char *text, size_t len, char *out, size_t max)
{
	size_t n = 0;
	if (max == 0)
		return 0;
	for (size_t at = 0; at < len;) {
		uint32_t cp;
		char c;
		at += pw_utf8_next(text + at, len - at, &cp);
		if (pw_unit_of(cp, &c) != PW_UNIT_CHAR)
			continue;
		if (n + 1 >= max) {
			n = 0;
			break;
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return n;
}
