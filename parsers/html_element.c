/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/html_element.h"

#include <stdlib.h>
#include <strings.h>

#include "agent/base/mem.h"
#include "agent/base/str.h"

#define BLOCK PW_EL_BLOCK
#define PARA  (PW_EL_BLOCK | PW_EL_PARAGRAPH)
#define GONE  (PW_EL_RAW | PW_EL_HIDDEN)

/* Sorted by name.  What is not here is inline and unknown. */
static const struct pw_element elements[] = {
	{ "a", PW_EL_LINK },
	{ "address", BLOCK },
	{ "area", PW_EL_VOID },
	{ "article", BLOCK },
	{ "aside", BLOCK },
	{ "b", PW_EL_BOLD },
	{ "base", PW_EL_VOID },
	{ "blockquote", BLOCK | PW_EL_QUOTE },
	{ "body", BLOCK },
	{ "br", PW_EL_VOID | PW_EL_BREAK },
	{ "caption", BLOCK },
	{ "center", BLOCK },
	{ "col", PW_EL_VOID },
	{ "dd", BLOCK },
	{ "div", BLOCK },
	{ "dl", BLOCK },
	{ "dt", BLOCK },
	{ "embed", PW_EL_VOID },
	{ "fieldset", BLOCK },
	{ "figure", BLOCK },
	{ "footer", BLOCK },
	{ "form", BLOCK },
	{ "h1", PARA },
	{ "h2", PARA },
	{ "h3", PARA },
	{ "h4", PARA },
	{ "h5", PARA },
	{ "h6", PARA },
	{ "head", PW_EL_HIDDEN | PW_EL_HEAD },
	{ "header", BLOCK },
	{ "hr", BLOCK | PW_EL_VOID | PW_EL_RULE },
	{ "html", BLOCK },
	{ "iframe", GONE },
	{ "img", PW_EL_VOID },
	{ "input", PW_EL_VOID },
	{ "li", BLOCK | PW_EL_ITEM },
	{ "link", PW_EL_VOID },
	{ "main", BLOCK },
	{ "map", PW_EL_HIDDEN },
	{ "meta", PW_EL_VOID },
	{ "nav", BLOCK },
	{ "noframes", GONE },
	{ "object", 0 },
	{ "ol", BLOCK },
	{ "option", BLOCK },
	{ "p", PARA },
	{ "param", PW_EL_VOID },
	{ "pre", PARA | PW_EL_PRE },
	{ "script", GONE | PW_EL_CODE },
	{ "section", BLOCK },
	{ "select", PW_EL_HIDDEN },
	{ "source", PW_EL_VOID },
	{ "strong", PW_EL_BOLD },
	{ "style", GONE | PW_EL_STYLE | PW_EL_CODE },
	{ "svg", PW_EL_HIDDEN },
	{ "table", BLOCK | PW_EL_TABLE },
	{ "tbody", BLOCK },
	{ "td", PW_EL_CELL },
	{ "template", PW_EL_HIDDEN },
	{ "textarea", GONE },
	{ "tfoot", BLOCK },
	{ "th", PW_EL_CELL | PW_EL_HEADING_CELL },
	{ "thead", BLOCK },
	{ "title", GONE },
	{ "tr", BLOCK | PW_EL_ROW },
	{ "ul", BLOCK },
	{ "wbr", PW_EL_VOID },
	{ "xmp", PARA | PW_EL_PRE },
};

static const struct pw_element unknown = { "", 0 };

static int compare(const void *a, const void *b)
{
	const struct pw_element *left = a, *right = b;

	return memcmp(left->name, right->name, sizeof left->name);
}

const struct pw_element *pw_element_find(const char *name)
{
	const struct pw_element *found = NULL;
	struct pw_element key = { .flags = 0 };
	size_t len = strlen(name);

	if (len < sizeof key.name) {
		memcpy(key.name, name, len);
		found = bsearch(&key, elements, PW_ARRAY_LEN(elements), sizeof *elements,
				compare);
	}
	return found ? found : &unknown;
}

/* A property with a value that starts with one of these words. */
static const struct {
	const char *property;
	const char *value;
	unsigned means;
} styles[] = {
	{ "display", "block", PW_STYLE_BLOCK },
	{ "visibility", "hidden", PW_STYLE_INVISIBLE },
	{ "visibility", "collapse", PW_STYLE_INVISIBLE },
	{ "visibility", "visible", PW_STYLE_VISIBLE },
	{ "font-weight", "bold", PW_STYLE_BOLD },
	{ "font-weight", "600", PW_STYLE_BOLD },
	{ "font-weight", "700", PW_STYLE_BOLD },
	{ "white-space", "pre", PW_STYLE_PRE },
	{ "border-top", "solid", PW_STYLE_RULE },
	{ "border-style", "solid none none", PW_STYLE_RULE },
	{ "border-left", "solid", PW_STYLE_BAR },
	{ "border-left", "dotted", PW_STYLE_BAR },
	{ "border-left", "dashed", PW_STYLE_BAR },
	{ "border-left-style", "solid", PW_STYLE_BAR },
};

/* A length that draws nothing: 0, 0px, 0.0em, 1px for a font. */
static bool is_nothing(struct pw_bytes value, double limit)
{
	char text[16];
	char *end;
	double number;
	size_t len = value.len < sizeof text - 1 ? value.len : sizeof text - 1;

	memcpy(text, value.data, len);
	text[len] = '\0';
	number = strtod(text, &end);
	if (end == text || number < 0)
		return false;
	if (number > 0 && (pw_starts_with_i(end, "em") || pw_starts_with_i(end, "rem")))
		number *= 16;
	if (number > 0 && *end == '%')
		number *= 0.16;
	return number <= limit;
}

