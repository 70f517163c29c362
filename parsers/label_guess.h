/* SPDX-License-Identifier: Apache-2.0 */
/*
 * label_guess.h - labels that no table knows, told by what stands behind them.
 *
 * Inside the unwrapping code only.  No table holds every language of every
 * client.  But a header block has a shape in all of them: "label: value" on
 * lines without a blank between, an address behind the first From, another
 * behind To, one date with a time.
 */
#ifndef PW_PARSERS_LABEL_GUESS_H
#define PW_PARSERS_LABEL_GUESS_H

#include "parsers/bodyline.h"
#include "parsers/labels.h"

/* Does the line begin with what could be a label: a word or a few, then a
   colon?  value_at is where its value would begin. */
bool pw_label_has_shape(const char *text, size_t label_len, size_t value_at, size_t len);

/* The field (enum pw_word_kind) that a line which looks labelled holds, by its
   value; seen: by kind, the fields read before it.  -1: cannot be told. */
int pw_label_guess(const struct pw_bodyline *line, const bool seen[PW_LABEL_KINDS]);

/* Cheaply: could a block begin at line i of which not even From is known? */
bool pw_block_may_be_foreign(const struct pw_body *body, size_t i);

#endif
