/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/mime_scan.h"

#include <strings.h>

#include "agent/base/mem.h"
#include "parsers/limits.h"
#include "parsers/mail.h"

/* Lines that are looked at to tell a broken header from a body that lost its
   blank line. */
#define LOOK_AHEAD 40

static uint64_t hash_of(struct pw_bytes bytes)
{
	uint64_t hash = UINT64_C(1469598103934665603);
	size_t i;

	for (i = 0; i < bytes.len; i++)
		hash = (hash ^ (unsigned char)bytes.data[i]) * UINT64_C(1099511628211);
	return hash;
}

static bool same(struct pw_bytes a, struct pw_bytes b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

void pw_scan_push(struct pw_scan *scan, int part, struct pw_bytes boundary)
{
	struct pw_open_part *open = pw_arena_grow(scan->arena, scan->open, scan->n_open,
						  &scan->open_cap, sizeof *open);

	if (!open)
		return;
	scan->open = open;
	open[scan->n_open++] = (struct pw_open_part){ part, boundary, hash_of(boundary) };
}

/* Innermost open part with that boundary; -1: none. */
static int find_open(const struct pw_scan *scan, struct pw_bytes boundary)
{
	uint64_t hash = hash_of(boundary);
	size_t i;

	for (i = scan->n_open; i-- > 0;)
		if (scan->open[i].hash == hash && boundary.len &&
		    same(scan->open[i].boundary, boundary))
			return (int)i;
	return -1;
}

/* The line at offset at starts with "--": is it a delimiter? */
static bool read_delimiter(const struct pw_scan *scan, size_t at,
			   struct pw_delimiter *ret)
{
	struct pw_bytes rest = { scan->in.data + at, scan->in.len - at }, line;
	int level;

	if (!pw_bytes_line(&rest, &line) || line.len < 3)
		return false;
	line.data += 2;
	line.len -= 2;
	while (line.len && strchr(" \t", line.data[line.len - 1]))
		line.len--;
	ret->is_close = false;
	level = find_open(scan, line);
	if (level < 0 && line.len > 2 && memcmp(line.data + line.len - 2, "--", 2) == 0) {
		line.len -= 2;
		level = find_open(scan, line);
		ret->is_close = true;
	}
	if (level < 0)
		return false;
	ret->level = (size_t)level;
	ret->start = at;
	ret->end = scan->in.len - rest.len;
	return true;
}

bool pw_scan_is_delimiter(const struct pw_scan *scan, size_t at)
{
	struct pw_delimiter found;

	return scan->in.len - at > 2 && memcmp(scan->in.data + at, "--", 2) == 0 &&
	       read_delimiter(scan, at, &found);
}

bool pw_scan_delimiter(const struct pw_scan *scan, struct pw_delimiter *ret)
{
	const char *end = scan->in.data + scan->in.len, *at = scan->in.data + scan->at;

	if (!scan->n_open || !scan->in.len)
		return false;
	if (end - at > 2 && memcmp(at, "--", 2) == 0 &&
	    read_delimiter(scan, scan->at, ret))
		return true;
	while ((at = memmem(at, (size_t)(end - at), "\n--", 3))) {
		at++;
		if (read_delimiter(scan, (size_t)(at - scan->in.data), ret))
			return true;
	}
	return false;
}

size_t pw_field_name_len(struct pw_bytes line)
{
	size_t i = 0, len;

	while (i < line.len && line.data[i] > ' ' && line.data[i] < 0x7F &&
	       line.data[i] != ':')
		i++;
	len = i;
	while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t'))
		i++;
	return i < line.len && line.data[i] == ':' ? len : 0;
}

static bool is_folded(struct pw_bytes line)
{
	return line.len && (line.data[0] == ' ' || line.data[0] == '\t');
}

/* Names, or beginnings of names, of fields that only a header has. */
static const char *const telling[] = {
	"from:",    "to:",        "cc:",        "date:",          "subject:", "sender:",
	"reply-to", "received",   "return-",    "message-id",     "mime-",    "content-",
	"x-",       "dkim-",      "arc-",       "authentication", "resent-",  "list-",
	"in-reply", "references", "delivered-", "user-agent",     "thread-",
};

static bool is_telling(struct pw_bytes line)
{
	size_t i, len;

	for (i = 0; i < PW_ARRAY_LEN(telling); i++) {
		len = strlen(telling[i]);
		if (line.len > len && strncasecmp(line.data, telling[i], len) == 0)
			return true;
	}
	return false;
}

/* A line that is no field stands among fields: does a field follow before
   the header ends? */
static bool fields_follow(struct pw_bytes rest)
{
	struct pw_bytes line;
	int i;

	for (i = 0; i < LOOK_AHEAD && pw_bytes_line(&rest, &line) && line.len; i++)
		if (pw_field_name_len(line) && is_telling(line))
			return true;
	return false;
}

/* Add a line to the value of the last field, gap and all. */
static void extend(struct pw_field *field, struct pw_bytes line)
{
	field->value.len = (size_t)(line.data + line.len - field->value.data);
}

static bool add_field(struct pw_scan *scan, struct pw_part *part, size_t *cap,
		      struct pw_bytes line, size_t name_len)
{
	struct pw_field *fields = (struct pw_field *)part->fields;
	const char *colon = memchr(line.data, ':', line.len);

	fields = pw_arena_grow(scan->arena, fields, part->n_fields, cap, sizeof *fields);
	if (!fields)
		return false;
	part->fields = fields;
	fields[part->n_fields].name = (struct pw_bytes){ line.data, name_len };
	fields[part->n_fields].value =
		(struct pw_bytes){ colon + 1,
				   (size_t)(line.data + line.len - colon - 1) };
	part->n_fields++;
	return true;
}

void pw_scan_fields(struct pw_scan *scan, struct pw_part *part)
{
	struct pw_bytes rest = { scan->in.data + scan->at, scan->in.len - scan->at };
	struct pw_bytes line;
	size_t cap = 0, start = scan->at, name_len;

	while (rest.len && !pw_scan_is_delimiter(scan, scan->at)) {
		pw_bytes_line(&rest, &line);
		name_len = is_folded(line) ? 0 : pw_field_name_len(line);
		if (line.len && !name_len && !(is_folded(line) && part->n_fields) &&
		    !fields_follow(rest))
			return; /* the body begins without a blank line */
		scan->at = scan->in.len - rest.len;
		if (!line.len)
			return;
		if (scan->at - start > PW_MAX_HEADERS_BYTES) {
			scan->mime->capped |= PW_CAPPED_HEADERS;
			continue;
		}
		if (name_len && !add_field(scan, part, &cap, line, name_len))
			return;
		if (!name_len && part->n_fields)
			extend((struct pw_field *)&part->fields[part->n_fields - 1],
			       line);
	}
}
