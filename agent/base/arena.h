/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - memory that lives exactly as long as one message.
 *
 * Everything parsed from a message comes from one arena and is freed with
 * it.  The arena has a maximum; past it every request returns NULL and
 * pw_arena_exhausted() stays true, so that a caller may build a structure
 * and check once where NULL is harmless.
 */
#ifndef PW_BASE_ARENA_H
#define PW_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/mem.h"

struct pw_arena;

/* An arena that hands out at most max bytes; owned by the caller. */
struct pw_arena *pw_arena_new(size_t max);
void pw_arena_free(struct pw_arena *arena);
PW_DEFINE_FREEP(struct pw_arena, pw_arena_free)

/* Zeroed, aligned for any type; NULL when the maximum is reached.
   Borrowed until pw_arena_free(). */
void *pw_arena_alloc(struct pw_arena *arena, size_t n, size_t size);
/* A NUL-terminated copy. */
char *pw_arena_strndup(struct pw_arena *arena, const char *string, size_t len);
char *pw_arena_strdup(struct pw_arena *arena, const char *string);
/* An array grown by doubling: returns memory for n + 1 items, old content
   copied when *cap changes; NULL when the maximum is reached (the old array
   stays).  Use: `p = pw_arena_grow(a, items, n, &cap, sizeof *items)`. */
void *pw_arena_grow(struct pw_arena *arena, void *items, size_t n, size_t *cap,
		    size_t size);
bool pw_arena_exhausted(const struct pw_arena *arena);

#endif
