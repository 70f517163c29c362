/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suggest.h - rules that might mend a mail, for `rules suggest` to try.
 *
 *   rules_suggest.c       the command: mail by mail, candidate by candidate
 *   suggest_trial.h       trying: what a candidate mends, and what it costs
 *   suggest_candidates.c  what to try for a mail, narrowest first
 *   suggest_entry.h       making candidates of each kind
 *   suggest_phrases.c     phrases of a mail that no other mail has
 *   suggest_names.c       the words in it that are names
 *   suggest_texts.c       the words of mails, as rules see them
 */
#ifndef PW_COMMANDS_SUGGEST_H
#define PW_COMMANDS_SUGGEST_H

#include <jansson.h>

#include "agent/commands/offline.h"

#define PW_SUGGEST_TRIES 48 /* candidates a mail */

/* Entries of rule files, by section; text is ready to paste below the name of
   the section. */
struct pw_suggest_entry {
	const char *section; /* "signals" */
	char *name, *text;   /* owned */
};

struct pw_candidate_rule {
	struct pw_suggest_entry entries[2];
	size_t n;
	/* Candidates of one group only add: where all of them together mend
	   nothing, none does.  0: in no group. */
	int group;
};

struct pw_candidates {
	struct pw_candidate_rule items[PW_SUGGEST_TRIES];
	size_t n;
};
void pw_candidate_done(struct pw_candidate_rule *candidate);
void pw_candidates_done(struct pw_candidates *candidates);

/* Texts of mails, folded, every run of blanks, line ends and hyphens one blank. */
struct pw_texts {
	char **items;
	size_t n, cap, bytes;
	bool is_full; /* more were there than are kept */
};
void pw_texts_done(struct pw_texts *texts);
/* Add all layers of what an inspector answered to PW_JOB_PARSE. */
void pw_texts_add(struct pw_texts *texts, const json_t *parsed);
/* Holds any of them the phrase, as whole words? */
size_t pw_texts_count(const struct pw_texts *texts, const char *phrase);
/* The same for one text. */
bool pw_text_holds(const char *text, const char *phrase);
/* A text as they are; owned by the caller. */
char *pw_text_fold(const char *text);

/* One mail that is decided wrongly. */
struct pw_wrong {
	const char *file; /* as shown */
	const json_t *label, *said;
	const struct pw_finding *finding;
	const json_t *parsed;            /* its layers */
	const struct pw_texts *must_not; /* mails that must stay as they are */
	const struct pw_texts *may;      /* mails of the same verdict */
	const struct pw_offline *offline;
};

/* Its layer of that id as `parse --json` prints it, NULL: none. */
const json_t *pw_suggest_parsed(const struct pw_wrong *wrong, int id);
/* Who wrote that layer; "": not known. */
const char *pw_suggest_address(const struct pw_wrong *wrong, int layer);
/* A text of a JSON object, NULL: none. */
const char *pw_suggest_text(const json_t *json, const char *key);
/* The layer that should have decided; NULL: none could. */
const struct pw_layer_note *pw_suggest_layer(const struct pw_wrong *wrong);

/* The words of everybody who takes part, of customers, vendors and rivals, as
   pw_text_fold() makes them; owned by the caller. */
char *pw_suggest_names(const struct pw_wrong *wrong);

/* Phrases of a layer that no must_not text has, best first; each owned by the
   caller.  sentence: the one it stands in, for a sample. */
struct pw_phrase {
	char *text, *sentence;
};
size_t pw_suggest_phrases(const struct pw_wrong *wrong, int layer, struct pw_phrase *ret,
			  size_t max);

/* What might mend it, narrowest first. */
void pw_suggest_candidates(const struct pw_wrong *wrong, struct pw_candidates *ret);

#endif
