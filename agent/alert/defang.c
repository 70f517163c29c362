/* SPDX-License-Identifier: Apache-2.0 */
/* defang.c - makes a stranger's text inert, so that no mail program turns it into links.
 */
#include <string.h>
#include <strings.h>

#include "agent/alert/doc.h"
#include "agent/base/str.h"

/* Of more a heap would grow over the lines around it. */
#define MARKS_MAX 4

/* Dropped altogether: characters that a reader cannot see but that change
   what the reader sees.  Line ends and tabs stay. */
static bool is_unseen(uint32_t cp)
{
	if (cp == '\n' || cp == '\t')
		return false;
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0xAD || cp == 0x61C ||
	       cp == 0x180E || (cp >= 0x200B && cp <= 0x200F) ||
	       (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F) ||
	       cp == 0xFEFF || (cp >= 0xFFF9 && cp <= 0xFFFB) ||
	       (cp >= 0xE0000 && cp <= 0xE0FFF);
}

/* Marks that are drawn over what stands before them. */
static bool is_mark(uint32_t cp)
{
	return (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x1AB0 && cp <= 0x1AFF) ||
	       (cp >= 0x1DC0 && cp <= 0x1DFF) || (cp >= 0x20D0 && cp <= 0x20FF) ||
	       (cp >= 0xFE20 && cp <= 0xFE2F);
}

/* Before anything is looked for: "ht" and "tp://" around an unseen character
   are a link once that is gone. */
static void put_seen(struct pw_buf *out, const char *text, size_t len)
{
	size_t at = 0, marks = 0, step;
	uint32_t cp;

	for (; at < len; at += step) {
		step = pw_utf8_next(text + at, len - at, &cp);
		marks = is_mark(cp) ? marks + 1 : 0;
		if (marks > MARKS_MAX)
			continue;
		if (cp == 0xFFFD && step == 1)
			pw_buf_adds(out, "\xEF\xBF\xBD");
		else if (cp == 0x2028 || cp == 0x2029)
			pw_buf_addc(out, ' '); /* else a line of its own */
		else if (!is_unseen(cp))
			pw_buf_add(out, text + at, step);
	}
}

static bool is_ascii_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

static bool is_word(char c)
{
	return is_ascii_word(c) || (unsigned char)c >= 0x80;
}

/* Length of a scheme ("https://", "javascript:") or "www." at text[at], 0:
   none.  Where no blank stands between words a link follows a letter, and some
   mail programs see one in "xhttps://" too; but not in "awww.". */
static size_t link_start(const char *text, size_t len, size_t at)
{
	static const char *const schemes[] = { "https://", "http://",     "ftp://",
					       "hxxps://", "hxxp://",     "file://",
					       "www.",     "javascript:", "data:text" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(schemes); i++) {
		size_t n = strlen(schemes[i]);

		if (len - at >= n && strncasecmp(text + at, schemes[i], n) == 0)
			return *schemes[i] == 'w' && at > 0 && is_ascii_word(text[at - 1])
				       ? 0
				       : n;
	}
	return 0;
}

static bool ends_link(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '<' || c == '>' ||
	       c == '"' || c == '\'' || c == ')' || c == ']';
}

/* A dot between two word characters could make a bare domain clickable. */
static bool dot_joins(const char *text, size_t len, size_t at)
{
	return at > 0 && at + 1 < len && is_word(text[at - 1]) && is_word(text[at + 1]);
}

/* "http" becomes "hxxp", every other scheme loses its colon's meaning. */
static void put_scheme(struct pw_buf *out, const char *scheme, size_t len)
{
	if (len >= 4 && strncasecmp(scheme, "http", 4) == 0) {
		pw_buf_adds(out, "hxxp");
		pw_buf_add(out, scheme + 4, len - 4);
	} else if (scheme[len - 1] == '.') {
		pw_buf_add(out, scheme, len - 1);
		pw_buf_adds(out, "[.]");
	} else {
		size_t colon = (size_t)((const char *)memchr(scheme, ':', len) - scheme);

		pw_buf_add(out, scheme, colon);
		pw_buf_adds(out, "[:]");
		pw_buf_add(out, scheme + colon + 1, len - colon - 1);
	}
}

