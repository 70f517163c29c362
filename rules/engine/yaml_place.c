/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_place.c - from a byte of a value to the character of the file it came from.
 *
 * Quotes, doubled quotes, folded lines and indentation stand between the two;
 * walking value and source side by side needs no second parser.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/yaml.h"

struct walk {
	const char *at, *end;
	int line, column;
};

static void step(struct walk *walk)
{
	uint32_t cp = 0;
	size_t n = pw_utf8_next(walk->at, (size_t)(walk->end - walk->at), &cp);

	walk->at += n;
	if (cp == '\n') {
		walk->line++;
		walk->column = 1;
	} else {
		walk->column++;
	}
}

static struct walk start_of(const struct pw_node *node)
{
	const struct pw_yaml *yaml = node->yaml;
	struct walk walk = { yaml->source, yaml->source + yaml->source_len, 1, 1 };
	const char *newline;

	while (walk.line < node->line) {
		newline = memchr(walk.at, '\n', (size_t)(walk.end - walk.at));
		if (!newline)
			break;
		walk.at = newline + 1;
		walk.line++;
	}
	while (walk.column < node->column && walk.at < walk.end)
		step(&walk);
	return walk;
}

static bool is_blank(const struct walk *walk)
{
	return walk->at < walk->end && strchr(" \t\r\n", *walk->at) != NULL;
}

/* Past the quote, or past the line of a block's indicator. */
static void enter(struct walk *walk, enum pw_node_style style)
{
	if (style == PW_STYLE_SINGLE || style == PW_STYLE_DOUBLE) {
		step(walk);
	} else if (style == PW_STYLE_LITERAL || style == PW_STYLE_FOLDED) {
		while (walk->at < walk->end && *walk->at != '\n')
			step(walk);
		while (is_blank(walk))
			step(walk);
	}
}

/* Over the source of one character of the value. */
static void consume(struct walk *walk, const struct pw_node *node, const char *value)
{
	if (*value == '\n' && is_blank(walk)) {
		while (is_blank(walk))
			step(walk);
		return;
	}
	if ((node->style == PW_STYLE_SINGLE && *value == '\'') ||
	    (node->style == PW_STYLE_DOUBLE && *walk->at == '\\'))
		step(walk);
	else if (*value == ' ' && *walk->at != ' ')
		while (is_blank(walk) && walk->at + 1 < walk->end &&
		       strchr(" \t\r\n", walk->at[1]))
			step(walk);
	step(walk);
}

void pw_yaml_locate(const struct pw_node *node, size_t offset, struct pw_place *ret)
{
	struct walk walk = start_of(node);
	size_t i = 0, n;
	uint32_t cp;

	if (node->kind == PW_NODE_SCALAR) {
		enter(&walk, node->style);
		while (i < offset && i < node->len && walk.at < walk.end) {
			consume(&walk, node, node->text + i);
			n = pw_utf8_next(node->text + i, node->len - i, &cp);
			i += n ? n : 1;
		}
	}
	ret->path = node->yaml->path;
	ret->source = node->yaml->source;
	ret->source_len = node->yaml->source_len;
	ret->line = walk.line;
	ret->column = walk.column;
}

static struct pw_place place_of(const struct pw_node *node)
{
	const struct pw_yaml *yaml = node->yaml;
	struct pw_place place = { yaml->path, yaml->source, yaml->source_len, node->line,
				  node->column };

	return place;
}

#define FORMAT_MESSAGE(text, format)                                                     \
	do {                                                                             \
		va_list args_;                                                           \
		va_start(args_, format);                                                 \
		vsnprintf(text, sizeof text, format, args_);                             \
		va_end(args_);                                                           \
	} while (0)

int pw_yaml_error(const struct pw_node *node, const char *format, ...)
{
	struct pw_place place = place_of(node);
	char text[600];

	FORMAT_MESSAGE(text, format);
	return pw_diags_add(node->yaml->diags, true, &place, "%s", text);
}

void pw_yaml_warn(const struct pw_node *node, const char *format, ...)
{
	struct pw_place place = place_of(node);
	char text[600];

	FORMAT_MESSAGE(text, format);
	pw_diags_add(node->yaml->diags, false, &place, "%s", text);
}

int pw_yaml_error_at(const struct pw_node *node, size_t offset, const char *format, ...)
{
	struct pw_place place;
	char text[600];

	pw_yaml_locate(node, offset, &place);
	FORMAT_MESSAGE(text, format);
	return pw_diags_add(node->yaml->diags, true, &place, "%s", text);
}

void pw_yaml_warn_at(const struct pw_node *node, size_t offset, const char *format, ...)
{
	struct pw_place place;
	char text[600];

	pw_yaml_locate(node, offset, &place);
	FORMAT_MESSAGE(text, format);
	pw_diags_add(node->yaml->diags, false, &place, "%s", text);
}
