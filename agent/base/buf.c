/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/base/buf.h"

#include <stdio.h>
#include <string.h>

static char empty[1] = "";

void pw_buf_init(struct pw_buf *b, size_t max)
{
	*b = (struct pw_buf){ .data = empty, .max = max };
}

void pw_buf_done(struct pw_buf *b)
{
	if (b->cap)
		free(b->data);
	*b = (struct pw_buf){ .data = empty, .max = b->max };
}

static int make_room(struct pw_buf *b, size_t len)
{
	size_t want, cap;

	if (b->failed || len > b->max - b->len) {
		b->failed = true;
		return -1;
	}
	want = b->len + len + 1;
	if (want <= b->cap)
		return 0;
	cap = b->cap ? b->cap * 2 : 256;
	if (cap < want)
		cap = want;
	b->data = pw_realloc(b->cap ? b->data : NULL, cap, 1);
	b->cap = cap;
	return 0;
}

int pw_buf_add(struct pw_buf *b, const void *bytes, size_t len)
{
	if (make_room(b, len) < 0)
		return -1;
	if (len)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

int pw_buf_adds(struct pw_buf *b, const char *string)
{
	return pw_buf_add(b, string, strlen(string));
}

int pw_buf_addc(struct pw_buf *b, char c)
{
	return pw_buf_add(b, &c, 1);
}

int pw_buf_addf(struct pw_buf *b, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || make_room(b, (size_t)len) < 0)
		return -1;
	va_start(args, format);
	vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
	return 0;
}

void pw_buf_reset(struct pw_buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->cap)
		b->data[0] = '\0';
}

char *pw_buf_take(struct pw_buf *b)
{
	char *data = b->cap ? b->data : pw_strdup("");

	*b = (struct pw_buf){ .data = empty, .max = b->max };
	return data;
}
