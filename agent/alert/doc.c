/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/alert/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"

struct pw_doc *pw_doc_new(void)
{
	struct pw_doc *doc = pw_alloc(1, sizeof *doc);

	doc->arena = pw_arena_new(PW_DOC_BYTES);
	return doc;
}

void pw_doc_free(struct pw_doc *doc)
{
	if (!doc)
		return;
	pw_arena_free(doc->arena);
	free(doc);
}

/* Only quotes have lines: a stranger's line break in a
   name or a subject must not begin what looks like a section of ours. */
static void flatten(char *text)
{
	for (; *text; text++)
		if (*text == '\n' || *text == '\r' || *text == '\t')
			*text = ' ';
}

PW_PRINTF(2, 0)
static char *format_capped(struct pw_arena *arena, const char *format, va_list args)
{
	char *text = NULL, *copy;
	size_t len;

	if (vasprintf(&text, format, args) < 0)
		return NULL;
	len = pw_utf8_cut(text, strlen(text), PW_DOC_TEXT_MAX);
	copy = pw_arena_strndup(arena, text, len);
	free(text);
	return copy;
}

void pw_doc_add(struct pw_doc *doc, enum pw_block_kind kind, enum pw_tone tone,
		const char *label, const char *format, ...)
{
	struct pw_block *blocks;
	char *text, *label_copy;
	va_list args;

	va_start(args, format);
	text = format_capped(doc->arena, format, args);
	va_end(args);
	if (text && kind != PW_BLOCK_QUOTE)
		flatten(text);
	label_copy = label ? pw_arena_strdup(doc->arena, label) : NULL;
	blocks =
		pw_arena_grow(doc->arena, doc->blocks, doc->n, &doc->cap, sizeof *blocks);
	if (!text || !blocks || (label && !label_copy))
		return;
	doc->blocks = blocks;
	doc->blocks[doc->n++] = (struct pw_block){ kind, tone, label_copy, text };
}
