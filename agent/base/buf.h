/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h - a byte buffer that cannot be made without a maximum.
 *
 * Failure is sticky: once an addition would pass the maximum, the buffer
 * stops growing, keeps what it has, and pw_buf_failed() says so; so a
 * writer may add many pieces and check once.  data is always NUL-terminated.
 */
#ifndef PW_BASE_BUF_H
#define PW_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "agent/base/mem.h"

struct pw_buf {
	char *data; /* owned; never NULL after pw_buf_init() */
	size_t len;
	size_t cap;
	size_t max;
	bool failed;
};

/* Prepare b to hold at most max bytes. */
void pw_buf_init(struct pw_buf *b, size_t max);
/* Free the bytes.  Legal on a buffer of zero bytes ({0}). */
void pw_buf_done(struct pw_buf *b);
/* Room for len bytes and the NUL; 0, or -1 and b has failed. */
int pw_buf_reserve(struct pw_buf *b, size_t len);
/* Add bytes; 0, or -1 when they do not fit (nothing of them is added).
   Inline: JSON and texts are put together from many short pieces. */
static inline int pw_buf_add(struct pw_buf *b, const void *bytes, size_t len)
{
	if ((b->failed || len >= b->cap - b->len) && pw_buf_reserve(b, len) < 0)
		return -1;
	if (len)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}
static inline int pw_buf_adds(struct pw_buf *b, const char *string)
{
	return pw_buf_add(b, string, strlen(string));
}
static inline int pw_buf_addc(struct pw_buf *b, char c)
{
	return pw_buf_add(b, &c, 1);
}
/* A number in decimal digits. */
int pw_buf_addi(struct pw_buf *b, int64_t number);
int pw_buf_addf(struct pw_buf *b, const char *format, ...) PW_PRINTF(2, 3);
/* Forget the content and the failure; the memory is kept. */
void pw_buf_reset(struct pw_buf *b);
static inline bool pw_buf_failed(const struct pw_buf *b)
{
	return b->failed;
}
/* Hand the string over to the caller (free()); b is empty afterwards. */
char *pw_buf_take(struct pw_buf *b) PW_MUST_CHECK;

#endif
