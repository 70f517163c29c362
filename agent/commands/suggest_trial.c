/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_trial.c - rules put over those in force, and what they cost. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/labels.h"
#include "agent/commands/suggest_trial.h"

#define YAML_BYTES ((size_t)4 << 20)

/* --- the rules ------------------------------------------------------------------ */

/* The candidates of a group share entries: each once. */
static void add_section(struct pw_buf *yaml, const char *section,
			const struct pw_trial *trial,
			const struct pw_candidate_rule *candidates, size_t n)
{
	size_t start = yaml->len, i, k;

	for (i = 0; i < trial->n_kept + n; i++) {
		const struct pw_candidate_rule *rule =
			i < trial->n_kept ? &trial->kept[i]
					  : &candidates[i - trial->n_kept];

		for (k = 0; k < rule->n; k++) {
			if (strcmp(rule->entries[k].section, section) != 0 ||
			    strstr(yaml->data + start, rule->entries[k].text))
				continue;
			if (yaml->len == start)
				pw_buf_addf(yaml, "\n%s:\n", section);
			pw_buf_adds(yaml, rule->entries[k].text);
		}
	}
}

/* The sections with what is kept and n candidates (NULL allowed for none). */
static char *rules_text(const struct pw_trial *trial,
			const struct pw_candidate_rule *candidates, size_t n)
{
	static const char *const sections[] = { "rivals", "vendors", "signals",
						"exclusions", "conditions" };
	struct pw_buf yaml;
	size_t s;

	pw_buf_init(&yaml, YAML_BYTES);
	pw_buf_adds(&yaml, "version: 1\n");
	for (s = 0; s < PW_ARRAY_LEN(sections); s++)
		add_section(&yaml, sections[s], trial, candidates, n);
	return pw_buf_take(&yaml);
}

char *pw_trial_text(const struct pw_trial *trial)
{
	return rules_text(trial, NULL, 0);
}

static int open_rules(const struct pw_trial *trial, struct pw_offline *offline,
		      const struct pw_candidate_rule *candidates, size_t n,
		      size_t n_inspectors, struct pw_err *err)
{
	struct pw_offline_options options = trial->options;
	PW_CLEANUP(pw_freep)
	char *text = trial->n_kept + n ? rules_text(trial, candidates, n) : NULL;

	options.more_rules = text;
	options.n_inspectors = n_inspectors;
	return pw_offline_open(offline, trial->globals, &options, err);
}

/* --- judging ----------------------------------------------------------------------- */

static int predict_all(const struct pw_trial *trial, const struct pw_offline *offline,
		       struct pw_predictions *ret, struct pw_err *err)
{
	size_t i, first;

	for (i = 0; i < trial->folders.n; i++) {
		PW_CLEANUP(pw_freep)
		char *mails = pw_labels_mails(trial->folders.items[i]);
		const char *const paths[] = { mails };

		first = ret->n;
		if (pw_predict(offline, paths, 1, ret, err) < 0 ||
		    pw_labels_join(ret, first, trial->labels[i], trial->folders.items[i],
				   err) < 0)
			return -1;
	}
	return 0;
}

bool pw_trial_is_right(const struct pw_prediction *one)
{
	return !one->label ||
	       pw_streq(pw_verdict_of(one->label), pw_verdict_of(one->json));
}

static int verdict_index(const json_t *json)
{
	const char *verdict = pw_verdict_of(json);

	return pw_streq(verdict, "alert") ? 0 : pw_streq(verdict, "review") ? 1 : 2;
}

struct pw_confusion pw_trial_count(const struct pw_trial *trial)
{
	struct pw_confusion ret = { 0 };
	size_t i;

	for (i = 0; i < trial->said.n; i++) {
		const struct pw_prediction *one = &trial->said.items[i];

		if (one->label)
			ret.n[verdict_index(one->label)][verdict_index(one->json)]++;
	}
	return ret;
}

/* Is every labelled mail that was right still so? */
static bool is_as_good(const struct pw_predictions *before,
		       const struct pw_predictions *after)
{
	size_t i;

	for (i = 0; i < before->n && i < after->n; i++)
		if (pw_trial_is_right(&before->items[i]) &&
		    !pw_trial_is_right(&after->items[i]))
			return false;
	return before->n == after->n;
}

int pw_trial_mends(const struct pw_trial *trial,
		   const struct pw_candidate_rule *candidates, size_t n,
		   const struct pw_prediction *one, enum pw_trial_answer *ret,
		   struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions alone = { 0 };
	const char *const paths[] = { one->file };
	struct pw_offline offline;
	int r;

	if (open_rules(trial, &offline, candidates, n, 1, err) < 0) {
		if (err->code != PW_ECONFIG)
			return -1;
		*ret = PW_TRIAL_NO_RULES;
		return 0;
	}
	r = pw_predict(&offline, paths, 1, &alone, err);
	pw_offline_close(&offline);
	if (r < 0)
		return -1;
	*ret = alone.n == 1 && pw_streq(pw_verdict_of(alone.items[0].json),
					pw_verdict_of(one->label))
		       ? PW_TRIAL_MENDED
		       : PW_TRIAL_AS_WRONG;
	return 0;
}

