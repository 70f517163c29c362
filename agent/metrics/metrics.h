/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.h - /metrics (Prometheus text format) and /healthz on the loopback.
 *
 * Off unless the configuration says where.  A thread of its own answers from
 * the store, which it opens for reading; it cannot hold the agent up.
 */
#ifndef PW_METRICS_H
#define PW_METRICS_H

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/store/store.h"

struct pw_metrics;

/* Serve on address ("127.0.0.1:9425" or "[::1]:9425") about the store at
   path.  clock is borrowed until pw_metrics_free().  PW_EINPUT: not an address
   of the loopback; PW_EIO: it is in use; PW_ENOTFOUND: built without
   libmicrohttpd. */
int pw_metrics_start(struct pw_metrics **ret, const char *address, const char *path,
		     const struct pw_clock *clock, struct pw_err *err) PW_MUST_CHECK;
void pw_metrics_free(struct pw_metrics *metrics);
PW_DEFINE_FREEP(struct pw_metrics, pw_metrics_free)

/* What is served: the text of /metrics, and whether /healthz says yes (every
   mailbox was read within the hour, or is being read). */
int pw_metrics_render(struct pw_buf *out, bool *ret_is_healthy, struct pw_store *store,
		      const struct pw_clock *clock, struct pw_err *err) PW_MUST_CHECK;

#endif
