/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_suggest.c - `poachwatch rules suggest`: the narrowest rule that mends a
 * mail that was decided wrongly, and costs no other.
 *
 * Candidates are tried, not reasoned about: each is put over the rules in force
 * and those kept so far; one that mends its mail is kept when every labelled
 * mail that was right stays so and no message of the store is decided otherwise.
 * What is printed is a rule file: everything else in it is a comment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/history.h"
#include "agent/commands/labels.h"
#include "agent/commands/open_store.h"
#include "agent/commands/rules.h"
#include "agent/commands/suggest.h"
#include "agent/crypto/hash.h"
#include "agent/feedback/feedback.h"

#define HISTORY_MAX 2000 /* messages of the store that are looked at, newest first */
#define KEPT_MAX    200
#define YAML_BYTES  ((size_t)4 << 20)

struct past {
	int64_t id;
	bool is_told;
};

struct suggest {
	const struct pw_globals *globals;
	struct pw_offline_options options;
	struct pw_strings folders; /* labelled sets */
	json_t **labels;           /* one a folder */
	char *contracts;           /* of the first folder that has some; owned */

	struct pw_offline now; /* rules in force, and what is kept so far */
	bool is_open;
	struct pw_predictions said; /* by those; paths in the order of folders */
	struct past *past;          /* of the store, by those */
	size_t n_past;
	char (*hashes)[PW_HASH_TEXT]; /* of the labelled mails: no proof against them */
	size_t n_hashes;
	struct pw_texts ignored, told; /* texts of mails by their right verdict */

	struct pw_candidate_rule kept[KEPT_MAX];
	size_t n_kept, n_wrong, n_left;
	size_t before[3][3], after[3][3];
};

/* --- judging ------------------------------------------------------------------- */

