/* SPDX-License-Identifier: Apache-2.0 */
/* tokens.c - cut a text into runs of letters and digits. */
#include "rules/match/tokens.h"

#include "agent/base/str.h"
#include "rules/match/normalise.h"

#define SEPARATOR_MAX 24 /* characters between two runs of one identifier */

/* What was seen since the last token. */
struct separator {
	unsigned n, n_lines;
	bool has_blank, has_quote_mark, is_broken;
	bool is_line_empty; /* since the last line end */
};

static enum pw_join join_of(const struct separator *s)
{
	if (s->is_broken || s->n > SEPARATOR_MAX || s->n_lines > 2)
		return PW_JOIN_NONE;
	if (s->n_lines > 0)
		return PW_JOIN_WRAP;
	if (s->has_quote_mark)
		return PW_JOIN_NONE; /* only line ends are followed by them */
	return s->has_blank ? PW_JOIN_BLANK : PW_JOIN_DASH;
}

static void see(struct separator *s, enum pw_unit unit)
{
	s->n++;
	if (unit == PW_UNIT_LINE_END) {
		s->is_broken |= s->is_line_empty; /* a new paragraph */
		s->n_lines++;
		s->is_line_empty = true;
	}
	s->is_line_empty &= unit != PW_UNIT_DASH;
	s->has_blank |= unit == PW_UNIT_BLANK;
	s->has_quote_mark |= unit == PW_UNIT_QUOTE_MARK;
	s->is_broken |= unit == PW_UNIT_OTHER;
}

bool pw_tokens_make(struct pw_arena *arena, const char *text, size_t len,
		    struct pw_tokens *ret)
{
	struct pw_tokens t = { .units = pw_arena_alloc(arena, len + 1, 1),
			       .items = pw_arena_alloc(arena, len / 2 + 1,
						       sizeof(struct pw_token)) };
	if (!t.units || !t.items)
		return false;
	struct separator separator = { .is_broken = true };
	struct pw_token *token = NULL;
	for (size_t at = 0, next; at < len; at = next) {
		uint32_t cp;
		char c;
		next = at + pw_utf8_next(text + at, len - at, &cp);
		enum pw_unit unit = pw_unit_of(cp, &c);
		if (unit == PW_UNIT_NOTHING)
			continue;
		if (unit != PW_UNIT_CHAR && unit != PW_UNIT_LETTER) {
			see(&separator, unit);
			token = NULL;
			continue;
		}
		if (!token) {
			token = &t.items[t.n++];
			token->unit = (uint32_t)t.n_units;
			token->start = (uint32_t)at;
			token->join = (uint8_t)join_of(&separator);
			separator = (struct separator){ 0 };
		}
		if (unit == PW_UNIT_CHAR) {
			t.units[t.n_units++] = c;
			token->n_units++;
		} else {
			token->is_word = true;
		}
		token->end = (uint32_t)next;
	}
	*ret = t;
	return true;
}
