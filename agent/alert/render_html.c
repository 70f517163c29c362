/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_html.c - a document as HTML that old and new mail programs show alike.
 *
 * Tables and inline styles (Outlook's Word engine knows little else), no
 * remote content, no links.  The style element serves only programs that know
 * dark mode; everything reads without it.
 */
#include <string.h>

#include "agent/alert/doc.h"

#define ADDRESS_SHOWN 80 /* bytes; longer ones are broken anywhere */

static const char head_before_title[] =
	"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	"<meta name=\"color-scheme\" content=\"light dark\">"
	"<meta name=\"supported-color-schemes\" content=\"light dark\">"
	"<meta name=\"format-detection\" "
	"content=\"telephone=no,date=no,address=no,email=no\">"
	"<title>";

static const char head_after_title[] =
	"</title><style>\n"
	":root{color-scheme:light dark}\n"
	"@media (prefers-color-scheme:dark){\n"
	".pw-page{background:#15181c!important;color:#e8eaed!important}\n"
	".pw-sheet{background:#1f2329!important;border-color:#3a4048!important}\n"
	".pw-label,.pw-small{color:#a9b0b8!important}\n"
	".pw-urgent{color:#ff8a84!important}.pw-warn{color:#ffb95c!important}"
	".pw-calm{color:#6fd3a0!important}\n"
	".pw-text,.pw-head{color:#e8eaed!important}\n"
	".pw-head{border-color:#3a4048!important}\n"
	".pw-card{background:#262b32!important;border-color:#3a4048!important}\n"
	".pw-quote{background:#262b32!important;color:#c9ced6!important;border-color:#"
	"5b6470!important}\n"
	"}\n"
	"@media "
	"(max-width:480px){.pw-label{width:84px!important}.pw-pad{padding:12px!important}"
	"td.pw-text,td.pw-calm,td.pw-warn,td.pw-urgent{font-size:14px!important}}\n"
	"</style></head>"
	"<body class=\"pw-page\" "
	"style=\"margin:0;padding:0;background:#eef0f3;color:#1c1f23\">"
	"<table role=\"presentation\" class=\"pw-page\" width=\"100%\" cellpadding=\"0\" "
	"cellspacing=\"0\" "
	"border=\"0\" style=\"background:#eef0f3\"><tr><td align=\"center\" "
	"style=\"padding:12px 6px\">"
	"<!--[if mso]><table role=\"presentation\" width=\"680\" cellpadding=\"0\" "
	"cellspacing=\"0\"><tr><td>"
	"<![endif]-->"
	"<table role=\"presentation\" class=\"pw-sheet\" width=\"100%\" "
	"cellpadding=\"0\" cellspacing=\"0\" "
	"border=\"0\" style=\"max-width:680px;background:#ffffff;border:1px solid "
	"#d5d9de;"
	"font-family:'Segoe "
	"UI',Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45\">"
	"<tr><td class=\"pw-pad\" style=\"padding:18px 22px 22px 22px;"
	"word-break:break-word;overflow-wrap:anywhere\">\n";

static const char foot[] = "</td></tr></table><!--[if mso]></td></tr></table><![endif]-->"
			   "</td></tr></table></body></html>\n";

struct tone_style {
	const char *background, *text;
};

/* Dark enough for white text, in light and dark mode alike. */
static const struct tone_style tones[] = {
	[PW_TONE_PLAIN] = { "#31465f", "#ffffff" },
	[PW_TONE_CALM] = { "#1f6b45", "#ffffff" },
	[PW_TONE_WARN] = { "#8a5200", "#ffffff" },
	[PW_TONE_URGENT] = { "#a3201d", "#ffffff" },
};

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
		return "<br>\n";
	default:
		return NULL;
	}
}

/* Length of "2026-12-01" at text, 0: no such date. */
static size_t date_at(const char *text, size_t len)
{
	static const char shape[] = "dddd-dd-dd";
	size_t i;

	if (len < sizeof shape - 1)
		return 0;
	for (i = 0; shape[i]; i++)
		if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return 0;
	return i;
}

/* Length of a word at text that reads badly in two halves, 0: it may be broken.
   "--outcome" and mail addresses, which programs break at their hyphens. */
static size_t whole_word(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] != ' ' && text[n] != '\n')
		n++;
	if (n > 2 && text[0] == '-' && text[1] == '-')
		return n;
	return n <= ADDRESS_SHOWN && memchr(text, '@', n) ? n : 0;
}

/* Text without addresses and options; dates are kept on one line. */
static void put_run(struct pw_buf *out, const char *text, size_t len)
{
	size_t i, start = 0;

	for (i = 0; i < len; i++) {
		const char *entity = entity_of(text[i]);
		size_t date = date_at(text + i, len - i);

		if (!entity && !date)
			continue;
		pw_buf_add(out, text + start, i - start);
		if (date)
			pw_buf_addf(out, "<span style=\"white-space:nowrap\">%.*s</span>",
				    (int)date, text + i);
		else
			pw_buf_adds(out, entity);
		i += date ? date - 1 : 0;
		start = i + 1;
	}
	pw_buf_add(out, text + start, len - start);
}

