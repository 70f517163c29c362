/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/parser_fixture.h"

#include "parsers/charset.h"
#include "parsers/header.h"
#include "parsers/limits.h"
#include "parsers/transfer.h"

static const char *decode(struct pw_arena *arena, const char *raw,
			  enum pw_header_form form, const char *charset)
{
	struct pw_bytes copy = exact_copy(raw, strlen(raw));
	const char *text = pw_header_text(arena, copy, form, charset);

	assert_non_null(text);
	copy_done(&copy);
	return text;
}

static void words_are_decoded_as_senders_break_them(void **state)
{
	static const struct {
		const char *name, *raw, *want;
	} cases[] = {
		{ "plain", "Your renewal", "Your renewal" },
		{ "folded", "Your\r\n renewal", "Your renewal" },
		{ "folded with tab and blanks", "Your\r\n\t  renewal", "Your renewal" },
		{ "q", "=?utf-8?Q?caf=C3=A9_x?=", "caf\xC3\xA9 x" },
		{ "b without padding", "=?utf-8?B?Y2Fmw6k?=", "caf\xC3\xA9" },
		{ "character cut in two words",
		  "=?utf-8?Q?caf=C3?=\r\n =?utf-8?Q?=A9?=", "caf\xC3\xA9" },
		{ "base64 cut anywhere",
		  "=?utf-8?B?Y2F?= =?utf-8?B?mw6k?=", "caf\xC3\xA9" },
		{ "base64 cut before the last of four",
		  "=?utf-8?B?Y2F?= =?utf-8?B?m?= =?utf-8?B?w6k=?=", "caf\xC3\xA9" },
		{ "blank between words goes", "=?utf-8?Q?a?= =?us-ascii?Q?b?=", "ab" },
		{ "blank before text stays", "=?utf-8?Q?a?= b", "a b" },
		{ "no blanks around", "x=?utf-8?Q?=C3=A9?=y", "x\xC3\xA9y" },
		{ "blank inside q", "=?utf-8?Q?a b?= c", "a b c" },
		{ "lost its end", "=?utf-8?B?Y2Fmw6k= tail", "caf\xC3\xA9 tail" },
		{ "language tag", "=?utf-8*en?Q?=C3=A9?=", "\xC3\xA9" },
		{ "unknown charset", "=?x-nonsense?Q?abc?=", "abc" },
		{ "wrong charset", "=?iso-8859-1?Q?caf=C3=A9?=", "caf\xC3\xA9" },
		{ "no word", "=?utf-8?X?abc?=", "=?utf-8?X?abc?=" },
		{ "latin-1 means windows-1252",
		  "=?iso-8859-1?Q?=93x=94?=", "\xE2\x80\x9Cx\xE2\x80\x9D" },
		{ "iso-2022-jp",
		  "=?ISO-2022-JP?B?GyRCOTk/NxsoQg==?=", "\xE6\x9B\xB4\xE6\x96\xB0" },
		{ "gb2312 means gb18030",
		  "=?gb2312?B?0PjUvA==?=", "\xE7\xBB\xAD\xE7\xBA\xA6" },
		{ "raw utf-8", "caf\xC3\xA9", "caf\xC3\xA9" },
		{ "raw windows-1252", "caf\xE9 \x96 x", "caf\xC3\xA9 \xE2\x80\x93 x" },
		{ "bidi override goes", "a=?utf-8?Q?=E2=80=AEb?=", "ab" },
		{ "zero width goes", "re\xE2\x80\x8Bnewal", "renewal" },
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++)
		string_is(cases[i].name,
			  decode(*state, cases[i].raw, PW_HEADER_TEXT, NULL),
			  cases[i].want);
}

static void a_comma_in_an_encoded_name_separates_nothing(void **state)
{
	string_is("bare",
		  decode(*state, "=?utf-8?Q?Doe=2C_Jane?= <j@x.example>",
			 PW_HEADER_ADDRESSES, NULL),
		  "\"Doe, Jane\" <j@x.example>");
	string_is("in quotes",
		  decode(*state, "\"=?utf-8?Q?Doe=2C_Jane?=\" <j@x.example>",
			 PW_HEADER_ADDRESSES, NULL),
		  "\"Doe, Jane\" <j@x.example>");
	string_is("quotes encoded too",
		  decode(*state, "=?utf-8?Q?=22Doe=2C_Jane=22?= <j@x.example>",
			 PW_HEADER_ADDRESSES, NULL),
		  "\"Doe, Jane\" <j@x.example>");
}

static void a_nul_does_not_end_a_header(void **state)
{
	struct pw_bytes raw = EXACT("Your\0 renewal");

	string_is("nul", pw_header_text(*state, raw, PW_HEADER_TEXT, NULL),
		  "Your renewal");
	copy_done(&raw);
}

