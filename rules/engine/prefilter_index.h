/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter_index.h - what prefilter.c builds and prefilter_scan.c reads.
 *
 * A clause (literals.h) is tried when a string of its trigger, the need that
 * texts meet least, is found.  Mails differ, so that hardly anything of this
 * waits in a fast memory: what is asked together lies together.  Private to
 * prefilter*.c.
 */
#ifndef PW_RULES_PREFILTER_INDEX_H
#define PW_RULES_PREFILTER_INDEX_H

#include "rules/engine/find.h"
#include "rules/engine/literals.h"
#include "rules/engine/prefilter.h"

struct pw_indexed_literal {
	uint32_t first_use, n_uses;
	uint8_t len;
	bool is_word_end;
	/* In the text that is searched: */
	uint32_t count;      /* 0: not seen */
	uint32_t head, tail; /* of the list of places, index + 1; the first PLACES_MAX */
	uint32_t last;       /* place */
};

/* How far before a string a match can begin. */
struct pw_indexed_reach {
	enum pw_reach reach;
	uint32_t before;
};

/* What a literal triggers: a regex for which no more is needed, or a clause. */
struct pw_indexed_use {
	uint32_t index;
	bool is_clause;
	struct pw_indexed_reach reach; /* of a regex */
};

struct pw_indexed_need {
	uint32_t first, n; /* of members: indexes of literals */
	struct pw_indexed_reach reach;
};

struct pw_indexed_clause {
	uint32_t regex;
	uint32_t tried;  /* number of the scan that did it last */
	uint32_t first;  /* of its needs */
	uint8_t n;       /* needs */
	uint8_t trigger; /* of them: it is found by, ... */
	uint8_t anchor;  /* ... and gets its windows from */
	unsigned runs[PW_N_RUNS];
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
	struct pw_prefilter *prefilter;
	uint64_t *is_seen; /* bits by literal: asked far more often than places */
	uint32_t *found;   /* literals seen */
	size_t n_found;
	struct pw_found_at *places;
	size_t n_places, cap_places;
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
	struct pw_indexed_clause *clauses; /* n_loose without needs first: tried on
					      every text */
	size_t n_clauses, n_loose;
	struct pw_indexed_use *uses;
	bool asks_runs;
	struct pw_words *words;
	struct pw_grams *grams; /* or hs: for the other literals */
	struct pw_hs *hs;
	struct pw_scratch scratch;
};

#endif
