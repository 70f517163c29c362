/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/body.h"

#include <strings.h>

#include "agent/base/str.h"
#include "parsers/body_choice.h"
#include "parsers/calendar.h"
#include "parsers/charset.h"
#include "parsers/html.h"
#include "parsers/limits.h"
#include "parsers/lines.h"
#include "parsers/plain.h"
#include "parsers/transfer.h"

/* A text part that holds less than this share of the HTML's words lacks what
   the HTML holds. */
#define COVERED_MIN 0.85

enum role { ROLE_NONE, ROLE_PLAIN, ROLE_HTML, ROLE_CALENDAR };

/* By type; a name decides where the type says nothing. */
static const struct {
	const char *type;
	enum role role;
} types[] = {
	{ "text/html", ROLE_HTML },         { "application/xhtml+xml", ROLE_HTML },
	{ "text/enriched", ROLE_HTML },     { "text/richtext", ROLE_HTML },
	{ "text/calendar", ROLE_CALENDAR }, { "application/ics", ROLE_CALENDAR },
	{ "text/rtf", ROLE_NONE },          { "text/css", ROLE_NONE },
	{ "text/javascript", ROLE_NONE },   { "text/x-amp-html", ROLE_NONE },
	{ "text/watch-html", ROLE_NONE },
};

static const struct {
	const char *ending;
	enum role role;
} names[] = {
	{ ".txt", ROLE_PLAIN },    { ".text", ROLE_PLAIN }, { ".csv", ROLE_PLAIN },
	{ ".htm", ROLE_HTML },     { ".html", ROLE_HTML },  { ".log", ROLE_PLAIN },
	{ ".ics", ROLE_CALENDAR }, { ".md", ROLE_PLAIN },
};

static enum role role_of(const struct pw_part *part)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(types); i++)
		if (pw_streq(part->type.value, types[i].type))
			return types[i].role;
	if (pw_starts_with(part->type.value, "text/"))
		return ROLE_PLAIN;
	if (!part->name || !pw_streq(part->type.value, "application/octet-stream"))
		return ROLE_NONE;
	for (i = 0; i < PW_ARRAY_LEN(names); i++)
		if (pw_ends_with_i(part->name, names[i].ending))
			return names[i].role;
	return ROLE_NONE;
}

/* What is gathered while the parts are walked. */
struct gather {
	const struct pw_body_task *task;
	struct pw_bodies *bodies;
	struct pw_lines body; /* the inline parts so far */
	size_t n_inline;
	struct pw_unwrapper *first; /* of the only inline part, NULL: none yet */
	size_t bodies_cap, attachments_cap, links_cap;
	bool is_out_of_memory;
};

/* The texts of one leaf, or of all leaves of an alternative. */
struct versions {
	struct pw_text plain, html, calendar;
	bool has_plain, has_html, has_calendar;
	struct pw_unwrapper *plain_mails, *html_mails; /* NULL: not looked for yet */
};

static struct pw_bytes part_utf8(struct gather *g, const struct pw_part *part)
{
	struct pw_bytes bytes = pw_part_decode(g->task->arena, part);

	if (bytes.len > PW_MAX_TEXT_BYTES * 2) {
		bytes.len = PW_MAX_TEXT_BYTES * 2;
		g->bodies->capped |= PW_CAPPED_TEXT;
	}
	bytes = pw_charset_to_utf8(g->task->arena, pw_param(&part->type, "charset"),
				   bytes);
	return pw_with_line_feeds(g->task->arena, bytes);
}

static void keep_links(struct gather *g, const struct pw_html *html)
{
	struct pw_bodies *b = g->bodies;
	struct pw_link *links;
	size_t i;

	for (i = 0; i < html->n_links && b->n_links < PW_MAX_LINKS; i++) {
		links = pw_arena_grow(g->task->arena, b->links, b->n_links, &g->links_cap,
				      sizeof *links);
		if (!links)
			return;
		b->links = links;
		links[b->n_links++] = html->links[i];
	}
}

/* Put text behind what is there. */
static bool join(struct pw_arena *arena, struct pw_text *into, bool is_more,
		 const struct pw_text *text)
{
	struct pw_lines lines;
	bool is_done;

	if (!is_more) {
		*into = *text;
		return true;
	}
	pw_lines_init(&lines);
	pw_lines_append(&lines, into);
	pw_lines_append(&lines, text);
	is_done = pw_lines_text(&lines, arena, into);
	pw_lines_done(&lines);
	return is_done;
}

