/* SPDX-License-Identifier: Apache-2.0 */
/* sections.c - claims, who wrote, what they wrote, and the foot. */
#include <string.h>

#include "agent/alert/alert_internal.h"
#include "agent/base/str.h"

#define RECIPIENTS_SHOWN   8
#define OTHERS_SHOWN       8
#define CLAIMS_SHOWN       6
#define FIELDS_SHOWN       8
#define QUOTES_SHOWN       3 /* of one claim */
#define SOLICITATION_CHARS 6000
#define ADDRESS_BYTES      320

static const char *claim_words(const char *claim)
{
	static const struct {
		const char *claim, *words;
	} table[] = {
		{ "partner_change_request",
		  "They ask for a change of partner or reseller of record:" },
		{ "vendor_shared_contact",
		  "They say the vendor gave them the contact or the lead:" },
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(table); i++)
		if (pw_streq(table[i].claim, claim))
			return table[i].words;
	return claim;
}

static void put_false_expiry(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_judgement *judgement = view->input->judgement;
	const struct pw_stated_date *stated = pw_finding_stated(view->input->finding);
	const char *quote = judgement->stated_quote;
	char theirs[PW_DAY_TEXT], ours[PW_DAY_TEXT];

	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_WARN, NULL,
		   "They state a WRONG end date: %s. Our contract %s %s on %s.",
		   pw_day_to_iso(judgement->stated_expiry, theirs),
		   judgement->soonest ? judgement->soonest->contract.contract_id : "",
		   judgement->soonest && judgement->soonest->contract.end < view->today
			   ? "ended"
			   : "ends",
		   pw_day_to_iso(judgement->soonest ? judgement->soonest->contract.end
						    : PW_DAY_NONE,
				 ours));
	if (!quote && stated)
		quote = stated->quote;
	if (quote)
		pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%s", quote);
}

static bool is_first_of_its_kind(const struct pw_finding *finding, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (pw_streq(finding->claims[i].claim, finding->claims[at].claim))
			return false;
	return true;
}

/* A claim once, with every sentence that makes it, each once. */
static void put_claim(struct pw_doc *doc, const struct pw_finding *finding, size_t first)
{
	const struct pw_claim_hit *claims = finding->claims;
	size_t i, k, shown = 0;

	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_WARN, NULL, "%s",
		   claim_words(claims[first].claim));
	for (i = first; i < finding->n_claims && shown < QUOTES_SHOWN; i++) {
		if (!pw_streq(claims[i].claim, claims[first].claim))
			continue;
		for (k = first; k < i; k++)
			if (pw_streq(claims[k].claim, claims[first].claim) &&
			    pw_streq(claims[k].quote, claims[i].quote))
				break;
		if (k == i) {
			pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%s",
				   claims[i].quote);
			shown++;
		}
	}
}

void pw_alert_put_claims(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_finding *finding = view->input->finding;
	unsigned claims = view->input->judgement->claims;
	size_t i, shown = 0;

	if (view->kind == PW_ALERT_NOTICE && finding->notice_quote) {
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL, "What it says");
		pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%s",
			   finding->notice_quote);
	}
	if (!finding->n_claims && !(claims & PW_CLAIM_FALSE_EXPIRY))
		return;
	pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL, "What they claim");
	if (claims & PW_CLAIM_FALSE_EXPIRY)
		put_false_expiry(doc, view);
	for (i = 0; i < finding->n_claims && shown < CLAIMS_SHOWN; i++)
		if (is_first_of_its_kind(finding, i)) {
			put_claim(doc, finding, i);
			shown++;
		}
}

/* An address has at most 254 bytes (RFC 5321 4.5.3); no name may hide it. */
static void put_person(struct pw_buf *out, const char *name, const char *address)
{
	if (name && *name)
		pw_buf_addf(out, "%.*s", pw_alert_cut(name, PW_ALERT_NAME_BYTES), name);
	if (address && *address)
		pw_buf_addf(out, name && *name ? " <%.*s>" : "%.*s",
			    pw_alert_cut(address, ADDRESS_BYTES), address);
	if (!out->len)
		pw_buf_adds(out, "(not written)");
}

static void put_recipients(struct pw_doc *doc, const struct pw_addrs *addrs)
{
	struct pw_buf line;
	size_t i;

	if (!addrs->n)
		return;
	pw_buf_init(&line, 8192);
	for (i = 0; i < addrs->n && i < RECIPIENTS_SHOWN; i++) {
		struct pw_buf one;

		pw_buf_init(&one, 1024);
		put_person(&one, addrs->items[i].name, addrs->items[i].address);
		pw_buf_addf(&line, "%s%s", i ? ", " : "", one.data);
		pw_buf_done(&one);
	}
	if (addrs->n > RECIPIENTS_SHOWN)
		pw_buf_addf(&line, " and %zu more", addrs->n - RECIPIENTS_SHOWN);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "To", "%s", line.data);
	pw_buf_done(&line);
}

