/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.c - a tolerant reader of mailbox lists.
 *
 * RFC 5322 decides where it is kept.  Where it is not, one rule does most of
 * the work: a comma ends a mailbox only after an address, so that "Roe, Jane
 * <jane@acme.example>" is one person.
 */
#include "parsers/address.h"

#include "agent/base/str.h"
#include "parsers/address_parts.h"
#include "parsers/key.h"
#include "parsers/labels.h"
#include "parsers/limits.h"

enum {
	VALUE_MAX = 64 << 10,  /* PW_MAX_HEADER_BYTES: one field's value */
	MAILBOX_MAX = 4 << 10, /* of a field that holds a single mailbox */
};

struct scan {
	struct pw_arena *arena;
	const char *at, *end;
	char *name; /* of the mailbox being read; room for the whole value */
	size_t name_len, name_mark; /* mark: how long it was before the address */
	const char *address;        /* in angle brackets, NULL: none yet */
	const char *echo;           /* from <mailto:...>: only if nothing better comes */
	const char *comment;        /* in brackets after the address */
	const char *bracketed;      /* the address in brackets: if nothing better comes */
	struct pw_addrs list;
	size_t cap;
};

/* ---- the list ---- */

static void add_mailbox(struct scan *scan, const char *name, const char *address)
{
	struct pw_addr *grown;

	if ((!name && !address) || scan->list.n >= PW_MAX_ADDRESSES)
		return;
	grown = pw_arena_grow(scan->arena, scan->list.items, scan->list.n, &scan->cap,
			      sizeof(*grown));
	if (!grown)
		return;
	scan->list.items = grown;
	scan->list.items[scan->list.n++] =
		(struct pw_addr){ .name = name, .address = address };
}

static const char *next_word(const char *text, const char *end, size_t *ret_len)
{
	while (text < end && strchr(" \t\n,", *text))
		text++;
	for (*ret_len = 0; text + *ret_len < end; ++*ret_len)
		if (strchr(" \t\n,", text[*ret_len]))
			break;
	return text;
}

/* Without angle brackets an address may still stand among the words. */
static bool end_bare_mailbox(struct scan *scan)
{
	const char *start = scan->name, *end = scan->name + scan->name_len;
	const char *word, *address, *name;
	size_t len;
	bool found = false;

	for (word = next_word(start, end, &len); len;
	     word = next_word(word + len, end, &len)) {
		address = pw_address_in(scan->arena, word, len);
		if (!address)
			continue;
		name = pw_name_clean(scan->arena, start, (size_t)(word - start), address);
		add_mailbox(scan, name ? name : scan->comment, address);
		scan->comment = NULL;
		start = word + len;
		found = true;
	}
	return found;
}

static void end_mailbox(struct scan *scan)
{
	const char *address = scan->address ? scan->address : scan->echo;
	const char *name;

	if (!address && end_bare_mailbox(scan)) {
		/* the words held the address */
	} else {
		if (!address)
			address = scan->bracketed;
		name = pw_name_clean(scan->arena, scan->name, scan->name_len, address);
		if (!name && address)
			name = scan->comment;
		add_mailbox(scan, name, address);
	}
	scan->name_len = 0;
	scan->address = scan->echo = scan->comment = scan->bracketed = NULL;
}

/* The comma between two mailboxes was lost: what was written after the first
   address is the second one's name. */
static void end_mailbox_at_mark(struct scan *scan)
{
	size_t mark = scan->name_mark, rest = scan->name_len - mark;

	scan->name_len = mark;
	end_mailbox(scan);
	memmove(scan->name, scan->name + mark, rest);
	scan->name_len = rest;
}

static void add_to_name(struct scan *scan, const char *text, size_t len)
{
	memcpy(scan->name + scan->name_len, text, len);
	scan->name_len += len;
}

/* The end of a bracketed piece that begins at scan->at; nested brackets of
   the same kind are inside.  The end of the text where it is not closed. */
static const char *bracket_end(const struct scan *scan, char open, char shut)
{
	const char *p;
	int depth = 0;

	for (p = scan->at; p < scan->end; p++) {
		depth += *p == open;
		depth -= *p == shut;
		if (!depth)
			return p;
	}
	return scan->end;
}

/* <jane@acme.example>, <jane@acme.example<mailto:jane@acme.example>>,
   <mailto:jane@acme.example>, <https://...>, [mailto:...] */