static bool read_html(struct gather *g, struct pw_bytes utf8, struct pw_text *ret)
{
	struct pw_html html;

	if (!pw_html_text(g->task->arena, utf8, &html))
		return false;
	if (html.is_capped)
		g->bodies->capped |= PW_CAPPED_TEXT;
	if (html.is_deep)
		g->bodies->capped |= PW_CAPPED_DEPTH;
	keep_links(g, &html);
	*ret = html.text;
	return true;
}

static bool read_plain(struct gather *g, const struct pw_part *part, struct pw_bytes utf8,
		       struct pw_text *ret)
{
	struct pw_flow flow = {
		.is_flowed = pw_strieq(pw_param(&part->type, "format"), "flowed"),
		.delete_space = pw_strieq(pw_param(&part->type, "delsp"), "yes"),
	};
	bool is_capped = false;

	if (!pw_plain_text(g->task->arena, utf8, flow, ret, &is_capped))
		return false;
	if (is_capped)
		g->bodies->capped |= PW_CAPPED_TEXT;
	return true;
}

/* HTML that is labelled as text, or not at all. */
static bool is_html(struct pw_bytes utf8)
{
	static const char *const starts[] = { "<html", "<!doctype html" };
	size_t i, len;

	utf8 = pw_bytes_trim(utf8);
	for (i = 0; i < PW_ARRAY_LEN(starts); i++) {
		len = strlen(starts[i]);
		if (utf8.len > len && strncasecmp(utf8.data, starts[i], len) == 0)
			return true;
	}
	return false;
}

/* Read one leaf and add it to the versions. */
static void read_leaf(struct gather *g, const struct pw_part *part, struct versions *v)
{
	struct pw_arena *arena = g->task->arena;
	enum role role = role_of(part);
	struct pw_bytes utf8;
	struct pw_text text = { .data = "" };
	bool is_done = true;

	if (role == ROLE_NONE)
		return;
	utf8 = part_utf8(g, part);
	if (role == ROLE_PLAIN && is_html(utf8))
		role = ROLE_HTML;
	if (role == ROLE_HTML) {
		is_done = read_html(g, utf8, &text) &&
			  join(arena, &v->html, v->has_html, &text);
		v->has_html = true;
	} else if (role == ROLE_CALENDAR) {
		is_done = pw_calendar_text(arena, utf8, &text) &&
			  join(arena, &v->calendar, v->has_calendar, &text);
		v->has_calendar = true;
	} else {
		is_done = read_plain(g, part, utf8, &text) &&
			  join(arena, &v->plain, v->has_plain, &text);
		v->has_plain = true;
	}
	if (!is_done)
		g->is_out_of_memory = true;
}

static bool is_blank(const struct pw_text *text)
{
	size_t i;

	for (i = 0; i < text->len; i++)
		if (!strchr(" \t\r\n", text->data[i]))
			return false;
	return true;
}

/* The marks that only HTML has and that tell of an inner mail. */
static bool has_marks(const struct pw_text *text)
{
	size_t i;

	for (i = 0; i < text->n_lines; i++)
		if (text->lines[i].marks &
		    (PW_MARK_FORWARD | PW_MARK_CITE | PW_MARK_RULE | PW_MARK_BOLD_LABEL))
			return true;
	return false;
}

static size_t found_in(struct gather *g, const struct pw_text *text,
		       struct pw_unwrapper **ret)
{
	*ret = pw_unwrapper_new(g->task->arena, text, &g->task->hints);
	return *ret ? pw_unwrapper_found(*ret) : 0;
}

static bool html_wins(struct gather *g, struct versions *v)
{
	if (!v->has_plain || !v->has_html)
		return v->has_html;
	if (is_blank(&v->html))
		return false;
	if (is_blank(&v->plain) ||
	    pw_words_covered(g->task->arena, &v->plain, &v->html) < COVERED_MIN)
		return true;
	return has_marks(&v->html) && found_in(g, &v->html, &v->html_mails) >
					      found_in(g, &v->plain, &v->plain_mails);
}

/* The text that is shown; *ret_mails are those in it where they are known. */
static const struct pw_text *best(struct gather *g, struct versions *v,
				  struct pw_unwrapper **ret_mails)
{
	bool is_html = html_wins(g, v);

	*ret_mails = is_html ? v->html_mails : v->plain_mails;
	if (is_html)
		return &v->html;
	return v->has_plain ? &v->plain : NULL;
}

/* Put text behind the inline text so far. */
static void take_inline(struct gather *g, const struct pw_text *text,
			struct pw_unwrapper *mails)
{
	pw_lines_append(&g->body, text);
	g->first = mails;
	g->n_inline++;
}

