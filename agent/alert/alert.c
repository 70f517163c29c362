/* SPDX-License-Identifier: Apache-2.0 */
/* alert.c - which sections a mail of ours has, and under which names. */
#include "agent/alert/alert_internal.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"

static const char *first_of(const char *a, const char *b, const char *c)
{
	if (a && *a)
		return a;
	return b && *b ? b : c;
}

int pw_alert_cut(const char *text, size_t max)
{
	return (int)pw_utf8_cut(text, strlen(text), max);
}

static const char *vendor_name(const struct pw_alert_input *input)
{
	const struct pw_judgement *judgement = input->judgement;
	const struct pw_finding *finding = input->finding;

	return first_of(judgement->vendor,
			finding->n_vendors ? finding->vendors[0].name : NULL,
			"vendor not named");
}

static const char *rival_name(const struct pw_finding *finding)
{
	const struct pw_solicitor *solicitor = &finding->solicitor;
	const char *domain;

	if (!finding->is_solicitation)
		return "change of partner?";
	domain = pw_address_domain(solicitor->email);
	return first_of(solicitor->rival_name, domain,
			solicitor->name && *solicitor->name ? solicitor->name
							    : "unknown sender");
}

static const char *prefix_of(enum pw_alert_kind kind,
			     const struct pw_judgement *judgement)
{
	const bool is_urgent = judgement->severity == PW_SEVERITY_URGENT;

	switch (kind) {
	case PW_ALERT_UPDATE:
		return "Update: ";
	case PW_ALERT_REVIEW:
		return "Review: ";
	case PW_ALERT_NOTICE:
		return is_urgent ? "URGENT notice: " : "Notice: ";
	case PW_ALERT_NEW:
		break;
	}
	return is_urgent ? "URGENT: " : "";
}

/* The judgement measures on the day of the solicitation; what to do is
   a matter of the day on which it is read. */
static enum pw_timing timing_on(const struct pw_judgement *judgement, pw_day today)
{
	const pw_day end =
		judgement->soonest ? judgement->soonest->contract.end : PW_DAY_NONE;

	if (end == PW_DAY_NONE || judgement->timing < PW_TIMING_LAPSED)
		return judgement->timing;
	if (end < today)
		return PW_TIMING_LAPSED;
	return end - today <= judgement->window_days ? PW_TIMING_IN_WINDOW
						     : PW_TIMING_PREMATURE;
}

void pw_alert_write(struct pw_doc *doc, struct pw_buf *subject, enum pw_alert_kind kind,
		    const struct pw_alert_input *input)
{
	struct pw_alert_view view = {
		.input = input,
		.kind = kind,
		.prefix = prefix_of(kind, input->judgement),
		.customer = first_of(input->judgement->customer,
				     pw_address_domain(input->finding->forwarder),
				     "unknown customer"),
		.vendor = vendor_name(input),
		.rival = rival_name(input->finding),
		.today = pw_day_of_ms(input->received_ms),
	};

	view.timing = timing_on(input->judgement, view.today);
	pw_alert_subject(subject, &view);
	pw_alert_put_banner(doc, &view);
	pw_alert_put_steps(doc, &view);
	pw_alert_put_contracts(doc, &view);
	pw_alert_put_claims(doc, &view);
	pw_alert_put_who(doc, &view);
	pw_alert_put_words(doc, &view);
	pw_alert_put_foot(doc, &view);
}
