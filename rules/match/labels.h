/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels.h - the words that say what a number is.
 *
 * A short number equals one of ours by chance; "Vertragsnummer" in front of
 * it says that it is meant, "Tel." that it is not.
 */
#ifndef PW_RULES_LABELS_H
#define PW_RULES_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/arena.h"

enum pw_label { PW_LABEL_NONE, PW_LABEL_CONTRACT, PW_LABEL_OTHER };

/* What the words around text[start, end) call it.  arena holds short-lived
   copies of the neighbourhood. */
enum pw_label pw_label_near(struct pw_arena *arena, const char *text, size_t len,
			    size_t start, size_t end);

/* Does name (any spelling) stand within distance bytes of text[start, end)? */
bool pw_name_near(struct pw_arena *arena, const char *name, const char *text, size_t len,
		  size_t start, size_t end, size_t distance);

#endif
