/* SPDX-License-Identifier: Apache-2.0 */
/* segment_text.c - see segment_text.h. */
#include "parsers/segment_text.h"

#include <string.h>

enum { INDENT_MAX = 200 }; /* columns kept of a line's own indentation */

struct piece {
	size_t bytes, lines;      /* room needed */
	size_t first, last;       /* lines that are not blank */
	uint16_t depth, indent;   /* what all lines share */
	bool has_text, has_words; /* words: more than a drawn rule */
	char *data;
	struct pw_line *out;
	size_t len, n;
};

static void measure(struct piece *piece, const struct pw_bodyline *line, size_t i)
{
	piece->bytes +=
		line->len + 1u + (line->indent < INDENT_MAX ? line->indent : INDENT_MAX);
	piece->lines++;
	if (!line->len)
		return;
	if (!piece->has_text)
		piece->first = i;
	/* A rule after the last words closes what was opened by another. */
	if (!piece->has_words || !pw_line_is_rule(line))
		piece->last = i;
	piece->has_words |= !pw_line_is_rule(line);
	if (!piece->has_text || line->depth < piece->depth)
		piece->depth = line->depth;
	if (!piece->has_text || line->indent < piece->indent)
		piece->indent = line->indent;
	piece->has_text = true;
}

static void append(struct piece *piece, const struct pw_bodyline *line)
{
	struct pw_line *out = &piece->out[piece->n];
	size_t indent = 0;

	if (piece->n)
		piece->data[piece->len++] = '\n';
	out->start = (uint32_t)piece->len;
	if (line->len) {
		indent = (size_t)(line->indent - piece->indent);
		indent = indent < INDENT_MAX ? indent : INDENT_MAX;
		memset(piece->data + piece->len, ' ', indent);
		memcpy(piece->data + piece->len + indent, line->text, line->len);
		piece->len += indent + line->len;
	}
	out->end = (uint32_t)piece->len;
	out->depth =
		(uint16_t)(line->depth > piece->depth ? line->depth - piece->depth : 0);
	out->marks = line->marks;
	piece->n++;
}

static bool allocate(struct pw_arena *arena, struct piece *pieces, size_t n)
{
	size_t s;

	for (s = 0; s < n; s++) {
		pieces[s].data = pw_arena_alloc(arena, pieces[s].bytes + 1, 1);
		pieces[s].out = pw_arena_alloc(arena, pieces[s].lines + 1,
					       sizeof(*pieces[s].out));
		if (!pieces[s].data || !pieces[s].out)
			return false;
	}
	return true;
}

/* The texts of all segments from the lines that owners gives to each. */
static struct piece *gather(struct pw_arena *arena, const struct pw_body *body,
			    const int *owners, size_t n)
{
	struct piece *pieces = pw_arena_alloc(arena, n, sizeof(*pieces));
	size_t i;

	if (!pieces)
		return NULL;
	for (i = 0; i < body->n; i++)
		if (owners[i] >= 0)
			measure(&pieces[owners[i]], &body->lines[i], i);
	if (!allocate(arena, pieces, n))
		return NULL;
	for (i = 0; i < body->n; i++) {
		struct piece *piece = owners[i] >= 0 ? &pieces[owners[i]] : NULL;

		if (piece && piece->has_text && i >= piece->first && i <= piece->last)
			append(piece, &body->lines[i]);
	}
	return pieces;
}

static struct pw_text text_of(const struct piece *piece)
{
	return (struct pw_text){
		.data = piece->data,
		.len = piece->len,
		.lines = piece->out,
		.n_lines = piece->n,
	};
}

bool pw_segments_fill(struct pw_arena *arena, const struct pw_body *body,
		      const int *owners, const int *strays, struct pw_segment *segments,
		      size_t n)
{
	struct piece *pieces = gather(arena, body, owners, n);
	struct piece *tails = pieces ? gather(arena, body, strays, n) : NULL;
	size_t s;

	for (s = 0; tails && s < n; s++) {
		segments[s].text = text_of(&pieces[s]);
		segments[s].tail = text_of(&tails[s]);
	}
	return tails != NULL;
}
