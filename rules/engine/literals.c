/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals.c - the strings a regex cannot do without.
 *
 * A small reader of regex syntax that keeps, for each part, two sets: the
 * strings it matches exactly (as long as they are few), and the best set of
 * strings of which one must occur.
 */
#include "rules/engine/literals.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/mem.h"

#define EXACT_MAX 16
#define DEPTH_MAX 40

struct part {
	bool is_exact;               /* exact holds all that the part matches */
	struct pw_literals exact;    /* strings, "" among them possible */
	struct pw_literals required; /* n 0: nothing known */
};

struct reader {
	const char *at;
	bool gave_up; /* a construct that changes the meaning of the rest */
	int depth;
};

size_t pw_literals_shortest(const struct pw_literals *set)
{
	size_t shortest = set->n ? PW_LITERAL_MAX_LEN : 0, i;

	for (i = 0; i < set->n; i++)
		if (set->items[i].len < shortest)
			shortest = set->items[i].len;
	return shortest;
}

static void set_one(struct pw_literals *set, const char *text, size_t len)
{
	set->n = 1;
	set->items[0].len = (unsigned char)len;
	memcpy(set->items[0].text, text, len);
}

/* A part that matches exactly these bytes. */
static void exact_part(struct part *part, const char *text, size_t len)
{
	part->is_exact = true;
	part->required.n = 0;
	set_one(&part->exact, text, len);
}

static void unknown_part(struct part *part)
{
	part->is_exact = false;
	part->exact.n = 0;
	part->required.n = 0;
}

/* The better of two requirements goes to best: longer shortest string, then
   fewer strings. */
static void keep_better(struct pw_literals *best, const struct pw_literals *other)
{
	size_t a = pw_literals_shortest(best), b = pw_literals_shortest(other);

	if (b > a || (b == a && b > 0 && other->n < best->n))
		*best = *other;
}

static bool add_all(struct pw_literals *to, const struct pw_literals *from, size_t max)
{
	if (to->n + from->n > max)
		return false;
	memcpy(&to->items[to->n], from->items, from->n * sizeof *from->items);
	to->n += from->n;
	return true;
}

/* Every string of a followed by every string of b; false where that is too much. */
static bool cross(struct pw_literals *a, const struct pw_literals *b)
{
	struct pw_literals product = { 0 };
	struct pw_literal *item;
	size_t i, k;

	if (a->n * b->n > EXACT_MAX)
		return false;
	for (i = 0; i < a->n; i++)
		for (k = 0; k < b->n; k++) {
			if (a->items[i].len + b->items[k].len > PW_LITERAL_MAX_LEN)
				return false;
			item = &product.items[product.n++];
			*item = a->items[i];
			memcpy(item->text + item->len, b->items[k].text, b->items[k].len);
			item->len = (unsigned char)(item->len + b->items[k].len);
		}
	*a = product;
	return true;
}

static void read_alternatives(struct reader *reader, struct part *ret);

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* An escape outside a class; at stands after the backslash. */
static void read_escape(struct reader *reader, struct part *ret)
{
	char c = *reader->at;

	if (!c || c == 'Q' || c == 'E') {
		reader->gave_up = true;
		return;
	}
	reader->at++;
	if (strchr("bBAzZGK", c))
		exact_part(ret, "", 0);
	else if (c == 'n')
		exact_part(ret, "\n", 1);
	else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		 (c >= 'a' && c <= 'z')) {
		unknown_part(ret);
		if (strchr("pPxogkcuN0123456789", c))
			reader->gave_up = true; /* has an argument of its own */
	} else {
		exact_part(ret, &c, 1);
	}
}

/* A class; at stands after '['.  Few plain characters are exact. */
static void read_class(struct reader *reader, struct part *ret)
{
	struct pw_literals few = { 0 };
	bool is_plain = *reader->at != '^';
	const char *start;
	char c;

	if (!is_plain)
		reader->at++;
	for (start = reader->at;
	     *reader->at && (*reader->at != ']' || reader->at == start); reader->at++) {
		c = lower(*reader->at);
		if (c == '\\' || c == '[' || c == '-' || (unsigned char)c >= 0x80) {
			is_plain = false;
			if (c == '\\' && reader->at[1])
				reader->at++;
			else if (c == '[' && reader->at[1] == ':' &&
				 strstr(reader->at, ":]"))
				reader->at = strstr(reader->at, ":]") + 1;
		} else if (few.n < 4) {
			few.items[few.n].len = 1;
			few.items[few.n++].text[0] = c;
		} else {
			is_plain = false;
		}
	}
	if (*reader->at)
		reader->at++;
	unknown_part(ret);
	if (is_plain && few.n) {
		ret->is_exact = true;
		ret->exact = few;
	}
}

