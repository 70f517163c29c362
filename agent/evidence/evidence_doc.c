/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/evidence/evidence_doc.h"

#include <jansson.h>

#include "agent/base/str.h"
#include "rules/engine/finding.h"

#define EARLIER_MAX 50
#define STATES_MAX  50

static const char *or_none(const char *text)
{
	return text && *text ? text : "(none)";
}

static void put_fact(struct pw_doc *doc, const char *label, const char *text)
{
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, label, "%s", or_none(text));
}

static void put_head(struct pw_doc *doc, const struct pw_evidence_view *view)
{
	const struct pw_case_row *row = view->row;
	const char *rival = row->rival_name ? row->rival_name : row->rival;
	char when[PW_MS_TEXT];

	pw_doc_add(doc, PW_BLOCK_BANNER, PW_TONE_PLAIN, "Evidence",
		   "Solicitation of a renewal held by %s: %s and %s", view->company,
		   or_none(rival), or_none(row->customer));
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Case", "%lld", (long long)row->id);
	put_fact(doc, "Incumbent", view->company);
	put_fact(doc, "Solicitor", rival);
	put_fact(doc, "Customer", row->customer);
	put_fact(doc, "Vendor", row->vendor);
	put_fact(doc, "First seen", pw_ms_to_text(row->opened_ms, when));
}

/* What they claim, in words for a third party; each sentence once. */
static void put_claim(struct pw_doc *doc, const struct pw_finding *finding, size_t at)
{
	static const char *const words[][2] = {
		{ "partner_change_request",
		  "Asks for a change of partner or reseller of record, verbatim:" },
		{ "vendor_shared_contact",
		  "Says that the vendor passed on the contact or the lead, verbatim:" },
	};
	const struct pw_claim_hit *claim = &finding->claims[at];
	const char *said = "Claims, verbatim:";
	size_t i;

	for (i = 0; i < at; i++)
		if (pw_streq(finding->claims[i].claim, claim->claim) &&
		    pw_streq(finding->claims[i].quote, claim->quote))
			return;
	for (i = 0; i < PW_ARRAY_LEN(words); i++)
		if (pw_streq(words[i][0], claim->claim))
			said = words[i][1];
	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL, "%s", said);
	pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%s", or_none(claim->quote));
}

static void put_verbatim(struct pw_doc *doc, const struct pw_finding *finding)
{
	char day[PW_DAY_TEXT];
	size_t i;

	for (i = 0; i < finding->n_claims; i++)
		put_claim(doc, finding, i);
	if (pw_finding_stated(finding)) {
		pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
			   "Stated end date %s, verbatim:",
			   pw_day_to_iso(finding->stated[0].date.day, day));
		pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%s",
			   or_none(finding->stated[0].quote));
	}
	if (!finding->text || !*finding->text)
		return;
	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
		   "The mail itself (links made inert):");
	pw_doc_add(doc, PW_BLOCK_QUOTE, PW_TONE_PLAIN, NULL, "%s", finding->text);
}

static void put_finding(struct pw_doc *doc, const struct pw_finding *finding)
{
	const struct pw_solicitor *solicitor = &finding->solicitor;
	char day[PW_DAY_TEXT];

	if (pw_streq(finding->authentication, "unchecked"))
		put_fact(doc, "Authentication",
			 "not checked (no authserv_id was set for the mailbox)");
	else
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Authentication",
			   "%s (of the forwarding mail, as our server saw it)",
			   finding->authentication ? finding->authentication : "none");
	if (finding->is_solicitation) {
		put_fact(doc, "Solicitor", solicitor->name);
		put_fact(doc, "Address", solicitor->email);
		put_fact(doc, "Written on", pw_day_to_iso(solicitor->date.day, day));
		put_fact(doc, "Subject", solicitor->subject);
	}
	put_verbatim(doc, finding);
}

static void put_message(struct pw_doc *doc, const struct pw_message_row *message)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	json_t *json = message->finding ? json_loads(message->finding, 0, NULL) : NULL;
	char received[PW_MS_TEXT];

	pw_doc_add(doc, PW_BLOCK_CARD, PW_TONE_PLAIN, NULL, "Message %lld",
		   (long long)message->id);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Received", "%s in mailbox %s",
		   pw_ms_to_text(message->received_ms, received), message->mailbox);
	put_fact(doc, "Passed on by",
		 message->forwarder ? message->forwarder
				    : "nobody: redirected unchanged");
	if (json && pw_finding_from_json(&finding, json, NULL) == 0)
		put_finding(doc, finding);
	json_decref(json);
}

