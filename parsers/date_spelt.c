/* SPDX-License-Identifier: Apache-2.0 */
/* date_spelt.c - see date_match.h. */
#include "agent/base/str.h"
#include "parsers/date_match.h"

/* Where the year of a day in words can stand: "primo marzo 2027", "il
   primo di marzo del 2027"; a month's name takes four tokens at most. */
enum { YEAR_FIRST = 2, YEAR_LAST = 7 };

static const struct pw_token *at(const struct pw_tokens *tokens, int distance)
{
	return pw_token_at(tokens, distance);
}

static bool is_one_of(const struct pw_tokens *tokens, const struct pw_token *token,
		      const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pw_token_is_word(tokens, token, words[i]))
			return true;
	return false;
}

static bool has_year_ahead(const struct pw_tokens *tokens)
{
	int i, year;

	for (i = YEAR_FIRST; i <= YEAR_LAST; i++)
		if (pw_date_year(at(tokens, i), &year))
			return true;
	return false;
}

/* Every word of a text is asked: few begin so, and few stand before a year. */
static bool is_first(const struct pw_tokens *tokens)
{
	static const char *const firsts[] = { "primo",    "premier", "primero",
					      "primeiro", "first",   "ersten",
					      "erster",   "eerste",  "forsta",
					      "første",   "forste",  "ensimmainen",
					      "pierwszy", "prvniho", "pierwszego" };
	const struct pw_token *token = at(tokens, 0);
	char letter;

	if (token->kind != PW_TOKEN_WORD)
		return false;
	letter = tokens->text[token->start];
	return (letter & 0x80 || strchr("EFPefp", letter)) && has_year_ahead(tokens) &&
	       is_one_of(tokens, token, firsts, PW_ARRAY_LEN(firsts));
}

bool pw_date_match_first(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	static const char *const fillers[] = { "de", "di", "d", "del", "of", "do" };
	struct pw_date_match match;
	int i = 1, took = 0;

	if (!is_first(tokens))
		return false;
	match = (struct pw_date_match){ .is_named = true, .has_year = true };
	if (is_one_of(tokens, at(tokens, i), fillers, PW_ARRAY_LEN(fillers)))
		i++;
	match.name = pw_token_name(tokens, i, &took);
	if (!match.name.months || at(tokens, i)->line_ends)
		return false;
	i += took;
	if (is_one_of(tokens, at(tokens, i), fillers, PW_ARRAY_LEN(fillers)) ||
	    pw_token_is_sign(at(tokens, i), ",."))
		i++;
	if (at(tokens, i)->line_ends || !pw_date_year(at(tokens, i), &match.numbers[2]))
		return false;
	match.numbers[0] = 1;
	match.last = i;
	*ret = match;
	return true;
}

bool pw_date_match_roman(const struct pw_tokens *tokens, struct pw_date_match *ret)
{
	static const char *const months[] = { "i",   "ii",   "iii", "iv", "v",  "vi",
					      "vii", "viii", "ix",  "x",  "xi", "xii" };
	const struct pw_token *day = at(tokens, 0), *month;
	bool is_dotted = pw_token_is_sign(at(tokens, 1), ".");
	int i = 1 + is_dotted, year;
	size_t m;

	if (day->digits > 2 || !day->value || day->value > 31)
		return false;
	month = at(tokens, i++);
	is_dotted = is_dotted && pw_token_is_sign(at(tokens, i), ".");
	/* Small letters between blanks are words of some language. */
	if (month->kind != PW_TOKEN_WORD || month->line_ends ||
	    !strchr(is_dotted ? "IVXivx" : "IVX", tokens->text[month->start]))
		return false;
	i += pw_token_is_sign(at(tokens, i), ".");
	if (at(tokens, i)->line_ends || !pw_date_year(at(tokens, i), &year))
		return false;
	for (m = 0; m < PW_ARRAY_LEN(months); m++) {
		if (!pw_token_is_word(tokens, month, months[m]))
			continue;
		*ret = (struct pw_date_match){
			.last = i,
			.numbers = { year, (int)m + 1, (int)day->value },
			.is_year_first = true,
			.has_year = true,
			.is_decided = true,
		};
		return true;
	}
	return false;
}
