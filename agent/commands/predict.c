/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/predict.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/inspect_all.h"
#include "agent/commands/verdict_json.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)

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

int pw_predict_raw(const struct pw_offline *offline, const char *name, const void *raw,
		   size_t len, struct pw_predictions *ret, struct pw_err *err)
{
	const struct predict predict = { offline, ret };
	struct pw_job job = { .kind = PW_JOB_INSPECT,
			      .raw = raw,
			      .len = len,
			      .mailbox = offline->mailbox,
			      .authserv_id = offline->authserv_id,
			      .received = PW_DAY_NONE };
	int r;

	pw_pool_submit(offline->pool, &job);
	while (!pw_pool_take(offline->pool))
		if (pw_pool_wait(offline->pool, -1, err) < 0)
			return -1;
	r = add(&predict, name, &job, err);
	json_decref(job.result);
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

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int read_line(json_t *labels, const char *path, size_t number, const char *line,
		     struct pw_err *err)
{
	json_error_t error;
	json_t *label;
	const char *file;

	if (strspn(line, " \t\r\n") == strlen(line))
		return 0;
	label = json_loads(line, 0, &error);
	file = json_string_value(json_object_get(label, "file"));
	if (!file) {
		json_decref(label);
		return pw_err_set(err, PW_EINPUT,
				  "%s:%zu: not an object with a 'file' (%s)", path,
				  number, error.text);
	}
	json_object_set_new(labels, base_name(file), label);
	return 0;
}

int pw_labels_read(json_t **ret, const char *folder, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s/labels.jsonl", folder);
	PW_CLEANUP(pw_freep) char *line = NULL;
	json_t *labels = json_object();
	size_t cap = 0, number = 0;
	FILE *in = fopen(path, "re");
	ssize_t len;
	int r = 0;

	if (!in) {
		json_decref(labels);
		return pw_err_errno(err, PW_EINPUT, "labels '%s'", path);
	}
	while (r == 0 && (len = getline(&line, &cap, in)) >= 0) {
		number++;
		if ((size_t)len > LINE_MAX_BYTES)
			r = pw_err_set(err, PW_EINPUT, "%s:%zu: line too long", path,
				       number);
		else
			r = read_line(labels, path, number, line, err);
	}
	fclose(in);
	if (r < 0)
		json_decref(labels);
	else
		*ret = labels;
	return r;
}

void pw_labels_join(struct pw_predictions *predictions, const json_t *labels)
{
	size_t i;

	for (i = 0; i < predictions->n; i++)
		predictions->items[i].label =
			json_object_get(labels, base_name(predictions->items[i].file));
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
