/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/mime.h"

#include "agent/base/str.h"
#include "parsers/limits.h"
#include "parsers/mail.h"
#include "parsers/mime_scan.h"

/* Content types that hold a whole mail. */
static const char *const message_types[] = {
	"message/rfc822",    "message/global",          "message/news",
	"message/rfc-822",   "message/rfc2822",         "text/rfc822-headers",
	"text/rfc822",       "message/rfc822-headers",  "message/delivered",
	"application/x-eml", "application/vnd.ms-mail",
};

/* Names of files that are mails, whatever their type says. */
static const char *const message_names[] = { ".eml", ".mht", ".mhtml", ".emlx", ".mim" };

/* Fields by which a mail is recognised. */
static const char *const mail_fields[] = {
	"from",        "to",           "subject",    "date",
	"received",    "sender",       "message-id", "mime-version",
	"return-path", "content-type", "reply-to",   "resent-from"
};

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pw_streq(word, list[i]))
			return true;
	return false;
}

bool pw_mime_is_mail(struct pw_bytes bytes)
{
	struct pw_bytes line;
	size_t i, k, len;

	for (i = 0; i < 60 && pw_bytes_line(&bytes, &line); i++) {
		if (!line.len && i)
			return false;
		len = pw_field_name_len(line);
		for (k = 0; len && k < PW_ARRAY_LEN(mail_fields); k++)
			if (pw_bytes_ieq((struct pw_bytes){ line.data, len },
					 mail_fields[k]))
				return true;
	}
	return false;
}

struct pw_bytes pw_part_decode(struct pw_arena *arena, const struct pw_part *part)
{
	return pw_transfer_decode(arena, part->encoding, part->body);
}

const struct pw_part *pw_mime_next(const struct pw_mime *mime, const struct pw_part *root,
				   const struct pw_part *at, bool into)
{
	if (into && at->first_child >= 0)
		return &mime->parts[at->first_child];
	while (at != root && at->next < 0 && at->parent >= 0)
		at = &mime->parts[at->parent];
	return at == root || at->next < 0 ? NULL : &mime->parts[at->next];
}

static const char *field_text(struct pw_scan *scan, const struct pw_part *part,
			      const char *name)
{
	const struct pw_field *field = pw_field_find(part->fields, part->n_fields, name);

	return field ? pw_header_text(scan->arena, field->value, PW_HEADER_TEXT, NULL)
		     : NULL;
}

/* The first Content-Type that names a type and subtype, or the first at all. */
static const struct pw_field *type_field(const struct pw_part *part)
{
	const struct pw_field *first = NULL;
	size_t i;

	for (i = 0; i < part->n_fields; i++) {
		if (!pw_bytes_ieq(part->fields[i].name, "content-type"))
			continue;
		if (part->fields[i].value.len &&
		    memchr(part->fields[i].value.data, '/', part->fields[i].value.len))
			return &part->fields[i];
		first = first ? first : &part->fields[i];
	}
	return first;
}

static void read_type(struct pw_scan *scan, struct pw_part *part, const char *fallback)
{
	const struct pw_field *field = type_field(part);

	part->type.value = "";
	if (field)
		part->type = pw_params_parse(scan->arena, field->value);
	if (pw_streq(part->type.value, "html"))
		part->type.value = "text/html";
	else if (!*part->type.value)
		part->type.value = fallback;
	else if (!strchr(part->type.value, '/'))
		part->type.value = "text/plain";
}

static void read_disposition(struct pw_scan *scan, struct pw_part *part)
{
	const struct pw_field *field =
		pw_field_find(part->fields, part->n_fields, "content-disposition");
	struct pw_params params = { "", NULL, 0 };

	if (field)
		params = pw_params_parse(scan->arena, field->value);
	part->disposition = params.value;
	part->name = pw_param(&params, "filename");
	if (!part->name)
		part->name = pw_param(&part->type, "name");
}

/* A fragment of a mail: its first piece begins with the mail's own head. */
static bool is_first_fragment(const struct pw_part *part)
{
	return pw_streq(part->type.value, "message/partial") &&
	       pw_streq(pw_param(&part->type, "number"), "1");
}

