/* SPDX-License-Identifier: Apache-2.0 */
/* mime_run.c - one run of GMime's parser, and its tree as parts. */
#include <gmime/gmime.h>

#include "parsers/limits.h"
#include "parsers/mail.h"
#include "parsers/mime_run.h"
#include "parsers/transfer.h"

/* Longest boundary that is written for GMime (RFC 2046 5.1.1 allows 70). */
#define BOUNDARY_MAX 1000

struct run {
	struct pw_mime_build *build;
	struct pw_bytes in;
	struct pw_guarded guarded;
	size_t field; /* of guarded, the first that no part has yet */
	size_t at;    /* behind the last byte that is part of something */
	bool is_full; /* a maximum was met: the rest is text */
};

/* The mail's own bytes at GMime's offset; the reading goes on behind them. */
static struct pw_bytes slice(struct run *run, gint64 offset, size_t len)
{
	size_t start = (size_t)offset < run->in.len ? (size_t)offset : run->in.len;

	len = len < run->in.len - start ? len : run->in.len - start;
	run->at = start + len;
	return (struct pw_bytes){ run->in.data + start, len };
}

/* Offset of the first field that GMime saw of object. */
static size_t first_field(void *object)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(object);

	if (!g_mime_header_list_get_count(list))
		return SIZE_MAX;
	return (size_t)g_mime_header_get_offset(
		g_mime_header_list_get_header_at(list, 0));
}

/* The fields of the head in which GMime saw some; of a mail it keeps those
   that begin with Content apart. */
static void take_fields(struct run *run, struct pw_part *part, GMimeObject *object,
			GMimeMessage *message)
{
	const struct pw_guarded *all = &run->guarded;
	size_t start = first_field(object),
	       other = message ? first_field(message) : start;
	const struct pw_field *field;

	start = other < start ? other : start;
	if (start == SIZE_MAX)
		return;
	while (run->field < all->n_fields &&
	       all->fields[run->field].name.data < run->in.data + start)
		run->field++;
	if (run->field == all->n_fields)
		return; /* GMime saw a field where there is none */
	part->fields = &all->fields[run->field];
	for (; run->field < all->n_fields; run->field++, part->n_fields++) {
		field = &all->fields[run->field];
		if (part->n_fields && field->name.data != run->in.data + run->at)
			break;
		run->at = (size_t)(field->value.data + field->value.len - run->in.data);
	}
}

static void take_leaf(struct run *run, struct pw_part *part, GMimePart *leaf)
{
	GMimeDataWrapper *content = g_mime_part_get_content(leaf);
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	gint64 start = stream ? stream->bound_start : (gint64)run->at;
	gint64 end = stream ? stream->bound_end : start, len = (gint64)run->in.len;

	/* Without an empty line behind the head GMime was shown one, in place
	   of the body's first byte. */
	if (stream && start > 0 && start <= len && run->in.data[start - 1] != '\n')
		start--;
	/* GMime takes CR LF off where only LF ends the line before a delimiter. */
	if (end > start && end < len && !strchr("\r\n", run->in.data[end]))
		end++;
	part->body = slice(run, start, (size_t)(end - start));
}

/* A multipart in which GMime found no part is all prologue, a copy of the
   body with LF line ends. */
static void take_prologue(struct run *run, struct pw_part *part,
			  GMimeMultipart *multipart)
{
	const char *prologue = g_mime_multipart_get_prologue(multipart);
	size_t left = prologue ? strlen(prologue) + 1 : 0;
	struct pw_bytes rest = { run->in.data + run->at, run->in.len - run->at }, line;

	part->body = rest;
	if (pw_bytes_line(&rest, &line) && !line.len)
		part->body = rest;
	rest = part->body;
	while (left && pw_bytes_line(&rest, &line))
		left -= left > line.len ? line.len + 1 : left;
	part->body.len = (size_t)(rest.data - part->body.data);
	run->at = run->in.len - rest.len;
}

static bool is_full(struct run *run, int parent)
{
	struct pw_mime *mime = run->build->mime;

	if (mime->n >= PW_MAX_PARTS)
		mime->capped |= PW_CAPPED_PARTS;
	else if (parent >= 0 && mime->parts[parent].depth + 1 >= PW_MAX_MIME_DEPTH)
		mime->capped |= PW_CAPPED_DEPTH;
	else
		return false;
	return true;
}

/* Over a maximum: the part's body goes on to the end. */
static void take_rest(struct run *run, struct pw_part *part)
{
	if (!part->body.len)
		part->body.data = run->in.data + run->at;
	part->body.len = (size_t)(run->in.data + run->in.len - part->body.data);
	run->is_full = true;
}

static void take_parts(struct run *run, GMimeMultipart *multipart, int id);

/* Add what GMime found, with all that is in it; message is the mail whose
   entity it is, NULL: none or the one that is read.  Recursion ends where
   GMime's did, at 1,024. */
