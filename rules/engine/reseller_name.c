/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reseller_name.c - is a name ours, nobody's, or somebody else's?
 */
#include <string.h>
#include <unicode/uchar.h>

#include "agent/base/str.h"
#include "rules/engine/reseller_look.h"

#define SCRATCH_BYTES ((size_t)256 << 10)
#define WORDS_MAX     40
#define KEY_MAX       1024
#define SHORT_MIN     4 /* bytes of a name's beginning that stands for it */
#define LABEL_MIN     3
#define NAME_WORDS    6 /* in which a legal form makes a name */

/* Our names. */

const char *pw_reseller_key(struct pw_arena *arena, const char *name)
{
	const char *folded = pw_fold_string(arena, name), *key;
	struct pw_name_word *words;
	struct pw_buf buf;
	size_t n;

	n = folded ? pw_name_words(arena, folded, strlen(folded), WORDS_MAX, &words) : 0;
	pw_buf_init(&buf, KEY_MAX);
	if (n)
		pw_name_key(words, n, &buf, NULL);
	key = buf.len ? pw_arena_strndup(arena, buf.data, buf.len) : NULL;
	pw_buf_done(&buf);
	return key;
}

const char *pw_reseller_label(struct pw_arena *arena, const char *domain)
{
	const char *registered = pw_registrable(arena, domain);
	char *label = pw_arena_strdup(arena, registered);
	size_t i, n = 0;

	for (i = 0; label && label[i] && label[i] != '.'; i++)
		if (label[i] != '-')
			label[n++] = label[i];
	if (!label || n < LABEL_MIN)
		return NULL;
	label[n] = '\0';
	return label;
}

bool pw_reseller_key_spells(const char *key, const char *label)
{
	for (; *key; key++)
		if (*key != ' ' && *key != *label++)
			return false;
	return !*label;
}

/* "connect.example" is no more than "=Connect". */
static bool is_alone_label(const struct pw_reseller_us *us, const char *label)
{
	size_t i;

	for (i = 0; i < us->n_names; i++)
		if (us->names[i].is_alone &&
		    pw_reseller_key_spells(us->names[i].key, label))
			return true;
	return false;
}

struct pw_reseller_us pw_reseller_us_of(struct pw_scan *scan)
{
	const struct pw_us *us = scan->us;
	struct pw_reseller_us ret = {
		.names = pw_arena_alloc(scan->arena, us->n_names + 1, sizeof *ret.names),
		.labels = pw_arena_alloc(scan->arena, us->n_domains + 1,
					 sizeof *ret.labels),
	};
	const char *text;
	size_t i;

	for (i = 0; ret.names && i < us->n_names; i++) {
		text = us->names[i] ? pw_reseller_key(scan->arena, us->names[i]) : NULL;
		if (text)
			ret.names[ret.n_names++] =
				(struct pw_reseller_own){ text, us->names[i][0] == '=' };
	}
	for (i = 0; ret.labels && i < us->n_domains; i++) {
		text = pw_reseller_label(scan->arena, us->domains[i]);
		if (text)
			ret.labels[ret.n_labels++] =
				(struct pw_reseller_own){ text,
							  is_alone_label(&ret, text) };
	}
	return ret;
}

/* The value. */

static bool is_small(const struct pw_reseller_look *look, size_t word)
{
	const char *at = look->original + look->fold.origin[look->words[word].start];
	uint32_t cp;

	pw_utf8_next(at, (size_t)(look->original + look->len - at), &cp);
	return u_islower((UChar32)cp);
}

/* Where the name ends and a remark or an address begins. */
static size_t name_length(const char *s, size_t len)
{
	size_t n;

	for (n = 0; n < len; n++)
		if (strchr("\t\n;|(<[{", s[n]) ||
		    (len - n >= 3 &&
		     (!memcmp(s + n, "\xEF\xBC\x88", 3) || /* full-width ( */
		      !memcmp(s + n, "\xE3\x80\x82", 3)))) /* full stop */
			break;
	return n;
}

