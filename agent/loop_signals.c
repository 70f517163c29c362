/* SPDX-License-Identifier: Apache-2.0 */
/* loop_signals.c - what ends the agent, and what makes it read anew. */
#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "agent/log/log.h"
#include "agent/loop_internal.h"
#include "agent/notify/notify.h"

#define BUSY_STOP_MS 200 /* what is not written now is fetched again */

/* Nothing was fetched or sent yet, and whatever the store was doing is undone by
   its journal, as after a kill. */
static void end_at_once(int signal_number)
{
	static const char said[] = "poachwatch ends before it had started\n";

	(void)signal_number;
	if (write(STDERR_FILENO, said, sizeof said - 1) < 0) {
		/* nobody is listening */
	}
	_exit(0);
}

static int mask(int how, const sigset_t *set, struct pw_err *err)
{
	errno = pthread_sigmask(how, set, NULL);
	return errno ? pw_err_errno(err, PW_EIO, "cannot block signals") : 0;
}

int pw_loop_signals_init(struct pw_loop *loop, struct pw_err *err)
{
	const struct sigaction ending = { .sa_handler = end_at_once };
	sigset_t later, all;

	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &ending, NULL);
	sigaction(SIGINT, &ending, NULL);
	sigemptyset(&later);
	sigaddset(&later, SIGHUP);
	all = later;
	sigaddset(&all, SIGTERM);
	sigaddset(&all, SIGINT);
	loop->signal_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (loop->signal_fd < 0)
		return pw_err_errno(err, PW_EIO, "cannot watch signals");
	return mask(SIG_BLOCK, &later, err);
}

int pw_loop_signals_take_over(struct pw_loop *loop, struct pw_err *err)
{
	sigset_t set;

	(void)loop;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return mask(SIG_BLOCK, &set, err);
}

static void begin_to_stop(struct pw_loop *loop)
{
	loop->is_stopping = true;
	loop->stop_ms = pw_monotonic_ms(loop->clock);
	pw_store_set_patience(loop->store, BUSY_STOP_MS, -1);
	pw_notify_stopping();
	pw_loop_finish_mailboxes(loop);
}

void pw_loop_take_signals(struct pw_loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (loop->is_stopping)
			continue;
		if (info.ssi_signo == SIGHUP)
			loop->is_reload_due = true;
		else
			begin_to_stop(loop);
	}
}
