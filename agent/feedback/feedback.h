/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feedback.h - mails that were judged wrongly, kept as labelled cases.
 *
 * A folder in the form that `rules eval` reads: mails/NAME.eml and
 * labels.jsonl, one object a mail.  It lies beside the store ("feedback"),
 * readable by its owner only.
 */
#ifndef PW_FEEDBACK_H
#define PW_FEEDBACK_H

#include <stddef.h>

#include "agent/base/err.h"

/* The folder that belongs to a store; owned by the caller (free()). */
char *pw_feedback_folder(const char *store_path);

/* What is right about a mail; NULL: not said (null in the label). */
struct pw_feedback_label {
	const char *verdict; /* "alert", "review" or "ignore" */
	const char *rival;
	const char *notes;
};

/* Keep a mail and its label; the same mail again replaces its label.
 *ret_path (owned by the caller) is where it went. */
int pw_feedback_keep(const char *folder, const void *raw, size_t len,
		     const struct pw_feedback_label *label, char **ret_path,
		     struct pw_err *err) PW_MUST_CHECK;

#endif
