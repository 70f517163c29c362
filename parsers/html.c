/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/html.h"

#include <strings.h>

#include "agent/base/str.h"
#include "parsers/domain.h"
#include "parsers/html_element.h"
#include "parsers/html_feed.h"
#include "parsers/html_sheet.h"
#include "parsers/invisible.h"
#include "parsers/limits.h"
#include "parsers/lines.h"

/* Style sheets longer than this are read in part. */
#define SHEET_BYTES_MAX ((size_t)1 << 20)

/* An open element. */
struct open {
	const struct pw_element *element;
	uint16_t depth; /* quote depth inside */
	uint8_t breaks; /* line ends before and after it */
	bool is_hidden, is_font_zero, is_invisible;
	bool is_bold, is_pre;
	bool is_enclosure; /* of a forward or a quote: its end is marked */
};

struct reader {
	struct pw_arena *arena;
	struct pw_lines lines;
	struct open *open; /* owned; open[0] is the document */
	size_t n_open, open_cap;
	struct pw_sheet sheet;
	struct pw_buf css; /* of the open style element */

	bool has_space;      /* a blank waits for the next word */
	unsigned breaks;     /* line ends wait: 1 ends the line, 2 leaves an empty one */
	unsigned marks;      /* wait for the next line that gets text */
	unsigned line_marks; /* of the current line */
	uint16_t line_depth;
	bool is_bold_line; /* the current line is bold so far */

	bool is_item;     /* of a list: its first line gets a dash */
	bool is_row_new;  /* the row has no text yet */
	bool is_joining;  /* the next text follows a cell on the same line */
	bool is_heading;  /* the last cell was a th */
	bool is_labelled; /* and this one is not: its text is the label's value */
	size_t row_line;  /* finished lines when the row's text began */

	struct pw_link *links;
	size_t n_links, links_cap;
	const char *href; /* of the open link, NULL: none */
	struct pw_buf link_text;
};

static struct open *top(struct reader *r)
{
	return &r->open[r->n_open - 1];
}

static void want_breaks(struct reader *r, unsigned n)
{
	if (r->breaks < n)
		r->breaks = n;
	if (n)
		r->has_space = false;
}

static bool ends_in_colon(const struct reader *r)
{
	size_t len = pw_lines_current(&r->lines);
	const char *end = r->lines.text.data + r->lines.text.len;

	return (len >= 1 && end[-1] == ':') ||
	       (len >= 3 && memcmp(end - 3, "\xEF\xBC\x9A", 3) == 0);
}

static void end_line(struct reader *r)
{
	pw_lines_trim(&r->lines);
	if (r->is_bold_line && ends_in_colon(r))
		r->line_marks |= PW_MARK_BOLD_LABEL;
	pw_lines_end(&r->lines, r->line_depth, r->line_marks);
	r->line_marks = 0;
	r->is_bold_line = false;
}

/* What waits between two cells of a row that share a line. */
static void join_cell(struct reader *r)
{
	struct pw_bytes gap = { "\t", 1 };

	if (ends_in_colon(r))
		gap = (struct pw_bytes){ " ", 1 };
	else if (r->is_labelled)
		gap = (struct pw_bytes){ ": ", 2 };
	pw_lines_add(&r->lines, gap);
	r->breaks = 0;
	r->has_space = false;
}

/* Text comes: do what waits for it. */
static void prepare(struct reader *r, bool is_colon)
{
	bool is_first;

	if (r->is_joining && pw_lines_current(&r->lines))
		join_cell(r);
	r->is_joining = false;
	if (r->breaks && pw_lines_current(&r->lines))
		end_line(r);
	if (r->breaks > 1 && r->lines.n)
		pw_lines_end(&r->lines, top(r)->depth, 0);
	r->breaks = 0;
	is_first = !pw_lines_current(&r->lines);
	if (is_first) {
		r->line_depth = top(r)->depth;
		r->is_bold_line = top(r)->is_bold;
		r->line_marks = r->marks;
		r->marks = 0;
	} else if (r->is_bold_line && !top(r)->is_bold) {
		if (is_colon || ends_in_colon(r))
			r->line_marks |= PW_MARK_BOLD_LABEL;
		r->is_bold_line = false;
	}
	if (r->is_item && is_first)
		pw_lines_add(&r->lines, (struct pw_bytes){ "- ", 2 });
	r->is_item = false;
	if (r->has_space && !is_first)
		pw_lines_add(&r->lines, (struct pw_bytes){ " ", 1 });
	r->has_space = false;
	if (r->is_row_new)
		r->row_line = r->lines.n;
	r->is_row_new = false;
}

