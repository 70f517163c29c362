/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_parse.c - reads conditions; what nothing is called is told with what is near.
 */
#include "rules/engine/expr.h"

#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/compile.h"

#define MAX_ARGS  100
#define MAX_DEPTH 20

struct parser {
	struct pw_compile *compile;
	const struct pw_node *node;
	const char *at;
	char token[100];
	size_t token_at; /* offset in the text */
	int depth;
	bool failed;      /* the grammar: one mistake is told */
	bool has_unknown; /* names: each is told */
};

/* Items that are no signal; behind a colon follows a name. */
static const struct {
	const char *word;
	enum pw_item about;
} items[] = {
	{ "kind:", PW_ITEM_KIND },
	{ "claim:", PW_ITEM_CLAIM },
	{ "rival:", PW_ITEM_RIVAL },
	{ "vendor:", PW_ITEM_VENDOR },
	{ "sender:", PW_ITEM_SENDER },
	{ "rival", PW_ITEM_ANY_RIVAL },
	{ "vendor", PW_ITEM_ANY_VENDOR },
	{ "identifier", PW_ITEM_IDENTIFIER },
	{ "customer", PW_ITEM_CUSTOMER },
	{ "solicitation", PW_ITEM_SOLICITATION },
	{ "attachment", PW_ITEM_ATTACHMENT },
	{ "end-date", PW_ITEM_END_DATE },
};

static bool takes_name(const char *word)
{
	return word[strlen(word) - 1] == ':';
}

/* What an item is about, and the name in it. */
static enum pw_item read_item(const char *item, const char **ret_name)
{
	size_t i;

	*ret_name = item;
	for (i = 0; i < PW_ARRAY_LEN(items); i++) {
		if (!takes_name(items[i].word)) {
			if (strcmp(item, items[i].word) == 0)
				return items[i].about;
		} else if (pw_starts_with(item, items[i].word)) {
			*ret_name = item + strlen(items[i].word);
			return items[i].about;
		}
	}
	return PW_ITEM_SIGNAL;
}

static void next_token(struct parser *parser)
{
	size_t len = 0;

	parser->at += strspn(parser->at, " \t\n");
	parser->token_at = (size_t)(parser->at - parser->node->text);
	if (*parser->at == '(' || *parser->at == ')')
		len = 1;
	else
		len = strcspn(parser->at, " \t\n()");
	if (len >= sizeof parser->token)
		len = sizeof parser->token - 1;
	memcpy(parser->token, parser->at, len);
	parser->token[len] = '\0';
	parser->at += len;
}

static struct pw_expr *fail(struct parser *parser, const char *message)
{
	if (!parser->failed)
		pw_yaml_error_at(parser->node, parser->token_at, "%s", message);
	parser->failed = true;
	return NULL;
}

static struct pw_expr *new_expr(struct parser *parser, enum pw_expr_op op)
{
	struct pw_expr *expr = pw_arena_alloc(parser->compile->arena, 1, sizeof *expr);

	if (!expr)
		return fail(parser, "too large");
	expr->op = op;
	return expr;
}

static bool add_arg(struct parser *parser, struct pw_expr *expr, struct pw_expr *arg)
{
	const struct pw_expr **args;

	if (!arg)
		return false;
	if (expr->n_args >= MAX_ARGS)
		return fail(parser, "too many items") != NULL;
	args = pw_arena_alloc(parser->compile->arena, expr->n_args + 1, sizeof *args);
	if (!args)
		return false;
	if (expr->n_args)
		memcpy(args, expr->args, expr->n_args * sizeof *args);
	args[expr->n_args++] = arg;
	expr->args = args;
	return true;
}

static bool is_keyword(const char *token)
{
	return !strcmp(token, "and") || !strcmp(token, "or") || !strcmp(token, "not") ||
	       !strcmp(token, "of") || !strcmp(token, "(") || !strcmp(token, ")") ||
	       !*token;
}

static bool is_known_name(const struct pw_rulefiles *files, enum pw_section section,
			  const char *name)
{
	const struct pw_entries *entries = &files->sections[section];
	size_t i;

	if (!strchr(name, '*'))
		return pw_rulefiles_entry(files, section, name) != NULL;
	for (i = 0; i < entries->n; i++)
		if (pw_glob(name, entries->items[i].name))
			return true;
	return false;
}