static void take(struct run *run, GMimeObject *object, GMimeMessage *message, int parent)
{
	bool full = is_full(run, parent);
	int id = pw_mime_add(run->build, parent);
	struct pw_part *part = id < 0 ? NULL : &run->build->mime->parts[id];

	if (part)
		part->is_entity = message != NULL;
	if (part && full)
		take_rest(run, part);
	run->is_full |= !part;
	if (run->is_full)
		return;
	take_fields(run, part, object, message);
	pw_mime_describe(run->build, part);
	if (GMIME_IS_MESSAGE_PART(object)) {
		part->kind = PW_PART_MESSAGE;
		message = g_mime_message_part_get_message((GMimeMessagePart *)object);
		if (message && message->mime_part)
			take(run, message->mime_part, message, id);
	} else if (!GMIME_IS_MULTIPART(object)) {
		take_leaf(run, part, (GMimePart *)object);
	} else if (g_mime_multipart_get_count((GMimeMultipart *)object)) {
		take_parts(run, (GMimeMultipart *)object, id);
	} else {
		take_prologue(run, part, (GMimeMultipart *)object);
	}
}

static void take_parts(struct run *run, GMimeMultipart *multipart, int id)
{
	int i, n = g_mime_multipart_get_count(multipart);

	run->build->mime->parts[id].kind = PW_PART_MULTIPART;
	for (i = 0; i < n && !run->is_full; i++)
		take(run, g_mime_multipart_get_part(multipart, i), NULL, id);
}

/* A copy of the bytes as GMime is shown them; NULL without memory, and where
   the message was read too often. */
static GMimeStream *show(struct run *run)
{
	size_t len = run->in.len + 1;
	char *copy = len <= run->build->left ? malloc(len) : NULL, *at = copy;

	if (!copy) {
		run->build->mime->capped |= PW_CAPPED_DEPTH;
		return NULL;
	}
	run->build->left -= len;
	memcpy(copy, run->in.data, run->in.len);
	/* GMime drops a field that the end of input cuts in two. */
	copy[len - 1] = '\n';
	while ((at = memchr(at, '\0', (size_t)(copy + len - at))))
		*at = ' ';
	pw_mime_guard(run->build->arena, run->in, copy, &run->guarded);
	run->build->mime->capped |= run->guarded.capped;
	return g_mime_stream_mem_new_with_byte_array(
		g_byte_array_new_take((guint8 *)copy, run->guarded.shown));
}

/* GMime's tree; owned by the caller, NULL allowed.  A part, because a message
   has lists of addresses, which are not shown anyway. */
static GMimeObject *parse(struct run *run)
{
	GMimeStream *stream = show(run);
	GMimeParser *parser;
	GMimeObject *root;

	if (!stream)
		return NULL;
	parser = g_mime_parser_new_with_stream(stream);
	root = g_mime_parser_construct_part(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return root;
}

/* Without a byte order mark, the empty lines that some programs leave before
   the head of an attached mail, and lines there that are no fields (mbox). */
static struct pw_bytes without_lead(struct pw_bytes in)
{
	struct pw_bytes rest, line;

	if (in.len >= 3 && memcmp(in.data, "\xEF\xBB\xBF", 3) == 0)
		in = (struct pw_bytes){ in.data + 3, in.len - 3 };
	rest = pw_bytes_trim(in);
	if (pw_fields_follow(rest))
		in = (struct pw_bytes){ rest.data,
					in.len - (size_t)(rest.data - in.data) };
	for (rest = in; pw_bytes_line(&rest, &line) && line.len; in = rest)
		if (pw_field_name_len(line) || !pw_fields_follow(rest))
			break;
	return in;
}

/* The bytes behind a head that names their boundary as GMime understands it. */
static struct pw_bytes with_boundary(struct pw_arena *arena, struct pw_bytes in,
				     struct pw_bytes boundary)
{
	char head[BOUNDARY_MAX + 64], *all;
	size_t len;

	if (!boundary.len || boundary.len > BOUNDARY_MAX)
		return (struct pw_bytes){ NULL, 0 };
	len = (size_t)snprintf(head, sizeof head,
			       "Content-Type: multipart/mixed; boundary=\"%.*s\"\n\n",
			       (int)boundary.len, boundary.data);
	all = pw_arena_alloc(arena, len + in.len, 1);
	if (!all)
		return (struct pw_bytes){ NULL, 0 };
	memcpy(all, head, len);
	memcpy(all + len, in.data, in.len);
	return (struct pw_bytes){ all, len + in.len };
}

void pw_mime_run(struct pw_mime_build *build, struct pw_bytes in, int parent,
		 const struct pw_bytes *boundary)
{
	struct run run = { .build = build, .in = pw_with_line_feeds(build->arena, in) };
	size_t n_before = build->mime->n;
	GMimeObject *root;

	if (!run.in.len)
		run.in = pw_bytes_of("");
	run.in = boundary ? with_boundary(build->arena, run.in, *boundary)
			  : without_lead(run.in);
	root = run.in.data ? parse(&run) : NULL;
	if (!root)
		return;
	if (!boundary)
		take(&run, root, NULL, parent);
	else if (GMIME_IS_MULTIPART(root))
		take_parts(&run, (GMimeMultipart *)root, parent);
	if (build->mime->n > n_before) {
		build->mime->parts[n_before].is_entity |= !boundary;
		if (run.guarded.capped)
			take_rest(&run, &build->mime->parts[build->mime->n - 1]);
	}
	g_object_unref(root);
}
