/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter_index.h - what prefilter.c builds and prefilter_scan.c reads.
 *
 * A clause (literals.h) is tried when a string of its trigger, the need that
 * texts meet least, is found.  Private to prefilter*.c.
 */
#ifndef PW_RULES_PREFILTER_INDEX_H
#define PW_RULES_PREFILTER_INDEX_H

#include "rules/engine/find.h"
#include "rules/engine/literals.h"
#include "rules/engine/prefilter.h"

struct pw_indexed_literal {
	uint32_t first_user, n_users; /* clauses that it triggers */
	uint32_t n_needs; /* that it is in: what is usual in rules is in mails */
	uint8_t len;
	bool is_word_end;
};

struct pw_indexed_need {
	uint32_t first, n; /* of members: indexes of literals */
	enum pw_reach reach;
	uint32_t before;
};

struct pw_indexed_clause {
	uint32_t regex;
	uint32_t first, n; /* needs */
	uint32_t trigger;  /* needs it is found by, and gets its windows from */
	uint32_t anchor;
	unsigned runs[PW_N_RUNS];
};

/* A literal in the text. */
struct pw_seen {
	uint32_t count;      /* 0: not seen */
	uint32_t head, tail; /* of the list of places, index + 1; the first PLACES_MAX */
	uint32_t first, last;
};

struct pw_found_at {
	uint32_t start, next;
};

struct pw_fired {
	uint32_t regex;
	struct pw_window window;
};

/* What a scan writes to. */
struct pw_scratch {
	const struct pw_prefilter *prefilter;
	struct pw_seen *seen; /* by literal */
	uint64_t *is_seen;    /* bits by literal: asked far more often */
	uint32_t *found;      /* literals seen */
	size_t n_found;
	struct pw_found_at *places;
	size_t n_places, cap_places;
	uint32_t *tried; /* by clause: number of the scan that tried it */
	uint32_t number;
	struct pw_fired *fired;
	size_t n_fired, cap_fired;
	const char *text;
	size_t len;
	unsigned runs[PW_N_RUNS]; /* longest in the text */
};

struct pw_prefilter {
	enum pw_prefilter_mode mode;
	size_t n; /* regexes */
	bool *always;
	struct pw_indexed_literal *literals; /* n_words that begin with a word first */
	size_t n_literals, n_words;
	struct pw_literal *texts;       /* of them */
	struct pw_find_string *strings; /* the same as the finders want it */
	struct pw_indexed_need *needs;
	size_t n_needs;
	uint32_t *members;
	size_t n_members;
	struct pw_indexed_clause *clauses;
	size_t n_clauses;
	uint32_t *users;
	uint32_t *loose; /* clauses without needs: tried on every text */
	size_t n_loose;
	bool asks_runs;
	struct pw_words *words;
	struct pw_grams *grams; /* or hs: for the other literals */
	struct pw_hs *hs;
	struct pw_scratch scratch;
};

#endif
