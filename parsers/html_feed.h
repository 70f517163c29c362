/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_feed.h - HTML as events.  The only module that knows libxml2.
 *
 * The document is fed in small pieces, so that no hostile nesting grows
 * unwatched: libxml2 searches all open elements for each end tag, and all
 * attributes of a tag for each of them.  What stands behind the end of a
 * document is read as another: mail programs show it.
 */
#ifndef PW_PARSERS_HTML_FEED_H
#define PW_PARSERS_HTML_FEED_H

#include "parsers/bytes.h"

/* Every start has its end, in order.  Strings are borrowed for the call. */
struct pw_html_events {
	/* attributes: name, value (NULL allowed) and so on, ended by NULL; NULL
	   where there are none.  is_implied: libxml2 put the element there. */
	void (*start)(void *self, const char *name, const char **attributes,
		      bool is_implied);
	void (*end)(void *self);
	void (*text)(void *self, struct pw_bytes utf8);
};

/* Read valid UTF-8.  Returns false where it was nested beyond
   PW_MAX_HTML_DEPTH: then all elements were closed there and reading began
   anew behind it. */
bool pw_html_feed(struct pw_bytes utf8, const struct pw_html_events *events, void *self);

/* Once, before the sandbox closes. */
void pw_html_init(void);

#endif
