/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/smtp/dialogue.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"

#define SEND_BYTES 16384

enum pw_smtp_outcome pw_smtp_outcome_of(int status)
{
	return status < 400   ? PW_SMTP_ACCEPTED
	       : status < 500 ? PW_SMTP_LATER
			      : PW_SMTP_REFUSED;
}

/* One line into line[PW_SMTP_LINE_MAX], without its end. */
static int read_line(struct pw_smtp_dialogue *d, char *line, struct pw_err *err)
{
	for (;;) {
		char *end = memchr(d->pending, '\n', d->n_pending);
		size_t used, len, got;

		if (end) {
			used = (size_t)(end - d->pending) + 1;
			for (len = used; len && strchr("\r\n", d->pending[len - 1]);)
				len--;
			memcpy(line, d->pending, len);
			line[len] = '\0';
			d->n_pending -= used;
			memmove(d->pending, end + 1, d->n_pending);
			return 0;
		}
		if (d->n_pending == sizeof d->pending)
			return pw_err_set(err, PW_EPROTO, "%s sends a line too long",
					  pw_stream_name(d->stream));
		if (pw_stream_recv(d->stream, d->pending + d->n_pending,
				   sizeof d->pending - d->n_pending, &got, err) < 0)
			return -1;
		d->n_pending += got;
	}
}

static bool is_reply_line(const char *line)
{
	return line[0] >= '2' && line[0] <= '5' && isdigit((unsigned char)line[1]) &&
	       isdigit((unsigned char)line[2]) &&
	       (line[3] == ' ' || line[3] == '-' || line[3] == '\0');
}

static void keep_text(struct pw_smtp_reply *reply, const struct pw_buf *raw)
{
	struct pw_buf text;
	size_t cut;

	pw_buf_init(&text, PW_SMTP_TEXT_MAX * 12);
	pw_str_escape(&text, raw->data, raw->len, PW_SMTP_TEXT_MAX - 16);
	cut = pw_utf8_cut(text.data, text.len, PW_SMTP_TEXT_MAX - 1);
	memcpy(reply->text, text.data, cut);
	reply->text[cut] = '\0';
	pw_buf_done(&text);
}

static int gather(struct pw_smtp_dialogue *d, struct pw_buf *text, int *ret_status,
		  struct pw_err *err)
{
	char line[PW_SMTP_LINE_MAX];
	int n;

	for (n = 0; n < PW_SMTP_REPLY_MAX_LINES; n++) {
		if (read_line(d, line, err) < 0)
			return -1;
		if (!is_reply_line(line))
			return pw_err_set(err, PW_EPROTO,
					  "%s sends a line that is no SMTP reply",
					  pw_stream_name(d->stream));
		if (line[3] && line[4] && text->len < PW_SMTP_TEXT_MAX) {
			if (text->len)
				pw_buf_addc(text, ' ');
			pw_buf_adds(text, line + 4);
		}
		if (line[3] != '-') {
			*ret_status = atoi(line);
			return 0;
		}
	}
	return pw_err_set(err, PW_EPROTO, "%s sends a reply without end",
			  pw_stream_name(d->stream));
}

int pw_smtp_read_reply(struct pw_smtp_dialogue *dialogue, int64_t wait_ms,
		       struct pw_smtp_reply *ret, struct pw_err *err)
{
	struct pw_smtp_reply reply = { 0 };
	struct pw_buf text;
	int result;

	pw_buf_init(&text, PW_SMTP_TEXT_MAX + PW_SMTP_LINE_MAX);
	pw_stream_allow(dialogue->stream,
			(size_t)PW_SMTP_LINE_MAX * PW_SMTP_REPLY_MAX_LINES, wait_ms);
	result = gather(dialogue, &text, &reply.status, err);
	if (result == 0) {
		keep_text(&reply, &text);
		*ret = reply;
	}
	pw_buf_done(&text);
	return result;
}

int pw_smtp_command(struct pw_smtp_dialogue *dialogue, const char *command,
		    int64_t wait_ms, struct pw_smtp_reply *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *line = pw_asprintf("%s\r\n", command);

	assert(!strpbrk(command, "\r\n"));
	pw_stream_allow(dialogue->stream, 0, wait_ms);
	if (pw_stream_send(dialogue->stream, line, strlen(line), err) < 0)
		return -1;
	return pw_smtp_read_reply(dialogue, wait_ms, ret, err);
}

static int flush(struct pw_smtp_dialogue *d, struct pw_buf *out, struct pw_err *err)
{
	if (pw_stream_send(d->stream, out->data, out->len, err) < 0)
		return -1;
	pw_buf_reset(out);
	return 0;
}

/* One line of the message; CR and LF alone end a line as CRLF does. */
static size_t add_text_line(struct pw_buf *out, const char *raw, size_t len)
{
	size_t at = 0;

	if (raw[0] == '.')
		pw_buf_addc(out, '.');
	while (at < len && at < SEND_BYTES / 2 && raw[at] != '\r' && raw[at] != '\n')
		at++;
	pw_buf_add(out, raw, at);
	if (at == SEND_BYTES / 2)
		return at; /* goes on; no server takes such a line unharmed */
	pw_buf_adds(out, "\r\n");
	if (at + 1 < len && raw[at] == '\r' && raw[at + 1] == '\n')
		return at + 2;
	return at < len ? at + 1 : at;
}

static int send_lines(struct pw_smtp_dialogue *d, struct pw_buf *out, const char *raw,
		      size_t len, struct pw_err *err)
{
	while (len) {
		size_t used = add_text_line(out, raw, len);

		raw += used;
		len -= used;
		if (out->len >= SEND_BYTES && flush(d, out, err) < 0)
			return -1;
	}
	pw_buf_adds(out, ".\r\n");
	return flush(d, out, err);
}

int pw_smtp_send_text(struct pw_smtp_dialogue *dialogue, const char *raw, size_t len,
		      int64_t wait_ms, struct pw_err *err)
{
	struct pw_buf out;
	int result;

	pw_buf_init(&out, 2 * SEND_BYTES);
	pw_stream_allow(dialogue->stream, 0, wait_ms);
	result = send_lines(dialogue, &out, raw, len, err);
	pw_buf_done(&out);
	return result;
}
