/* SPDX-License-Identifier: Apache-2.0 */
/* steps.c - what to do now, in the order to do it. */
#include <string.h>

#include "agent/alert/alert_internal.h"

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
	else if (finding->forwarder_name && *finding->forwarder_name)
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			   "Call %s today; %s passed the mail on. Thank them, and say "
			   "that the renewal is in hand.",
			   view->customer, finding->forwarder_name);
	else
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
			   "Call your contact at %s today, before they answer %s.",
			   view->customer, view->rival);
}

static const char *quote_words(enum pw_timing timing)
{
	switch (timing) {
	case PW_TIMING_PROCESSING:
		return "Confirm our quote or purchase order with the customer and place "
		       "the order with the vendor.";
	case PW_TIMING_RENEWED:
		return "Send the customer the proof of renewal: nothing is due, nothing "
		       "to sign.";
	case PW_TIMING_LAPSED:
		return "Check whether the contract was renewed; if not, quote the "
		       "reinstatement today.";
	case PW_TIMING_IN_WINDOW:
		return "Send our renewal quote now, or confirm the one that is out.";
	case PW_TIMING_PREMATURE:
		return "Agree the renewal date with the customer and put our quote on "
		       "record early.";
	case PW_TIMING_NONE:
		break;
	}
	return "Check what the customer holds, and send our quote.";
}

static void put_vendor(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_vendor *vendor = view->input->vendor;

	pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL,
		   "Do not let a transfer pass: watch for a change-of-partner request at "
		   "%s and refuse it in time.%s%s",
		   view->vendor, vendor && vendor->deadline ? " " : "",
		   vendor && vendor->deadline ? vendor->deadline : "");
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
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL, "%s",
			   quote_words(view->input->judgement->timing));
		put_vendor(doc, view);
	}
}
