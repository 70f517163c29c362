/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml.c - libyaml's events made into nodes that know their place.
 *
 * The only file that includes libyaml.  What the format allows beyond plain
 * maps, lists and scalars is refused here, because each of it (anchors, tags,
 * merge keys, several documents) lets a rule mean something else than it shows.
 */
#include "rules/engine/yaml.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "agent/base/str.h"
#include "rules/engine/yaml_syntax.h"

#define YAML_ARENA_MAX ((size_t)512 << 20)

struct reader {
	yaml_parser_t parser;
	struct pw_yaml *yaml;
	struct pw_yaml_spot quote, quote_end; /* the last text in quotes */
	bool failed;
};

static int fail_mark(struct reader *reader, yaml_mark_t mark, const char *message,
		     const char *hint)
{
	const struct pw_yaml *yaml = reader->yaml;
	struct pw_place place = { yaml->path, yaml->source, yaml->source_len,
				  (int)mark.line + 1, (int)mark.column + 1 };

	reader->failed = true;
	pw_diags_add(yaml->diags, true, &place, "%s", message);
	if (hint)
		pw_diags_hint(yaml->diags, "%s", hint);
	return -1;
}

static struct pw_yaml_spot spot_of(yaml_mark_t mark)
{
	struct pw_yaml_spot spot = { mark.index, (int)mark.line + 1,
				     (int)mark.column + 1 };

	return spot;
}

static int next_event(struct reader *reader, yaml_event_t *event)
{
	const yaml_parser_t *parser = &reader->parser;
	struct pw_yaml_syntax syntax = { .quote = reader->quote,
					 .quote_end = reader->quote_end };

	if (yaml_parser_parse(&reader->parser, event))
		return 0;
	syntax.problem = parser->problem;
	syntax.context = parser->context;
	syntax.at = spot_of(parser->problem_mark);
	if (parser->context)
		syntax.began = spot_of(parser->context_mark);
	reader->failed = true;
	pw_yaml_tell_syntax(reader->yaml, &syntax);
	return -1;
}

static int refuse_extras(struct reader *reader, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return fail_mark(reader, event->start_mark,
				 "aliases (*name) are not allowed",
				 "write the value out, or put a text that begins with * "
				 "in 'single quotes'");
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	default:
		break;
	}
	if (anchor)
		return fail_mark(reader, event->start_mark,
				 "anchors (&name) are not allowed",
				 "put a text that begins with & in 'single quotes'");
	if (tag)
		return fail_mark(reader, event->start_mark,
				 "tags (!name) are not allowed",
				 "put a text that begins with ! in 'single quotes'");
	return 0;
}

static enum pw_node_style style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return PW_STYLE_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return PW_STYLE_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE:
		return PW_STYLE_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return PW_STYLE_FOLDED;
	default:
		return PW_STYLE_PLAIN;
	}
}

static struct pw_node *new_node(struct reader *reader, enum pw_node_kind kind,
				const yaml_event_t *event)
{
	struct pw_node *node = pw_arena_alloc(reader->yaml->arena, 1, sizeof *node);

	if (!node) {
		fail_mark(reader, event->start_mark, "the file is too large", NULL);
		return NULL;
	}
	node->yaml = reader->yaml;
	node->kind = kind;
	node->line = (int)event->start_mark.line + 1;
	node->column = (int)event->start_mark.column + 1;
	return node;
}

/* What YAML reads without a word, and hardly anybody means. */
static void warn_plain(const struct pw_node *node, bool is_one_line)
{
	uint32_t first = 0;

	pw_utf8_next(node->text, node->len, &first);
	if (first == 0xAB || (first >= 0x2018 && first <= 0x201E)) {
		pw_yaml_warn(node, "this quote is a part of the text");
		pw_diags_hint(node->yaml->diags, "only ' and \" are quotes here");
	}
	if (!is_one_line && strstr(node->text, " - ")) {
		pw_yaml_warn(node, "a text over several lines that holds a '- '");
		pw_diags_hint(node->yaml->diags,
			      "items of a list are indented alike; put a text in "
			      "'single quotes'");
	}
}

static struct pw_node *make_scalar(struct reader *reader, const yaml_event_t *event)
{
	struct pw_node *node = new_node(reader, PW_NODE_SCALAR, event);

