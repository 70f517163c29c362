/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels.h - what is right about the mails of a folder.
 *
 * A labelled set is DIR/labels.jsonl, one object a mail with its `file` and the
 * keys of `scan --json`, and the mails in DIR/mails (or DIR).  Only `file` and
 * `verdict` are required: a key that is not there is not judged.  `also` may
 * hold further values that are right, by key; `notes` a remark.
 */
#ifndef PW_COMMANDS_LABELS_H
#define PW_COMMANDS_LABELS_H

#include <jansson.h>

#include "agent/commands/predict.h"

/* The labels by file name.  Every mistake is printed on standard error with its
   line; err (PW_EINPUT) then says how many there are.  *ret is owned by the
   caller. */
int pw_labels_read(json_t **ret, const char *folder, struct pw_err *err) PW_MUST_CHECK;
/* Where the mails of the folder lie: DIR/mails, else DIR; owned by the caller. */
char *pw_labels_mails(const char *folder);
/* Set the label of each prediction from the first'th on that has one.  A label
   without a mail is PW_EINPUT. */
int pw_labels_join(struct pw_predictions *predictions, size_t first, const json_t *labels,
		   const char *folder, struct pw_err *err) PW_MUST_CHECK;

#endif
