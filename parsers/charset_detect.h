/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charset_detect.h - which charset bytes look like, whatever their label.
 *
 * Inside charset.c only.  Names are ICU's, static.
 */
#ifndef PW_PARSERS_CHARSET_DETECT_H
#define PW_PARSERS_CHARSET_DETECT_H

#include <stdbool.h>

#include "parsers/bytes.h"

/* What the bytes look like; NULL when nothing is near. */
const char *pw_charset_detect(struct pw_bytes in, const char *declared);

/* UTF-16 by a byte order mark, or by NULs at every other place; else NULL. */
const char *pw_charset_detect_wide(struct pw_bytes in);

/* The charset of bytes that stand in rows no language of Latin-1 has; NULL:
   they do not. */
const char *pw_charset_detect_beyond_latin(struct pw_bytes in);

#endif
