/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/parser_fixture.h"

#include <gmime/gmime.h>
#include <iconv.h>

#include "agent/base/buf.h"
#include "parsers/limits.h"
#include "parsers/mime.h"
#include "parsers/transfer.h"

/* The tree in one line: "multipart/mixed(text/plain message/rfc822(...))". */
static void describe(const struct pw_mime *mime, int id, char *out, size_t size)
{
	const struct pw_part *part = &mime->parts[id];
	int child = part->first_child;

	strncat(out, part->type.value, size - strlen(out) - 1);
	if (child < 0)
		return;
	strncat(out, "(", size - strlen(out) - 1);
	for (; child >= 0; child = mime->parts[child].next) {
		describe(mime, child, out, size);
		if (mime->parts[child].next >= 0)
			strncat(out, " ", size - strlen(out) - 1);
	}
	strncat(out, ")", size - strlen(out) - 1);
}

#define HEAD  "From: a@x.example\nSubject: s\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\n\n"

static const struct {
	const char *name, *raw, *want;
} divided[] = {
	{ "plain", HEAD "\nx", "text/plain" },
	{ "multipart",
	  MIXED "pre\n--b\n\nx\n--b\nContent-Type: text/html\n\ny\n--b--\nepi",
	  "multipart/mixed(text/plain text/html)" },
	{ "crlf",
	  "Content-Type: multipart/mixed; "
	  "boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
	  "multipart/mixed(text/plain)" },
	{ "bare cr", "Content-Type: multipart/mixed; boundary=b\r\r--b\r\rx\r--b--\r",
	  "multipart/mixed(text/plain)" },
	{ "no end", MIXED "--b\n\nx\n--b\n\ny",
	  "multipart/mixed(text/plain text/plain)" },
	{ "similar boundaries",
	  MIXED "--b\nContent-Type: multipart/mixed; "
		"boundary=bb\n\n--bb\n\nx\n--bb--\n--b\n\ny\n--b--",
	  "multipart/mixed(multipart/mixed(text/plain) text/plain)" },
	{ "inner one never closed",
	  MIXED "--b\nContent-Type: multipart/mixed; "
		"boundary=c\n\n--c\n\nx\n--b\n\ny\n--b--",
	  "multipart/mixed(multipart/mixed(text/plain) text/plain)" },
	{ "head cut off by a boundary",
	  MIXED "--b\nContent-Type: text/html\n--b\n\ny\n--b--",
	  "multipart/mixed(text/html text/plain)" },
	{ "boundary not named",
	  HEAD "Content-Type: multipart/mixed\n\n--q\nContent-Type: "
	       "text/html\n\nx\n--q--",
	  "multipart/mixed(text/html)" },
	{ "boundary never starts", MIXED "hello", "text/plain" },
	{ "boundary misnamed", MIXED "--q\nContent-Type: text/html\n\nx\n--q--",
	  "multipart/mixed(text/html)" },
	{ "attached mail",
	  MIXED "--b\nContent-Type: message/rfc822\n\n" HEAD "\nx\n--b--",
	  "multipart/mixed(message/rfc822(text/plain))" },
	{ "attached mail behind an empty line",
	  MIXED "--b\nContent-Type: message/rfc822\n\n\n" HEAD "\nx\n--b--",
	  "multipart/mixed(message/rfc822(text/plain))" },
	{ "attached mail in base64",
	  MIXED "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: "
		"base64\n\n"
		"RnJvbTogYUB4LmV4YW1wbGUKQ29udGVudC1UeXBlOiB0ZXh0L2h0bWwKCng=\n--b--",
	  "multipart/mixed(message/rfc822(text/html))" },
	{ "attached mail in base64 nobody declared",
	  MIXED "--b\nContent-Type: message/rfc822\n\n"
		"RnJvbTogYUB4LmV4YW1wbGUKQ29udGVudC1UeXBlOiB0ZXh0L2h0bWwKCng=\n--b--",
	  "multipart/mixed(message/rfc822(text/html))" },
	{ "attached mail declared base64 and not so",
	  MIXED "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: "
		"base64\n\n" HEAD "\nx\n--b--",
	  "multipart/mixed(message/rfc822(text/plain))" },
	{ "attached mail in quoted-printable",
	  MIXED "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: "
		"quoted-printable\n\n"
		"From: a=40x.example\nContent-Type: text=2Fhtml\n\nx\n--b--",
	  "multipart/mixed(message/rfc822(text/html))" },
	{ "eml as octet-stream",
	  MIXED "--b\nContent-Type: application/octet-stream; name=\"a.EML\"\n\n" HEAD
		"\nx\n--b--",
	  "multipart/mixed(application/octet-stream(text/plain))" },
	{ "a mail without a name as octet-stream",
	  MIXED "--b\nContent-Type: application/octet-stream\n\n" HEAD "\nx\n--b--",
	  "multipart/mixed(application/octet-stream(text/plain))" },
	{ "octet-stream that is none",
	  MIXED "--b\nContent-Type: application/octet-stream\n\nhello: x\n--b--",
	  "multipart/mixed(application/octet-stream)" },
	{ "digest",
	  HEAD "Content-Type: multipart/digest; boundary=b\n\n--b\n\n" HEAD "\nx\n--b--",
	  "multipart/digest(message/rfc822(text/plain))" },
	{ "multipart in base64",
	  HEAD "Content-Type: multipart/mixed; "
	       "boundary=b\nContent-Transfer-Encoding: base64\n\n"
	       "LS1iCkNvbnRlbnQtVHlwZTogdGV4dC9odG1sCgp4Ci0tYi0t",
	  "multipart/mixed(text/html)" },
	{ "first fragment",
	  HEAD "Content-Type: message/partial; number=1; id=x\n\n" HEAD "\nx",
	  "message/partial(text/plain)" },
	{ "mbox line in front",
	  "From a@x Mon Nov  2 2026\n" HEAD "Content-Type: text/html\n\nx", "text/html" },
	{ "bom in front", "\xEF\xBB\xBF" HEAD "Content-Type: text/html\n\nx",
	  "text/html" },
	{ "wrapped without indentation",
	  "Subject: a\nwrapped line\nContent-Type: text/html\n\nx", "text/html" },
	{ "two types", "Content-Type: html\nContent-Type: text/html\n\nx", "text/html" },
	{ "two types, one of them readable",
	  "Content-Type: image/png\nContent-Type: text/html\n\nx", "text/html" },
	{ "two readable types", "Content-Type: text/html\nContent-Type: text/plain\n\nx",
	  "text/html" },
	{ "type without subtype", "Content-Type: html\n\nx", "text/html" },
	{ "only a body", "hello there\nhow are you", "text/plain" },
	{ "nothing", "", "text/plain" },
};

