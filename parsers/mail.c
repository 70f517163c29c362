/* SPDX-License-Identifier: Apache-2.0 */
/* mail.c - small questions about a parsed mail. */
#include "parsers/mail.h"

#include "agent/base/str.h"

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
