/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence_doc.h - the summary page of a case for a third party.
 */
#ifndef PW_EVIDENCE_DOC_H
#define PW_EVIDENCE_DOC_H

#include "agent/alert/doc.h"
#include "agent/store/store.h"

/* Everything borrowed. */
struct pw_evidence_view {
	struct pw_store *store;
	const struct pw_case_row *row;
	const char *company;
	const struct pw_message_row *messages; /* newest first */
	size_t n_messages;
	struct pw_arena *arena;
};

/* evidence_timeline.c: the part of it about who did what when. */
int pw_evidence_timeline(struct pw_doc *doc, const struct pw_evidence_view *view,
			 struct pw_err *err) PW_MUST_CHECK;

int pw_evidence_doc(struct pw_doc *doc, const struct pw_evidence_view *view,
		    struct pw_err *err) PW_MUST_CHECK;

#endif