	if (!node)
		return NULL;
	node->style = style_of(event->data.scalar.style);
	if (node->style == PW_STYLE_SINGLE || node->style == PW_STYLE_DOUBLE) {
		reader->quote = spot_of(event->start_mark);
		reader->quote_end = spot_of(event->end_mark);
	}
	node->len = event->data.scalar.length;
	node->text = pw_arena_strndup(reader->yaml->arena,
				      (const char *)event->data.scalar.value, node->len);
	if (!node->text) {
		fail_mark(reader, event->start_mark, "the file is too large", NULL);
		return NULL;
	}
	if (strlen(node->text) != node->len) {
		fail_mark(reader, event->start_mark, "a text holds a NUL character",
			  NULL);
		return NULL;
	}
	if (node->style == PW_STYLE_PLAIN)
		warn_plain(node, event->start_mark.line == event->end_mark.line);
	return node;
}

static struct pw_node *read_node(struct reader *reader, const yaml_event_t *event,
				 int depth);

/* Growing arrays of a collection under construction. */
struct children {
	const struct pw_node **keys, **items;
	size_t n, cap;
};

static int add_child(struct reader *reader, struct children *children,
		     const struct pw_node *key, const struct pw_node *item)
{
	struct pw_arena *arena = reader->yaml->arena;
	size_t cap = children->cap;
	const struct pw_node **keys, **items;

	keys = pw_arena_grow(arena, children->keys, children->n, &cap, sizeof *keys);
	cap = children->cap;
	items = pw_arena_grow(arena, children->items, children->n, &cap, sizeof *items);
	if (!keys || !items)
		return -1;
	children->keys = keys;
	children->items = items;
	children->cap = cap;
	children->keys[children->n] = key;
	children->items[children->n++] = item;
	return 0;
}

static int compare_keys(const void *a, const void *b)
{
	const struct pw_node *x = *(const struct pw_node *const *)a;
	const struct pw_node *y = *(const struct pw_node *const *)b;
	int by_text = strcmp(x->text, y->text);

	if (by_text)
		return by_text;
	return x->line != y->line ? (x->line < y->line ? -1 : 1) : x->column - y->column;
}

static void refuse_duplicates(struct reader *reader, const struct children *children)
{
	const struct pw_node **sorted;
	size_t i;

	if (children->n < 2)
		return;
	sorted = pw_alloc(children->n, sizeof *sorted);
	memcpy(sorted, children->keys, children->n * sizeof *sorted);
	qsort(sorted, children->n, sizeof *sorted, compare_keys);
	for (i = 1; i < children->n; i++)
		if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0) {
			pw_yaml_error(sorted[i], "duplicate key '%s'", sorted[i]->text);
			pw_diags_hint(reader->yaml->diags, "first given in line %d",
				      sorted[i - 1]->line);
		}
	free(sorted);
}

/* One key of a map, or NULL at the map's end (*ret_end) or on a mistake. */
static const struct pw_node *read_key(struct reader *reader, bool *ret_end)
{
	yaml_event_t event;
	const struct pw_node *key = NULL;

	*ret_end = false;
	if (next_event(reader, &event) < 0)
		return NULL;
	if (event.type == YAML_MAPPING_END_EVENT)
		*ret_end = true;
	else if (refuse_extras(reader, &event) < 0)
		key = NULL;
	else if (event.type != YAML_SCALAR_EVENT)
		fail_mark(reader, event.start_mark, "a key must be a plain word", NULL);
	else if (strcmp((const char *)event.data.scalar.value, "<<") == 0)
		fail_mark(reader, event.start_mark, "merge keys (<<) are not allowed",
			  NULL);
	else
		key = make_scalar(reader, &event);
	yaml_event_delete(&event);
	return key;
}

/* One value; NULL at the list's end (*ret_end) or on a mistake. */
static const struct pw_node *read_value(struct reader *reader, int depth, bool *ret_end)
{
	yaml_event_t event;
	const struct pw_node *value = NULL;

	*ret_end = false;
	if (next_event(reader, &event) < 0)
		return NULL;
	if (event.type == YAML_SEQUENCE_END_EVENT)
		*ret_end = true;
	else
		value = read_node(reader, &event, depth);
	yaml_event_delete(&event);
	return value;
}

