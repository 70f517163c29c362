/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)64 << 10)

struct block {
	struct block *next;
	alignas(max_align_t) unsigned char data[];
};

struct pw_arena {
	struct block *blocks;
	unsigned char *free;
	size_t left;
	size_t used;
	size_t max;
	bool exhausted;
};

struct pw_arena *pw_arena_new(size_t max)
{
	struct pw_arena *arena = pw_alloc(1, sizeof *arena);

	arena->max = max;
	return arena;
}

void pw_arena_free(struct pw_arena *arena)
{
	struct block *block, *next;

	if (!arena)
		return;
	for (block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

static void *new_block(struct pw_arena *arena, size_t bytes)
{
	bool is_own = bytes > BLOCK_BYTES / 4;
	size_t room = is_own ? bytes : BLOCK_BYTES;
	struct block *block = malloc(sizeof *block + room);

	if (!block)
		return NULL;
	block->next = arena->blocks;
	arena->blocks = block;
	if (!is_own) {
		arena->free = block->data + bytes;
		arena->left = room - bytes;
	}
	return block->data;
}

/* Memory that the caller fills. */
static void *take(struct pw_arena *arena, size_t bytes)
{
	const size_t align = alignof(max_align_t);
	void *memory;

	if (bytes > arena->max - arena->used || bytes > SIZE_MAX / 2) {
		arena->exhausted = true;
		return NULL;
	}
	bytes = (bytes + align - 1) / align * align;
	if (!bytes)
		bytes = align;
	if (bytes <= arena->left) {
		memory = arena->free;
		arena->free += bytes;
		arena->left -= bytes;
	} else {
		memory = new_block(arena, bytes);
	}
	if (!memory || bytes > arena->max - arena->used) {
		arena->exhausted = true;
		return NULL;
	}
	arena->used += bytes;
	return memory;
}

void *pw_arena_alloc(struct pw_arena *arena, size_t n, size_t size)
{
	size_t bytes;
	void *memory;

	if (__builtin_mul_overflow(n, size, &bytes))
		bytes = SIZE_MAX;
	memory = take(arena, bytes);
	if (memory)
		memset(memory, 0, bytes);
	return memory;
}

char *pw_arena_strndup(struct pw_arena *arena, const char *string, size_t len)
{
	char *copy = take(arena, len + 1);

	if (!copy)
		return NULL;
	if (len)
		memcpy(copy, string, len);
	copy[len] = '\0';
	return copy;
}

char *pw_arena_strdup(struct pw_arena *arena, const char *string)
{
	return pw_arena_strndup(arena, string, strlen(string));
}

void *pw_arena_grow(struct pw_arena *arena, void *items, size_t n, size_t *cap,
		    size_t size)
{
	size_t wanted;
	void *grown;

	if (n < *cap)
		return items;
	wanted = *cap ? *cap * 2 : 8;
	grown = pw_arena_alloc(arena, wanted, size);
	if (!grown)
		return NULL;
	if (n)
		memcpy(grown, items, n * size);
	*cap = wanted;
	return grown;
}

bool pw_arena_exhausted(const struct pw_arena *arena)
{
	return arena->exhausted;
}