static bool is_word(const char *const *words, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static bool is_known_item(struct parser *parser, enum pw_item about, const char *name)
{
	const struct pw_rulefiles *files = parser->compile->files;

	switch (about) {
	case PW_ITEM_RIVAL:
		return is_known_name(files, PW_SECTION_RIVALS, name);
	case PW_ITEM_VENDOR:
		return is_known_name(files, PW_SECTION_VENDORS, name);
	case PW_ITEM_KIND:
		return is_word(pw_kind_names, PW_N_KINDS, name);
	case PW_ITEM_SENDER:
		return is_word(pw_sender_words, PW_ARRAY_LEN(pw_sender_words), name);
	case PW_ITEM_CLAIM:
		return !strcmp(name, "partner_change_request") ||
		       !strcmp(name, "vendor_shared_contact");
	case PW_ITEM_SIGNAL:
		return is_known_name(files, PW_SECTION_SIGNALS, name);
	default:
		return true;
	}
}

/* "rival:cwd": what stands after the colon is misspelt. */
static bool suggest_named(struct parser *parser, const char *item)
{
	static const struct {
		const char *prefix;
		enum pw_section section;
	} named[] = { { "rival:", PW_SECTION_RIVALS },
		      { "vendor:", PW_SECTION_VENDORS } };
	static const struct {
		const char *prefix;
		const char *const *words;
		size_t n;
	} listed[] = { { "kind:", pw_kind_names, PW_N_KINDS },
		       { "sender:", pw_sender_words, PW_ARRAY_LEN(pw_sender_words) } };
	struct pw_diags *diags = parser->compile->diags;
	const char *near;
	size_t k;

	for (k = 0; k < PW_ARRAY_LEN(named); k++)
		if (pw_starts_with(item, named[k].prefix)) {
			pw_compile_suggest(parser->compile, named[k].section,
					   named[k].prefix,
					   item + strlen(named[k].prefix));
			return true;
		}
	for (k = 0; k < PW_ARRAY_LEN(listed); k++) {
		if (!pw_starts_with(item, listed[k].prefix))
			continue;
		near = pw_str_nearest(item + strlen(listed[k].prefix), listed[k].words,
				      listed[k].n);
		if (near)
			pw_diags_hint(diags, "did you mean '%s%s'?", listed[k].prefix,
				      near);
		return true;
	}
	return false;
}

static void suggest_item(struct parser *parser, const char *item)
{
	const struct pw_entries *signals =
		&parser->compile->files->sections[PW_SECTION_SIGNALS];
	const char **words;
	size_t n = 0, i;

	if (suggest_named(parser, item))
		return;
	words = pw_alloc(PW_ARRAY_LEN(items) + signals->n, sizeof *words);
	for (i = 0; i < PW_ARRAY_LEN(items); i++)
		if (!takes_name(items[i].word))
			words[n++] = items[i].word;
	for (i = 0; i < signals->n; i++)
		words[n++] = signals->items[i].name;
	pw_diags_suggest(parser->compile->diags, item, words, n);
	free(words);
}

static struct pw_expr *parse_item(struct parser *parser)
{
	struct pw_expr *expr = new_expr(parser, PW_EXPR_ITEM);

	if (!expr)
		return NULL;
	expr->item = pw_compile_text(parser->compile, parser->token);
	expr->about = read_item(expr->item, &expr->name);
	if (!is_known_item(parser, expr->about, expr->name)) {
		pw_yaml_error_at(parser->node, parser->token_at, "nothing is called '%s'",
				 parser->token);
		suggest_item(parser, parser->token);
		parser->has_unknown = true;
	}
	next_token(parser);
	return expr;
}

static struct pw_expr *parse_or(struct parser *parser);

/* "2 of offer-*": one item that may stand for many signals. */
static bool has_glob(const struct pw_expr *count)
{
	size_t i;

	for (i = 0; i < count->n_args; i++)
		if (strchr(count->args[i]->item, '*'))
			return true;
	return false;
}

static struct pw_expr *parse_count(struct parser *parser)
{
	struct pw_expr *expr = new_expr(parser, PW_EXPR_COUNT);

	if (!expr)
		return NULL;
	expr->least = atoi(parser->token);
	next_token(parser);
	if (strcmp(parser->token, "of") != 0)
		return fail(parser, "expected 'of' after the number");
	next_token(parser);
	while (!is_keyword(parser->token))
		if (!add_arg(parser, expr, parse_item(parser)))
			return NULL;
	if (!expr->n_args)
		return fail(parser, "expected items after 'of'");
	if ((size_t)expr->least > expr->n_args && !has_glob(expr))
		return fail(parser, "never holds: there are fewer items before this");
	return expr;
}

static struct pw_expr *parse_factor(struct parser *parser)
{
	struct pw_expr *expr;

	if (parser->depth >= MAX_DEPTH)
		return fail(parser, "nested too deep");
	if (strcmp(parser->token, "not") == 0) {
		expr = new_expr(parser, PW_EXPR_NOT);
		next_token(parser);
		parser->depth++;
		if (!expr || !add_arg(parser, expr, parse_factor(parser)))
			return NULL;
		parser->depth--;
		return expr;
	}
	if (strcmp(parser->token, "(") == 0) {
		next_token(parser);
		parser->depth++;
		expr = parse_or(parser);
		parser->depth--;
		if (!expr)
			return NULL;
		if (strcmp(parser->token, ")") != 0)
			return fail(parser, "expected ')'");
		next_token(parser);
		return expr;
	}
	if (is_keyword(parser->token))
		return fail(parser, "expected the name of a signal or a fact");
	if (strspn(parser->token, "0123456789") == strlen(parser->token))
		return parse_count(parser);
	return parse_item(parser);
}

static struct pw_expr *parse_chain(struct parser *parser, enum pw_expr_op op,
				   const char *word,
				   struct pw_expr *(*part)(struct parser *))
{
	struct pw_expr *first = part(parser), *expr;

	if (!first || strcmp(parser->token, word) != 0)
		return first;
	expr = new_expr(parser, op);
	if (!expr || !add_arg(parser, expr, first))
		return NULL;
	while (strcmp(parser->token, word) == 0) {
		next_token(parser);
		if (!add_arg(parser, expr, part(parser)))
			return NULL;
	}
	return expr;
}

static struct pw_expr *parse_and(struct parser *parser)
{
	return parse_chain(parser, PW_EXPR_AND, "and", parse_factor);
}

static struct pw_expr *parse_or(struct parser *parser)
{
	return parse_chain(parser, PW_EXPR_OR, "or", parse_and);
}

struct pw_expr *pw_expr_parse(struct pw_compile *compile, const struct pw_node *node)
{
	struct parser parser = { .compile = compile, .node = node };
	struct pw_expr *expr;
	const char *text;

	if (pw_yaml_string(node, &text) < 0)
		return NULL;
	parser.at = text;
	next_token(&parser);
	expr = parse_or(&parser);
	if (expr && *parser.token)
		return fail(&parser, "expected 'and', 'or' or the end");
	return parser.failed || parser.has_unknown ? NULL : expr;
}
