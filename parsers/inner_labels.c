/* SPDX-License-Identifier: Apache-2.0 */
/* inner_labels.c - see inner_labels.h. */
#include "parsers/inner_labels.h"

#include <ctype.h>
#include <string.h>

#include "parsers/labels.h"

enum {
	GLUED_BYTES_MAX = 24, /* of one without a colon */
};

static bool is_upper_start(const char *text)
{
	return isupper((unsigned char)*text) || (unsigned char)*text >= 0xC3;
}

/* The label that ends at the colon: the longest known one that begins where
   a word can begin ("MEZBetreff:" and "<a@b.example>To:" are glued). */
static bool label_before_colon(struct pw_body *body, const char *text, size_t from,
			       size_t colon, struct pw_inner_label *ret)
{
	size_t start =
		colon > from + PW_LABEL_BYTES_MAX ? colon - PW_LABEL_BYTES_MAX : from;

	for (; start < colon; start++) {
		unsigned char before =
			start > from ? (unsigned char)text[start - 1] : ' ';
		int kind;

		if (((unsigned char)text[start] & 0xC0) == 0x80 ||
		    !is_upper_start(text + start) || islower(before))
			continue;
		/* One letter ("A:", "I:") only where a word ends before it. */
		if (colon - start < 3 && isalnum(before))
			continue;
		if (!body->searches_left)
			return false;
		body->searches_left--;
		kind = pw_label_find(text + start, colon - start, &ret->languages);
		if (kind < 0)
			continue;
		ret->kind = kind;
		ret->start = start;
		return true;
	}
	return false;
}

/* Yahoo's Polish block forgets a colon: "<a@b.example>Dw Jane Roe <...". */
static bool label_after_bracket(const char *text, size_t len, size_t at,
				struct pw_inner_label *ret)
{
	size_t end = at;

	while (end < len && end - at < GLUED_BYTES_MAX && !strchr(" :<>", text[end]))
		end++;
	if (end == len || text[end] != ' ' || end == at || !is_upper_start(text + at))
		return false;
	ret->kind = pw_label_find(text + at, end - at, &ret->languages);
	ret->start = at;
	ret->value = end;
	return ret->kind >= 0 && pw_label_is_address(ret->kind);
}

size_t pw_inner_labels(struct pw_body *body, const char *text, size_t len,
		       struct pw_inner_label *labels)
{
	bool seen[PW_LABEL_KINDS] = { false };
	size_t at, step = 1, from = 0, n = 0;

	for (at = 0; at < len && n < PW_INNER_LABELS_MAX; at += step) {
		struct pw_inner_label *label = &labels[n];
		bool found = false;

		step = 1;
		if (text[at] == '>' && label_after_bracket(text, len, at + 1, label))
			found = true;
		else if (pw_is_colon(text + at, len - at, &step) &&
			 label_before_colon(body, text, from, at, label)) {
			found = true;
			label->value = at + step;
		}
		if (!step)
			break;
		if (!found || seen[label->kind])
			continue;
		seen[label->kind] = label->kind != PW_WORD_OTHER;
		from = label->value;
		n++;
		if (label->kind == PW_WORD_SUBJECT && n >= PW_INNER_LABELS_MIN + 1)
			break; /* colons inside a subject are its own */
	}
	return n;
}
