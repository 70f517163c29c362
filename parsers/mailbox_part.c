/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox_part.c - see mailbox_part.h. */
#include "parsers/mailbox_part.h"

#include <unicode/uchar.h>

#include "agent/base/str.h"
#include "parsers/bodyline.h"

bool pw_mailbox_goes_on(const char *text, size_t len)
{
	const char *end = text + len;
	const char *at = len ? memrchr(text, '@', len) : NULL;
	size_t left;

	while (at && at < end && !strchr(" \t>)]\"", *at))
		at++;
	if (!at)
		return false;
	left = (size_t)(end - at);
	pw_text_trim(&at, &left, ".,;:<>()[]\"'*_-");
	return left > 0;
}

static uint32_t first_letter(const char *text, size_t len)
{
	uint32_t cp = 0;

	pw_utf8_next(text, len, &cp);
	return cp;
}

static bool is_particle(const char *word, size_t len)
{
	static const char *const particles[] = { "van", "von", "vom",   "zur",
						 "der", "den", "del",   "dos",
						 "das", "ten", "ter",   "bin",
						 "ibn", "dal", "della", "degli" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(particles); i++)
		if (strlen(particles[i]) == len && memcmp(particles[i], word, len) == 0)
			return true;
	return len < 3;
}

static bool is_latin(uint32_t cp)
{
	return cp < 0x250 || (cp >= 0x1E00 && cp <= 0x1EFF);
}

/* Cannot the word be of a name whose last word begins with `name`?  Other
   scripts and words in small letters cannot, but for particles. */
static bool is_foreign_to_name(const char *word, size_t len, uint32_t name)
{
	uint32_t cp = first_letter(word, len);

	if (is_latin(cp) != is_latin(name))
		return u_isalpha((UChar32)cp);
	return u_islower((UChar32)cp) && !is_particle(word, len);
}

struct pw_bytes pw_mailbox_part(struct pw_bytes box, bool has_verb)
{
	const char *open = box.len ? memrchr(box.data, '<', box.len) : NULL, *word, *shut;
	uint32_t name;

	shut = open ? memchr(open, '>', (size_t)(box.data + box.len - open)) : NULL;
	if (!shut || open == box.data || memchr(box.data, '"', (size_t)(open - box.data)))
		return box;
	box.len = (size_t)(shut + 1 - box.data);
	for (word = open; word > box.data && word[-1] == ' '; word--)
		open--;
	while (word > box.data && word[-1] != ' ')
		word--;
	name = first_letter(word, (size_t)(open - word));
	while (!has_verb && word > box.data && !u_islower((UChar32)name)) {
		const char *end = --word;

		while (word > box.data && word[-1] != ' ')
			word--;
		if (!is_foreign_to_name(word, (size_t)(end - word), name))
			continue;
		box.len -= (size_t)(end - box.data);
		box.data = end;
		break;
	}
	return box;
}