/* A forwarder whose address nobody vouched for may be anybody. */
static void put_check(struct pw_doc *doc, const char *authentication)
{
	if (pw_streq(authentication, "pass"))
		return;
	if (pw_streq(authentication, "unchecked"))
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Sender check",
			   "off: authserv_id is not set for this mailbox");
	else if (pw_streq(authentication, "fail"))
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Unverified",
			   "our mail server's check of that sender failed; the address "
			   "may be forged");
	else
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Unverified",
			   "nobody vouches for that sender; the address may be forged");
}

static void put_forwarder(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_finding *finding = view->input->finding;
	struct pw_buf who;

	if (!finding->forwarder) {
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Reached us",
			   "redirected unchanged");
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Mailbox", "%s",
			   view->input->mailbox);
		return;
	}
	pw_buf_init(&who, 1024);
	put_person(&who, finding->forwarder_name, finding->forwarder);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Reached us", "from %s", who.data);
	put_check(doc, finding->authentication);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Mailbox", "%s",
		   view->input->mailbox);
	pw_buf_done(&who);
}

static void put_others(struct pw_doc *doc, const struct pw_finding *finding)
{
	size_t i;

	for (i = 0; i < finding->n_others && i < OTHERS_SHOWN; i++) {
		const struct pw_solicitor *other = &finding->others[i];
		struct pw_buf who;

		pw_buf_init(&who, 1024);
		put_person(&who, other->name, other->email);
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Also after it", "%s%s%s",
			   who.data, other->rival_name ? ", " : "",
			   other->rival_name ? other->rival_name : "");
		pw_buf_done(&who);
	}
	if (finding->n_others > OTHERS_SHOWN)
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Also after it",
			   "%zu more, in the attached mail",
			   finding->n_others - OTHERS_SHOWN);
}

/* What captures of a rule hold, in the words of the mail. */
static void put_fields(struct pw_doc *doc, const struct pw_finding *finding)
{
	static const char *const labels[][2] = {
		{ "contract", "Contract" },     { "serial", "Serial" },
		{ "end_date", "Says it ends" }, { "quote", "Their quote" },
		{ "seats", "Seats" },
	};
	size_t i, k;

	for (i = 0; i < finding->n_fields && i < FIELDS_SHOWN; i++)
		for (k = 0; k < PW_ARRAY_LEN(labels); k++)
			if (pw_streq(finding->fields[i].field, labels[k][0]))
				pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN,
					   labels[k][1], "%s", finding->fields[i].value);
}

void pw_alert_put_who(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_finding *finding = view->input->finding;
	const struct pw_solicitor *solicitor = &finding->solicitor;
	char iso[PW_DAY_TEXT];
	struct pw_buf who;

	pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
		   "Who wrote, and how it reached us");
	if (finding->is_solicitation) {
		pw_buf_init(&who, 1024);
		put_person(&who, solicitor->name, solicitor->email);
		/* A rival that has no name of its own is called by its domain. */
		if (!strstr(who.data, view->rival))
			pw_buf_addf(&who, ", %s", view->rival);
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "From", "%s", who.data);
		pw_buf_done(&who);
		put_recipients(doc, &finding->recipients);
		if (solicitor->date.day != PW_DAY_NONE)
			pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "On", "%s",
				   pw_day_to_iso(solicitor->date.day, iso));
		if (solicitor->subject)
			pw_doc_add(
				doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Subject", "%.*s",
				pw_alert_cut(solicitor->subject, PW_ALERT_SUBJECT_BYTES),
				solicitor->subject);
	} else if (finding->subject) {
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Subject", "%.*s",
			   pw_alert_cut(finding->subject, PW_ALERT_SUBJECT_BYTES),
			   finding->subject);
	}
	put_fields(doc, finding);
	put_others(doc, finding);
	put_forwarder(doc, view);
}

void pw_alert_put_words(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const char *text = view->input->finding->text;
	size_t len, cut;

	if (!text || !*text)
		return;
	len = strlen(text);
	cut = pw_utf8_cut(text, len, SOLICITATION_CHARS);
	pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
		   "What they wrote (links made inert)");
	pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%.*s%s", (int)cut, text,
		   cut < len ? "\n[...]" : "");
}

void pw_alert_put_foot(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_alert_input *input = view->input;
	size_t i;

	if (input->n_history)
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
			   "Earlier in this case");
	for (i = 0; i < input->n_history; i++)
		pw_doc_add(doc, PW_BLOCK_ITEM, PW_TONE_PLAIN, NULL, "%s",
			   input->history[i]);
	pw_doc_add(doc, PW_BLOCK_SMALL, PW_TONE_PLAIN, NULL, "%s",
		   input->attachment_note ? input->attachment_note
					  : "The message as it reached us is attached "
					    "unchanged (original.eml). "
					    "Open it with care.");
	if (input->case_id)
		pw_doc_add(doc, PW_BLOCK_SMALL, PW_TONE_PLAIN, NULL,
			   "Case %lld. Why, and what else we know: poachwatch alerts "
			   "show %lld. When it is over: "
			   "poachwatch alerts close %lld --outcome kept (or lost, "
			   "false-positive, duplicate).",
			   (long long)input->case_id, (long long)input->case_id,
			   (long long)input->case_id);
	if (input->judgement->why)
		pw_doc_add(doc, PW_BLOCK_SMALL, PW_TONE_PLAIN, NULL,
			   "Decided because: %s", input->judgement->why);
}
