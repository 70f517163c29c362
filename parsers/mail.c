/* SPDX-License-Identifier: Apache-2.0 */
/* mail.c - puts the layers of a message together. */
#include "parsers/mail.h"

#include "agent/base/str.h"
#include "parsers/body.h"
#include "parsers/charset.h"
#include "parsers/date_calendar.h"
#include "parsers/datenames.h"
#include "parsers/domain.h"
#include "parsers/fold.h"
#include "parsers/html_feed.h"
#include "parsers/labels.h"
#include "parsers/limits.h"
#include "parsers/lines.h"
#include "parsers/link_names.h"
#include "parsers/list_writer.h"
#include "parsers/mail_head.h"
#include "parsers/mime.h"
#include "parsers/resent.h"

static const char *const kind_names[] = {
	[PW_LAYER_MESSAGE] = "message",       [PW_LAYER_FORWARD] = "forward",
	[PW_LAYER_ATTACHMENT] = "attachment", [PW_LAYER_QUOTE] = "quote",
	[PW_LAYER_RESENT] = "resent",
};

const char *pw_layer_kind_name(enum pw_layer_kind kind)
{
	return (size_t)kind < PW_ARRAY_LEN(kind_names) ? kind_names[kind] : "unknown";
}

const char *pw_layer_header(const struct pw_layer *layer, const char *name)
{
	size_t i;

	for (i = 0; i < layer->n_headers; i++)
		if (pw_strieq(layer->headers[i].name, name))
			return layer->headers[i].value;
	return NULL;
}

void pw_parsers_init(void)
{
	pw_charset_init();
	pw_domain_init();
	pw_mime_init();
	pw_fold_init();
	pw_html_init();
	pw_labels_init();
	pw_date_names_init();
	pw_calendars_init();
}

/* What is built while the mails are walked. */
struct builder {
	struct pw_mail *mail;
	const struct pw_mime *mime;
	int *layer_of;   /* by part: the layer whose text it belongs to */
	int *depth_of;   /* by layer */
	bool *is_merged; /* by part: an entity that gets no layer of its own */
	size_t layers_cap, depths_cap;
};

static struct pw_layer *add_layer(struct builder *b, int parent)
{
	struct pw_mail *mail = b->mail;
	struct pw_layer *layers;
	int *depths;

	if (mail->n_layers >= PW_MAX_LAYERS) {
		mail->capped |= PW_CAPPED_LAYERS;
		return NULL;
	}
	layers = pw_arena_grow(mail->arena, mail->layers, mail->n_layers, &b->layers_cap,
			       sizeof *layers);
	depths = pw_arena_grow(mail->arena, b->depth_of, mail->n_layers, &b->depths_cap,
			       sizeof *depths);
	if (!layers || !depths)
		return NULL;
	mail->layers = layers;
	b->depth_of = depths;
	layers[mail->n_layers] = (struct pw_layer){
		.id = (int)mail->n_layers,
		.parent = parent,
		.date = { .day = PW_DAY_NONE },
		.text = { .data = "" },
	};
	depths[mail->n_layers] = parent < 0 ? 0 : depths[parent] + 1;
	return &layers[mail->n_layers++];
}

/* Put text behind a layer's text, an empty line between. */
static bool append_text(struct pw_arena *arena, struct pw_layer *layer,
			const struct pw_text *more)
{
	struct pw_lines lines;
	bool is_done;

	if (!more->n_lines)
		return true;
	if (!layer->text.n_lines) {
		layer->text = *more;
		return true;
	}
	pw_lines_init(&lines);
	pw_lines_append(&lines, &layer->text);
	pw_lines_end(&lines, 0, 0);
	pw_lines_append(&lines, more);
	is_done = pw_lines_text(&lines, arena, &layer->text);
	pw_lines_done(&lines);
	return is_done;
}

/* Raw headers that somebody pasted hold encoded words. */
static const char *decoded(struct pw_arena *arena, const char *text)
{
	return text && strstr(text, "=?")
		       ? pw_header_text(arena, pw_bytes_of(text), PW_HEADER_TEXT, NULL)
		       : text;
}

static void decode_names(struct pw_arena *arena, struct pw_addr *items, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		items[i].name = decoded(arena, items[i].name);
}

