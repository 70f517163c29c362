/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_alert.c - strings of strangers as a finding and as contracts: resolved,
 * judged, composed, and the mail read back.
 *
 * The input is four bytes of choices and then strings with a NUL after each;
 * an empty one is NULL where that is allowed.  The finding goes through JSON,
 * as the agent gets it.
 */
#undef NDEBUG /* a replay shows something in release builds too */
#include <assert.h>
#include <gmime/gmime.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/alert/compose.h"
#include "agent/alert_mail.h"
#include "agent/base/str.h"
#include "tests/unit/alert_headers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOON_MS      INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */
#define NOON_DAY     20779
#define N_CONTRACTS  2
#define HEADER_ID    "pw.fuzz.0@reseller.example"
#define LETTER_BYTES ((size_t)64 << 20)

/* What is taken from the input, in its order. */
struct input {
	char *at, *end;
	unsigned choices;
	struct pw_contract contracts[N_CONTRACTS];
};

/* The next string, NULL for an empty one; bytes that are no UTF-8, which no
   parser and no import lets through, become question marks. */
static const char *take(struct input *in)
{
	char *start = in->at, *c;
	size_t len;

	if (in->at >= in->end)
		return NULL;
	len = strlen(start);
	in->at += len + 1;
	for (c = start; *c;) {
		uint32_t cp;
		size_t step = pw_utf8_next(c, len - (size_t)(c - start), &cp);

		if (!pw_utf8_valid(c, step))
			*c = '?';
		c += step;
	}
	return len ? start : NULL;
}

static const char *take_or(struct input *in, const char *other)
{
	const char *text = take(in);

	return text ? text : other;
}

static unsigned choose(struct input *in, unsigned n)
{
	unsigned choice = in->choices % n;

	in->choices /= n;
	return choice;
}

static void take_contract(struct input *in, struct pw_contract *contract)
{
	contract->contract_id = take_or(in, "K-1");
	contract->customer = take_or(in, "Northgate Mills");
	contract->vendor = take_or(in, "Cisco");
	contract->number = take_or(in, "204998811");
	contract->owner_email = take(in);
	contract->product = take(in);
	contract->serials = take(in);
	contract->quantity = take(in);
	contract->annual_value = take(in);
	contract->currency = take(in);
	contract->contact_name = take(in);
	contract->contact_email = take(in);
	contract->contact_phone = take(in);
	contract->start = PW_DAY_NONE;
	contract->end = NOON_DAY + (pw_day)choose(in, 3) * 60 - 30;
	contract->status = (enum pw_status)choose(in, PW_STATUS_LOST + 1);
}

static void *list_of(struct pw_finding *finding, size_t size)
{
	return pw_arena_alloc(finding->arena, N_CONTRACTS, size);
}

static void take_solicitor(struct input *in, struct pw_solicitor *who)
{
	who->sender_class = PW_SENDER_RIVAL;
	who->date.day = NOON_DAY - 1;
	who->rival = take(in);
	who->rival_name = take(in);
	who->email = take(in);
	who->name = take(in);
	who->subject = take(in);
}

static void take_envelope(struct input *in, struct pw_finding *finding)
{
	finding->is_solicitation = choose(in, 4) != 0;
	finding->outer_date.day = NOON_DAY;
	finding->text = take_or(in, "May I quote your renewal?");
	finding->subject = take(in);
	finding->forwarder = take(in);
	finding->forwarder_name = take(in);
	finding->message_id = take(in);
	finding->authentication = choose(in, 2) ? "pass" : "none";
	finding->decided_by = take_or(in, "points");
	finding->severity = choose(in, 2) ? "urgent" : NULL;
	finding->notice = take(in);
	finding->notice_quote = take(in);
	take_solicitor(in, &finding->solicitor);
	finding->others = list_of(finding, sizeof *finding->others);
	finding->n_others = choose(in, 2);
	take_solicitor(in, finding->others);
}

/* What it names is what the contracts hold, so that the resolver confirms it. */
static void take_matches(struct input *in, struct pw_finding *finding)
{
	size_t i;

	finding->identifiers = list_of(finding, sizeof *finding->identifiers);
	finding->customers = list_of(finding, sizeof *finding->customers);
	finding->vendors = list_of(finding, sizeof *finding->vendors);
	for (i = 0; i < N_CONTRACTS; i++) {
		const struct pw_contract *contract = &in->contracts[i];
		const char *quote = take_or(in, "contract 204998811");

		finding->identifiers[i] = (struct pw_identifier_hit){
			contract->contract_id,
			contract->number,
			take_or(in, "2049 98811"),
			quote,
			0,
			choose(in, 2) ? PW_HOW_IDENTIFIER : PW_HOW_NEAR_IDENTIFIER,
			"exact"
		};
		finding->customers[i] =
			(struct pw_customer_hit){ contract->customer, quote, 0,
						  PW_HOW_RECIPIENT, false };
		finding->vendors[i] = (struct pw_vendor_hit){ "cisco", contract->vendor,
							      quote,   "name",
							      0,       0 };
	}
	finding->n_identifiers = choose(in, N_CONTRACTS + 1);
	finding->n_customers = choose(in, N_CONTRACTS + 1);
	finding->n_vendors = choose(in, N_CONTRACTS + 1);
}

