/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/plain.h"

#include "parsers/lines.h"

/* Cut quote marks ("> > ", ">>") off the line; returns how many.  Other
   programs than RFC 3676 speaks of put blanks between them. */
static unsigned take_quotes(struct pw_bytes *line, bool is_flowed)
{
	unsigned depth = 0;
	size_t i = 0, end = 0;

	/* mbox files escape a line that begins with "From ". */
	if (line->len > 6 && memcmp(line->data, ">From ", 6) == 0) {
		line->data++;
		line->len--;
		return 0;
	}
	for (; i < line->len; i++) {
		if (line->data[i] == '>') {
			depth++;
			end = i + 1;
		} else if (is_flowed || line->data[i] != ' ') {
			break;
		}
	}
	if (depth && end < line->len && line->data[end] == ' ')
		end++;
	line->data += end;
	line->len -= end;
	return depth;
}

static bool is_signature_mark(struct pw_bytes line)
{
	return line.len == 3 && memcmp(line.data, "-- ", 3) == 0;
}

/* A flowed line: a blank that was stuffed in front goes. */
static void unstuff(struct pw_bytes *line)
{
	if (line->len && line->data[0] == ' ') {
		line->data++;
		line->len--;
	}
}

static void read_flowed(struct pw_lines *lines, struct pw_bytes utf8, bool delete_space)
{
	struct pw_bytes line;
	unsigned depth, open_depth = 0;
	bool is_open = false, is_soft, is_mark;

	while (pw_bytes_line(&utf8, &line)) {
		depth = take_quotes(&line, true);
		if (!depth)
			unstuff(&line);
		is_mark = is_signature_mark(line);
		/* A change of depth ends a paragraph, whatever its last line says. */
		if (is_open && (depth != open_depth || is_mark)) {
			pw_lines_trim(lines);
			pw_lines_end(lines, open_depth, 0);
		}
		is_soft = line.len && line.data[line.len - 1] == ' ' && !is_mark;
		if (is_soft && delete_space)
			line.len--;
		pw_lines_add(lines, line);
		is_open = is_soft;
		open_depth = depth;
		if (!is_soft) {
			pw_lines_trim(lines);
			pw_lines_end(lines, depth, 0);
		}
	}
	if (is_open)
		pw_lines_end(lines, open_depth, 0);
}

static void read_fixed(struct pw_lines *lines, struct pw_bytes utf8)
{
	struct pw_bytes line;
	unsigned depth;

	while (pw_bytes_line(&utf8, &line)) {
		depth = take_quotes(&line, false);
		pw_lines_add(lines, line);
		pw_lines_trim(lines);
		pw_lines_end(lines, depth, 0);
	}
}

bool pw_plain_text(struct pw_arena *arena, struct pw_bytes utf8, struct pw_flow flow,
		   struct pw_text *ret, bool *ret_capped)
{
	struct pw_lines lines;
	bool is_done;

	pw_lines_init(&lines);
	if (flow.is_flowed)
		read_flowed(&lines, utf8, flow.delete_space);
	else
		read_fixed(&lines, utf8);
	is_done = pw_lines_text(&lines, arena, ret);
	*ret_capped |= lines.is_capped;
	pw_lines_done(&lines);
	return is_done;
}
