/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/charset.h"

#include <stdint.h>
#include <unicode/uclean.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "agent/base/str.h"
#include "parsers/charset_detect.h"

#define LABEL_MAX 40

/* Labels that mean more than they say: what mail programs put under them is
   the superset in the second column (as in the WHATWG encoding standard). */
static const struct {
	const char *label;
	const char *icu;
} supersets[] = {
	{ "us-ascii", "windows-1252" },
	{ "ascii", "windows-1252" },
	{ "ansi", "windows-1252" },
	{ "iso-8859-1", "windows-1252" },
	{ "iso8859-1", "windows-1252" },
	{ "iso_8859-1", "windows-1252" },
	{ "latin1", "windows-1252" },
	{ "latin-1", "windows-1252" },
	{ "iso-8859-9", "windows-1254" },
	{ "iso-8859-11", "windows-874" },
	{ "tis-620", "windows-874" },
	{ "iso-8859-8-i", "windows-1255" },
	{ "iso-8859-8-e", "windows-1255" },
	{ "gb2312", "gb18030" },
	{ "gb_2312-80", "gb18030" },
	{ "gbk", "gb18030" },
	{ "x-gbk", "gb18030" },
	{ "cp936", "gb18030" },
	{ "euc-cn", "gb18030" },
	{ "euc-kr", "windows-949" },
	{ "ks_c_5601-1987", "windows-949" },
	{ "ksc5601", "windows-949" },
	{ "cp949", "windows-949" },
	{ "shift_jis", "ibm-943_P15A-2003" },
	{ "shift-jis", "ibm-943_P15A-2003" },
	{ "sjis", "ibm-943_P15A-2003" },
	{ "x-sjis", "ibm-943_P15A-2003" },
	{ "cp932", "ibm-943_P15A-2003" },
	{ "windows-31j", "ibm-943_P15A-2003" },
	{ "big5", "Big5-HKSCS" },
	{ "iso-2022-jp", "ISO-2022-JP-2" },
	{ "hz-gb-2312", "HZ" },
};

/* What a label that no converter knows still tells ("eucgb2312_cn", "win1251"). */
static const struct {
	const char *part;
	const char *icu;
} hints[] = {
	{ "2312", "gb18030" },           { "gbk", "gb18030" },
	{ "18030", "gb18030" },          { "936", "gb18030" },
	{ "big5", "Big5-HKSCS" },        { "950", "Big5-HKSCS" },
	{ "2022-jp", "ISO-2022-JP-2" },  { "2022jp", "ISO-2022-JP-2" },
	{ "sjis", "ibm-943_P15A-2003" }, { "932", "ibm-943_P15A-2003" },
	{ "euc-jp", "EUC-JP" },          { "euc_jp", "EUC-JP" },
	{ "949", "windows-949" },        { "euc-kr", "windows-949" },
	{ "euc_kr", "windows-949" },     { "koi8", "KOI8-R" },
	{ "1250", "windows-1250" },      { "1251", "windows-1251" },
	{ "1252", "windows-1252" },      { "1253", "windows-1253" },
	{ "1254", "windows-1254" },      { "1255", "windows-1255" },
	{ "1256", "windows-1256" },      { "1257", "windows-1257" },
	{ "1258", "windows-1258" },      { "874", "windows-874" },
	{ "8859-15", "ISO-8859-15" },    { "8859-2", "ISO-8859-2" },
	{ "8859-5", "ISO-8859-5" },      { "8859-7", "ISO-8859-7" },
	{ "8859-1", "windows-1252" },    { "latin1", "windows-1252" },
	{ "ansi", "windows-1252" },
};

/* Converters that are worth loading before the sandbox closes. */
static const char *const families[] = {
	"UTF-8",       "UTF-16",      "UTF-16LE",     "UTF-16BE",          "UTF-32",
	"UTF-7",       "gb18030",     "Big5-HKSCS",   "ibm-943_P15A-2003", "EUC-JP",
	"windows-949", "windows-874", "ISO-2022-JP",  "ISO-2022-JP-2",     "ISO-2022-KR",
	"HZ",          "KOI8-R",      "windows-1250", "windows-1251",      "windows-1252",
};

void pw_charset_init(void)
{
	UErrorCode status = U_ZERO_ERROR;
	UCharsetDetector *detector;
	size_t i;

	u_init(&status);
	for (i = 0; i < PW_ARRAY_LEN(families); i++) {
		status = U_ZERO_ERROR;
		ucnv_close(ucnv_open(families[i], &status));
	}
	status = U_ZERO_ERROR;
	detector = ucsdet_open(&status);
	if (U_SUCCESS(status))
		ucsdet_close(detector);
}

