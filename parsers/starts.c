/* SPDX-License-Identifier: Apache-2.0 */
/* starts.c - see starts.h. */
#include "parsers/starts.h"

#include "agent/base/str.h"
#include "parsers/date_span.h"
#include "parsers/limits.h"
#include "parsers/notesblock.h"
#include "parsers/printblock.h"
#include "parsers/stamp.h"

enum {
	ANNOUNCE_BYTES_MAX = 160, /* of a line that announces a message */
	COLLAPSED_MIN = 60,       /* columns: shorter lines hold no whole block */
	BLANKS_MAX = 2,           /* between announcement and block */
	DATE_LINE_MAX = 80,       /* bytes of a line that only tells a date ... */
	DATE_WORDS_MAX = 24,      /* ... and of its other words */
	FRAME_MIN = 6,            /* bytes of half an announcement that was wrapped */
	ANNOUNCE_LINES_MAX = 12,  /* looked at above a block: else quadratic */
};

struct finder {
	struct pw_arena *arena;
	struct pw_body *body;
	const struct pw_date_hints *hints;
	bool is_correspondence; /* the mail around it replies or forwards */
	struct pw_start *starts;
	size_t n, cap;
	size_t done; /* lines before it belong to starts already found */
};

enum announcement {
	ANNOUNCES_UNKNOWN,
	ANNOUNCES_NOTHING,
	ANNOUNCES_RULE,
	ANNOUNCES_ORIGINAL,
	ANNOUNCES_FORWARD
};

/* "-----Original Message-----": signs at both ends. */
static bool is_framed(const struct pw_bodyline *line)
{
	static const char signs[] = "-=_*~#‐‑–—";
	const char *text = line->text, *inner = text;
	size_t len = line->len, inner_len = len;

	if (len > ANNOUNCE_BYTES_MAX)
		return false;
	pw_text_trim(&inner, &inner_len, signs);
	return inner_len && inner - text >= 2 && (text + len) - (inner + inner_len) >= 2;
}

/* What the words inside a frame announce. */
static enum announcement announced_in(const char *text, size_t len)
{
	if (pw_word_inside(PW_WORD_FORWARDED, text, len))
		return ANNOUNCES_FORWARD;
	return pw_word_inside(PW_WORD_ORIGINAL, text, len) ? ANNOUNCES_ORIGINAL
							   : ANNOUNCES_NOTHING;
}

/* What a line says about what follows. */
static enum announcement read_announcement(const struct pw_bodyline *line)
{
	const char *text = line->text;
	size_t len = line->len;
	enum announcement announced;
	struct pw_word_pair words;
	bool framed;

	if (!len || len > ANNOUNCE_BYTES_MAX)
		return ANNOUNCES_NOTHING;
	if (pw_line_is_rule(line))
		return ANNOUNCES_RULE;
	framed = is_framed(line);
	pw_text_trim(&text, &len, "-=_*~#‐‑–—:：>[]");
	if (framed) {
		announced = announced_in(text, len);
		return announced == ANNOUNCES_NOTHING ? ANNOUNCES_RULE : announced;
	}
	/* Unframed only when the line says nothing else. */
	if (!pw_word_find_pair(PW_WORD_FORWARDED, PW_WORD_ORIGINAL, text, len, &words))
		return ANNOUNCES_NOTHING;
	return words.first ? ANNOUNCES_FORWARD : ANNOUNCES_ORIGINAL;
}

static enum announcement announcement_of(struct pw_bodyline *line)
{
	if (line->announces == ANNOUNCES_UNKNOWN)
		line->announces = (uint8_t)read_announcement(line);
	return (enum announcement)line->announces;
}

static bool is_frame_sign(char c)
{
	return c && strchr("-=_*~#", c) != NULL;
}

