/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag.h - what is wrong in a file that people write, ready to print.
 *
 * A reader collects every mistake instead of stopping at the first.  Used for
 * rule files and for the configuration.
 */
#ifndef PW_RULES_DIAG_H
#define PW_RULES_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/arena.h"
#include "agent/base/buf.h"
#include "agent/base/err.h"

#define PW_MAX_DIAGS 1000 /* more are counted, not kept */

struct pw_diag {
	bool is_error; /* else a warning */
	const char *path;
	int line, column; /* from 1; columns count characters; line 0: the whole file */
	const char *message;
	const char *hint;        /* NULL: none */
	const char *source_line; /* the line, for the caret; NULL: none */
};

struct pw_diags {
	struct pw_diag *items;
	size_t n;
	size_t n_errors; /* of all, kept or not */
	size_t n_dropped;
	size_t cap;
	struct pw_arena *arena; /* owns the strings */
};

void pw_diags_init(struct pw_diags *diags);
/* Legal on a zeroed struct. */
void pw_diags_done(struct pw_diags *diags);

/* Where a mistake is.  source is the whole file (NULL allowed); strings are
   copied. */
struct pw_place {
	const char *path;
	const char *source;
	size_t source_len;
	int line, column;
};

/* Add a mistake; returns -1 for errors and 0 for warnings.  The diagnostic
   added last gets its hint from pw_diags_hint(). */
int pw_diags_add(struct pw_diags *diags, bool is_error, const struct pw_place *place,
		 const char *format, ...) PW_PRINTF(4, 5);
/* A hint for the diagnostic added last; nothing when there is none. */
void pw_diags_hint(struct pw_diags *diags, const char *format, ...) PW_PRINTF(2, 3);
/* "did you mean 'x'?" as the hint when one of the candidates is near. */
void pw_diags_suggest(struct pw_diags *diags, const char *word,
		      const char *const *candidates, size_t n);

/* By path in the order met, then line and column. */
void pw_diags_sort(struct pw_diags *diags);

/* "path:line:col: error: message", the line, a caret under the character, and
   the hint; lines that are too long are cut around the caret.  Wide characters
   keep the caret in place: the padding is as wide as they are. */
void pw_diag_render(struct pw_buf *out, const struct pw_diag *diag);

/* Set err (PW_ECONFIG) to the first error; returns -1, or 0 when there is none. */
int pw_diags_to_err(const struct pw_diags *diags, struct pw_err *err);

#endif
