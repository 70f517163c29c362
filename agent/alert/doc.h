/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc.h - what a mail of ours says, before it is text or HTML.
 *
 * A document is a list of blocks; render_text.c and render_html.c turn the
 * same list into the two alternatives of a mail, so that they always agree.
 * Every string may come from a stranger: rendering escapes it and makes
 * links inert.  All strings are copied into the document's arena.
 */
#ifndef PW_ALERT_DOC_H
#define PW_ALERT_DOC_H

#include "agent/base/arena.h"
#include "agent/base/buf.h"

enum pw_block_kind {
	PW_BLOCK_BANNER,      /* the one line to read; tone says how urgent, label what
				 kind of mail it is */
	PW_BLOCK_BANNER_MORE, /* a second sentence in it */
	PW_BLOCK_HEADING,     /* of a section */
	PW_BLOCK_PARAGRAPH,
	PW_BLOCK_FACT,  /* label and value; neighbours make one table */
	PW_BLOCK_STEP,  /* numbered; neighbours make one list */
	PW_BLOCK_ITEM,  /* bulleted; neighbours make one list */
	PW_BLOCK_CARD,  /* begins a boxed group of facts with a title; ends at the next
			   non-fact */
	PW_BLOCK_QUOTE, /* a stranger's words, shown as such */
	PW_BLOCK_SMALL, /* a remark at the foot */
};

enum pw_tone { PW_TONE_PLAIN, PW_TONE_CALM, PW_TONE_WARN, PW_TONE_URGENT };

struct pw_block {
	enum pw_block_kind kind;
	enum pw_tone tone;
	const char *label; /* banners, facts and cards */
	const char *text;
};

struct pw_doc {
	struct pw_arena *arena;
	struct pw_block *blocks;
	size_t n, cap;
};

/* A document of at most PW_DOC_BYTES; owned by the caller. */
#define PW_DOC_BYTES ((size_t)1 << 20)
struct pw_doc *pw_doc_new(void);
void pw_doc_free(struct pw_doc *doc);
PW_DEFINE_FREEP(struct pw_doc, pw_doc_free)

/* Add a block; text is cut at PW_DOC_TEXT_MAX bytes.  Past the document's
   maximum blocks are left out. */
#define PW_DOC_TEXT_MAX 16384
void pw_doc_add(struct pw_doc *doc, enum pw_block_kind kind, enum pw_tone tone,
		const char *label, const char *format, ...) PW_PRINTF(5, 6);

/* The two alternatives.  Lines of the text are at most 78 columns where
   words allow. */
void pw_doc_to_text(const struct pw_doc *doc, struct pw_buf *out);
void pw_doc_to_html(const struct pw_doc *doc, const char *title, struct pw_buf *out);

/* A stranger's text made inert: "https://x.example/a" becomes
   "hxxps://x[.]example/a", "www.x.example" "www[.]x[.]example"; controls,
   bidi and zero-width characters are dropped. */
void pw_defang(struct pw_buf *out, const char *text, size_t len);
/* As pw_defang(), and for what a stranger wrote in running text: bare host names
   ("cdw.com/quote"), which mail programs turn into links, too.  Mail addresses
   stay. */
void pw_defang_quote(struct pw_buf *out, const char *text, size_t len);

#endif