static enum announcement read_wrapped(const struct pw_bodyline *above,
				      const struct pw_bodyline *line)
{
	const char *text;
	size_t len;

	if (line->len < FRAME_MIN || above->len < FRAME_MIN ||
	    line->len > ANNOUNCE_BYTES_MAX || above->len > ANNOUNCE_BYTES_MAX ||
	    !is_frame_sign(line->text[line->len - 1]) || !is_frame_sign(*above->text) ||
	    is_frame_sign(*line->text) || is_frame_sign(above->text[above->len - 1]))
		return ANNOUNCES_NOTHING;
	text = above->text;
	len = above->len;
	pw_text_trim(&text, &len, "-=_*~#");
	return announced_in(text, len);
}

/* "----- Forwarded by Jane Roe/ACME on" / "11/16/2026 09:10 AM -----": Notes
   wraps its announcement.  i: the second of the two lines. */
static enum announcement wrapped_announcement(const struct finder *finder, size_t i)
{
	struct pw_bodyline *line = &finder->body->lines[i];

	if (i <= finder->done)
		return ANNOUNCES_NOTHING;
	if (line->wraps == ANNOUNCES_UNKNOWN)
		line->wraps = (uint8_t)read_wrapped(line - 1, line);
	return (enum announcement)line->wraps;
}

bool pw_line_is_end(const struct pw_bodyline *line)
{
	const char *text = line->text;
	size_t len = line->len;

	if (len < FRAME_MIN || len > ANNOUNCE_BYTES_MAX ||
	    (!is_frame_sign(*text) && !is_framed(line)))
		return false;
	pw_text_trim(&text, &len, "-=_*~#‐‑–—:");
	/* Framed on one side (Entourage) only when the line says nothing else. */
	return is_framed(line) ? pw_word_inside(PW_WORD_ENDED, text, len) != 0
			       : pw_word_find(PW_WORD_ENDED, text, len) != 0;
}

/* Gmail's "Forward all" names the subject once, under its announcement. */
static bool is_conversation(const struct finder *finder, size_t i)
{
	return i > finder->done &&
	       announcement_of(&finder->body->lines[i - 1]) == ANNOUNCES_FORWARD;
}

/* Go up from a block over the lines that announce it; returns the first. */
static size_t announced_from(const struct finder *finder, size_t i,
			     enum announcement *ret)
{
	struct pw_body *body = finder->body;
	uint16_t depth = body->lines[i].depth;
	size_t first = i, blanks = 0, n = 0;

	*ret = ANNOUNCES_NOTHING;
	while (i > finder->done && n++ < ANNOUNCE_LINES_MAX) {
		struct pw_bodyline *line = &body->lines[--i];
		enum announcement found;

		if (!line->len) {
			if (++blanks > BLANKS_MAX)
				break;
			continue;
		}
		found = line->depth <= depth ? announcement_of(line) : ANNOUNCES_NOTHING;
		if (line->label == PW_WORD_SUBJECT && is_conversation(finder, i))
			found = ANNOUNCES_RULE;
		if (found == ANNOUNCES_NOTHING && line->depth <= depth) {
			found = wrapped_announcement(finder, i);
			i -= found != ANNOUNCES_NOTHING;
		}
		if (found == ANNOUNCES_NOTHING)
			break;
		if (found > *ret)
			*ret = found;
		first = i;
		blanks = 0;
	}
	return first;
}

static bool add_start(struct finder *finder, const struct pw_start *start)
{
	const struct pw_field *from = &start->block.fields[PW_WORD_FROM];
	struct pw_start *grown = pw_arena_grow(finder->arena, finder->starts, finder->n,
					       &finder->cap, sizeof(*grown));

	if (!grown)
		return false;
	finder->starts = grown;
	grown += finder->n++;
	*grown = *start;
	if (start->is_attribution)
		grown->from = start->attribution.from;
	else
		grown->from = pw_addr_parse(finder->arena, from->text, from->len,
					    &grown->behalf_of);
	finder->done = start->body;
	return true;
}

static enum pw_start_hint hint_of(enum announcement announcement)
{
	if (announcement == ANNOUNCES_FORWARD)
		return PW_START_FORWARD;
	return announcement == ANNOUNCES_ORIGINAL ? PW_START_ORIGINAL : PW_START_PLAIN;
}