static void read_bracket(struct scan *scan, char open, char shut)
{
	const char *inner = scan->at + 1, *end = bracket_end(scan, open, shut);
	size_t len = end > inner ? (size_t)(end - inner) : 0, cut = len;
	const char *nested = len ? memchr(inner, '<', len) : NULL;
	const char *address;
	bool is_echo = len > 7 && strncasecmp(inner, "mailto:", 7) == 0;

	if (end == scan->end && open == '<' && len && !nested) {
		/* never closed: the address ends at the next blank or comma */
		for (cut = 0; cut < len && !strchr(" ,;\t\n", inner[cut]); cut++)
			;
		end = inner + cut - 1;
	}
	if (nested)
		cut = (size_t)(nested - inner);
	address = pw_address_in(scan->arena, inner, cut);
	if (!address && nested)
		address = pw_address_in(scan->arena, nested, len - cut);
	if (!address && open != '<') {
		add_to_name(scan, scan->at, (size_t)(end - scan->at) + (end < scan->end));
	} else if (address && is_echo && open == '<') {
		scan->echo = address;
	} else if (address) {
		if (scan->address)
			end_mailbox_at_mark(scan);
		scan->address = address;
		scan->name_mark = scan->name_len;
	}
	scan->at = end < scan->end ? end + 1 : scan->end;
}

static void read_comment(struct scan *scan)
{
	const char *inner = scan->at + 1, *end = bracket_end(scan, '(', ')');
	size_t len = (size_t)(end - inner);
	const char *address = pw_address_in(scan->arena, inner, len);

	if (address && !scan->address && !scan->bracketed) {
		/* A comment is anybody's words (RFC 5322 3.2.2), and in
		   "Jane (jane@acme.example)" all there is. */
		scan->bracketed = address;
	} else if (scan->address || memchr(scan->name, '@', scan->name_len)) {
		scan->comment = pw_name_clean(scan->arena, inner, len, scan->address);
	} else {
		add_to_name(scan, scan->at, (size_t)(end - scan->at) + (end < scan->end));
	}
	scan->at = end < scan->end ? end + 1 : scan->end;
}

static void read_quoted(struct scan *scan)
{
	const char *p = scan->at + 1;

	while (p < scan->end && *p != '"')
		p += *p == '\\' && p + 1 < scan->end ? 2 : 1;
	if (p >= scan->end) { /* never closed: an ordinary character */
		scan->at++;
		return;
	}
	for (scan->at++; scan->at < p; scan->at++) {
		if (*scan->at == '\\' && scan->at + 1 < p)
			scan->at++;
		add_to_name(scan, scan->at, 1);
	}
	scan->at = p + 1;
}

static bool name_ends_in_address(struct scan *scan)
{
	const char *word = scan->name + scan->name_len;

	if (!memchr(scan->name, '@', scan->name_len))
		return false;
	while (word > scan->name && !strchr(" \t\n", word[-1]))
		word--;
	return pw_is_address(word, (size_t)(scan->name + scan->name_len - word));
}

/* "Team: a@x.example, b@x.example;" and "undisclosed-recipients:;" */
static void read_colon(struct scan *scan)
{
	const char *end = scan->end, *semicolon;

	semicolon = memchr(scan->at, ';', (size_t)(end - scan->at));
	if (semicolon && !scan->address && scan->name_len &&
	    !memchr(scan->name, '@', scan->name_len) && !scan->list.n)
		scan->name_len = 0; /* a group's name is nobody's */
	else
		add_to_name(scan, scan->at, 1);
	scan->at++;
}

static void read_comma(struct scan *scan)
{
	if (scan->address || scan->bracketed || name_ends_in_address(scan))
		end_mailbox(scan);
	else
		add_to_name(scan, scan->at, 1);
	scan->at++;
}

static void read_list(struct scan *scan)
{
	while (scan->at < scan->end) {
		switch (*scan->at) {
		case '"':
			read_quoted(scan);
			break;
		case '<':
			read_bracket(scan, '<', '>');
			break;
		case '[':
			read_bracket(scan, '[', ']');
			break;
		case '(':
			read_comment(scan);
			break;
		case ';':
			end_mailbox(scan);
			scan->at++;
			break;
		case ',':
			read_comma(scan);
			break;
		case ':':
			read_colon(scan);
			break;
		default:
			add_to_name(scan, scan->at++, 1);
		}
	}
	end_mailbox(scan);
}

