/* SPDX-License-Identifier: Apache-2.0 */
/* date_zone.c - see date_zone.h. */
#include "parsers/date_zone.h"

#include "agent/base/str.h"
#include "parsers/bytes.h"
#include "parsers/key.h"

enum { PHRASE_TOKENS_MAX = 8 /* an ideograph is one */ };

/* Zones as clients print them.  Ambiguous names (IST, CST) have the meaning
   that mail programs give them most often. */
static const struct {
	const char *name;
	int16_t minutes;
} zones[] = {
	{ "utc", 0 },     { "gmt", 0 },     { "z", 0 },      { "wet", 0 },
	{ "est", -300 },  { "edt", -240 },  { "cst", -360 }, { "cdt", -300 },
	{ "mst", -420 },  { "mdt", -360 },  { "pst", -480 }, { "pdt", -420 },
	{ "akst", -540 }, { "akdt", -480 }, { "hst", -600 }, { "ast", -240 },
	{ "adt", -180 },  { "nst", -210 },  { "ndt", -150 }, { "brt", -180 },
	{ "bst", 60 },    { "west", 60 },   { "cet", 60 },   { "mez", 60 },
	{ "cest", 120 },  { "mesz", 120 },  { "mest", 120 }, { "hnec", 60 },
	{ "heec", 120 },  { "eet", 120 },   { "sast", 120 }, { "eest", 180 },
	{ "msk", 180 },   { "trt", 180 },   { "ist", 330 },  { "sgt", 480 },
	{ "hkt", 480 },   { "awst", 480 },  { "jst", 540 },  { "kst", 540 },
	{ "acst", 570 },  { "aest", 600 },  { "aedt", 660 }, { "nzst", 720 },
	{ "nzdt", 780 },  { "мск", 180 },   { "wib", 420 },  { "wita", 480 },
	{ "pht", 480 },   { "myt", 480 },   { "irst", 210 }, { "pkt", 300 },
	{ "npt", 345 },   { "gst", 240 },   { "clt", -240 }, { "clst", -180 },
	{ "غرينتش", 0 },
};

/* Zones in words, as Windows, Java and Apple's programs spell them: the keys
   of key.h, by language; an apostrophe is the straight one. */
static const struct {
	const char *words;
	int16_t minutes;
} phrases[] = {
	{ "coordinated universal time", 0 },
	{ "greenwich mean time", 0 },
	{ "gmt standard time", 0 },
	{ "gmt daylight time", 60 },
	{ "british summer time", 60 },
	{ "w. europe standard time", 60 },
	{ "w. europe daylight time", 120 },
	{ "romance standard time", 60 },
	{ "romance daylight time", 120 },
	{ "central europe standard time", 60 },
	{ "central europe daylight time", 120 },
	{ "central european standard time", 60 },
	{ "central european time", 60 },
	{ "central european summer time", 120 },
	{ "central european daylight time", 120 },
	{ "eastern european standard time", 120 },
	{ "eastern european summer time", 180 },
	{ "fle standard time", 120 },
	{ "fle daylight time", 180 },
	{ "gtb standard time", 120 },
	{ "gtb daylight time", 180 },
	{ "south africa standard time", 120 },
	{ "israel standard time", 120 },
	{ "israel daylight time", 180 },
	{ "turkey standard time", 180 },
	{ "russian standard time", 180 },
	{ "moscow standard time", 180 },
	{ "arabian standard time", 240 },
	{ "gulf standard time", 240 },
	{ "india standard time", 330 },
	{ "china standard time", 480 },
	{ "singapore standard time", 480 },
	{ "w. australia standard time", 480 },
	{ "tokyo standard time", 540 },
	{ "japan standard time", 540 },
	{ "korea standard time", 540 },
	{ "aus eastern standard time", 600 },
	{ "aus eastern daylight time", 660 },
	{ "australian eastern standard time", 600 },
	{ "australian eastern daylight time", 660 },
	{ "new zealand standard time", 720 },
	{ "new zealand daylight time", 780 },
	{ "e. south america standard time", -180 },
	{ "brasilia standard time", -180 },
	{ "atlantic standard time", -240 },
	{ "atlantic daylight time", -180 },
	{ "eastern standard time", -300 },
	{ "eastern daylight time", -240 },
	{ "central standard time", -360 },
	{ "central daylight time", -300 },
	{ "mountain standard time", -420 },
	{ "mountain daylight time", -360 },
	{ "pacific standard time", -480 },
	{ "pacific daylight time", -420 },
	{ "alaskan standard time", -540 },
	{ "hawaiian standard time", -600 },
	{ "mitteleuropaische zeit", 60 },
	{ "mitteleuropaische normalzeit", 60 },
	{ "mitteleuropaische sommerzeit", 120 },
	{ "heure normale d'europe centrale", 60 },
	{ "heure d'ete d'europe centrale", 120 },
	{ "hora estandar de europa central", 60 },
	{ "hora de verano de europa central", 120 },
	{ "ora standard dell'europa centrale", 60 },
	{ "ora legale dell'europa centrale", 120 },
	{ "midden-europese standaardtijd", 60 },
	{ "midden-europese zomertijd", 120 },
	{ "horario padrao de brasilia", -180 },
	{ "中国标准时间", 480 },
	{ "台北標準時間", 480 },
	{ "日本標準時", 540 },
	{ "한국 표준시", 540 },
	{ "대한민국 표준시", 540 },
};

