/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suggest_trial.h - what the rules in force say of all mails that there are to
 * learn from, and what they would say with more rules.
 *
 *   suggest_trial.c  the labelled mails, and rules put over those in force
 *   suggest_past.c   the messages kept in the store
 *   suggest_print.c  what the command prints, but for its options
 */
#ifndef PW_COMMANDS_SUGGEST_TRIAL_H
#define PW_COMMANDS_SUGGEST_TRIAL_H

#include "agent/commands/inspect_all.h"
#include "agent/commands/predict.h"
#include "agent/commands/suggest.h"
#include "agent/crypto/hash.h"

#define PW_TRIAL_KEPT_MAX 200

/* Messages of the store, newest first, at most 2,000. */
struct pw_past {
	struct pw_past_message {
		int64_t id;
		bool is_told; /* alert or review */
	} * items;            /* owned */
	size_t n;
};

struct pw_trial {
	/* Filled by the caller, before pw_trial_open(). */
	const struct pw_globals *globals;
	struct pw_offline_options options;
	struct pw_strings folders; /* labelled sets (labels.h) */

	json_t **labels;       /* one a folder */
	char *contracts;       /* of the first folder that has some; owned */
	struct pw_offline now; /* rules in force, and what is kept so far */
	bool is_open;
	struct pw_predictions said;   /* by those, of the folders in their order */
	struct pw_past past;          /* by those, of the store */
	char (*hashes)[PW_HASH_TEXT]; /* of the labelled mails: no proof against them */
	size_t n_hashes;
	struct pw_texts ignored, told; /* texts of mails by their right verdict */
	struct pw_candidate_rule kept[PW_TRIAL_KEPT_MAX]; /* owned */
	size_t n_kept;
};

/* Read the labels, compile the rules in force, judge every mail and gather its
   words.  Undo with pw_trial_done(), after a failure too. */
int pw_trial_open(struct pw_trial *trial, struct pw_err *err) PW_MUST_CHECK;
void pw_trial_done(struct pw_trial *trial);

enum pw_trial_answer {
	PW_TRIAL_MENDED,
	PW_TRIAL_AS_WRONG,
	PW_TRIAL_NO_RULES, /* what was tried does not compile */
};
/* Does one labelled mail come out right with n candidates, all at once?  Nothing
   else is judged. */
int pw_trial_mends(const struct pw_trial *trial,
		   const struct pw_candidate_rule *candidates, size_t n,
		   const struct pw_prediction *one, enum pw_trial_answer *ret,
		   struct pw_err *err) PW_MUST_CHECK;
/* Judge everything with the candidate, and take it over (candidate->n is 0 then)
   where no labelled mail that was right goes wrong and no message of the store is
   decided otherwise; *ret says whether. */
int pw_trial_keep(struct pw_trial *trial, struct pw_candidate_rule *candidate, bool *ret,
		  struct pw_err *err) PW_MUST_CHECK;
/* One mail through the inspectors of the rules in force; each as in
   inspect_all.h. */
int pw_trial_inspect(const struct pw_trial *trial, const char *file,
		     enum pw_job_kind kind,
		     int (*each)(void *, const struct pw_mailfile *,
				 const struct pw_job *, struct pw_err *),
		     void *self, struct pw_err *err) PW_MUST_CHECK;
/* What is kept as the text of a rule file; owned by the caller. */
char *pw_trial_text(const struct pw_trial *trial);

/* Does the prediction say what its label says?  True where it has none. */
bool pw_trial_is_right(const struct pw_prediction *one);

/* Judge the messages of the store, where the configuration has one, but for the
   labelled ones.  *ret is undone with pw_past_done(). */
int pw_past_judge(const struct pw_trial *trial, const struct pw_offline *offline,
		  struct pw_past *ret, struct pw_err *err) PW_MUST_CHECK;
void pw_past_done(struct pw_past *past);
/* Are the messages that are in both decided alike? */
bool pw_past_is_same(const struct pw_past *a, const struct pw_past *b);
/* Add the words of trial->past to the trial's texts. */
int pw_past_learn(struct pw_trial *trial, struct pw_err *err) PW_MUST_CHECK;

/* How the labelled mails are decided: [right verdict][given verdict], each alert,
   review, ignore. */
struct pw_confusion {
	size_t n[3][3];
};
struct pw_confusion pw_trial_count(const struct pw_trial *trial);

/* A mail that is decided wrongly: what it is and what decided. */
void pw_suggest_print_mail(const struct pw_prediction *one);
void pw_suggest_print_why(const struct pw_wrong *wrong);
/* What was kept last; before: the counts without it. */
void pw_suggest_print_kept(const struct pw_trial *trial,
			   const struct pw_confusion *before);
/* What stands in the way, where no rule helps. */
void pw_suggest_print_hopeless(const struct pw_wrong *wrong);
/* Everything kept, to paste into a rule file; before: the counts without it. */
void pw_suggest_print_rules(const struct pw_trial *trial,
			    const struct pw_confusion *before);

#endif
