/* SPDX-License-Identifier: Apache-2.0 */
/* loop.c - start, poll, stop. */
#include "agent/loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/log/log.h"
#include "agent/loop_internal.h"
#include "agent/notify/notify.h"

#define BUSY_MS   5000 /* that the loop waits for another process's transaction */
#define STOP_MS   2000 /* to commit, acknowledge and log out; 5 s are allowed */
#define ONCE_MS   5000 /* --once waits this long for a store that fails */
#define FDS_FIXED 4    /* signals, store, image, sender */

/* --- start ------------------------------------------------------------------ */

/* Passwords pass through this process: no core file may hold them. */
static void forbid_core_dumps(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

static void send_mail(void *self, struct pw_sending *sending)
{
	struct pw_loop *loop = self;

	pw_sender_send(loop->sender, sending);
}

static int make_parts(struct pw_loop *loop, struct pw_err *err)
{
	const struct pw_pipeline_parts pipeline = {
		.store = loop->store,
		.pool = loop->pool,
		.clock = loop->clock,
		.done = pw_loop_message_done,
		.committed = pw_loop_committed,
		.self = loop,
	};
	const struct pw_outbox_parts outbox = {
		.store = loop->store,
		.clock = loop->clock,
		.send = send_mail,
		.self = loop,
		.is_once = loop->options->is_once,
	};

	if (pw_pipeline_new(&loop->pipeline, &pipeline, err) < 0 ||
	    pw_outbox_new(&loop->outbox, &outbox, err) < 0)
		return -1;
	pw_pipeline_use(loop->pipeline, loop->config, loop->ruleset);
	pw_outbox_use(loop->outbox, pw_pipeline_post(loop->pipeline), loop->ruleset);
	return 0;
}

static int start(struct pw_loop *loop, struct pw_err *err)
{
	if (pw_loop_signals_init(loop, err) < 0 || pw_loop_load(loop, err) < 0 ||
	    pw_store_become_owner(loop->config->store, err) < 0 ||
	    pw_store_open(&loop->store, loop->config->store, PW_STORE_AGENT, loop->clock,
			  err) < 0 ||
	    pw_loop_make_pool(loop, err) < 0)
		return -1;
	pw_store_set_patience(loop->store, BUSY_MS, loop->signal_fd);
	forbid_core_dumps();
	if (make_parts(loop, err) < 0 || pw_loop_signals_take_over(loop, err) < 0)
		return -1;
	loop->is_outbox_dirty = true;
	loop->watchdog_ms = pw_notify_watchdog_ms();
	loop->alive_ms = pw_monotonic_ms(loop->clock);
	return pw_loop_start_mail(loop, err);
}

/* Nobody is turned away because a figure cannot be served. */
static void start_metrics(struct pw_loop *loop)
{
	struct pw_err err = PW_ERR_INIT;

	if (loop->config->metrics && !loop->options->is_once &&
	    pw_metrics_start(&loop->metrics, loop->config->metrics, loop->config->store,
			     loop->clock, &err) < 0)
		pw_log(PW_LOG_ERROR, "%s", err.msg);
}

/* --- one round ---------------------------------------------------------------- */

static void take_results(struct pw_loop *loop)
{
	struct pw_sending *sending;

	while ((sending = pw_sender_result(loop->sender)) != NULL) {
		pw_loop_note_sent(loop, sending);
		pw_outbox_result(loop->outbox, sending);
		loop->is_outbox_dirty = true;
	}
}

static void watch_pool(struct pw_loop *loop)
{
	const struct pw_err *trouble = pw_pool_trouble(loop->pool);

	if (trouble && !loop->is_pool_trouble_told)
		pw_log(PW_LOG_ERROR, "inspectors do not start: %s; trying again",
		       trouble->msg);
	loop->is_pool_trouble_told = trouble != NULL;
}

static int work(struct pw_loop *loop, struct pw_err *err)
{
	if (pw_pool_step(loop->pool, err) < 0 || pw_loop_mail_events(loop, err) < 0 ||
	    pw_pool_step(loop->pool, err) < 0 ||
	    pw_pipeline_step(loop->pipeline, err) < 0)
		return -1;
	take_results(loop);
	watch_pool(loop);
	if (!loop->is_stopping)
		pw_loop_care(loop);
	if (!loop->is_stopping &&
	    (loop->is_outbox_dirty || pw_outbox_timeout_ms(loop->outbox) == 0)) {
		loop->is_outbox_dirty = false;
		pw_outbox_pump(loop->outbox);
	}
	return 0;
}

static int64_t least(int64_t a, int64_t b)
{
	if (a < 0)
		return b;
	return b < 0 || a < b ? a : b;
}

static int timeout_ms(struct pw_loop *loop)
{
	int64_t wait = pw_pool_timeout_ms(loop->pool);

	wait = least(wait, pw_pipeline_timeout_ms(loop->pipeline));
	if (!loop->is_stopping) {
		wait = least(wait, pw_outbox_timeout_ms(loop->outbox));
		wait = least(wait, pw_loop_care_timeout_ms(loop));
		wait = least(wait, pw_loop_mail_timeout_ms(loop));
	} else {
		int64_t left = loop->stop_ms + STOP_MS - pw_monotonic_ms(loop->clock);

		wait = least(wait, left > 0 ? left : 0);
	}
	return wait > INT_MAX ? INT_MAX : (int)wait;
}

static void add_fd(struct pollfd *fds, size_t *n, int fd)
{
	fds[(*n)++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

static int wait_for_events(struct pw_loop *loop, struct pw_err *err)
{
	size_t max = FDS_FIXED + loop->n_watched + PW_POOL_MAX, n = 0, i;
	PW_CLEANUP(pw_freep) struct pollfd *fds = pw_alloc(max, sizeof *fds);

	add_fd(fds, &n, loop->signal_fd);
	add_fd(fds, &n, pw_store_watch_fd(loop->store));
	add_fd(fds, &n, loop->image_job ? pw_known_image_job_fd(loop->image_job) : -1);
	add_fd(fds, &n, pw_sender_fd(loop->sender));
	for (i = 0; i < loop->n_watched; i++)
		add_fd(fds, &n, pw_mailbox_fd(loop->watched[i].mailbox));
	n += pw_pool_pollfds(loop->pool, fds + n);
	if (poll(fds, n, timeout_ms(loop)) < 0 && errno != EINTR)
		return pw_err_errno(err, PW_EIO, "cannot wait for events");
	if (fds[0].revents)
		pw_loop_take_signals(loop);
	if (fds[1].revents && !loop->is_stopping)
		pw_loop_store_changed(loop);
	if (fds[2].revents)
		pw_loop_image_ready(loop);
	return 0;
}

/* --- the end ------------------------------------------------------------------- */

/* Drained: every mailbox told so, everything is committed and sent. */
static bool is_drained(struct pw_loop *loop)
{
	if (!pw_loop_all_caught_up(loop) || pw_pipeline_n_open(loop->pipeline) > 0)
		return false;
	pw_loop_finish_mailboxes(loop);
	return pw_loop_all_ended(loop) && pw_outbox_is_idle(loop->outbox);
}

static bool is_given_up(struct pw_loop *loop)
{
	int64_t failing = pw_store_failing_ms(loop->store);

	if (!failing || pw_monotonic_ms(loop->clock) - failing < ONCE_MS)
		return false;
	pw_log(PW_LOG_ERROR, "the store cannot be written: the next run goes on");
	loop->has_failed = true;
	return true;
}

static bool is_over(struct pw_loop *loop)
{
	if (loop->is_stopping)
		return pw_loop_all_ended(loop) ||
		       pw_monotonic_ms(loop->clock) - loop->stop_ms >= STOP_MS;
	return loop->options->is_once && (is_given_up(loop) || is_drained(loop));
}

static bool has_queued_mail(struct pw_loop *loop)
{
	struct pw_err err = PW_ERR_INIT;
	int64_t next = 0;

	return pw_store_outbox_next_ms(loop->store, &next, &err) < 0 || next != 0;
}

static int run(struct pw_loop *loop, struct pw_err *err)
{
	while (!is_over(loop)) {
		if (wait_for_events(loop, err) < 0)
			return -1;
		if (loop->is_reload_due && pw_loop_reload(loop, err) < 0)
			return -1;
		if (loop->sender && work(loop, err) < 0)
			return -1;
	}
	return 0;
}

static void stop(struct pw_loop *loop)
{
	pw_metrics_free(loop->metrics);
	pw_loop_stop_mail(loop);
	pw_outbox_free(loop->outbox);
	pw_pipeline_free(loop->pipeline);
	pw_pool_free(loop->pool);
	pw_store_close(loop->store);
	pw_loop_unload(loop);
	pw_closep(&loop->signal_fd);
}

int pw_loop_run(const struct pw_loop_options *options, bool *ret_is_clean,
		struct pw_err *err)
{
	struct pw_loop loop = { .options = options,
				.clock = options->clock,
				.image = PW_KNOWN_IMAGE_NONE,
				.signal_fd = -1 };
	int r = start(&loop, err);

	if (r == 0) {
		pw_log(PW_LOG_NOTICE,
		       "poachwatch " PW_VERSION " watches %zu mailbox%s, rules %.12s",
		       loop.n_watched, loop.n_watched == 1 ? "" : "es",
		       pw_ruleset_hash(loop.ruleset));
		start_metrics(&loop);
		pw_notify_ready();
		r = run(&loop, err);
	}
	if (r == 0) {
		*ret_is_clean = !options->is_once ||
				(!loop.has_failed && !has_queued_mail(&loop));
		pw_log(PW_LOG_NOTICE, "poachwatch ends");
	}
	stop(&loop);
	return r;
}