/* Some clients close the block with the line that announced it (Zoho). */
static size_t skip_repeated_rule(const struct pw_body *body, size_t first, size_t end)
{
	const struct pw_bodyline *a, *b;

	if (end >= body->n || first >= end)
		return end;
	a = &body->lines[first];
	b = &body->lines[end];
	if (pw_line_is_rule(b) ||
	    (a->len == b->len && is_framed(b) && !memcmp(a->text, b->text, a->len)))
		return end + 1;
	return end;
}

/* The line before, if it is framed, may announce a block of unusual shape. */
static bool is_under_frame(const struct finder *finder, size_t i)
{
	size_t blanks = 0;

	while (i > finder->done && blanks <= BLANKS_MAX) {
		const struct pw_bodyline *line = &finder->body->lines[--i];

		if (line->len)
			return is_framed(line) ||
			       wrapped_announcement(finder, i) != ANNOUNCES_NOTHING;
		blanks++;
	}
	return false;
}

/* "Message du 08/10/26 15:59" of French providers: the date of a block that
   has none may stand right above it. */
static void take_date_above(const struct finder *finder, struct pw_start *start)
{
	struct pw_field *field = &start->block.fields[PW_WORD_DATE];
	const struct pw_bodyline *line;
	struct pw_date_reading date;

	if (start->first <= finder->done || start->first == 0)
		return;
	line = &finder->body->lines[start->first - 1];
	if (line->depth != start->depth || line->len > DATE_LINE_MAX ||
	    !pw_date_read(line->text, line->len, finder->hints, false, &date) ||
	    !date.date.has_time || line->len - (date.end - date.start) > DATE_WORDS_MAX)
		return;
	field->text = pw_arena_strndup(finder->arena, line->text + date.start,
				       date.end - date.start);
	field->len = date.end - date.start;
	start->first--;
}

static bool try_block(struct finder *finder, size_t i)
{
	const struct pw_bodyline *line = &finder->body->lines[i];
	struct pw_start start = { .depth = line->depth };
	bool is_collapsed =
		line->len > COLLAPSED_MIN && memchr(line->text, '@', line->len);
	bool is_framed_above = is_under_frame(finder, i);
	enum announcement announcement;
	enum pw_block_hint hint;

	if (line->label < 0 && !line->value && !is_collapsed && !is_framed_above)
		return false;
	start.first = announced_from(finder, i, &announcement);
	if (line->marks & (PW_MARK_FORWARD | PW_MARK_RULE) &&
	    announcement == ANNOUNCES_NOTHING)
		announcement = ANNOUNCES_RULE;
	hint = announcement >= ANNOUNCES_ORIGINAL ? PW_BLOCK_NAMED
	       : announcement == ANNOUNCES_RULE   ? PW_BLOCK_RULED
	       : finder->is_correspondence        ? PW_BLOCK_EXPECTED
						  : PW_BLOCK_BARE;
	if (!pw_headerblock_read(finder->arena, finder->body, i, hint, &start.block) &&
	    (announcement != ANNOUNCES_FORWARD ||
	     !pw_notesblock_read(finder->arena, finder->body, i, &start.block)))
		return false;
	/* A collapsed block carries its announcement in the line itself. */
	if (start.block.end == i + 1 && announcement == ANNOUNCES_NOTHING)
		announcement = announced_in(line->text, line->len);
	start.hint = hint_of(announcement);
	if (!start.block.fields[PW_WORD_DATE].text)
		take_date_above(finder, &start);
	start.body = skip_repeated_rule(finder->body, start.first, start.block.end);
	return add_start(finder, &start);
}

/* ">>> On ... wrote:" of GroupWise stands above a quote of depth one: marks
   that no line beside it has are not its depth. */
static uint16_t depth_of_attribution(const struct pw_body *body,
				     const struct pw_attribution *attribution)
{
	size_t next = pw_body_skip_blank(body, attribution->end);
	uint16_t depth = attribution->depth, below;

	if (depth < 2 || next >= body->n || body->lines[next].depth >= depth)
		return depth;
	below = body->lines[next].depth;
	return below ? (uint16_t)(below - 1) : 0;
}

