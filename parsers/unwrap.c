/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unwrap.c - a body as a tree of mails.
 *
 * Lines go to the innermost mail that is open where they stand.  A mail ends
 * where the quote depth falls below its own, where its client says so, or
 * where a mail begins that cannot lie in it.
 */
#include "parsers/unwrap.h"

#include "agent/base/str.h"
#include "parsers/bodyline.h"
#include "parsers/key.h"
#include "parsers/labels.h"
#include "parsers/limits.h"
#include "parsers/segment_text.h"
#include "parsers/starts.h"
#include "parsers/subject.h"

enum {
	LAZY_MIN = 60, /* columns: only so long a quoted line was wrapped in transit */
};

struct open_mail {
	uint16_t depth;      /* of its header */
	uint16_t body_depth; /* of its text */
	bool is_attribution;
	enum pw_start_hint hint;
	struct pw_subject subject;
};

struct pw_unwrapper {
	struct pw_arena *arena;
	struct pw_text text;
	struct pw_body body;
	struct pw_unwrap_hints hints;
	struct pw_subject subject; /* of the mail around it */
	struct pw_start *starts;
	size_t n_starts;
	struct pw_segment *segments; /* 0 is the body's own words */
	struct open_mail *mails;     /* beside segments */
	size_t n;
	int top;         /* the innermost open segment */
	int last_closed; /* 0: none */
	int ended;       /* closed by a line that says so, 0: none */
	int *owners;     /* of each line: its segment, -1 for headers and rules */
	int *strays;     /* of each line: the segment that ended before it, or -1 */
};

/* ---- one mail ---- */

static bool is_in_languages(const char *language, uint64_t languages)
{
	size_t i;

	for (i = 0; language && i < pw_n_languages; i++)
		if (languages >> i & 1 && pw_streq(pw_languages[i].code, language))
			return true;
	return false;
}

/* Is the mail around it a forward, a reply or neither, as its subject says? */
static enum pw_subject_kind context_kind(const struct pw_subject *around,
					 const struct pw_start *start)
{
	const char *language = start->is_attribution ? start->attribution.language
						     : start->block.language;

	if (around->kind != PW_SUBJECT_EITHER)
		return around->kind;
	if (is_in_languages(language, around->reply_languages))
		return PW_SUBJECT_REPLY;
	return language && !pw_streq(language, "en") ? PW_SUBJECT_FORWARD
						     : PW_SUBJECT_PLAIN;
}

static enum pw_layer_kind kind_of(const struct pw_unwrapper *unwrapper,
				  const struct pw_start *start,
				  const struct pw_segment *segment,
				  const struct pw_subject *own)
{
	const struct pw_subject *around = &unwrapper->mails[segment->parent].subject;
	enum pw_subject_kind kind = context_kind(around, start);

	if (start->hint == PW_START_FORWARD || kind == PW_SUBJECT_FORWARD)
		return PW_LAYER_FORWARD;
	if (start->is_attribution || kind == PW_SUBJECT_REPLY)
		return PW_LAYER_QUOTE;
	/* A reply whose client adds no prefix. */
	if (segment->parent == 0 && unwrapper->hints.is_reply && segment->subject &&
	    pw_strieq(around->stripped, own->stripped))
		return PW_LAYER_QUOTE;
	return PW_LAYER_FORWARD;
}

static struct pw_addrs addresses(const struct pw_unwrapper *unwrapper,
				 const struct pw_field *field)
{
	if (!field->text)
		return (struct pw_addrs){ 0 };
	return pw_addrs_parse(unwrapper->arena, field->text, field->len);
}

static void fill_from_block(struct pw_unwrapper *unwrapper, const struct pw_start *start,
			    struct pw_segment *segment)
{
	const struct pw_headerblock *block = &start->block;
	const struct pw_field *fields = block->fields;
	struct pw_date_hints hints = unwrapper->hints.date;

