/* SPDX-License-Identifier: Apache-2.0 */
/* sections.c - banner, contracts, claims, who and what they wrote. */
#include <stdio.h>
#include <string.h>

#include "agent/alert/alert_internal.h"
#include "agent/base/str.h"

#define CONTRACTS_SHOWN    12
#define RECIPIENTS_SHOWN   8
#define CLAIMS_SHOWN       6
#define SOLICITATION_CHARS 6000

static enum pw_tone tone_of(const struct pw_alert_view *view)
{
	if (view->kind == PW_ALERT_REVIEW || view->kind == PW_ALERT_UPDATE)
		return PW_TONE_PLAIN;
	switch (view->input->judgement->severity) {
	case PW_SEVERITY_URGENT:
		return PW_TONE_URGENT;
	case PW_SEVERITY_HIGH:
		return PW_TONE_WARN;
	case PW_SEVERITY_NORMAL:
	case PW_SEVERITY_LOW:
		break;
	}
	return view->kind == PW_ALERT_NOTICE ? PW_TONE_WARN : PW_TONE_PLAIN;
}

/* The timing of the soonest-ending contract in words; "" without one. */
static void put_timing(struct pw_buf *out, const struct pw_alert_view *view)
{
	const struct pw_judgement *judgement = view->input->judgement;
	const struct pw_candidate *soonest = judgement->soonest;
	struct pw_buf when;
	char iso[PW_DAY_TEXT];

	if (!soonest)
		return;
	pw_buf_init(&when, 64);
	pw_days_words(&when, soonest->contract.end - view->today);
	pw_day_to_iso(soonest->contract.end, iso);
	switch (judgement->timing) {
	case PW_TIMING_PROCESSING:
		pw_buf_addf(out, "You are PROCESSING this one (%s): it ends on %s, %s.",
			    pw_status_name(soonest->contract.status), iso, when.data);
		break;
	case PW_TIMING_RENEWED:
		pw_buf_addf(out,
			    "You have already RENEWED this one (the old term ends on %s, "
			    "%s).",
			    iso, when.data);
		break;
	case PW_TIMING_LAPSED:
		pw_buf_addf(out, "It LAPSED on %s on our books, %s.", iso, when.data);
		break;
	case PW_TIMING_IN_WINDOW:
		pw_buf_addf(out, "It ends on %s, %s: the renewal window is open.", iso,
			    when.data);
		break;
	case PW_TIMING_PREMATURE:
		pw_buf_addf(out, "It ends only on %s, %s: they are early.", iso,
			    when.data);
		break;
	case PW_TIMING_NONE:
		break;
	}
	pw_buf_done(&when);
}

void pw_alert_put_banner(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_finding *finding = view->input->finding;
	struct pw_buf timing;

	pw_buf_init(&timing, 512);
	put_timing(&timing, view);
	switch (view->kind) {
	case PW_ALERT_NEW:
		pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), NULL,
			   "%s is after the %s renewal of %s. %s", view->rival,
			   view->vendor, view->customer, timing.data);
		break;
	case PW_ALERT_UPDATE:
		pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), NULL,
			   "More mail about a known case: %s and the %s renewal of %s. "
			   "Nothing new in it. %s",
			   view->rival, view->vendor, view->customer, timing.data);
		break;
	case PW_ALERT_REVIEW:
		pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), NULL,
			   "%s solicits a renewal (%s), but no contract of ours matches. "
			   "Please look.",
			   view->rival, view->vendor);
		break;
	case PW_ALERT_NOTICE:
		pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), NULL, "%s (%s). %s",
			   finding->notice ? finding->notice
					   : "Please look at this message",
			   view->customer, timing.data);
		break;
	}
	pw_buf_done(&timing);
}

/* How surely and by what a contract was recognised. */
static void put_match(struct pw_doc *doc, const struct pw_candidate *candidate)
{
	const char *evidence = candidate->evidence ? candidate->evidence : "";

	switch (candidate->how) {
	case PW_HOW_IDENTIFIER:
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_CALM, "Matched by",
			   "its number, written \"%s\" in the mail: sure", evidence);
		break;
	case PW_HOW_NEAR_IDENTIFIER:
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Perhaps by",
			   "a number that differs by one character: \"%s\". Check it.",
			   evidence);
		break;
	case PW_HOW_RECIPIENT:
	case PW_HOW_FORWARDER:
	case PW_HOW_SENDER_OF_LAYER:
	case PW_HOW_ALIAS:
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Matched by",
			   "%s (%s), and the vendor fits%s%s%s; no contract number in "
			   "the mail",
			   pw_how_words(candidate->how), evidence,
			   candidate->vendor_evidence ? " (" : "",
			   candidate->vendor_evidence ? candidate->vendor_evidence : "",
			   candidate->vendor_evidence ? ")" : "");
		break;
	}
}

static enum pw_tone end_tone(pw_day end, pw_day today)
{
	if (end == PW_DAY_NONE || end - today > 90)
		return PW_TONE_PLAIN;
	return end - today > 30 ? PW_TONE_WARN : PW_TONE_URGENT;
}