static int read_children(struct reader *reader, struct pw_node *node, int depth)
{
	struct children children = { 0 };
	const struct pw_node *key = NULL, *value;
	bool is_end;

	for (;;) {
		if (node->kind == PW_NODE_MAP) {
			key = read_key(reader, &is_end);
			if (is_end)
				break;
			if (!key)
				return -1;
		}
		value = read_value(reader, depth + 1, &is_end);
		if (is_end && node->kind == PW_NODE_LIST)
			break;
		if (!value || add_child(reader, &children, key, value) < 0)
			return -1;
	}
	if (node->kind == PW_NODE_MAP)
		refuse_duplicates(reader, &children);
	node->n = children.n;
	node->items = children.items;
	node->keys = children.keys;
	return 0;
}

static struct pw_node *read_node(struct reader *reader, const yaml_event_t *event,
				 int depth)
{
	struct pw_node *node;

	if (refuse_extras(reader, event) < 0)
		return NULL;
	if (event->type == YAML_SCALAR_EVENT)
		return make_scalar(reader, event);
	if (depth >= PW_YAML_MAX_DEPTH) {
		fail_mark(reader, event->start_mark, "nested too deep", NULL);
		return NULL;
	}
	node = new_node(reader,
			event->type == YAML_MAPPING_START_EVENT ? PW_NODE_MAP
								: PW_NODE_LIST,
			event);
	if (!node || read_children(reader, node, depth) < 0)
		return NULL;
	return node;
}

/* The events before the root: stream start, document start. */
static int skip_to_root(struct reader *reader, yaml_event_t *event)
{
	for (;;) {
		if (next_event(reader, event) < 0)
			return -1;
		if (event->type == YAML_STREAM_END_EVENT) {
			fail_mark(reader, event->start_mark, "the file is empty",
				  "was it saved completely?");
			yaml_event_delete(event);
			return -1;
		}
		if (event->type != YAML_STREAM_START_EVENT &&
		    event->type != YAML_DOCUMENT_START_EVENT)
			return 0;
		yaml_event_delete(event);
	}
}

static int expect_end(struct reader *reader)
{
	yaml_event_t event;
	yaml_event_type_t type;

	do {
		if (next_event(reader, &event) < 0)
			return -1;
		type = event.type;
		if (type == YAML_DOCUMENT_START_EVENT)
			fail_mark(reader, event.start_mark,
				  "a second document begins here",
				  "one file, one document");
		yaml_event_delete(&event);
	} while (type != YAML_STREAM_END_EVENT && !reader->failed);
	return reader->failed ? -1 : 0;
}

static int read_document(struct reader *reader)
{
	yaml_event_t event;
	struct pw_node *root;

	if (skip_to_root(reader, &event) < 0)
		return -1;
	root = read_node(reader, &event, 0);
	yaml_event_delete(&event);
	if (!root || expect_end(reader) < 0)
		return -1;
	reader->yaml->root = root;
	if (root->kind == PW_NODE_SCALAR && root->len == 0)
		return pw_yaml_error(root, "the file is empty");
	if (root->kind != PW_NODE_MAP)
		return pw_yaml_error(root, "expected 'key: value' lines");
	return 0;
}

static int parse_source(struct pw_yaml *yaml)
{
	struct reader reader = { .yaml = yaml };
	int result;

	if (pw_yaml_check_bytes(yaml) < 0)
		return -1;
	if (!yaml_parser_initialize(&reader.parser))
		abort();
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)yaml->source,
				     yaml->source_len);
	result = read_document(&reader);
	yaml_parser_delete(&reader.parser);
	return result < 0 || reader.failed ? -1 : 0;
}

int pw_yaml_parse(struct pw_yaml **ret, const char *path, const char *text, size_t len,
		  struct pw_diags *diags)
{
	struct pw_yaml *yaml = pw_alloc(1, sizeof *yaml);

	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	yaml->arena = pw_arena_new(YAML_ARENA_MAX);
	yaml->path = pw_arena_strdup(yaml->arena, path);
	yaml->source = text;
	yaml->source_len = len;
	yaml->diags = diags;
	if (parse_source(yaml) < 0) {
		pw_yaml_free(yaml);
		return -1;
	}
	*ret = yaml;
	return 0;
}

void pw_yaml_free(struct pw_yaml *yaml)
{
	if (!yaml)
		return;
	pw_arena_free(yaml->arena);
	free(yaml);
}