/* What stands between "(?" and the group's content; false: not understood. */
static bool read_group_head(struct reader *reader, bool *ret_is_look)
{
	const char *at = reader->at, *end;

	*ret_is_look = false;
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

static void read_group(struct reader *reader, struct part *ret)
{
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
		exact_part(ret, "", 0);
}

static size_t char_length(const char *at)
{
	size_t len = 1;

	if ((unsigned char)*at >= 0xC0)
		while (((unsigned char)at[len] & 0xC0) == 0x80)
			len++;
	return len;
}

static void read_atom(struct reader *reader, struct part *ret)
{
	char c = *reader->at;
	size_t len;

	if ((unsigned char)c >= 0x80) {
		len = char_length(reader->at);
		exact_part(ret, reader->at, len);
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
	else if (c == '.')
		unknown_part(ret);
	else if (c == '^' || c == '$')
		exact_part(ret, "", 0);
	else {
		c = lower(c);
		exact_part(ret, &c, 1);
	}
}

/* Reads "{m,n}" as its least count; -1 where it is no quantifier. */
static int read_braces(struct reader *reader, bool *ret_is_one)
{
	char *end;
	long least = strtol(reader->at + 1, &end, 10), most = least;

	if (end == reader->at + 1)
		return -1;
	if (*end == ',') {
		most = -1;
		if (end[1] >= '0' && end[1] <= '9')
			most = strtol(end + 1, &end, 10);
		else
			end++;
	}
	if (*end != '}')
		return -1;
	reader->at = end + 1;
	*ret_is_one = least == 1 && most == 1;
	return least > 0 ? 1 : 0;
}

static void make_optional(struct part *part, bool is_question)
{
	struct pw_literals empty = { 0 };

	set_one(&empty, "", 0);
	part->required.n = 0;
	if (!is_question || !part->is_exact || !add_all(&part->exact, &empty, EXACT_MAX))
		unknown_part(part);
}

/* A part that is repeated keeps its requirement, not its exactness. */
static void make_repeated(struct part *part)
{
	if (part->is_exact)
		keep_better(&part->required, &part->exact);
	part->is_exact = false;
}

static void read_quantifier(struct reader *reader, struct part *part)
{
	bool is_one = false;
	int least;

	switch (*reader->at) {
	case '?':
	case '*':
		make_optional(part, *reader->at == '?');
		reader->at++;
		break;
	case '+':
		make_repeated(part);
		reader->at++;
		break;
	case '{':
		least = read_braces(reader, &is_one);
		if (least < 0)
			return;
		if (least == 0)
			make_optional(part, false);
		else if (!is_one)
			make_repeated(part);
		break;
	default:
		return;
	}
	if (*reader->at == '?' || *reader->at == '+') /* lazy, possessive */
		reader->at++;
}

static void flush(struct part *whole, struct pw_literals *run)
{
	keep_better(&whole->required, run);
	set_one(run, "", 0);
	whole->is_exact = false;
}

static void read_sequence(struct reader *reader, struct part *ret)
{
	struct pw_literals run;
	struct part *part = pw_alloc(1, sizeof *part);

	exact_part(ret, "", 0);
	set_one(&run, "", 0);
	while (*reader->at && *reader->at != '|' && *reader->at != ')' &&
	       !reader->gave_up) {
		read_atom(reader, part);
		if (reader->gave_up)
			break;
		read_quantifier(reader, part);
		if (part->is_exact && cross(&run, &part->exact))
			continue;
		flush(ret, &run);
		if (part->is_exact)
			run = part->exact;
		else
			keep_better(&ret->required, &part->required);
	}
	keep_better(&ret->required, &run);
	if (ret->is_exact)
		ret->exact = run;
	free(part);
}

static void read_alternatives(struct reader *reader, struct part *ret)
{
	struct part *branch = pw_alloc(1, sizeof *branch);
	bool has_required;

	read_sequence(reader, ret);
	has_required = ret->required.n > 0;
	while (*reader->at == '|' && !reader->gave_up) {
		reader->at++;
		read_sequence(reader, branch);
		ret->is_exact = ret->is_exact && branch->is_exact &&
				add_all(&ret->exact, &branch->exact, EXACT_MAX);
		has_required =
			has_required && branch->required.n > 0 &&
			add_all(&ret->required, &branch->required, PW_LITERALS_MAX);
	}
	if (!has_required)
		ret->required.n = 0;
	free(branch);
}

void pw_literals_of(const char *regex, struct pw_literals *ret)
{
	struct reader reader = { regex, false, 0 };
	struct part *whole = pw_alloc(1, sizeof *whole);

	read_alternatives(&reader, whole);
	ret->n = 0;
	if (!reader.gave_up && !*reader.at && pw_literals_shortest(&whole->required) > 0)
		*ret = whole->required;
	free(whole);
}