static bool is_seen(struct pw_bytes word)
{
	size_t at = 0, step;
	uint32_t cp;

	for (; at < word.len; at += step) {
		step = pw_utf8_next(word.data + at, word.len - at, &cp);
		if (!pw_is_invisible(cp) && !pw_is_wide_blank(cp))
			return true;
	}
	return false;
}

static void add_word(struct reader *r, struct pw_bytes word)
{
	if ((word.data[0] & 0x80 || word.data[0] < 0x20) && !is_seen(word))
		return;
	if (r->href && r->link_text.len && (r->has_space || r->breaks))
		pw_buf_addc(&r->link_text, ' ');
	prepare(r, word.data[0] == ':');
	pw_lines_add(&r->lines, word);
	if (r->href)
		pw_buf_add(&r->link_text, word.data, word.len);
}

/* Length of the blank at text[0], 0: none.  A no-break space is one. */
static inline size_t blank_at(const char *text, size_t len)
{
	const unsigned char c = (unsigned char)*text;

	if (c <= ' ')
		return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f';
	return c == 0xC2 && len > 1 && (unsigned char)text[1] == 0xA0 ? 2 : 0;
}

static void advance(struct pw_bytes *bytes, size_t n)
{
	bytes->data += n;
	bytes->len -= n;
}

static void add_flowing(struct reader *r, struct pw_bytes text)
{
	struct pw_bytes word;
	size_t blank;

	while (text.len) {
		blank = blank_at(text.data, text.len);
		if (blank) {
			/* A no-break space holds an empty line open. */
			if (blank == 2 && r->breaks)
				want_breaks(r, 2);
			r->has_space = !r->breaks;
			advance(&text, blank);
			continue;
		}
		word = (struct pw_bytes){ text.data, 1 };
		while (word.len < text.len &&
		       !blank_at(text.data + word.len, text.len - word.len))
			word.len++;
		advance(&text, word.len);
		add_word(r, word);
	}
}

static void add_preformatted(struct reader *r, struct pw_bytes text)
{
	struct pw_bytes line;
	bool is_ended;

	while (text.len) {
		is_ended = memchr(text.data, '\n', text.len) != NULL;
		pw_bytes_line(&text, &line);
		if (line.len)
			add_word(r, line);
		if (is_ended)
			r->breaks = r->breaks < 2 ? r->breaks + 1 : 2;
	}
}

static void add_text(void *self, struct pw_bytes text)
{
	struct reader *r = self;
	const struct open *at = top(r);

	if (at->element->flags & PW_EL_STYLE)
		pw_buf_add(&r->css, text.data, text.len);
	if (at->is_hidden || at->is_font_zero || at->is_invisible || r->lines.is_capped)
		return;
	if (at->is_pre)
		add_preformatted(r, text);
	else
		add_flowing(r, text);
}

/* A style sheet ends: what it hides is known by copies that last. */
static void end_sheet(struct reader *r)
{
	struct pw_bytes css = { pw_arena_strndup(r->arena, r->css.data, r->css.len),
				r->css.len };

	if (css.data)
		pw_sheet_read(&r->sheet, css);
	pw_buf_reset(&r->css);
}

static void end_link(struct reader *r)
{
	struct pw_link *links;

	if (r->href && r->n_links < PW_MAX_LINKS) {
		links = pw_arena_grow(r->arena, r->links, r->n_links, &r->links_cap,
				      sizeof *links);
		if (links) {
			r->links = links;
			links[r->n_links].href = r->href;
			links[r->n_links++].text = pw_arena_strndup(
				r->arena, r->link_text.data, r->link_text.len);
		}
	}
	r->href = NULL;
	pw_buf_reset(&r->link_text);
}

