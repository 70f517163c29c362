/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime_guard.c - what GMime must not see.
 *
 * GMime converts header words with iconv, which opens files (and so ends an
 * inspector), drops lines without a colon, and with them the text of a mail
 * that lost the empty line before it; and it has no maximum of anything.
 */
#include <strings.h>

#include "agent/base/mem.h"
#include "parsers/limits.h"
#include "parsers/mail.h"
#include "parsers/mime_run.h"

/* Lines that are looked at to tell a broken header from a body that lost its
   blank line. */
#define LOOK_AHEAD 40
/* Longer fields GMime need not read: no boundary has such a length, and its
   line buffer holds 4 KB. */
#define FIELD_SEEN_MAX 2000
#define NAME_MAX_BYTES 998 /* RFC 5322 2.1.1: what a line may hold */

struct guard {
	struct pw_arena *arena;
	struct pw_guarded *ret;
	const char *in;
	char *data; /* the copy of in */
	size_t in_len, at, len;
	size_t n_delimiters, fields_cap;
	bool has_digest;
};

size_t pw_field_name_len(struct pw_bytes line)
{
	size_t i = 0, len;

	while (i < line.len && i < NAME_MAX_BYTES && line.data[i] > ' ' &&
	       line.data[i] < 0x7F && line.data[i] != ':')
		i++;
	len = i;
	while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t'))
		i++;
	return i < line.len && line.data[i] == ':' ? len : 0;
}

/* Names, or beginnings of names, of fields that only a header has. */
static const char *const telling[] = {
	"from:",    "to:",        "cc:",        "date:",          "subject:", "sender:",
	"reply-to", "received",   "return-",    "message-id",     "mime-",    "content-",
	"x-",       "dkim-",      "arc-",       "authentication", "resent-",  "list-",
	"in-reply", "references", "delivered-", "user-agent",     "thread-",
};

bool pw_fields_follow(struct pw_bytes rest)
{
	struct pw_bytes line;
	size_t i, k, len;

	for (i = 0; i < LOOK_AHEAD && pw_bytes_line(&rest, &line) && line.len; i++) {
		if (!pw_field_name_len(line))
			continue;
		for (k = 0; k < PW_ARRAY_LEN(telling); k++) {
			if ((*line.data ^ *telling[k]) & ~0x20)
				continue;
			len = strlen(telling[k]);
			if (line.len > len &&
			    strncasecmp(line.data, telling[k], len) == 0)
				return true;
		}
	}
	return false;
}

/* GMime is shown what splits a mail: what it need not read costs time.  In a
   digest a type that it does not see would be a message. */
static bool is_shown(struct guard *g, struct pw_bytes line, struct pw_bytes name)
{
	struct pw_bytes value = { name.data + name.len, line.len - name.len };

	if (pw_bytes_ieq(name, "content-transfer-encoding"))
		return true;
	if (!pw_bytes_ieq(name, "content-type"))
		return false;
	while (value.len && strchr(" \t:", *value.data) && *value.data) {
		value.data++;
		value.len--;
	}
	g->has_digest |=
		value.len >= 16 && strncasecmp(value.data, "multipart/digest", 16) == 0;
	return !value.len || g->has_digest || *value.data == 'm' || *value.data == 'M';
}

/* 8-bit bytes, encoded words and RFC 2231 are what makes GMime convert.
   Delimiters get the same as the boundaries they name. */
static void make_plain(char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (data[i] & 0x80 || data[i] == '?' || data[i] == '*')
			data[i] = 'x';
}

/* A line that may be a delimiter; no head goes on behind it. */
static bool is_dashes(const struct guard *g)
{
	return g->len - g->at > 2 && memcmp(g->data + g->at, "--", 2) == 0;
}

/* Where a head is as it goes through its lines. */
struct head {
	size_t start, n_fields;
	size_t shown; /* where the last field that is shown begins, 0: it is not */
	bool has_type;
};

/* Nothing from here on is shown. */
static bool cut(struct guard *g, unsigned reason)
{
	g->len = g->at;
	g->ret->capped |= reason;
	return false;
}

