/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/suggest.h"
#include "parsers/fold.h"

#define TEXTS_MAX_BYTES ((size_t)64 << 20)
#define TEXT_MAX_BYTES  ((size_t)256 << 10)
#define FOLD_ARENA      ((size_t)16 << 20)

void pw_texts_done(struct pw_texts *texts)
{
	size_t i;

	for (i = 0; i < texts->n; i++)
		free(texts->items[i]);
	free(texts->items);
	*texts = (struct pw_texts){ 0 };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '-';
}

/* What a phrase of a rule takes for a blank becomes one. */
static char *flatten(const char *text)
{
	char *out = pw_alloc(strlen(text) + 3, 1);
	size_t n = 0;

	out[n++] = ' ';
	for (; *text; text++)
		if (!is_blank(*text))
			out[n++] = *text;
		else if (out[n - 1] != ' ')
			out[n++] = ' ';
	out[n] = '\0';
	return out;
}

char *pw_text_fold(const char *text)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(FOLD_ARENA);
	const char *folded = pw_fold_string(arena, text);

	return flatten(folded ? folded : "");
}

void pw_texts_add(struct pw_texts *texts, const json_t *parsed)
{
	const json_t *layers = json_object_get(parsed, "layers"), *layer;
	struct pw_buf all;
	size_t i;

	pw_buf_init(&all, TEXT_MAX_BYTES);
	json_array_foreach((json_t *)(uintptr_t)layers, i, layer)
	{
		const char *subject =
			json_string_value(json_object_get(layer, "subject"));
		const char *text = json_string_value(json_object_get(layer, "text"));
		size_t len = text ? strlen(text) : 0, room = all.max - all.len;

		if (room < 1000)
			break;
		if (subject)
			pw_buf_add(&all, subject,
				   pw_utf8_cut(subject, strlen(subject), room / 4));
		pw_buf_addc(&all, '\n');
		if (text)
			pw_buf_add(&all, text, pw_utf8_cut(text, len, room / 2));
		pw_buf_addc(&all, '\n');
	}
	texts->bytes += all.len;
	if (texts->bytes > TEXTS_MAX_BYTES) {
		texts->is_full = true;
		pw_buf_done(&all);
		return;
	}
	if (texts->n == texts->cap) {
		texts->cap = texts->cap ? texts->cap * 2 : 64;
		texts->items = pw_realloc(texts->items, texts->cap, sizeof *texts->items);
	}
	texts->items[texts->n++] = pw_text_fold(all.data);
	pw_buf_done(&all);
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool pw_text_holds(const char *text, const char *phrase)
{
	size_t len = strlen(phrase);
	const char *at = text;

	if (!len)
		return false;
	for (; (at = strstr(at, phrase)) != NULL; at++)
		if (!(at > text && is_word(at[-1]) && is_word(*phrase)) &&
		    !(is_word(at[len]) && is_word(phrase[len - 1])))
			return true;
	return false;
}

size_t pw_texts_count(const struct pw_texts *texts, const char *phrase)
{
	size_t i, n = 0;

	for (i = 0; i < texts->n; i++)
		n += pw_text_holds(texts->items[i], phrase);
	return n;
}
