/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/html_token.h"

#include <strings.h>

#include "agent/base/str.h"

/* A tag with more quoted values than this is no tag of a mail; without the
   limit, tags whose quotes never match would each be searched to the end. */
#define TAG_QUOTES_MAX 500

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static void advance(struct pw_bytes *bytes, size_t n)
{
	bytes->data += n;
	bytes->len -= n;
}

/* Offset of the quote that closes the one at data[at]; 0: none. */
static size_t closing_quote(struct pw_html_scan *scan, size_t at)
{
	char quote = scan->rest.data[at];
	bool *none = &scan->no_quote[quote == '"' ? 0 : 1];
	const char *end;

	if (*none)
		return 0;
	end = memchr(scan->rest.data + at + 1, quote, scan->rest.len - at - 1);
	if (!end)
		*none = true;
	return end ? (size_t)(end - scan->rest.data) : 0;
}

/* Offset of the '>' that ends the tag at the start of rest; 0: none.  A '>'
   inside a quoted attribute value does not end it, unless the quote never
   closes. */
static size_t tag_end(struct pw_html_scan *scan)
{
	const char *data = scan->rest.data, *any;
	size_t i, close, quotes = 0;

	any = memchr(data, '>', scan->rest.len);
	if (!any) {
		scan->no_tag_end = true;
		return 0;
	}
	for (i = 1; i < scan->rest.len && quotes < TAG_QUOTES_MAX; i++) {
		if (data[i] == '>')
			return i;
		/* A quote opens a value only behind '='. */
		if ((data[i] != '"' && data[i] != '\'') || data[i - 1] != '=')
			continue;
		close = closing_quote(scan, i);
		if (!close)
			break;
		i = close;
		quotes++;
	}
	return (size_t)(any - data);
}

/* Pass over "<!...>", "<?...>" or a comment at the start of rest. */
static void skip_markup(struct pw_html_scan *scan)
{
	const char *end = NULL;
	size_t len = 0;

	if (pw_starts_with(scan->rest.len > 4 ? scan->rest.data : "", "<!--") &&
	    !scan->no_comment_end) {
		/* "<!-->" is a whole comment. */
		end = memmem(scan->rest.data + 2, scan->rest.len - 2, "-->", 3);
		len = 3;
		scan->no_comment_end = !end;
	}
	if (!end) {
		end = memchr(scan->rest.data, '>', scan->rest.len);
		len = 1;
	}
	if (!end)
		advance(&scan->rest, scan->rest.len);
	else
		advance(&scan->rest, (size_t)(end - scan->rest.data) + len);
}

static bool take_tag(struct pw_html_scan *scan, struct pw_html_token *ret)
{
	size_t end = tag_end(scan), i = 1;

	if (!end)
		return false;
	ret->kind = scan->rest.data[1] == '/' ? PW_HTML_END : PW_HTML_START;
	if (ret->kind == PW_HTML_END)
		i++;
	ret->name.data = scan->rest.data + i;
	while (i < end && !is_space(scan->rest.data[i]) && scan->rest.data[i] != '/')
		i++;
	ret->name.len = (size_t)(scan->rest.data + i - ret->name.data);
	ret->text = (struct pw_bytes){ scan->rest.data + i, end - i };
	ret->is_empty = end > i && scan->rest.data[end - 1] == '/';
	advance(&scan->rest, end + 1);
	return true;
}

/* Does a tag begin at data[i]?  '!' and '?' begin other markup. */
static bool is_markup(const struct pw_html_scan *scan, size_t i)
{
	struct pw_bytes in = scan->rest;
	char next = i + 1 < in.len ? in.data[i + 1] : ' ';

	if (scan->no_tag_end)
		return false;
	if (next == '/')
		return i + 2 < in.len && is_letter(in.data[i + 2]);
	return is_letter(next) || next == '!' || next == '?';
}

bool pw_html_next(struct pw_html_scan *scan, struct pw_html_token *ret)
{
	const char *at;
	size_t i = 0;

	while (scan->rest.len && scan->rest.data[0] == '<' && is_markup(scan, 0)) {
		if (scan->rest.data[1] != '!' && scan->rest.data[1] != '?') {
			if (take_tag(scan, ret))
				return true;
			i = 1; /* never ends: text */
			break;
		}
		skip_markup(scan);
	}
	if (!scan->rest.len)
		return false;
	while ((at = memchr(scan->rest.data + i, '<', scan->rest.len - i))) {
		i = (size_t)(at - scan->rest.data);
		if (is_markup(scan, i))
			break;
		i++;
	}
	if (!at)
		i = scan->rest.len;
	ret->kind = PW_HTML_TEXT;
	ret->name.len = 0;
	ret->text = (struct pw_bytes){ scan->rest.data, i };
	advance(&scan->rest, i);
	return true;
}

bool pw_html_skip_raw(struct pw_html_scan *scan, struct pw_bytes name,
		      struct pw_bytes *ret)
{
	struct pw_bytes raw = scan->rest;
	const char *at = raw.data, *end = raw.data + raw.len;

	while ((at = memmem(at, (size_t)(end - at), "</", 2))) {
		if ((size_t)(end - at) > name.len + 2 &&
		    strncasecmp(at + 2, name.data, name.len) == 0)
			break;
		at += 2;
	}
	if (!at)
		return false;
	raw.len = (size_t)(at - raw.data);
	advance(&scan->rest, raw.len);
	*ret = raw;
	return true;
}

bool pw_html_attr_next(struct pw_bytes *rest, struct pw_html_attr *ret)
{
	const char *close;
	size_t i = 0;

	while (rest->len && (is_space(rest->data[0]) || rest->data[0] == '/'))
		advance(rest, 1);
	if (!rest->len)
		return false;
	while (i < rest->len && !is_space(rest->data[i]) && rest->data[i] != '=' &&
	       rest->data[i] != '/')
		i++;
	i += !i;
	ret->name = (struct pw_bytes){ rest->data, i };
	ret->value = (struct pw_bytes){ NULL, 0 };
	advance(rest, i);
	for (i = 0; i < rest->len && is_space(rest->data[i]); i++)
		;
	if (i == rest->len || rest->data[i] != '=')
		return true;
	for (i++; i < rest->len && is_space(rest->data[i]); i++)
		;
	advance(rest, i);
	if (!rest->len)
		return true;
	if (rest->data[0] == '"' || rest->data[0] == '\'') {
		close = memchr(rest->data + 1, rest->data[0], rest->len - 1);
		i = close ? (size_t)(close - rest->data) : rest->len;
		ret->value = (struct pw_bytes){ rest->data + 1, i - 1 };
		advance(rest, close ? i + 1 : i);
		return true;
	}
	for (i = 0; i < rest->len && !is_space(rest->data[i]); i++)
		;
	ret->value = (struct pw_bytes){ rest->data, i };
	advance(rest, i);
	return true;
}

void pw_html_decode(struct pw_buf *out, struct pw_bytes text)
{
	const char *at;
	uint32_t cp;
	char utf8[4];
	size_t len;

	while ((at = memchr(text.data ? text.data : "", '&', text.len))) {
		pw_buf_add(out, text.data, (size_t)(at - text.data));
		advance(&text, (size_t)(at - text.data));
		len = pw_html_entity(text, &cp);
		if (!len) {
			pw_buf_addc(out, '&');
			advance(&text, 1);
			continue;
		}
		pw_buf_add(out, utf8, pw_utf8_put(utf8, cp));
		advance(&text, len);
	}
	pw_buf_add(out, text.data, text.len);
}