static void close_top(void *self)
{
	struct reader *r = self;
	const struct open *at = top(r);
	uint32_t flags = at->element->flags;

	if (r->n_open == 1)
		return;
	if (flags & PW_EL_LINK)
		end_link(r);
	if (at->is_enclosure)
		r->marks |= PW_MARK_END;
	want_breaks(r, at->breaks);
	if (flags & PW_EL_STYLE)
		end_sheet(r);
	r->n_open--;
	if (flags & PW_EL_ROW)
		r->is_joining = false;
}

/* What the attributes of a start tag say. */
struct said {
	unsigned style;
	bool is_cite, has_attributes;
	struct pw_bytes href;
};

static unsigned hidden_by(const struct reader *r, char kind, struct pw_bytes names)
{
	return pw_sheet_hides(&r->sheet, kind, names) ? PW_STYLE_HIDDEN : 0;
}

static struct pw_bytes bytes_of(const char *string)
{
	return pw_bytes_of(string ? string : "");
}

static struct said read_attributes(const struct reader *r, const char **attributes)
{
	struct said said = { .has_attributes = attributes != NULL };
	unsigned by_name = 0;
	size_t i;

	for (i = 0; attributes && attributes[i]; i += 2) {
		const char *name = attributes[i];
		struct pw_bytes value = bytes_of(attributes[i + 1]);

		if (pw_strieq(name, "style"))
			said.style |= pw_style_read(value);
		else if (pw_strieq(name, "class"))
			by_name |= pw_style_of_class(value) | hidden_by(r, '.', value);
		else if (pw_strieq(name, "id"))
			by_name |= pw_style_of_class(value) | hidden_by(r, '#', value);
		else if (pw_strieq(name, "hidden"))
			said.style |= PW_STYLE_HIDDEN;
		else if (pw_strieq(name, "type"))
			said.is_cite = pw_bytes_ieq(value, "cite");
		else if (pw_strieq(name, "href"))
			said.href = pw_bytes_trim(value);
	}
	/* An element's own style beats the sheet's. */
	if (said.style & PW_STYLE_DISPLAYED)
		by_name &= ~(unsigned)PW_STYLE_HIDDEN;
	said.style |= by_name;
	return said;
}

static bool is_quote(const struct pw_element *element, const struct said *said)
{
	if (!(element->flags & PW_EL_QUOTE))
		return said->style & PW_STYLE_BLUE_BAR;
	/* An indented paragraph is a blockquote too, with a style of its own. */
	return said->is_cite || !said->has_attributes ||
	       said->style & (PW_STYLE_CITE | PW_STYLE_BAR);
}

static void apply_style(struct open *open, unsigned style)
{
	open->is_hidden |= (style & PW_STYLE_HIDDEN) != 0;
	if (style & PW_STYLE_FONT_ZERO)
		open->is_font_zero = true;
	else if (style & PW_STYLE_FONT_SHOWN)
		open->is_font_zero = false;
	if (style & PW_STYLE_INVISIBLE)
		open->is_invisible = true;
	else if (style & PW_STYLE_VISIBLE)
		open->is_invisible = false;
	open->is_bold |= (style & PW_STYLE_BOLD) != 0;
	open->is_pre |= (style & PW_STYLE_PRE) != 0;
}

/* Line ends before and after an element. */
static uint8_t breaks_around(const struct pw_element *element, const struct said *said)
{
	if (!(element->flags & PW_EL_BLOCK))
		return said->style & PW_STYLE_BLOCK && !(element->flags & PW_EL_CELL);
	return element->flags & PW_EL_PARAGRAPH && !(said->style & PW_STYLE_TIGHT) ? 2
										   : 1;
}

