/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_lists.c - lists of phrases that code looks for: who writes, and who is nobody.
 */
#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/engine/compile.h"
#include "rules/match/name_words.h"

#define NOBODY_WORDS 20
#define NOBODY_MAX   200

static void compile_introductions(struct pw_compile *compile)
{
	static const char hole[] = "{name}";
	const struct pw_rulefiles *files = compile->files;
	struct pw_introduction *items =
		pw_arena_alloc(compile->arena, files->n_introductions + 1, sizeof *items);
	const char *text, *folded, *at;
	size_t i, n = 0;

	for (i = 0; items && i < files->n_introductions; i++) {
		if (pw_yaml_string(files->introductions[i], &text) < 0)
			continue;
		if (!strstr(text, hole)) {
			pw_yaml_error(files->introductions[i], "'{name}' is missing");
			continue;
		}
		folded = pw_fold_string(compile->arena, text);
		at = folded ? strstr(folded, hole) : NULL;
		if (!at)
			continue;
		items[n].before = folded;
		items[n].before_len = (size_t)(at - folded);
		items[n].after = at + strlen(hole);
		items[n].after_len = strlen(items[n].after);
		n++;
	}
	compile->ruleset->introductions = items;
	compile->ruleset->n_introductions = n;
}

/* As values are compared with them: words, a last "*" apart. */
static const char *words_of(struct pw_compile *compile, const char *phrase)
{
	const char *folded = pw_fold_string(compile->arena, phrase), *copy = NULL;
	struct pw_name_word *words;
	struct pw_buf buf;
	size_t n, i;

	n = folded ? pw_name_words(compile->arena, folded, strlen(folded), NOBODY_WORDS,
				   &words)
		   : 0;
	pw_buf_init(&buf, NOBODY_MAX);
	for (i = 0; i < n; i++)
		pw_buf_addf(&buf, "%s%s", i ? " " : "", words[i].word);
	if (n && phrase[strlen(phrase) - 1] == '*')
		pw_buf_adds(&buf, " *");
	if (n && !pw_buf_failed(&buf))
		copy = pw_arena_strndup(compile->arena, buf.data, buf.len);
	pw_buf_done(&buf);
	return copy;
}

static void compile_nobody(struct pw_compile *compile)
{
	const struct pw_rulefiles *files = compile->files;
	const char **phrases =
		pw_arena_alloc(compile->arena, files->n_nobody + 1, sizeof *phrases);
	const char *text, *words;
	size_t i, n = 0;

	for (i = 0; phrases && i < files->n_nobody; i++) {
		if (pw_yaml_string(files->nobody[i], &text) < 0)
			continue;
		words = words_of(compile, text);
		if (words)
			phrases[n++] = words;
		else
			pw_yaml_error(files->nobody[i], "no word in '%s'", text);
	}
	compile->ruleset->nobody = phrases;
	compile->ruleset->n_nobody = n;
}

void pw_compile_lists(struct pw_compile *compile)
{
	compile_introductions(compile);
	compile_nobody(compile);
}
