/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invisible.h - characters that a reader never sees.
 */
#ifndef PW_PARSERS_INVISIBLE_H
#define PW_PARSERS_INVISIBLE_H

#include <stdbool.h>
#include <stdint.h>

/* Soft hyphens, zero-width and bidi control characters, ASCII controls (those
   beyond stand for windows-1252).
   Tab and line feed are none.  ZWJ and ZWNJ are: scripts that need them read
   the same to a rule without them. */
static inline bool pw_is_invisible(uint32_t cp)
{
	if (cp < 0x20)
		return cp != '\t' && cp != '\n';
	if (cp < 0x7F)
		return false;
	return cp == 0x7F || cp == 0xAD || cp == 0x34F || cp == 0x61C || cp == 0x180E ||
	       (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) ||
	       (cp >= 0x2060 && cp <= 0x206F) || (cp >= 0xFE00 && cp <= 0xFE0F) ||
	       cp == 0xFEFF || (cp >= 0xFFF9 && cp <= 0xFFFB) ||
	       (cp >= 0xE0000 && cp <= 0xE0FFF);
}

/* Every blank that is not an ASCII space: no-break, en, em, thin, ideographic. */
static inline bool pw_is_wide_blank(uint32_t cp)
{
	return cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
	       cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

#endif
