/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_regex.c - what a regex does wrong that its compiler takes.
 *
 * Reads as much of PCRE2's grammar as it takes to see how a match begins; what it
 * does not know it takes for a letter.  Only for regexes that compile.
 */
#include "rules/engine/lint_regex.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"

/* Behind the class that begins at `at`. */
static const char *class_end(const char *at)
{
	at += at[1] == '^' ? 2 : 1;
	if (*at == ']')
		at++;
	while (*at && *at != ']')
		at += at[0] == '\\' && at[1] ? 2 : 1;
	return *at ? at + 1 : at;
}

static const char *escape_end(const char *at)
{
	const char *brace = at[1] && strchr("xopPNgk", at[1]) && at[2] == '{'
				    ? strchr(at, '}')
				    : NULL;

	return brace ? brace + 1 : at + (at[1] ? 2 : 1);
}

/* Behind one letter, class, escape or parenthesis of any depth. */
static const char *atom_end(const char *at)
{
	int depth = 0;

	do {
		if (*at == '\\') {
			at = escape_end(at);
		} else if (*at == '[') {
			at = class_end(at);
		} else {
			depth += (*at == '(') - (*at == ')');
			at++;
		}
	} while (*at && depth > 0);
	return at;
}

struct repetition {
	bool may_be_none, is_endless;
	const char *end;
};

static struct repetition repetition_at(const char *at)
{
	struct repetition found = { false, false, at };
	char *number;

	if (*at == '*' || *at == '+' || *at == '?') {
		found.may_be_none = *at != '+';
		found.is_endless = *at != '?';
		found.end = at + 1;
	} else if (*at == '{' && at[1] >= '0' && at[1] <= '9') {
		found.may_be_none = strtol(at + 1, &number, 10) == 0;
		found.is_endless = number[0] == ',' && number[1] == '}';
		found.end = number + strcspn(number, "}");
		found.end += *found.end == '}';
	}
	if (found.end > at && (*found.end == '?' || *found.end == '+'))
		found.end++; /* lazy, possessive */
	return found;
}

/* The next alternative of the same depth, NULL: none before end. */
static const char *next_alternative(const char *at, const char *end)
{
	while (at < end && *at != '|')
		at = atom_end(at);
	return at < end ? at + 1 : NULL;
}

static bool is_anchor(const char *at)
{
	return *at == '^' || (at[0] == '\\' && at[1] && strchr("bBAG", at[1])) ||
	       pw_starts_with(at, "(?<=") || pw_starts_with(at, "(?<!");
}

static bool is_class(const char *at)
{
	return *at == '[' || *at == '.' ||
	       (at[0] == '\\' && at[1] && strchr("wWdDsS", at[1]));
}

/* Where the inside of a parenthesis begins; NULL: it takes no text. */
static const char *inside_of(const char *at)
{
	if (at[1] != '?')
		return at + 1;
	if (at[2] == ':' || at[2] == '|' || at[2] == '>')
		return at + 3;
	if (at[2] == '<' || at[2] == 'P' || at[2] == '\'')
		return at + 4 + strcspn(at + 3, ">'");
	return NULL; /* looks ahead, or sets an option */
}

static bool begins_endlessly(const char *at, const char *end)
{
	const char *after, *inside;
	struct repetition times;

	while (at && at < end) {
		if (*at == '|') {
			at++;
			continue;
		}
		after = atom_end(at);
		times = repetition_at(after);
		inside = *at == '(' ? inside_of(at) : at;
		if (is_anchor(at)) {
			at = next_alternative(after, end);
			continue;
		}
		if (*at == '(' ? inside && begins_endlessly(inside, after - 1)
			       : is_class(at) && times.is_endless)
			return true;
		at = times.may_be_none || !inside ? times.end
						  : next_alternative(times.end, end);
	}
	return false;
}

bool pw_regex_begins_endlessly(const char *regex)
{
	return begins_endlessly(regex, regex + strlen(regex));
}
