/* SPDX-License-Identifier: Apache-2.0 */
/* guard.c - lines and literals of the server, each in its bounds. */
#include "agent/imap/guard.h"

#include <ctype.h>
#include <string.h>

#include "agent/imap/guard_line.h"

#define DROPPED_LITERAL_MAX 65536
/* A line rewritten is at most twice as long ("+\n" becomes "+ -\r\n"). */
#define OUT_MAX (PW_GUARD_LINE_MAX + 4 * PW_GUARD_INPUT_MAX)

void pw_guard_init(struct pw_guard *guard)
{
	*guard = (struct pw_guard){ 0 };
	pw_buf_init(&guard->line, PW_GUARD_LINE_MAX);
	pw_buf_init(&guard->out, OUT_MAX);
}

void pw_guard_done(struct pw_guard *guard)
{
	pw_buf_done(&guard->line);
	pw_buf_done(&guard->out);
}

void pw_guard_inject(struct pw_guard *guard, const char *line)
{
	pw_buf_adds(&guard->out, line);
}

bool pw_guard_is_pending(const struct pw_guard *guard)
{
	return guard->out_at < guard->out.len;
}

size_t pw_guard_take(struct pw_guard *guard, void *buf, size_t n)
{
	size_t left = guard->out.len - guard->out_at;

	if (n > left)
		n = left;
	if (n)
		memcpy(buf, guard->out.data + guard->out_at, n);
	guard->out_at += n;
	if (guard->out_at == guard->out.len) {
		guard->out_at = 0;
		pw_buf_reset(&guard->out);
	}
	return n;
}

int64_t pw_guard_literal(const char *text, size_t len)
{
	size_t end = len, at;
	uint64_t n = 0;

	if (end < 3 || text[end - 1] != '}')
		return -1;
	at = end - 1;
	if (text[at - 1] == '+')
		at--;
	end = at;
	while (at && isdigit((unsigned char)text[at - 1]))
		at--;
	if (at == end || !at || text[at - 1] != '{')
		return -1;
	if (end - at > 10 || (at >= 2 && text[at - 2] == '~'))
		return -2;
	for (; at < end; at++)
		n = n * 10 + (uint64_t)(text[at] - '0');
	return n > UINT32_MAX ? -2 : (int64_t)n;
}

/* A response that is dropped takes its literals with it. */
static int skip_line(struct pw_guard *guard, struct pw_err *err)
{
	int64_t n = pw_guard_literal(guard->line.data, guard->line.len);

	if (n == -2 || n > DROPPED_LITERAL_MAX)
		return pw_err_set(err, PW_EPROTO, "sends a literal nobody asked for");
	guard->is_continued = n >= 0;
	guard->literal_left = n > 0 ? (uint64_t)n : 0;
	return 0;
}

static int finish_line(struct pw_guard *guard, struct pw_err *err)
{
	struct pw_buf *line = &guard->line;
	int result = 0;

	while (line->len && strchr("\r ", line->data[line->len - 1]))
		line->data[--line->len] = '\0';
	if (!guard->is_continued)
		result = pw_guard_response(guard, err);
	else if (!guard->is_dropping)
		result = pw_guard_fetch_items(guard, line->data, err);
	if (result == 0 && guard->is_dropping)
		result = skip_line(guard, err);
	pw_buf_reset(line);
	return result;
}

/* NUL would end a line early; nothing we ask for contains one. */
static int add_to_line(struct pw_guard *guard, const char *bytes, size_t len,
		       struct pw_err *err)
{
	size_t start = guard->line.len;
	char *nul;

	if (pw_buf_add(&guard->line, bytes, len) < 0)
		return pw_err_set(err, PW_EPROTO, "sends a line of more than %d bytes",
				  PW_GUARD_LINE_MAX);
	while (len && (nul = memchr(guard->line.data + start, '\0', len)))
		*nul = '?';
	return 0;
}

static size_t feed_literal(struct pw_guard *guard, const char *bytes, size_t len)
{
	if (len > guard->literal_left)
		len = (size_t)guard->literal_left;
	if (!guard->is_dropping)
		pw_buf_add(&guard->out, bytes, len);
	guard->literal_left -= len;
	return len;
}

int pw_guard_feed(struct pw_guard *guard, const char *bytes, size_t len,
		  struct pw_err *err)
{
	size_t used;

	for (; len; bytes += used, len -= used) {
		const char *end;

		if (guard->literal_left) {
			used = feed_literal(guard, bytes, len);
			continue;
		}
		end = memchr(bytes, '\n', len);
		used = end ? (size_t)(end - bytes) + 1 : len;
		if (add_to_line(guard, bytes, end ? used - 1 : used, err) < 0)
			return -1;
		if (end && finish_line(guard, err) < 0)
			return -1;
		if (pw_buf_failed(&guard->out))
			return pw_err_set(err, PW_EPROTO, "sends more than can be held");
	}
	return 0;
}
