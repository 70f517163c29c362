/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_syntax.c - bytes and syntax that are no YAML, in words for who wrote them.
 *
 * libyaml names the character at which it could not go on.  For a quote or a
 * brace that was never closed that is far below the mistake, often the end of
 * the file; it also knows what it was reading there, and where that began.
 */
#include "rules/engine/yaml_syntax.h"

#include <string.h>

#include "agent/base/str.h"

static int refuse_utf16(const struct pw_yaml *yaml, const struct pw_place *place)
{
	pw_diags_add(yaml->diags, true, place, "the file is UTF-16");
	pw_diags_hint(yaml->diags, "save the file as UTF-8 in your editor");
	return -1;
}

static int refuse_byte(const struct pw_yaml *yaml, const struct pw_place *place,
		       unsigned char byte)
{
	if (place->line == 1 && place->column == 1 && (byte == 0xFF || byte == 0xFE))
		return refuse_utf16(yaml, place);
	pw_diags_add(yaml->diags, true, place, "byte 0x%02x is no UTF-8", byte);
	pw_diags_hint(yaml->diags, "save the file as UTF-8 in your editor");
	return -1;
}

static bool is_allowed(uint32_t cp)
{
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	return (cp < 0x7F || cp >= 0xA0) && cp != 0x2028 && cp != 0x2029 &&
	       cp != 0xFEFF && cp != 0xFFFE && cp != 0xFFFF;
}

int pw_yaml_check_bytes(const struct pw_yaml *yaml)
{
	struct pw_place place = { yaml->path, yaml->source, yaml->source_len, 1, 1 };
	bool is_indent = true;
	size_t i, n;
	uint32_t cp;

	if (yaml->source_len > PW_YAML_MAX_BYTES)
		return pw_diags_add(yaml->diags, true, &place,
				    "the file has %zu bytes; at most %zu are read",
				    yaml->source_len, PW_YAML_MAX_BYTES);
	for (i = 0; i < yaml->source_len; i += n, place.column++) {
		n = pw_utf8_next(yaml->source + i, yaml->source_len - i, &cp);
		if (cp == 0xFFFD && n == 1)
			return refuse_byte(yaml, &place, (unsigned char)yaml->source[i]);
		if (cp == 0 && i < 2) /* a letter's other half, without a mark before */
			return refuse_utf16(yaml, &place);
		if (!is_allowed(cp)) {
			pw_diags_add(yaml->diags, true, &place,
				     "character U+%04X is not allowed", (unsigned)cp);
			pw_diags_hint(yaml->diags, "delete it; editors do not show it");
			return -1;
		}
		if (cp == 0xA0 && is_indent) {
			pw_diags_add(yaml->diags, true, &place,
				     "a no-break space in the indentation");
			pw_diags_hint(yaml->diags, "indent with plain spaces");
			return -1;
		}
		is_indent = cp == '\n' || (is_indent && cp == ' ');
		if (cp == '\n') {
			place.line++;
			place.column = 0;
		}
	}
	return 0;
}

static int tell(const struct pw_yaml *yaml, const struct pw_yaml_spot *spot,
		const char *message)
{
	struct pw_place place = { yaml->path, yaml->source, yaml->source_len, spot->line,
				  spot->column };

	return pw_diags_add(yaml->diags, true, &place, "%s", message);
}

/* From a spot to the end of the file. */
static const char *text_at(const struct pw_yaml *yaml, const struct pw_yaml_spot *spot,
			   size_t *ret_len)
{
	size_t i = 0, n;
	uint32_t cp;

	for (n = 0; i < yaml->source_len && n < spot->index; n++)
		i += pw_utf8_next(yaml->source + i, yaml->source_len - i, &cp);
	*ret_len = yaml->source_len - i;
	return yaml->source + i;
}

static char char_at(const struct pw_yaml *yaml, const struct pw_yaml_spot *spot)
{
	size_t len;
	const char *text = text_at(yaml, spot, &len);

	return len ? *text : '\0';
}

/* Blanks at the start of the line of a spot. */
static int indent_at(const struct pw_yaml *yaml, const struct pw_yaml_spot *spot)
{
	struct pw_yaml_spot start = { spot->index - (size_t)(spot->column - 1),
				      spot->line, 1 };
	size_t len, n = 0;
	const char *text = text_at(yaml, &start, &len);

	while (n < len && text[n] == ' ')
		n++;
	return (int)n;
}