/* Mail addresses stay as they are, people copy them; only web links are made
   inert.  As blocks within the line they go to the next line as a whole, and are
   broken only where they are longer than one. */
static void put_inert(struct pw_buf *out, const struct pw_buf *inert)
{
	const char *text = inert->data;
	size_t i, start = 0, whole;

	for (i = 0; i < inert->len; i++) {
		if (i && text[i - 1] != ' ' && text[i - 1] != '\n')
			continue;
		whole = whole_word(text + i, inert->len - i);
		if (!whole)
			continue;
		put_run(out, text + start, i - start);
		pw_buf_adds(out, "<span style=\"display:inline-block\">");
		put_run(out, text + i, whole);
		pw_buf_adds(out, "</span>");
		start = i + whole;
		i = start - 1;
	}
	put_run(out, text + start, inert->len - start);
}

static void put_escaped(struct pw_buf *out, const char *text)
{
	struct pw_buf inert;

	pw_buf_init(&inert, PW_DOC_TEXT_MAX * 4);
	pw_defang(&inert, text, strlen(text));
	put_inert(out, &inert);
	pw_buf_done(&inert);
}

static void put_quote(struct pw_buf *out, const char *text)
{
	struct pw_buf inert;

	pw_buf_init(&inert, PW_DOC_TEXT_MAX * 4);
	pw_defang_quote(&inert, text, strlen(text));
	pw_buf_adds(
		out,
		"<div class=\"pw-quote\" style=\"margin:4px 0 10px 0;padding:9px 13px;"
		"border-left:4px solid #b6bdc6;background:#f6f7f9;color:#40474f;"
		"font-size:14px;unicode-bidi:plaintext;word-break:break-word;overflow-"
		"wrap:anywhere\" "
		"dir=\"auto\">");
	put_inert(out, &inert);
	pw_buf_adds(out, "</div>\n");
	pw_buf_done(&inert);
}

static void put_wrapped(struct pw_buf *out, const char *before, const char *text,
			const char *after)
{
	pw_buf_adds(out, before);
	put_escaped(out, text);
	pw_buf_adds(out, after);
}

/* One row of the banner; neighbours make one box.  The background is an attribute,
   too: some programs drop the style. */
static void put_banner_row(struct pw_buf *out, enum pw_tone tone, const char *style,
			   const char *text)
{
	pw_buf_addf(out, "<tr><td bgcolor=\"%s\" style=\"background:%s;color:%s;%s\">",
		    tones[tone].background, tones[tone].background, tones[tone].text,
		    style);
	put_escaped(out, text);
	pw_buf_adds(out, "</td></tr>\n");
}

static void put_banner(struct pw_buf *out, const struct pw_block *block)
{
	if (block->label)
		put_banner_row(out, block->tone,
			       "padding:12px 16px 0 16px;font-size:12px;font-weight:700;"
			       "letter-spacing:1px;text-transform:uppercase",
			       block->label);
	put_banner_row(out, block->tone,
		       block->label ? "padding:3px 16px 13px 16px;font-size:18px;"
				      "font-weight:700;line-height:1.3"
				    : "padding:13px 16px;font-size:18px;"
				      "font-weight:700;line-height:1.3",
		       block->text);
}

static void put_banner_more(struct pw_buf *out, const struct pw_block *block)
{
	put_banner_row(out, block->tone,
		       "padding:0 16px 13px 16px;font-size:15px;line-height:1.4",
		       block->text);
}

/* How the value of a fact looks: in light mode inline, in dark mode by class. */
static const struct {
	const char *class_name, *style;
} value_looks[] = {
	[PW_TONE_PLAIN] = { "pw-text", "color:#1c1f23" },
	[PW_TONE_CALM] = { "pw-calm", "color:#1f7a4d;font-weight:600" },
	[PW_TONE_WARN] = { "pw-warn", "color:#9a5b00;font-weight:600" },
	[PW_TONE_URGENT] = { "pw-urgent", "color:#b3261e;font-weight:600" },
};

static void put_fact(struct pw_buf *out, const struct pw_block *block)
{
	put_wrapped(out,
		    "<tr><td class=\"pw-label\" valign=\"top\" width=\"120\" "
		    "style=\"width:120px;"
		    "padding:3px 10px 3px 0;color:#5d6670;font-size:14px\">",
		    block->label, "</td>");
	pw_buf_addf(out,
		    "<td valign=\"top\" class=\"%s\" style=\"padding:3px "
		    "0;word-break:break-word;"
		    "overflow-wrap:anywhere;%s\">",
		    value_looks[block->tone].class_name, value_looks[block->tone].style);
	put_escaped(out, block->text);
	pw_buf_adds(out, "</td></tr>\n");
}

static const char table_open[] =
	"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
	"cellspacing=\"0\" border=\"0\">\n";

