/* SPDX-License-Identifier: Apache-2.0 */
/* name_words.c - which words of a company's name count. */
#include "rules/match/name_words.h"

#include <string.h>

#include "agent/base/str.h"

#define ABBREVIATION_BYTES 4 /* "Inc.", "St.", "Corp." */

/* Sorted; folded, without dots. */
static const char *const legal_forms[] = {
	"ab",
	"ag",
	"aktiebolag",
	"aktiengesellschaft",
	"ans",
	"aps",
	"as",
	"asa",
	"asbl",
	"bhd",
	"bt",
	"bv",
	"bvba",
	"co",
	"corp",
	"corporation",
	"cv",
	"dac",
	"dd",
	"doo",
	"ead",
	"eg",
	"ehf",
	"eireli",
	"eirl",
	"epe",
	"esco",
	"eu",
	"eurl",
	"ev",
	"fzco",
	"fze",
	"fzllc",
	"ges",
	"gesellschaft",
	"gie",
	"gmbh",
	"hf",
	"inc",
	"incorporated",
	"is",
	"jsc",
	"kda",
	"kft",
	"kg",
	"kgaa",
	"kk",
	"ks",
	"limitada",
	"limited",
	"llc",
	"llp",
	"lp",
	"ltd",
	"ltda",
	"mbh",
	"nv",
	"nyrt",
	"oao",
	"oe",
	"ohg",
	"oo",
	"ood",
	"ooo",
	"oy",
	"oyj",
	"pbc",
	"pc",
	"pjsc",
	"pl",
	"plc",
	"pllc",
	"psc",
	"pt",
	"pte",
	"pty",
	"pvt",
	"qsc",
	"rl",
	"rt",
	"sa",
	"saa",
	"sab",
	"sad",
	"sae",
	"sapi",
	"sarl",
	"sas",
	"sasu",
	"sc",
	"sca",
	"scop",
	"scrl",
	"sdn",
	"se",
	"sia",
	"sl",
	"sll",
	"slu",
	"snc",
	"soc",
	"sp",
	"spa",
	"spj",
	"spk",
	"spol",
	"spzoo",
	"srl",
	"srls",
	"sro",
	"sti",
	"tas",
	"tbk",
	"uab",
	"ug",
	"ulc",
	"vof",
	"xk",
	"z",
	"zao",
	"zoo",
	"zrt",
};

static const char *const connectors[] = {
	"and", "e", "et", "och", "og", "und", "y",
};

/* Legal forms of scripts without spaces, which stand at either end of a name. */
static const char *const ideograph_forms[] = {
	"株式会社",     "有限会社",     "合同会社", "合資会社", "股份有限公司",
	"有限责任公司", "有限責任公司", "有限公司", "公司",     "주식회사",
};

