/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suggest.h - rules that might mend a mail, for `rules suggest` to try.
 *
 *   rules_suggest.c    the command: tries candidates and keeps what costs nothing
 *   suggest_texts.c    the words of mails, as rules see them
 *   suggest_phrases.c  phrases of a mail that no other mail has
 *   suggest_rules.c    candidates: exclusions, phrases, vendors, rivals, weights
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

/* The layer that should have decided; NULL: none could. */
const struct pw_layer_note *pw_suggest_layer(const struct pw_wrong *wrong);

/* Phrases of a layer that no must_not text has, best first; each owned by the
   caller.  sentence: the one it stands in, for a sample. */
struct pw_phrase {
	char *text, *sentence;
};
size_t pw_suggest_phrases(const struct pw_wrong *wrong, int layer, struct pw_phrase *ret,
			  size_t max);

/* What might mend it, narrowest first. */
void pw_suggest_candidates(const struct pw_wrong *wrong, struct pw_candidates *ret);

/* Add text as a single-quoted YAML scalar; false (nothing added) where it holds
   anything that a terminal or YAML would not show as it is. */
bool pw_yaml_quote(struct pw_buf *out, const char *text);

#endif
