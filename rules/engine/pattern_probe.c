/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern_probe.c - texts made to provoke a pattern: does its search explode?
 *
 * Each text is some word of the pattern and one unit again and again.  Steps are
 * counted anew at each place where a match may begin, and all units are alike, so
 * that the word and the first units are places enough.
 */
#include "rules/engine/pattern.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"

#define PROBE_BYTES 600
#define PROBE_WORDS 6
#define WORD_BYTES  24
/* Units that are searched for a beginning: one at the start of the text, one
   behind another of its kind, and one to spare. */
#define PLACES    3
#define END_BYTES 400

/* A text made to provoke a search: a word, then one unit again and again. */
struct probe {
	const struct pw_pattern *pattern;
	struct pw_search *search;
	char words[PROBE_WORDS][WORD_BYTES];
	size_t n_words;
	char text[WORD_BYTES + PROBE_BYTES + 1 + END_BYTES]; /* units at WORD_BYTES */
	size_t unit_len, units_len, len; /* len: with what follows the units */
};

/* One of the bytes of a UTF-8 character behind its first. */
static bool is_inside_char(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

static void repeat(struct probe *probe, const char *unit)
{
	char *units = probe->text + WORD_BYTES;
	size_t one = strlen(unit);

	memcpy(units, unit, one);
	probe->unit_len = one;
	for (probe->units_len = one; probe->units_len + one <= PROBE_BYTES;
	     probe->units_len += one)
		memcpy(units + probe->units_len, unit, one);
	probe->len = probe->units_len;
}

/* An end that no repetition reaches, and behind it all the letters that the regex
   asks for: without the last of them no search so much as begins. */
static void add_end(struct probe *probe)
{
	static const char strange[] = "!~|%";
	char *end = probe->text + WORD_BYTES + probe->units_len;
	const char *source = pw_pattern_source(probe->pattern);
	size_t len = strlen(source), skip = len > END_BYTES ? len - END_BYTES : 0;

	while (is_inside_char(source[skip]))
		skip++;
	end[-1] = strange[strspn(strange, source) % (sizeof strange - 1)];
	*end = '\n';
	memcpy(end + 1, source + skip, len - skip);
	probe->len = probe->units_len + 1 + len - skip;
}

/* Does the search end within the limit, begun at the word before the units?
   Without a word: at a unit. */
static bool survives_from(struct probe *probe, const char *word)
{
	size_t before = strlen(word);
	char *text = probe->text + WORD_BYTES - before;
	struct pw_span span;

	memcpy(text, word, before);
	return pw_pattern_find_within(
		       probe->pattern, probe->search, text, before + probe->len, 0,
		       before ? before : probe->units_len, &span, NULL) >= 0;
}

/* Behind each word of the regex itself a repetition may begin. */
static bool survives_all(struct probe *probe)
{
	size_t i;

	if (!survives_from(probe, ""))
		return false;
	for (i = 0; i < probe->n_words; i++)
		if (!survives_from(probe, probe->words[i]))
			return false;
	return true;
}

static bool survives(struct probe *probe, const char *unit)
{
	repeat(probe, unit);
	if (!survives_all(probe))
		return false;
	add_end(probe);
	return survives_all(probe);
}

static bool has_word(const struct probe *probe, const char *word)
{
	size_t i;

	for (i = 0; i < probe->n_words; i++)
		if (pw_streq(probe->words[i], word))
			return true;
	return false;
}

static void add_word(struct probe *probe, const char *word, size_t len)
{
	char copy[WORD_BYTES];

	snprintf(copy, sizeof copy, "%.*s", (int)(len < sizeof copy ? len : 0), word);
	if (*copy && !has_word(probe, copy))
		memcpy(probe->words[probe->n_words++], copy, sizeof copy);
}

/* What each match begins with: "list: " of "^list: (?:...". */
static void read_beginning(struct probe *probe)
{
	const char *at = pw_pattern_source(probe->pattern);
	size_t len;

	while (*at == '^' || pw_starts_with(at, "\\b"))
		at += *at == '^' ? 1 : 2;
	len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789 :-_@/,#");
	if (len && at[len] && strchr("?*{", at[len]))
		len--; /* that letter may be missing */
	if (!strchr(at, '|'))
		add_word(probe, at, len);
}

/* The first words of the regex, but for the letters of \b and the like. */
static void read_words(struct probe *probe)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	const char *at = pw_pattern_source(probe->pattern);
	size_t len;

	read_beginning(probe);
	for (; *at && probe->n_words < PROBE_WORDS; at += len) {
		if (*at == '\\' && at[1])
			at += 2;
		len = strspn(at, letters);
		add_word(probe, at, len < WORD_BYTES ? len : WORD_BYTES - 1);
		len = len ? len : *at != '\0' && *at != '\\';
	}
}

bool pw_pattern_is_explosive(const struct pw_pattern *pattern, struct pw_search *search)
{
	static const char *const units[] = { "a",   "a ",  "aa1 ", "1",   "1-",
					     " ",   "a.b", "- ",   "x\n", "0 1 ",
					     "ab-", "a_",  "a, " };
	struct probe probe = { .pattern = pattern, .search = search };
	char spaced[WORD_BYTES + 1];
	size_t i;

	read_words(&probe);
	for (i = 0; i < PW_ARRAY_LEN(units); i++)
		if (!survives(&probe, units[i]))
			return true;
	for (i = 0; i < probe.n_words; i++) {
		snprintf(spaced, sizeof spaced, "%s ", probe.words[i]);
		if (!survives(&probe, probe.words[i]) || !survives(&probe, spaced))
			return true;
	}
	return false;
}
