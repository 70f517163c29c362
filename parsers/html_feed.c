/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/html_feed.h"

#include <libxml/HTMLparser.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/limits.h"

#define CHUNK_BYTES 1024
/* Attributes of one tag; libxml2 compares each with all before it. */
#define TAG_ATTRIBUTES_MAX 500

struct feed {
	const struct pw_html_events *events;
	void *self;
	htmlParserCtxtPtr context;
	size_t depth; /* open elements */
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
	if (!feed->context)
		return;
	htmlParseChunk(feed->context, NULL, 0, 1);
	htmlFreeParserCtxt(feed->context);
	feed->context = NULL;
	feed->depth = 0;
}

/* Is the tag at data[at] ('<') one of a mail, or does it only hold attributes? */
static bool is_bearable(struct pw_bytes in, size_t at)
{
	const size_t harmless = TAG_ATTRIBUTES_MAX * 2; /* bytes: too few for so many */
	size_t i, attributes = 0, left = in.len - at;
	char quote = '\0';

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

/* What libxml2 cannot bear goes: NULs end its input, and tags with thousands
   of attributes hold it up. */
static void make_bearable(struct pw_bytes in, struct pw_buf *out)
{
	size_t i, from = 0;

	for (i = 0; i < in.len; i++) {
		if (in.data[i] && (in.data[i] != '<' || is_bearable(in, i)))
			continue;
		pw_buf_add(out, in.data + from, i - from);
		from = i + 1;
	}
	pw_buf_add(out, in.data + from, in.len - from);
}

/* Length of the next piece: it ends with a tag where one ends in it. */
static size_t chunk_at(struct pw_bytes in)
{
	size_t len = in.len < CHUNK_BYTES ? in.len : CHUNK_BYTES;
	const char *end = memrchr(in.data, '>', len);

	if (end)
		return (size_t)(end + 1 - in.data);
	return len == in.len ? len : pw_utf8_cut(in.data, in.len, len);
}

bool pw_html_feed(struct pw_bytes utf8, const struct pw_html_events *events, void *self)
{
	struct feed feed = { .events = events, .self = self };
	struct pw_buf clean;
	struct pw_bytes rest;
	bool is_whole = true;
	size_t len;

	pw_buf_init(&clean, utf8.len);
	make_bearable(utf8, &clean);
	rest = (struct pw_bytes){ clean.data, clean.len };
	while (rest.len && (feed.context || open_context(&feed))) {
		len = chunk_at(rest);
		htmlParseChunk(feed.context, rest.data, (int)len, 0);
		rest.data += len;
		rest.len -= len;
		if (feed.depth > PW_MAX_HTML_DEPTH) {
			is_whole = false;
			close_context(&feed);
		}
	}
	close_context(&feed);
	pw_buf_done(&clean);
	return is_whole;
}
