/* SPDX-License-Identifier: Apache-2.0 */
/* driver.c - libetpan's byte stream: our connection, seen through the guard. */
#include "agent/imap/internal.h"

int pw_imap_pump(struct pw_imap *imap)
{
	size_t got;

	if (pw_stream_recv(imap->stream, imap->chunk, PW_GUARD_INPUT_MAX, &got,
			   &imap->failure) < 0)
		return -1;
	if (pw_guard_feed(&imap->guard, imap->chunk, got, &imap->failure) < 0)
		return pw_err_wrap(&imap->failure, "%s", pw_stream_name(imap->stream));
	return 0;
}

bool pw_imap_is_pending(const struct pw_imap *imap)
{
	return imap->session->imap_stream->read_buffer_len ||
	       pw_guard_is_pending(&imap->guard);
}

/* -1 at the end too: libetpan 1.9.4 loops on 0 within a literal. */
static ssize_t driver_read(mailstream_low *low, void *buf, size_t n)
{
	struct pw_imap *imap = low->data;

	if (imap->failure.code != PW_OK)
		return -1;
	while (!pw_guard_is_pending(&imap->guard)) {
		if (imap->guard.said_bye)
			return pw_err_set(&imap->failure, PW_ENET,
					  "%s said goodbye: '%s'",
					  pw_stream_name(imap->stream), imap->guard.said);
		if (pw_imap_pump(imap) < 0)
			return -1;
	}
	return (ssize_t)pw_guard_take(&imap->guard, buf, n);
}

static ssize_t driver_write(mailstream_low *low, const void *bytes, size_t n)
{
	struct pw_imap *imap = low->data;

	if (imap->failure.code != PW_OK ||
	    pw_stream_send(imap->stream, bytes, n, &imap->failure) < 0)
		return -1;
	return (ssize_t)n;
}

/* The stream belongs to struct pw_imap and is closed with it. */
static int driver_close(mailstream_low *low)
{
	(void)low;
	return 0;
}

static int driver_get_fd(mailstream_low *low)
{
	(void)low;
	return -1;
}

static void driver_free(mailstream_low *low)
{
	free(low);
}

static void driver_cancel(mailstream_low *low)
{
	(void)low;
}

static struct mailstream_cancel *driver_get_cancel(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static carray *driver_get_certificate_chain(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static int driver_no_idle(mailstream_low *low)
{
	(void)low;
	return -1;
}

static mailstream_low_driver driver = {
	.mailstream_read = driver_read,
	.mailstream_write = driver_write,
	.mailstream_close = driver_close,
	.mailstream_get_fd = driver_get_fd,
	.mailstream_free = driver_free,
	.mailstream_cancel = driver_cancel,
	.mailstream_get_cancel = driver_get_cancel,
	.mailstream_get_certificate_chain = driver_get_certificate_chain,
	.mailstream_setup_idle = driver_no_idle,
	.mailstream_unsetup_idle = driver_no_idle,
	.mailstream_interrupt_idle = driver_no_idle,
};

mailstream *pw_imap_driver_new(struct pw_imap *imap)
{
	mailstream_low *low = mailstream_low_new(imap, &driver);
	mailstream *stream = low ? mailstream_new(low, PW_GUARD_INPUT_MAX) : NULL;

	if (!stream)
		free(low);
	return stream;
}
