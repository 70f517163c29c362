/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mem.h - ownership made visible: clean-up attributes and small allocations.
 *
 * Small allocations whose size is ours (structs, copies of configuration)
 * come from pw_alloc() and friends, which end the process when there is no
 * memory: nothing is lost by that, because nothing is acknowledged before it
 * is committed.  Sizes that come from a message never go here but through
 * struct pw_buf or struct pw_arena, which have a maximum.
 */
#ifndef PW_BASE_MEM_H
#define PW_BASE_MEM_H

#include <stddef.h>
#include <stdlib.h>

#define PW_CLEANUP(free_it)  __attribute__((cleanup(free_it)))
#define PW_MUST_CHECK        __attribute__((warn_unused_result))
#define PW_PRINTF(at, first) __attribute__((format(printf, at, first)))
#define PW_UNUSED            __attribute__((unused))
#define PW_ARRAY_LEN(array)  (sizeof(array) / sizeof((array)[0]))

/* Move a pointer out of a variable that a clean-up attribute guards. */
#define PW_TAKE(pointer)                                                                 \
	({                                                                               \
		__typeof__(pointer) *pw_take_ = &(pointer);                              \
		__typeof__(pointer) pw_taken_ = *pw_take_;                               \
		*pw_take_ = NULL;                                                        \
		pw_taken_;                                                               \
	})

/* Define `type_freep(struct type **)` for PW_CLEANUP from `type_free`. */
#define PW_DEFINE_FREEP(type, free_function)                                             \
	static inline PW_UNUSED void free_function##p(type **pointer)                    \
	{                                                                                \
		free_function(*pointer);                                                 \
	}

/* PW_CLEANUP(pw_freep) for any pointer from malloc(). */
static inline PW_UNUSED void pw_freep(void *pointer)
{
	free(*(void **)pointer);
}

/* PW_CLEANUP(pw_closep) for a file descriptor; -1 is left alone. */
void pw_closep(int *fd);

/* Zeroed memory of n items; ends the process when there is none. */
void *pw_alloc(size_t n, size_t size) __attribute__((returns_nonnull, malloc));
/* Grow an array to hold n items; the new part is not zeroed. */
void *pw_realloc(void *pointer, size_t n, size_t size) __attribute__((returns_nonnull));
char *pw_strdup(const char *string) __attribute__((returns_nonnull));
char *pw_strndup(const char *string, size_t len) __attribute__((returns_nonnull));
/* printf into a new string, owned by the caller. */
char *pw_asprintf(const char *format, ...) PW_PRINTF(1, 2)
	__attribute__((returns_nonnull));
/* Overwrite a secret so that the compiler cannot leave it out, then free it. NULL
 * allowed. */
void pw_wipe_free(char *secret);

#endif
