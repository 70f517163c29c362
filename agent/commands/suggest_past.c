/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_past.c - the messages of the store: how they are decided, their words. */
#include <stdlib.h>
#include <string.h>

#include "agent/commands/history.h"
#include "agent/commands/suggest_trial.h"

#define HISTORY_MAX 2000 /* messages that are looked at, newest first */

void pw_past_done(struct pw_past *past)
{
	free(past->items);
	*past = (struct pw_past){ 0 };
}

static bool is_labelled(const struct pw_trial *trial, const struct pw_mailfile *file)
{
	struct pw_err ignored = PW_ERR_INIT;
	char hash[PW_HASH_TEXT];
	size_t i;

	if (pw_message_hash(file->raw, file->len, hash, &ignored) < 0)
		return false;
	for (i = 0; i < trial->n_hashes; i++)
		if (strcmp(trial->hashes[i], hash) == 0)
			return true;
	return false;
}

struct looking {
	const struct pw_trial *trial;
	const struct pw_offline *offline;
	struct pw_past past;
};

static int look_at(void *self, const struct pw_mailfile *file, const struct pw_job *job,
		   struct pw_err *err)
{
	struct looking *looking = self;
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *resolved = NULL;

	if (looking->past.n == HISTORY_MAX || job->outcome != PW_JOB_DONE ||
	    is_labelled(looking->trial, file))
		return 0;
	if (pw_offline_judge(looking->offline, job, &finding, &resolved, err) < 0)
		return -1;
	looking->past.items[looking->past.n++] =
		(struct pw_past_message){ file->id, resolved->judgement->verdict !=
							    PW_VERDICT_IGNORE };
	return 0;
}

/* No more than are looked at. */
struct limited {
	struct pw_mail_source source;
	size_t left;
};

static int next_limited(void *self, struct pw_mailfile *ret, struct pw_err *err)
{
	struct limited *limited = self;

	if (!limited->left)
		return 0;
	limited->left--;
	return limited->source.next(limited->source.self, ret, err);
}

static size_t limited_found(void *self)
{
	struct limited *limited = self;

	return limited->source.found(limited->source.self);
}

/* Every message kept in the store, where there is one, through each. */
static int through_history(const struct pw_trial *trial, const struct pw_inspect_all *run,
			   struct pw_err *err)
{
	const struct pw_config *config = trial->now.config;
	struct limited limited = { .left = HISTORY_MAX };
	const struct pw_mail_source source = { next_limited, limited_found, &limited };
	struct pw_history history;
	size_t n_unread = 0;
	int r;

	if (!config)
		return 0;
	if (pw_history_open(&history, config, NULL, err) < 0)
		return err->code == PW_ENOTFOUND ? 0 : -1;
	limited.source = pw_history_source(&history);
	r = pw_inspect_source(run, &source, &n_unread, err);
	if (r == 0 && history.err.code != PW_OK) {
		*err = history.err;
		r = -1;
	}
	pw_history_close(&history);
	return r;
}

int pw_past_judge(const struct pw_trial *trial, const struct pw_offline *offline,
		  struct pw_past *ret, struct pw_err *err)
{
	struct looking looking = { .trial = trial, .offline = offline };
	const struct pw_inspect_all run = { .pool = offline->pool,
					    .kind = PW_JOB_INSPECT,
					    .mailbox = offline->mailbox,
					    .authserv_id = offline->authserv_id,
					    .each = look_at,
					    .self = &looking };

	looking.past.items = pw_alloc(HISTORY_MAX, sizeof *looking.past.items);
	if (through_history(trial, &run, err) < 0) {
		pw_past_done(&looking.past);
		return -1;
	}
	*ret = looking.past;
	return 0;
}

bool pw_past_is_same(const struct pw_past *a, const struct pw_past *b)
{
	size_t i, k = 0;

	/* Both newest first; what came meanwhile is in one of them only. */
	for (i = 0; i < a->n; i++) {
		while (k < b->n && b->items[k].id > a->items[i].id)
			k++;
		if (k < b->n && b->items[k].id == a->items[i].id &&
		    b->items[k].is_told != a->items[i].is_told)
			return false;
	}
	return true;
}

static int take_past(void *self, const struct pw_mailfile *file, const struct pw_job *job,
		     struct pw_err *err)
{
	struct pw_trial *trial = self;
	const struct pw_past *past = &trial->past;
	size_t i;

	(void)err;
	for (i = 0; i < past->n && past->items[i].id != file->id; i++)
		;
	if (i < past->n && job->outcome == PW_JOB_DONE)
		pw_texts_add(past->items[i].is_told ? &trial->told : &trial->ignored,
			     job->result);
	return 0;
}

int pw_past_learn(struct pw_trial *trial, struct pw_err *err)
{
	const struct pw_inspect_all run = { .pool = trial->now.pool,
					    .kind = PW_JOB_PARSE,
					    .each = take_past,
					    .self = trial };

	return through_history(trial, &run, err);
}
