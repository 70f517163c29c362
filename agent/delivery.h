/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery.h - what an attempt to send means: sent, later, never, and then?
 *
 * The retry rule is here alone: first_ms after the first failure, doubling to
 * max_ms, given up after give_up_ms (by the clock, and half of it by attempts).
 */
#ifndef PW_DELIVERY_H
#define PW_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/config/config.h"
#include "agent/sender.h"
#include "agent/store/store.h"

/* The pause after this many failures (1, 2 ...). */
int64_t pw_delivery_pause_ms(const struct pw_retry_config *retry, int attempts);

enum pw_delivery_next {
	PW_DELIVERY_SETTLED,          /* nothing more to do than to store the row */
	PW_DELIVERY_WITHOUT_ORIGINAL, /* refused: to be tried at once without it */
	PW_DELIVERY_FALLBACK,         /* somebody never gets it: tell the fallback */
};

/* Enter what the server said into the row (its strings are borrowed from
   sending).  Recipients in sending are the row's queued ones, in order. */
enum pw_delivery_next pw_delivery_settle(struct pw_outbox_row *row,
					 const struct pw_sending *sending,
					 const struct pw_retry_config *retry,
					 int64_t now_ms);

/* What the thread gets: the row's queued recipients and its bytes (copied). */
struct pw_sending *pw_delivery_sending(const struct pw_outbox_row *row);

#endif