/* The candidates of a group share entries: each once. */
static void add_section(struct pw_buf *yaml, const char *section,
			const struct suggest *suggest,
			const struct pw_candidate_rule *candidates, size_t n)
{
	size_t start = yaml->len, i, k;

	for (i = 0; i < suggest->n_kept + n; i++) {
		const struct pw_candidate_rule *rule =
			i < suggest->n_kept ? &suggest->kept[i]
					    : &candidates[i - suggest->n_kept];

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
static char *rules_text(const struct suggest *suggest,
			const struct pw_candidate_rule *candidates, size_t n)
{
	static const char *const sections[] = { "rivals", "vendors", "signals",
						"exclusions", "conditions" };
	struct pw_buf yaml;
	size_t s;

	pw_buf_init(&yaml, YAML_BYTES);
	pw_buf_adds(&yaml, "version: 1\n");
	for (s = 0; s < PW_ARRAY_LEN(sections); s++)
		add_section(&yaml, sections[s], suggest, candidates, n);
	return pw_buf_take(&yaml);
}

static int open_with(const struct suggest *suggest, struct pw_offline *offline,
		     const struct pw_candidate_rule *candidates, size_t n,
		     size_t n_inspectors, struct pw_err *err)
{
	struct pw_offline_options options = suggest->options;
	PW_CLEANUP(pw_freep)
	char *text = suggest->n_kept + n ? rules_text(suggest, candidates, n) : NULL;

	options.more_rules = text;
	options.n_inspectors = n_inspectors;
	return pw_offline_open(offline, suggest->globals, &options, err);
}

static int predict_all(const struct suggest *suggest, const struct pw_offline *offline,
		       struct pw_predictions *ret, struct pw_err *err)
{
	size_t i, first;

	for (i = 0; i < suggest->folders.n; i++) {
		PW_CLEANUP(pw_freep)
		char *mails = pw_labels_mails(suggest->folders.items[i]);
		const char *const paths[] = { mails };

		first = ret->n;
		if (pw_predict(offline, paths, 1, ret, err) < 0 ||
		    pw_labels_join(ret, first, suggest->labels[i],
				   suggest->folders.items[i], err) < 0)
			return -1;
	}
	return 0;
}

struct looking {
	struct suggest *suggest;
	const struct pw_offline *offline;
	struct past *past;
	size_t n;
};

static bool is_labelled(const struct suggest *suggest, const struct pw_mailfile *file)
{
	struct pw_err ignored = PW_ERR_INIT;
	char hash[PW_HASH_TEXT];
	size_t i;

	if (pw_message_hash(file->raw, file->len, hash, &ignored) < 0)
		return false;
	for (i = 0; i < suggest->n_hashes; i++)
		if (strcmp(suggest->hashes[i], hash) == 0)
			return true;
	return false;
}

static int look_at(void *self, const struct pw_mailfile *file, const struct pw_job *job,
		   struct pw_err *err)
{
	struct looking *looking = self;
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *resolved = NULL;

	if (looking->n == HISTORY_MAX || job->outcome != PW_JOB_DONE ||
	    is_labelled(looking->suggest, file))
		return 0;
	if (pw_offline_judge(looking->offline, job, &finding, &resolved, err) < 0)
		return -1;
	looking->past[looking->n++] =
		(struct past){ file->id,
			       resolved->judgement->verdict != PW_VERDICT_IGNORE };
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
static int through_history(const struct suggest *suggest,
			   const struct pw_inspect_all *run, struct pw_err *err)
{
	const struct pw_config *config = suggest->now.config;
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

static int judge_history(struct suggest *suggest, const struct pw_offline *offline,
			 struct past **ret, size_t *ret_n, struct pw_err *err)
{
	struct looking looking = { suggest, offline,
				   pw_alloc(HISTORY_MAX, sizeof *looking.past), 0 };
	const struct pw_inspect_all run = { .pool = offline->pool,
					    .kind = PW_JOB_INSPECT,
					    .mailbox = offline->mailbox,
					    .authserv_id = offline->authserv_id,
					    .each = look_at,
					    .self = &looking };

	if (through_history(suggest, &run, err) < 0) {
		free(looking.past);
		return -1;
	}
	*ret = looking.past;
	*ret_n = looking.n;
	return 0;
}

/* --- comparing ------------------------------------------------------------------ */

static bool is_right(const struct pw_prediction *one)
{
	return !one->label ||
	       pw_streq(pw_verdict_of(one->label), pw_verdict_of(one->json));
}

/* Is every labelled mail that was right still so? */
static bool is_as_good(const struct pw_predictions *before,
		       const struct pw_predictions *after)
{
	size_t i;

	for (i = 0; i < before->n && i < after->n; i++)
		if (is_right(&before->items[i]) && !is_right(&after->items[i]))
			return false;
	return before->n == after->n;
}

static bool is_same_past(const struct suggest *suggest, const struct past *past, size_t n)
{
	size_t i, k = 0;

	/* Both newest first; what came meanwhile is in one of them only. */
	for (i = 0; i < suggest->n_past; i++) {
		while (k < n && past[k].id > suggest->past[i].id)
			k++;
		if (k < n && past[k].id == suggest->past[i].id &&
		    past[k].is_told != suggest->past[i].is_told)
			return false;
	}
	return true;
}

static size_t count_right(const struct pw_predictions *predictions, size_t *ret_labelled)
{
	size_t n = 0, i;

	for (*ret_labelled = 0, i = 0; i < predictions->n; i++)
		if (predictions->items[i].label) {
			++*ret_labelled;
			n += is_right(&predictions->items[i]);
		}
	return n;
}

static int verdict_index(const json_t *json)
{
	const char *verdict = pw_verdict_of(json);

	return pw_streq(verdict, "alert") ? 0 : pw_streq(verdict, "review") ? 1 : 2;
}

static void fill_confusion(const struct pw_predictions *predictions, size_t ret[3][3])
{
	size_t i;

	memset(ret, 0, sizeof(size_t[3][3]));
	for (i = 0; i < predictions->n; i++)
		if (predictions->items[i].label)
			ret[verdict_index(predictions->items[i].label)]
			   [verdict_index(predictions->items[i].json)]++;
}

/* --- trying ------------------------------------------------------------------------ */

/* Do the candidates, all at once, mend the mail?  One mail is judged, not all.
   -2: they are no rules. */
static int mends(const struct suggest *suggest,
		 const struct pw_candidate_rule *candidates, size_t n,
		 const struct pw_prediction *one, bool *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions alone = { 0 };
	const char *const paths[] = { one->file };
	struct pw_offline offline;
	int r;

	*ret = false;
	if (open_with(suggest, &offline, candidates, n, 1, err) < 0)
		return err->code == PW_ECONFIG ? -2 : -1;
	r = pw_predict(&offline, paths, 1, &alone, err);
	pw_offline_close(&offline);
	*ret = r == 0 && alone.n == 1 &&
	       pw_streq(pw_verdict_of(alone.items[0].json), pw_verdict_of(one->label));
	return r;
}

/* How many candidates from at on form a group that as a whole mends nothing. */
static int skip_group(const struct suggest *suggest, const struct pw_candidates *all,
		      size_t at, const struct pw_prediction *one, size_t *ret,
		      struct pw_err *err)
{
	const struct pw_candidate_rule *first = &all->items[at];
	bool is_mended = true;
	size_t n = 1;
	int r = 0;

	while (at + n < all->n && first[n].group == first->group)
		n++;
	if (first->group && n > 1 && (at == 0 || first[-1].group != first->group))
		r = mends(suggest, first, n, one, &is_mended, err);
	*ret = r == 0 && !is_mended ? n : 0;
	return r == -1 ? -1 : 0;
}

/* Judge everything with it; keep it where it costs nothing. */
static int keep(struct suggest *suggest, struct pw_candidate_rule *candidate,
		bool *ret_kept, struct pw_err *err)
{
	PW_CLEANUP(pw_predictions_done) struct pw_predictions after = { 0 };
	PW_CLEANUP(pw_freep) struct past *past = NULL;
	struct pw_offline offline;
	size_t n_past = 0;
	int r;

	*ret_kept = false;
	if (open_with(suggest, &offline, candidate, 1, 0, err) < 0)
		return err->code == PW_ECONFIG ? 0 : -1;
	r = predict_all(suggest, &offline, &after, err);
	if (r == 0 && is_as_good(&suggest->said, &after))
		r = judge_history(suggest, &offline, &past, &n_past, err);
	if (r < 0 || !past || !is_same_past(suggest, past, n_past)) {
		pw_offline_close(&offline);
		return r;
	}
	pw_offline_close(&suggest->now);
	suggest->now = offline;
	pw_predictions_done(&suggest->said);
	suggest->said = after;
	after = (struct pw_predictions){ 0 };
	suggest->kept[suggest->n_kept++] = *candidate;
	candidate->n = 0; /* taken */
	*ret_kept = true;
	return 0;
}

static int catch_finding(void *self, const struct pw_mailfile *file,
			 const struct pw_job *job, struct pw_err *err)
{
	(void)file;
	if (job->outcome != PW_JOB_DONE)
		return 0;
	return pw_finding_from_json(self, job->result, err);
}

static int catch_parsed(void *self, const struct pw_mailfile *file,
			const struct pw_job *job, struct pw_err *err)
{
	(void)file;
	(void)err;
	if (job->outcome == PW_JOB_DONE)
		*(json_t **)self = json_incref(job->result);
	return 0;
}

/* One mail through the inspectors of the present rules. */
static int inspect(const struct suggest *suggest, const char *file, enum pw_job_kind kind,
		   int (*each)(void *, const struct pw_mailfile *, const struct pw_job *,
			       struct pw_err *),
		   void *self, struct pw_err *err)
{
	const struct pw_inspect_all run = { .pool = suggest->now.pool,
					    .kind = kind,
					    .mailbox = suggest->now.mailbox,
					    .authserv_id = suggest->now.authserv_id,
					    .each = each,
					    .self = self };
	const char *const paths[] = { file };
	size_t n_unread = 0;

	return pw_inspect_all(&run, paths, 1, &n_unread, err);
}

/* --- printing -------------------------------------------------------------------------
 */

static void comment(const char *text)
{
	PW_CLEANUP(pw_freep) char *safe = pw_cli_escape(text ? text : "-");

	fputs(safe, stdout);
}

static void print_head(const struct pw_prediction *one)
{
	printf("# %s", pw_colour(stdout, PW_BOLD));
	comment(one->file);
	printf("%s: %s, should be %s\n", pw_colour_end(stdout), pw_verdict_of(one->json),
	       pw_verdict_of(one->label));
}

static void print_why(const struct pw_wrong *wrong)
{
	const struct pw_layer_note *layer = pw_suggest_layer(wrong);

	fputs("#   ", stdout);
	if (layer) {
		printf("layer %d, by %s ", layer->layer,
		       pw_sender_class_name(layer->sender_class));
		comment(layer->who ? layer->who : "nobody known");
		fputs(": ", stdout);
	}
	comment(wrong->finding->decided_by);
	putchar('\n');
}

static void print_kept(const struct suggest *suggest, size_t right_before)
{
	const struct pw_candidate_rule *rule = &suggest->kept[suggest->n_kept - 1];
	size_t labelled, right = count_right(&suggest->said, &labelled), i;

	fputs("#   mended by", stdout);
	for (i = 0; i < rule->n; i++)
		printf("%s %s%s.%s%s", i ? " and" : "", pw_colour(stdout, PW_GREEN),
		       rule->entries[i].section, rule->entries[i].name,
		       pw_colour_end(stdout));
	printf(": %zu of %zu labelled mails right, %zu before, none worse", right,
	       labelled, right_before);
	if (suggest->n_past)
		printf("; %zu messages of the store decided as before", suggest->n_past);
	putchar('\n');
}

/* What stands in the way, where no rule helps. */
static void print_hopeless(const struct pw_wrong *wrong)
{
	bool is_told = strcmp(pw_verdict_of(wrong->said), "ignore") != 0;
	bool is_wanted = strcmp(pw_verdict_of(wrong->label), "ignore") != 0;

	if (is_told && is_wanted)
		puts("#   nothing to suggest: whose contract it is, contracts and "
		     "customers' domains and aliases decide");
	else if (is_wanted && !pw_suggest_layer(wrong))
		puts("#   nothing to suggest: nobody who can solicit wrote any of it; is "
		     "a rival's domain listed as a customer's or a vendor's?");
	else
		puts("#   nothing to suggest: no phrase, name or weight mends it without "
		     "cost to another mail; `rules explain` shows how it was decided");
}

static void print_confusion(const char *title, size_t n[3][3])
{
	static const char *const names[] = { "alert", "review", "ignore" };
	int i;

	printf("# %-22s said alert  review  ignore\n", title);
	for (i = 0; i < 3; i++)
		printf("#   should be %-9s %11zu %7zu %7zu\n", names[i], n[i][0], n[i][1],
		       n[i][2]);
}

static void print_rules(const struct suggest *suggest)
{
	PW_CLEANUP(pw_freep) char *text = NULL;

	if (!suggest->n_kept)
		return;
	text = rules_text(suggest, NULL, 0);
	puts("#");
	print_confusion("before", (size_t(*)[3])(uintptr_t)suggest->before);
	print_confusion("with what follows", (size_t(*)[3])(uintptr_t)suggest->after);
	puts("# Paste it into a rule file of a later folder; then: rules check, rules "
	     "test.");
	fputs(text, stdout);
}

/* --- one mail, all mails
 * ---------------------------------------------------------------- */

static int try_candidates(struct suggest *suggest, const struct pw_prediction *one,
			  const struct pw_wrong *wrong, bool *ret_kept,
			  struct pw_err *err)
{
	struct pw_candidates *candidates = pw_alloc(1, sizeof *candidates);
	size_t i = 0, n_skipped;
	bool is_mended;
	int r = 0;

	*ret_kept = false;
	pw_suggest_candidates(wrong, candidates);
	while (r >= 0 && !*ret_kept && i < candidates->n) {
		pw_progress("candidates", i + 1, candidates->n);
		r = skip_group(suggest, candidates, i, one, &n_skipped, err);
		i += n_skipped;
		if (r < 0 || n_skipped)
			continue;
		r = mends(suggest, &candidates->items[i], 1, one, &is_mended, err);
		if (r == 0 && is_mended)
			r = keep(suggest, &candidates->items[i], ret_kept, err);
		else if (r == -2)
			r = 0;
		i++;
	}
	pw_progress_end();
	pw_candidates_done(candidates);
	free(candidates);
	return r;
}

static int suggest_for(struct suggest *suggest, size_t at, struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	const struct pw_prediction one = suggest->said.items[at];
	PW_CLEANUP(pw_freep) char *file = pw_strdup(one.file);
	json_t *said = json_incref(one.json), *parsed = NULL;
	struct pw_prediction copy = { file, said, one.label };
	bool is_ignore = pw_streq(pw_verdict_of(one.label), "ignore"), is_kept = false;
	size_t labelled, right = count_right(&suggest->said, &labelled);
	int r = inspect(suggest, file, PW_JOB_INSPECT, catch_finding, &finding, err);

	if (r == 0)
		r = inspect(suggest, file, PW_JOB_PARSE, catch_parsed, &parsed, err);
	if (r == 0)
		print_head(&copy);
	if (r == 0 && finding && parsed) {
		const struct pw_wrong wrong = {
			.file = file,
			.label = one.label,
			.said = said,
			.finding = finding,
			.parsed = parsed,
			.must_not = is_ignore ? &suggest->told : &suggest->ignored,
			.may = is_ignore ? &suggest->ignored : &suggest->told,
			.offline = &suggest->now,
		};

		print_why(&wrong);
		if (suggest->n_kept < KEPT_MAX)
			r = try_candidates(suggest, &copy, &wrong, &is_kept, err);
		if (r == 0 && is_kept)
			print_kept(suggest, right);
		else if (r == 0)
			print_hopeless(&wrong);
	}
	suggest->n_left += r == 0 && !is_kept;
	json_decref(said);
	json_decref(parsed);
	return r;
}

/* --- what there is to learn from
 * --------------------------------------------------------- */

static int take_labelled(void *self, const struct pw_mailfile *file,
			 const struct pw_job *job, struct pw_err *err)
{
	struct suggest *suggest = self;
	const struct pw_prediction *one = &suggest->said.items[suggest->n_hashes];

	if (suggest->n_hashes == suggest->said.n)
		return 0; /* came meanwhile */
	if (pw_message_hash(file->raw, file->len, suggest->hashes[suggest->n_hashes],
			    err) < 0)
		return -1;
	suggest->n_hashes++;
	if (job->outcome == PW_JOB_DONE && one->label)
		pw_texts_add(pw_streq(pw_verdict_of(one->label), "ignore")
				     ? &suggest->ignored
				     : &suggest->told,
			     job->result);
	return 0;
}

static int take_past(void *self, const struct pw_mailfile *file, const struct pw_job *job,
		     struct pw_err *err)
{
	struct suggest *suggest = self;
	size_t i;

	(void)err;
	for (i = 0; i < suggest->n_past && suggest->past[i].id != file->id; i++)
		;
	if (i < suggest->n_past && job->outcome == PW_JOB_DONE)
		pw_texts_add(suggest->past[i].is_told ? &suggest->told
						      : &suggest->ignored,
			     job->result);
	return 0;
}

/* Verdicts and words of all mails, before anything is suggested. */
static int learn(struct suggest *suggest, struct pw_err *err)
{
	struct pw_inspect_all run = { .pool = suggest->now.pool,
				      .kind = PW_JOB_PARSE,
				      .each = take_labelled,
				      .self = suggest };
	size_t i, n_unread = 0;

	if (predict_all(suggest, &suggest->now, &suggest->said, err) < 0)
		return -1;
	suggest->hashes = pw_alloc(suggest->said.n + 1, sizeof *suggest->hashes);
	for (i = 0; i < suggest->folders.n; i++) {
		PW_CLEANUP(pw_freep)
		char *mails = pw_labels_mails(suggest->folders.items[i]);
		const char *const paths[] = { mails };

		if (pw_inspect_all(&run, paths, 1, &n_unread, err) < 0)
			return -1;
	}
	if (judge_history(suggest, &suggest->now, &suggest->past, &suggest->n_past, err) <
	    0)
		return -1;
	run.each = take_past;
	return through_history(suggest, &run, err);
}

static int suggest_all(struct suggest *suggest, struct pw_err *err)
{
	size_t i;

	if (learn(suggest, err) < 0)
		return -1;
	fill_confusion(&suggest->said, suggest->before);
	for (i = 0; i < suggest->said.n; i++) {
		if (is_right(&suggest->said.items[i]))
			continue;
		suggest->n_wrong++;
		if (suggest_for(suggest, i, err) < 0)
			return -1;
		fflush(stdout);
	}
	fill_confusion(&suggest->said, suggest->after);
	if (!suggest->n_wrong)
		puts("# every labelled mail is decided right");
	print_rules(suggest);
	return 0;
}

/* The folders, and the contracts that the mails are about. */
static int prepare(struct suggest *suggest, struct pw_err *err)
{
	size_t i;

	suggest->labels = pw_alloc(suggest->folders.n + 1, sizeof(json_t *));
	for (i = 0; i < suggest->folders.n; i++) {
		PW_CLEANUP(pw_freep)
		char *contracts =
			pw_asprintf("%s/contracts.csv", suggest->folders.items[i]);

		if (pw_labels_read(&suggest->labels[i], suggest->folders.items[i], err) <
		    0)
			return -1;
		if (!suggest->options.contracts && access(contracts, R_OK) == 0) {
			suggest->contracts = PW_TAKE(contracts);
			suggest->options.contracts = suggest->contracts;
		}
	}
	if (open_with(suggest, &suggest->now, NULL, 0, 0, err) < 0)
		return -1;
	suggest->is_open = true;
	return 0;
}

static void suggest_done(struct suggest *suggest)
{
	size_t i, k;

	for (i = 0; suggest->labels && i < suggest->folders.n; i++)
		json_decref(suggest->labels[i]);
	for (i = 0; i < suggest->n_kept; i++)
		for (k = 0; k < suggest->kept[i].n; k++) {
			free(suggest->kept[i].entries[k].name);
			free(suggest->kept[i].entries[k].text);
		}
	if (suggest->is_open)
		pw_offline_close(&suggest->now);
	pw_predictions_done(&suggest->said);
	pw_texts_done(&suggest->ignored);
	pw_texts_done(&suggest->told);
	free(suggest->hashes);
	free(suggest->past);
	free(suggest->labels);
	free(suggest->contracts);
}

/* The mails that `alerts close` and `alerts missed` kept. */
static int add_feedback(struct suggest *suggest, char **ret_folder, struct pw_err *err)
{
	PW_CLEANUP(pw_config_freep) struct pw_config *config = NULL;

	if (suggest->folders.n)
		return 0;
	if (!suggest->globals->config_path)
		return pw_err_set(err, PW_EINPUT,
				  "give a folder of labelled mails, or --config FILE for "
				  "those that `alerts close` and `alerts missed` kept");
	if (pw_command_config(&config, suggest->globals, err) < 0)
		return -1;
	*ret_folder = pw_feedback_folder(config->store);
	pw_strings_add(&suggest->folders, *ret_folder);
	return 0;
}

int pw_rules_suggest(const struct pw_globals *globals, int argc, char **argv)
{
	struct suggest *suggest = pw_alloc(1, sizeof *suggest);
	const struct pw_opt options[] = { PW_OFFLINE_OPTIONS(&suggest->options) };
	const struct pw_usage usage = {
		"rules suggest [OPTIONS] [FOLDER...]",
		"For each mail of the labelled folders that is decided wrongly, the\n"
		"narrowest rule that mends it and costs no other mail of the folders "
		"and\n"
		"of the store, as a rule file to paste or to redirect into one.  Without "
		"a\n"
		"folder: the mails that `alerts close --outcome false-positive` and\n"
		"`alerts missed` kept.  Exit status 1: nothing was found for some mail.",
		options, PW_ARRAY_LEN(options)
	};
	PW_CLEANUP(pw_freep) char *feedback = NULL;
	struct pw_err err = PW_ERR_INIT;
	enum pw_opts_result parsed = pw_opts_parse(&usage, argc, argv, &suggest->folders);
	int status = parsed == PW_OPTS_HELP ? PW_EXIT_OK : PW_EXIT_USAGE;

	suggest->globals = globals;
	if (parsed == PW_OPTS_OK) {
		if (add_feedback(suggest, &feedback, &err) < 0 ||
		    prepare(suggest, &err) < 0 || suggest_all(suggest, &err) < 0)
			status = pw_cli_fail(&err);
		else
			status = suggest->n_left ? PW_EXIT_FOUND : PW_EXIT_OK;
	}
	suggest_done(suggest);
	pw_strings_done(&suggest->folders);
	pw_offline_options_done(&suggest->options);
	free(suggest);
	return status;
}