/* One line, without what stands around a value. */
static void find_value(struct pw_reseller_look *look)
{
	const struct pw_scan_text *text = &look->value->layer->texts[look->value->scope];
	size_t start = look->value->span.start, end = look->value->span.end;

	while (start < end && ((unsigned char)text->original[start] < ' ' ||
			       strchr(" *_:|=>\"'.-([<{", text->original[start])))
		start++;
	look->original = text->original + start;
	look->len = pw_utf8_cut(look->original, end - start, PW_RESELLER_MAX);
	for (end = 0; end < look->len && !strchr("\t\n", look->original[end]);)
		end++;
	look->len = end;
}

static bool take_apart(struct pw_reseller_look *look)
{
	size_t name;

	find_value(look);
	name = name_length(look->original, look->len);
	if (!pw_fold(look->scratch, look->original, look->len, &look->fold))
		return false;
	look->n_all = pw_name_words(look->scratch, look->fold.data, look->fold.len,
				    WORDS_MAX, &look->words);
	while (look->n < look->n_all &&
	       look->fold.origin[look->words[look->n].start] < name)
		look->n++;
	while (look->first + 1 < look->n && look->words[look->first].is_legal_form)
		look->first++;
	for (look->run = look->first; look->run < look->n; look->run++)
		if (look->run > look->first && is_small(look, look->run) &&
		    !look->words[look->run].is_legal_form &&
		    !look->words[look->run].is_connector)
			break;
	return look->n > 0;
}

/* The character before a word, blanks and quotes apart. */
static char char_before(const struct pw_reseller_look *look, size_t word)
{
	size_t at = look->words[word].start;

	while (at > 0 && strchr(" '\"", look->fold.data[at - 1]))
		at--;
	return at ? look->fold.data[at - 1] : '\0';
}

/* *ret_end: the word after it. */
static bool spells(const struct pw_reseller_look *look, size_t at, const char *name,
		   const char **ret_rest, size_t *ret_end)
{
	size_t i, k;

	for (i = at; i < look->n_all && *name; i++) {
		const char *word = look->words[i].word, *from = name;

		if (look->words[i].is_connector)
			continue;
		for (k = 0; word[k]; k++) {
			while (*from == ' ')
				from++;
			if (*from != word[k])
				break;
			from++;
		}
		if (!word[k])
			name = from;
		else if (!look->words[i].is_legal_form || i == at)
			break;
	}
	*ret_rest = i >= look->run ? name : NULL;
	*ret_end = i;
	return !*name;
}

bool pw_reseller_spells(const struct pw_reseller_look *look, size_t at, const char *name,
			const char **ret_rest)
{
	size_t end;

	return spells(look, at, name, ret_rest, &end);
}

/* "Bayline" for Bayline Systems, "Bayline Syst" in a narrow column. */
static bool is_short_for(const char *name, const char *rest)
{
	return rest && (size_t)(rest - name) >= SHORT_MIN &&
	       (*rest == ' ' || !strchr(rest, ' ')) && strchr(name, ' ') &&
	       rest > strchr(name, ' ') - 1;
}

/* May our name begin at this word?  Not after another company's, nor in a
   remark about the past: "Larkspur LLC, formerly Bayline", "(was Bayline)". */
static bool may_begin(const struct pw_reseller_look *look, size_t at)
{
	char last = char_before(look, at);
	size_t i;

	if (last == '/')
		return true;
	if (at >= look->n)
		return last == '(' || last == '<' || last == '[';
	for (i = look->first + 1; i < at; i++)
		if (look->words[i].is_legal_form)
			return false;
	return true;
}

/* Do words [at, end) stand for themselves?  "Connect Networks" and "Larkspur
   Connect" are other names than "Connect GmbH". */
static bool stands_alone(const struct pw_reseller_look *look, size_t at, size_t end)
{
	char before = char_before(look, at);

	while (end < look->n && look->words[end].is_legal_form)
		end++;
	return (at == look->first || !before || strchr(",/(<[:;|-", before)) &&
	       (end >= look->run || look->words[end - 1].gap != PW_GAP_TIED);
}

