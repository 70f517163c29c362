/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void die_without_memory(void)
{
	static const char text[] = "<0>poachwatch: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(70);
	abort();
}

void pw_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

void *pw_alloc(size_t n, size_t size)
{
	void *memory = calloc(n ? n : 1, size ? size : 1);

	if (!memory)
		die_without_memory();
	return memory;
}

void *pw_realloc(void *pointer, size_t n, size_t size)
{
	void *memory = reallocarray(pointer, n ? n : 1, size ? size : 1);

	if (!memory)
		die_without_memory();
	return memory;
}

char *pw_strndup(const char *string, size_t len)
{
	char *copy = strndup(string, len);

	if (!copy)
		die_without_memory();
	return copy;
}

char *pw_strdup(const char *string)
{
	return pw_strndup(string, strlen(string));
}

char *pw_asprintf(const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (!text)
		die_without_memory();
	return text;
}

void pw_wipe_free(char *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret, strlen(secret));
	free(secret);
}
