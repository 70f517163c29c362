/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/mime.h"

#include <gmime/gmime.h>

#include "agent/base/str.h"
#include "parsers/limits.h"
#include "parsers/mail.h"
#include "parsers/mime_run.h"

/* Content types that hold a whole mail. */
static const char *const message_types[] = {
	"message/rfc822",    "message/global",          "message/news",
	"message/rfc-822",   "message/rfc2822",         "text/rfc822-headers",
	"text/rfc822",       "message/rfc822-headers",  "message/delivered",
	"application/x-eml", "application/vnd.ms-mail",
};

/* Names of files that are mails, whatever their type says. */
static const char *const message_names[] = { ".eml", ".mht", ".mhtml", ".emlx", ".mim" };

void pw_mime_init(void)
{
	static gsize done;

	if (g_once_init_enter(&done)) {
		g_mime_init();
		g_once_init_leave(&done, 1);
	}
}

static bool is_mail(struct pw_bytes bytes)
{
	return pw_fields_follow(pw_bytes_trim(bytes));
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

/* Parts whose text is read. */
static bool is_read(const char *type)
{
	static const char *const kinds[] = { "text/", "multipart/", "message/" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(kinds); i++)
		if (pw_starts_with(type, kinds[i]))
			return true;
	return false;
}

static void read_type(struct pw_arena *arena, struct pw_part *part, const char *fallback)
{
	struct pw_params type;
	size_t i;

	part->type.value = "";
	/* Of several the first that names a type and subtype, and better one that
	   is read: clients differ in which they believe. */
	for (i = 0; i < part->n_fields; i++) {
		if (!pw_bytes_ieq(part->fields[i].name, "content-type") ||
		    is_read(part->type.value))
			continue;
		type = pw_params_parse(arena, part->fields[i].value);
		if (!strchr(part->type.value, '/') || is_read(type.value))
			part->type = type;
	}
	if (pw_streq(part->type.value, "html"))
		part->type.value = "text/html";
	else if (!*part->type.value)
		part->type.value = fallback;
	else if (!strchr(part->type.value, '/'))
		part->type.value = "text/plain";
}

static void read_disposition(struct pw_arena *arena, struct pw_part *part)
{
	const struct pw_field *field =
		pw_field_find(part->fields, part->n_fields, "content-disposition");
	struct pw_params params = { "", NULL, 0 };

	if (field)
		params = pw_params_parse(arena, field->value);
	part->disposition = params.value;
	part->name = pw_param(&params, "filename");
	if (!part->name)
		part->name = pw_param(&part->type, "name");
}

void pw_mime_describe(struct pw_mime_build *build, struct pw_part *part)
{
	const struct pw_field *encoding =
		pw_field_find(part->fields, part->n_fields, "content-transfer-encoding");
	const struct pw_part *parts = build->mime->parts;
	bool in_digest = part->parent >= 0 &&
			 pw_streq(parts[part->parent].type.value, "multipart/digest");

	read_type(build->arena, part, in_digest ? "message/rfc822" : "text/plain");
	read_disposition(build->arena, part);
	if (encoding)
		part->encoding = pw_encoding_of(encoding->value);
}

static bool is_message_type(const struct pw_part *part)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(message_types); i++)
		if (pw_streq(part->type.value, message_types[i]))
			return true;
	/* The first fragment of a mail begins with the mail's own head. */
	return pw_streq(part->type.value, "message/partial") &&
	       pw_streq(pw_param(&part->type, "number"), "1");
}

static bool has_message_name(const struct pw_part *part)
{
	size_t i;

	for (i = 0; part->name && i < PW_ARRAY_LEN(message_names); i++)
		if (pw_ends_with_i(part->name, message_names[i]))
			return true;
	return false;
}