static int compare_words(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool is_in(const char *word, const char *const *list, size_t n)
{
	return bsearch(word, list, n, sizeof(*list), compare_words) != NULL;
}

static bool is_ideograph(uint32_t cp)
{
	return (cp >= 0x3005 && cp <= 0x3007) || (cp >= 0x3040 && cp <= 0x30FF) ||
	       (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7AF) ||
	       (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

static bool is_word_char(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
		       (cp >= 'A' && cp <= 'Z');
	if (cp == 0xFFFD || (cp >= 0x2000 && cp <= 0x2BFF) ||
	    (cp >= 0x3000 && cp <= 0x3004) || (cp >= 0x3008 && cp <= 0x303F) ||
	    (cp >= 0xFE00 && cp <= 0xFE6F) || (cp >= 0xFF00 && cp <= 0xFF0F))
		return false;
	return cp >= 0xC0;
}

static bool is_ascii_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* At a dot between the letters of an abbreviation ("s.p.a.", "k.k.")? */
static bool is_initials_dot(const char *text, size_t len, size_t start, size_t at)
{
	if (text[at] != '.' || at + 1 >= len || !is_ascii_letter(text[at + 1]))
		return false;
	if (at + 2 < len && (is_ascii_letter(text[at + 2]) ||
			     (text[at + 2] >= '0' && text[at + 2] <= '9')))
		return false;
	return at == start + 1 || (at >= 2 && text[at - 2] == '.');
}

/* The end of the word that starts at start. */
static size_t word_end(const char *text, size_t len, size_t start)
{
	size_t at = start;
	while (at < len) {
		uint32_t cp;
		size_t n = pw_utf8_next(text + at, len - at, &cp);
		bool is_inside = is_word_char(cp) && !is_ideograph(cp);
		if (cp == '\'' && at + 1 < len && is_ascii_letter(text[at + 1]))
			/* O'Neil is one word, but 's ends it */
			is_inside = !(text[at + 1] == 's' &&
				      (at + 2 >= len || !is_ascii_letter(text[at + 2])));
		if (!is_inside && !is_initials_dot(text, len, start, at))
			break;
		at += n;
	}
	return at;
}

static char *clean_word(struct pw_arena *arena, const char *text, size_t len)
{
	char *word = pw_arena_strndup(arena, text, len);
	if (!word)
		return NULL;
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '.' && text[i] != '\'')
			word[n++] = text[i];
	word[n] = '\0';
	return word;
}

/* A stop ends a name, unless the word before it is short enough for an
   abbreviation; a dash ends one, a hyphen does not. */
static enum pw_gap gap_of(uint32_t cp, bool is_dash, size_t n_word)
{
	if (cp == ' ' || cp == '\t' || cp == '\'' || (cp == '-' && !is_dash))
		return PW_GAP_TIED;
	if (cp == ',' || cp == '&' || cp == '+' || cp == '\n' ||
	    (cp == '.' && n_word <= ABBREVIATION_BYTES))
		return PW_GAP_SOFT;
	return PW_GAP_HARD;
}

/* What lies between a word's end and the next word; *at moves there. */
static enum pw_gap read_gap(const char *text, size_t len, size_t n_word, size_t *at,
			    bool *ret_line_end)
{
	enum pw_gap here, gap = PW_GAP_TIED;
	unsigned n_line_ends = 0;
	size_t start = *at;
	while (*at < len) {
		uint32_t cp;
		size_t n = pw_utf8_next(text + *at, len - *at, &cp);
		if (cp == '\'' && text[*at + n] == 's')
			n++; /* the possessive is no word */
		else if (is_word_char(cp))
			break;
		if (cp == '\n')
			n_line_ends++;
		here = gap_of(cp, *at > start || text[*at + n] == ' ', n_word);
		gap = here > gap ? here : gap;
		*at += n;
	}
	*ret_line_end = n_line_ends > 0 || *at >= len;
	return n_line_ends > 1 || *at >= len ? PW_GAP_HARD : gap;
}

/* Mark the characters of a legal form that ends at words[n - 1]. */
static void mark_ideograph_form(struct pw_name_word *words, size_t n)
{
	for (size_t f = 0; f < PW_ARRAY_LEN(ideograph_forms); f++) {
		const char *form = ideograph_forms[f];
		size_t left = strlen(form), i = n;
		while (left > 0 && i > 0 && words[i - 1].is_ideograph) {
			size_t len = strlen(words[i - 1].word);
			if (len > left ||
			    memcmp(form + left - len, words[i - 1].word, len) != 0)
				break;
			left -= len;
			i--;
		}
		for (; left == 0 && i < n; i++)
			words[i].is_legal_form = true;
	}
}

static bool add_word(struct pw_arena *arena, const char *text, size_t start, size_t end,
		     struct pw_name_word *ret)
{
	uint32_t cp;
	pw_utf8_next(text + start, end - start, &cp);
	ret->word = clean_word(arena, text + start, end - start);
	if (!ret->word)
		return false;
	ret->start = (uint32_t)start;
	ret->end = (uint32_t)end;
	ret->is_ideograph = is_ideograph(cp);
	ret->is_legal_form = is_in(ret->word, legal_forms, PW_ARRAY_LEN(legal_forms));
	ret->is_connector = is_in(ret->word, connectors, PW_ARRAY_LEN(connectors));
	return true;
}

size_t pw_name_words(struct pw_arena *arena, const char *folded, size_t len, size_t max,
		     struct pw_name_word **ret)
{
	struct pw_name_word *words = NULL;
	size_t n = 0, cap = 0, at = 0;
	bool is_line_end;
	read_gap(folded, len, 0, &at, &is_line_end);
	while (at < len && n < max) {
		uint32_t cp;
		size_t step = pw_utf8_next(folded + at, len - at, &cp);
		size_t end = is_ideograph(cp) ? at + step : word_end(folded, len, at);
		if (end == at)
			end = at + step;
		struct pw_name_word *grown =
			pw_arena_grow(arena, words, n, &cap, sizeof(*words));
		if (!grown)
			return 0;
		words = grown;
		memset(&words[n], 0, sizeof(words[n]));
		if (!add_word(arena, folded, at, end, &words[n]))
			return 0;
		at = end;
		words[n].gap = read_gap(folded, len, end - words[n].start, &at,
					&words[n].is_line_end);
		n++;
		mark_ideograph_form(words, n);
	}
	*ret = words;
	return n;
}

size_t pw_name_key(const struct pw_name_word *words, size_t n, struct pw_buf *out,
		   bool *ret_had_form)
{
	size_t first = 0, n_written = 0;
	bool had_form = false;
	while (n > first + 1 && words[n - 1].is_legal_form) {
		n--;
		had_form = true;
	}
	while (first + 1 < n &&
	       (words[first].is_legal_form || strcmp(words[first].word, "the") == 0)) {
		had_form |= words[first].is_legal_form;
		first++;
	}
	for (size_t i = first; i < n; i++) {
		if (words[i].is_connector)
			continue;
		if (n_written > 0)
			pw_buf_addc(out, ' ');
		pw_buf_adds(out, words[i].word);
		n_written++;
	}
	if (ret_had_form)
		*ret_had_form = had_form;
	return n_written;
}
