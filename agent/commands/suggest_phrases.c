/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suggest_phrases.c - phrases that tell a mail from all that must stay as they
 * are.
 *
 * Names, numbers and addresses tell a mail apart best and mend no other one:
 * they never make a phrase.  Of the rest those rank first that stand where
 * somebody asks, beside words that rules know already, and in other mails of
 * the same kind; the shorter ones then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/suggest.h"
#include "rules/engine/rules.h"

#define WORDS_MAX     6
#define WORDS_MIN     2
#define FEW_TEXTS     50 /* so few prove little: phrases of three words at least */
#define CJK_MIN       4  /* characters, in scripts without blanks */
#define CJK_MAX       10
#define RANKED_MAX    3000
#define SENTENCE_MAX  300
#define SENTENCE_CHAR 120
#define WRAP_MIN      45

struct ranked {
	char *text, *sentence;
	double rank;
	size_t order;
};

struct ranking {
	const struct pw_wrong *wrong;
	char *names; /* flattened: words of persons and companies */
	struct ranked *items;
	size_t n;
	/* Of the sentence at hand. */
	double sentence_rank;
	const char *sentence, *capitals;
};

/* --- the layer's sentences ---------------------------------------------------- */

/* Lines that a mail program wrapped become one. */
static char *unwrap(const char *text)
{
	char *out = pw_strdup(text);
	size_t line = 0, i;

	for (i = 0; out[i]; i++) {
		if (out[i] != '\n')
			continue;
		if (i - line >= WRAP_MIN && out[i + 1] && out[i + 1] != '\n') {
			out[i] = ' ';
			continue;
		}
		line = i + 1;
	}
	return out;
}

/* Bytes up to the end of a sentence or clause. */
static size_t sentence_len(const char *at)
{
	static const char *const wide[] = {
		"。", "、", "！", "？", "，", "；", "：", "…"
	};
	size_t len, i;

	for (len = 0; at[len]; len++) {
		if (strchr(".?!:;\n,()[]\"<>|*_=/", at[len]))
			break;
		for (i = 0; i < PW_ARRAY_LEN(wide); i++)
			if (pw_starts_with(at + len, wide[i]))
				return len;
	}
	return len;
}

/* --- words ---------------------------------------------------------------------- */

