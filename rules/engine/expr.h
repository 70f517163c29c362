/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr.h - the `when:` of a condition: and, or, not, N of a list.
 *
 *   expr   = term { "or" term }
 *   term   = factor { "and" factor }
 *   factor = "not" factor | "(" expr ")" | number "of" item item... | item
 *   item   = a word of the items below; '*' matches any letters
 */
#ifndef PW_RULES_EXPR_H
#define PW_RULES_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/buf.h"

enum pw_expr_op { PW_EXPR_ITEM, PW_EXPR_NOT, PW_EXPR_AND, PW_EXPR_OR, PW_EXPR_COUNT };

/* What an item asks about. */
enum pw_item {
	PW_ITEM_SIGNAL, /* any word that is none of the others: name is a glob */
	PW_ITEM_KIND,   /* these have a name behind a colon ... */
	PW_ITEM_CLAIM,
	PW_ITEM_RIVAL,
	PW_ITEM_VENDOR,
	PW_ITEM_SENDER,
	PW_ITEM_ANY_RIVAL, /* ... and these are words of their own */
	PW_ITEM_ANY_VENDOR,
	PW_ITEM_IDENTIFIER,
	PW_ITEM_CUSTOMER,
	PW_ITEM_SOLICITATION,
	PW_ITEM_ATTACHMENT,
	PW_ITEM_END_DATE,
};

struct pw_expr {
	enum pw_expr_op op;
	const char *item; /* PW_EXPR_ITEM: as written */
	const char *name; /* its part that names something */
	enum pw_item about;
	int least; /* PW_EXPR_COUNT */
	const struct pw_expr **args;
	size_t n_args;
};

/* Does a PW_EXPR_ITEM hold?  Asked for each; must be pure. */
typedef int (*pw_expr_holds)(void *context, const struct pw_expr *item);

/* How many facts an item stands for hold is counted by PW_EXPR_COUNT: holds()
   returns that number (a glob may hold several times), 0 for none. */
bool pw_expr_eval(const struct pw_expr *expr, pw_expr_holds holds, void *context);
/* The items that keep an expression from holding that does not hold, "a, b"; for
   `explain`. */
void pw_expr_missing(struct pw_buf *out, const struct pw_expr *expr, pw_expr_holds holds,
		     void *context);
/* word matches pattern, in which '*' stands for any letters. */
bool pw_glob(const char *pattern, const char *word);

#endif