static void add_attachment(struct gather *g, const struct pw_part *part)
{
	struct pw_bodies *b = g->bodies;
	struct pw_attachment *items;

	if (b->n_attachments >= PW_MAX_ATTACHMENTS)
		return;
	items = pw_arena_grow(g->task->arena, b->attachments, b->n_attachments,
			      &g->attachments_cap, sizeof *items);
	if (!items)
		return;
	b->attachments = items;
	items[b->n_attachments++] = (struct pw_attachment){
		.name = part->name,
		.type = part->type.value,
	};
}

static void add_body(struct gather *g, const struct pw_text *text,
		     struct pw_unwrapper *mails)
{
	struct pw_bodies *b = g->bodies;
	struct pw_body *items, *body;

	items = pw_arena_grow(g->task->arena, b->items, b->n, &g->bodies_cap,
			      sizeof *items);
	if (!items) {
		g->is_out_of_memory = true;
		return;
	}
	b->items = items;
	body = &items[b->n++];
	*body = (struct pw_body){ NULL, 0 };
	if (!mails)
		mails = pw_unwrapper_new(g->task->arena, text, &g->task->hints);
	if (mails)
		body->n_segments = pw_unwrapper_split(mails, &body->segments);
	if (!body->n_segments)
		g->is_out_of_memory = true;
}

/* A part that is shown below the text or saved, not read in it. */
static bool is_attached(const struct pw_part *part)
{
	return pw_streq(part->disposition, "attachment") ||
	       (part->name && !pw_streq(part->disposition, "inline"));
}

/* A leaf that stands alone. */
static void take_leaf(struct gather *g, const struct pw_part *part)
{
	struct versions v = { .has_plain = false };
	struct pw_unwrapper *mails = NULL;
	const struct pw_text *text;

	if (part->name || role_of(part) == ROLE_NONE)
		add_attachment(g, part);
	read_leaf(g, part, &v);
	text = v.has_calendar ? &v.calendar : best(g, &v, &mails);
	if (!text || g->is_out_of_memory)
		return;
	if (is_attached(part))
		add_body(g, text, mails);
	else
		take_inline(g, text, mails);
}

/* The parts of an alternative: one of them is shown. */
static void take_alternative(struct gather *g, const struct pw_part *root)
{
	const struct pw_mime *mime = g->task->mime;
	const struct pw_part *part = root;
	struct versions v = { .has_plain = false };
	struct pw_unwrapper *mails = NULL;
	const struct pw_text *text;

	while ((part = pw_mime_next(mime, root, part, part->kind != PW_PART_MESSAGE))) {
		if (part->kind != PW_PART_LEAF)
			continue;
		if (role_of(part) == ROLE_NONE || is_attached(part))
			add_attachment(g, part);
		read_leaf(g, part, &v);
	}
	if (g->is_out_of_memory)
		return;
	text = best(g, &v, &mails);
	if (text)
		take_inline(g, text, mails);
	/* An invitation says who invites and to what; its text rarely does. */
	if (v.has_calendar)
		take_inline(g, &v.calendar, NULL);
}

static void walk(struct gather *g)
{
	const struct pw_body_task *task = g->task;
	const struct pw_part *part = task->root;
	bool into;

	do {
		into = part->kind == PW_PART_MULTIPART ||
		       (part->kind == PW_PART_MESSAGE && part->first_child >= 0 &&
			task->is_merged[part->first_child]);
		if (pw_streq(part->type.value, "multipart/alternative") &&
		    part->kind == PW_PART_MULTIPART) {
			take_alternative(g, part);
			into = false;
		} else if (part->kind == PW_PART_LEAF) {
			take_leaf(g, part);
			into = false;
		}
		part = pw_mime_next(task->mime, task->root, part, into);
	} while (part && !g->is_out_of_memory);
}

bool pw_bodies_read(const struct pw_body_task *task, struct pw_bodies *ret)
{
	struct pw_bodies bodies = { .n = 0 };
	struct gather g = { .task = task, .bodies = &bodies };
	struct pw_text text;
	struct pw_body body;
	size_t i;

	pw_lines_init(&g.body);
	walk(&g);
	if (g.body.is_capped)
		bodies.capped |= PW_CAPPED_TEXT;
	if (!pw_lines_text(&g.body, task->arena, &text))
		g.is_out_of_memory = true;
	pw_lines_done(&g.body);
	if (g.n_inline != 1)
		g.first = NULL;
	if (!g.is_out_of_memory)
		add_body(&g, &text, g.first);
	if (g.is_out_of_memory)
		return false;
	/* The body was finished last and comes first. */
	body = bodies.items[bodies.n - 1];
	for (i = bodies.n - 1; i > 0; i--)
		bodies.items[i] = bodies.items[i - 1];
	bodies.items[0] = body;
	*ret = bodies;
	return true;
}
