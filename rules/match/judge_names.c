/* SPDX-License-Identifier: Apache-2.0 */
/* judge_names.c - the words that stand for the enumerations of a judgement. */
#include "rules/match/judge.h"

#include "agent/base/str.h"

static const char *const verdict_names[] = {
	[PW_VERDICT_IGNORE] = "ignore",
	[PW_VERDICT_REVIEW] = "review",
	[PW_VERDICT_ALERT] = "alert",
};

static const char *const timing_names[] = {
	[PW_TIMING_NONE] = NULL,
	[PW_TIMING_PROCESSING] = "processing",
	[PW_TIMING_RENEWED] = "renewed",
	[PW_TIMING_LAPSED] = "lapsed",
	[PW_TIMING_IN_WINDOW] = "in_window",
	[PW_TIMING_PREMATURE] = "premature",
};

static const char *const status_names[] = {
	[PW_STATUS_ACTIVE] = "active",
	[PW_STATUS_QUOTED] = "quoted",
	[PW_STATUS_PROCESSING] = "processing",
	[PW_STATUS_RENEWED] = "renewed",
	[PW_STATUS_LOST] = "lost",
};

static const char *const severity_names[] = {
	[PW_SEVERITY_LOW] = "low",
	[PW_SEVERITY_NORMAL] = "normal",
	[PW_SEVERITY_HIGH] = "high",
	[PW_SEVERITY_URGENT] = "urgent",
};

const char *pw_verdict_name(enum pw_verdict verdict)
{
	return (size_t)verdict < PW_ARRAY_LEN(verdict_names) ? verdict_names[verdict]
							     : "unknown";
}

const char *pw_timing_name(enum pw_timing timing)
{
	return (size_t)timing < PW_ARRAY_LEN(timing_names) ? timing_names[timing] : NULL;
}

const char *pw_status_name(enum pw_status status)
{
	return (size_t)status < PW_ARRAY_LEN(status_names) ? status_names[status]
							   : "unknown";
}

bool pw_status_from_name(const char *name, enum pw_status *ret)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(status_names); i++) {
		if (pw_strieq(status_names[i], name)) {
			*ret = (enum pw_status)i;
			return true;
		}
	}
	return false;
}

const char *pw_severity_name(enum pw_severity severity)
{
	return (size_t)severity < PW_ARRAY_LEN(severity_names) ? severity_names[severity]
							       : "unknown";
}

const char *pw_claim_name(enum pw_claim claim)
{
	switch (claim) {
	case PW_CLAIM_FALSE_EXPIRY:
		return "false_expiry";
	case PW_CLAIM_PARTNER_CHANGE:
		return "partner_change_request";
	case PW_CLAIM_VENDOR_SHARED:
		return "vendor_shared_contact";
	}
	return "unknown";
}
