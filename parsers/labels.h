/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels.h - the words that mail programs print around other people's mails.
 *
 * One table (labels_table.c), a row a language: header labels, the lines that
 * announce a forwarded or original message, subject prefixes, the words of
 * attribution lines.  Real blocks mix languages, so every look-up goes over
 * all of them.  The index over the table is built once per process
 * (pw_labels_init(), or at the first look-up) and read-only afterwards.
 */
#ifndef PW_PARSERS_LABELS_H
#define PW_PARSERS_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pw_word_kind {
	PW_WORD_FROM,
	PW_WORD_TO,
	PW_WORD_CC,
	PW_WORD_BCC,
	PW_WORD_DATE,
	PW_WORD_SUBJECT,
	PW_WORD_REPLY_TO,
	PW_WORD_OTHER,     /* labels that belong to a block but say nothing we use */
	PW_WORD_FORWARDED, /* "Forwarded message", "Begin forwarded message" */
	PW_WORD_ORIGINAL,  /* "Original Message" */
	PW_WORD_ENDED,     /* "End forwarded message" */
	PW_WORD_FORWARD_PREFIX,
	PW_WORD_REPLY_PREFIX,
	PW_WORD_TAG,   /* what gateways put into subjects: [EXTERNAL] */
	PW_WORD_WROTE, /* verbs of attribution lines */
	PW_WORD_ASIDE, /* other words of attribution lines: "On", "user" */
	PW_WORD_BEHALF,
	PW_WORD_KINDS,
};

#define PW_LABEL_BYTES_MAX 72 /* of a label before its colon */
#define PW_LABEL_KINDS     (PW_WORD_OTHER + 1)
#define PW_LANGUAGES_MAX   64

struct pw_language {
	const char *code;                 /* "de" */
	const char *words[PW_WORD_KINDS]; /* "Von|Absender"; NULL: none */
};

extern const struct pw_language pw_languages[];
extern const size_t pw_n_languages;

void pw_labels_init(void);

/* Languages in which a word is of a kind: bit i is pw_languages[i]; 0: no
   such word.  text may have any case, accents or none. */
uint64_t pw_word_find(enum pw_word_kind kind, const char *text, size_t len);

/* The same of one or the other kind with one look at the text: false when it
   is of neither. */
struct pw_word_pair {
	uint64_t first, second;
};
bool pw_word_find_pair(enum pw_word_kind first, enum pw_word_kind second,
		       const char *text, size_t len, struct pw_word_pair *ret);

/* The kind of a header label (PW_WORD_FROM .. PW_WORD_OTHER), -1 when text
   is none; *ret_languages (NULL allowed) as above. */
int pw_label_find(const char *text, size_t len, uint64_t *ret_languages);

/* Does a field of this kind (enum pw_word_kind) hold addresses? */
bool pw_label_is_address(int kind);

/* Does text contain a word of a kind (at word borders where its script has
   them)?  Returns the languages. */
uint64_t pw_word_inside(enum pw_word_kind kind, const char *text, size_t len);

/* "on behalf of" in any language, with the signs around it: where it stands. */
bool pw_behalf_find(const char *text, size_t len, size_t *ret_start, size_t *ret_end);

#endif
