/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_file.h - a text file of unknown encoding as a stream of UTF-8.
 *
 * Knows UTF-8 (with or without BOM), UTF-16 and windows-1252.  The whole file
 * is looked at before the first byte is given, so that no encoding is guessed
 * from its beginning.
 */
#ifndef PW_CONTRACTS_TEXT_FILE_H
#define PW_CONTRACTS_TEXT_FILE_H

#include <stdint.h>

#include "agent/base/err.h"

struct pw_text_file;

/* fd is borrowed until _free(); what is no regular file is copied first.
   name is for messages.  A spreadsheet or other binary file is PW_EFORMAT. */
int pw_text_file_new(struct pw_text_file **ret, int fd, const char *name,
		     struct pw_err *err) PW_MUST_CHECK;
void pw_text_file_free(struct pw_text_file *file);
PW_DEFINE_FREEP(struct pw_text_file, pw_text_file_free)

/* Start again at the first character (a BOM is not one). */
void pw_text_file_rewind(struct pw_text_file *file);
/* 1 and some UTF-8 (borrowed until the next call), 0 at the end, -1. */
int pw_text_file_read(struct pw_text_file *file, const char **ret, size_t *ret_len,
		      struct pw_err *err) PW_MUST_CHECK;
/* "UTF-8", "UTF-16LE", "windows-1252" ... */
const char *pw_text_file_encoding(const struct pw_text_file *file);
/* Bytes read since the rewind, and of the whole file. */
uint64_t pw_text_file_done(const struct pw_text_file *file);
uint64_t pw_text_file_size(const struct pw_text_file *file);

#endif
