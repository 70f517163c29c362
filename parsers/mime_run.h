/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime_run.h - inside of mime: GMime's parser, and what it is shown.
 */
#ifndef PW_PARSERS_MIME_RUN_H
#define PW_PARSERS_MIME_RUN_H

#include "parsers/mime.h"

struct pw_mime_build {
	struct pw_arena *arena;
	struct pw_mime *mime;
	size_t parts_cap;
	size_t left; /* bytes that may yet be given to GMime */
};

/* mime.c: index of a new part below parent (-1: the root), -1 without memory;
   set type, disposition, name and encoding from a part's fields. */
int pw_mime_add(struct pw_mime_build *build, int parent);
void pw_mime_describe(struct pw_mime_build *build, struct pw_part *part);

/* mime_run.c: have GMime read bytes and add its parts below part parent: the
   content of a multipart that boundary divides or, where that is NULL, a mail
   (parent -1: the message).  Adds nothing where GMime finds nothing. */
void pw_mime_run(struct pw_mime_build *build, struct pw_bytes in, int parent,
		 const struct pw_bytes *boundary);

/* mime_guard.c: make copy, which is in and one line end, safe for GMime.  Every
   byte keeps its place, so what GMime finds lies at the same offset in in;
   changed are only lines of heads.  Whatever may be a field is noted in order;
   the fields of one head follow each other without a gap. */
struct pw_guarded {
	struct pw_field *fields;
	size_t n_fields;
	size_t shown;    /* bytes of copy; not all over PW_MAX_FIELDS,
			    PW_MAX_HEADERS_BYTES or PW_MAX_DELIMITERS */
	unsigned capped; /* enum pw_capped */
};
void pw_mime_guard(struct pw_arena *arena, struct pw_bytes in, char *copy,
		   struct pw_guarded *ret);

/* Length of the field name at the start of line, 0 where it is no field. */
size_t pw_field_name_len(struct pw_bytes line);
/* A field that mails have follows before the head ends. */
bool pw_fields_follow(struct pw_bytes rest);

#endif
