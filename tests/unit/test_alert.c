/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_alert.c - the mails we send, as text against golden files and as MIME.
 *
 * Golden files lie in tests/golden/alerts; PW_UPDATE_GOLDEN=1 writes them
 * anew (read the difference before you commit it).  PW_ALERT_HTML=DIR writes
 * the HTML alternatives there, to look at in a browser.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gmime/gmime.h>

#include "agent/alert/alert.h"
#include "agent/alert/compose.h"
#include "agent/base/str.h"
#include "tests/unit/alert_headers.h"
#include "tests/unit/alert_samples.h"

static size_t chars_of(const char *text)
{
	size_t len = strlen(text), at, n = 0;
	uint32_t cp;

	for (at = 0; at < len; n++)
		at += pw_utf8_next(text + at, len - at, &cp);
	return n;
}

static void check_golden(const char *name, const struct pw_buf *got)
{
	char path[512];
	char *want;
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, PW_SOURCE_DIR "/tests/golden/alerts/%s.txt", name);
	if (getenv("PW_UPDATE_GOLDEN")) {
		file = fopen(path, "w");
		assert_non_null(file);
		fwrite(got->data, 1, got->len, file);
		fclose(file);
		return;
	}
	file = fopen(path, "r");
	if (!file)
		fail_msg("no golden file %s", path);
	want = pw_alloc(1, 1 << 16);
	len = fread(want, 1, (1 << 16) - 1, file);
	want[len] = '\0';
	fclose(file);
	if (strcmp(want, got->data) != 0)
		fail_msg("%s differs; got:\n%s", path, got->data);
	free(want);
}

static void dump_html(const char *name, const struct pw_doc *doc, const char *subject)
{
	const char *folder = getenv("PW_ALERT_HTML");
	struct pw_buf html;
	char path[512];
	FILE *file;

	if (!folder)
		return;
	pw_buf_init(&html, (size_t)4 << 20);
	pw_doc_to_html(doc, subject, &html);
	snprintf(path, sizeof path, "%s/%s.html", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fwrite(html.data, 1, html.len, file);
	fclose(file);
	pw_buf_done(&html);
}

static void every_kind_of_alert_says_what_its_golden_file_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(samples); i++) {
		PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
		struct pw_buf subject, text;
		struct built b;

		pw_buf_init(&subject, 4096);
		pw_buf_init(&text, (size_t)1 << 20);
		build(&b, &samples[i]);
		pw_alert_write(doc, &subject, samples[i].kind, &b.input);
		if (chars_of(subject.data) > PW_SUBJECT_CHARS)
			fail_msg("%s: subject too long: %s", samples[i].name,
				 subject.data);
		pw_buf_addf(&text, "Subject: %s\n\n", subject.data);
		pw_doc_to_text(doc, &text);
		check_golden(samples[i].name, &text);
		dump_html(samples[i].name, doc, subject.data);
		pw_buf_done(&subject);
		pw_buf_done(&text);
	}
}

static void compose(struct pw_buf *out, const struct sample *s, const void *original,
		    size_t len)
{
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	struct pw_addr to = { s->person, "owner@reseller.example" };
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf subject;
	struct built b;

	pw_buf_init(&subject, 4096);
	build(&b, s);
	pw_alert_write(doc, &subject, s->kind, &b.input);
	struct pw_letter letter = {
		.from = { "Poachwatch", "watch@reseller.example" },
		.to = &to,
		.n_to = 1,
		.subject = subject.data,
		.message_id = "pw.1@reseller.example",
		.in_reply_to = "pw.0@reseller.example",
		.references = "a@b.example x\r\nBcc:y@z.example c@d.example",
		.date_ms = NOW_MS,
		.doc = doc,
		.original = original,
		.original_len = len,
	};
	if (pw_letter_compose(out, &letter, &err) < 0)
		fail_msg("%s: %s", s->name, err.msg);
	pw_buf_done(&subject);
}

static GMimeMessage *parse(const struct pw_buf *mail)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail->data, mail->len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

