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
static size_t prefix_at(const char *text, enum pw_subject_kind *ret)
{
	size_t len = strlen(text), at, step = 0, word;

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
	if (pw_word_find(PW_WORD_FORWARD_PREFIX, text, word) &&
	    !(*ret == PW_SUBJECT_REPLY && pw_word_find(PW_WORD_REPLY_PREFIX, text, word)))
		*ret = PW_SUBJECT_FORWARD;
	else if (pw_word_find(PW_WORD_REPLY_PREFIX, text, word))
		*ret = PW_SUBJECT_REPLY;
	else
		return 0;
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

const char *pw_subject_read(const char *subject, enum pw_subject_kind *ret_first,
			    bool *ret_is_forward, bool *ret_is_reply)
{
	enum pw_subject_kind kind, first = PW_SUBJECT_PLAIN;
	bool is_forward = false, is_reply = false;
	int i;

	for (i = 0; i < PREFIXES_MAX; i++) {
		const char *text = subject;
		size_t len = strlen(subject), n;

		pw_text_trim(&text, &len, "");
		subject = text;
		/* "VS" is a reply in Finland and a forward in Denmark: a stack
		   that began as a reply goes on as one. */
		kind = first;
		n = prefix_at(subject, &kind);
		if (n) {
			is_forward |= kind == PW_SUBJECT_FORWARD;
			is_reply |= kind == PW_SUBJECT_REPLY;
			first = first == PW_SUBJECT_PLAIN ? kind : first;
		} else {
			n = tag_at(subject);
		}
		if (!n)
			break;
		subject += n;
	}
	if (ret_first)
		*ret_first = first;
	if (ret_is_forward)
		*ret_is_forward = is_forward;
	if (ret_is_reply)
		*ret_is_reply = is_reply;
	return subject;
}

const char *pw_subject_strip(const char *subject, bool *ret_is_forward,
			     bool *ret_is_reply)
{
	return pw_subject_read(subject, NULL, ret_is_forward, ret_is_reply);
}