static void fill_from_segment(struct pw_arena *arena, struct pw_layer *layer,
			      const struct pw_segment *segment)
{
	layer->kind = segment->kind;
	layer->found_by = segment->found_by;
	layer->language = segment->language;
	layer->from = segment->from;
	layer->behalf_of = segment->behalf_of;
	layer->to = segment->to;
	layer->cc = segment->cc;
	decode_names(arena, &layer->from, 1);
	decode_names(arena, layer->to.items, layer->to.n);
	decode_names(arena, layer->cc.items, layer->cc.n);
	layer->date = segment->date;
	layer->date_text = segment->date_text;
	layer->subject = decoded(arena, segment->subject);
	layer->text = segment->text;
	layer->tail = segment->tail;
}

/* Turn the segments of one body into layers below layer id. */
static bool add_segments(struct builder *b, int id, const struct pw_body *body)
{
	struct pw_arena *arena = b->mail->arena;
	int *ids = pw_arena_alloc(arena, body->n_segments, sizeof *ids);
	struct pw_layer *layer;
	int parent;
	size_t i;

	if (!ids || !append_text(arena, &b->mail->layers[id], &body->segments[0].text))
		return false;
	ids[0] = id;
	if (body->n_segments > PW_MAX_LAYERS) /* the last holds all that follow */
		b->mail->capped |= PW_CAPPED_LAYERS;
	for (i = 1; i < body->n_segments; i++) {
		const struct pw_segment *segment = &body->segments[i];

		parent = ids[segment->parent < 0 ? 0 : segment->parent];
		layer = b->depth_of[parent] < PW_MAX_LAYER_DEPTH ? add_layer(b, parent)
								 : NULL;
		if (layer) {
			fill_from_segment(arena, layer, segment);
			ids[i] = layer->id;
			continue;
		}
		/* No room for a layer: its text stays with the one around it. */
		b->mail->capped |= PW_CAPPED_LAYERS;
		ids[i] = parent;
		if (!append_text(arena, &b->mail->layers[parent], &segment->text))
			return false;
	}
	return true;
}

static struct pw_unwrap_hints hints_of(const struct pw_layer *layer)
{
	return (struct pw_unwrap_hints){
		.subject = layer->subject,
		.date = { NULL, PW_ORDER_UNKNOWN, layer->date.day },
		.is_reply = pw_layer_header(layer, "In-Reply-To") ||
			    pw_layer_header(layer, "References"),
	};
}

static bool fill_mail(struct builder *b, int id, const struct pw_part *entity)
{
	struct pw_mail *mail = b->mail;
	struct pw_layer *layer = &mail->layers[id];
	struct pw_body_task task = { mail->arena, b->mime, entity, b->is_merged, { 0 } };
	struct pw_bodies bodies;
	struct pw_addr writer;
	const char *resent;
	size_t i, first;

	if (!pw_mail_head(mail->arena, entity, layer))
		return false;
	layer->kind = id ? PW_LAYER_ATTACHMENT : PW_LAYER_MESSAGE;
	layer->found_by = id ? "attachment" : "message";
	resent = id ? NULL : pw_resent_by(layer);
	if (pw_list_writer(mail->arena, layer, &writer)) {
		layer->behalf_of = layer->from;
		layer->from = writer;
		resent = id ? NULL : "mailing list";
	}
	if (resent) {
		layer->kind = PW_LAYER_RESENT;
		layer->found_by = resent;
	}
	task.hints = hints_of(layer);
	if (!pw_bodies_read(&task, &bodies))
		return false;
	layer->attachments = bodies.attachments;
	layer->n_attachments = bodies.n_attachments;
	layer->links = bodies.links;
	layer->n_links = bodies.n_links;
	mail->capped |= bodies.capped;
	first = mail->n_layers;
	for (i = 0; i < bodies.n; i++)
		if (!add_segments(b, id, &bodies.items[i]))
			return false;
	for (i = first; i < mail->n_layers; i++)
		pw_link_addresses(mail->arena, &bodies, &mail->layers[i]);
	return true;
}

/* Decide before any is read which mails get a layer: those beyond the caps
   are text of the mail around them. */
