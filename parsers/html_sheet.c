/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/html_sheet.h"

#include "parsers/html_element.h"

static void advance(struct pw_bytes *bytes, size_t n)
{
	bytes->data += n;
	bytes->len -= n;
}

/* Offset of the brace that closes the block whose content starts at data[0]. */
static size_t block_end(struct pw_bytes css)
{
	size_t i, depth = 1;

	for (i = 0; i < css.len; i++) {
		if (css.data[i] == '{')
			depth++;
		else if (css.data[i] == '}' && --depth == 0)
			break;
	}
	return i;
}

/* Cut element names in front of a class: "td.x" hides as ".x" does. */
static struct pw_bytes simple_selector(struct pw_bytes selector)
{
	size_t i, start = 0, found = 0;

	for (i = 0; i < selector.len; i++) {
		if (strchr(" \t\r\n>+~:[*", selector.data[i]))
			return (struct pw_bytes){ NULL, 0 };
		if (selector.data[i] == '.' || selector.data[i] == '#') {
			if (found++)
				return (struct pw_bytes){ NULL, 0 };
			start = i;
		}
	}
	advance(&selector, start);
	if (selector.len < 2 || (selector.data[0] != '.' && selector.data[0] != '#'))
		return (struct pw_bytes){ NULL, 0 };
	return selector;
}

static void drop_selector(struct pw_sheet *sheet, struct pw_bytes name)
{
	size_t i, kept = 0;

	for (i = 0; i < sheet->n; i++)
		if (sheet->names[i].len != name.len ||
		    memcmp(sheet->names[i].data, name.data, name.len) != 0)
			sheet->names[kept++] = sheet->names[i];
	sheet->n = kept;
}

/* Of several rules for the same name the last counts. */
static void take_selectors(struct pw_sheet *sheet, struct pw_bytes list, bool hides)
{
	struct pw_bytes one;
	const char *comma;

	while (list.len) {
		comma = memchr(list.data, ',', list.len);
		one = list;
		if (comma)
			one.len = (size_t)(comma - list.data);
		advance(&list, one.len + (comma ? 1 : 0));
		one = simple_selector(pw_bytes_trim(one));
		if (one.len && hides && sheet->n < PW_SHEET_NAMES_MAX)
			sheet->names[sheet->n++] = one;
		else if (one.len && !hides)
			drop_selector(sheet, one);
	}
}

void pw_sheet_read(struct pw_sheet *sheet, struct pw_bytes css)
{
	struct pw_bytes selectors, block;
	const char *brace, *comment;
	unsigned style;

	while (css.len && (brace = memchr(css.data, '{', css.len))) {
		selectors = (struct pw_bytes){ css.data, (size_t)(brace - css.data) };
		comment = memmem(selectors.data, selectors.len, "*/", 2);
		if (comment)
			advance(&selectors, (size_t)(comment + 2 - selectors.data));
		advance(&css, (size_t)(brace + 1 - css.data));
		block = (struct pw_bytes){ css.data, block_end(css) };
		advance(&css, block.len + (block.len < css.len ? 1 : 0));
		selectors = pw_bytes_trim(selectors);
		if (!selectors.len || selectors.data[0] == '@')
			continue;
		style = pw_style_read(block);
		if (style & (PW_STYLE_HIDDEN | PW_STYLE_DISPLAYED))
			take_selectors(sheet, selectors, style & PW_STYLE_HIDDEN);
	}
}

bool pw_sheet_hides(const struct pw_sheet *sheet, char kind, struct pw_bytes names)
{
	size_t i, len;

	while (names.len && sheet->n) {
		for (len = 0; len < names.len && !strchr(" \t\r\n", names.data[len]);
		     len++)
			;
		for (i = 0; len && i < sheet->n; i++)
			if (sheet->names[i].data[0] == kind &&
			    sheet->names[i].len == len + 1 &&
			    memcmp(sheet->names[i].data + 1, names.data, len) == 0)
				return true;
		advance(&names, len + (len < names.len ? 1 : 0));
	}
	return false;
}
