/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.c - PCRE2 behind four questions: does it compile, does it match, where, what.
 *
 * Texts are folded before they are searched, so \b and \w stay ASCII: Latin
 * words end where Japanese begins.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/engine/pattern.h"

#include <pcre2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"

#define JIT_STACK_START ((size_t)32 << 10)
#define JIT_STACK_MAX   ((size_t)1 << 20)
#define HEAP_LIMIT_KB   20000
#define DEPTH_LIMIT     10000
#define FOLD_ARENA      ((size_t)1 << 20)

struct pw_pattern {
	pcre2_code *code;
	char *source;
	const char **names;
	uint32_t *numbers;
	size_t n_names;
};

struct pw_search {
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

/* Fold one run of non-ASCII bytes of a regex. */
static void fold_run(struct pw_arena *arena, struct pw_buf *out, const char *run,
		     size_t len)
{
	const char *text = pw_arena_strndup(arena, run, len);
	const char *folded = text ? pw_fold_string(arena, text) : NULL;

	if (folded)
		pw_buf_adds(out, folded);
	else
		pw_buf_add(out, run, len);
}

static size_t run_length(const char *at)
{
	size_t len = 0;

	while ((unsigned char)at[len] >= 0x80)
		len++;
	return len;
}

/* Fold the letters of a regex, leaving its operators alone. */
static void fold_regex(struct pw_buf *out, const char *regex)
{
	struct pw_arena *arena = pw_arena_new(FOLD_ARENA);
	size_t i = 0, run;

	while (regex[i]) {
		run = run_length(regex + i);
		if (run)
			fold_run(arena, out, regex + i, run);
		else
			pw_buf_addc(out, regex[i++]);
		i += run;
	}
	pw_arena_free(arena);
}

/* The byte of regex that byte `folded` of its folded form came from: equal
   up to the first letter that changed its length. */
static size_t unfold_offset(const char *regex, size_t folded)
{
	struct pw_arena *arena = pw_arena_new(FOLD_ARENA);
	struct pw_buf out;
	size_t i = 0, run;

	pw_buf_init(&out, PW_MAX_REGEX * 4);
	while (regex[i] && out.len < folded) {
		run = run_length(regex + i);
		if (run)
			fold_run(arena, &out, regex + i, run);
		else
			pw_buf_addc(&out, regex[i]);
		i += run ? run : 1;
	}
	pw_buf_done(&out);
	pw_arena_free(arena);
	return i;
}

static void read_names(struct pw_pattern *pattern)
{
	PCRE2_SPTR table;
	uint32_t count, size, i;

	pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &table);
	pattern->names = pw_alloc(count + 1, sizeof *pattern->names);
	pattern->numbers = pw_alloc(count + 1, sizeof *pattern->numbers);
	pattern->n_names = count;
	for (i = 0; i < count; i++, table += size) {
		pattern->numbers[i] = (uint32_t)(table[0] << 8 | table[1]);
		pattern->names[i] = (const char *)table + 2;
	}
}

/* Where an unclosed group or class begins: more help than its end. */
static size_t opening_of(const char *regex, int code, size_t offset)
{
	size_t open[64], n = 0, class_at = 0, i;
	bool is_class = false;

	for (i = 0; regex[i]; i++) {
		if (regex[i] == '\\' && regex[i + 1]) {
			i++;
		} else if (is_class) {
			is_class = regex[i] != ']' || i == class_at + 1;
		} else if (regex[i] == '[') {
			is_class = true;
			class_at = i;
		} else if (regex[i] == '(' && n < PW_ARRAY_LEN(open)) {
			open[n++] = i;
		} else if (regex[i] == ')' && n) {
			n--;
		}
	}
	if (code == PCRE2_ERROR_MISSING_SQUARE_BRACKET && is_class)
		return class_at;
	if (code == PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS && n)
		return open[n - 1];
	return offset;
}

/* Texts are folded, so that a regex in small letters finds the same without
   looking for capitals, in half the code.  Escapes by number or property may
   mean a capital. */
static bool asks_for_capitals(const char *regex)
{
	if (strstr(regex, "[:upper:]"))
		return true;
	for (; *regex; regex++) {
		if (*regex >= 'A' && *regex <= 'Z')
			return true;
		if (*regex == '\\' && regex[1] && strchr("xopPuUNcC0123", *++regex))
			return true;
	}
	return false;
}

int pw_pattern_new(struct pw_pattern **ret, const char *regex, size_t *ret_offset,
		   struct pw_err *err)
{
	struct pw_pattern *pattern;
	struct pw_buf folded;
	PCRE2_UCHAR text[200];
	PCRE2_SIZE offset = 0;
	int code = 0;

