/* SPDX-License-Identifier: Apache-2.0 */
/* key.c - see key.h.  ASCII, the common case, never reaches ICU. */
#include "parsers/key.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include "agent/base/str.h"
#include "parsers/bytes.h"
#include "parsers/lookalike.h"

struct key {
	char *out;
	size_t len;
	unsigned flags;
	bool pending_blank;
	bool full;
};

bool pw_cp_is_invisible(uint32_t cp)
{
	if (cp < 0xAD)
		return false;
	return cp == 0xAD || cp == 0x61C || cp == 0x180E ||
	       (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) ||
	       (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF;
}

bool pw_cp_is_blank(uint32_t cp)
{
	if (cp < 0xA0)
		return cp == ' ' || cp == '\t';
	return u_charType((UChar32)cp) == U_SPACE_SEPARATOR;
}

/* The blank that waits, and room for the longest character and the NUL. */
static bool key_ready(struct key *key)
{
	if (key->len + 6 > PW_KEY_MAX) {
		key->full = true;
		return false;
	}
	if (key->pending_blank && key->len)
		key->out[key->len++] = ' ';
	key->pending_blank = false;
	return true;
}

static void key_put(struct key *key, uint32_t cp)
{
	if (key->flags & PW_KEY_NO_BLANKS &&
	    (cp == '.' || cp == '\'' || cp == 0x2019 || cp == 0x5F3 || cp == 0x5F4 ||
	     cp == 0x970)) /* the full stop of Hindi abbreviations */
		return;
	if (cp == 0x2019) /* typographers' apostrophe */
		cp = '\'';
	if (key_ready(key))
		key->len += pw_utf8_put(key->out + key->len, cp);
}

static void key_add_ascii(struct key *key, char c)
{
	if (c == ' ' || c == '\t' || c == '\n')
		key->pending_blank = !(key->flags & PW_KEY_NO_BLANKS);
	else if (!(key->flags & PW_KEY_NO_BLANKS && (c == '.' || c == '\'')) &&
		 key_ready(key))
		key->out[key->len++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Marks that people leave out: accents, Hebrew points, Arabic vowels, the
   voice marks of kana.  Thai and Indic vowels are marks too, but spell. */
static bool is_accent(uint32_t cp)
{
	return (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x591 && cp <= 0x5C7) ||
	       (cp >= 0x64B && cp <= 0x65F) || cp == 0x670 || cp == 0x3099 ||
	       cp == 0x309A || (cp >= 0xFE00 && cp <= 0xFE0F);
}

static void key_put_folded(struct key *key, uint32_t cp)
{
	int8_t type = u_charType((UChar32)cp);

	if (type == U_FORMAT_CHAR || is_accent(cp))
		return;
	if (pw_cp_is_blank(cp)) {
		key->pending_blank = !(key->flags & PW_KEY_NO_BLANKS);
		return;
	}
	if (cp == 0x131) /* Turkish dotless i: half of the world writes it dotted */
		cp = 'i';
	key_put(key, (uint32_t)u_foldCase((UChar32)cp, U_FOLD_CASE_DEFAULT));
}

static void key_add(struct key *key, uint32_t cp)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfkd;
	UChar units[32];
	int32_t n, i;
	UChar32 part;

	if (cp < 0x80) {
		key_add_ascii(key, (char)cp);
		return;
	}
	if (cp >= 0xAC00 && cp <= 0xD7A3) { /* Hangul syllables stay whole */
		key_put(key, cp);
		return;
	}
	nfkd = unorm2_getNFKDInstance(&status);
	n = U_SUCCESS(status) ? unorm2_getDecomposition(nfkd, (UChar32)cp, units,
							PW_ARRAY_LEN(units), &status)
			      : -1;
	if (n < 0 || U_FAILURE(status)) {
		key_put_folded(key, cp);
		return;
	}
	for (i = 0; i < n;) {
		U16_NEXT(units, i, n, part);
		key_put_folded(key, (uint32_t)part);
	}
}

size_t pw_key(char out[PW_KEY_MAX], const char *text, size_t len, unsigned flags)
{
	struct key key = { .out = out, .flags = flags };
	size_t at = 0, word_end = 0, word_len;
	bool is_ascii = pw_bytes_is_ascii((struct pw_bytes){ text, len });
	bool is_disguise = false;
	uint32_t cp;

	while (at < len && !key.full) {
		if (is_ascii) {
			key_add_ascii(&key, text[at++]);
			continue;
		}
		if (at >= word_end && (pw_is_ascii_word(text[at]) || text[at] & 0x80)) {
			is_disguise = pw_is_disguised(text + at, len - at, &word_len);
			word_end = at + word_len;
		}
		at += pw_utf8_next(text + at, len - at, &cp);
		if (is_disguise && pw_lookalike(cp))
			cp = (uint32_t)pw_lookalike(cp);
		key_add(&key, cp);
	}
	if (key.full)
		key.len = 0;
	out[key.len] = '\0';
	return key.len;
}