static bool is_message_type(const struct pw_part *part)
{
	return is_one_of(part->type.value, message_types, PW_ARRAY_LEN(message_types)) ||
	       is_first_fragment(part);
}

static bool has_message_name(const struct pw_part *part)
{
	size_t i;

	for (i = 0; part->name && i < PW_ARRAY_LEN(message_names); i++)
		if (pw_ends_with_i(part->name, message_names[i]))
			return true;
	return false;
}

static int add_part(struct pw_scan *scan, int parent)
{
	struct pw_mime *mime = scan->mime;
	struct pw_part *parts, *part;
	int id = (int)mime->n;

	parts = pw_arena_grow(scan->arena, mime->parts, mime->n, &scan->parts_cap,
			      sizeof *parts);
	if (!parts)
		return -1;
	mime->parts = parts;
	mime->n++;
	part = &parts[id];
	*part = (struct pw_part){
		.parent = parent, .first_child = -1, .last_child = -1, .next = -1
	};
	part->type.value = "text/plain";
	part->disposition = "";
	if (parent < 0)
		return id;
	part->depth = parts[parent].depth + 1;
	if (parts[parent].last_child < 0)
		parts[parent].first_child = id;
	else
		parts[parts[parent].last_child].next = id;
	parts[parent].last_child = id;
	return id;
}

static bool is_full(struct pw_scan *scan, int parent)
{
	if (scan->mime->n >= PW_MAX_PARTS)
		scan->mime->capped |= PW_CAPPED_PARTS;
	else if (parent >= 0 && scan->mime->parts[parent].depth + 1 >= PW_MAX_MIME_DEPTH)
		scan->mime->capped |= PW_CAPPED_DEPTH;
	else
		return false;
	return true;
}

/* Some programs leave an empty line before the head of an attached mail. */
static void skip_blank_lines(struct pw_scan *scan)
{
	size_t at = scan->at;

	while (at < scan->in.len && strchr("\r\n", scan->in.data[at]) &&
	       scan->in.data[at])
		at++;
	if (at > scan->at &&
	    pw_mime_is_mail((struct pw_bytes){ scan->in.data + at, scan->in.len - at }))
		scan->at = at;
}

/* Whether the mail in a message part can be read where it lies. */
static bool is_readable_here(const struct pw_scan *scan, const struct pw_part *part)
{
	struct pw_bytes rest = { scan->in.data + scan->at, scan->in.len - scan->at };

	if (part->encoding == PW_ENCODING_QP || part->encoding == PW_ENCODING_UU)
		return false;
	return part->encoding == PW_ENCODING_NONE || pw_mime_is_mail(rest);
}

/* Over a cap: the rest of the bytes, as it stands, is the part's text. */
static void take_rest(struct pw_scan *scan, struct pw_part *part)
{
	part->body =
		(struct pw_bytes){ scan->in.data + scan->at, scan->in.len - scan->at };
	scan->at = scan->in.len;
}

/* Read the head of a part at scan->at and open it; its index, or -1 when
   nothing more can be opened. */
static int open_part(struct pw_scan *scan, int parent, bool is_entity)
{
	struct pw_part *part;
	struct pw_bytes boundary = { NULL, 0 };
	const char *fallback = "text/plain", *value;
	bool full = is_full(scan, parent);
	int id = add_part(scan, parent);

	if (id < 0)
		return -1;
	part = &scan->mime->parts[id];
	part->is_entity = is_entity;
	if (full) {
		take_rest(scan, part);
		return -1;
	}
	if (parent >= 0 &&
	    pw_streq(scan->mime->parts[parent].type.value, "multipart/digest"))
		fallback = "message/rfc822";
	if (is_entity)
		skip_blank_lines(scan);
	pw_scan_fields(scan, part);
	read_type(scan, part, fallback);
	read_disposition(scan, part);
	value = field_text(scan, part, "content-transfer-encoding");
	if (value)
		part->encoding = pw_encoding_of(pw_bytes_of(value));
	part->body = (struct pw_bytes){ scan->in.data + scan->at, 0 };
	if (pw_starts_with(part->type.value, "multipart/")) {
		part->kind = PW_PART_MULTIPART;
		value = pw_param(&part->type, "boundary");
		if (value)
			boundary = pw_bytes_trim(pw_bytes_of(value));
	} else if (is_message_type(part)) {
		part->kind = PW_PART_MESSAGE;
	}
	pw_scan_push(scan, id, boundary);
	return id;
}

