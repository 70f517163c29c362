/* SPDX-License-Identifier: Apache-2.0 */
/* stamp.c - see stamp.h. */
#include "parsers/stamp.h"

#include "agent/base/str.h"
#include "parsers/date_span.h"
#include "parsers/key.h"

enum {
	STAMP_BYTES_MAX = 120,
	NAME_BYTES_MIN = 4,
	NAME_BYTES_MAX = 80,
	ZONE_BYTES_MAX = 24, /* behind the date */
	LINES_MAX = 400,     /* of the body that are searched for the address */
};

/* The address that a line gives right behind the name. */
static bool address_beside(struct pw_arena *arena, const struct pw_bodyline *line,
			   const char *name, size_t len, struct pw_addr *ret)
{
	const char *at = line->len ? memmem(line->text, line->len, name, len) : NULL;
	size_t left;

	if (!at)
		return false;
	left = line->len - (size_t)(at - line->text);
	if (left == len || !strchr(" <([,", at[len]) || !memchr(at, '@', left))
		return false;
	*ret = pw_addr_parse(arena, at, left, NULL);
	return ret->address && ret->name && strlen(ret->name) == len &&
	       memcmp(ret->name, name, len) == 0;
}

static bool find_person(struct pw_arena *arena, const struct pw_body *body,
			const char *name, size_t len, struct pw_addr *ret)
{
	size_t i;

	for (i = 0; i < body->n && i < LINES_MAX; i++)
		if (address_beside(arena, &body->lines[i], name, len, ret))
			return true;
	return false;
}

bool pw_stamp_may_be(const struct pw_bodyline *line)
{
	return line->len <= STAMP_BYTES_MAX && !memchr(line->text, '@', line->len) &&
	       pw_has_digit(line->text, line->len);
}

bool pw_stamp_is_below_person(const struct pw_body *body, size_t i)
{
	const struct pw_bodyline *above = i ? &body->lines[i - 1] : NULL;

	return above && above->len > NAME_BYTES_MIN && above->len <= STAMP_BYTES_MAX &&
	       above->depth == body->lines[i].depth &&
	       above->text[above->len - 1] == '>' && above->text[0] != '<' &&
	       memchr(above->text, '@', above->len);
}

/* "Jane Roe <jane@acme.example>", and nothing else in the line; a blank line
   stands below the date, unlike in an entry of a calendar. */
static bool person_above(struct pw_arena *arena, const struct pw_body *body, size_t i,
			 struct pw_addr *ret)
{
	const struct pw_bodyline *above;

	if (!pw_stamp_is_below_person(body, i) ||
	    (i + 1 < body->n && body->lines[i + 1].len))
		return false;
	above = &body->lines[i - 1];
	*ret = pw_addr_parse(arena, above->text, above->len, NULL);
	return ret->address && ret->name &&
	       strlen(ret->name) + strlen(ret->address) + 3 >= above->len;
}

bool pw_stamp_read(struct pw_arena *arena, const struct pw_body *body, size_t i,
		   const struct pw_date_hints *hints, struct pw_attribution *ret)
{
	const struct pw_bodyline *line = &body->lines[i];
	struct pw_date_reading date;
	const char *name = line->text;
	struct pw_addr from;
	bool is_below;
	size_t len;

	if (!pw_date_read(line->text, line->len, hints, false, &date) ||
	    !date.date.has_time || line->len - date.end > ZONE_BYTES_MAX)
		return false;
	len = date.start;
	pw_text_trim(&name, &len, ",;:-–—|·•(");
	is_below = len == 0 && person_above(arena, body, i, &from);
	if (!is_below && (len < NAME_BYTES_MIN || len > NAME_BYTES_MAX ||
			  !find_person(arena, body, name, len, &from)))
		return false;
	*ret = (struct pw_attribution){
		.first = is_below ? i - 1 : i,
		.end = i + 1,
		.depth = line->depth,
		.from = from,
		.date = date.date,
		.date_text = pw_arena_strndup(arena, line->text + date.start,
					      date.end - date.start),
	};
	return true;
}
