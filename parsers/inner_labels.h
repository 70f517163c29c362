/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inner_labels.h - header labels inside one long line.
 *
 * Clients that lose the line ends of a forwarded header print it as one line:
 * "From: Jane Roe <jane@x.example>Sent: Monday ...Subject: ...".
 *
 * Inside the unwrapping code only.
 */
#ifndef PW_PARSERS_INNER_LABELS_H
#define PW_PARSERS_INNER_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "parsers/bodyline.h"

#define PW_INNER_LABELS_MAX 24
#define PW_INNER_LABELS_MIN 3 /* fewer make no header */

/* Offsets into the line: of the label, and of what follows its colon. */
struct pw_inner_label {
	size_t start, value;
	int kind; /* enum pw_word_kind */
	uint64_t languages;
};

/* The known labels of a line in their order, each kind once; how many there
   are, PW_INNER_LABELS_MAX at most.  Ends at the subject's, whose colons are
   its own.  Takes its look-ups from body->searches_left. */
size_t pw_inner_labels(struct pw_body *body, const char *text, size_t len,
		       struct pw_inner_label *labels);

#endif