/* Note the field for its part. */
static bool add_field(struct guard *g, struct pw_bytes line, size_t name_len)
{
	struct pw_guarded *ret = g->ret;
	const char *start = g->in + g->at, *colon = memchr(start, ':', line.len);
	struct pw_field *fields;

	if (ret->n_fields >= PW_MAX_FIELDS)
		return cut(g, PW_CAPPED_HEADERS);
	fields = pw_arena_grow(g->arena, ret->fields, ret->n_fields, &g->fields_cap,
			       sizeof *fields);
	if (!fields)
		return cut(g, PW_CAPPED_MEMORY);
	fields[ret->n_fields++] =
		(struct pw_field){ { start, name_len }, { colon + 1, 0 } };
	ret->fields = fields;
	return true;
}

/* The line is a field, or belongs to the one before it. */
static void show_line(struct guard *g, struct head *head, struct pw_bytes line,
		      size_t name_len)
{
	struct pw_bytes name = { line.data, name_len };
	char *data = g->data + g->at;

	if (name_len && is_shown(g, line, name)) {
		head->shown = g->at + 1;
		head->has_type |= *line.data == 'C' || *line.data == 'c';
	} else if (name_len) {
		/* All that is not shown is one field called X. */
		*data = head->shown || !head->n_fields ? 'X' : ' ';
		head->shown = 0;
	} else if (*data != ' ' && *data != '\t') {
		*data = head->n_fields ? ' ' : ':';
	}
	head->n_fields += name_len > 0;
	if (!head->shown)
		return;
	make_plain(data, line.len);
	if (g->at + line.len - head->shown > FIELD_SEEN_MAX)
		g->data[head->shown - 1] = 'X';
}

/* The next line of a head; false behind its last. */
static bool guard_line(struct guard *g, struct head *head)
{
	struct pw_bytes rest = { g->data + g->at, g->len - g->at }, line;
	struct pw_field *field;
	bool is_folded;
	size_t name_len;

	if (!pw_bytes_line(&rest, &line))
		return false;
	if (!line.len) {
		/* A CR too many is no empty line to GMime. */
		if (rest.data - line.data > 2)
			g->data[g->at] = '\n';
		g->at = g->len - rest.len;
		return false;
	}
	is_folded = *line.data == ' ' || *line.data == '\t';
	name_len = is_folded ? 0 : pw_field_name_len(line);
	if (!name_len && !(is_folded && head->n_fields) && !pw_fields_follow(rest)) {
		/* The body begins without an empty line: its first byte is one. */
		g->data[g->at++] = '\n';
		return false;
	}
	if (g->len - rest.len - head->start > PW_MAX_HEADERS_BYTES)
		return cut(g, PW_CAPPED_HEADERS);
	if (name_len && !add_field(g, line, name_len))
		return false;
	show_line(g, head, line, name_len);
	g->at = g->len - rest.len;
	if (head->n_fields) {
		field = &g->ret->fields[g->ret->n_fields - 1];
		field->value.len = (size_t)(g->in + g->at - field->value.data);
		/* The copy has a line end that the mail has not. */
		if (g->at > g->in_len)
			field->value.len--;
	}
	return true;
}

/* A head, and what may be another: that of the mail in a message part, which
   is told by its type or by the digest around it. */
static void guard_heads(struct guard *g)
{
	struct head head;
	int i;

	for (i = 0; i < 2 || head.has_type; i++) {
		head = (struct head){ .start = g->at };
		while (g->at < g->len && !is_dashes(g) && guard_line(g, &head))
			;
		if (g->at >= g->len || is_dashes(g))
			return;
	}
}

/* Move behind the next line that may be a delimiter; false: there is none. */
static bool guard_delimiter(struct guard *g)
{
	struct pw_bytes rest, line;

	while (!is_dashes(g)) {
		rest = (struct pw_bytes){ g->data + g->at, g->len - g->at };
		if (!pw_bytes_line(&rest, &line))
			return false;
		g->at = g->len - rest.len;
	}
	if (g->n_delimiters++ >= PW_MAX_DELIMITERS)
		return cut(g, PW_CAPPED_PARTS);
	rest = (struct pw_bytes){ g->data + g->at, g->len - g->at };
	pw_bytes_line(&rest, &line);
	make_plain(g->data + g->at, line.len);
	g->at = g->len - rest.len;
	return true;
}

void pw_mime_guard(struct pw_arena *arena, struct pw_bytes in, char *copy,
		   struct pw_guarded *ret)
{
	/* The copy is a line end longer. */
	struct guard guard = { arena, ret,        in.data, copy, in.len,
			       0,     in.len + 1, 0,       0,    false };

	*ret = (struct pw_guarded){ .fields = NULL };
	do
		guard_heads(&guard);
	while (guard_delimiter(&guard));
	ret->shown = guard.len;
}
