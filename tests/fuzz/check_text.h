/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_text.h - what must hold for every struct pw_text, whatever the input was.
 */
#ifndef PW_TESTS_CHECK_TEXT_H
#define PW_TESTS_CHECK_TEXT_H

#include <stdio.h>
#include <stdlib.h>

#include "agent/base/str.h"
#include "parsers/limits.h"
#include "parsers/text.h"

/* assert() is off in optimised builds; a broken promise must always stop. */
#define PROMISE(condition)                                                               \
	do {                                                                             \
		if (!(condition)) {                                                      \
			fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__,         \
				__LINE__, #condition);                                   \
			abort();                                                         \
		}                                                                        \
	} while (0)

static inline void check_text(const struct pw_text *text)
{
	size_t i, at = 0;

	PROMISE(text->data && text->data[text->len] == '\0');
	PROMISE(strlen(text->data) == text->len);
	PROMISE(text->len <= PW_MAX_TEXT_BYTES && text->n_lines <= PW_MAX_LINES);
	PROMISE(pw_utf8_valid(text->data, text->len));
	for (i = 0; i < text->n_lines; i++) {
		PROMISE(text->lines[i].start == at);
		PROMISE(text->lines[i].end >= at && text->lines[i].end <= text->len);
		at = text->lines[i].end + 1;
	}
	PROMISE(text->n_lines == 0 ? text->len == 0 : at == text->len + 1);
}

#endif
