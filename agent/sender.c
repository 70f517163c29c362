/* SPDX-License-Identifier: Apache-2.0 */
/* sender.c - one thread, two queues, one SMTP connection. */
#include "agent/sender.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/queue.h"

#define IDLE_MS 10000 /* an idle connection is ended politely after this */

struct pw_sender {
	struct pw_smtp *smtp;
	const struct pw_smtp_config *config;
	struct pw_queue *in, *out;
	int abort_fd;
	pthread_t thread;
	size_t n_pending; /* main thread only */
	atomic_llong busy_since;
};

void pw_sending_free(struct pw_sending *sending)
{
	size_t i;

	if (!sending)
		return;
	for (i = 0; i < sending->n_to; i++)
		free((char *)(uintptr_t)sending->to[i].address);
	free(sending->to);
	free(sending->raw);
	free(sending);
}

static void free_item(void *item)
{
	pw_sending_free(item);
}

static void send_one(struct pw_sender *sender, struct pw_sending *sending)
{
	struct pw_smtp_mail mail = {
		.from = sender->config->from_address,
		.to = sending->to,
		.n_to = sending->n_to,
		.raw = sending->raw,
		.raw_len = sending->len,
	};

	atomic_store(&sender->busy_since, pw_monotonic_ms(&pw_clock_real));
	sending->err = (struct pw_err)PW_ERR_INIT;
	if (pw_smtp_send(sender->smtp, &mail, &sending->err) == 0)
		sending->err.code = PW_OK;
	atomic_store(&sender->busy_since, 0);
	if (!pw_queue_push(sender->out, sending, 0))
		pw_sending_free(sending);
}

static void *run(void *argument)
{
	struct pw_sender *sender = argument;
	bool is_idle = true;

	for (;;) {
		struct pollfd fds[2] = { { sender->abort_fd, POLLIN, 0 },
					 { pw_queue_fd(sender->in), POLLIN, 0 } };
		struct pw_sending *sending;
		int n = poll(fds, 2, is_idle ? -1 : IDLE_MS);

		if (fds[0].revents || (n < 0 && errno != EINTR))
			return NULL;
		if (n == 0) {
			pw_smtp_quit(sender->smtp);
			is_idle = true;
		}
		/* One at a time: between two mails we may be asked to end. */
		if ((sending = pw_queue_pop(sender->in)) != NULL) {
			send_one(sender, sending);
			is_idle = false;
		}
	}
}

int pw_sender_start(struct pw_sender **ret, const struct pw_smtp_config *config,
		    struct pw_err *err)
{
	struct pw_sender *sender = pw_alloc(1, sizeof *sender);
	struct pw_smtp_options options = { 0 };
	int r;

	sender->config = config;
	sender->abort_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	options.abort_fd = sender->abort_fd;
	sender->in = pw_queue_new(SIZE_MAX, free_item);
	sender->out = pw_queue_new(SIZE_MAX, free_item);
	sender->smtp = pw_smtp_new(config, &options);
	r = sender->abort_fd < 0 ? errno
				 : pthread_create(&sender->thread, NULL, run, sender);
	if (r == 0) {
		*ret = sender;
		return 0;
	}
	pw_smtp_free(sender->smtp);
	pw_queue_free(sender->in);
	pw_queue_free(sender->out);
	pw_closep(&sender->abort_fd);
	free(sender);
	errno = r;
	return pw_err_errno(err, PW_EIO, "cannot start the sender");
}

void pw_sender_free(struct pw_sender *sender)
{
	const uint64_t one = 1;

	if (!sender)
		return;
	pw_queue_close(sender->in);
	if (write(sender->abort_fd, &one, sizeof one) < 0) {
		/* set already */
	}
	pthread_join(sender->thread, NULL);
	pw_smtp_free(sender->smtp);
	pw_queue_free(sender->in);
	pw_queue_free(sender->out);
	close(sender->abort_fd);
	free(sender);
}

void pw_sender_send(struct pw_sender *sender, struct pw_sending *sending)
{
	sender->n_pending++;
	if (!pw_queue_push(sender->in, sending, 0))
		pw_sending_free(sending);
}

int pw_sender_fd(const struct pw_sender *sender)
{
	return pw_queue_fd(sender->out);
}

struct pw_sending *pw_sender_result(struct pw_sender *sender)
{
	struct pw_sending *sending = pw_queue_pop(sender->out);

	if (sending)
		sender->n_pending--;
	return sending;
}

size_t pw_sender_n_pending(const struct pw_sender *sender)
{
	return sender->n_pending;
}

int64_t pw_sender_busy_since(const struct pw_sender *sender)
{
	return atomic_load(&sender->busy_since);
}
