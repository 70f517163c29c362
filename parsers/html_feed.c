/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/html_feed.h"

#include <libxml/HTMLparser.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/limits.h"

#define PIECE_TAGS  256
#define PIECE_BYTES ((size_t)16 << 10)
/* Documents behind one another that are read; more are not a mail program's. */
#define ENDS_MAX 200
/* Attributes of one tag; libxml2 compares each with all before it. */
#define TAG_ATTRIBUTES_MAX 500

struct feed {
	const struct pw_html_events *events;
	void *self;
	htmlParserCtxtPtr context;
	size_t depth;  /* open elements */
	size_t n_ends; /* documents that ended before the text did */
};

void pw_html_init(void)
{
	xmlInitParser();
}

/* An element that libxml2 implies begins where text is, not at the end of a tag. */
static bool is_implied(const struct feed *feed, const xmlChar **attributes)
{
	const xmlChar *at = feed->context->input ? feed->context->input->cur : NULL;

	return !attributes && at && *at != '>' && *at != '/';
}

static void on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	struct feed *feed = data;

	feed->depth++;
	feed->events->start(feed->self, (const char *)name, (const char **)attributes,
			    is_implied(feed, attributes));
}

static void on_end(void *data, const xmlChar *name PW_UNUSED)
{
	struct feed *feed = data;

	feed->depth--;
	feed->events->end(feed->self);
}

static void on_text(void *data, const xmlChar *text, int len)
{
	struct feed *feed = data;

	feed->events->text(feed->self,
			   (struct pw_bytes){ (const char *)text, (size_t)len });
}

static void on_message(void *data PW_UNUSED, const char *format PW_UNUSED, ...)
{
}

static bool open_context(struct feed *feed)
{
	htmlSAXHandler handler = {
		.startElement = on_start,
		.endElement = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.warning = on_message,
		.error = on_message,
		.fatalError = on_message,
		.initialized = 1,
	};

	feed->context = htmlCreatePushParserCtxt(&handler, feed, NULL, 0, NULL,
						 XML_CHAR_ENCODING_UTF8);
	if (feed->context)
		htmlCtxtUseOptions(feed->context,
				   HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
					   HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
					   HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE);
	return feed->context != NULL;
}

/* Ends the document: everything open gets its end. */
static void close_context(struct feed *feed)
{
	if (feed->depth)
		htmlParseChunk(feed->context, NULL, 0, 1);
	htmlFreeParserCtxt(feed->context);
	feed->depth = 0;
}

/* Is the tag at data[at] ('<') one of a mail, or does it only hold attributes? */
static bool is_bearable(struct pw_bytes in, size_t at)
{
	const size_t harmless = TAG_ATTRIBUTES_MAX * 2; /* bytes: too few for so many */
	size_t i, attributes = 0, left = in.len - at;
	char quote = '\0';

	/* A comment to its end is a comment from here to libxml2. */
	if (left >= 5 && memcmp(in.data + at, "<!-->", 5) == 0)
		return false;
	if (memchr(in.data + at, '>', left < harmless ? left : harmless))
		return true;
	for (i = at + 1; i < in.len && !strchr("<>", in.data[i]); i++) {
		if (quote)
			quote = in.data[i] == quote ? '\0' : quote;
		else if (in.data[i - 1] == '=' && strchr("\"'", in.data[i]))
			quote = in.data[i];
		else if (strchr(" \t\r\n=", in.data[i]) &&
			 ++attributes > TAG_ATTRIBUTES_MAX * 2)
			return false;
	}
	return true;
}

static const char *find(char sign, const char *from, const char *end)
{
	const char *found = memchr(from, sign, (size_t)(end - from));

	return found ? found : end;
}

/* What libxml2 cannot bear goes: NULs end its input, and tags with thousands
   of attributes hold it up.  Most documents have neither and are not copied. */
static struct pw_bytes make_bearable(struct pw_bytes in, struct pw_buf *copy)
{
	const char *from = in.data, *end = in.data + in.len, *at;
	const char *nul = find('\0', from, end), *tag = find('<', from, end);

	while ((at = nul < tag ? nul : tag) < end) {
		if (at == nul || !is_bearable(in, (size_t)(at - in.data))) {
			pw_buf_add(copy, from, (size_t)(at - from));
			from = at + 1;
		}
		if (at == nul)
			nul = find('\0', at + 1, end);
		else
			tag = find('<', at + 1, end);
	}
	if (from == in.data)
		return in;
	pw_buf_add(copy, from, (size_t)(end - from));
	return (struct pw_bytes){ copy->data, copy->len };
}

/* Length of the next piece: so many tags or bytes, or all that is left. */
static size_t piece_at(struct pw_bytes in)
{
	const char *at = in.data, *tag;
	size_t tags, len = in.len < PIECE_BYTES ? in.len : PIECE_BYTES;

	for (tags = 0; tags < PIECE_TAGS; tags++) {
		tag = memchr(at, '>', len - (size_t)(at - in.data));
		if (!tag)
			break;
		at = tag + 1;
	}
	if (tags < PIECE_TAGS && len == in.len)
		return len;
	return tags ? (size_t)(at - in.data) : pw_utf8_cut(in.data, in.len, len);
}

/* Where libxml2 took the document to be over, what it left unread. */
static size_t unread_behind(const struct feed *feed)
{
	const htmlParserCtxtPtr context = feed->context;

	if (context->instate != XML_PARSER_EPILOG && context->instate != XML_PARSER_EOF)
		return 0;
	return (size_t)(context->input->end - context->input->cur);
}

/* Read one document, or as much of it as is not nested too deep; *in becomes
   what stands behind. */
static bool feed_document(struct feed *feed, struct pw_bytes *in)
{
	struct pw_bytes rest = *in;
	bool is_deep = false;
	size_t len, unread = 0;

	while (rest.len && !unread && !is_deep) {
		len = piece_at(rest);
		htmlParseChunk(feed->context, rest.data, (int)len, len == rest.len);
		unread = unread_behind(feed);
		is_deep = feed->depth > PW_MAX_HTML_DEPTH;
		rest.data += len;
		rest.len -= len;
	}
	if (unread < (size_t)(rest.data - in->data)) {
		rest.data -= unread;
		rest.len += unread;
		feed->n_ends += unread > 0;
	}
	*in = rest;
	return !is_deep;
}

static bool says_more(struct pw_bytes in)
{
	size_t i = 0;

	while (i < in.len && strchr(" \t\r\n", in.data[i]))
		i++;
	return i < in.len;
}

bool pw_html_feed(struct pw_bytes utf8, const struct pw_html_events *events, void *self)
{
	struct feed feed = { .events = events, .self = self };
	struct pw_buf copy;
	struct pw_bytes rest;
	bool is_whole = true;

	pw_buf_init(&copy, utf8.len);
	rest = make_bearable(utf8, &copy);
	/* Programs write behind the end of a document, and others show it. */
	while (feed.n_ends < ENDS_MAX && says_more(rest) && open_context(&feed)) {
		is_whole &= feed_document(&feed, &rest);
		close_context(&feed);
	}
	pw_buf_done(&copy);
	return is_whole;
}
