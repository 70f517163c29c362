/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonout.h - one JSON object a line, whatever bytes the strings held.
 */
#ifndef PW_JSONOUT_H
#define PW_JSONOUT_H

#include <jansson.h>
#include <stdio.h>

/* A string; what is no UTF-8 becomes U+FFFD.  NULL gives null. */
json_t *pw_json_text(const char *text);
/* Print one line and give the object up. */
void pw_json_line(FILE *out, json_t *object);

#endif
