/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/mail_json.h"

#include "agent/base/str.h"

/* Strings come out of the parsers as valid UTF-8; should one not be, it is
   escaped rather than lost. */
static json_t *text(const char *string)
{
	struct pw_buf escaped PW_CLEANUP(pw_buf_done) = { NULL, 0, 0, 0, false };
	json_t *json;

	if (!string)
		return json_null();
	json = json_string(string);
	if (json)
		return json;
	pw_buf_init(&escaped, strlen(string) * 12 + 16);
	pw_str_escape(&escaped, string, strlen(string), strlen(string) * 12);
	return json_string(escaped.data);
}

static json_t *address(const struct pw_addr *addr)
{
	if (!addr->name && !addr->address)
		return json_null();
	return json_pack("{s:o, s:o}", "name", text(addr->name), "address",
			 text(addr->address));
}

static json_t *addresses(const struct pw_addrs *addrs)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < addrs->n; i++)
		json_array_append_new(list, address(&addrs->items[i]));
	return list;
}

static json_t *date(const struct pw_date *value)
{
	char out[PW_DATE_TEXT];

	if (value->day == PW_DAY_NONE)
		return json_null();
	return json_string(pw_date_to_rfc3339(value, out));
}

static json_t *layer(const struct pw_layer *l)
{
	json_t *json = json_object();

	json_object_set_new(json, "id", json_integer(l->id));
	json_object_set_new(json, "parent",
			    l->parent < 0 ? json_null() : json_integer(l->parent));
	json_object_set_new(json, "kind", json_string(pw_layer_kind_name(l->kind)));
	json_object_set_new(json, "from", address(&l->from));
	json_object_set_new(json, "to", addresses(&l->to));
	json_object_set_new(json, "cc", addresses(&l->cc));
	json_object_set_new(json, "date", date(&l->date));
	json_object_set_new(json, "date_text", text(l->date_text));
	json_object_set_new(json, "subject", text(l->subject));
	json_object_set_new(json, "message_id", text(l->message_id));
	json_object_set_new(json, "text", text(l->text.data));
	return json;
}

json_t *pw_mail_to_json(const struct pw_mail *mail)
{
	json_t *layers = json_array();
	size_t i;

	for (i = 0; i < mail->n_layers; i++)
		json_array_append_new(layers, layer(&mail->layers[i]));
	return json_pack("{s:o}", "layers", layers);
}