static void mark_merged(struct builder *b)
{
	const struct pw_mime *mime = b->mime;
	const struct pw_part *part = &mime->parts[0];
	int *depths = b->layer_of; /* borrowed until the layers are known */
	size_t n = 0, at;

	for (; part; part = pw_mime_next(mime, &mime->parts[0], part, true)) {
		at = (size_t)(part - mime->parts);
		depths[at] = part->parent < 0 ? 0 : depths[part->parent];
		if (!part->is_entity)
			continue;
		if (n >= PW_MAX_LAYERS || depths[at] >= PW_MAX_LAYER_DEPTH) {
			b->is_merged[at] = true;
			b->mail->capped |= PW_CAPPED_LAYERS;
			continue;
		}
		depths[at]++;
		n++;
	}
}

static bool build(struct builder *b)
{
	const struct pw_mime *mime = b->mime;
	const struct pw_part *part = &mime->parts[0];
	struct pw_layer *layer;
	size_t at;
	int parent;

	b->layer_of = pw_arena_alloc(b->mail->arena, mime->n, sizeof *b->layer_of);
	b->is_merged = pw_arena_alloc(b->mail->arena, mime->n, sizeof *b->is_merged);
	if (!b->layer_of || !b->is_merged)
		return false;
	mark_merged(b);
	for (; part; part = pw_mime_next(mime, &mime->parts[0], part, true)) {
		at = (size_t)(part - mime->parts);
		parent = part->parent < 0 ? -1 : b->layer_of[part->parent];
		b->layer_of[at] = parent;
		if (!part->is_entity || b->is_merged[at])
			continue;
		layer = add_layer(b, parent);
		if (!layer)
			continue;
		b->layer_of[at] = layer->id;
		if (!fill_mail(b, layer->id, part))
			return false;
	}
	return b->mail->n_layers > 0;
}

/* The arena did not suffice for all: one layer with the start of the bytes
   as text, so that rules and identifiers still meet it. */
static int parse_as_text(struct pw_mail *mail, struct pw_bytes raw, struct pw_err *err)
{
	struct pw_lines lines;
	struct pw_bytes line;
	struct pw_layer *layer;
	struct pw_text text;
	bool is_done;

	pw_arena_free(mail->arena);
	*mail = (struct pw_mail){ .arena = pw_arena_new(PW_MAX_ARENA_BYTES),
				  .capped = mail->capped | PW_CAPPED_MEMORY };
	raw.len = raw.len < PW_MAX_TEXT_BYTES ? raw.len : PW_MAX_TEXT_BYTES;
	raw = pw_charset_to_utf8(mail->arena, NULL, raw);
	pw_lines_init(&lines);
	while (!lines.is_capped && pw_bytes_line(&raw, &line)) {
		pw_lines_add(&lines, line);
		pw_lines_end(&lines, 0, 0);
	}
	is_done = pw_lines_text(&lines, mail->arena, &text);
	pw_lines_done(&lines);
	layer = pw_arena_alloc(mail->arena, 1, sizeof *layer);
	if (!is_done || !layer)
		return pw_err_set(err, PW_ELIMIT, "a message needs more than %zu bytes",
				  PW_MAX_ARENA_BYTES);
	*layer = (struct pw_layer){ .parent = -1,
				    .found_by = "message",
				    .date = { .day = PW_DAY_NONE },
				    .text = text };
	mail->layers = layer;
	mail->n_layers = 1;
	return 0;
}

int pw_mail_parse(struct pw_mail **ret, const void *raw, size_t len, struct pw_err *err)
{
	struct pw_mail *mail PW_CLEANUP(pw_mail_freep) = pw_alloc(1, sizeof *mail);
	struct pw_bytes bytes = { raw, len };
	struct pw_mime mime;
	struct builder b = { .mail = mail, .mime = &mime };

	mail->arena = pw_arena_new(PW_MAX_ARENA_BYTES);
	mime = pw_mime_parse(mail->arena, bytes);
	mail->capped = mime.capped;
	if ((!mime.n || !build(&b)) && parse_as_text(mail, bytes, err) < 0)
		return -1;
	*ret = PW_TAKE(mail);
	return 0;
}

void pw_mail_free(struct pw_mail *mail)
{
	if (!mail)
		return;
	pw_arena_free(mail->arena);
	free(mail);
}
