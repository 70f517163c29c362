/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals.c - a small reader of regex syntax, for what a regex cannot do without.
 *
 * What its parts mean together is in literals_part.c.
 */
#include "rules/engine/literals.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/mem.h"
#include "rules/engine/literals_part.h"

#define DEPTH_MAX   40
#define COUNT_MAX   60000
#define QUALITY_MIN 3

struct reader {
	const char *at;
	struct pw_arena *arena;
	bool gave_up; /* a construct that changes the meaning of the rest */
	int depth;
};

static void read_alternatives(struct reader *reader, struct pw_part *ret);

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void set_range(struct pw_char_set *set, int first, int last, bool has)
{
	for (; first <= last && first < 128; first++)
		set->has[first] = has;
}

/* The characters of \d, \w and so on; false: not one of those.  What is not
   listed exactly gets all characters. */
static bool add_escaped_set(struct pw_char_set *set, char c)
{
	if (!strchr("dDwWsShHvVNR", c))
		return false;
	if (c == 'd' || c == 'w')
		set_range(set, '0', '9', true);
	if (c == 'w') {
		set_range(set, 'a', 'z', true);
		set_range(set, 'A', 'Z', true);
		set->has['_'] = true;
	}
	if (c == 's' || c == 'h') {
		set->has[' '] = set->has['\t'] = true;
		set->has_others = true;
	}
	if (c == 's')
		set_range(set, '\t', '\r', true);
	if (strchr("DWHSVNvR", c)) {
		memset(set->has, true, sizeof set->has);
		set->has_others = true;
	}
	if (strchr("SN", c))
		set->has['\n'] = false;
	return true;
}

/* An escape outside a class; at stands after the backslash. */
static void read_escape(struct reader *reader, struct pw_part *ret)
{
	struct pw_char_set set = { .has_others = false };
	char c = *reader->at;

	/* These have arguments, or change what a start of a search means. */
	if (!c || strchr("QEGpPxogkcuNX0123456789", c)) {
		reader->gave_up = true;
		return;
	}
	reader->at++;
	if (c == 'b')
		pw_part_exact(ret, (const char[]){ PW_BOUNDARY }, 1);
	else if (strchr("BAzZK", c))
		pw_part_exact(ret, "", 0);
	else if (c == 'n')
		pw_part_exact(ret, "\n", 1);
	else if (add_escaped_set(&set, c))
		pw_part_set(ret, &set);
	else if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		reader->gave_up = true;
	else
		pw_part_exact(ret, &c, 1);
}

/* One character of a class as a code; -1: it put in a set of its own. */
static int read_class_item(struct reader *reader, struct pw_char_set *set)
{
	unsigned char c = (unsigned char)*reader->at++;
	const char *end;

	if (c >= 0x80) {
		while (((unsigned char)*reader->at & 0xC0) == 0x80)
			reader->at++;
		set->has_others = true;
		return 128;
	}
	if (c == '[' && strchr(":.=", *reader->at) && *reader->at) {
		end = strchr(reader->at, ']');
		reader->at = end ? end + 1 : reader->at + strlen(reader->at);
		add_escaped_set(set, 'W');
		return -1;
	}
	if (c != '\\' || !*reader->at)
		return c;
	c = (unsigned char)*reader->at++;
	if (c == 'n')
		return '\n';
	if (c == 't')
		return '\t';
	if (add_escaped_set(set, (char)c))
		return -1;
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		reader->gave_up = true;
	return c;
}

