/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wait.c - wait for new mail: IDLE (RFC 2177), or NOOP now and then.
 *
 * IDLE is spoken here: libetpan's crashes before SELECT and hangs where
 * untagged data precedes the "+".
 */
#include "agent/imap/internal.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"

static int64_t now_ms(void)
{
	return pw_monotonic_ms(&pw_clock_real);
}

/* Deal with what is there, then wait for a line that concerns us.  1: a line
   can be read, 0: *ret says why not, -1. */
static int await_line(struct pw_imap *imap, int64_t end_ms, int wake_fd,
		      enum pw_imap_news *ret)
{
	while (!pw_imap_is_pending(imap)) {
		enum pw_stream_event event;
		int64_t left = end_ms - now_ms();

		if (pw_stream_wait(imap->stream, left > 0 ? left : 0, wake_fd, &event,
				   &imap->failure) < 0)
			return -1;
		if (event != PW_STREAM_READY) {
			*ret = event == PW_STREAM_WOKEN ? PW_IMAP_WOKEN : PW_IMAP_TIMEOUT;
			return 0;
		}
		if (pw_imap_pump(imap) < 0)
			return -1;
	}
	return 1;
}

static const char *read_line(struct pw_imap *imap)
{
	const char *line = mailstream_read_line(imap->session->imap_stream,
						imap->session->imap_stream_buffer);

	if (!line && imap->failure.code == PW_OK)
		pw_err_set(&imap->failure, PW_ENET, "%s closed the connection",
			   pw_stream_name(imap->stream));
	return line;
}

/* Read lines up to the one that begins with what is wanted; another tagged line is
   a refusal. */
static int read_up_to(struct pw_imap *imap, const char *wanted)
{
	int64_t end = now_ms() + imap->io_ms;
	enum pw_imap_news reason;

	for (;;) {
		const char *line;
		int got = await_line(imap, end, -1, &reason);

		if (got < 0)
			return -1;
		if (got == 0)
			return pw_err_set(&imap->failure, PW_ETIMEOUT,
					  "%s does not answer in time",
					  pw_stream_name(imap->stream));
		line = read_line(imap);
		if (!line)
			return -1;
		if (pw_starts_with(line, wanted))
			return 0;
		if (line[0] != '*' && line[0] != '+')
			return pw_err_set(&imap->failure, PW_EPROTO, "%s says '%s'",
					  pw_stream_name(imap->stream), imap->guard.said);
	}
}

/* Lines that came between are news or nothing; the guard has noted which. */
static int drain_pending(struct pw_imap *imap)
{
	while (pw_imap_is_pending(imap))
		if (!read_line(imap))
			return -1;
	if (imap->guard.said_bye)
		return pw_err_set(&imap->failure, PW_ENET, "%s said goodbye: '%s'",
				  pw_stream_name(imap->stream), imap->guard.said);
	return 0;
}

static int wait_idling(struct pw_imap *imap, int64_t end_ms, enum pw_imap_news *ret)
{
	*ret = PW_IMAP_NEWS;
	while (!imap->guard.has_news) {
		int got = await_line(imap, end_ms, imap->wake_fd, ret);

		if (got <= 0)
			return got;
		if (drain_pending(imap) < 0)
			return -1;
	}
	*ret = PW_IMAP_NEWS;
	return 0;
}

static int idle_once(struct pw_imap *imap, int64_t end_ms, enum pw_imap_news *ret)
{
	char tag[16], command[32];

	snprintf(tag, sizeof tag, "%d ", ++imap->session->imap_tag);
	snprintf(command, sizeof command, "%sIDLE\r\n", tag);
	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
	if (pw_stream_send(imap->stream, command, strlen(command), &imap->failure) < 0 ||
	    read_up_to(imap, "+") < 0)
		return -1;
	pw_stream_allow(imap->stream, PW_IMAP_ANSWER_BYTES,
			end_ms - now_ms() + 2 * imap->io_ms);
	if (wait_idling(imap, end_ms, ret) < 0)
		return -1;
	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
	if (pw_stream_send(imap->stream, "DONE\r\n", 6, &imap->failure) < 0 ||
	    read_up_to(imap, tag) < 0)
		return -1;
	if (imap->guard.has_news)
		*ret = PW_IMAP_NEWS;
	return 0;
}

static int poll_once(struct pw_imap *imap, int64_t end_ms, enum pw_imap_news *ret,
		     struct pw_err *err)
{
	int result;

	pw_stream_allow(imap->stream, PW_IMAP_ANSWER_BYTES,
			end_ms - now_ms() + 2 * imap->io_ms);
	if (wait_idling(imap, end_ms, ret) < 0)
		return pw_imap_fail(imap, "wait for news", err);
	if (*ret != PW_IMAP_TIMEOUT)
		return 0;
	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
	result = mailimap_noop(imap->session);
	if (imap->guard.has_news)
		*ret = PW_IMAP_NEWS;
	return pw_imap_check(imap, result, PW_EPROTO, "ask for news", err);
}

int pw_imap_wait(struct pw_imap *imap, int64_t timeout_ms, enum pw_imap_news *ret,
		 struct pw_err *err)
{
	bool has_idle = pw_imap_has_idle(imap);
	int64_t step = has_idle ? imap->renew_ms : imap->mailbox->poll_ms;
	int64_t end = now_ms() + timeout_ms;
	enum pw_imap_news news = PW_IMAP_NEWS;

	while (!imap->guard.has_news) {
		int64_t now = now_ms();
		int64_t until = end - now < step ? end : now + step;

		if (has_idle && idle_once(imap, until, &news) < 0)
			return pw_imap_fail(imap, "wait for news", err);
		if (!has_idle && poll_once(imap, until, &news, err) < 0)
			return -1;
		if (news != PW_IMAP_TIMEOUT || now_ms() >= end)
			break;
	}
	*ret = news;
	return 0;
}
