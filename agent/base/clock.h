/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - the only source of time, so that tests can bring their own.
 */
#ifndef PW_BASE_CLOCK_H
#define PW_BASE_CLOCK_H

#include <stdint.h>

struct pw_clock {
	int64_t (*wall_ms)(void *self);      /* milliseconds since 1970, UTC; may step */
	int64_t (*monotonic_ms)(void *self); /* never steps; for deadlines */
	void *self;
};

/* The machine's clocks. */
extern const struct pw_clock pw_clock_real;

static inline int64_t pw_wall_ms(const struct pw_clock *clock)
{
	return clock->wall_ms(clock->self);
}

static inline int64_t pw_monotonic_ms(const struct pw_clock *clock)
{
	return clock->monotonic_ms(clock->self);
}

#endif
