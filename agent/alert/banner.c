/* SPDX-License-Identifier: Apache-2.0 */
/* banner.c - the one thing to read: who is after what, and when it ends. */
#include <string.h>

#include "agent/alert/alert_internal.h"
#include "agent/base/str.h"

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
	const bool is_one = judgement->n_matched < 2;
	const char *it = is_one ? "It" : "The first of them";
	const char *this_one = is_one ? "this one" : "the first of them";
	struct pw_buf when;
	char iso[PW_DAY_TEXT];

	if (!soonest)
		return;
	pw_buf_init(&when, 64);
	pw_days_words(&when, soonest->contract.end - view->today);
	pw_day_to_iso(soonest->contract.end, iso);
	switch (view->timing) {
	case PW_TIMING_PROCESSING:
		pw_buf_addf(out, "You are PROCESSING %s (%s): it ends on %s, %s.",
			    this_one, pw_status_name(soonest->contract.status), iso,
			    when.data);
		break;
	case PW_TIMING_RENEWED:
		pw_buf_addf(
			out, "You have already RENEWED %s (the old term %s on %s, %s).",
			this_one, soonest->contract.end < view->today ? "ended" : "ends",
			iso, when.data);
		break;
	case PW_TIMING_LAPSED:
		pw_buf_addf(out, "%s LAPSED on %s on our books, %s.", it, iso, when.data);
		break;
	case PW_TIMING_IN_WINDOW:
		pw_buf_addf(out, "%s ends on %s, %s: the renewal window is open.", it,
			    iso, when.data);
		break;
	case PW_TIMING_PREMATURE:
		pw_buf_addf(out, "%s ends only on %s, %s: they are early.", it, iso,
			    when.data);
		break;
	case PW_TIMING_NONE:
		break;
	}
	pw_buf_done(&when);
}

/* A sentence that ends with "Montaner S.L." has its full stop. */
static const char *full_stop(const char *name)
{
	const size_t len = strlen(name);

	return len && name[len - 1] == '.' ? "" : ".";
}

/* A second rival in the same mail. */
static void put_others(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_finding *finding = view->input->finding;
	const char *it = view->input->judgement->n_matched < 2 ? "it" : "them", *name;

	if (finding->n_others > 1)
		pw_doc_add(doc, PW_BLOCK_BANNER_MORE, tone_of(view), NULL,
			   "%zu others are after %s, too.", finding->n_others, it);
	if (finding->n_others != 1)
		return;
	name = finding->others->rival_name;
	if (!name)
		name = pw_address_domain(finding->others->email);
	pw_doc_add(doc, PW_BLOCK_BANNER_MORE, tone_of(view), NULL, "%s is after %s, too.",
		   name ? name : "Somebody else", it);
}

/* " and Ostsee Logistik", " and others": whose contracts are matched, too. */
static void put_other_customers(struct pw_buf *out, const struct pw_alert_view *view)
{
	const struct pw_judgement *judgement = view->input->judgement;
	const char *other = NULL, *customer;
	size_t i;

	for (i = 0; i < judgement->n_matched; i++) {
		customer = judgement->matched[i]->contract.customer;
		if (!customer || pw_streq(customer, view->customer) ||
		    pw_streq(customer, other))
			continue;
		if (other) {
			pw_buf_adds(out, " and others");
			return;
		}
		other = customer;
	}
	if (other)
		pw_buf_addf(out, " and %s", other);
}

static void put_headline(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_judgement *judgement = view->input->judgement;
	const char *kicker =
		judgement->severity == PW_SEVERITY_URGENT ? "Urgent" : "Alert";
	struct pw_buf vendors, others;

	if (judgement->n_matched < 2) {
		pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), kicker,
			   "%s is after the %s renewal of %s%s", view->rival,
			   view->vendor, view->customer, full_stop(view->customer));
		return;
	}
	pw_buf_init(&vendors, 256); /* what is more is left out */
	pw_alert_vendors(&vendors, judgement);
	pw_buf_init(&others, 512);
	put_other_customers(&others, view);
	pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), kicker,
		   "%s is after %zu contracts of %s%s (%s).", view->rival,
		   judgement->n_matched, view->customer, others.data ? others.data : "",
		   vendors.data);
	pw_buf_done(&others);
	pw_buf_done(&vendors);
}

void pw_alert_put_banner(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_finding *finding = view->input->finding;
	struct pw_buf timing;

	switch (view->kind) {
	case PW_ALERT_NEW:
		put_headline(doc, view);
		break;
	case PW_ALERT_UPDATE:
		pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), "Update",
			   "More mail about a known case, and nothing new in it: %s and "
			   "the %s renewal of %s%s",
			   view->rival, view->vendor, view->customer,
			   full_stop(view->customer));
		break;
	case PW_ALERT_REVIEW:
		pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), "For review",
			   "%s solicits a renewal (%s), but no contract of ours matches. "
			   "Please look.",
			   view->rival, view->vendor);
		break;
	case PW_ALERT_NOTICE:
		pw_doc_add(doc, PW_BLOCK_BANNER, tone_of(view), "Notice", "%s (%s).",
			   finding->notice ? finding->notice
					   : "Please look at this message",
			   view->customer);
		break;
	}
	if (view->input->news)
		pw_doc_add(doc, PW_BLOCK_BANNER_MORE, tone_of(view), NULL,
			   "New in this case: %s.", view->input->news);
	put_others(doc, view);
	pw_buf_init(&timing, 512);
	put_timing(&timing, view);
	if (timing.len)
		pw_doc_add(doc, PW_BLOCK_BANNER_MORE, tone_of(view), NULL, "%s",
			   timing.data);
	pw_buf_done(&timing);
}