	pw_buf_init(&folded, PW_MAX_REGEX);
	fold_regex(&folded, regex);
	if (pw_buf_failed(&folded)) {
		pw_buf_done(&folded);
		*ret_offset = 0;
		return pw_err_set(err, PW_ELIMIT, "longer than %zu bytes", PW_MAX_REGEX);
	}
	pattern = pw_alloc(1, sizeof *pattern);
	pattern->code = pcre2_compile(
		(PCRE2_SPTR)folded.data, folded.len,
		PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT |
			(asks_for_capitals(folded.data) ? PCRE2_CASELESS : 0),
		&code, &offset, NULL);
	if (!pattern->code) {
		pcre2_get_error_message(code, text, sizeof text);
		*ret_offset = opening_of(regex, code, unfold_offset(regex, offset));
		pw_buf_done(&folded);
		free(pattern);
		return pw_err_set(err, PW_ECONFIG, "%s", (const char *)text);
	}
	/* Without JIT (a hardened kernel) the interpreter gives the same answers. */
	pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
	pattern->source = pw_buf_take(&folded);
	read_names(pattern);
	*ret = pattern;
	return 0;
}

void pw_pattern_free(struct pw_pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_code_free(pattern->code);
	free(pattern->source);
	free(pattern->names);
	free(pattern->numbers);
	free(pattern);
}

const char *pw_pattern_source(const struct pw_pattern *pattern)
{
	return pattern->source;
}

size_t pw_pattern_captures(const struct pw_pattern *pattern, const char *const **ret)
{
	*ret = pattern->names;
	return pattern->n_names;
}

struct pw_search *pw_search_new(void)
{
	struct pw_search *search = pw_alloc(1, sizeof *search);

	search->match = pcre2_match_data_create(64, NULL);
	search->context = pcre2_match_context_create(NULL);
	search->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
	if (!search->match || !search->context)
		abort();
	pcre2_set_match_limit(search->context, PW_MATCH_LIMIT);
	pcre2_set_depth_limit(search->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(search->context, HEAP_LIMIT_KB);
	if (search->stack)
		pcre2_jit_stack_assign(search->context, NULL, search->stack);
	return search;
}

void pw_search_free(struct pw_search *search)
{
	if (!search)
		return;
	pcre2_match_data_free(search->match);
	pcre2_match_context_free(search->context);
	pcre2_jit_stack_free(search->stack);
	free(search);
}

int pw_pattern_find_within(const struct pw_pattern *pattern, struct pw_search *search,
			   const char *text, size_t len, size_t from, size_t last,
			   struct pw_span *ret, struct pw_err *err)
{
	const PCRE2_SIZE *ends;
	int code;

	pcre2_set_offset_limit(search->context, last < len ? last : PCRE2_UNSET);
	code = pcre2_match(pattern->code, (PCRE2_SPTR)text, len, from, PCRE2_NO_UTF_CHECK,
			   search->match, search->context);
	if (code == PCRE2_ERROR_NOMATCH)
		return 0;
	if (code < 0)
		return pw_err_set(err, PW_ELIMIT, "match limit reached");
	ends = pcre2_get_ovector_pointer(search->match);
	ret->start = ends[0];
	ret->end = ends[1] > ends[0] ? ends[1] : ends[0];
	return 1;
}

int pw_pattern_find(const struct pw_pattern *pattern, struct pw_search *search,
		    const char *text, size_t len, size_t from, struct pw_span *ret,
		    struct pw_err *err)
{
	return pw_pattern_find_within(pattern, search, text, len, from, len, ret, err);
}

bool pw_pattern_capture(const struct pw_pattern *pattern, const struct pw_search *search,
			size_t i, struct pw_span *ret)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(search->match);
	uint32_t number = pattern->numbers[i];

	if (number >= pcre2_get_ovector_count(search->match) ||
	    ends[2 * number] == PCRE2_UNSET)
		return false;
	ret->start = ends[2 * number];
	ret->end = ends[2 * number + 1];
	return true;
}

/* A word character in the sense of phrases: ASCII letters and digits. */
static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void pw_phrase_to_regex(struct pw_buf *out, const char *phrase)
{
	struct pw_arena *arena = pw_arena_new(FOLD_ARENA);
	const char *folded = pw_fold_string(arena, phrase), *at;
	char last = ' ';

	if (!folded)
		folded = phrase;
	if (is_word(folded[0]))
		pw_buf_adds(out, "(?<![a-z0-9])");
	for (at = folded; *at; at++) {
		if (*at == ' ')
			pw_buf_adds(out, "[ \\n-]+");
		else if (*at == '-')
			pw_buf_adds(out, "[ \\n-]?");
		else if (*at == '*' && is_word(last))
			pw_buf_adds(out, "[a-z0-9]*");
		else if (strchr("\\^$.|?*+()[]{}#", *at))
			pw_buf_addf(out, "\\%c", *at);
		else
			pw_buf_addc(out, *at);
		last = *at;
	}
	if (is_word(last) || last == '*')
		pw_buf_adds(out, "(?![a-z0-9])");
	pw_arena_free(arena);
}
