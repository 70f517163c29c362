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
	const char *quote; /* that a rule captured */
};

/* The contract of three of them. */
#define ALMA_FOODS                                                                       \
	.customer = "Alma Foods", .vendor = "Sophos", .product = "Intercept X",          \
	.number = "L001", .value = "18700", .currency = "USD", .how = PW_HOW_IDENTIFIER, \
	.evidence = "L001"

/* What is not said of one is NULL, nothing, PW_ALERT_NEW or PW_STATUS_ACTIVE. */
static const struct sample samples[] = {
	{
		.name = "processing",
		.timing = PW_TIMING_PROCESSING,
		.severity = PW_SEVERITY_URGENT,
		.customer = "Northgate Mills",
		.vendor = "Cisco",
		.product = "SmartNet 8x5xNBD",
		.number = "204998811",
		.end = "2026-12-01",
		.value = "9420.00",
		.currency = "USD",
		.status = PW_STATUS_QUOTED,
		.how = PW_HOW_IDENTIFIER,
		.evidence = "2049 98811",
		.rival_name = "CDW",
		.email = "sam.okoro@cdw.com",
		.person = "Sam Okoro",
		.date = "2026-11-20",
		.subject = "Your SmartNet",
		.text = "Hi Ana,\n\nyour SmartNet 2049 98811 is due. Sign here: "
			"https://sign.example/por?id=1",
		.forwarder = "ana@northgatemills.example",
		.forwarder_name = "Ana Roth",
		.authentication = "pass",
		.claims = PW_CLAIM_PARTNER_CHANGE,
		.claim = "partner_change_request",
		.claim_quote = "Please sign the attached partner of record form.",
		.deadline = "Cisco hands a contract over once the customer has signed.",
		.quote = "Q-20991-B",
	},
	{
		.name = "in-window-long-names",
		.timing = PW_TIMING_IN_WINDOW,
		.severity = PW_SEVERITY_HIGH,
		.customer = "The Greater Anglia and Fenland Regional Hospitals "
			    "Foundation Trust",
		.vendor = "Palo Alto Networks",
		.product = "PA-3220 HA pair, premium support",
		.number = "016299900112",
		.end = "2027-01-15",
		.value = "119300.50",
		.currency = "GBP",
		.how = PW_HOW_RECIPIENT,
		.evidence = "it@fenlandtrust.example",
		.rival_name = "Softcat",
		.email = "j.lamb@softcat.com",
		.person = "Jo Lamb",
		.date = "2026-11-18",
		.subject = "PAN support",
		.text = "Shall I price it?",
		.forwarder = "it@fenlandtrust.example",
	},
	{
		.name = "false-expiry",
		.timing = PW_TIMING_PREMATURE,
		.severity = PW_SEVERITY_NORMAL,
		.customer = "Vega Optik GmbH",
		.vendor = "Trend Micro",
		.product = "Worry-Free",
		.end = "2027-09-30",
		.value = "8950",
		.currency = "EUR",
		.how = PW_HOW_FORWARDER,
		.evidence = "einkauf@vegaoptik.example",
		.rival_name = "Bechtle",
		.email = "m.kern@bechtle.com",
		.person = "Mia Kern",
		.date = "2026-11-19",
		.subject = "Ihre Lizenzen laufen ab",
		.text = "Ihre Lizenzen laufen am 30.11.2026 ab.",
		.forwarder = "einkauf@vegaoptik.example",
		.forwarder_name = "Einkauf",
		.authentication = "pass",
		.claims = PW_CLAIM_FALSE_EXPIRY,
		.stated = "2026-11-30",
		.stated_quote = "Ihre Lizenzen laufen am 30.11.2026 ab.",
	},
	{
		.name = "japanese",
		.timing = PW_TIMING_IN_WINDOW,
		.severity = PW_SEVERITY_HIGH,
		.customer = "青葉精工株式会社",
		.vendor = "Trend Micro",
		.product = "ウイルスバスター",
		.number = "TM-1",
		.end = "2026-12-20",
		.value = "2430000",
		.currency = "JPY",
		.how = PW_HOW_IDENTIFIER,
		.evidence = "ＴＭ－１",
		.rival_name = "SoftwareOne",
		.email = "a.sato@softwareone.com",
		.person = "佐藤 葵",
		.date = "2026-11-10",
		.subject = "保守契約更新のご案内",
		.text = "保守契約の更新を弊社にて承ります。",
		.forwarder = "tanaka@aobaseiko.example",
		.forwarder_name = "田中 太郎",
		.authentication = "pass",
		.claims = PW_CLAIM_VENDOR_SHARED,
		.claim = "vendor_shared_contact",
		.claim_quote = "メーカー様よりご紹介いただきました。",
	},
	{
		.name = "arabic",
		.timing = PW_TIMING_LAPSED,
		.severity = PW_SEVERITY_HIGH,
		.customer = "Dhow Trading LLC",
		.vendor = "Fortinet",
		.product = "FortiGate 100F",
		.number = "FG100",
		.end = "2026-11-01",
		.how = PW_HOW_IDENTIFIER,
		.evidence = "FG100",
		.email = "sales@gulfnet.example",
		.person = "أحمد منصور",
		.date = "2026-11-15",
		.subject = "تجديد الدعم",
		.text = "نود تجديد الدعم الخاص بكم.",
		.forwarder = "it@dhow.example",
		.forwarder_name = "خالد",
		.authentication = "fail",
	},
	{
		.name = "renewed",
		.timing = PW_TIMING_RENEWED,
		.severity = PW_SEVERITY_NORMAL,
		ALMA_FOODS,
		.end = "2026-11-30",
		.status = PW_STATUS_RENEWED,
		.rival_name = "SHI",
		.email = "r.page@shi.com",
		.person = "R. Page",
		.date = "2026-11-01",
		.subject = "Sophos renewal",
		.text = "Renew with SHI?",
	},
	{
		.name = "update",
		.kind = PW_ALERT_UPDATE,
		.timing = PW_TIMING_IN_WINDOW,
		.severity = PW_SEVERITY_HIGH,
		ALMA_FOODS,
		.end = "2026-12-30",
		.rival_name = "SHI",
		.email = "r.page@shi.com",
		.person = "R. Page",
		.date = "2026-11-21",
		.subject = "RE: Sophos renewal",
		.text = "Any news?",
		.forwarder = "cfo@almafoods.example",
		.forwarder_name = "Cleo Fox",
		.authentication = "pass",
	},
	{
		.name = "review",
		.kind = PW_ALERT_REVIEW,
		.timing = PW_TIMING_NONE,
		.severity = PW_SEVERITY_LOW,
		.how = PW_HOW_RECIPIENT,
		.rival_name = "Insight Enterprises",
		.email = "k.hall@insight.com",
		.person = "Kim Hall",
		.date = "2026-11-12",
		.subject = "your renewals",
		.text = "Who do you renew with?",
		.forwarder = "bo@unknownco.example",
		.forwarder_name = "Bo",
		.authentication = "pass",
	},
	{
		.name = "notice",
		.kind = PW_ALERT_NOTICE,
		.timing = PW_TIMING_IN_WINDOW,
		.severity = PW_SEVERITY_URGENT,
		ALMA_FOODS,
		.end = "2026-12-30",
		.forwarder = "noreply@sophos.com",
		.forwarder_name = "Sophos Partner Care",
		.authentication = "pass",
		.deadline = "The vendor moves it after five working days of silence.",
		.notice = "The vendor asks you to release a contract",
	},
	{
		.name = "hostile",
		.timing = PW_TIMING_IN_WINDOW,
		.severity = PW_SEVERITY_HIGH,
		.customer = "Evil\r\nBcc: all@x.example",
		.vendor = "<script>alert(1)</script>",
		.product = "a\"b",
		.number = "1\r\n2",
		.end = "2026-12-30",
		.value = "1e9\r\nX: y",
		.currency = "USD",
		.how = PW_HOW_IDENTIFIER,
		.evidence = "<b>",
		.rival_name = "R\xE2\x80\xAEival\033[31m",
		.email = "x@evil.example",
		.person = "\xFF\xFE<img src=x>",
		.date = "2026-11-12",
		.subject = "a\r\nSubject: b",
		.text = "javascript:alert(1) www.evil.example/a http://evil.example <a "
			"href=\"https://e.example\">x</a>\n.\nQUIT",
		.forwarder = "f@x.example",
		.forwarder_name = "=?utf-8?q?fake?=",
		.authentication = "fail",
		.quote = "1\r\nX: <b>https://q.example\033[2J",
	},
};

struct built {
	struct pw_finding finding;
	struct pw_judgement judgement;
	struct pw_candidate candidate;
	const struct pw_candidate *matched[1];
	struct pw_customer_hit customer;
	struct pw_claim_hit claim;
	struct pw_stated_date stated;
	struct pw_field_hit field;
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
	b->customer = (struct pw_customer_hit){ .customer = s->customer,
						.how = PW_HOW_FORWARDER,
						.is_forwarder = true };
	f->customers = &b->customer;
	f->n_customers = 1;
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
	if (s->quote) {
		b->field = (struct pw_field_hit){ "quote", s->quote, "rule", 0 };
		f->fields = &b->field;
		f->n_fields = 1;
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