/* "-----Jane Roe wrote: -----" above a block only announces it. */
static bool announces_block(struct finder *finder,
			    const struct pw_attribution *attribution)
{
	const struct pw_body *body = finder->body;
	size_t next = pw_body_skip_blank(body, attribution->end);
	struct pw_headerblock block;

	return attribution->end - attribution->first == 1 &&
	       is_framed(&body->lines[attribution->first]) && next < body->n &&
	       body->lines[next].label >= 0 &&
	       pw_headerblock_read(finder->arena, finder->body, next, PW_BLOCK_RULED,
				   &block);
}

static bool try_attribution(struct finder *finder, size_t i)
{
	struct pw_start start = { .is_attribution = true, .body = i + 1 };
	enum announcement announcement;

	if (!pw_attribution_read(finder->arena, finder->body, finder->done, i,
				 finder->hints, &start.attribution))
		return false;
	if (announces_block(finder, &start.attribution))
		return false;
	start.depth = depth_of_attribution(finder->body, &start.attribution);
	start.first = announced_from(finder, start.attribution.first, &announcement);
	if (announcement < ANNOUNCES_ORIGINAL)
		start.first = start.attribution.first;
	start.hint = hint_of(announcement);
	return add_start(finder, &start);
}

/* An entry of a ticket stands under a rule or under its writer's address. */
static bool try_stamp(struct finder *finder, size_t i)
{
	struct pw_start start = { .is_attribution = true, .body = i + 1 };
	enum announcement announcement;
	bool is_below;

	if (!pw_stamp_may_be(&finder->body->lines[i]))
		return false;
	is_below = i > finder->done && pw_stamp_is_below_person(finder->body, i);
	start.first = announced_from(finder, is_below ? i - 1 : i, &announcement);
	if ((announcement == ANNOUNCES_NOTHING && !is_below) ||
	    !pw_stamp_read(finder->arena, finder->body, i, finder->hints,
			   &start.attribution))
		return false;
	start.depth = start.attribution.depth;
	start.hint = hint_of(announcement);
	return add_start(finder, &start);
}

static bool try_print(struct finder *finder, size_t i)
{
	struct pw_start start = { .depth = finder->body->lines[i].depth };
	enum announcement announcement;

	if (!pw_printblock_read(finder->arena, finder->body, i, finder->hints,
				&start.block))
		return false;
	start.first = announced_from(finder, i, &announcement);
	start.hint = hint_of(announcement);
	start.body = start.block.end;
	return add_start(finder, &start);
}

size_t pw_starts_find(struct pw_arena *arena, struct pw_body *body,
		      const struct pw_date_hints *hints, bool is_correspondence,
		      struct pw_start **ret)
{
	struct finder finder = { .arena = arena,
				 .body = body,
				 .hints = hints,
				 .is_correspondence = is_correspondence };
	size_t i = 0;

	while (i < body->n && finder.n < PW_MAX_LAYERS) {
		if (pw_line_is_blank(body, i) ||
		    (!try_block(&finder, i) && !try_attribution(&finder, i) &&
		     !try_stamp(&finder, i) && !try_print(&finder, i)))
			i++;
		else
			i = finder.done;
	}
	*ret = finder.starts;
	return finder.n;
}

const char *pw_start_date_text(const struct pw_start *start)
{
	const struct pw_field *date = &start->block.fields[PW_WORD_DATE];

	if (start->is_attribution)
		return start->attribution.date_text;
	return date->len ? date->text : NULL;
}

enum pw_date_order pw_starts_date_order(const struct pw_start *starts, size_t n)
{
	enum pw_date_order order = PW_ORDER_UNKNOWN, found;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *text = pw_start_date_text(&starts[i]);

		found = text ? pw_date_order_of(text, strlen(text)) : PW_ORDER_UNKNOWN;
		if (found != PW_ORDER_UNKNOWN && order != PW_ORDER_UNKNOWN &&
		    found != order)
			return PW_ORDER_UNKNOWN;
		order = found != PW_ORDER_UNKNOWN ? found : order;
	}
	return order;
}