static void the_original_comes_back_byte_for_byte(void **state)
{
	static const char original[] =
		"From: a\r\nFrom b\n\0\xFF bare \r lf\n.\r\n..\r\n\tend without newline";
	GMimeMultipart *mixed;
	GMimeMessage *message;
	GMimeStream *stream;
	GByteArray *bytes;
	struct pw_buf out;

	(void)state;
	pw_buf_init(&out, (size_t)8 << 20);
	compose(&out, &samples[0], original, sizeof original - 1);
	message = parse(&out);
	mixed = GMIME_MULTIPART(g_mime_message_get_mime_part(message));
	assert_int_equal(g_mime_multipart_get_count(mixed), 2);
	stream = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(
		g_mime_part_get_content(GMIME_PART(g_mime_multipart_get_part(mixed, 1))),
		stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	assert_int_equal(bytes->len, sizeof original - 1);
	assert_memory_equal(bytes->data, original, sizeof original - 1);
	assert_string_equal(
		g_mime_part_get_filename(GMIME_PART(g_mime_multipart_get_part(mixed, 1))),
		"original.eml");
	g_object_unref(stream);
	g_object_unref(message);
	pw_buf_done(&out);
}

static void nothing_a_stranger_writes_adds_a_header(void **state)
{
	const struct sample *hostile = &samples[PW_ARRAY_LEN(samples) - 1];
	GMimeHeaderList *headers;
	GMimeMessage *message;
	struct pw_buf out;
	int i, n;

	(void)state;
	pw_buf_init(&out, (size_t)8 << 20);
	compose(&out, hostile, NULL, 0);
	message = parse(&out);
	headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
	n = g_mime_header_list_get_count(headers);
	for (i = 0; i < n; i++) {
		const char *name = g_mime_header_get_name(
			g_mime_header_list_get_header_at(headers, i));

		if (alert_header_index(name, strlen(name)) < 0)
			fail_msg("unexpected header %s", name);
	}
	assert_null(strchr(out.data, 033));
	assert_string_equal(g_mime_object_get_header(GMIME_OBJECT(message), "References"),
			    "<a@b.example> <c@d.example>");
	g_object_unref(message);
	pw_buf_done(&out);
}

static void html_holds_no_markup_and_no_link_of_a_stranger(void **state)
{
	static const char *const forbidden[] = {
		"<script", "<img",     "<b>",  "<a ",         "href=\"",
		"http://", "https://", "www.", "javascript:", "\033"
	};
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	struct pw_buf subject, html;
	struct built b;
	size_t i;

	(void)state;
	pw_buf_init(&subject, 4096);
	pw_buf_init(&html, (size_t)4 << 20);
	build(&b, &samples[PW_ARRAY_LEN(samples) - 1]);
	pw_alert_write(doc, &subject, PW_ALERT_NEW, &b.input);
	pw_doc_to_html(doc, subject.data, &html);
	for (i = 0; i < PW_ARRAY_LEN(forbidden); i++)
		if (strstr(html.data, forbidden[i]))
			fail_msg("the HTML holds '%s'", forbidden[i]);
	assert_null(strchr(subject.data, '\n'));
	pw_buf_done(&subject);
	pw_buf_done(&html);
}

static void all_lines_are_crlf_and_short_enough_for_smtp(void **state)
{
	size_t i, at, start;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(samples); i++) {
		struct pw_buf out;

		pw_buf_init(&out, (size_t)8 << 20);
		compose(&out, &samples[i], "a\nb", 3);
		for (at = start = 0; at < out.len; at++) {
			if (out.data[at] != '\n')
				continue;
			assert_true(at > 0 && out.data[at - 1] == '\r');
			assert_true(at - start < 998);
			start = at + 1;
		}
		for (at = 0; at < out.len; at++)
			assert_true((unsigned char)out.data[at] < 0x80);
		pw_buf_done(&out);
	}
}

static void an_address_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = { "",       "a",     "@b",
					   "a@",     "a b@c", "a@b\r\nBcc: x@y",
					   "<a@b>",  "a@b@c", "a@.b",
					   "a@b..c", "a@b.",  ".a@b",
					   "a.@b",   "a..b@c" };
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(bad); i++) {
		struct pw_addr to = { NULL, bad[i] };
		struct pw_letter letter = { .from = { NULL, "a@b.example" },
					    .to = &to,
					    .n_to = 1,
					    .subject = "s",
					    .message_id = "m@b",
					    .doc = doc };
		struct pw_err err = PW_ERR_INIT;
		struct pw_buf out;

		pw_buf_init(&out, 1 << 20);
		assert_int_equal(pw_letter_compose(&out, &letter, &err), -1);
		assert_int_equal(err.code, PW_EINPUT);
		pw_buf_done(&out);
	}
}

/* Glued to a host name, a link is one all the same. */
static void a_link_behind_a_host_is_made_inert(void **state)
{
	static const char text[] = "see a.example.abhttps://y.example:80 now";
	struct pw_buf out;

	(void)state;
	pw_buf_init(&out, 1000);
	pw_defang_quote(&out, text, strlen(text));
	assert_string_equal(out.data, "see a[.]example[.]abhxxps://y[.]example:80 now");
	pw_buf_done(&out);
}

