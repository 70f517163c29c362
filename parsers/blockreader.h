/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blockreader.h - the fields of a header block, line after line.
 *
 * Inside headerblock.c only, which decides where a block may begin and whether
 * what was read is one.  Only a label begins a field; any other line continues
 * the last one where that makes sense (wrapped Cc and Subject lines).
 */
#ifndef PW_PARSERS_BLOCKREADER_H
#define PW_PARSERS_BLOCKREADER_H

#include "agent/base/buf.h"
#include "parsers/headerblock.h"

enum { PW_BLOCK_LINES_MAX = 200, PW_BLOCK_FIELDS_MAX = 24 };

struct pw_blockreader {
	struct pw_arena *arena;
	struct pw_body *body;
	enum pw_block_hint hint;
	uint16_t depth;
	struct pw_buf values[PW_LABEL_KINDS];
	bool seen[PW_LABEL_KINDS];
	unsigned counts[PW_LANGUAGES_MAX];
	unsigned n_labels;
	unsigned n_guessed;         /* of them, told by their values */
	bool is_foreign;            /* From is in no table */
	bool ahead[PW_LABEL_KINDS]; /* known labels follow before a blank */
	unsigned n_below; /* fields whose value stood on the line below the label */
	int last;         /* the field being read, -1: none */
};

/* The label of line i, loose ones under an announcement too; -1: none. */
int pw_blockreader_label(const struct pw_blockreader *reader, size_t i, size_t *ret_value,
			 uint64_t *ret_languages);

/* Read the lines from i on; returns the line after the block. */
size_t pw_blockreader_lines(struct pw_blockreader *reader, size_t i);

/* Read a whole block collapsed into line i; false when there is none. */
bool pw_blockreader_one_line(struct pw_blockreader *reader, size_t i);

#endif
