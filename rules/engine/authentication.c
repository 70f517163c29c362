/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authentication.c - reading Authentication-Results.
 *
 * The header is our server's, but words of the sender stand in it: his envelope
 * address may be a quoted string that reads like a result, and a passed DKIM or
 * SPF says nothing about a From of another domain.
 */
#include "rules/engine/authentication.h"

#include <string.h>
#include <strings.h>

#include "agent/base/str.h"
#include "rules/engine/scan.h"

#define VALUE_MAX 8192 /* a longer header is cut */

struct tally {
	bool has_pass, has_fail;
};

/* Where the quoted string or comment that starts at *at ends. */
static size_t skip_quoted(const char *value, size_t at, char open)
{
	const char close = open == '(' ? ')' : '"';
	int depth = 0;

	for (; value[at]; at++) {
		if (value[at] == '\\' && value[at + 1])
			at++;
		else if (open == '(' && value[at] == '(')
			depth++;
		else if (value[at] == close && (open == '(' ? --depth == 0 : depth++))
			return at;
	}
	return at - 1;
}

/* A copy in which comments are gone and quoted words say nothing. */
static char *cleaned(const char *value, struct pw_arena *arena)
{
	size_t len = strnlen(value, VALUE_MAX), at, n = 0;
	char *in = pw_arena_strndup(arena, value, len), *out = in;

	for (at = 0; in && at < len; at++) {
		if (in[at] == '(') {
			at = skip_quoted(in, at, '(');
			out[n++] = ' ';
		} else if (in[at] == '"') {
			at = skip_quoted(in, at, '"');
			out[n++] = '_';
		} else {
			out[n++] = in[at];
		}
	}
	if (out)
		out[n] = '\0';
	return out;
}

static bool is_aligned(const char *domain, const char *from, struct pw_arena *arena)
{
	const char *ours = pw_address_domain(from),
		   *at = domain ? strrchr(domain, '@') : NULL;

	domain = at ? at + 1 : domain;
	if (!domain || !*domain || !ours)
		return false;
	return pw_strieq(pw_registrable(arena, domain), pw_registrable(arena, ours));
}

/* "name=value" of one result; NULL: not there. */
static const char *property(char **words, size_t n, const char *name)
{
	size_t i, len = strlen(name);

	for (i = 0; i < n; i++)
		if (strncasecmp(words[i], name, len) == 0 && words[i][len] == '=')
			return words[i] + len + 1;
	return NULL;
}

/* Whose domain a passed method vouches for. */
static const struct {
	const char *method;
	const char *properties[2];
} methods[] = {
	{ "dmarc", { "header.from", NULL } },
	{ "dkim", { "header.d", "header.i" } },
	{ "spf", { "smtp.mailfrom", "smtp.from" } },
};

static void weigh(struct tally *tally, char **words, size_t n, const char *from,
		  struct pw_arena *arena)
{
	size_t i, p;

	for (i = 0; i < PW_ARRAY_LEN(methods); i++) {
		const char *result = property(words, 1, methods[i].method);
		bool is_ours = false;

		if (!result)
			continue;
		for (p = 0; p < 2 && methods[i].properties[p]; p++)
			is_ours |=
				is_aligned(property(words, n, methods[i].properties[p]),
					   from, arena);
		/* DMARC is about From by its nature, and some leave it unsaid. */
		if (i == 0 && !property(words, n, "header.from"))
			is_ours = true;
		tally->has_pass |= is_ours && pw_strieq(result, "pass");
		tally->has_fail |= strcasestr(result, "fail") != NULL;
	}
}

/* Words of one result between semicolons; spaces around '=' are none. */
static size_t split(char *segment, char **words, size_t max)
{
	char *in, *out = segment, *save = NULL, *word;
	size_t n = 0;

	for (in = segment; *in; in++) {
		bool is_space = strchr(" \t\r\n", *in) != NULL;

		if (is_space && (in[strspn(in, " \t\r\n")] == '=' ||
				 (out > segment && out[-1] == '=')))
			continue;
		*out++ = *in;
	}
	*out = '\0';
	for (word = strtok_r(segment, " \t\r\n", &save); word && n < max;
	     word = strtok_r(NULL, " \t\r\n", &save))
		words[n++] = word;
	return n;
}

const char *pw_authentication(const char *value, const char *id, const char *from,
			      struct pw_arena *arena)
{
	char *text = cleaned(value, arena), *save = NULL, *segment, *words[16];
	struct tally tally = { false, false };
	size_t n;

	segment = text ? strtok_r(text, ";", &save) : NULL;
	if (!segment || split(segment, words, PW_ARRAY_LEN(words)) == 0 ||
	    !pw_strieq(words[0], id))
		return NULL;
	while ((segment = strtok_r(NULL, ";", &save)) != NULL) {
		n = split(segment, words, PW_ARRAY_LEN(words));
		if (n)
			weigh(&tally, words, n, from, arena);
	}
	return tally.has_pass ? "pass" : tally.has_fail ? "fail" : "none";
}