	segment->found_by = block->found_by;
	segment->language = block->language;
	segment->to = addresses(unwrapper, &fields[PW_WORD_TO]);
	segment->cc = addresses(unwrapper, &fields[PW_WORD_CC]);
	segment->subject = fields[PW_WORD_SUBJECT].text;
	segment->date.day = PW_DAY_NONE;
	if (!segment->date_text)
		return;
	/* The label's language is the client's, and so the date's. */
	if (block->date_language && !pw_streq(block->date_language, "en"))
		hints.locale = block->date_language;
	else if (!hints.locale)
		hints.locale = "en";
	pw_date_parse(segment->date_text, fields[PW_WORD_DATE].len, &hints,
		      &segment->date);
}

static void fill_from_attribution(const struct pw_attribution *attribution,
				  struct pw_segment *segment)
{
	segment->found_by = "attribution";
	segment->language = attribution->language;
	segment->date = attribution->date;
}

/* ---- where it lies ---- */

static bool is_later(const struct pw_date *a, const struct pw_date *b)
{
	if (a->day == PW_DAY_NONE || b->day == PW_DAY_NONE)
		return false;
	if (a->day != b->day)
		return a->day > b->day;
	if (!a->has_time || !b->has_time)
		return false;
	return a->hour * 3600 + a->minute * 60 + a->second >
	       b->hour * 3600 + b->minute * 60 + b->second;
}

/* Two mails at one depth: the second lies in the first (it is older, a thread)
   or beside it: a mail cannot hold a later one, and what its subject does not
   call a forward holds no forward of its own. */
static bool lies_beside(const struct pw_segment *first, const struct open_mail *open,
			const struct pw_segment *second, const struct pw_start *start)
{
	if (is_later(&second->date, &first->date))
		return true;
	return open->hint == PW_START_FORWARD && start->hint == PW_START_FORWARD &&
	       open->subject.kind == PW_SUBJECT_PLAIN;
}

static int find_parent(const struct pw_unwrapper *unwrapper,
		       const struct pw_segment *segment, const struct pw_start *start)
{
	int top = unwrapper->top;

	while (top > 0 && unwrapper->mails[top].body_depth > start->depth)
		top = unwrapper->segments[top].parent;
	while (top > 0 && unwrapper->mails[top].body_depth == start->depth &&
	       lies_beside(&unwrapper->segments[top], &unwrapper->mails[top], segment,
			   start))
		top = unwrapper->segments[top].parent;
	return top;
}

/* Do words stand below a quote outside of it, before the next mail begins?
   Then the quote is part of the mail: its writer answered between its lines. */
static bool goes_on_outside(const struct pw_unwrapper *unwrapper,
			    const struct pw_start *start, size_t next)
{
	const struct pw_body *body = &unwrapper->body;
	size_t end = start + 1 < unwrapper->starts + unwrapper->n_starts ? start[1].first
									 : body->n;

	for (; next < end; next++)
		if (!pw_line_is_blank(body, next) &&
		    body->lines[next].depth <= start->depth)
			return true;
	return false;
}

static uint16_t depth_of_text(const struct pw_unwrapper *unwrapper,
			      const struct pw_start *start)
{
	size_t next = pw_body_skip_blank(&unwrapper->body, start->body);

	if (next == unwrapper->body.n ||
	    unwrapper->body.lines[next].depth <= start->depth)
		return start->depth;
	if (!start->is_attribution && goes_on_outside(unwrapper, start, next))
		return start->depth;
	/* The header stands outside the quote that holds the text. */
	return (uint16_t)(start->depth + 1);
}

static int depth_of_nesting(const struct pw_unwrapper *unwrapper, int segment)
{
	int depth = 0;

	for (; segment > 0; segment = unwrapper->segments[segment].parent)
		depth++;
	return depth;
}