/* What must be opened before a run of blocks of one kind, and closed after. */
enum run { RUN_NONE, RUN_BANNER, RUN_FACTS, RUN_CARD, RUN_STEPS, RUN_ITEMS };

static enum run run_of(const struct pw_block *block, enum run current)
{
	switch (block->kind) {
	case PW_BLOCK_BANNER:
	case PW_BLOCK_BANNER_MORE:
		return RUN_BANNER;
	case PW_BLOCK_FACT:
		return current == RUN_CARD ? RUN_CARD : RUN_FACTS;
	case PW_BLOCK_CARD:
		return RUN_CARD;
	case PW_BLOCK_STEP:
		return RUN_STEPS;
	case PW_BLOCK_ITEM:
		return RUN_ITEMS;
	default:
		return RUN_NONE;
	}
}

static void close_run(struct pw_buf *out, enum run run)
{
	static const char *const closing[] = {
		[RUN_NONE] = "",
		[RUN_BANNER] = "</table>\n",
		[RUN_FACTS] = "</table>\n",
		[RUN_CARD] = "</table></td></tr></table>\n",
		[RUN_STEPS] = "</ol>\n",
		[RUN_ITEMS] = "</ul>\n",
	};

	pw_buf_adds(out, closing[run]);
}

static void open_run(struct pw_buf *out, enum run run)
{
	static const char *const opening[] = {
		[RUN_NONE] = "",
		[RUN_BANNER] = "<table role=\"presentation\" width=\"100%\" "
			       "cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
			       "style=\"margin:0 0 12px 0\">\n",
		[RUN_FACTS] = table_open,
		[RUN_CARD] = "<table role=\"presentation\" width=\"100%\" "
			     "cellpadding=\"0\" cellspacing=\"0\" "
			     "border=\"0\" style=\"margin:6px 0 8px 0\"><tr><td "
			     "class=\"pw-card\" "
			     "style=\"background:#f6f7f9;border:1px solid "
			     "#d5d9de;padding:8px 12px\">",
		[RUN_STEPS] = "<ol class=\"pw-text\" style=\"margin:4px 0 4px "
			      "0;padding-left:24px;color:#1c1f23\">\n",
		[RUN_ITEMS] = "<ul class=\"pw-text\" style=\"margin:4px 0 4px "
			      "0;padding-left:22px;color:#1c1f23\">\n",
	};

	pw_buf_adds(out, opening[run]);
}

static void put_block(struct pw_buf *out, const struct pw_block *block)
{
	switch (block->kind) {
	case PW_BLOCK_BANNER:
		put_banner(out, block);
		break;
	case PW_BLOCK_BANNER_MORE:
		put_banner_more(out, block);
		break;
	case PW_BLOCK_HEADING:
		put_wrapped(out,
			    "<h2 class=\"pw-head\" style=\"font-size:15px;margin:18px 0 "
			    "6px 0;padding:0 0 3px 0;"
			    "border-bottom:1px solid #d5d9de;color:#1c1f23\">",
			    block->text, "</h2>\n");
		break;
	case PW_BLOCK_PARAGRAPH:
		pw_buf_addf(out, "<p class=\"%s\" style=\"margin:10px 0;%s\">",
			    value_looks[block->tone].class_name,
			    value_looks[block->tone].style);
		put_wrapped(out, "", block->text, "</p>\n");
		break;
	case PW_BLOCK_FACT:
		put_fact(out, block);
		break;
	case PW_BLOCK_CARD:
		put_wrapped(out,
			    "<div class=\"pw-text\" "
			    "style=\"font-weight:600;padding-bottom:4px;color:#1c1f23\">",
			    block->text, "</div>");
		pw_buf_adds(out, table_open);
		break;
	case PW_BLOCK_STEP:
	case PW_BLOCK_ITEM:
		put_wrapped(out, "<li style=\"margin:3px 0\">", block->text, "</li>\n");
		break;
	case PW_BLOCK_QUOTE:
		put_quote(out, block->text);
		break;
	case PW_BLOCK_SMALL:
		put_wrapped(out,
			    "<p class=\"pw-small\" style=\"margin:14px 0 0 "
			    "0;font-size:12px;color:#5d6670\">",
			    block->text, "</p>\n");
		break;
	}
}

void pw_doc_to_html(const struct pw_doc *doc, const char *title, struct pw_buf *out)
{
	enum run run = RUN_NONE;
	size_t i;

	pw_buf_adds(out, head_before_title);
	put_escaped(out, title);
	pw_buf_adds(out, head_after_title);
	for (i = 0; i < doc->n; i++) {
		const struct pw_block *block = &doc->blocks[i];
		enum run next = run_of(block, run);

		if (next != run || block->kind == PW_BLOCK_CARD) {
			close_run(out, run);
			open_run(out, next);
			run = next;
		}
		put_block(out, block);
	}
	close_run(out, run);
	pw_buf_adds(out, foot);
}
