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
	char *data;
	size_t at, len;
	size_t n_fields, n_delimiters;
	unsigned capped;
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

	for (i = 0; i < LOOK_AHEAD && pw_bytes_line(&rest, &line) && line.len; i++)
		for (k = 0; k < PW_ARRAY_LEN(telling); k++) {
			len = strlen(telling[k]);
			if (line.len > len &&
			    strncasecmp(line.data, telling[k], len) == 0 &&
			    pw_field_name_len(line))
				return true;
		}
	return false;
}

/* GMime is shown what splits a mail; all else it need not read. */
static bool is_shown(struct pw_bytes name)
{
	return pw_bytes_ieq(name, "content-type") ||
	       pw_bytes_ieq(name, "content-transfer-encoding");
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

/* Nothing from here on is shown. */
static void cut(struct guard *g, unsigned reason)
{
	g->len = g->at;
	g->capped |= reason;
}

/* Where a head is as it goes through its lines. */
struct head {
	size_t start, n_fields;
	size_t field; /* where the last one begins */
	bool is_field_shown, has_type;
};

/* The line is a field, or belongs to the one before it. */
static void guard_line(struct guard *g, struct head *head, struct pw_bytes line,
		       size_t name_len, bool is_folded)
{
	struct pw_bytes name = { line.data, name_len };
	char *data = g->data + g->at;

	if (name_len) {
		head->field = g->at;
		head->n_fields++;
		g->n_fields++;
		head->is_field_shown = is_shown(name);
		head->has_type |= pw_bytes_ieq(name, "content-type");
	}
	make_plain(data, line.len);
	if (!name_len && !is_folded)
		*data = head->n_fields ? ' ' : ':';
	if (head->n_fields &&
	    (!head->is_field_shown || g->at + line.len - head->field > FIELD_SEEN_MAX))
		g->data[head->field] = 'X';
}

/* The next line of a head; false behind its last. */
static bool guard_head_line(struct guard *g, struct head *head)
{
	struct pw_bytes rest = { g->data + g->at, g->len - g->at }, line;
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
	if (g->n_fields >= PW_MAX_FIELDS ||
	    g->len - rest.len - head->start > PW_MAX_HEADERS_BYTES) {
		cut(g, PW_CAPPED_HEADERS);
		return false;
	}
	guard_line(g, head, line, name_len, is_folded);
	g->at = g->len - rest.len;
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
		while (g->at < g->len && !is_dashes(g) && guard_head_line(g, &head))
			;
		if (g->at >= g->len || is_dashes(g))
			return;
	}
}

/* Move behind the next line that may be a delimiter; false: there is none. */
static bool guard_delimiter(struct guard *g)
{
	struct pw_bytes rest, line;
	const char *found;

	if (!is_dashes(g)) {
		found = memmem(g->data + g->at, g->len - g->at, "\n--", 3);
		if (!found)
			return false;
		g->at = (size_t)(found + 1 - g->data);
	}
	if (g->n_delimiters++ >= PW_MAX_DELIMITERS) {
		cut(g, PW_CAPPED_PARTS);
		return false;
	}
	rest = (struct pw_bytes){ g->data + g->at, g->len - g->at };
	pw_bytes_line(&rest, &line);
	make_plain(g->data + g->at, line.len);
	g->at = g->len - rest.len;
	return true;
}

size_t pw_mime_guard(char *copy, size_t len, unsigned *capped)
{
	struct guard guard = { .data = copy, .len = len };

	do
		guard_heads(&guard);
	while (guard_delimiter(&guard));
	*capped |= guard.capped;
	return guard.len;
}