static void take_words(struct input *in, struct pw_finding *finding)
{
	finding->claims = list_of(finding, sizeof *finding->claims);
	finding->claims[0] =
		(struct pw_claim_hit){ "partner_change_request",
				       take_or(in, "sign the form"), "signals.sign", 0 };
	finding->n_claims = choose(in, 2);
	finding->stated = list_of(finding, sizeof *finding->stated);
	finding->stated[0] =
		(struct pw_stated_date){ .date = { .day = NOON_DAY + 9 },
					 .quote = take_or(in, "ends on 1 December"),
					 .rule = "signals.ends" };
	finding->n_stated = choose(in, 2);
	finding->hits = list_of(finding, sizeof *finding->hits);
	finding->hits[0] = (struct pw_hit){ .rule = "signals.quote",
					    .origin = "signals.yaml:12",
					    .scope = "body",
					    .matched = take_or(in, "quote"),
					    .context = take_or(in, "I quote"),
					    .points = 4 };
	finding->n_hits = choose(in, 2);
}

/* As the agent gets it from an inspector. */
static struct pw_finding *through_json(const struct pw_finding *finding)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_finding *got = NULL;
	json_t *json = pw_finding_to_json(finding);

	assert(json && pw_finding_from_json(&got, json, &err) == 0);
	json_decref(json);
	return got;
}

static int by_id(void *self, const char *contract_id, struct pw_arena *arena,
		 struct pw_contract *ret, struct pw_err *err)
{
	const struct input *in = self;
	size_t i;

	(void)arena;
	(void)err;
	for (i = 0; i < N_CONTRACTS; i++)
		if (pw_streq(in->contracts[i].contract_id, contract_id)) {
			*ret = in->contracts[i];
			return 1;
		}
	return 0;
}

static int of_customer(void *self, const char *customer, size_t max,
		       struct pw_arena *arena, struct pw_contract **ret, size_t *ret_n,
		       struct pw_err *err)
{
	struct input *in = self;

	(void)max;
	(void)err;
	*ret_n = 0;
	if (!pw_streq(in->contracts[0].customer, customer))
		return 0;
	*ret = pw_arena_alloc(arena, 1, sizeof **ret);
	**ret = in->contracts[0];
	*ret_n = 1;
	return 0;
}

static void check_header_line(const char *line, unsigned *seen)
{
	int i;

	if (*line == ' ' || *line == '\t')
		return; /* folded */
	i = alert_header_index(line, strcspn(line, ":"));
	assert(i >= 0);
	assert(!(*seen & (1u << i))); /* each once */
	*seen |= 1u << i;
}

/* Read as a mail server does: lines, before anybody decodes anything. */
static void check_bytes(const struct pw_buf *mail)
{
	const char *end = mail->data + mail->len, *line = mail->data;
	bool in_header = true;
	unsigned seen = 0;

	assert(strlen(mail->data) == mail->len);
	while (line < end) {
		const char *newline = strchr(line, '\n'), *c;

		assert(newline && newline > line - 1 && newline[-1] == '\r');
		assert(newline - line < 998);
		for (c = line; c < newline - 1; c++)
			assert((*c >= ' ' && *c < 0x7F) || *c == '\t');
		in_header = in_header && newline - line > 1;
		if (in_header)
			check_header_line(line, &seen);
		line = newline + 1;
	}
	assert(!in_header);
}

static void check_html(GMimeObject *part)
{
	static const char *const forbidden[] = { "<script",     "<img",    "<a ",
						 "href=\"",     "http://", "https://",
						 "javascript:", "\033" };
	char *html = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
	size_t i;

	assert(html);
	for (i = 0; i < PW_ARRAY_LEN(forbidden); i++)
		assert(!strstr(html, forbidden[i]));
	g_free(html);
}

static void check_original(GMimeObject *part, const struct pw_alert_mail *mail)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;

	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)),
					    stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	assert(bytes->len == mail->original_len &&
	       memcmp(bytes->data, mail->original, mail->original_len) == 0);
	g_object_unref(stream);
}

