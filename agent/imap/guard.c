/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/imap/guard.h"

#include <ctype.h>
#include <string.h>

#include "agent/base/day.h"
#include "agent/base/str.h"

#define DROPPED_LITERAL_MAX 65536
#define DATE_LEN            26

static const char unknown_date[] = "01-Jan-1970 00:00:00 +0000";

void pw_guard_init(struct pw_guard *guard)
{
	*guard = (struct pw_guard){ 0 };
	pw_buf_init(&guard->line, PW_GUARD_LINE_MAX);
	pw_buf_init(&guard->out, PW_GUARD_LINE_MAX + 2 * PW_GUARD_INPUT_MAX);
}

void pw_guard_done(struct pw_guard *guard)
{
	pw_buf_done(&guard->line);
	pw_buf_done(&guard->out);
}

void pw_guard_inject(struct pw_guard *guard, const char *line)
{
	pw_buf_adds(&guard->out, line);
}

bool pw_guard_is_pending(const struct pw_guard *guard)
{
	return guard->out_at < guard->out.len;
}

size_t pw_guard_take(struct pw_guard *guard, void *buf, size_t n)
{
	size_t left = guard->out.len - guard->out_at;

	if (n > left)
		n = left;
	if (n)
		memcpy(buf, guard->out.data + guard->out_at, n);
	guard->out_at += n;
	if (guard->out_at == guard->out.len) {
		guard->out_at = 0;
		pw_buf_reset(&guard->out);
	}
	return n;
}

static bool word_is(const char *at, const char *word)
{
	size_t len = strlen(word);

	return pw_starts_with_i(at, word) && (at[len] == ' ' || at[len] == '\0');
}

/* Length of a literal announced at the end of the line; -1: none, -2: not
   one that we can take (literal8, more than 32 bits). */
static int64_t announced_literal(const struct pw_buf *line)
{
	const char *text = line->data;
	size_t end = line->len, at;
	uint64_t n = 0;

	if (end < 3 || text[end - 1] != '}')
		return -1;
	at = end - 1;
	if (text[at - 1] == '+')
		at--;
	end = at;
	while (at && isdigit((unsigned char)text[at - 1]))
		at--;
	if (at == end || !at || text[at - 1] != '{')
		return -1;
	if (end - at > 10 || (at >= 2 && text[at - 2] == '~'))
		return -2;
	for (; at < end; at++)
		n = n * 10 + (uint64_t)(text[at] - '0');
	return n > UINT32_MAX ? -2 : (int64_t)n;
}

static bool is_date(const char *text)
{
	static const char shape[DATE_LEN + 1] = "sd-aaa-dddd dd:dd:dd +dddd";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4] = { text[3], text[4], text[5], '\0' };
	const char *found;
	pw_day day;
	size_t i;

	for (i = 0; i < DATE_LEN; i++) {
		char c = text[i];
		bool fits = shape[i] == 'd'   ? isdigit((unsigned char)c)
			    : shape[i] == 's' ? isdigit((unsigned char)c) || c == ' '
			    : shape[i] == 'a' ? isalpha((unsigned char)c)
			    : shape[i] == '+' ? c == '+' || c == '-'
					      : c == shape[i];
		if (!fits)
			return false;
	}
	found = strcasestr(months, month);
	return found && (found - months) % 3 == 0 &&
	       pw_day_from_civil(atoi(text + 7), (int)(found - months) / 3 + 1,
				 atoi(text), &day) &&
	       atoi(text + 12) < 24 && atoi(text + 15) < 60 && atoi(text + 18) <= 60;
}

/* INTERNALDATE must be what RFC 3501 says, or libetpan gives up on the whole
   answer. */
static void mend_date(struct pw_buf *line)
{
	static const char key[] = "INTERNALDATE ";
	char *at = strcasestr(line->data, key), *end;
	struct pw_buf mended;

	if (!at)
		return;
	at += sizeof key - 1;
	if (*at == '"' && strlen(at) > DATE_LEN + 1 && at[DATE_LEN + 1] == '"' &&
	    is_date(at + 1))
		return;
	end = *at == '"' ? strchr(at + 1, '"') : at + strcspn(at, " )") - 1;
	if (!end)
		return;
	pw_buf_init(&mended, PW_GUARD_LINE_MAX);
	pw_buf_add(&mended, line->data, (size_t)(at - line->data));
	pw_buf_addf(&mended, "\"%s\"", unknown_date);
	pw_buf_adds(&mended, end + 1);
	pw_buf_done(line);
	*line = mended;
}