static void links_are_made_inert(void **state)
{
	static const struct {
		const char *in, *out;
	} table[] = {
		{ "see https://a.b.example/c.d?e=f.g now",
		  "see hxxps://a[.]b[.]example/c[.]d?e=f[.]g now" },
		{ "HTTP://X.example", "hxxp://X[.]example" },
		{ "www.x.example.", "www[.]x[.]example." },
		{ "javascript:alert", "javascript[:]alert" },
		{ "plain. Text 1.5 stays", "plain. Text 1.5 stays" },
		{ "xhttp://y.example", "xhxxp://y[.]example" },
		{ "詳細はhttps://y.example/aへ", "詳細はhxxps://y[.]example/aへ" },
		{ "詳細はwww.y.example", "詳細はwww[.]y[.]example" },
		{ "awww.cute", "awww.cute" },
		{ "ht\xE2\x80\x8Btps://y.example", "hxxps://y[.]example" },
		{ "a\xE2\x80\x8B"
		  "b",
		  "ab" },
		{ "o\u0301\u0323", "o\u0301\u0323" },
		{ "o\u0301\u0301\u0301\u0301\u0301\u0301p",
		  "o\u0301\u0301\u0301\u0301p" },
		{ "line\xE2\x80\xA8"
		  "Bcc: x",
		  "line Bcc: x" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(table); i++) {
		struct pw_buf out;

		pw_buf_init(&out, 1000);
		pw_defang(&out, table[i].in, strlen(table[i].in));
		assert_string_equal(out.data, table[i].out);
		pw_buf_done(&out);
	}
}

static void money_is_grouped_and_odd_values_are_left_alone(void **state)
{
	static const struct {
		const char *value, *currency, *out;
	} table[] = {
		{ "31800.00", "USD", "31,800 USD" },
		{ "119300.50", "GBP", "119,300.50 GBP" },
		{ "999", "EUR", "999 EUR" },
		{ "about 5", NULL, "about 5" },
		{ "", "EUR", "" },
		{ NULL, NULL, "" },
	};
	struct pw_buf out;
	size_t i;

	(void)state;
	pw_buf_init(&out, 100);
	for (i = 0; i < PW_ARRAY_LEN(table); i++) {
		pw_money(&out, table[i].value, table[i].currency);
		assert_string_equal(out.data, table[i].out);
	}
	pw_buf_done(&out);
}

static void the_digest_groups_by_time_left_and_puts_solicited_first(void **state)
{
	struct pw_due_row rows[] = {
		{ .days_left = 80,
		  .is_solicited = true,
		  .rival = "CDW",
		  .is_touched = true,
		  .last_touch = "2026-11-01 quoted" },
		{ .days_left = 12 },
		{ .days_left = 100, .is_touched = true, .last_touch = "2026-10-01 note" },
	};
	struct pw_digest_input input = { .owner = "kay@reseller.example",
					 .value = "3,000 USD",
					 .rows = rows,
					 .n_rows = 3,
					 .n_mails_seen = 31,
					 .n_alerts = 2,
					 .n_reviews = 1,
					 .n_ignored = 28,
					 .since = "2026-11-15" };
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	struct pw_buf subject, text;
	size_t i;

	(void)state;
	input.today = day("2026-11-22");
	for (i = 0; i < 3; i++)
		rows[i].contract = (struct pw_contract){
			.contract_id = "NG-2",
			.customer = "Alma Foods",
			.vendor = "Sophos",
			.product = "XGS",
			.annual_value = "1000",
			.currency = "USD",
			.end = input.today + rows[i].days_left,
		};
	pw_buf_init(&subject, 1000);
	pw_buf_init(&text, 100000);
	pw_digest_write(doc, &subject, &input);
	pw_buf_addf(&text, "Subject: %s\n\n", subject.data);
	pw_doc_to_text(doc, &text);
	check_golden("digest", &text);
	dump_html("digest", doc, subject.data);
	pw_buf_done(&subject);
	pw_buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_alert_says_what_its_golden_file_says),
		cmocka_unit_test(the_original_comes_back_byte_for_byte),
		cmocka_unit_test(nothing_a_stranger_writes_adds_a_header),
		cmocka_unit_test(html_holds_no_markup_and_no_link_of_a_stranger),
		cmocka_unit_test(all_lines_are_crlf_and_short_enough_for_smtp),
		cmocka_unit_test(an_address_that_is_none_is_refused),
		cmocka_unit_test(links_are_made_inert),
		cmocka_unit_test(a_link_behind_a_host_is_made_inert),
		cmocka_unit_test(money_is_grouped_and_odd_values_are_left_alone),
		cmocka_unit_test(the_digest_groups_by_time_left_and_puts_solicited_first),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
