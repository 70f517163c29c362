/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime_scan.h - inside of mime: one run of bytes, its open parts, its delimiters.
 */
#ifndef PW_PARSERS_MIME_SCAN_H
#define PW_PARSERS_MIME_SCAN_H

#include <stdint.h>

#include "parsers/mime.h"

struct pw_open_part {
	int part;
	struct pw_bytes boundary; /* of a multipart; len 0: no delimiter closes or
				     divides it */
	uint64_t hash;
};

struct pw_scan {
	struct pw_arena *arena;
	struct pw_mime *mime;
	size_t parts_cap;
	struct pw_bytes in;
	size_t at;
	struct pw_open_part *open; /* innermost last */
	size_t n_open, open_cap;
};

/* What pw_scan_delimiter() found. */
struct pw_delimiter {
	size_t level;      /* index into open */
	bool is_close;     /* "--boundary--" */
	size_t start, end; /* of its line; end is behind the line end */
};

void pw_scan_push(struct pw_scan *scan, int part, struct pw_bytes boundary);
/* The next delimiter of any open part at or after scan->at; false: none. */
bool pw_scan_delimiter(const struct pw_scan *scan, struct pw_delimiter *ret);
/* Whether the line at offset at is a delimiter of an open part. */
bool pw_scan_is_delimiter(const struct pw_scan *scan, size_t at);

/* Read header fields at scan->at and move behind them and their blank line. */
void pw_scan_fields(struct pw_scan *scan, struct pw_part *part);

/* Length of the field name at the start of line, 0 where it is no field. */
size_t pw_field_name_len(struct pw_bytes line);

#endif