/* What is left of words behind the token at i; NULL: it reads otherwise. */
static const char *behind(const struct pw_tokens *tokens, int i, const char *words)
{
	const struct pw_token *token = pw_token_at(tokens, i);
	char key[PW_KEY_MAX];
	size_t len;

	if (token->kind == PW_TOKEN_END || token->kind == PW_TOKEN_NUMBER ||
	    token->line_ends > 1)
		return NULL;
	if ((token->has_gap || token->line_ends) && *words++ != ' ')
		return NULL;
	if (pw_token_is_sign(token, "'’"))
		return *words == '\'' ? words + 1 : NULL;
	len = pw_key(key, tokens->text + token->start, token->end - token->start, 0);
	return len && strncmp(words, key, len) == 0 ? words + len : NULL;
}

/* Tokens that a phrase takes at i, whose token there is the key first; 0: it
   is not there. */
static int phrase_at(const struct pw_tokens *tokens, int i, const char *words,
		     struct pw_bytes first)
{
	int n;

	if (*words != *first.data || strncmp(words, first.data, first.len) != 0)
		return 0;
	words += first.len;
	for (n = 1; *words && n < PHRASE_TOKENS_MAX; n++) {
		words = behind(tokens, i + n, words);
		if (!words)
			return 0;
	}
	return *words ? 0 : n;
}

int pw_date_zone(const struct pw_tokens *tokens, int i, int *ret_minutes)
{
	const struct pw_token *token = pw_token_at(tokens, i);
	char key[PW_KEY_MAX];
	struct pw_bytes first = { key, 0 };
	size_t k;
	int n;

	if (token->kind != PW_TOKEN_WORD)
		return 0;
	first.len = pw_key(key, tokens->text + token->start, token->end - token->start,
			   PW_KEY_NO_BLANKS);
	if (!first.len)
		return 0;
	for (k = 0; k < PW_ARRAY_LEN(phrases); k++) {
		n = phrase_at(tokens, i, phrases[k].words, first);
		if (n) {
			*ret_minutes = phrases[k].minutes;
			return n;
		}
	}
	for (k = 0; k < PW_ARRAY_LEN(zones); k++)
		if (*zones[k].name == *key && strcmp(zones[k].name, key) == 0) {
			*ret_minutes = zones[k].minutes;
			return 1;
		}
	return 0;
}
