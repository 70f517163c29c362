/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - whole files in and out.
 */
#ifndef PW_BASE_FILE_H
#define PW_BASE_FILE_H

#include "agent/base/buf.h"
#include "agent/base/err.h"

/* Append the content of a file to out (which bounds it). */
int pw_file_read(const char *path, struct pw_buf *out, struct pw_err *err) PW_MUST_CHECK;
/* Write a file so that readers see the old or the new content and nothing
   between: a temporary file of mode 0600 in the same folder, synced, renamed. */
int pw_file_write(const char *path, const void *bytes, size_t len,
		  struct pw_err *err) PW_MUST_CHECK;
/* Make a folder of mode 0700; one that is there is fine. */
int pw_file_mkdir(const char *path, struct pw_err *err) PW_MUST_CHECK;

#endif
