/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop_internal.h - private to the loop: its state, and which file does what.
 *
 *   loop.c         start, poll, stop
 *   loop_signals.c what ends the agent, and what makes it read anew
 *   loop_knowing.c configuration, rules and contracts, and their reload
 *   loop_mail.c    what mailbox threads report
 *   loop_care.c    what time brings: updates, retention, watchdog
 *   loop_silence.c a person is told that nothing can be read or written
 */
#ifndef PW_LOOP_INTERNAL_H
#define PW_LOOP_INTERNAL_H

#include "agent/contracts/known_image.h"
#include "agent/loop.h"
#include "agent/mailbox.h"
#include "agent/metrics/metrics.h"
#include "agent/outbox.h"
#include "agent/pipeline.h"
#include "agent/sender.h"

/* One mailbox as the main thread sees it. */
struct pw_watched {
	struct pw_mailbox *mailbox;
	bool is_asking; /* OPENED came and is not answered yet */
	uint32_t asking_uidvalidity;
	int64_t answer_ms;       /* monotonic: when that is tried again */
	int64_t answer_pause_ms; /* after the last failure */
	bool is_heard;           /* something came since it was opened */
	bool is_caught_up;       /* since it was started or failed */
	bool is_finishing;
	bool is_ended;
	bool has_acks;          /* given since it was woken last */
	int64_t failing_ms;     /* wall clock: since when it fails, 0: fine */
	int64_t silent_from_ms; /* the same, monotonic: clocks are set */
	int64_t ok_written_ms;  /* monotonic */
};

struct pw_loop {
	const struct pw_loop_options *options;
	const struct pw_clock *clock;

	struct pw_config *config;
	struct pw_bundle *bundle;
	struct pw_ruleset *ruleset;
	struct pw_known_image image;
	struct pw_known_image_job *image_job; /* NULL: none under way */

	struct pw_store *store;
	struct pw_pool *pool;
	struct pw_pipeline *pipeline;
	struct pw_outbox *outbox;
	struct pw_sender *sender;
	struct pw_metrics *metrics; /* NULL: off */
	struct pw_watched *watched;
	size_t n_watched;

	int signal_fd;
	bool is_stopping, is_reload_due, is_outbox_dirty, has_failed;
	int64_t stop_ms;      /* monotonic: when stopping began */
	int64_t care_ms;      /* monotonic: the next look at what time brings */
	int64_t retention_ms; /* monotonic */
	int64_t forget_ms;    /* retention.h; 0: to be asked for */
	int64_t watchdog_ms;  /* interval; 0: none */
	int64_t alive_ms;     /* monotonic: the next watchdog message */
	bool is_store_trouble_told;
	bool is_pool_trouble_told;
};

/* loop_signals.c */
/* From now on SIGTERM ends the process at once: there is nothing yet to be
   finished, and rules that compile or a store that is busy cannot be
   interrupted. */
int pw_loop_signals_init(struct pw_loop *loop, struct pw_err *err) PW_MUST_CHECK;
/* From now on the loop reads the signals; before the first thread starts. */
int pw_loop_signals_take_over(struct pw_loop *loop, struct pw_err *err) PW_MUST_CHECK;
/* Notes what is asked for; a reload asks here too whether to end meanwhile. */
void pw_loop_take_signals(struct pw_loop *loop);

/* loop_knowing.c */
int pw_loop_load(struct pw_loop *loop, struct pw_err *err) PW_MUST_CHECK;
int pw_loop_make_pool(struct pw_loop *loop, struct pw_err *err) PW_MUST_CHECK;
/* A mistake keeps what was there.  -1: the threads do not start again. */
int pw_loop_reload(struct pw_loop *loop, struct pw_err *err) PW_MUST_CHECK;
void pw_loop_store_changed(struct pw_loop *loop);
void pw_loop_image_ready(struct pw_loop *loop);
void pw_loop_unload(struct pw_loop *loop);

/* loop_mail.c */
int pw_loop_start_mail(struct pw_loop *loop, struct pw_err *err) PW_MUST_CHECK;
void pw_loop_stop_mail(struct pw_loop *loop);
int pw_loop_mail_events(struct pw_loop *loop, struct pw_err *err) PW_MUST_CHECK;
/* Until a mailbox that waits for its answer is to be answered; -1: none waits. */
int64_t pw_loop_mail_timeout_ms(const struct pw_loop *loop);
void pw_loop_message_done(void *self, const char *mailbox, uint32_t uidvalidity,
			  uint32_t uid, size_t raw_len, bool is_to_be_acked);
void pw_loop_committed(void *self);
void pw_loop_finish_mailboxes(struct pw_loop *loop);
bool pw_loop_all_caught_up(const struct pw_loop *loop);
bool pw_loop_all_ended(const struct pw_loop *loop);

/* loop_silence.c */
void pw_loop_watch_silence(struct pw_loop *loop);
/* A mail that went past the store and did not arrive is sent again. */
void pw_loop_note_sent(struct pw_loop *loop, const struct pw_sending *sending);
/* Somebody was told of the store's trouble, and it is over. */
bool pw_loop_store_has_recovered(const struct pw_loop *loop);
/* Monotonic: when somebody will have to be told, as things are. */
int64_t pw_loop_silence_next_ms(const struct pw_loop *loop);

/* loop_care.c */
void pw_loop_care(struct pw_loop *loop);
void pw_loop_care_soon(struct pw_loop *loop);
int64_t pw_loop_care_timeout_ms(const struct pw_loop *loop);

#endif