static void put_contract(struct pw_doc *doc, const struct pw_candidate *candidate,
			 pw_day today)
{
	const struct pw_contract *contract = &candidate->contract;
	struct pw_buf words;
	char iso[PW_DAY_TEXT];

	pw_buf_init(&words, 256);
	pw_doc_add(doc, PW_BLOCK_CARD, PW_TONE_PLAIN, NULL, "%s  %s, %s",
		   contract->contract_id, contract->vendor,
		   contract->product ? contract->product : "");
	if (contract->number && *contract->number)
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Number", "%s",
			   contract->number);
	else if (contract->serials && *contract->serials)
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Serials", "%.200s",
			   contract->serials);
	if (contract->end != PW_DAY_NONE) {
		pw_days_words(&words, contract->end - today);
		pw_doc_add(doc, PW_BLOCK_FACT, end_tone(contract->end, today), "Ends",
			   "%s (%s)", pw_day_to_iso(contract->end, iso), words.data);
	}
	pw_money(&words, contract->annual_value, contract->currency);
	if (words.len)
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Value", "%s a year",
			   words.data);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Status", "%s",
		   pw_status_name(contract->status));
	put_match(doc, candidate);
	pw_buf_done(&words);
}

static void put_near_hints(struct pw_doc *doc, const struct pw_finding *finding)
{
	size_t i;

	for (i = 0; i < finding->n_identifiers; i++) {
		const struct pw_identifier_hit *hit = &finding->identifiers[i];

		if (hit->how == PW_HOW_NEAR_IDENTIFIER)
			pw_doc_add(doc, PW_BLOCK_ITEM, PW_TONE_WARN, NULL,
				   "\"%s\" is one character off %s of our contract %s. A "
				   "typing error?",
				   hit->written, hit->identifier, hit->contract_id);
	}
}

void pw_alert_put_contracts(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_judgement *judgement = view->input->judgement;
	size_t i, shown = judgement->n_matched < CONTRACTS_SHOWN ? judgement->n_matched
								 : CONTRACTS_SHOWN;

	if (judgement->n_matched)
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
			   judgement->n_matched == 1 ? "The contract" : "The contracts");
	for (i = 0; i < shown; i++)
		put_contract(doc, judgement->matched[i], view->today);
	if (judgement->n_matched > shown)
		pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
			   "... and %zu more.", judgement->n_matched - shown);
	put_near_hints(doc, view->input->finding);
}

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
		   "They state a WRONG end date: %s. Our contract %s ends on %s.",
		   pw_day_to_iso(judgement->stated_expiry, theirs),
		   judgement->soonest ? judgement->soonest->contract.contract_id : "",
		   pw_day_to_iso(judgement->soonest ? judgement->soonest->contract.end
						    : PW_DAY_NONE,
				 ours));
	if (!quote && stated)
		quote = stated->quote;
	if (quote)
		pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%s", quote);
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
	for (i = 0; i < finding->n_claims && shown < CLAIMS_SHOWN; i++, shown++) {
		pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_WARN, NULL, "%s",
			   claim_words(finding->claims[i].claim));
		pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%s",
			   finding->claims[i].quote);
	}
}

static void put_person(struct pw_buf *out, const char *name, const char *address)
{
	if (name && *name)
		pw_buf_adds(out, name);
	if (address && *address)
		pw_buf_addf(out, name && *name ? " <%s>" : "%s", address);
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
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Wrote to", "%s", line.data);
	pw_buf_done(&line);
}

/* A forwarder whose address nobody vouched for may be anybody. */
static void put_forwarder(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_finding *finding = view->input->finding;
	bool is_verified = pw_streq(finding->authentication, "pass");
	struct pw_buf who;

	if (!finding->forwarder) {
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Reached us",
			   "redirected unchanged to %s", view->input->mailbox);
		return;
	}
	pw_buf_init(&who, 1024);
	put_person(&who, finding->forwarder_name, finding->forwarder);
	pw_doc_add(doc, PW_BLOCK_FACT, is_verified ? PW_TONE_PLAIN : PW_TONE_WARN,
		   "Reached us", "from %s to %s%s", who.data, view->input->mailbox,
		   is_verified ? "" : " (sender unverified: the address may be forged)");
	pw_buf_done(&who);
}

static void put_others(struct pw_doc *doc, const struct pw_finding *finding)
{
	size_t i;

	for (i = 0; i < finding->n_others; i++) {
		const struct pw_solicitor *other = &finding->others[i];
		struct pw_buf who;

		pw_buf_init(&who, 1024);
		put_person(&who, other->name, other->email);
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Also", "%s%s%s", who.data,
			   other->rival_name ? ", " : "",
			   other->rival_name ? other->rival_name : "");
		pw_buf_done(&who);
	}
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
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Solicitor", "%s, %s",
			   who.data, view->rival);
		pw_buf_done(&who);
		put_recipients(doc, &finding->recipients);
		if (solicitor->date.day != PW_DAY_NONE)
			pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "On", "%s",
				   pw_day_to_iso(solicitor->date.day, iso));
		if (solicitor->subject)
			pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Subject", "%s",
				   solicitor->subject);
	} else if (finding->subject) {
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Subject", "%s",
			   finding->subject);
	}
	put_forwarder(doc, view);
	put_others(doc, finding);
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
