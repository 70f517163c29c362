/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_fixture.h - what tests of the store share: a folder of their own, a
 * clock that stands still, an arena.  Include after cmocka.h.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "agent/store/store.h"

#define NOON_MS INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */
#define DAY_MS  (INT64_C(24) * 3600 * 1000)

struct fixture {
	char folder[64];
	char path[96];
	int64_t now_ms;
	struct pw_clock clock;
	struct pw_arena *arena;
};

#define store_test(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

static int64_t fixture_now(void *self)
{
	return ((struct fixture *)self)->now_ms;
}

static int fixture_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	const char *tmp = getenv("TMPDIR");

	snprintf(f->folder, sizeof f->folder, "%.40s/pw-store-XXXXXX",
		 tmp ? tmp : "/tmp");
	if (!mkdtemp(f->folder))
		return -1;
	snprintf(f->path, sizeof f->path, "%s/store.db", f->folder);
	f->now_ms = NOON_MS;
	f->clock = (struct pw_clock){ fixture_now, fixture_now, f };
	f->arena = pw_arena_new(16 << 20);
	*state = f;
	return 0;
}

static int fixture_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
	pw_arena_free(f->arena);
	free(f);
	return system(command) == 0 ? 0 : -1;
}

static inline struct pw_store *fixture_open(struct fixture *f, enum pw_store_mode mode)
{
	struct pw_store *store = NULL;
	struct pw_err err = PW_ERR_INIT;

	if (pw_store_open(&store, f->path, mode, &f->clock, &err) < 0)
		fprintf(stderr, "cannot open: %s\n", err.msg);
	assert_non_null(store);
	return store;
}

static inline struct pw_store *fixture_memory(struct fixture *f)
{
	struct pw_store *store = NULL;
	struct pw_err err = PW_ERR_INIT;

	assert_int_equal(pw_store_open_memory(&store, &f->clock, &err), 0);
	return store;
}

#endif
