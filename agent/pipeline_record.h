/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipeline_record.h - private to the pipeline: one message being written.
 */
#ifndef PW_PIPELINE_RECORD_H
#define PW_PIPELINE_RECORD_H

#include "agent/cases/cases.h"
#include "agent/pipeline_item.h"
#include "agent/resolve.h"

/* One message while it is being written. */
struct pw_record {
	struct pw_recorder *recorder;
	const struct pw_item *item;
	struct pw_arena *arena;
	struct pw_finding *finding;
	struct pw_resolved *resolved;
	struct pw_message_row row;
	char *finding_text;
	int64_t id;
};

/* Tests end the process here. */
void pw_record_step(const struct pw_record *record, const char *name);

/* A name of this mail that stays the same when the message is judged again; in the
   arena of the record. */
const char *pw_record_unique(const struct pw_record *record, const char *what);
/* pipeline_mails.c: the mails that it causes.  All of them inside the
   transaction; errors are the store's. */
int pw_record_alert(struct pw_record *record, const struct pw_case_result *result,
		    struct pw_err *err) PW_MUST_CHECK;
/* Over the cap the case is open and shows in `alerts list`; one mail an hour
   says that others were held back. */
int pw_record_hold(struct pw_record *record, const struct pw_case_result *result,
		   struct pw_err *err) PW_MUST_CHECK;
/* Nobody solicits, but a contract of ours is about to move. */
int pw_record_notice(struct pw_record *record, struct pw_err *err) PW_MUST_CHECK;
/* The short answer to the customer, where it is wanted and allowed. */
int pw_record_thanks(struct pw_record *record, struct pw_err *err) PW_MUST_CHECK;
/* Something a person must see to; at most a few an hour. */
int pw_record_trouble(struct pw_record *record, const char *what,
		      const char *const *details, size_t n, const char *todo,
		      struct pw_err *err) PW_MUST_CHECK;
/* Is there room for one more alert in this hour? */
int pw_record_room(const struct pw_recorder *recorder, bool *ret,
		   struct pw_err *err) PW_MUST_CHECK;

#endif