static void check_mail(const struct pw_buf *bytes, const struct pw_alert_mail *mail)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes->data, bytes->len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	GMimeObject *body = g_mime_message_get_mime_part(message);
	InternetAddressList *to = g_mime_message_get_to(message);
	InternetAddress *from =
		internet_address_list_get_address(g_mime_message_get_from(message), 0);

	assert(pw_streq(g_mime_message_get_message_id(message), HEADER_ID));
	assert(pw_streq(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(from)),
			"watch@reseller.example"));
	assert(internet_address_list_length(to) == 1);
	if (mail->original) {
		assert(g_mime_multipart_get_count(GMIME_MULTIPART(body)) == 2);
		check_original(g_mime_multipart_get_part(GMIME_MULTIPART(body), 1), mail);
		body = g_mime_multipart_get_part(GMIME_MULTIPART(body), 0);
	}
	assert(g_mime_multipart_get_count(GMIME_MULTIPART(body)) == 2);
	check_html(g_mime_multipart_get_part(GMIME_MULTIPART(body), 1));
	g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
}

static int64_t now(void *self)
{
	(void)self;
	return NOON_MS;
}

static void compose(struct pw_alert_mail *mail)
{
	static const struct pw_clock clock = { now, now, NULL };
	static char from_name[] = "Poachwatch", from[] = "watch@reseller.example",
		    desk[] = "desk@reseller.example";
	struct pw_config config = { .smtp = { .from_name = from_name,
					      .from_address = from },
				    .alerts = { .review_to = desk,
						.fallback_to = desk,
						.attach_max_bytes = 1 << 20 } };
	const struct pw_post post = { .config = &config, .clock = &clock };
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf out;

	pw_buf_init(&out, LETTER_BYTES);
	if (pw_alert_mail_compose(&out, &post, mail, HEADER_ID, &err) < 0) {
		assert(err.code == PW_EINPUT); /* an owner's address that is none: */
		pw_buf_reset(&out);
		mail->reason = "The owner's address is not a mail address.";
		assert(pw_alert_mail_compose(&out, &post, mail, HEADER_ID, &err) == 0);
	}
	check_bytes(&out);
	check_mail(&out, mail);
	pw_buf_done(&out);
}

static const struct pw_ruleset *rules(void)
{
	static const char text[] = "version: 1\nvendors:\n  cisco:\n    name: Cisco\n"
				   "    window-days: 60\n"
				   "    deadline: Cisco waits for a signature.\n"
				   "    advice: Call today.\n";
	static const struct pw_rule_source file = { "a.yaml", text, sizeof text - 1, 0 };
	static struct pw_ruleset *ruleset;
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	PW_CLEANUP(pw_diags_done) struct pw_diags diags = { 0 };
	struct pw_err err = PW_ERR_INIT;

	if (!ruleset) {
		pw_diags_init(&diags);
		bundle = pw_bundle_new(&file, 1);
		assert(pw_ruleset_new(&ruleset, bundle, &diags, &err) == 0);
	}
	return ruleset;
}

static void judge_and_compose(struct input *in, const struct pw_finding *finding)
{
	const struct pw_contract_source source = { in, by_id, of_customer };
	const struct pw_resolve_options options = { NOON_DAY, 90 };
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *resolved = NULL;
	struct pw_err err = PW_ERR_INIT;
	const char *history[] = { take_or(in, "2026-11-20 an earlier mail") };
	struct pw_alert_mail mail = { .finding = finding,
				      .ruleset = rules(),
				      .mailbox = "watch@reseller.example",
				      .received_ms = NOON_MS,
				      .case_id = 7,
				      .history = history,
				      .n_history = choose(in, 2),
				      .thread_id = take(in) };

	assert(pw_resolve(&resolved, finding, &source, rules(), &options, &err) == 0);
	mail.resolved = resolved;
	mail.kind = (enum pw_alert_kind)choose(in, PW_ALERT_NOTICE + 1);
	mail.original = take(in);
	mail.original_len = mail.original ? strlen(mail.original) : 0;
	compose(&mail);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *made = pw_finding_new();
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	struct input in = { 0 };
	char *text;
	size_t i;

	if (size < 4)
		return 0;
	g_mime_init();
	text = malloc(size - 4 + 1);
	memcpy(text, data + 4, size - 4);
	text[size - 4] = '\0';
	in.at = text;
	in.end = text + size - 4;
	memcpy(&in.choices, data, sizeof in.choices);
	for (i = 0; i < N_CONTRACTS; i++)
		take_contract(&in, &in.contracts[i]);
	take_envelope(&in, made);
	take_matches(&in, made);
	take_words(&in, made);
	finding = through_json(made);
	judge_and_compose(&in, finding);
	free(text);
	return 0;
}
