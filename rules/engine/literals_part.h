/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals_part.h - what is known of a part of a regex, and how parts combine.
 *
 * Strings and needs are in literals_need.c.  Private to literals*.c.
 */
#ifndef PW_RULES_LITERALS_PART_H
#define PW_RULES_LITERALS_PART_H

#include "rules/engine/literals.h"

#define PW_EXACT_MAX 16
#define PW_BOUNDARY  '\x01' /* inside exact strings: a word's boundary, no character */

struct pw_string {
	unsigned char len;
	char text[PW_LITERAL_MAX_LEN + 4];
};

struct pw_strings {
	size_t n;
	struct pw_string items[PW_EXACT_MAX];
};

/* How much text a part can match. */
struct pw_extent {
	uint32_t bytes;
	enum pw_reach more; /* than bytes: none, of one word, of anything */
	bool has_line_end;  /* can match one */
};

bool pw_extent_is_nothing(struct pw_extent extent);
struct pw_extent pw_extents_add(struct pw_extent a, struct pw_extent b);
struct pw_extent pw_extents_larger(struct pw_extent a, struct pw_extent b);
struct pw_extent pw_strings_extent(const struct pw_strings *set);
struct pw_extent pw_need_extent(const struct pw_need *need);
void pw_need_set_reach(struct pw_need *need, struct pw_extent before);

/* Every string of a followed by every string of b; false where that is too much. */
bool pw_strings_cross(struct pw_strings *a, const struct pw_strings *b);
bool pw_strings_or(struct pw_strings *to, const struct pw_strings *from);
void pw_strings_set(struct pw_strings *set, const char *text, size_t len);
/* ASCII letters and digits. */
bool pw_is_word_char(char c);
/* All strings begin (or end) with a boundary, or what is in no word. */
bool pw_strings_have_boundary(const struct pw_strings *set, bool at_end);

/* One more need, where it is better than the worst there is. */
void pw_clause_add(struct pw_clause *clause, struct pw_need need);
/* One of the strings, which have `before` before them. */
void pw_clause_add_strings(struct pw_arena *arena, struct pw_clause *clause,
			   const struct pw_strings *set, struct pw_extent before,
			   bool is_after_boundary);
/* Marks of all strings of a clause, where they are at its start or end. */
enum pw_mark {
	PW_MARK_WORD_START,
	PW_MARK_WORD_END,
	PW_MARK_NOT_AT_START,
	PW_MARK_NOT_AT_END
};
void pw_clause_mark(struct pw_clause *clause, enum pw_mark mark);
/* With its own strings: marks differ from place to place. */
void pw_clause_copy(struct pw_arena *arena, struct pw_clause *to,
		    const struct pw_clause *from);
/* What both need: the best of one or the best of the other, and so on. */
void pw_clause_or(struct pw_arena *arena, struct pw_clause *a, const struct pw_clause *b);

struct pw_part {
	bool is_exact;            /* exact holds all that the part matches */
	struct pw_strings exact;  /* strings, "" among them possible */
	struct pw_clause clause;  /* holds for each match (needs: n 0: none known) */
	struct pw_clauses any_of; /* or one of these does, more exactly; n 0, or
				     > PW_CLAUSES_MAX: not known */
	struct pw_extent extent;
	bool is_gap;            /* not empty, and of characters that are in no word */
	bool is_word;           /* consists of what \w matches */
	bool is_all[PW_N_RUNS]; /* consists of such characters */
	unsigned least[PW_N_RUNS];
};

/* A set of ASCII characters, and all others. */
struct pw_char_set {
	bool has[128];
	bool has_others;
};

void pw_part_exact(struct pw_part *part, const char *text, size_t len);
void pw_part_set(struct pw_part *part, const struct pw_char_set *set);

/* A part that may be left out; one that is repeated least to most times
   (most 0: without end). */
void pw_part_optional(struct pw_part *part, bool is_question);
void pw_part_repeat(struct pw_arena *arena, struct pw_part *part, unsigned least,
		    unsigned most);

/* Parts one after the other: add them, then end. */
struct pw_sequence {
	struct pw_arena *arena;
	struct pw_part *whole;
	struct pw_strings run; /* exact strings not yet in whole's needs */
	struct pw_extent run_extent;
	bool is_after_boundary;
	size_t n_wide;            /* parts that match characters */
	unsigned open[PW_N_RUNS]; /* length of the run that has not ended */
};
void pw_sequence_init(struct pw_sequence *sequence, struct pw_arena *arena,
		      struct pw_part *whole);
void pw_sequence_add(struct pw_sequence *sequence, const struct pw_part *part);
void pw_sequence_end(struct pw_sequence *sequence);

/* One more alternative in whole, which the first one makes. */
void pw_part_or(struct pw_arena *arena, struct pw_part *whole,
		const struct pw_part *branch, bool is_first);
/* The exact strings of a branch are what it needs. */
void pw_part_settle(struct pw_arena *arena, struct pw_part *part);

#endif