static void parts_are_found_where_senders_put_them(void **state)
{
	char got[512];
	struct pw_bytes copy;
	struct pw_mime mime;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(divided); i++) {
		copy = exact_copy(divided[i].raw, strlen(divided[i].raw));
		mime = pw_mime_parse(*state, copy);
		got[0] = '\0';
		describe(&mime, 0, got, sizeof got);
		string_is(divided[i].name, got, divided[i].want);
		copy_done(&copy);
	}
}

static void a_body_without_a_blank_line_before_it_is_kept(void **state)
{
	struct pw_bytes copy = EXACT("Subject: s\nThis is the body\nand more");
	struct pw_mime mime = pw_mime_parse(*state, copy);

	assert_int_equal(mime.parts[0].n_fields, 1);
	assert_memory_equal(mime.parts[0].body.data, "This is", 7);
	copy_done(&copy);
}

static void over_a_cap_the_rest_is_text(void **state)
{
	struct pw_buf raw PW_CLEANUP(pw_buf_done);
	struct pw_mime mime;
	int i;

	pw_buf_init(&raw, (size_t)16 << 20);
	pw_buf_adds(&raw, MIXED);
	for (i = 0; i < PW_MAX_PARTS + 100; i++)
		pw_buf_addf(&raw, "--b\n\npart %d\n", i);
	mime = pw_mime_parse(*state, (struct pw_bytes){ raw.data, raw.len });
	assert_true(mime.capped & PW_CAPPED_PARTS);
	assert_true(mime.n <= PW_MAX_PARTS + 1);
	assert_non_null(memmem(mime.parts[mime.n - 1].body.data,
			       mime.parts[mime.n - 1].body.len, "part 5099", 9));
}