static void a_header_is_cut_at_its_maximum(void **state)
{
	size_t len = PW_MAX_HEADER_BYTES * 2;
	char *raw = malloc(len);
	const char *text;

	assert_non_null(raw);
	memset(raw, 'a', len);
	text = pw_header_text(*state, (struct pw_bytes){ raw, len }, PW_HEADER_TEXT,
			      NULL);
	assert_int_equal(strlen(text), PW_MAX_HEADER_BYTES);
	free(raw);
}

static void parameters_are_read_as_senders_write_them(void **state)
{
	static const struct {
		const char *name, *raw, *param, *want;
	} cases[] = {
		{ "plain", "text/plain; charset=utf-8", "charset", "utf-8" },
		{ "no semicolon", "text/plain charset=utf-8", "charset", "utf-8" },
		{ "upper case", "TEXT/PLAIN; CHARSET=utf-8", "charset", "utf-8" },
		{ "blanks around =", "text/plain; charset = utf-8", "charset", "utf-8" },
		{ "quoted", "a/b; name=\"x; y\"", "name", "x; y" },
		{ "escaped quote", "a/b; name=\"x\\\"y\"", "name", "x\"y" },
		{ "windows path", "a/b; name=\"C:\\tmp\\x\"", "name", "C:\\tmp\\x" },
		{ "no closing quote", "a/b; name=\"x; charset=y", "charset", "y" },
		{ "unquoted blanks", "a/b; name=my file.pdf; c=d", "name",
		  "my file.pdf" },
		{ "encoded word", "a/b; name=\"=?utf-8?Q?=C3=A9.eml?=\"", "name",
		  "\xC3\xA9.eml" },
		{ "extended", "a/b; name*=utf-8'en'%C3%A9.eml", "name", "\xC3\xA9.eml" },
		{ "continued", "a/b; name*0=\"ab\"; name*1=\"cd\"", "name", "abcd" },
		{ "continued out of order", "a/b; name*1=cd; name*0=ab", "name", "abcd" },
		{ "continued and extended",
		  "a/b; name*0*=iso-8859-1''%E9; name*1=\"x\"; name*2*=%E9", "name",
		  "\xC3\xA9x\xC3\xA9" },
		{ "boundary with =", "multipart/mixed; boundary=\"=_x\"", "boundary",
		  "=_x" },
	};
	struct pw_params params;
	struct pw_bytes copy;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		copy = exact_copy(cases[i].raw, strlen(cases[i].raw));
		params = pw_params_parse(*state, copy);
		string_is(cases[i].name, pw_param(&params, cases[i].param),
			  cases[i].want);
		copy_done(&copy);
	}
}

static void charsets_are_what_the_bytes_say(void **state)
{
	static const struct {
		const char *name, *label, *raw, *want;
	} cases[] = {
		{ "ascii", "utf-8", "abc", "abc" },
		{ "utf-8 labelled latin-1", "iso-8859-1", "caf\xC3\xA9", "caf\xC3\xA9" },
		{ "latin-1 labelled utf-8", "utf-8", "caf\xE9 cr\xE8me",
		  "caf\xC3\xA9 cr\xC3\xA8me" },
		{ "latin-1 labelled ascii", "us-ascii", "caf\xE9", "caf\xC3\xA9" },
		{ "no label", NULL, "caf\xE9", "caf\xC3\xA9" },
		{ "label with rubbish", "\"charset=iso-8859-2\"; x", "\xB1", "\xC4\x85" },
		{ "cp-1251", "cp-1251", "\xCF\xF0\xE8", "\xD0\x9F\xD1\x80\xD0\xB8" },
		{ "stray byte in utf-8", "utf-8", "\xC3\xA9\xC3\xA8 \xC3\xA0 \x96 x",
		  "\xC3\xA9\xC3\xA8 \xC3\xA0 \xE2\x80\x93 x" },
		{ "iso-2022-jp without label", NULL, "\x1B$B99?7\x1B(B",
		  "\xE6\x9B\xB4\xE6\x96\xB0" },
		{ "gb2312, two bytes that are utf-8 too", "gb2312", "\xC4\xA3",
		  "\xE6\xA8\xA1" },
		{ "label nobody knows", "eucgb2312_cn", "\xD7\xAA\xB7\xA2",
		  "\xE8\xBD\xAC\xE5\x8F\x91" },
		{ "bom", NULL,
		  "\xEF\xBB\xBF"
		  "abc",
		  "abc" },
		{ "koi8-r", "koi8-r", "\xF0\xD2\xC9", "\xD0\x9F\xD1\x80\xD0\xB8" },
		{ "shift_jis", "shift_jis", "\x8D\x58\x90\x56",
		  "\xE6\x9B\xB4\xE6\x96\xB0" },
		{ "euc-kr", "ks_c_5601-1987", "\xB0\xBB\xBD\xC5",
		  "\xEA\xB0\xB1\xEC\x8B\xA0" },
		{ "ascii labelled utf-16", "utf-16", "Your support ends.\r\n",
		  "Your support ends.\r\n" },
		{ "utf-7 is ascii, too", "unicode-1-1-utf-7", "a +AOk- b",
		  "a \xC3\xA9 b" },
		{ "big5", "big5", "\xC4\xF2\xAD\x71", "\xE7\xBA\x8C\xE8\xA8\x82" },
	};
	struct pw_bytes copy, text;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		copy = exact_copy(cases[i].raw, strlen(cases[i].raw));
		text = pw_charset_to_utf8(*state, cases[i].label, copy);
		string_is(cases[i].name, pw_arena_strndup(*state, text.data, text.len),
			  cases[i].want);
		copy_done(&copy);
	}
}

