/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/base/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t real_wall_ms(void *self)
{
	(void)self;
	return read_ms(CLOCK_REALTIME);
}

static int64_t real_monotonic_ms(void *self)
{
	(void)self;
	return read_ms(CLOCK_MONOTONIC);
}

const struct pw_clock pw_clock_real = { real_wall_ms, real_monotonic_ms, NULL };