static void nesting_a_hundred_thousand_deep_is_survived(void **state)
{
	struct pw_buf raw PW_CLEANUP(pw_buf_done);
	struct pw_mime mime;
	int i;

	pw_buf_init(&raw, (size_t)32 << 20);
	for (i = 0; i < 100000; i++)
		pw_buf_addf(&raw,
			    "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i,
			    i);
	pw_buf_adds(&raw, "\nfound\n");
	mime = pw_mime_parse(*state, (struct pw_bytes){ raw.data, raw.len });
	assert_true(mime.capped & PW_CAPPED_DEPTH);
	assert_non_null(memmem(mime.parts[mime.n - 1].body.data,
			       mime.parts[mime.n - 1].body.len, "found", 5));
}

/* GMime calls this one; the real one opens files, which ends an inspector. */
static unsigned n_conversions;

__attribute__((visibility("default"))) iconv_t iconv_open(const char *to,
							  const char *from)
{
	(void)to;
	(void)from;
	n_conversions++;
	return (iconv_t)-1;
}

static void gmime_converts_nothing(void **state)
{
#define WORDS                                                                            \
	"=?gb18030?B?zfXQocP3?= \xE4 <a@x.example>\n"                                    \
	"Subject: \xE4 =?iso-2022-jp?B?GyRCOzNFRBsoQg==?=\n"                             \
	"Date: Mon, 2 Nov 2026 09:00:00 +0100\n"                                         \
	"Content-Description: =?koi8-r?Q?=C1?=\n"                                        \
	"Content-Disposition: attachment; filename*=gb18030''%CD%F5.txt\n"
	static const char *const mails[] = {
		"From: " WORDS "\nx",
		"From: " WORDS "Content-Type: text/plain; name*=big5''%A4; "
		"charset=\xE4\n\nx",
		MIXED "--b\nContent-Type: message/rfc822\n\nTo: " WORDS "\nx\n--b--",
		MIXED "--b\nContent-Type: message/rfc822\n\n"
		      "Content-Type: message/rfc822\n\nTo: " WORDS "\nx\n--b--",
		HEAD "Content-Type: multipart/digest; boundary=b\n\n--b\n\nTo: " WORDS
		     "\nx\n--b--",
		HEAD "Content-Type: message/rfc822\nno field, no empty line: \xE4\n"
		     "To: " WORDS "\nx",
		"no field \xE4\nTo: " WORDS "\nx",
	};
	struct pw_bytes copy;
	struct pw_mime mime;
	size_t i;

	assert_true(g_mime_iconv_open("utf-8", "big5") == (iconv_t)-1);
	assert_int_equal(n_conversions, 1); /* it does call ours */
	n_conversions = 0;
	for (i = 0; i < PW_ARRAY_LEN(mails); i++) {
		copy = exact_copy(mails[i], strlen(mails[i]));
		mime = pw_mime_parse(*state, copy);
		assert_true(mime.n > 0);
		if (n_conversions)
			fail_msg("mail %zu was converted", i);
		copy_done(&copy);
	}
}

