/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes.h - a borrowed run of bytes, and the lines in it.
 */
#ifndef PW_PARSERS_BYTES_H
#define PW_PARSERS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct pw_bytes {
	const char *data; /* not NUL-terminated; NULL only when len is 0 */
	size_t len;
};

static inline struct pw_bytes pw_bytes_of(const char *string)
{
	return (struct pw_bytes){ string, strlen(string) };
}

/* Cut leading and trailing blanks and line ends. */
struct pw_bytes pw_bytes_trim(struct pw_bytes bytes);

/* Take the next line off *rest: *ret without its line end (LF, or any number
   of CR before LF).  False when nothing is left. */
bool pw_bytes_line(struct pw_bytes *rest, struct pw_bytes *ret);

/* Equality with a string, ASCII case ignored. */
bool pw_bytes_ieq(struct pw_bytes bytes, const char *string);

/* How many bytes from the start have no high bit set. */
size_t pw_bytes_ascii_run(struct pw_bytes bytes);
/* None has. */
bool pw_bytes_is_ascii(struct pw_bytes bytes);

#endif