/* Take away a response code that means nothing to us: "OK [X y] text". */
static void mend_code(struct pw_buf *line, size_t at)
{
	static const char *const known[] = { "UIDVALIDITY ",    "UIDNEXT ",
					     "PERMANENTFLAGS ", "READ-ONLY]",
					     "READ-WRITE]",     "TRYCREATE]" };
	char *text = line->data + at, *end;
	size_t i;

	while (*text == ' ')
		text++;
	if (*text != '[')
		return;
	for (i = 0; i < PW_ARRAY_LEN(known); i++)
		if (pw_starts_with_i(text + 1, known[i]))
			return;
	end = strchr(text, ']');
	end = end ? end + 1 : text + strlen(text);
	while (*end == ' ')
		end++;
	/* the text must not be empty (RFC 3501: 1*TEXT-CHAR) */
	memmove(text, *end ? end : "-", *end ? strlen(end) + 1 : 2);
	line->len = strlen(line->data);
}

static void remember(struct pw_guard *guard, const char *text)
{
	struct pw_buf said;

	pw_buf_init(&said, PW_GUARD_SAID_MAX * 10);
	while (*text == ' ')
		text++;
	pw_str_escape(&said, text, strlen(text), PW_GUARD_SAID_MAX - 16);
	said.data[pw_utf8_cut(said.data, said.len, PW_GUARD_SAID_MAX - 1)] = '\0';
	memcpy(guard->said, said.data, strlen(said.data) + 1);
	pw_buf_done(&said);
}