static void push(struct reader *r, const struct pw_element *element,
		 const struct said *said, uint8_t breaks)
{
	struct open open = *top(r);

	open.element = element;
	open.breaks = breaks;
	open.is_enclosure = said->style & PW_STYLE_ENCLOSES;
	open.is_hidden |= (element->flags & PW_EL_HIDDEN) != 0;
	open.is_bold |= (element->flags & (PW_EL_BOLD | PW_EL_HEADING_CELL)) != 0;
	open.is_pre |= (element->flags & PW_EL_PRE) != 0;
	apply_style(&open, said->style);
	if (is_quote(element, said)) {
		r->marks |= PW_MARK_CITE;
		open.depth++;
		open.is_enclosure = true;
	}
	if (r->n_open == r->open_cap) {
		r->open_cap *= 2;
		r->open = pw_realloc(r->open, r->open_cap, sizeof *r->open);
	}
	r->open[r->n_open++] = open;
}

static void begin_link(struct reader *r, const struct said *said)
{
	end_link(r);
	if (!said->href.len || top(r)->is_hidden)
		return;
	r->href = pw_arena_strndup(r->arena, said->href.data, said->href.len);
	if (r->href)
		r->href = pw_url_normal(r->arena, r->href);
}

/* A line is drawn, or a client's container begins: the next line says so. */
static void note_marks(struct reader *r, const struct pw_element *element,
		       const struct said *said)
{
	if (element->flags & PW_EL_RULE || said->style & PW_STYLE_RULE)
		r->marks |= PW_MARK_RULE;
	if (said->style & PW_STYLE_FORWARD)
		r->marks |= PW_MARK_FORWARD;
	if (said->style & PW_STYLE_CITE)
		r->marks |= PW_MARK_CITE;
}

static void start_cell(struct reader *r, const struct pw_element *element)
{
	bool is_heading = element->flags & PW_EL_HEADING_CELL;

	r->is_labelled = r->is_heading && !is_heading;
	r->is_heading = is_heading;
	r->is_joining = !r->is_row_new && r->lines.n == r->row_line;
	/* Beside a cell of several lines nothing can stand on one of them. */
	if (!r->is_row_new && !r->is_joining)
		want_breaks(r, 1);
}

static void start_element(void *self, const char *name, const char **attributes,
			  bool is_implied)
{
	struct reader *r = self;
	const struct pw_element *element = pw_element_find(name);
	struct said said = read_attributes(r, attributes);
	/* A paragraph that libxml2 put around bare text ends no line. */
	uint8_t breaks = is_implied ? 0 : breaks_around(element, &said);

	want_breaks(r, breaks);
	if (element->flags & PW_EL_BREAK) {
		r->breaks = r->breaks < 2 ? r->breaks + 1 : 2;
		r->has_space = false;
	}
	note_marks(r, element, &said);
	r->is_item |= (element->flags & PW_EL_ITEM) != 0;
	if (element->flags & PW_EL_ROW) {
		r->is_row_new = true;
		r->is_heading = false;
		r->is_joining = false;
	}
	if (element->flags & PW_EL_CELL)
		start_cell(r, element);
	if (element->flags & PW_EL_LINK)
		begin_link(r, &said);
	push(r, element, &said, breaks);
}

static const struct pw_html_events events = { start_element, close_top, add_text };

bool pw_html_text(struct pw_arena *arena, struct pw_bytes utf8, struct pw_html *ret)
{
	struct reader r = { .arena = arena, .open_cap = 64, .n_open = 1 };
	struct pw_html html = { .is_deep = false };
	bool is_done;

	pw_lines_init(&r.lines);
	pw_buf_init(&r.css, SHEET_BYTES_MAX);
	pw_buf_init(&r.link_text, 500);
	r.open = pw_alloc(r.open_cap, sizeof *r.open);
	r.open[0].element = pw_element_find("");
	html.is_deep = !pw_html_feed(utf8, &events, &r);
	if (pw_lines_current(&r.lines))
		end_line(&r);
	is_done = pw_lines_text(&r.lines, arena, &html.text);
	html.links = r.links;
	html.n_links = r.n_links;
	html.is_capped = r.lines.is_capped;
	pw_lines_done(&r.lines);
	pw_buf_done(&r.css);
	pw_buf_done(&r.link_text);
	free(r.open);
	if (is_done)
		*ret = html;
	return is_done;
}
