/* SPDX-License-Identifier: Apache-2.0 */
/* charset_detect.c - see charset_detect.h. */
#include "parsers/charset_detect.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "agent/base/str.h"

/* Detection reads no more than this; longer text tells nothing new. */
#define DETECT_MAX 8192

enum {
	HIGH_WORD_MIN = 3,   /* bytes in a row that are no ASCII ... */
	HIGH_BYTES_MIN = 12, /* ... and how many of them tell a script */
	THAI_LOW_SHARE = 6,  /* one letter in six is below 0xC0, at least */
};

const char *pw_charset_detect(struct pw_bytes in, const char *declared)
{
	static const struct {
		const char *seen;
		const char *use;
	} wider[] = {
		{ "ISO-8859-1", "windows-1252" },
		{ "GB18030", "gb18030" },
		{ "Shift_JIS", "ibm-943_P15A-2003" },
		{ "EUC-KR", "windows-949" },
		{ "Big5", "Big5-HKSCS" },
		{ "ISO-8859-7", "windows-1253" },
		{ "ISO-8859-8", "windows-1255" },
		{ "ISO-8859-8-I", "windows-1255" },
	};
	UErrorCode status = U_ZERO_ERROR;
	UCharsetDetector *detector = ucsdet_open(&status);
	const UCharsetMatch *match;
	const char *name = NULL, *found = NULL;
	size_t i;

	if (U_FAILURE(status))
		return NULL;
	if (declared && *declared)
		ucsdet_setDeclaredEncoding(detector, declared, -1, &status);
	ucsdet_setText(detector, in.data,
		       (int32_t)(in.len < DETECT_MAX ? in.len : DETECT_MAX), &status);
	match = ucsdet_detect(detector, &status);
	if (U_SUCCESS(status) && match && ucsdet_getConfidence(match, &status) >= 30)
		found = ucsdet_getName(match, &status);
	/* The detector owns the name: hand out a name that outlives it. */
	for (i = 0; found && i < PW_ARRAY_LEN(wider); i++)
		if (pw_strieq(found, wider[i].seen))
			name = wider[i].use;
	if (found && !name)
		name = ucnv_getStandardName(found, "MIME", &status);
	if (found && !name)
		name = ucnv_getStandardName(found, "IANA", &status);
	ucsdet_close(detector);
	return name;
}

const char *pw_charset_detect_wide(struct pw_bytes in)
{
	size_t i, n = in.len < 200 ? in.len : 200, even = 0, odd = 0;

	if (in.len >= 2 && memcmp(in.data, "\xFF\xFE", 2) == 0)
		return "UTF-16LE";
	if (in.len >= 2 && memcmp(in.data, "\xFE\xFF", 2) == 0)
		return "UTF-16BE";
	for (i = 0; i < n; i++)
		if (!in.data[i])
			++*(i & 1 ? &odd : &even);
	if (n < 4 || even + odd < n / 3)
		return NULL;
	return odd > even * 4 ? "UTF-16LE" : even > odd * 4 ? "UTF-16BE" : NULL;
}

/* What is seen of the words of letters beyond ASCII. */
struct high_words {
	char *text; /* those words alone, with blanks between them */
	size_t len, high, n;
};

/* Rows of one sign are ornaments, and single letters are Latin's. */
static void gather_high_words(struct pw_bytes in, struct high_words *ret)
{
	size_t at = 0, start;

	while (at < in.len) {
		bool is_mixed = false;

		for (start = at; at < in.len && in.data[at] & 0x80; at++)
			is_mixed |= in.data[at] != in.data[start];
		ret->high += at - start;
		if (is_mixed && at - start >= HIGH_WORD_MIN) {
			memcpy(ret->text + ret->len, in.data + start, at - start);
			ret->len += at - start;
			ret->text[ret->len++] = ' ';
			ret->n++;
		}
		at += at == start;
	}
}

/* Thai, which ICU does not detect: its letters only, and many of those below
   the ones that other charsets have. */
static bool is_thai(const struct high_words *words)
{
	size_t i, low = 0;

	for (i = 0; i < words->len; i++) {
		unsigned char c = (unsigned char)words->text[i];

		if (c != ' ' && (c < 0xA1 || (c > 0xDA && c < 0xDF) || c > 0xFB))
			return false;
		low += c != ' ' && c < 0xC0;
	}
	return low * THAI_LOW_SHARE >= words->len;
}

/* Is it one of the charsets whose bytes Latin-1 shows as accented nonsense? */
static bool is_no_latin(const char *charset)
{
	static const char *const latin[] = { "windows-1252", "windows-1250",
					     "windows-1254", "ISO-8859-1",
					     "ISO-8859-2",   "ISO-8859-9" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(latin); i++)
		if (pw_strieq(charset, latin[i]))
			return false;
	return true;
}

/* Of a charset of one byte a letter the words tell more than the whole. */
static const char *of_words(struct pw_bytes in, const struct high_words *words)
{
	const char *guess = pw_charset_detect(in, NULL);

	if (guess && is_no_latin(guess))
		return guess;
	guess = pw_charset_detect((struct pw_bytes){ words->text, words->len }, NULL);
	if (guess && is_no_latin(guess))
		return guess;
	return is_thai(words) ? "windows-874" : NULL;
}

const char *pw_charset_detect_beyond_latin(struct pw_bytes in)
{
	char text[DETECT_MAX * 4 / 3 + 2]; /* a blank for every third byte at most */
	struct high_words words = { .text = text };

	if (in.len > DETECT_MAX)
		in.len = DETECT_MAX;
	gather_high_words(in, &words);
	/* Languages of Latin-1 have at most a few such letters in a row. */
	if (words.len < HIGH_BYTES_MIN || (words.len - words.n) * 2 <= words.high)
		return NULL;
	return of_words(in, &words);
}
