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

/* Words of letters beyond ASCII alone: languages that Latin-1 was made for
   have at most a few of those in a row.  Rows of one sign are ornaments. */
static bool is_beyond_latin(struct pw_bytes in)
{
	size_t at = 0, start, high = 0, in_words = 0;

	if (in.len > DETECT_MAX)
		in.len = DETECT_MAX;
	while (at < in.len) {
		bool is_mixed = false;

		for (start = at; at < in.len && in.data[at] & 0x80; at++)
			is_mixed |= in.data[at] != in.data[start];
		high += at - start;
		in_words += is_mixed && at - start >= HIGH_WORD_MIN ? at - start : 0;
		at += at == start;
	}
	return in_words >= HIGH_BYTES_MIN && in_words * 2 > high;
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

const char *pw_charset_detect_beyond_latin(struct pw_bytes in)
{
	const char *guess = is_beyond_latin(in) ? pw_charset_detect(in, NULL) : NULL;

	return guess && is_no_latin(guess) ? guess : NULL;
}
