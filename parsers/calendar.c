/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/calendar.h"

#include <strings.h>

#include "agent/base/mem.h"
#include "agent/base/str.h"
#include "parsers/limits.h"
#include "parsers/lines.h"

/* Properties that are shown, and how. */
static const struct {
	const char *name;
	const char *label;
} shown[] = {
	{ "ORGANIZER", "Organizer" }, { "SUMMARY", "Summary" },
	{ "LOCATION", "Location" },   { "DTSTART", "Start" },
	{ "DTEND", "End" },           { "ATTENDEE", "Attendee" },
	{ "DESCRIPTION", "" },        { "COMMENT", "Comment" },
};

/* Lines longer than 75 bytes are folded: a line end and one blank. */
static struct pw_bytes unfold(struct pw_arena *arena, struct pw_bytes in)
{
	char *out = pw_arena_alloc(arena, in.len + 1, 1);
	size_t i, n = 0;

	if (!out)
		return (struct pw_bytes){ NULL, 0 };
	for (i = 0; i < in.len; i++) {
		if (in.data[i] == '\r')
			continue;
		if (in.data[i] == '\n' && i + 1 < in.len &&
		    (in.data[i + 1] == ' ' || in.data[i + 1] == '\t'))
			i++;
		else
			out[n++] = in.data[i];
	}
	return (struct pw_bytes){ out, n };
}

/* The parameter CN of "ORGANIZER;CN=\"Name\"". */
static struct pw_bytes common_name(struct pw_bytes head)
{
	const char *at = memmem(head.data, head.len, ";CN=", 4);
	struct pw_bytes name = { NULL, 0 };
	const char *end;

	if (!at)
		return name;
	name.data = at + 4;
	name.len = head.len - (size_t)(name.data - head.data);
	if (name.len && name.data[0] == '"') {
		name.data++;
		name.len--;
		end = memchr(name.data, '"', name.len);
	} else {
		end = memchr(name.data, ';', name.len);
	}
	if (end)
		name.len = (size_t)(end - name.data);
	return name;
}

/* Text with its escapes undone: "\n" ends a line. */
static void add_value(struct pw_lines *lines, struct pw_bytes value)
{
	struct pw_bytes run = { value.data, 0 };
	size_t i;

	for (i = 0; i < value.len; i++) {
		if (value.data[i] != '\\' || i + 1 == value.len) {
			run.len++;
			continue;
		}
		pw_lines_add(lines, run);
		i++;
		if (value.data[i] == 'n' || value.data[i] == 'N')
			pw_lines_end(lines, 0, 0);
		else
			pw_lines_add(lines, (struct pw_bytes){ value.data + i, 1 });
		run = (struct pw_bytes){ value.data + i + 1, 0 };
	}
	pw_lines_add(lines, run);
}

static void add_literal(struct pw_lines *lines, const char *text)
{
	pw_lines_add(lines, pw_bytes_of(text));
}

static void add_property(struct pw_lines *lines, const char *label, struct pw_bytes head,
			 struct pw_bytes value)
{
	struct pw_bytes name = common_name(head);

	if (*label) {
		add_literal(lines, label);
		add_literal(lines, ": ");
	}
	if (value.len > 7 && strncasecmp(value.data, "mailto:", 7) == 0) {
		value.data += 7;
		value.len -= 7;
		pw_lines_add(lines, name);
		add_literal(lines, name.len ? " <" : "<");
		pw_lines_add(lines, value);
		add_literal(lines, ">");
	} else {
		add_value(lines, value);
	}
	pw_lines_end(lines, 0, 0);
}

/* Offset of the ':' before the value: one inside quotes is no end. */
static size_t value_at(struct pw_bytes line)
{
	bool is_quoted = false;
	size_t i;

	for (i = 0; i < line.len; i++) {
		if (line.data[i] == '"')
			is_quoted = !is_quoted;
		else if (line.data[i] == ':' && !is_quoted)
			return i;
	}
	return line.len;
}

static void read_line(struct pw_lines *lines, struct pw_bytes line)
{
	size_t colon = value_at(line), len, i;
	struct pw_bytes head = { line.data, colon };

	if (colon == line.len)
		return;
	for (len = 0; len < colon && line.data[len] != ';'; len++)
		;
	for (i = 0; i < PW_ARRAY_LEN(shown); i++)
		if (pw_bytes_ieq((struct pw_bytes){ line.data, len }, shown[i].name))
			add_property(lines, shown[i].label, head,
				     (struct pw_bytes){ line.data + colon + 1,
							line.len - colon - 1 });
}

bool pw_calendar_text(struct pw_arena *arena, struct pw_bytes utf8, struct pw_text *ret)
{
	struct pw_bytes rest = unfold(arena, utf8), line;
	struct pw_lines lines;
	bool is_event = false, is_done;

	if (!rest.data)
		return false;
	pw_lines_init(&lines);
	while (pw_bytes_line(&rest, &line)) {
		if (pw_bytes_ieq(line, "BEGIN:VEVENT") ||
		    pw_bytes_ieq(line, "BEGIN:VTODO") || pw_bytes_ieq(line, "END:VALARM"))
			is_event = true;
		else if (line.len >= 5 && strncasecmp(line.data, "BEGIN", 5) == 0)
			is_event = false; /* an alarm or a time zone */
		else if (is_event)
			read_line(&lines, line);
	}
	is_done = pw_lines_text(&lines, arena, ret);
	pw_lines_done(&lines);
	return is_done;
}
