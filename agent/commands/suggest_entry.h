/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suggest_entry.h - candidates being made: entries of rule files as text.
 *
 *   suggest_signals.c     phrases that tell the mail, weights of signals
 *   suggest_companies.c   vendors and products, rivals and their domains
 *   suggest_exclusions.c  what was no solicitation
 */
#ifndef PW_COMMANDS_SUGGEST_ENTRY_H
#define PW_COMMANDS_SUGGEST_ENTRY_H

#include "agent/base/buf.h"
#include "agent/commands/suggest.h"

#define PW_ENTRY_NAME 48 /* bytes of an entry's name, with its NUL */

/* A name of the ASCII letters and digits in text, after prefix; where there are
   none, of its hash. */
void pw_entry_name(char out[PW_ENTRY_NAME], const char *prefix, const char *text);

/* Add "    key: 'text'" or "    key: ['text']" to the body of an entry.  False
   (nothing is added) where text is NULL or cannot be shown as it is. */
bool pw_entry_line(struct pw_buf *body, const char *key, const char *text);
bool pw_entry_list(struct pw_buf *body, const char *key, const char *text);

/* A place for one more candidate; NULL where there are enough. */
struct pw_candidate_rule *pw_candidates_new(struct pw_candidates *ret);
/* Add an entry to the candidate; the body is taken (pw_buf_done()). */
void pw_candidate_add(struct pw_candidate_rule *candidate, const char *section,
		      const char *name, struct pw_buf *body);
/* A candidate of one entry, dropped where there are enough; takes the body. */
void pw_candidates_add(struct pw_candidates *ret, const char *section, const char *name,
		       struct pw_buf *body);

/* Candidates by kind, added to ret narrowest first; layer: the one that should
   have decided. */
void pw_suggest_signals(const struct pw_wrong *wrong, const struct pw_layer_note *layer,
			struct pw_candidates *ret);
/* A signal that hit, as heavy as it takes; one that made the difference, lighter. */
void pw_suggest_heavier(const struct pw_wrong *wrong, struct pw_candidates *ret);
void pw_suggest_lighter(const struct pw_wrong *wrong, struct pw_candidates *ret);
/* What the customers' contracts name and the rules do not know; text: the mail's. */
void pw_suggest_vendors(const struct pw_wrong *wrong, const char *text,
			struct pw_candidates *ret);
/* The layer's sender as a rival: the known one of that slug, or (NULL) a new one. */
void pw_suggest_rival(const struct pw_wrong *wrong, const struct pw_layer_note *layer,
		      const char *slug, struct pw_candidates *ret);
/* Exclusions of the mail; and the exclusions that hit, taken out of force. */
void pw_suggest_exclusions(const struct pw_wrong *wrong, struct pw_candidates *ret);
void pw_suggest_off(const struct pw_wrong *wrong, struct pw_candidates *ret);

#endif