/* A quote that is closed by the next one below, or by an apostrophe. */
static bool tell_quote(const struct pw_yaml *yaml, const struct pw_yaml_syntax *syntax)
{
	const struct pw_yaml_spot *quote = &syntax->quote, *end = &syntax->quote_end;
	bool is_double = quote->line && char_at(yaml, quote) == '"';

	if (!quote->line || end->line != syntax->at.line)
		return false;
	if (quote->line < end->line) {
		tell(yaml, quote, "this quote is not closed");
		pw_diags_hint(yaml->diags,
			      "the next one that could close it is in line %d, column %d",
			      end->line, end->column - 1);
		return true;
	}
	if (end->index != syntax->at.index)
		return false;
	tell(yaml, &syntax->at, "text after a closing quote");
	pw_diags_hint(yaml->diags, is_double
					   ? "inside \"double quotes\" write \\\" for \""
					   : "inside 'single quotes' write '' for '");
	return true;
}

/* A { or [ that is still open where the next entry begins, or the file ends. */
static bool tell_bracket(const struct pw_yaml *yaml, const struct pw_yaml_syntax *syntax)
{
	const struct pw_yaml_spot *at = &syntax->at, *began = &syntax->began;
	bool is_map = strstr(syntax->problem, "or '}'") != NULL, is_at_end;
	const char *wanted = is_map ? "',' or '}'" : "',' or ']'";
	size_t len;

	if (!began->line || (!is_map && !strstr(syntax->problem, "or ']'")))
		return false;
	(void)text_at(yaml, at, &len);
	is_at_end = len == 0;
	if (is_at_end ||
	    (at->line > began->line && indent_at(yaml, at) <= indent_at(yaml, began))) {
		tell(yaml, began,
		     is_map ? "this '{' is not closed" : "this '[' is not closed");
		if (is_at_end)
			pw_diags_hint(yaml->diags, "%s is missing; is the file complete?",
				      wanted);
		else
			pw_diags_hint(yaml->diags, "%s is missing before line %d", wanted,
				      at->line);
		return true;
	}
	tell(yaml, at, is_map ? "expected ',' or '}'" : "expected ',' or ']'");
	if (strchr(":[]{}", char_at(yaml, at)))
		pw_diags_hint(yaml->diags,
			      "put a text that holds '%c' in 'single quotes'; or is a "
			      "',' missing?",
			      char_at(yaml, at));
	else
		pw_diags_hint(yaml->diags,
			      "for the '%c' of line %d, column %d; is a ',' missing?",
			      is_map ? '{' : '[', began->line, began->column);
	return true;
}

/* Is a spot the first of its line that is no blank? */
static bool begins_line(const struct pw_yaml *yaml, const struct pw_yaml_spot *spot)
{
	return indent_at(yaml, spot) == spot->column - 1;
}

/* A line that is neither the next of its block nor the first after it. */
static bool tell_block(const struct pw_yaml *yaml, const struct pw_yaml_syntax *syntax)
{
	const struct pw_yaml_spot *at = &syntax->at, *began = &syntax->began;
	bool is_map = strcmp(syntax->problem, "did not find expected key") == 0;
	bool is_list =
		strcmp(syntax->problem, "did not find expected '-' indicator") == 0;

	if (!began->line || (!is_map && !is_list))
		return false;
	if (!begins_line(yaml, at)) {
		tell(yaml, at, "text after the end of the value");
		pw_diags_hint(yaml->diags, "put the whole text in 'single quotes'");
		return true;
	}
	tell(yaml, at,
	     is_map ? "expected the next 'key: value'" : "expected the next '- '");
	if (at->column != began->column)
		pw_diags_hint(yaml->diags,
			      "wrong indentation? this %s begins in line %d, column %d",
			      is_map ? "map" : "list", began->line, began->column);
	else
		pw_diags_hint(yaml->diags, "'key: value' lines and a list ('- ') cannot "
					   "stand side by side");
	return true;
}

