/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - secrets that lie in files: one line, not readable by others.
 */
#ifndef PW_SECRET_FILE_H
#define PW_SECRET_FILE_H

#include <stddef.h>

#include "agent/base/err.h"

/* Read the one line of a file whose mode keeps others out.  what names the
   key in messages ("password_file").  *ret is owned by the caller, who wipes
   it (pw_wipe_free()).  PW_ECONFIG. */
int pw_secret_file(char **ret, const char *what, const char *path,
		   struct pw_err *err) PW_MUST_CHECK;
/* The same for a file that somebody else guards (systemd's credentials). */
int pw_secret_file_unchecked(char **ret, const char *what, const char *path,
			     struct pw_err *err) PW_MUST_CHECK;
/* Make a secret of what was read: without its line end, not empty, one line;
   source names it in messages. */
int pw_secret_line(char **ret, const char *buf, size_t len, const char *source,
		   struct pw_err *err) PW_MUST_CHECK;

#endif