static bool is_own(const struct pw_reseller_look *look, size_t at,
		   const struct pw_reseller_own *own)
{
	const char *rest;
	size_t end;

	return spells(look, at, own->key, &rest, &end)
		       ? !own->is_alone || stands_alone(look, at, end)
		       : at == look->first && is_short_for(own->key, rest);
}

static bool is_our_name(const struct pw_reseller_look *look)
{
	size_t at, i;

	for (at = 0; at < look->n_all; at++) {
		if (!may_begin(look, at))
			continue;
		for (i = 0; i < look->us->n_names; i++)
			if (is_own(look, at, &look->us->names[i]))
				return true;
		for (i = 0; i < look->us->n_labels; i++)
			if (is_own(look, at, &look->us->labels[i]))
				return true;
	}
	return false;
}

/* "n/a", "none", "see below *". */
static bool is_nobody(const struct pw_reseller_look *look)
{
	size_t i, p, letters = 0;
	const char *at;

	for (i = 0; i < look->n; i++)
		for (at = look->words[i].word; *at; at++)
			letters += !(*at >= '0' && *at <= '9');
	if (letters < 2)
		return true;
	for (p = 0; p < look->scan->ruleset->n_nobody; p++) {
		at = look->scan->ruleset->nobody[p];
		for (i = 0; i < look->n && *at; i++) {
			size_t len = strlen(look->words[i].word);

			if (strncmp(at, look->words[i].word, len) != 0 ||
			    (at[len] && at[len] != ' '))
				break;
			at += len + (at[len] == ' ');
		}
		if (strcmp(at, "*") == 0 || (!*at && i == look->n))
			return true;
	}
	return false;
}

/* "Your dealer: He will call you." */
static bool is_sentence(const struct pw_reseller_look *look)
{
	size_t i, n_small = 0;

	for (i = look->run; i < look->n; i++)
		n_small += is_small(look, i);
	return look->value->is_labelled && look->run == look->first + 1 && n_small > 1;
}

/* Names begin with a capital, or hold a legal form. */
static bool looks_like_name(const struct pw_reseller_look *look)
{
	const char *word = look->words[look->first].word;
	bool is_number = word[strspn(word, "0123456789")] == '\0';
	size_t i;

	for (i = look->first + 1; i < look->n && i < look->first + NAME_WORDS; i++)
		if (look->words[i].is_legal_form && strlen(look->words[i].word) > 1)
			return true;
	return !is_number && !is_small(look, look->first) && !is_sentence(look);
}

static bool is_other_class(const struct pw_reseller_look *look,
			   enum pw_sender_class class)
{
	switch (class) {
	case PW_SENDER_RIVAL:
	case PW_SENDER_UNKNOWN:
	case PW_SENDER_FREEMAIL:
		return true;
	case PW_SENDER_DISTRIBUTOR:
	case PW_SENDER_VENDOR_AGENT:
		return !look->value->may_be_distributor;
	default:
		return false;
	}
}

static bool is_other(struct pw_reseller_look *look)
{
	enum pw_sender_class class;
	bool is_alone = false;

	if (!take_apart(look) || is_our_name(look))
		return false;
	class = pw_reseller_address(look, &is_alone);
	if (class == PW_SENDER_OURS || is_nobody(look))
		return false;
	if (is_alone)
		return is_other_class(look, class);
	return !pw_reseller_is_customer(look) && !pw_reseller_is_between(look) &&
	       looks_like_name(look);
}

bool pw_reseller_is_other(const struct pw_scan *scan, const struct pw_reseller_us *us,
			  const struct pw_reseller_value *value)
{
	struct pw_reseller_look look = { .scan = scan,
					 .us = us,
					 .value = value,
					 .scratch = pw_arena_new(SCRATCH_BYTES) };
	bool result = is_other(&look);

	pw_arena_free(look.scratch);
	return result;
}