/* A label as senders write it, reduced to its name: no quotes, no text
   after it, no "charset=" before it. */
static void clean_label(const char *label, char out[LABEL_MAX])
{
	size_t n = 0;

	label += strspn(label, " \t\"'=");
	if (pw_starts_with_i(label, "charset="))
		label += strlen("charset=");
	label += strspn(label, " \t\"'");
	while (n + 1 < LABEL_MAX && label[n] && !strchr(" \t\r\n\"';,()*", label[n])) {
		out[n] = label[n];
		n++;
	}
	out[n] = '\0';
	if (pw_starts_with_i(out, "cp-"))
		memmove(out + 2, out + 3, strlen(out + 3) + 1);
}

static const char *icu_name(const char *label)
{
	UErrorCode status = U_ZERO_ERROR;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(supersets); i++)
		if (pw_strieq(label, supersets[i].label))
			return supersets[i].icu;
	if (ucnv_getAlias(label, 0, &status))
		return label;
	for (i = 0; i < PW_ARRAY_LEN(hints); i++)
		if (strcasestr(label, hints[i].part))
			return hints[i].icu;
	return label;
}

/* Charsets whose bytes look like ASCII and are not. */
static bool is_stateful(const char *label)
{
	return pw_starts_with_i(label, "iso-2022") || pw_starts_with_i(label, "utf-16") ||
	       pw_starts_with_i(label, "utf-32") || pw_starts_with_i(label, "utf16") ||
	       pw_starts_with_i(label, "utf-7") || pw_starts_with_i(label, "utf7") ||
	       pw_starts_with_i(label, "hz") || pw_starts_with_i(label, "csiso2022") ||
	       pw_starts_with_i(label, "ucs-2") || pw_starts_with_i(label, "unicode");
}

/* A text that was converted and kept its old label: text in UTF-16 has zero
   bytes, in its line ends if nowhere else. */
static bool is_ascii_labelled_wide(const char *label, struct pw_bytes in)
{
	size_t i;

	if (strchr(label, '7') || !(pw_starts_with_i(label, "u")))
		return false;
	for (i = 0; i < in.len; i++)
		if (in.data[i] < ' ' && !memchr("\t\n\r\f", in.data[i], 4))
			return false;
	return memchr(in.data, ' ', in.len) != NULL;
}

/* How well bytes fit UTF-8. */
struct utf8_fit {
	size_t good; /* multi-byte characters */
	size_t wide; /* of them, longer than two bytes */
	size_t bad;  /* bytes that are none */
};

static struct utf8_fit utf8_fit(struct pw_bytes in)
{
	struct utf8_fit fit = { 0, 0, 0 };
	size_t at = 0, step;
	uint32_t cp;

	for (; at < in.len; at += step) {
		step = 1;
		if (!(in.data[at] & 0x80))
			continue;
		step = pw_utf8_next(in.data + at, in.len - at, &cp);
		fit.good += step > 1;
		fit.wide += step > 2;
		fit.bad += step == 1;
	}
	return fit;
}

uint32_t pw_cp1252(unsigned char c)
{
	static const uint16_t high[32] = {
		0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
		0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
		0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
		0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
	};

	return c >= 0x80 && c < 0xA0 ? high[c - 0x80] : c;
}

/* UTF-8 with stray bytes: those are what a footer or a signature in the old
   charset leaves behind, so read them as windows-1252. */
static struct pw_bytes mend_utf8(struct pw_arena *arena, struct pw_bytes in, size_t bad)
{
	struct pw_bytes out = { NULL, 0 };
	char *data = pw_arena_alloc(arena, in.len + bad * 2 + 1, 1);
	size_t at = 0, n = 0, step;
	uint32_t cp;

	if (!data)
		return out;
	for (; at < in.len; at += step) {
		step = pw_utf8_next(in.data + at, in.len - at, &cp);
		if (step == 1) {
			n += pw_utf8_put(data + n, pw_cp1252((unsigned char)in.data[at]));
		} else {
			memcpy(data + n, in.data + at, step);
			n += step;
		}
	}
	out.data = data;
	out.len = n;
	return out;
}

/* Convert with ICU.  *ret_bad counts what became U+FFFD.  False: no such
   charset. */
