/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/predict.h"

#include <string.h>

#include "agent/commands/inspect_all.h"
#include "agent/commands/verdict_json.h"

struct predict {
	const struct pw_offline *offline;
	struct pw_predictions *predictions;
};

static int add(const struct predict *predict, const char *name, const struct pw_job *job,
	       struct pw_err *err)
{
	struct pw_predictions *all = predict->predictions;
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *resolved = NULL;
	json_t *json;

	if (job->outcome != PW_JOB_DONE) {
		json = pw_verdict_unreadable_json(name, job->err.msg);
		all->n_unread++;
	} else {
		if (pw_offline_judge(predict->offline, job, &finding, &resolved, err) < 0)
			return -1;
		json = pw_verdict_json(name, finding, resolved);
	}
	if (all->n == all->cap) {
		all->cap = all->cap ? all->cap * 2 : 64;
		all->items = pw_realloc(all->items, all->cap, sizeof *all->items);
	}
	all->items[all->n++] =
		(struct pw_prediction){ .file = pw_strdup(name), .json = json };
	return 0;
}

static int add_file(void *self, const struct pw_mailfile *file, const struct pw_job *job,
		    struct pw_err *err)
{
	return add(self, file->name, job, err);
}

int pw_predict(const struct pw_offline *offline, const char *const *paths, size_t n,
	       struct pw_predictions *ret, struct pw_err *err)
{
	struct predict predict = { offline, ret };
	const struct pw_inspect_all run = { .pool = offline->pool,
					    .kind = PW_JOB_INSPECT,
					    .mailbox = offline->mailbox,
					    .authserv_id = offline->authserv_id,
					    .each = add_file,
					    .self = &predict };
	size_t n_unread = 0;
	int r = pw_inspect_all(&run, paths, n, &n_unread, err);

	ret->n_unread += n_unread;
	return r;
}

void pw_predictions_done(struct pw_predictions *predictions)
{
	size_t i;

	for (i = 0; i < predictions->n; i++) {
		free(predictions->items[i].file);
		json_decref(predictions->items[i].json);
	}
	free(predictions->items);
	memset(predictions, 0, sizeof *predictions);
}

const char *pw_verdict_of(const json_t *json)
{
	const char *verdict = json_string_value(json_object_get(json, "verdict"));

	return verdict ? verdict : "ignore";
}

double pw_why_number(const json_t *json, const char *key)
{
	return json_number_value(json_object_get(json_object_get(json, "why"), key));
}

const char *pw_why_text(const json_t *json, const char *key)
{
	const char *text =
		json_string_value(json_object_get(json_object_get(json, "why"), key));

	return text ? text : "";
}
