/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/mail_head.h"

#include "agent/base/str.h"

/* Fields that hold mailboxes. */
static const char *const address_fields[] = { "from",        "to",     "cc",
					      "reply-to",    "sender", "resent-from",
					      "resent-to",   "bcc",    "return-path",
					      "delivered-to" };

static bool is_address_field(struct pw_bytes name)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(address_fields); i++)
		if (pw_bytes_ieq(name, address_fields[i]))
			return true;
	return false;
}

static bool decode_fields(struct pw_arena *arena, const struct pw_part *entity,
			  struct pw_layer *layer)
{
	const char *charset = pw_param(&entity->type, "charset");
	struct pw_header *headers =
		pw_arena_alloc(arena, entity->n_fields, sizeof *headers);
	const struct pw_field *field;
	size_t i;

	if (!headers)
		return false;
	for (i = 0; i < entity->n_fields; i++) {
		field = &entity->fields[i];
		headers[i].name =
			pw_arena_strndup(arena, field->name.data, field->name.len);
		headers[i].value =
			pw_header_text(arena, field->value,
				       is_address_field(field->name) ? PW_HEADER_ADDRESSES
								     : PW_HEADER_TEXT,
				       charset);
		if (!headers[i].name || !headers[i].value)
			return false;
	}
	layer->headers = headers;
	layer->n_headers = entity->n_fields;
	return true;
}

/* The first of these fields that is there and not empty. */
static const char *first_of(const struct pw_layer *layer, const char *name)
{
	size_t i;

	for (i = 0; i < layer->n_headers; i++)
		if (*layer->headers[i].value && pw_strieq(layer->headers[i].name, name))
			return layer->headers[i].value;
	return NULL;
}

static struct pw_addrs addresses(struct pw_arena *arena, const struct pw_layer *layer,
				 const char *name)
{
	const char *value = first_of(layer, name);

	if (!value)
		return (struct pw_addrs){ NULL, 0 };
	return pw_addrs_parse(arena, value, strlen(value));
}

static void read_date(struct pw_layer *layer)
{
	struct pw_date_hints hints = { NULL, PW_ORDER_UNKNOWN, PW_DAY_NONE };

	layer->date = (struct pw_date){ .day = PW_DAY_NONE };
	layer->date_text = first_of(layer, "Date");
	if (layer->date_text)
		pw_date_parse(layer->date_text, strlen(layer->date_text), &hints,
			      &layer->date);
}

static const char *bare_id(struct pw_arena *arena, const char *value)
{
	const char *start, *end;

	if (!value)
		return NULL;
	start = strchr(value, '<');
	end = start ? strchr(start, '>') : NULL;
	if (!end || end == start + 1)
		return value;
	return pw_arena_strndup(arena, start + 1, (size_t)(end - start - 1));
}

bool pw_mail_head(struct pw_arena *arena, const struct pw_part *entity,
		  struct pw_layer *layer)
{
	const char *from, *sender;

	if (!decode_fields(arena, entity, layer))
		return false;
	layer->is_exact = true;
	from = first_of(layer, "From");
	sender = first_of(layer, "Sender");
	if (!from)
		from = sender;
	if (from)
		layer->from = pw_addr_parse(arena, from, strlen(from), &layer->behalf_of);
	layer->to = addresses(arena, layer, "To");
	layer->cc = addresses(arena, layer, "Cc");
	layer->reply_to = addresses(arena, layer, "Reply-To");
	layer->subject = first_of(layer, "Subject");
	layer->message_id = bare_id(arena, first_of(layer, "Message-ID"));
	read_date(layer);
	return true;
}
