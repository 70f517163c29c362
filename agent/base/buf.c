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

int pw_buf_reserve(struct pw_buf *b, size_t len)
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
	if (cap > b->max) /* no byte past it, whoever adds: the NUL is extra */
		cap = b->max + 1;
	if (cap < want)
		cap = want;
	b->data = pw_realloc(b->cap ? b->data : NULL, cap, 1);
	b->cap = cap;
	return 0;
}

int pw_buf_addi(struct pw_buf *b, int64_t number)
{
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char digits[24], *at = digits + sizeof digits;

	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		*--at = '-';
	return pw_buf_add(b, at, (size_t)(digits + sizeof digits - at));
}

/* Most of what is formatted fits where it goes; what does not is formatted again. */
int pw_buf_addf(struct pw_buf *b, const char *format, ...)
{
	const size_t room = b->cap - b->len;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(room ? b->data + b->len : NULL, room, format, args);
	va_end(args);
	if (len < 0 || b->failed || (size_t)len >= room) {
		if (room)
			b->data[b->len] = '\0';
		if (len < 0 || pw_buf_reserve(b, (size_t)len) < 0)
			return -1;
		va_start(args, format);
		vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
		va_end(args);
	}
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