/* Endings of file names that people write; none is a top-level domain. */
static bool is_file_ending(const char *label, size_t len)
{
	static const char *const endings[] = { "pdf", "doc", "docx", "xls", "xlsx",
					       "csv", "eml", "msg",  "txt", "png",
					       "jpg", "js",  "exe",  "xml", "html" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(endings); i++)
		if (strlen(endings[i]) == len && strncasecmp(endings[i], label, len) == 0)
			return true;
	return false;
}

/* "com" or "COM", but not the "Please" of "today.Please". */
static bool is_top_label(const char *label, size_t len)
{
	size_t i, n_lower = 0, n_upper = 0;

	for (i = 0; i < len; i++) {
		n_lower += label[i] >= 'a' && label[i] <= 'z';
		n_upper += label[i] >= 'A' && label[i] <= 'Z';
	}
	return len >= 2 && (n_lower == len || n_upper == len) &&
	       !is_file_ending(label, len);
}

#define SCHEME_LETTERS 10u /* of "javascript", the longest */

/* Where the scheme of a link begins that stands right before the colon at end;
   end: none. */
static size_t scheme_before(const char *text, size_t len, size_t at, size_t end)
{
	size_t k = end - at > SCHEME_LETTERS ? end - SCHEME_LETTERS : at;

	for (; k < end; k++)
		if (link_start(text, len, k) > end - k)
			return k;
	return end;
}

/* Length of a bare host name at text[at], 0: none; those of mail addresses are
   none. */
static size_t host_at(const char *text, size_t len, size_t at)
{
	size_t end = at, last;

	if (at > 0 && (is_word(text[at - 1]) || strchr("@./[", text[at - 1])))
		return 0;
	while (end < len && pw_is_host_char(text[end]))
		end++;
	if (end < len && text[end] == ':')
		end = scheme_before(text, len, at, end);
	while (end > at && (text[end - 1] == '.' || text[end - 1] == '-'))
		end--;
	if (end == at || text[at] == '.' || (end < len && strchr("@_", text[end])))
		return 0;
	for (last = end; last > at && text[last - 1] != '.'; last--)
		;
	return last > at && is_top_label(text + last, end - last) ? end - at : 0;
}

static void put_host(struct pw_buf *out, const char *host, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (host[i] == '.')
			pw_buf_adds(out, "[.]");
		else
			pw_buf_addc(out, host[i]);
}

static void put_inert(struct pw_buf *out, const char *text, size_t len, bool has_hosts)
{
	bool in_link = false;
	size_t at = 0, step;
	uint32_t cp;

	for (; at < len; at += step) {
		size_t scheme = link_start(text, len, at);
		size_t host =
			has_hosts && !scheme && !in_link ? host_at(text, len, at) : 0;

		step = pw_utf8_next(text + at, len - at, &cp);
		if (ends_link(text[at]))
			in_link = false;
		if (host) {
			put_host(out, text + at, host);
			step = host;
		} else if (scheme) {
			put_scheme(out, text + at, scheme);
			step = scheme;
			in_link = true;
		} else if (text[at] == '.' && in_link && dot_joins(text, len, at)) {
			pw_buf_adds(out, "[.]");
		} else {
			pw_buf_add(out, text + at, step);
		}
	}
}

static void defang(struct pw_buf *out, const char *text, size_t len, bool has_hosts)
{
	struct pw_buf seen;

	pw_buf_init(&seen, len * 3 + 1);
	put_seen(&seen, text, len);
	put_inert(out, seen.data, seen.len, has_hosts);
	pw_buf_done(&seen);
}

void pw_defang(struct pw_buf *out, const char *text, size_t len)
{
	defang(out, text, len, false);
}

void pw_defang_quote(struct pw_buf *out, const char *text, size_t len)
{
	defang(out, text, len, true);
}