static unsigned read_property(struct pw_bytes name, struct pw_bytes value)
{
	unsigned means = 0;
	size_t i, len;

	if (!value.len)
		return 0;
	for (i = 0; i < PW_ARRAY_LEN(styles); i++) {
		len = strlen(styles[i].value);
		if (pw_bytes_ieq(name, styles[i].property) && value.len >= len &&
		    memmem(value.data, value.len, styles[i].value, len))
			means |= styles[i].means;
	}
	if (means & PW_STYLE_BLOCK && *value.data == 'i') /* inline-block */
		means &= ~(unsigned)PW_STYLE_BLOCK;
	if (means & PW_STYLE_BAR && memmem(value.data, value.len, "blue", 4))
		means |= PW_STYLE_BLUE_BAR;
	if (pw_bytes_ieq(name, "font-size"))
		means |=
			is_nothing(value, 1.0) ? PW_STYLE_FONT_ZERO : PW_STYLE_FONT_SHOWN;
	if ((pw_bytes_ieq(name, "max-height") || pw_bytes_ieq(name, "opacity")) &&
	    is_nothing(value, 0.0))
		means |= PW_STYLE_HIDDEN;
	if (pw_bytes_ieq(name, "text-indent") && memmem(value.data, value.len, "-999", 4))
		means |= PW_STYLE_HIDDEN;
	return means;
}

/* The last word of a list of declarations on "display". */
struct display {
	bool is_said, is_none, is_important;
};

/* "none", "none !important" */
static void read_display(struct display *display, struct pw_bytes value)
{
	const char *sign = value.len ? memchr(value.data, '!', value.len) : NULL;

	if (display->is_important && !sign)
		return;
	if (sign)
		value.len = (size_t)(sign - value.data);
	*display = (struct display){
		.is_said = true,
		.is_none = pw_bytes_ieq(pw_bytes_trim(value), "none"),
		.is_important = sign != NULL,
	};
}

unsigned pw_style_read(struct pw_bytes style)
{
	struct display display = { .is_said = false };
	struct pw_bytes name, value, rest = style;
	unsigned means = 0;
	const char *colon, *end;
	size_t len;

	while (rest.len) {
		end = memchr(rest.data, ';', rest.len);
		len = end ? (size_t)(end - rest.data) : rest.len;
		colon = memchr(rest.data, ':', len);
		if (colon) {
			name = (struct pw_bytes){ rest.data,
						  (size_t)(colon - rest.data) };
			value = (struct pw_bytes){ colon + 1, len - name.len - 1 };
			name = pw_bytes_trim(name);
			means |= read_property(name, pw_bytes_trim(value));
			if (pw_bytes_ieq(name, "display"))
				read_display(&display, value);
		}
		len += end ? 1 : 0;
		rest.data += len;
		rest.len -= len;
	}
	if (display.is_said)
		means |= display.is_none ? PW_STYLE_HIDDEN : PW_STYLE_DISPLAYED;
	return means;
}

/* Classes and ids that mail programs give to what they forward or quote. */
static const struct {
	const char *name;
	unsigned means;
} containers[] = {
	{ "divrplyfwdmsg", PW_STYLE_FORWARD },
	{ "gmail_attr", PW_STYLE_FORWARD },
	{ "moz-forward-container", PW_STYLE_FORWARD | PW_STYLE_ENCLOSES },
	{ "moz-email-headers-table", PW_STYLE_FORWARD },
	{ "moz-cite-prefix", PW_STYLE_CITE },
	{ "yahoo_quoted", PW_STYLE_FORWARD | PW_STYLE_ENCLOSES },
	{ "yahoo-quoted-begin", PW_STYLE_FORWARD },
	{ "ydpyahoo_quoted", PW_STYLE_FORWARD | PW_STYLE_ENCLOSES },
	{ "outlookmessageheader", PW_STYLE_FORWARD },
	{ "olk_src_body_section", PW_STYLE_FORWARD | PW_STYLE_ENCLOSES },
	{ "mail-editor-reference-message-container", PW_STYLE_FORWARD },
	{ "ms-outlook-mobile-reference-message", PW_STYLE_FORWARD },
	{ "reference-message", PW_STYLE_FORWARD },
	{ "protonmail_quote", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "zmail_extra", PW_STYLE_FORWARD | PW_STYLE_ENCLOSES },
	{ "hs_reply", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "gmail_quote", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "gmail_extra", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "quoted-text", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "front-blockquote", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "missive_quote", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "tutanota_quote", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "freshdesk_quote", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "zendesk_quote", PW_STYLE_CITE | PW_STYLE_ENCLOSES },
	{ "replymessage", PW_STYLE_CITE },
	{ "msonormal", PW_STYLE_TIGHT },
	{ "msoplaintext", PW_STYLE_TIGHT },
	{ "elementtoproof", PW_STYLE_TIGHT },
};

static unsigned container_of(struct pw_bytes name)
{
	size_t i;

	/* Outlook on the web puts x_ before every foreign class, each time. */
	while (name.len > 2 && strncasecmp(name.data, "x_", 2) == 0) {
		name.data += 2;
		name.len -= 2;
	}
	for (i = 0; i < PW_ARRAY_LEN(containers); i++)
		if (pw_bytes_ieq(name, containers[i].name))
			return containers[i].means;
	return 0;
}

unsigned pw_style_of_class(struct pw_bytes names)
{
	unsigned means = 0;
	size_t len;

	while (names.len) {
		for (len = 0; len < names.len && !strchr(" \t\r\n", names.data[len]);
		     len++)
			;
		means |= container_of((struct pw_bytes){ names.data, len });
		len += len < names.len ? 1 : 0;
		names.data += len;
		names.len -= len;
	}
	return means;
}