/* Open a part and, while it is a mail that can be read here, the mail in it. */
static bool open_parts(struct pw_scan *scan, int parent, bool is_entity)
{
	int id = open_part(scan, parent, is_entity);

	while (id >= 0 && scan->mime->parts[id].kind == PW_PART_MESSAGE &&
	       is_readable_here(scan, &scan->mime->parts[id]))
		id = open_part(scan, id, true);
	return id >= 0;
}

/* Close the parts above level; their bodies end at offset end. */
static void close_parts(struct pw_scan *scan, size_t level, size_t end)
{
	struct pw_part *part;

	while (scan->n_open > level) {
		part = &scan->mime->parts[scan->open[--scan->n_open].part];
		part->body.len = (size_t)(scan->in.data + end - part->body.data);
		if (scan->in.data + end < part->body.data)
			part->body.len = 0;
	}
}

/* The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1). */
static size_t before_line_end(const struct pw_scan *scan, size_t at)
{
	if (at && scan->in.data[at - 1] == '\n')
		at--;
	if (at && scan->in.data[at - 1] == '\r')
		at--;
	return at;
}

static void scan_parts(struct pw_scan *scan)
{
	struct pw_delimiter found;
	int parent;

	while (pw_scan_delimiter(scan, &found)) {
		close_parts(scan, found.level + 1, before_line_end(scan, found.start));
		scan->at = found.end;
		parent = scan->open[found.level].part;
		if (found.is_close)
			close_parts(scan, found.level, found.end);
		else if (!open_parts(scan, parent, false))
			break;
	}
	close_parts(scan, 0, scan->in.len);
}

/* Line ends that are CR alone become LF. */
static struct pw_bytes with_line_feeds(struct pw_arena *arena, struct pw_bytes in)
{
	char *copy;
	size_t i;

	if (!in.len || memchr(in.data, '\n', in.len) || !memchr(in.data, '\r', in.len))
		return in;
	copy = pw_arena_strndup(arena, in.data, in.len);
	for (i = 0; copy && i < in.len; i++)
		if (copy[i] == '\r')
			copy[i] = '\n';
	return copy ? (struct pw_bytes){ copy, in.len } : in;
}

static void set_input(struct pw_scan *scan, struct pw_bytes in)
{
	if (in.len >= 3 && memcmp(in.data, "\xEF\xBB\xBF", 3) == 0) {
		in.data += 3;
		in.len -= 3;
	}
	scan->in = with_line_feeds(scan->arena, in);
	scan->at = 0;
	scan->n_open = 0;
}

/* Read bytes as the mail inside part id (-1: the message itself). */
static void scan_mail(struct pw_scan *scan, struct pw_bytes in, int id)
{
	set_input(scan, in);
	if (open_parts(scan, id, true))
		scan_parts(scan);
	close_parts(scan, 0, scan->in.len);
}

/* Read bytes as the content of the multipart id. */
static void scan_multipart(struct pw_scan *scan, struct pw_bytes in, int id,
			   struct pw_bytes boundary)
{
	struct pw_bytes body = scan->mime->parts[id].body;

	set_input(scan, in);
	pw_scan_push(scan, id, boundary);
	if (scan->n_open)
		scan_parts(scan);
	scan->mime->parts[id].body = body;
}

/* A boundary that nobody named: a line "--x" with a field of a part's head
   after it. */
static struct pw_bytes guess_boundary(struct pw_bytes body)
{
	struct pw_bytes line, next, rest;

	while (pw_bytes_line(&body, &line)) {
		if (line.len < 3 || memcmp(line.data, "--", 2) != 0)
			continue;
		rest = body;
		if (!pw_bytes_line(&rest, &next) || next.len < 8 ||
		    strncasecmp(next.data, "content-", 8) != 0)
			continue;
		return pw_bytes_trim((struct pw_bytes){ line.data + 2, line.len - 2 });
	}
	return (struct pw_bytes){ NULL, 0 };
}