/* A class; at stands after '['. */
static void read_class(struct reader *reader, struct pw_part *ret)
{
	struct pw_char_set set = { .has_others = false }, other = { .has_others = false };
	const bool is_negated = *reader->at == '^';
	const char *start;
	int first, last, i;

	reader->at += is_negated;
	for (start = reader->at; *reader->at && !reader->gave_up;) {
		if (*reader->at == ']' && reader->at != start)
			break;
		first = last = read_class_item(reader, &set);
		if (first >= 0 && reader->at[0] == '-' && reader->at[1] &&
		    reader->at[1] != ']') {
			reader->at++;
			last = read_class_item(reader, &set);
			set.has['-'] |= last < 0;
		}
		set.has_others |= last >= 128;
		set_range(&set, first >= 0 ? first : 128, last < first ? first : last,
			  true);
	}
	reader->at += *reader->at == ']';
	if (!is_negated) {
		pw_part_set(ret, &set);
		return;
	}
	other.has_others = true;
	for (i = 0; i < 128; i++)
		other.has[i] = !set.has[i];
	/* "not a letter of another script" leaves all that ASCII has. */
	pw_part_set(ret, &other);
}

/* What stands between "(?" and the group's content; false: not understood. */
static bool read_group_head(struct reader *reader, bool *ret_is_look)
{
	const char *at = reader->at, *end;

	if (*at == ':' || *at == '>' || *at == '|') {
		reader->at++;
		return true;
	}
	if (*at == '=' || *at == '!' || (*at == '<' && (at[1] == '=' || at[1] == '!'))) {
		reader->at += *at == '<' ? 2 : 1;
		*ret_is_look = true;
		return true;
	}
	if (*at == 'P')
		at++;
	if (*at != '<' && *at != '\'')
		return false;
	end = strchr(at + 1, *at == '<' ? '>' : '\'');
	if (!end)
		return false;
	reader->at = end + 1;
	return true;
}

/* The boundaries that phrases are compiled to. */
static bool is_boundary(const char *group)
{
	static const char *const looks[] = { "(?<![a-z0-9])", "(?![a-z0-9])" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(looks); i++)
		if (strncmp(group, looks[i], strlen(looks[i])) == 0)
			return true;
	return false;
}

static void read_group(struct reader *reader, struct pw_part *ret)
{
	const char *start = reader->at - 1;
	bool is_look = false;

	if (*reader->at == '*' || reader->depth >= DEPTH_MAX) {
		reader->gave_up = true;
		return;
	}
	if (*reader->at == '?') {
		reader->at++;
		if (!read_group_head(reader, &is_look)) {
			reader->gave_up = true;
			return;
		}
	}
	reader->depth++;
	read_alternatives(reader, ret);
	reader->depth--;
	if (*reader->at == ')')
		reader->at++;
	else
		reader->gave_up = true;
	if (is_look)
		pw_part_exact(ret, (const char[]){ PW_BOUNDARY }, is_boundary(start));
}

static size_t char_length(const char *at)
{
	size_t len = 1;

	while (((unsigned char)at[len] & 0xC0) == 0x80)
		len++;
	return len;
}

static void read_atom(struct reader *reader, struct pw_part *ret)
{
	struct pw_char_set any = { .has_others = false };
	char c = *reader->at;
	size_t len;

	if ((unsigned char)c >= 0xC0) {
		len = char_length(reader->at);
		pw_part_exact(ret, reader->at, len);
		reader->at += len;
		return;
	}
	reader->at++;
	if (c == '\\')
		read_escape(reader, ret);
	else if (c == '[')
		read_class(reader, ret);
	else if (c == '(')
		read_group(reader, ret);
	else if (c == '.' && add_escaped_set(&any, 'N'))
		pw_part_set(ret, &any);
	else if (c == '^' || c == '$')
		pw_part_exact(ret, "", 0);
	else if (c == PW_BOUNDARY || (unsigned char)c >= 0x80)
		reader->gave_up = true;
	else {
		c = lower(c);
		pw_part_exact(ret, &c, 1);
	}
}

static unsigned read_count(const char **at)
{
	unsigned long n = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++)
		n = n < COUNT_MAX ? n * 10 + (unsigned long)(**at - '0') : n;
	return (unsigned)n;
}