static bool is_wide(uint32_t cp)
{
	return (cp >= 0x3040 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x9FFF);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A name or number tells this mail, not its kind. */
static bool is_telling(const struct ranking *ranking, const char *word, size_t len)
{
	char copy[64];
	size_t i;

	if (len >= sizeof copy)
		return false;
	for (i = 0; i < len; i++)
		if (is_digit(word[i]) || strchr("@&#%$+~^\\{}`", word[i]))
			return false;
	memcpy(copy, word, len);
	copy[len] = '\0';
	return !pw_text_holds(ranking->names, copy) &&
	       !pw_ruleset_vendor(ranking->wrong->offline->ruleset, copy);
}

/* --- ranking --------------------------------------------------------------------- */

static bool is_known(const struct ranking *ranking, const char *text)
{
	size_t i;

	for (i = 0; i < ranking->n; i++)
		if (strcmp(ranking->items[i].text, text) == 0)
			return true;
	return false;
}

static bool has_capital(const struct ranking *ranking, const char *phrase)
{
	const char *at = phrase;

	while (*at) {
		size_t len = strcspn(at, " ");
		PW_CLEANUP(pw_freep) char *word = pw_strndup(at, len);

		if (pw_text_holds(ranking->capitals, word))
			return true;
		at += len + (at[len] == ' ');
	}
	return false;
}

static void add_phrase(struct ranking *ranking, const char *text, size_t len,
		       size_t n_words)
{
	const struct pw_wrong *wrong = ranking->wrong;
	char *phrase;
	size_t n_may;

	if (ranking->n == RANKED_MAX)
		return;
	phrase = pw_strndup(text, len);
	if (is_known(ranking, phrase) || pw_texts_count(wrong->must_not, phrase) > 0) {
		free(phrase);
		return;
	}
	n_may = pw_texts_count(wrong->may, phrase);
	ranking->items[ranking->n] = (struct ranked){
		.text = phrase,
		.sentence = pw_strdup(ranking->sentence),
		.rank = ranking->sentence_rank + (n_may > 4 ? 4 : (double)n_may) -
			0.6 * (double)n_words - (has_capital(ranking, phrase) ? 2.5 : 0),
		.order = ranking->n,
	};
	ranking->n++;
}

struct word {
	const char *at;
	size_t len;
	bool is_telling;
};

/* Phrases that begin with a certain word. */
static void add_from(struct ranking *ranking, const struct word *words, size_t n)
{
	size_t min = ranking->wrong->must_not->n < FEW_TEXTS ? WORDS_MIN + 1 : WORDS_MIN;
	size_t k, letters = 0;

	for (k = 0; k < n && k < WORDS_MAX && words[k].is_telling; k++) {
		letters += words[k].len;
		/* No phrase ends in a little word, nor is made of such. */
		if (k + 1 >= min && words[k].len > 2 && letters >= 4 * (k + 1))
			add_phrase(ranking, words[0].at,
				   (size_t)(words[k].at - words[0].at) + words[k].len,
				   k + 1);
	}
}

static void add_wide(struct ranking *ranking, const char *word, size_t len)
{
	size_t at, end, step, n;
	uint32_t cp;

	for (at = 0; at < len; at += step) {
		step = pw_utf8_next(word + at, len - at, &cp);
		for (end = at, n = 0; end < len && n < CJK_MAX;) {
			size_t next = pw_utf8_next(word + end, len - end, &cp);

			if (!is_wide(cp))
				break;
			end += next;
			if (++n >= CJK_MIN)
				add_phrase(ranking, word + at, end - at, n / 2);
		}
	}
}

static void add_sentence(struct ranking *ranking, const char *sentence)
{
	struct word words[SENTENCE_MAX / 2];
	const char *at = sentence;
	size_t n = 0, i;
	uint32_t cp;

	while (*at && n < PW_ARRAY_LEN(words)) {
		size_t len = strcspn(at, " ");

		if (len) {
			(void)pw_utf8_next(at, len, &cp);
			if (is_wide(cp))
				add_wide(ranking, at, len);
			words[n++] = (struct word){
				at, len, !is_wide(cp) && is_telling(ranking, at, len)
			};
		}
		at += len + (at[len] == ' ');
	}
	for (i = 0; i < n; i++)
		add_from(ranking, words + i, n - i);
}

static bool names_vendor(const struct ranking *ranking, const char *sentence)
{
	const char *at = sentence;

	while (*at) {
		size_t len = strcspn(at, " ");
		PW_CLEANUP(pw_freep) char *word = pw_strndup(at, len);

		if (len > 2 && pw_ruleset_vendor(ranking->wrong->offline->ruleset, word))
			return true;
		at += len + (at[len] == ' ');
	}
	return false;
}

/* Is something asked, does a rule know a word of it, does it name a vendor? */
static double rank_of(const struct ranking *ranking, const char *sentence, bool is_asked)
{
	const struct pw_finding *finding = ranking->wrong->finding;
	double rank = is_asked ? 2 : 0;
	size_t i;

	rank += names_vendor(ranking, sentence) ? 1.5 : 0;

	for (i = 0; i < finding->n_hits; i++) {
		PW_CLEANUP(pw_freep) char *matched = NULL;

		if (pw_streq(finding->hits[i].scope, "fact"))
			continue;
		matched = pw_text_fold(finding->hits[i].matched);
		if (strlen(matched) > 1 && strstr(sentence, matched + 1)) {
			rank += 1.5;
			break;
		}
	}
	return strlen(sentence) < 12 ? rank - 2 : rank;
}

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? 1 : -1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Phrases of one sentence only once among the first: they fail together. */
static size_t pick(struct ranking *ranking, struct pw_phrase *ret, size_t max)
{
	size_t i, k, n = 0, round;

	qsort(ranking->items, ranking->n, sizeof *ranking->items, by_rank);
	for (round = 0; round < 2; round++)
		for (i = 0; i < ranking->n && n < max; i++) {
			struct ranked *item = &ranking->items[i];

			for (k = 0;
			     k < n && strcmp(ret[k].sentence,
					     item->sentence ? item->sentence : "") != 0;
			     k++)
				;
			if (!item->text || (round == 0 && k < n))
				continue;
			ret[n++] = (struct pw_phrase){ PW_TAKE(item->text),
						       PW_TAKE(item->sentence) };
		}
	for (i = 0; i < ranking->n; i++) {
		free(ranking->items[i].text);
		free(ranking->items[i].sentence);
	}
	return n;
}

/* Ends the sentence, however many commas on, in a question? */
static bool is_question(const char *at)
{
	size_t len = strcspn(at, ".?!\n");
	const char *wide = strstr(at, "？");

	return at[len] == '?' || (wide && (size_t)(wide - at) < len &&
				  !memchr(at, '\n', (size_t)(wide - at)));
}

/* Words with a capital inside the sentence: names, most often (or German). */
static char *capitals_of(const char *sentence)
{
	const char *at = sentence + strspn(sentence, " ");
	struct pw_buf out;
	char *folded;

	pw_buf_init(&out, 4000);
	at += strcspn(at, " ");
	while (*at) {
		size_t len;

		at += strspn(at, " ");
		len = strcspn(at, " ");
		if (*at >= 'A' && *at <= 'Z' && len > 1) {
			pw_buf_add(&out, at, len);
			pw_buf_addc(&out, ' ');
		}
		at += len;
	}
	folded = pw_text_fold(out.data);
	pw_buf_done(&out);
	return folded;
}

static void rank_sentence(struct ranking *ranking, const char *at, size_t len,
			  bool is_asked)
{
	size_t blanks = strspn(at, " ");
	PW_CLEANUP(pw_freep)
	char *sentence = pw_strndup(at + (blanks < len ? blanks : 0),
				    len - (blanks < len ? blanks : 0));
	PW_CLEANUP(pw_freep) char *folded = pw_text_fold(sentence);
	PW_CLEANUP(pw_freep) char *capitals = capitals_of(sentence);
	const char *start = folded + strspn(folded, " ");

	sentence[pw_utf8_cut(sentence, strlen(sentence), SENTENCE_CHAR)] = '\0';
	ranking->sentence = sentence;
	ranking->capitals = capitals;
	ranking->sentence_rank = rank_of(ranking, start, is_asked);
	add_sentence(ranking, start);
}

static void rank_text(struct ranking *ranking, const char *text)
{
	PW_CLEANUP(pw_freep) char *whole = unwrap(text);
	const char *at = whole;
	size_t len;

	for (; *at; at += len + (at[len] != '\0')) {
		while ((*at & 0xC0) == 0x80)
			at++; /* the rest of a wide mark */
		len = sentence_len(at);
		if (len < 4 || len > SENTENCE_MAX)
			continue;
		rank_sentence(ranking, at, len, is_question(at));
	}
}

size_t pw_suggest_phrases(const struct pw_wrong *wrong, int layer, struct pw_phrase *ret,
			  size_t max)
{
	const json_t *parsed = pw_suggest_parsed(wrong, layer);
	const char *text = pw_suggest_text(parsed, "text");
	struct ranking ranking = { .wrong = wrong };
	size_t n;

	if (!parsed)
		return 0;
	ranking.names = pw_suggest_names(wrong);
	ranking.items = pw_alloc(RANKED_MAX, sizeof *ranking.items);
	rank_text(&ranking, text ? text : "");
	n = pick(&ranking, ret, max);
	free(ranking.items);
	free(ranking.names);
	return n;
}
