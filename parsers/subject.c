/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.c - the prefixes that clients and gateways put before a subject.
 */
#include "parsers/unwrap.h"

#include "agent/base/str.h"
#include "parsers/bodyline.h"
#include "parsers/labels.h"
#include "parsers/subject.h"

enum {
	PREFIX_BYTES_MAX = 48,
	TAG_BYTES_MAX = 48,
	PREFIXES_MAX = 40, /* longer stacks are somebody's joke */
};

/* Languages in which a prefix says reply or forward. */
struct prefix {
	uint64_t reply, forward;
};

/* "[2]", "(3)", "^2", "2" after the prefix's word. */
static size_t without_counter(const char *text, size_t len)
{
	size_t n = len;

	if (n && strchr("])", text[n - 1]))
		n--;
	while (n && text[n - 1] >= '0' && text[n - 1] <= '9')
		n--;
	if (n < len && n && strchr("[(^*", text[n - 1]))
		n--;
	while (n && text[n - 1] == ' ')
		n--;
	return n ? n : len;
}

/* "Re:", "WG :", "Antw[2]:", "İLT:", "转发：" at the start; bytes, 0: none. */
static size_t prefix_at(const char *text, struct prefix *ret)
{
	size_t len = strlen(text), at, step = 0, word;
	struct pw_word_pair found;

	for (at = 0; at < len && at < PREFIX_BYTES_MAX; at++)
		if (pw_is_colon(text + at, len - at, &step))
			break;
	if (at == len || at == PREFIX_BYTES_MAX || !at)
		return 0;
	for (word = at; word && (text[word - 1] == ' ' || text[word - 1] == '.'); word--)
		;
	if (word > 1 && (unsigned char)text[word - 1] == 0xA0 &&
	    (unsigned char)text[word - 2] == 0xC2)
		word -= 2;
	word = without_counter(text, word);
	if (!pw_word_find_pair(PW_WORD_REPLY_PREFIX, PW_WORD_FORWARD_PREFIX, text, word,
			       &found))
		return 0;
	ret->reply = found.first;
	ret->forward = found.second;
	return at + step;
}

/* "[EXTERNAL]", "(Extern)", "*** SPAM ***", "{Spam?}", "EXTERNAL:": only
   known words, because "[2nd Notice]" is the sender's own. */
static size_t tag_at(const char *text)
{
	static const char shut_of[] = "[](){}<>**##";
	const char *open = strchr(shut_of, *text), *end, *word;
	size_t len, n;

	if (!*text)
		return 0;
	if (!open || (open - shut_of) % 2) {
		n = strcspn(text, ":-|");
		return text[n] && n < TAG_BYTES_MAX && strncmp(text, "EXT", 3) == 0 &&
				       pw_word_find(PW_WORD_TAG, text, n)
			       ? n + 1
			       : 0;
	}
	for (word = text; *word == *text; word++)
		;
	end = strchr(word, open[1]);
	if (!end || end - word > TAG_BYTES_MAX)
		return 0;
	len = (size_t)(end - word);
	while (*end == open[1])
		end++;
	pw_text_trim(&word, &len, "?!:-_");
	return pw_word_find(PW_WORD_TAG, word, len) ? (size_t)(end - text) : 0;
}

static enum pw_subject_kind kind_of(const struct prefix *prefix)
{
	if (prefix->reply && prefix->forward)
		return PW_SUBJECT_EITHER;
	return prefix->forward ? PW_SUBJECT_FORWARD : PW_SUBJECT_REPLY;
}

struct pw_subject pw_subject_read(const char *subject)
{
	struct pw_subject read = { .stripped = subject ? subject : "" };
	struct prefix prefix;
	size_t len, n, i;

	for (i = 0; i < PREFIXES_MAX; i++) {
		len = strlen(read.stripped);
		pw_text_trim(&read.stripped, &len, "");
		n = prefix_at(read.stripped, &prefix);
		if (n) {
			if (read.kind == PW_SUBJECT_PLAIN) {
				read.kind = kind_of(&prefix);
				read.reply_languages = prefix.reply;
			}
			read.has_forward |= prefix.forward != 0;
			read.has_reply |= prefix.reply != 0;
		} else {
			n = tag_at(read.stripped);
		}
		if (!n)
			break;
		read.stripped += n;
	}
	return read;
}

const char *pw_subject_strip(const char *subject, bool *ret_is_forward,
			     bool *ret_is_reply)
{
	struct pw_subject read = pw_subject_read(subject);

	if (ret_is_forward)
		*ret_is_forward = read.has_forward;
	if (ret_is_reply)
		*ret_is_reply = read.has_reply;
	return read.stripped;
}
