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

/* 2026-11-22T09:00:00Z */
#define NOW_MS 1795338000000LL

static pw_day day(const char *iso)
{
	pw_day value = PW_DAY_NONE;

	if (iso)
		assert_true(pw_day_from_iso(iso, &value));
	return value;
}

struct sample {
	const char *name;
	enum pw_alert_kind kind;
	enum pw_timing timing;
	enum pw_severity severity;
	const char *customer, *vendor, *product, *number, *end, *value, *currency;
	enum pw_status status;
	enum pw_how how;
	const char *evidence;
	const char *rival_name, *email, *person, *date, *subject, *text;
	const char *forwarder, *forwarder_name, *authentication;
	unsigned claims;
	const char *claim, *claim_quote, *stated, *stated_quote;
	const char *deadline, *notice;
};

static const struct sample samples[] = {
	{ "processing",
	  PW_ALERT_NEW,
	  PW_TIMING_PROCESSING,
	  PW_SEVERITY_URGENT,
	  "Northgate Mills",
	  "Cisco",
	  "SmartNet 8x5xNBD",
	  "204998811",
	  "2026-12-01",
	  "9420.00",
	  "USD",
	  PW_STATUS_QUOTED,
	  PW_HOW_IDENTIFIER,
	  "2049 98811",
	  "CDW",
	  "sam.okoro@cdw.com",
	  "Sam Okoro",
	  "2026-11-20",
	  "Your SmartNet",
	  "Hi Ana,\n\nyour SmartNet 2049 98811 is due. Sign here: "
	  "https://sign.example/por?id=1",
	  "ana@northgatemills.example",
	  "Ana Roth",
	  "pass",
	  PW_CLAIM_PARTNER_CHANGE,
	  "partner_change_request",
	  "Please sign the attached partner of record form.",
	  NULL,
	  NULL,
	  "Cisco hands a contract over once the customer has signed.",
	  NULL },
	{ "in-window-long-names",
	  PW_ALERT_NEW,
	  PW_TIMING_IN_WINDOW,
	  PW_SEVERITY_HIGH,
	  "The Greater Anglia and Fenland Regional Hospitals Foundation Trust",
	  "Palo Alto Networks",
	  "PA-3220 HA pair, premium support",
	  "016299900112",
	  "2027-01-15",
	  "119300.50",
	  "GBP",
	  PW_STATUS_ACTIVE,
	  PW_HOW_RECIPIENT,
	  "it@fenlandtrust.example",
	  "Softcat",
	  "j.lamb@softcat.com",
	  "Jo Lamb",
	  "2026-11-18",
	  "PAN support",
	  "Shall I price it?",
	  "it@fenlandtrust.example",
	  NULL,
	  NULL,
	  0,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "false-expiry",
	  PW_ALERT_NEW,
	  PW_TIMING_PREMATURE,
	  PW_SEVERITY_NORMAL,
	  "Vega Optik GmbH",
	  "Trend Micro",
	  "Worry-Free",
	  NULL,
	  "2027-09-30",
	  "8950",
	  "EUR",
	  PW_STATUS_ACTIVE,
	  PW_HOW_FORWARDER,
	  "einkauf@vegaoptik.example",
	  "Bechtle",
	  "m.kern@bechtle.com",
	  "Mia Kern",
	  "2026-11-19",
	  "Ihre Lizenzen laufen ab",
	  "Ihre Lizenzen laufen am 30.11.2026 ab.",
	  "einkauf@vegaoptik.example",
	  "Einkauf",
	  "pass",
	  PW_CLAIM_FALSE_EXPIRY,
	  NULL,
	  NULL,
	  "2026-11-30",
	  "Ihre Lizenzen laufen am 30.11.2026 ab.",
	  NULL,
	  NULL },
	{ "japanese",
	  PW_ALERT_NEW,
	  PW_TIMING_IN_WINDOW,
	  PW_SEVERITY_HIGH,
	  "青葉精工株式会社",
	  "Trend Micro",
	  "ウイルスバスター",
	  "TM-1",
	  "2026-12-20",
	  "2430000",
	  "JPY",
	  PW_STATUS_ACTIVE,
	  PW_HOW_IDENTIFIER,
	  "ＴＭ－１",
	  "SoftwareOne",
	  "a.sato@softwareone.com",
	  "佐藤 葵",
	  "2026-11-10",
	  "保守契約更新のご案内",
	  "保守契約の更新を弊社にて承ります。",
	  "tanaka@aobaseiko.example",
	  "田中 太郎",
	  "pass",
	  PW_CLAIM_VENDOR_SHARED,
	  "vendor_shared_contact",
	  "メーカー様よりご紹介いただきました。",
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "arabic",
	  PW_ALERT_NEW,
	  PW_TIMING_LAPSED,
	  PW_SEVERITY_HIGH,
	  "Dhow Trading LLC",
	  "Fortinet",
	  "FortiGate 100F",
	  "FG100",
	  "2026-11-01",
	  NULL,
	  NULL,
	  PW_STATUS_ACTIVE,
	  PW_HOW_IDENTIFIER,
	  "FG100",
	  NULL,
	  "sales@gulfnet.example",
	  "أحمد منصور",
	  "2026-11-15",
	  "تجديد الدعم",
	  "نود تجديد الدعم الخاص بكم.",
	  "it@dhow.example",
	  "خالد",
	  "fail",
	  0,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "renewed",
	  PW_ALERT_NEW,
	  PW_TIMING_RENEWED,
	  PW_SEVERITY_NORMAL,
	  "Alma Foods",
	  "Sophos",
	  "Intercept X",
	  "L001",
	  "2026-11-30",
	  "18700",
	  "USD",
	  PW_STATUS_RENEWED,
	  PW_HOW_IDENTIFIER,
	  "L001",
	  "SHI",
	  "r.page@shi.com",
	  "R. Page",
	  "2026-11-01",
	  "Sophos renewal",
	  "Renew with SHI?",
	  NULL,
	  NULL,
	  NULL,
	  0,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "update",
	  PW_ALERT_UPDATE,
	  PW_TIMING_IN_WINDOW,
	  PW_SEVERITY_HIGH,
	  "Alma Foods",
	  "Sophos",
	  "Intercept X",
	  "L001",
	  "2026-12-30",
	  "18700",
	  "USD",
	  PW_STATUS_ACTIVE,
	  PW_HOW_IDENTIFIER,
	  "L001",
	  "SHI",
	  "r.page@shi.com",
	  "R. Page",
	  "2026-11-21",
	  "RE: Sophos renewal",
	  "Any news?",
	  "cfo@almafoods.example",
	  "Cleo Fox",
	  "pass",
	  0,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "review",
	  PW_ALERT_REVIEW,
	  PW_TIMING_NONE,
	  PW_SEVERITY_LOW,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  PW_STATUS_ACTIVE,
	  PW_HOW_RECIPIENT,
	  NULL,
	  "Insight Enterprises",
	  "k.hall@insight.com",
	  "Kim Hall",
	  "2026-11-12",
	  "your renewals",
	  "Who do you renew with?",
	  "bo@unknownco.example",
	  "Bo",
	  "pass",
	  0,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "notice",
	  PW_ALERT_NOTICE,
	  PW_TIMING_IN_WINDOW,
	  PW_SEVERITY_URGENT,
	  "Alma Foods",
	  "Sophos",
	  "Intercept X",
	  "L001",
	  "2026-12-30",
	  "18700",
	  "USD",
	  PW_STATUS_ACTIVE,
	  PW_HOW_IDENTIFIER,
	  "L001",
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  "noreply@sophos.com",
	  "Sophos Partner Care",
	  "pass",
	  0,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  "The vendor moves it after five working days of silence.",
	  "The vendor asks you to release a contract" },
	{ "hostile",
	  PW_ALERT_NEW,
	  PW_TIMING_IN_WINDOW,
	  PW_SEVERITY_HIGH,
	  "Evil\r\nBcc: all@x.example",
	  "<script>alert(1)</script>",
	  "a\"b",
	  "1\r\n2",
	  "2026-12-30",
	  "1e9\r\nX: y",
	  "USD",
	  PW_STATUS_ACTIVE,
	  PW_HOW_IDENTIFIER,
	  "<b>",
	  "R\xE2\x80\xAEival\033[31m",
	  "x@evil.example",
	  "\xFF\xFE<img src=x>",
	  "2026-11-12",
	  "a\r\nSubject: b",
	  "javascript:alert(1) www.evil.example/a http://evil.example <a "
	  "href=\"https://e.example\">x</a>\n.\nQUIT",
	  "f@x.example",
	  "=?utf-8?q?fake?=",
	  "fail",
	  0,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
};

struct built {
	struct pw_finding finding;
	struct pw_judgement judgement;
	struct pw_candidate candidate;
	const struct pw_candidate *matched[1];
	struct pw_claim_hit claim;
	struct pw_stated_date stated;
	struct pw_vendor vendor;
	struct pw_alert_input input;
};

static void build_finding(struct built *b, const struct sample *s)
{
	struct pw_finding *f = &b->finding;

	f->is_solicitation = s->kind != PW_ALERT_NOTICE;
	f->solicitor.rival_name = s->rival_name;
	f->solicitor.email = s->email;
	f->solicitor.name = s->person;
	f->solicitor.subject = s->subject;
	f->solicitor.date.day = day(s->date);
	f->text = s->text;
	f->forwarder = s->forwarder;
	f->forwarder_name = s->forwarder_name;
	f->authentication = s->authentication;
	f->subject = "outer subject";
	f->notice = s->notice;
	if (s->claim) {
		b->claim = (struct pw_claim_hit){ s->claim, s->claim_quote, "rule", 0 };
		f->claims = &b->claim;
		f->n_claims = 1;
	}
	if (s->stated) {
		b->stated.date.day = day(s->stated);
		b->stated.quote = s->stated_quote;
		f->stated = &b->stated;
		f->n_stated = 1;
	}
}

static void build(struct built *b, const struct sample *s)
{
	memset(b, 0, sizeof *b);
	build_finding(b, s);
	b->candidate.contract = (struct pw_contract){
		.contract_id = "NG-1",
		.customer = s->customer,
		.vendor = s->vendor,
		.product = s->product,
		.number = s->number,
		.end = day(s->end),
		.start = PW_DAY_NONE,
		.annual_value = s->value,
		.currency = s->currency,
		.status = s->status,
	};
	b->candidate.how = s->how;
	b->candidate.evidence = s->evidence;
	b->matched[0] = &b->candidate;
	b->judgement.timing = s->timing;
	b->judgement.window_days = 90;
	b->judgement.severity = s->severity;
	b->judgement.customer = s->customer;
	b->judgement.vendor = s->vendor;
	b->judgement.claims = s->claims;
	b->judgement.stated_expiry = day(s->stated);
	if (s->end) {
		b->judgement.matched = b->matched;
		b->judgement.n_matched = 1;
		b->judgement.soonest = &b->candidate;
	}
	b->vendor = (struct pw_vendor){ .deadline = s->deadline, .window_days = -1 };
	b->input = (struct pw_alert_input){ .finding = &b->finding,
					    .judgement = &b->judgement,
					    .vendor = &b->vendor,
					    .case_id = 7,
					    .mailbox = "watch@reseller.example",
					    .received_ms = NOW_MS };
}

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

/* Every header that the composed mails may have; anything else was injected. */
static const char *const known_headers[] = {
	"From",
	"To",
	"Cc",
	"Subject",
	"Date",
	"Message-Id",
	"In-Reply-To",
	"References",
	"MIME-Version",
	"Auto-Submitted",
	"X-Auto-Response-Suppress",
	"Content-Type",
	"Content-Transfer-Encoding",
};

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
		bool is_known = false;
		size_t k;

		for (k = 0; k < PW_ARRAY_LEN(known_headers); k++)
			is_known = is_known || pw_strieq(known_headers[k], name);
		if (!is_known)
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
	static const char *const bad[] = { "",      "a",     "@b",
					   "a@",    "a b@c", "a@b\r\nBcc: x@y",
					   "<a@b>", "a@b@c" };
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
		cmocka_unit_test(money_is_grouped_and_odd_values_are_left_alone),
		cmocka_unit_test(the_digest_groups_by_time_left_and_puts_solicited_first),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