/* Reads "{m,n}"; false where it is no quantifier. */
static bool read_braces(struct reader *reader, unsigned *ret_least, unsigned *ret_most)
{
	const char *at = reader->at + 1;

	if (*at < '0' || *at > '9')
		return false;
	*ret_least = *ret_most = read_count(&at);
	if (*at == ',') {
		at++;
		*ret_most = read_count(&at);
	}
	if (*at != '}')
		return false;
	reader->at = at + 1;
	return true;
}

/* False where there is none, or none that is understood. */
static bool read_quantifier(struct reader *reader, struct pw_part *part)
{
	unsigned least = 0, most = 0;
	const char c = *reader->at;

	if (c == '{') {
		if (!read_braces(reader, &least, &most)) {
			/* "{,3}" is text or a quantifier, as PCRE2's version has it. */
			reader->gave_up |= reader->at[1] == ',' || reader->at[1] == ' ';
			return false;
		}
	} else if (c == '?' || c == '*' || c == '+') {
		reader->at++;
		least = c == '+';
	} else {
		return false;
	}
	if (c == '?')
		pw_part_optional(part, true);
	else if (least != 1 || most != 1)
		pw_part_repeat(reader->arena, part, least, most);
	if (*reader->at == '?' || *reader->at == '+') /* lazy, possessive */
		reader->at++;
	return true;
}

static void read_sequence(struct reader *reader, struct pw_part *ret)
{
	struct pw_sequence sequence;
	struct pw_part *part = pw_arena_alloc(reader->arena, 1, sizeof *part);

	reader->gave_up |= !part;
	pw_sequence_init(&sequence, reader->arena, ret);
	while (*reader->at && *reader->at != '|' && *reader->at != ')' &&
	       !reader->gave_up) {
		read_atom(reader, part);
		if (reader->gave_up)
			return;
		while (read_quantifier(reader, part))
			;
		pw_sequence_add(&sequence, part);
	}
	pw_sequence_end(&sequence);
	pw_part_settle(reader->arena, ret);
}

static void read_alternatives(struct reader *reader, struct pw_part *ret)
{
	struct pw_part *branch;

	read_sequence(reader, ret);
	if (*reader->at != '|' || reader->gave_up)
		return;
	branch = pw_arena_alloc(reader->arena, 1, sizeof *branch);
	if (!branch) {
		reader->gave_up = true;
		return;
	}
	*branch = *ret;
	pw_part_or(reader->arena, ret, branch, true);
	while (*reader->at == '|' && !reader->gave_up) {
		reader->at++;
		read_sequence(reader, branch);
		if (!reader->gave_up)
			pw_part_or(reader->arena, ret, branch, false);
	}
}

/* Without what is in every mail. */
static void drop_weak(struct pw_clause *clause)
{
	while (clause->n_needs &&
	       pw_need_quality(&clause->needs[clause->n_needs - 1]) < QUALITY_MIN)
		clause->n_needs--;
}

static bool is_empty(const struct pw_clause *clause)
{
	return !clause->n_needs && !clause->runs[PW_RUN_DIGITS] &&
	       !clause->runs[PW_RUN_CODE];
}

void pw_literals_of(struct pw_arena *arena, const char *regex, struct pw_clauses *ret)
{
	struct reader reader = { .at = regex, .arena = arena };
	struct pw_part *whole = pw_arena_alloc(arena, 1, sizeof *whole);
	size_t i;

	ret->n = 0;
	if (!whole)
		return;
	read_alternatives(&reader, whole);
	if (reader.gave_up || *reader.at || pw_arena_exhausted(arena))
		return;
	*ret = whole->any_of;
	if (!ret->n || ret->n > PW_CLAUSES_MAX) {
		ret->items = &whole->clause;
		ret->n = 1;
	}
	for (i = 0; i < ret->n; i++)
		drop_weak(&ret->items[i]);
	for (i = 0; i < ret->n; i++)
		if (is_empty(&ret->items[i]))
			ret->n = 0;
}
