/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert_samples.h - cases to write alerts about: findings and judgements as the
 * agent would have them; the last is full of a stranger's tricks.
 */
#ifndef PW_TESTS_ALERT_SAMPLES_H
#define PW_TESTS_ALERT_SAMPLES_H

#include <string.h>

#include "agent/alert/alert.h"
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

#endif
