/* SPDX-License-Identifier: Apache-2.0 */
/* guard_line.c - every kind of response but FETCH, in its plainest form. */
#include "agent/imap/guard_line.h"

#include <ctype.h>
#include <string.h>

#include "agent/base/str.h"

static bool word_is(const char *at, const char *word)
{
	size_t len = strlen(word);

	return pw_starts_with_i(at, word) && (at[len] == ' ' || at[len] == '\0');
}

/* Keep what the server said, for messages to people. */
static void remember(struct pw_guard *guard, const char *text)
{
	struct pw_buf said;
	size_t cut;

	pw_buf_init(&said, PW_GUARD_SAID_MAX * 10);
	while (*text == ' ')
		text++;
	pw_str_escape(&said, text, strlen(text), PW_GUARD_SAID_MAX - 16);
	cut = pw_utf8_cut(said.data, said.len, PW_GUARD_SAID_MAX - 1);
	memcpy(guard->said, said.data, cut);
	guard->said[cut] = '\0';
	pw_buf_done(&said);
}

/* "PERMANENTFLAGS (\Seen \*)]": kept here, as libetpan (1.9.4) crashes on a
   broken one.  "\*" means that new keywords can be made. */
static void keep_flags(struct pw_guard *guard, const char *text)
{
	const char *end = strpbrk(text, ")]");
	size_t len;

	while (end && text < end) {
		len = strcspn(text, " ()]");
		if ((len == 2 && strncmp(text, "\\*", 2) == 0) ||
		    (len == strlen(PW_GUARD_KEYWORD) &&
		     strncasecmp(text, PW_GUARD_KEYWORD, len) == 0))
			guard->has_keyword = true;
		text += len + 1;
	}
}

static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && digits <= 10 && text[digits] == ']' &&
	       strtoull(text, NULL, 10) - 1 < UINT32_MAX;
}

static bool is_nothing(const char *text)
{
	return *text == ']';
}

static const struct code {
	const char *name;
	bool (*is_sound)(const char *text);
} codes[] = {
	{ "UIDVALIDITY ", is_number },
	{ "UIDNEXT ", is_number },
	{ "READ-ONLY", is_nothing },
	{ "READ-WRITE", is_nothing },
};

/* " [CODE data] words": the code with its data where it matters, else "-". */
static void write_rest(struct pw_guard *guard, const char *text)
{
	static const char flags[] = "[PERMANENTFLAGS ";
	struct pw_buf *out = &guard->out;
	size_t i;

	while (*text == ' ')
		text++;
	if (pw_starts_with_i(text, flags))
		keep_flags(guard, text + strlen(flags));
	for (i = 0; *text == '[' && i < PW_ARRAY_LEN(codes); i++) {
		const char *name = codes[i].name;
		const char *data = text + 1 + strlen(name);

		if (!pw_starts_with_i(text + 1, name) || !codes[i].is_sound(data))
			continue;
		pw_buf_addf(out, " [%s%.*s] -\r\n", name, (int)strcspn(data, "]"), data);
		return;
	}
	pw_buf_adds(out, " -\r\n");
}

/* "OK ...", "NO ..." after "*" or a tag; false where it is none of them. */
static bool write_condition(struct pw_guard *guard, const char *tag, size_t tag_len,
			    const char *text)
{
	static const char *const words[] = { "OK", "PREAUTH", "NO", "BAD", "BYE" };
	enum { NO = 2, BYE = 4 };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(words) && !word_is(text, words[i]); i++)
		;
	if (i == PW_ARRAY_LEN(words))
		return false;
	text += strlen(words[i]);
	if (i >= NO)
		remember(guard, text);
	if (i == BYE)
		guard->said_bye = true;
	if (i == NO && *tag != '*')
		guard->said_no = true;
	pw_buf_addf(&guard->out, "%.*s %s", (int)tag_len, tag, words[i]);
	write_rest(guard, text);
	return true;
}

/* Kept here: libetpan (1.9.4) crashes on an empty list, and when there is none. */
static void keep_capabilities(struct pw_guard *guard, const char *text)
{
	size_t used = 0, len;

	while (*text) {
		len = strcspn(text, " ");
		if (len && used + len + 2 < sizeof guard->can) {
			guard->can[used++] = ' ';
			memcpy(guard->can + used, text, len);
			used += len;
		}
		text += len + (text[len] == ' ');
	}
	guard->can[used++] = ' ';
	guard->can[used] = '\0';
}

/* "12 EXISTS", "12 FETCH (..."; what changes flags, RECENT and EXPUNGE are
   dropped: UIDs are all we go by. */
static int write_numbered(struct pw_guard *guard, const char *text, struct pw_err *err)
{
	size_t digits = strspn(text, "0123456789");
	const char *word = text + digits + 1;

	guard->is_dropping = true;
	if (digits > 10 || text[digits] != ' ')
		return 0;
	if (word_is(word, "EXISTS")) {
		guard->exists = (uint32_t)strtoull(text, NULL, 10);
		guard->has_news = true;
		guard->is_dropping = false;
		pw_buf_addf(&guard->out, "* %u EXISTS\r\n", guard->exists);
		return 0;
	}
	if (!pw_starts_with_i(word, "FETCH (") ||
	    (!strcasestr(word, "RFC822.SIZE ") && !strcasestr(word, "BODY[")))
		return 0;
	guard->is_dropping = false;
	guard->n_items = 0;
	pw_buf_adds(&guard->out, "* 1 FETCH (");
	return pw_guard_fetch_items(guard, word + strlen("FETCH ("), err);
}

int pw_guard_response(struct pw_guard *guard, struct pw_err *err)
{
	const char *text = guard->line.data;
	size_t digits;

	guard->is_dropping = false;
	if (text[0] == '+') {
		pw_buf_adds(&guard->out, "+ -\r\n");
		return 0;
	}
	if (text[0] == '*' && text[1] == ' ') {
		if (isdigit((unsigned char)text[2]))
			return write_numbered(guard, text + 2, err);
		guard->is_dropping = true;
		if (word_is(text + 2, "CAPABILITY"))
			keep_capabilities(guard, text + 2 + strlen("CAPABILITY"));
		else
			guard->is_dropping = !write_condition(guard, "*", 1, text + 2);
		return 0;
	}
	digits = strspn(text, "0123456789");
	if (digits && digits < 10 && text[digits] == ' ' &&
	    write_condition(guard, text, digits, text + digits + 1))
		return 0;
	return pw_err_set(err, PW_EPROTO, "sends a line that is no IMAP");
}