static bool convert(struct pw_arena *arena, const char *name, struct pw_bytes in,
		    struct pw_bytes *ret, size_t *ret_bad)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *from = ucnv_open(name, &status), *to;
	char *out = NULL, *at;
	const char *source = in.data;
	UChar pivot[1024], *pivot_from = pivot, *pivot_to = pivot;
	size_t room = in.len * 4 + 16, i;

	if (U_FAILURE(status))
		return false;
	to = ucnv_open("UTF-8", &status);
	if (U_SUCCESS(status))
		out = malloc(room);
	if (!out) {
		ucnv_close(from);
		ucnv_close(to);
		return false;
	}
	at = out;
	ucnv_convertEx(to, from, &at, out + room, &source, in.data + in.len, pivot,
		       &pivot_from, &pivot_to, pivot + PW_ARRAY_LEN(pivot), true, true,
		       &status);
	ucnv_close(from);
	ucnv_close(to);
	ret->len = (size_t)(at - out);
	ret->data = pw_arena_strndup(arena, out, ret->len);
	free(out);
	*ret_bad = 0;
	if (!ret->data)
		ret->len = 0;
	for (i = 0; i + 2 < ret->len; i++)
		if (memcmp(ret->data + i, "\xEF\xBF\xBD", 3) == 0)
			++*ret_bad;
	return U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR;
}

static bool has_escape(struct pw_bytes in)
{
	const char *escape = in.len ? memchr(in.data, '\x1B', in.len) : NULL;

	return escape && memmem(escape, in.len - (size_t)(escape - in.data), "\x1B$", 2);
}

/* A charset of two-byte characters, some of which are also valid UTF-8. */
static bool is_double_byte(const char *label)
{
	static const char *const starts[] = {
		"gb", "euc-", "big5", "ks_c", "x-gb", "cp9"
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(starts); i++)
		if (pw_starts_with_i(label, starts[i]))
			return true;
	return false;
}

/* Labels that programs print when they know nothing better. */
static bool is_default_label(const char *label)
{
	return pw_strieq(icu_name(label), "windows-1252");
}

/* A default label over bytes of another script. */
static bool from_mislabelled(struct pw_arena *arena, const char *label,
			     struct pw_bytes in, struct pw_bytes *ret)
{
	const char *guess;
	size_t bad;

	if (!is_default_label(label))
		return false;
	guess = pw_charset_detect_beyond_latin(in);
	return guess && convert(arena, guess, in, ret, &bad) && !bad;
}

/* 8-bit bytes that are not UTF-8. */
static struct pw_bytes from_legacy(struct pw_arena *arena, const char *label,
				   struct pw_bytes in, struct utf8_fit fit)
{
	struct pw_bytes out = { NULL, 0 };
	const char *guess;
	size_t bad = 0;

	if (*label && from_mislabelled(arena, label, in, &out))
		return out;
	if (*label && !pw_starts_with_i(label, "utf-8") &&
	    !pw_starts_with_i(label, "utf8") && !pw_strieq(label, "us-ascii")) {
		if (convert(arena, icu_name(label), in, &out, &bad) &&
		    bad * 20 <= fit.good + fit.bad)
			return out;
	}
	if (fit.good > fit.bad)
		return mend_utf8(arena, in, fit.bad);
	guess = pw_charset_detect_beyond_latin(in);
	if (!guess)
		guess = pw_charset_detect(in, label);
	if (guess && convert(arena, guess, in, &out, &bad) && bad * 20 <= fit.bad)
		return out;
	return mend_utf8(arena, in, in.len);
}

/* Cut a byte order mark in UTF-8. */
static struct pw_bytes without_mark(struct pw_bytes in)
{
	if (in.len >= 3 && memcmp(in.data, "\xEF\xBB\xBF", 3) == 0) {
		in.data += 3;
		in.len -= 3;
	}
	return in;
}

struct pw_bytes pw_charset_to_utf8(struct pw_arena *arena, const char *label,
				   struct pw_bytes in)
{
	char name[LABEL_MAX] = "";
	struct pw_bytes out;
	struct utf8_fit fit;
	const char *wide;
	size_t bad;

	if (label)
		clean_label(label, name);
	in = without_mark(in);
	wide = pw_charset_detect_wide(in);
	if (wide && convert(arena, wide, in, &out, &bad) && !bad)
		return without_mark(out);
	if (pw_bytes_is_ascii(in)) {
		if (is_stateful(name) && !is_ascii_labelled_wide(name, in) &&
		    convert(arena, icu_name(name), in, &out, &bad) && !bad)
			return out;
		if (has_escape(in) && convert(arena, "ISO-2022-JP-2", in, &out, &bad) &&
		    !bad)
			return out;
		return in;
	}
	fit = utf8_fit(in);
	if (!fit.bad && (fit.wide || !is_double_byte(name)))
		return in;
	if (!fit.bad && convert(arena, icu_name(name), in, &out, &bad) && !bad)
		return out;
	return fit.bad ? from_legacy(arena, name, in, fit) : in;
}