static bool looks_like_html(struct pw_bytes body)
{
	body.len = body.len < 1024 ? body.len : 1024;
	return body.len && (memmem(body.data, body.len, "<html", 5) ||
			    memmem(body.data, body.len, "<HTML", 5) ||
			    memmem(body.data, body.len, "<!DOCTYPE html", 14));
}

static void make_text(struct pw_part *part)
{
	part->kind = PW_PART_LEAF;
	part->type.value = looks_like_html(part->body) ? "text/html" : "text/plain";
}

/* A multipart in which no part was found where its boundary should be. */
static void resolve_multipart(struct pw_scan *scan, int id)
{
	struct pw_part part = scan->mime->parts[id];
	const char *named = pw_param(&part.type, "boundary");
	struct pw_bytes body = part.body, guess;

	if (part.encoding != PW_ENCODING_NONE) {
		body = pw_part_decode(scan->arena, &part);
		if (named && *named && body.data)
			scan_multipart(scan, body, id, pw_bytes_trim(pw_bytes_of(named)));
	}
	guess = guess_boundary(body);
	if (scan->mime->parts[id].first_child < 0 && guess.len)
		scan_multipart(scan, body, id, guess);
	if (scan->mime->parts[id].first_child < 0)
		make_text(&scan->mime->parts[id]);
}

/* A message part whose mail was not found where it should begin. */
static void resolve_message(struct pw_scan *scan, int id)
{
	struct pw_part part = scan->mime->parts[id];
	struct pw_bytes mail;

	if (part.encoding == PW_ENCODING_NONE)
		part.encoding = PW_ENCODING_BASE64;
	mail = pw_part_decode(scan->arena, &part);
	if (mail.data && pw_mime_is_mail(mail)) {
		scan->mime->parts[id].first_child = -1;
		scan->mime->parts[id].last_child = -1;
		scan_mail(scan, mail, id);
	} else if (part.first_child < 0) {
		make_text(&scan->mime->parts[id]);
	}
}

/* A mail attached under another type: by its name, or by its first bytes. */
static void resolve_leaf(struct pw_scan *scan, int id)
{
	struct pw_part part = scan->mime->parts[id];
	struct pw_bytes mail;

	if (!has_message_name(&part)) {
		if (!pw_streq(part.type.value, "application/octet-stream"))
			return;
		part.body.len = part.body.len < 2048 ? part.body.len : 2048;
		mail = pw_part_decode(scan->arena, &part);
		if (!mail.len || pw_field_name_len(mail) == 0 || !pw_mime_is_mail(mail))
			return;
		part = scan->mime->parts[id];
	}
	mail = pw_part_decode(scan->arena, &part);
	if (!mail.data || !pw_mime_is_mail(mail))
		return;
	scan->mime->parts[id].kind = PW_PART_MESSAGE;
	scan_mail(scan, mail, id);
}

static void resolve(struct pw_scan *scan, int id)
{
	const struct pw_part *part = &scan->mime->parts[id];
	int child = part->first_child;

	if (part->kind == PW_PART_MULTIPART && child < 0)
		resolve_multipart(scan, id);
	else if (part->kind == PW_PART_MESSAGE &&
		 (child < 0 || !scan->mime->parts[child].n_fields))
		resolve_message(scan, id);
	else if (part->kind == PW_PART_LEAF && !part->is_entity)
		resolve_leaf(scan, id);
}

struct pw_mime pw_mime_parse(struct pw_arena *arena, struct pw_bytes raw)
{
	struct pw_mime mime = { NULL, 0, 0 };
	struct pw_scan scan = { .arena = arena, .mime = &mime };
	size_t id;

	if (raw.len > PW_MAX_MESSAGE_BYTES) {
		raw.len = PW_MAX_MESSAGE_BYTES;
		mime.capped |= PW_CAPPED_SIZE;
	}
	scan_mail(&scan, raw, -1);
	/* Parts found on the way are appended and come up in their turn. */
	for (id = 0; id < mime.n; id++)
		resolve(&scan, (int)id);
	return mime;
}
