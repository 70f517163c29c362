/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr.c - does a condition hold, and what is missing where it does not?
 */
#include "rules/engine/expr.h"

bool pw_glob(const char *pattern, const char *word)
{
	const char *star = NULL, *from = word;

	while (*word) {
		if (*pattern == '*') {
			star = pattern++;
			from = word;
		} else if (*pattern == *word) {
			pattern++;
			word++;
		} else if (star) {
			/* The last star takes one letter more; those before need none. */
			pattern = star + 1;
			word = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static int count_items(const struct pw_expr *expr, pw_expr_holds holds, void *context)
{
	size_t i;
	int n = 0;

	for (i = 0; i < expr->n_args; i++)
		n += holds(context, expr->args[i]);
	return n;
}

bool pw_expr_eval(const struct pw_expr *expr, pw_expr_holds holds, void *context)
{
	size_t i;

	switch (expr->op) {
	case PW_EXPR_ITEM:
		return holds(context, expr) > 0;
	case PW_EXPR_NOT:
		return !pw_expr_eval(expr->args[0], holds, context);
	case PW_EXPR_COUNT:
		return count_items(expr, holds, context) >= expr->least;
	case PW_EXPR_AND:
	case PW_EXPR_OR:
		for (i = 0; i < expr->n_args; i++)
			if (pw_expr_eval(expr->args[i], holds, context) ==
			    (expr->op == PW_EXPR_OR))
				return expr->op == PW_EXPR_OR;
		return expr->op == PW_EXPR_AND;
	}
	return false;
}

static void add_missing(struct pw_buf *out, const char *before, const char *item)
{
	if (out->len)
		pw_buf_adds(out, ", ");
	pw_buf_adds(out, before);
	pw_buf_adds(out, item);
}

void pw_expr_missing(struct pw_buf *out, const struct pw_expr *expr, pw_expr_holds holds,
		     void *context)
{
	size_t i;

	switch (expr->op) {
	case PW_EXPR_ITEM:
		add_missing(out, "", expr->item);
		break;
	case PW_EXPR_NOT:
		add_missing(out, "not ",
			    expr->args[0]->item ? expr->args[0]->item : "(...)");
		break;
	case PW_EXPR_COUNT:
		pw_buf_addf(out, "%s%d more of a list", out->len ? ", " : "",
			    expr->least - count_items(expr, holds, context));
		break;
	case PW_EXPR_AND:
	case PW_EXPR_OR: /* of an "or" none holds */
		for (i = 0; i < expr->n_args; i++)
			if (expr->op == PW_EXPR_OR ||
			    !pw_expr_eval(expr->args[i], holds, context))
				pw_expr_missing(out, expr->args[i], holds, context);
		break;
	}
}
