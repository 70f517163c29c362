/* SPDX-License-Identifier: Apache-2.0 */
/*
 * predict.h - what the rules say about a set of messages, and what is right.
 */
#ifndef PW_COMMANDS_PREDICT_H
#define PW_COMMANDS_PREDICT_H

#include <jansson.h>

#include "agent/commands/offline.h"

/* One message judged. */
struct pw_prediction {
	char *file;    /* as given; owned */
	json_t *json;  /* as `scan --json` prints it */
	json_t *label; /* what is right (labels.h), NULL: not known; borrowed */
};

struct pw_predictions {
	struct pw_prediction *items;
	size_t n, cap;
	size_t n_unread;
};

/* Judge every message of the paths.  What cannot be judged becomes a
   review without fields. */
int pw_predict(const struct pw_offline *offline, const char *const *paths, size_t n,
	       struct pw_predictions *ret, struct pw_err *err) PW_MUST_CHECK;
void pw_predictions_done(struct pw_predictions *predictions);

/* "alert", "review" or "ignore" of a prediction or label. */
const char *pw_verdict_of(const json_t *json);
/* Score, threshold, deciding line and rules of a prediction's `why`. */
double pw_why_number(const json_t *json, const char *key);
const char *pw_why_text(const json_t *json, const char *key);

#endif