static void open_segment(struct pw_unwrapper *unwrapper, const struct pw_start *start)
{
	struct pw_segment segment = { .from = start->from,
				      .behalf_of = start->behalf_of,
				      .date_text = pw_start_date_text(start) };
	int index = (int)unwrapper->n;
	struct pw_subject subject;

	if (start->is_attribution)
		fill_from_attribution(&start->attribution, &segment);
	else
		fill_from_block(unwrapper, start, &segment);
	segment.parent = find_parent(unwrapper, &segment, start);
	while (depth_of_nesting(unwrapper, segment.parent) >= PW_MAX_LAYER_DEPTH - 1)
		segment.parent = unwrapper->segments[segment.parent].parent;
	subject = pw_subject_read(segment.subject);
	segment.kind = kind_of(unwrapper, start, &segment, &subject);
	/* Nothing printed a subject: it is the one around it. */
	if (!segment.subject) {
		segment.subject = unwrapper->mails[segment.parent].subject.stripped;
		subject = pw_subject_read(segment.subject);
	}
	unwrapper->segments[index] = segment;
	unwrapper->mails[index] = (struct open_mail){
		.depth = start->depth,
		.body_depth = depth_of_text(unwrapper, start),
		.is_attribution = start->is_attribution,
		.hint = start->hint,
		.subject = subject,
	};
	unwrapper->n++;
	unwrapper->top = index;
	unwrapper->last_closed = 0;
	unwrapper->ended = 0;
}

/* ---- whose line it is ---- */

/* A line that lost its quote mark: wrapped in transit, or left alone inside
   a forward by a client that marks paragraphs. */
static bool is_lazy(const struct pw_unwrapper *unwrapper, size_t i,
		    const struct open_mail *mail)
{
	const struct pw_bodyline *lines = unwrapper->body.lines;
	bool goes_on =
		i + 1 < unwrapper->body.n && lines[i + 1].depth >= mail->body_depth;

	if (!i || !lines[i - 1].len || lines[i - 1].depth < mail->body_depth || !goes_on)
		return false;
	return !mail->is_attribution ||
	       (lines[i - 1].len >= LAZY_MIN && lines[i].len < LAZY_MIN / 2);
}

/* Words between the parts of a quote: what is quoted further goes on with
   the quote that was closed, not with the words. */
static void reopen_quote(struct pw_unwrapper *unwrapper, size_t i)
{
	const struct open_mail *mail = &unwrapper->mails[unwrapper->last_closed];
	int parent = unwrapper->segments[unwrapper->last_closed].parent;

	if (unwrapper->last_closed && parent == unwrapper->top &&
	    mail->body_depth > unwrapper->mails[parent].body_depth &&
	    unwrapper->body.lines[i].depth >= mail->body_depth)
		unwrapper->top = unwrapper->last_closed;
}

static void close_above(struct pw_unwrapper *unwrapper, size_t i)
{
	uint16_t depth = unwrapper->body.lines[i].depth;

	while (unwrapper->top > 0 &&
	       unwrapper->mails[unwrapper->top].body_depth > depth &&
	       !is_lazy(unwrapper, i, &unwrapper->mails[unwrapper->top])) {
		unwrapper->last_closed = unwrapper->top;
		unwrapper->top = unwrapper->segments[unwrapper->top].parent;
	}
}

static void close_innermost_forward(struct pw_unwrapper *unwrapper)
{
	int top = unwrapper->top;

	while (top > 0 && unwrapper->mails[top].hint != PW_START_FORWARD)
		top = unwrapper->segments[top].parent;
	if (top > 0) {
		unwrapper->ended = top;
		unwrapper->top = unwrapper->segments[top].parent;
	}
}

static void assign_lines(struct pw_unwrapper *unwrapper)
{
	size_t i, next = 0;

	for (i = 0; i < unwrapper->body.n; i++) {
		unwrapper->owners[i] = unwrapper->strays[i] = -1;
		if (next < unwrapper->n_starts && i == unwrapper->starts[next].first) {
			const struct pw_start *start = &unwrapper->starts[next++];

			open_segment(unwrapper, start);
			for (; i + 1 < start->body; i++)
				unwrapper->owners[i + 1] = unwrapper->strays[i + 1] = -1;
			continue;
		}
		if (unwrapper->top > 0 && pw_line_is_end(&unwrapper->body.lines[i])) {
			close_innermost_forward(unwrapper);
			continue;
		}
		if (!pw_line_is_blank(&unwrapper->body, i)) {
			close_above(unwrapper, i);
			reopen_quote(unwrapper, i);
		}
		unwrapper->owners[i] = unwrapper->top;
		if (unwrapper->ended)
			unwrapper->strays[i] = unwrapper->ended;
	}
}