/* The bytes of a mail's only leaf. */
static void bodies_keep_every_byte(void **state)
{
	static const struct {
		const char *name, *raw, *want;
	} cases[] = {
		{ "crlf", "Subject: s\r\n\r\nx\r\n", "x\r\n" },
		{ "no blank line", "Subject: s\nbody\n", "body\n" },
		{ "no blank line, crlf", "Subject: s\r\nbody\r\n", "body\r\n" },
		{ "no blank line, one byte", "Subject: s\nb", "b" },
		{ "no head", "body", "body" },
		{ "a head that ends the input", "Subject: s", "" },
		{ "an empty line with a cr too many", "Subject: s\r\n\r\r\nx",
		  "\r\r\nx" },
		{ "part without a head", MIXED "--b\nbody\n--b--", "body" },
		{ "part without a head, crlf", MIXED "--b\r\nbody\r\n--b--\r\n", "body" },
		{ "delimiter in other line ends", MIXED "--b\n\nbody\n--b--\r\n",
		  "body" },
		{ "boundary that is not ascii",
		  "Content-Type: multipart/mixed; boundary=\"\xE4?*\"\n\n--\xE4?*\n\n"
		  "body\n--\xE4?*--\n",
		  "body" },
		{ "no boundary", HEAD "Content-Type: multipart/mixed\r\n\r\na\r\nb\r\n",
		  "a\r\nb\r\n" },
	};
	const struct pw_part *part;
	struct pw_bytes copy;
	struct pw_mime mime;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		copy = exact_copy(cases[i].raw, strlen(cases[i].raw));
		mime = pw_mime_parse(*state, copy);
		part = &mime.parts[mime.n - 1];
		string_is(cases[i].name,
			  pw_arena_strndup(*state, part->body.data, part->body.len),
			  cases[i].want);
		copy_done(&copy);
	}
}

static void text_in_clear_that_is_called_base64_is_not_decoded(void **state)
{
	static const struct {
		const char *name, *raw, *want;
	} cases[] = {
		{ "words", "Your support ends soon and we can quote it.",
		  "Your support ends soon and we can quote it." },
		{ "code", "WW91ciBz\r\ndXBwb3J0\r\n", "Your support" },
		{ "code with blanks", " WW91ciBz dXBw b3J0\n", "Your support" },
	};
	struct pw_bytes copy, text;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		copy = exact_copy(cases[i].raw, strlen(cases[i].raw));
		text = pw_transfer_decode(*state, PW_ENCODING_BASE64, copy);
		string_is(cases[i].name, pw_arena_strndup(*state, text.data, text.len),
			  cases[i].want);
		copy_done(&copy);
	}
}

static void what_is_read_too_often_is_text(void **state)
{
	struct pw_buf raw PW_CLEANUP(pw_buf_done);
	struct pw_mime mime;
	int i;

	/* Multiparts in each other, none of which names its boundary: each
	   costs a reading of all that is in it. */
	pw_buf_init(&raw, (size_t)16 << 20);
	for (i = 0; i < 2000; i++)
		pw_buf_addf(&raw, "--b%d\nContent-Type: multipart/mixed\n\n", i);
	pw_buf_adds(&raw, "found\n");
	mime = pw_mime_parse(*state, (struct pw_bytes){ raw.data, raw.len });
	assert_true(mime.capped & PW_CAPPED_DEPTH);
	assert_true(mime.n < 2000);
	assert_non_null(memmem(mime.parts[mime.n - 1].body.data,
			       mime.parts[mime.n - 1].body.len, "found", 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		arena_test(parts_are_found_where_senders_put_them),
		arena_test(a_body_without_a_blank_line_before_it_is_kept),
		arena_test(over_a_cap_the_rest_is_text),
		arena_test(nesting_a_hundred_thousand_deep_is_survived),
		arena_test(gmime_converts_nothing),
		arena_test(bodies_keep_every_byte),
		arena_test(text_in_clear_that_is_called_base64_is_not_decoded),
		arena_test(what_is_read_too_often_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
