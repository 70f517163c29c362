/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/jsonout.h"

#include <string.h>

#include "agent/base/str.h"

json_t *pw_json_text(const char *text)
{
	size_t i, len, step;
	struct pw_buf out;
	json_t *string;

	if (!text)
		return json_null();
	len = strlen(text);
	pw_buf_init(&out, len * 3 + 1);
	for (i = 0; i < len; i += step) {
		uint32_t cp;
		char utf8[4];

		step = pw_utf8_next(text + i, len - i, &cp);
		if (step == 0)
			break;
		pw_buf_add(&out, utf8, pw_utf8_put(utf8, cp));
	}
	string = json_stringn(out.data, out.len);
	pw_buf_done(&out);
	return string ? string : json_null();
}

void pw_json_line(FILE *out, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);

	if (text) {
		fputs(text, out);
		fputc('\n', out);
	}
	free(text);
	json_decref(object);
}