int pw_mime_add(struct pw_mime_build *build, int parent)
{
	struct pw_mime *mime = build->mime;
	struct pw_part *parts, *part;
	int id = (int)mime->n;

	parts = pw_arena_grow(build->arena, mime->parts, mime->n, &build->parts_cap,
			      sizeof *parts);
	if (!parts)
		return -1;
	mime->parts = parts;
	mime->n++;
	part = &parts[id];
	*part = (struct pw_part){
		.parent = parent, .first_child = -1, .last_child = -1, .next = -1
	};
	part->body.data = "";
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

static void make_text(struct pw_part *part)
{
	part->kind = PW_PART_LEAF;
	part->type.value = "text/plain";
}

/* A multipart in which GMime found no part. */
static void resolve_multipart(struct pw_mime_build *build, int id)
{
	struct pw_part *part = &build->mime->parts[id];
	const char *named = pw_param(&part->type, "boundary");
	struct pw_bytes body = pw_part_decode(build->arena, part), boundary;

	part->kind = PW_PART_MULTIPART;
	boundary = pw_bytes_trim(pw_bytes_of(named ? named : ""));
	pw_mime_run(build, body, id, &boundary);
	boundary = guess_boundary(body);
	if (build->mime->parts[id].first_child < 0)
		pw_mime_run(build, body, id, &boundary);
	if (build->mime->parts[id].first_child < 0)
		make_text(&build->mime->parts[id]);
}

/* The mail in a part's body, whatever its encoding is and says. */
static struct pw_bytes mail_in(struct pw_mime_build *build, const struct pw_part *part,
			       struct pw_bytes body)
{
	enum pw_encoding encoding = part->encoding;

	if (encoding != PW_ENCODING_QP && encoding != PW_ENCODING_UU && is_mail(body))
		return body;
	if (encoding == PW_ENCODING_NONE)
		encoding = PW_ENCODING_BASE64;
	body = pw_transfer_decode(build->arena, encoding, body);
	return is_mail(body) ? body : (struct pw_bytes){ NULL, 0 };
}

/* A message part in which GMime found no mail, or one without a head. */
static void resolve_message(struct pw_mime_build *build, int id)
{
	struct pw_part *part = &build->mime->parts[id];
	int child = part->first_child;
	struct pw_bytes mail = mail_in(
		build, part, child < 0 ? part->body : build->mime->parts[child].body);

	if (mail.len) {
		part->kind = PW_PART_MESSAGE;
		part->first_child = -1;
		part->last_child = -1;
		pw_mime_run(build, mail, id, NULL);
	}
	if (build->mime->parts[id].first_child < 0)
		make_text(&build->mime->parts[id]);
}

/* A mail attached under another type: by its name, or by its first bytes. */
static void resolve_leaf(struct pw_mime_build *build, int id)
{
	struct pw_part part = build->mime->parts[id], start = part;
	struct pw_bytes mail;

	if (!has_message_name(&part)) {
		if (!pw_streq(part.type.value, "application/octet-stream"))
			return;
		start.body.len = start.body.len < 2048 ? start.body.len : 2048;
		mail = pw_part_decode(build->arena, &start);
		if (!pw_field_name_len(mail))
			return;
	}
	mail = pw_part_decode(build->arena, &part);
	if (!is_mail(mail))
		return;
	build->mime->parts[id].kind = PW_PART_MESSAGE;
	pw_mime_run(build, mail, id, NULL);
}

static void resolve(struct pw_mime_build *build, int id)
{
	const struct pw_part *part = &build->mime->parts[id];
	int child = part->first_child;

	if (child < 0 && pw_starts_with(part->type.value, "multipart/"))
		resolve_multipart(build, id);
	else if (child < 0 ? is_message_type(part)
			   : part->kind == PW_PART_MESSAGE &&
				     !build->mime->parts[child].n_fields)
		resolve_message(build, id);
	else if (child < 0 && !part->is_entity)
		resolve_leaf(build, id);
}

struct pw_mime pw_mime_parse(struct pw_arena *arena, struct pw_bytes raw)
{
	struct pw_mime mime = { NULL, 0, 0 };
	struct pw_mime_build build = { .arena = arena, .mime = &mime };
	size_t id;

	if (raw.len > PW_MAX_MESSAGE_BYTES) {
		raw.len = PW_MAX_MESSAGE_BYTES;
		mime.capped |= PW_CAPPED_SIZE;
	}
	pw_mime_init();
	build.left = raw.len * PW_MAX_READINGS + 65536;
	pw_mime_run(&build, raw, -1, NULL);
	/* Parts found on the way are appended and come up in their turn. */
	for (id = 0; id < mime.n; id++)
		resolve(&build, (int)id);
	return mime;
}