/* libyaml's "mapping values are not allowed" has two causes. */
static bool tell_colon(const struct pw_yaml *yaml, const struct pw_yaml_syntax *syntax)
{
	struct pw_yaml_spot start = syntax->at;
	size_t len, n;
	const char *text;

	if (strcmp(syntax->problem, "mapping values are not allowed in this context") !=
	    0)
		return false;
	n = (size_t)(start.column - 1);
	start.index -= n;
	start.column = 1;
	text = text_at(yaml, &start, &len);
	if (memmem(text, n < len ? n : len, ": ", 2)) {
		tell(yaml, &syntax->at, "a second ': ' in this value");
		pw_diags_hint(yaml->diags,
			      "put a text that holds ': ' in 'single quotes'");
	} else {
		start.column += indent_at(yaml, &start);
		tell(yaml, &start, "no key can stand here");
		pw_diags_hint(yaml->diags, "is the line indented too deep, or does the "
					   "line above lack a ': '?");
	}
	return true;
}

static const struct {
	const char *problem, *context; /* context NULL: any */
	bool is_where_it_began;
	const char *message, *hint; /* message NULL: libyaml's */
} mistakes[] = {
	{ "found unexpected end of stream", "while scanning a quoted scalar", true,
	  "this quote is not closed", "is the file complete?" },
	{ "found unexpected document indicator", "while scanning a quoted scalar", true,
	  "this quote is not closed", NULL },
	{ "could not find expected ':'", "while scanning a simple key", true,
	  "a key without a colon",
	  "a key needs a colon and a space after it; a line that belongs to the text "
	  "above is indented deeper" },
	{ "could not find expected ':'", NULL, false, NULL,
	  "a key needs a colon and a space after it" },
	{ "found a tab character that violates indentation", NULL, false,
	  "a tab in the indentation", "indent with spaces, not tabs" },
	{ "found a tab character where an indentation space is expected", NULL, false,
	  "a tab in the indentation", "indent with spaces, not tabs" },
	{ "found unknown escape character", NULL, false, NULL,
	  "write regular expressions in 'single quotes'; there a backslash is just a "
	  "backslash" },
	{ "block sequence entries are not allowed in this context", NULL, false,
	  "no list can begin here", "begin it in the next line, or write [a, b]" },
	{ "did not find expected node content", NULL, false, "a value is missing here",
	  NULL },
	{ "did not find expected comment or line break", NULL, false, NULL,
	  "the text after | or > begins in the next line" },
	{ "did not find expected <document start>", NULL, false,
	  "this is no part of the map above", "check the indentation" },
};

static void tell_by_table(const struct pw_yaml *yaml, const struct pw_yaml_syntax *syntax)
{
	const struct pw_yaml_spot *spot = &syntax->at;
	const char *message = syntax->problem, *hint = NULL;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(mistakes); i++)
		if (strcmp(syntax->problem, mistakes[i].problem) == 0 &&
		    (!mistakes[i].context ||
		     pw_streq(syntax->context, mistakes[i].context)))
			break;
	if (i < PW_ARRAY_LEN(mistakes)) {
		message = mistakes[i].message ? mistakes[i].message : message;
		hint = mistakes[i].hint;
		if (mistakes[i].is_where_it_began && syntax->began.line)
			spot = &syntax->began;
	}
	tell(yaml, spot, message);
	if (hint)
		pw_diags_hint(yaml->diags, "%s", hint);
}

/* libyaml says of a tab, too, only that it cannot start anything. */
static bool tell_start(const struct pw_yaml *yaml, const struct pw_yaml_syntax *syntax)
{
	if (strcmp(syntax->problem, "found character that cannot start any token") != 0)
		return false;
	if (char_at(yaml, &syntax->at) == '\t') {
		tell(yaml, &syntax->at, "a tab in the indentation");
		pw_diags_hint(yaml->diags, "indent with spaces, not tabs");
	} else {
		tell(yaml, &syntax->at, "no text can begin with this character");
		pw_diags_hint(yaml->diags, "put the text in 'single quotes'");
	}
	return true;
}

void pw_yaml_tell_syntax(const struct pw_yaml *yaml, const struct pw_yaml_syntax *syntax)
{
	struct pw_yaml_syntax known = *syntax;

	if (!known.problem)
		known.problem = "cannot be read";
	if (!tell_start(yaml, &known) && !tell_quote(yaml, &known) &&
	    !tell_bracket(yaml, &known) && !tell_block(yaml, &known) &&
	    !tell_colon(yaml, &known))
		tell_by_table(yaml, &known);
}