static void long_text_without_a_label_is_recognised(void **state)
{
	static const char russian[] =
		"\xD3\xE2\xE0\xE6\xE0\xE5\xEC\xFB\xE5 \xEA\xEE\xEB\xEB\xE5\xE3\xE8, "
		"\xF1\xF0\xEE\xEA \xE2\xE0\xF8\xE5\xE3\xEE "
		"\xE4\xEE\xE3\xEE\xE2\xEE\xF0\xE0 "
		"\xE8\xF1\xF2\xE5\xEA\xE0\xE5\xF2";
	struct pw_bytes copy = exact_copy(russian, sizeof russian - 1), text;

	text = pw_charset_to_utf8(*state, "utf-8", copy);
	assert_non_null(memmem(text.data, text.len,
			       "\xD0\xB4\xD0\xBE\xD0\xB3\xD0\xBE\xD0\xB2", 10));
	copy_done(&copy);
}

static void utf16_is_read_with_and_without_a_mark(void **state)
{
	struct pw_bytes marked = EXACT("\xFF\xFEh\0i\0");
	struct pw_bytes bare = EXACT("h\0e\0l\0l\0o\0");
	struct pw_bytes text;

	text = pw_charset_to_utf8(*state, NULL, marked);
	string_is("marked", pw_arena_strndup(*state, text.data, text.len), "hi");
	text = pw_charset_to_utf8(*state, "utf-8", bare);
	string_is("bare", pw_arena_strndup(*state, text.data, text.len), "hello");
	copy_done(&marked);
	copy_done(&bare);
}

static void transfer_encodings_forgive(void **state)
{
	static const struct {
		const char *name, *label, *raw, *want;
	} cases[] = {
		{ "qp", "quoted-printable", "a=3Db", "a=b" },
		{ "soft break", "quoted-printable", "a=\r\nb", "ab" },
		{ "soft break with blanks added", "quoted-printable", "a= \t\r\nb",
		  "ab" },
		{ "soft break, bare lf", "Quoted-Printable", "a=\nb", "ab" },
		{ "lower case digits", "quoted-printable", "=c3=a9", "\xC3\xA9" },
		{ "no code", "quoted-printable", "1=2=ZZ", "1=2=ZZ" },
		{ "cut code", "quoted-printable", "a=4", "a=4" },
		{ "cut at =", "quoted-printable", "a=", "a" },
		{ "base64", "base64", "Y2Fm\r\nw6k=", "caf\xC3\xA9" },
		{ "base64 with rubbish", "BASE64", "Y2!Fm w6k", "caf\xC3\xA9" },
		{ "two base64 texts joined", "base64", "YQ==Yg==", "ab" },
		{ "comment behind", "base64 (8bit)", "YQ==", "a" },
		{ "uuencode", "x-uuencode", "begin 644 x\n#0V%T\n`\nend\n", "Cat" },
		{ "unknown", "8bit", "a=3D", "a=3D" },
	};
	struct pw_bytes copy, out;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		copy = exact_copy(cases[i].raw, strlen(cases[i].raw));
		out = pw_transfer_decode(
			*state, pw_encoding_of(pw_bytes_of(cases[i].label)), copy);
		string_is(cases[i].name, pw_arena_strndup(*state, out.data, out.len),
			  cases[i].want);
		copy_done(&copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		arena_test(words_are_decoded_as_senders_break_them),
		arena_test(a_comma_in_an_encoded_name_separates_nothing),
		arena_test(a_nul_does_not_end_a_header),
		arena_test(a_header_is_cut_at_its_maximum),
		arena_test(parameters_are_read_as_senders_write_them),
		arena_test(charsets_are_what_the_bytes_say),
		arena_test(long_text_without_a_label_is_recognised),
		arena_test(utf16_is_read_with_and_without_a_mark),
		arena_test(transfer_encodings_forgive),
	};

	pw_charset_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