/* "* OK ...", "17 NO ...": at is where the word stands. */
static bool check_condition(struct pw_guard *guard, size_t at)
{
	static const char *const words[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
	struct pw_buf *line = &guard->line;
	size_t i, len;

	for (i = 0; i < PW_ARRAY_LEN(words); i++)
		if (word_is(line->data + at, words[i]))
			break;
	if (i == PW_ARRAY_LEN(words))
		return false;
	len = strlen(words[i]);
	if (i >= 1 && i <= 3)
		remember(guard, line->data + at + len);
	if (i == 3)
		guard->said_bye = true;
	if (i == 1 && line->data[0] != '*')
		guard->said_no = true;
	if (line->data[at + len] == '\0') /* "17 OK" alone */
		pw_buf_adds(line, " -");
	mend_code(line, at + len);
	return true;
}

/* "* 12 EXISTS" and the like; true when libetpan should see it. */
static bool check_numbered(struct pw_guard *guard, const char *text)
{
	const char *word = text + strspn(text, "0123456789");

	if (*word != ' ' || word - text > 10)
		return false;
	word++;
	if (word_is(word, "EXISTS")) {
		guard->exists = (uint32_t)strtoul(text, NULL, 10);
		guard->has_news = true;
		return true;
	}
	if (!word_is(word, "FETCH"))
		return false; /* RECENT, EXPUNGE: UIDs are all we go by */
	guard->is_fetch = true;
	return strcasestr(word, "RFC822.SIZE") || strcasestr(word, "BODY[");
}

/* Decide on a response by its first line. */
static int classify(struct pw_guard *guard, struct pw_err *err)
{
	const char *text = guard->line.data;
	size_t digits;

	guard->depth = 0;
	guard->is_fetch = guard->is_dropping = false;
	if (text[0] == '+')
		return 0;
	if (text[0] == '*' && text[1] == ' ') {
		if (isdigit((unsigned char)text[2]))
			guard->is_dropping = !check_numbered(guard, text + 2);
		else
			guard->is_dropping = !word_is(text + 2, "CAPABILITY") &&
					     !check_condition(guard, 2);
		return 0;
	}
	digits = strspn(text, "0123456789");
	if (digits && text[digits] == ' ' && check_condition(guard, digits + 1))
		return 0;
	return pw_err_set(err, PW_EPROTO, "sent a line that is no IMAP");
}

static int check_nesting(struct pw_guard *guard, struct pw_err *err)
{
	const char *at;
	bool is_quoted = false;

	for (at = guard->line.data; *at; at++) {
		if (is_quoted && *at == '\\' && at[1])
			at++;
		else if (*at == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && *at == '(')
			guard->depth++;
		else if (!is_quoted && *at == ')')
			guard->depth--;
		if (guard->depth > PW_GUARD_DEPTH_MAX)
			return pw_err_set(err, PW_EPROTO, "nests parentheses too deep");
	}
	return 0;
}

/* A literal is expected as a message's text and nowhere else. */
static int check_literal(struct pw_guard *guard, struct pw_err *err)
{
	int64_t n = announced_literal(&guard->line);
	const char *brace;

	guard->is_continued = false;
	if (n == -1 || (!guard->is_fetch && !guard->is_dropping))
		return 0;
	if (n == -2)
		return pw_err_set(err, PW_EPROTO, "announces a literal we cannot take");
	guard->is_continued = true;
	guard->literal_left = (uint64_t)n;
	if (guard->is_dropping)
		return n <= DROPPED_LITERAL_MAX
			       ? 0
			       : pw_err_set(err, PW_EPROTO,
					    "sends a literal nobody asked for");
	brace = strrchr(guard->line.data, '{');
	if (brace - guard->line.data < 7 || strncasecmp(brace - 7, "BODY[] ", 7) != 0)
		return pw_err_set(err, PW_EPROTO, "sends a literal nobody asked for");
	if ((uint64_t)n > guard->literal_max)
		return pw_err_set(err, PW_EPROTO,
				  "announces a text of %lld bytes, more than allowed",
				  (long long)n);
	return 0;
}

static int finish_line(struct pw_guard *guard, struct pw_err *err)
{
	struct pw_buf *line = &guard->line;

	while (line->len && line->data[line->len - 1] == '\r')
		line->data[--line->len] = '\0';
	if (!guard->is_continued && classify(guard, err) < 0)
		return -1;
	if (guard->is_fetch && !guard->is_dropping) {
		mend_date(line);
		if (check_nesting(guard, err) < 0)
			return -1;
	}
	if (check_literal(guard, err) < 0)
		return -1;
	if (!guard->is_dropping) {
		pw_buf_add(&guard->out, line->data, line->len);
		pw_buf_add(&guard->out, "\r\n", 2);
	}
	pw_buf_reset(line);
	return 0;
}

/* NUL ends libetpan's lines early; nothing we ask for contains one. */
static int add_to_line(struct pw_guard *guard, const char *bytes, size_t len,
		       struct pw_err *err)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (pw_buf_addc(&guard->line, bytes[i] ? bytes[i] : '?') < 0)
			return pw_err_set(err, PW_EPROTO,
					  "sends a line of more than %d bytes",
					  PW_GUARD_LINE_MAX);
	return 0;
}

static size_t feed_literal(struct pw_guard *guard, const char *bytes, size_t len)
{
	if (len > guard->literal_left)
		len = (size_t)guard->literal_left;
	if (!guard->is_dropping)
		pw_buf_add(&guard->out, bytes, len);
	guard->literal_left -= len;
	return len;
}

int pw_guard_feed(struct pw_guard *guard, const char *bytes, size_t len,
		  struct pw_err *err)
{
	size_t used;

	for (; len; bytes += used, len -= used) {
		const char *end;

		if (guard->literal_left) {
			used = feed_literal(guard, bytes, len);
			continue;
		}
		end = memchr(bytes, '\n', len);
		used = end ? (size_t)(end - bytes) + 1 : len;
		if (add_to_line(guard, bytes, end ? used - 1 : used, err) < 0)
			return -1;
		if (end && finish_line(guard, err) < 0)
			return -1;
		if (pw_buf_failed(&guard->out))
			return pw_err_set(err, PW_EPROTO, "sends more than can be held");
	}
	return 0;
}