/* "Jane &lt;jane@acme.example&gt;": escaped once too often.  Bytes taken. */
static size_t read_entity(const char *text, size_t len, uint32_t *ret)
{
	static const struct {
		const char *name;
		char sign;
	} entities[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' } };
	size_t i, n;

	for (i = 0; i < PW_ARRAY_LEN(entities); i++) {
		n = strlen(entities[i].name);
		if (len >= n && memcmp(text, entities[i].name, n) == 0) {
			*ret = (uint32_t)entities[i].sign;
			return n;
		}
	}
	return 1;
}

/* Full-width signs to ASCII, invisible characters away, blanks to ' '. */
static char *simplify(struct pw_arena *arena, const char *text, size_t *len)
{
	static const struct {
		uint32_t cp;
		char ascii;
	} signs[] = {
		{ 0xFF1C, '<' }, { 0xFF1E, '>' }, { 0xFF1B, ';' }, { 0xFF0C, ',' },
		{ 0x3001, ',' }, { 0xFF08, '(' }, { 0xFF09, ')' }, { 0xFF20, '@' },
		{ 0x60C, ',' },  { 0x61B, ';' },  { 0x2039, '<' }, { 0x203A, '>' }
	};
	char *out = pw_arena_alloc(arena, *len + 1, 1);
	size_t at = 0, n = 0, step, i;
	uint32_t cp;

	for (; out && at < *len; at += step) {
		step = pw_utf8_next(text + at, *len - at, &cp);
		if (cp == '&')
			step = read_entity(text + at, *len - at, &cp);
		if (cp >= ' ' && cp < 0x7F) {
			out[n++] = (char)cp;
			continue;
		}
		if (pw_cp_is_invisible(cp))
			continue;
		for (i = 0; i < PW_ARRAY_LEN(signs) && signs[i].cp != cp; i++)
			;
		if (cp >= 0x80 && i < PW_ARRAY_LEN(signs)) {
			out[n++] = signs[i].ascii;
		} else if (cp < 0x20 || cp == 0x7F || pw_cp_is_blank(cp)) {
			out[n++] = ' ';
		} else {
			memcpy(out + n, text + at, step);
			n += step;
		}
	}
	*len = n;
	return out;
}

static struct pw_addrs parse(struct pw_arena *arena, const char *text, size_t len)
{
	struct scan scan = { .arena = arena, .at = text, .end = text + len };

	scan.name = pw_arena_alloc(arena, len + 1, 1);
	if (scan.name)
		read_list(&scan);
	return scan.list;
}

/* Names without any address: a comma may divide persons or a person's last
   and first name.  Persons, when every piece has two words or more. */
static bool commas_divide_names(const char *text, size_t len)
{
	size_t i, words = 0, commas = 0;
	bool in_word = false;

	if (memchr(text, '@', len) || memchr(text, ';', len) || memchr(text, '"', len))
		return false;
	for (i = 0; i <= len; i++) {
		if (i == len || text[i] == ',') {
			if (words < 2)
				return false;
			commas += i < len;
			words = 0;
			in_word = false;
		} else if (text[i] == ' ') {
			in_word = false;
		} else if (!in_word) {
			in_word = true;
			words++;
		}
	}
	return commas > 0;
}

struct pw_addrs pw_addrs_parse(struct pw_arena *arena, const char *text, size_t len)
{
	char *simple;
	size_t i;

	len = pw_utf8_cut(text, len, VALUE_MAX);
	simple = simplify(arena, text, &len);
	if (!simple)
		return (struct pw_addrs){ 0 };
	if (commas_divide_names(simple, len))
		for (i = 0; i < len; i++)
			simple[i] = (char)(simple[i] == ',' ? ';' : simple[i]);
	return parse(arena, simple, len);
}

static struct pw_addr first_of(struct pw_arena *arena, const char *text, size_t len)
{
	struct pw_addrs list = parse(arena, text, len);

	return list.n ? list.items[0] : (struct pw_addr){ 0 };
}

struct pw_addr pw_addr_parse(struct pw_arena *arena, const char *text, size_t len,
			     struct pw_addr *ret_behalf)
{
	struct pw_addr from;
	size_t start, end;
	char *simple;

	if (ret_behalf)
		*ret_behalf = (struct pw_addr){ 0 };
	len = pw_utf8_cut(text, len, MAILBOX_MAX);
	simple = simplify(arena, text, &len);
	if (!simple)
		return (struct pw_addr){ 0 };
	if (!pw_behalf_find(simple, len, &start, &end))
		return first_of(arena, simple, len);
	from = first_of(arena, simple, start);
	if (ret_behalf)
		*ret_behalf = first_of(arena, simple + end, len - end);
	return from.name || from.address ? from
					 : first_of(arena, simple + end, len - end);
}