static void put_contract_head(struct pw_doc *doc, const struct pw_contract *contract)
{
	char start[PW_DAY_TEXT], end[PW_DAY_TEXT];

	pw_doc_add(doc, PW_BLOCK_CARD, PW_TONE_PLAIN, NULL, "%s: %s, %s",
		   contract->contract_id, or_none(contract->vendor),
		   or_none(contract->product));
	put_fact(doc, "Number", contract->number);
	if (contract->serials)
		put_fact(doc, "Serials", contract->serials);
	if (contract->quantity)
		put_fact(doc, "Quantity", contract->quantity);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Term", "%s to %s",
		   contract->start == PW_DAY_NONE ? "(not given)"
						  : pw_day_to_iso(contract->start, start),
		   or_none(pw_day_to_iso(contract->end, end)));
}

/* What shows that the contract is ours. */
static int put_contract(struct pw_doc *doc, const struct pw_evidence_view *view,
			const char *id, struct pw_err *err)
{
	struct pw_contract_row *states;
	char since[PW_MS_TEXT], end[PW_DAY_TEXT];
	size_t n, i;

	if (pw_store_contract_history(view->store, id, STATES_MAX, view->arena, &states,
				      &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		const struct pw_contract *contract = &states[i].contract;

		if (i == 0)
			put_contract_head(doc, &states[n - 1].contract);
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "On record",
			   "since %s: ends %s, status %s",
			   pw_ms_to_text(states[i].since_ms, since),
			   or_none(pw_day_to_iso(contract->end, end)),
			   pw_status_name(contract->status));
	}
	return 0;
}

static int put_contracts(struct pw_doc *doc, const struct pw_evidence_view *view,
			 struct pw_err *err)
{
	struct pw_case_contract *contracts;
	size_t n, i;

	if (pw_store_case_contracts(view->store, view->row->id, view->arena, &contracts,
				    &n, err) < 0)
		return -1;
	pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL, "Proof of incumbency");
	for (i = 0; i < n; i++)
		if (put_contract(doc, view, contracts[i].contract_id, err) < 0)
			return -1;
	return 0;
}

static bool was_nothing(const struct pw_case_row *row)
{
	return pw_streq(row->outcome, "false-positive") ||
	       pw_streq(row->outcome, "duplicate");
}

static int put_earlier(struct pw_doc *doc, const struct pw_evidence_view *view,
		       struct pw_err *err)
{
	struct pw_case_filter filter = { .rival = view->row->rival,
					 .vendor = view->row->vendor };
	struct pw_case_row *rows;
	char when[PW_MS_TEXT];
	bool has_heading = false;
	size_t n, i;

	if (!filter.rival || !filter.vendor)
		return 0;
	if (pw_store_case_list(view->store, &filter, EARLIER_MAX, view->arena, &rows, &n,
			       err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (rows[i].id == view->row->id || was_nothing(&rows[i]))
			continue;
		if (!has_heading)
			pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
				   "Other cases of the same solicitor and vendor");
		has_heading = true;
		pw_doc_add(doc, PW_BLOCK_ITEM, PW_TONE_PLAIN, NULL,
			   "case %lld, %s, %s: %s", (long long)rows[i].id,
			   pw_ms_to_text(rows[i].opened_ms, when),
			   or_none(rows[i].customer),
			   rows[i].outcome ? rows[i].outcome : "open");
	}
	return 0;
}

int pw_evidence_doc(struct pw_doc *doc, const struct pw_evidence_view *view,
		    struct pw_err *err)
{
	size_t i;

	put_head(doc, view);
	pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
		   "What was written, and how it reached us");
	for (i = view->n_messages; i-- > 0;)
		put_message(doc, &view->messages[i]);
	if (put_contracts(doc, view, err) < 0 ||
	    pw_evidence_timeline(doc, view, err) < 0 || put_earlier(doc, view, err) < 0)
		return -1;
	pw_doc_add(doc, PW_BLOCK_SMALL, PW_TONE_PLAIN, NULL,
		   "The originals lie in originals/, byte for byte; SHA256SUMS lists the "
		   "hashes of all files.");
	return 0;
}