/* ---- all of it ---- */

static bool allocate(struct pw_unwrapper *unwrapper)
{
	size_t n = unwrapper->n_starts + 1;

	unwrapper->segments =
		pw_arena_alloc(unwrapper->arena, n, sizeof(*unwrapper->segments));
	unwrapper->mails = pw_arena_alloc(unwrapper->arena, n, sizeof(*unwrapper->mails));
	unwrapper->owners = pw_arena_alloc(unwrapper->arena, unwrapper->body.n + 1,
					   sizeof(*unwrapper->owners));
	unwrapper->strays = pw_arena_alloc(unwrapper->arena, unwrapper->body.n + 1,
					   sizeof(*unwrapper->strays));
	return unwrapper->segments && unwrapper->mails && unwrapper->owners &&
	       unwrapper->strays;
}

struct pw_unwrapper *pw_unwrapper_new(struct pw_arena *arena, const struct pw_text *body,
				      const struct pw_unwrap_hints *hints)
{
	struct pw_unwrapper *unwrapper = pw_arena_alloc(arena, 1, sizeof *unwrapper);
	const struct pw_subject subject = pw_subject_read(hints->subject);

	if (!unwrapper || !pw_body_read(arena, body, &unwrapper->body))
		return NULL;
	unwrapper->arena = arena;
	unwrapper->text = *body;
	unwrapper->hints = *hints;
	unwrapper->subject = subject;
	unwrapper->body.subject = subject.stripped;
	unwrapper->n_starts = pw_starts_find(arena, &unwrapper->body, &hints->date,
					     subject.has_forward || subject.has_reply ||
						     hints->is_reply,
					     &unwrapper->starts);
	return unwrapper;
}

size_t pw_unwrapper_found(const struct pw_unwrapper *unwrapper)
{
	const struct pw_start *start;
	size_t i, found = 0;

	for (i = 0; i < unwrapper->n_starts; i++) {
		start = &unwrapper->starts[i];
		found += 5 + (start->from.address || start->from.name) +
			 (pw_start_date_text(start) != NULL);
	}
	return found;
}

size_t pw_unwrapper_split(struct pw_unwrapper *unwrapper, struct pw_segment **ret)
{
	if (!allocate(unwrapper))
		return 0;
	unwrapper->segments[0] = (struct pw_segment){
		.parent = -1,
		.kind = PW_LAYER_MESSAGE,
		.found_by = "message",
		.date.day = PW_DAY_NONE,
		.text = unwrapper->text,
	};
	unwrapper->mails[0].subject = unwrapper->subject;
	unwrapper->n = 1;
	*ret = unwrapper->segments;
	if (!unwrapper->n_starts)
		return 1;
	if (unwrapper->hints.date.order == PW_ORDER_UNKNOWN)
		unwrapper->hints.date.order =
			pw_starts_date_order(unwrapper->starts, unwrapper->n_starts);
	assign_lines(unwrapper);
	return pw_segments_fill(unwrapper->arena, &unwrapper->body, unwrapper->owners,
				unwrapper->strays, unwrapper->segments, unwrapper->n)
		       ? unwrapper->n
		       : 0;
}

size_t pw_unwrap(struct pw_arena *arena, const struct pw_text *body,
		 const struct pw_unwrap_hints *hints, struct pw_segment **ret)
{
	struct pw_unwrapper *unwrapper = pw_unwrapper_new(arena, body, hints);

	return unwrapper ? pw_unwrapper_split(unwrapper, ret) : 0;
}
