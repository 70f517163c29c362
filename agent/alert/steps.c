/* SPDX-License-Identifier: Apache-2.0 */
/* steps.c - what to do now, in the order to do it. */
#include <string.h>

#include "agent/alert/alert_internal.h"
#include "agent/base/str.h"

/* What to say and what to send, by the timing. */
struct words {
	const char *to_say, *to_send;
};

static const struct words *words_of(enum pw_timing timing)
{
	static const struct words table[] = {
		[PW_TIMING_NONE] = { "say that the renewal is in hand",
				     "Check what the customer holds, and send our "
				     "quote." },
		[PW_TIMING_PROCESSING] = { "say that the renewal is in hand",
					   "Confirm our quote or purchase order with the "
					   "customer and place the order with the "
					   "vendor." },
		[PW_TIMING_RENEWED] = { "say that it is renewed already",
					"Send the customer the proof of renewal: nothing "
					"is due, nothing to sign." },
		[PW_TIMING_LAPSED] = { "ask whether it was renewed, and with whom",
				       "If it was not, quote the reinstatement today." },
		[PW_TIMING_IN_WINDOW] = { "say that the renewal is in hand",
					  "Send our renewal quote now, or confirm the "
					  "one that is out." },
		[PW_TIMING_PREMATURE] = { "say that you will see to the renewal in time",
					  "Agree the renewal date with the customer and "
					  "put our quote on record early." },
	};

	return &table[(size_t)timing < PW_ARRAY_LEN(table) ? timing : PW_TIMING_NONE];
}

/* Does the forwarder's address belong to the customer whom the alert is about? */
static bool is_theirs(const struct pw_finding *finding, const char *customer)
{
	size_t i;

	for (i = 0; i < finding->n_customers; i++)
		if (finding->customers[i].is_forwarder &&
		    pw_streq(finding->customers[i].customer, customer))
			return true;
	return false;
}

/* Who thanks the wrong person tells him what we know, and a name is anybody's. */
static void put_call_back(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_finding *finding = view->input->finding;
	const char *to_say = words_of(view->timing)->to_say;
	const int name_len = pw_alert_cut(finding->forwarder_name, PW_ALERT_NAME_BYTES);

	if (!is_theirs(finding, view->customer))
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			   "Call %s today; the mail came from %s, no address of theirs "
			   "that we know. Ask whether they got it, and %s.",
			   view->customer, finding->forwarder, to_say);
	else if (pw_streq(finding->authentication, "fail"))
		pw_doc_add(
			doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			"Call %s today; ask whether it was %.*s who passed the mail on, "
			"thank them if so, and %s.",
			view->customer, name_len, finding->forwarder_name, to_say);
	else
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			   "Call %s today; %.*s passed the mail on. Thank them, and %s.",
			   view->customer, name_len, finding->forwarder_name, to_say);
}

static void put_call(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_candidate *soonest = view->input->judgement->soonest;
	const struct pw_contract *contract = soonest ? &soonest->contract : NULL;
	const struct pw_finding *finding = view->input->finding;

	if (contract && contract->contact_name && *contract->contact_name)
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			   "Call %s at %s%s%s%s%s today, before they answer %s.",
			   contract->contact_name, view->customer,
			   contract->contact_phone ? ", " : "",
			   contract->contact_phone ? contract->contact_phone : "",
			   contract->contact_email ? ", " : "",
			   contract->contact_email ? contract->contact_email : "",
			   view->rival);
	else if (finding->forwarder && finding->forwarder_name &&
		 *finding->forwarder_name && !finding->is_from_us)
		put_call_back(doc, view);
	else
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			   "Call your contact at %s today, before they answer %s.",
			   view->customer, view->rival);
}

/* What the mail made them believe. */
static void put_answer(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_judgement *judgement = view->input->judgement;
	const bool is_wrong =
		judgement->claims & PW_CLAIM_FALSE_EXPIRY && judgement->soonest;
	const bool asks = judgement->claims & PW_CLAIM_PARTNER_CHANGE;
	char theirs[PW_DAY_TEXT], ours[PW_DAY_TEXT];

	if (!is_wrong && !asks)
		return;
	if (is_wrong) {
		pw_day_to_iso(judgement->stated_expiry, theirs);
		pw_day_to_iso(judgement->soonest->contract.end, ours);
	}
	pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL, "%s%s%s%s%s%s%s",
		   is_wrong ? "Put it right: the end date is " : "", is_wrong ? ours : "",
		   is_wrong ? ", not " : "", is_wrong ? theirs : "", is_wrong ? "." : "",
		   is_wrong && asks ? " " : "",
		   asks ? "Ask them to sign no change of partner; if they have, to take "
			  "it back in writing."
			: "");
}

static void put_vendor(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_vendor *vendor = view->input->vendor;
	struct pw_buf vendors;

	pw_buf_init(&vendors, 256); /* what is more is left out */
	pw_alert_vendors(&vendors, view->input->judgement);
	pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
		   "Do not let a transfer pass: watch for a change-of-partner request at "
		   "%s and refuse it in time.%s%s",
		   vendors.len ? vendors.data : view->vendor,
		   vendor && vendor->deadline ? " " : "",
		   vendor && vendor->deadline ? vendor->deadline : "");
	if (view->input->judgement->claims & PW_CLAIM_VENDOR_SHARED)
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			   "Ask %s whether they gave our customer's contact to %s, and "
			   "object.",
			   view->vendor, view->rival);
	pw_buf_done(&vendors);
	if (vendor && vendor->advice)
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL, "%s", vendor->advice);
}

static void put_review_steps(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const char *customer = view->input->judgement->customer;

	if (customer)
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			   "%s is our customer, but we hold no open contract for %s. Is "
			   "one missing from the last import?",
			   customer, view->vendor);
	else
		pw_doc_add(
			doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			"Is the addressee a customer under another name or domain? Add "
			"it to the contracts (customer_domains, customer_aliases).");
	if (view->input->case_id)
		pw_doc_add(
			doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			"If it is nothing, keep it as a test for the rules: poachwatch "
			"alerts close %lld --outcome false-positive",
			(long long)view->input->case_id);
}

static void put_notice_steps(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_vendor *vendor = view->input->vendor;

	pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
		   "Tell %s today that you are the incumbent and do not release the "
		   "contract: who stays silent may lose it.",
		   view->vendor);
	pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
		   "Ask %s today whether they asked for a change, or ordered elsewhere.",
		   view->customer);
	if (vendor && vendor->deadline)
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL, "%s",
			   vendor->deadline);
}

void pw_alert_put_steps(struct pw_doc *doc, const struct pw_alert_view *view)
{
	if (view->kind == PW_ALERT_UPDATE)
		return;
	pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL, "Do now");
	if (view->kind == PW_ALERT_REVIEW) {
		put_review_steps(doc, view);
	} else if (view->kind == PW_ALERT_NOTICE) {
		put_notice_steps(doc, view);
	} else {
		put_call(doc, view);
		put_answer(doc, view);
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL, "%s",
			   words_of(view->timing)->to_send);
		put_vendor(doc, view);
	}
}
