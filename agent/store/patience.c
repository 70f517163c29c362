/* SPDX-License-Identifier: Apache-2.0 */
/* patience.c - how long the store waits for other processes, and when it gives up. */
#include <poll.h>

#include "agent/store/db.h"

#define BUSY_MS         5000
#define BUSY_LOOK_MS    2
#define LOOK_OPERATIONS 10000 /* of SQLite's machine: well below a millisecond */

/* Called while another process writes: look again soon, because writers
   leave gaps of milliseconds only. */
static int wait_for_writer(void *self, int n)
{
	const struct pw_store *store = self;
	struct pollfd fd = { store->busy_fd, POLLIN, 0 };

	if (n >= store->busy_ms / BUSY_LOOK_MS)
		return 0;
	return poll(&fd, 1, BUSY_LOOK_MS) <= 0;
}

void pw_db_wait_for_writers(struct pw_store *store)
{
	pw_store_set_patience(store, BUSY_MS, -1);
	sqlite3_busy_handler(store->db, wait_for_writer, store);
}

void pw_store_set_patience(struct pw_store *store, int ms, int fd)
{
	store->busy_ms = ms;
	store->busy_fd = fd;
}

static int is_set(void *flag)
{
	return atomic_load((const atomic_bool *)flag);
}

void pw_store_stop_when(struct pw_store *store, atomic_bool *flag)
{
	sqlite3_progress_handler(store->db, LOOK_OPERATIONS, is_set, flag);
}
