/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailfiles.h - the messages that a command was pointed at, one by one.
 *
 * A path may be a message, an mbox (its messages are named path#1, path#2
 * ...), a folder (its *.eml and *.mbox files and sub-folders, by name), a
 * Maildir (new and cur), or "-" for standard input.  Holds one message at a
 * time.
 */
#ifndef PW_MAILFILES_H
#define PW_MAILFILES_H

#include <stddef.h>

#include "agent/base/day.h"
#include "agent/base/err.h"

struct pw_mailfiles;

/* paths are borrowed until pw_mailfiles_free(). */
struct pw_mailfiles *pw_mailfiles_new(const char *const *paths, size_t n);
void pw_mailfiles_free(struct pw_mailfiles *files);
PW_DEFINE_FREEP(struct pw_mailfiles, pw_mailfiles_free)

struct pw_mailfile {
	char *name; /* as shown to people; owned by the caller */
	char *raw;  /* owned by the caller */
	size_t len; /* at most PW_MAX_MESSAGE_BYTES, longer ones are cut */

	/* Of a message that the store kept (history.h); of a file 0, NULL,
	   PW_DAY_NONE. */
	int64_t id;
	const char *mailbox, *authserv_id; /* borrowed */
	pw_day received;
};
void pw_mailfile_done(struct pw_mailfile *file);

/* 1: *ret is filled; 0: no more; -1: one path could not be read (err names
   it), the next call goes on after it. */
int pw_mailfiles_next(struct pw_mailfiles *files, struct pw_mailfile *ret,
		      struct pw_err *err) PW_MUST_CHECK;
/* How many files were found in folders and on the command line so far; grows
   while reading.  For progress. */
size_t pw_mailfiles_found(const struct pw_mailfiles *files);

#endif