int pw_trial_keep(struct pw_trial *trial, struct pw_candidate_rule *candidate, bool *ret,
		  struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions after = { 0 };
	PW_CLEANUP(pw_past_done) struct pw_past past = { 0 };
	struct pw_offline offline;
	bool is_good;
	int r;

	*ret = false;
	if (open_rules(trial, &offline, candidate, 1, 0, err) < 0)
		return err->code == PW_ECONFIG ? 0 : -1;
	r = predict_all(trial, &offline, &after, err);
	is_good = r == 0 && is_as_good(&trial->said, &after);
	if (is_good)
		r = pw_past_judge(trial, &offline, &past, err);
	if (r < 0 || !is_good || !pw_past_is_same(&trial->past, &past)) {
		pw_offline_close(&offline);
		return r;
	}
	pw_offline_close(&trial->now);
	trial->now = offline;
	pw_predictions_done(&trial->said);
	trial->said = after;
	after = (struct pw_predictions){ 0 };
	trial->kept[trial->n_kept++] = *candidate;
	candidate->n = 0; /* taken */
	*ret = true;
	return 0;
}

int pw_trial_inspect(const struct pw_trial *trial, const char *file,
		     enum pw_job_kind kind,
		     int (*each)(void *, const struct pw_mailfile *,
				 const struct pw_job *, struct pw_err *),
		     void *self, struct pw_err *err)
{
	const struct pw_inspect_all run = { .pool = trial->now.pool,
					    .kind = kind,
					    .mailbox = trial->now.mailbox,
					    .authserv_id = trial->now.authserv_id,
					    .each = each,
					    .self = self };
	const char *const paths[] = { file };
	size_t n_unread = 0;

	return pw_inspect_all(&run, paths, 1, &n_unread, err);
}

/* --- what there is to learn from -----------------------------------------------------
 */

/* The folders, and the contracts that the mails are about. */
static int read_folders(struct pw_trial *trial, struct pw_err *err)
{
	size_t i;

	trial->labels = pw_alloc(trial->folders.n + 1, sizeof(json_t *));
	for (i = 0; i < trial->folders.n; i++) {
		PW_CLEANUP(pw_freep)
		char *contracts =
			pw_asprintf("%s/contracts.csv", trial->folders.items[i]);

		if (pw_labels_read(&trial->labels[i], trial->folders.items[i], err) < 0)
			return -1;
		if (!trial->options.contracts && access(contracts, R_OK) == 0) {
			trial->contracts = PW_TAKE(contracts);
			trial->options.contracts = trial->contracts;
		}
	}
	return 0;
}

static int take_labelled(void *self, const struct pw_mailfile *file,
			 const struct pw_job *job, struct pw_err *err)
{
	struct pw_trial *trial = self;
	const struct pw_prediction *one = &trial->said.items[trial->n_hashes];

	if (trial->n_hashes == trial->said.n)
		return 0; /* came meanwhile */
	if (pw_message_hash(file->raw, file->len, trial->hashes[trial->n_hashes], err) <
	    0)
		return -1;
	trial->n_hashes++;
	if (job->outcome == PW_JOB_DONE && one->label)
		pw_texts_add(pw_streq(pw_verdict_of(one->label), "ignore")
				     ? &trial->ignored
				     : &trial->told,
			     job->result);
	return 0;
}

/* Verdicts and words of the labelled mails. */
static int learn_labelled(struct pw_trial *trial, struct pw_err *err)
{
	const struct pw_inspect_all run = { .pool = trial->now.pool,
					    .kind = PW_JOB_PARSE,
					    .each = take_labelled,
					    .self = trial };
	size_t i, n_unread = 0;

	if (predict_all(trial, &trial->now, &trial->said, err) < 0)
		return -1;
	trial->hashes = pw_alloc(trial->said.n + 1, sizeof *trial->hashes);
	for (i = 0; i < trial->folders.n; i++) {
		PW_CLEANUP(pw_freep)
		char *mails = pw_labels_mails(trial->folders.items[i]);
		const char *const paths[] = { mails };

		if (pw_inspect_all(&run, paths, 1, &n_unread, err) < 0)
			return -1;
	}
	return 0;
}

int pw_trial_open(struct pw_trial *trial, struct pw_err *err)
{
	if (read_folders(trial, err) < 0 ||
	    open_rules(trial, &trial->now, NULL, 0, 0, err) < 0)
		return -1;
	trial->is_open = true;
	if (learn_labelled(trial, err) < 0 ||
	    pw_past_judge(trial, &trial->now, &trial->past, err) < 0)
		return -1;
	return pw_past_learn(trial, err);
}

void pw_trial_done(struct pw_trial *trial)
{
	size_t i;

	for (i = 0; trial->labels && i < trial->folders.n; i++)
		json_decref(trial->labels[i]);
	for (i = 0; i < trial->n_kept; i++)
		pw_candidate_done(&trial->kept[i]);
	if (trial->is_open)
		pw_offline_close(&trial->now);
	pw_predictions_done(&trial->said);
	pw_texts_done(&trial->ignored);
	pw_texts_done(&trial->told);
	free(trial->hashes);
	pw_past_done(&trial->past);
	free(trial->labels);
	free(trial->contracts);
}
