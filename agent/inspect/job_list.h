/* SPDX-License-Identifier: Apache-2.0 */
/* job_list.h - jobs in a row; each is in one list at most.  Nothing is owned. */
#ifndef PW_INSPECT_JOB_LIST_H
#define PW_INSPECT_JOB_LIST_H

#include "agent/inspect/pool.h"

struct pw_job_list {
	struct pw_job *first, **last; /* last: where the next one's address goes */
	size_t n;
};

void pw_job_list_init(struct pw_job_list *list);
void pw_job_list_push(struct pw_job_list *list, struct pw_job *job);
void pw_job_list_push_front(struct pw_job_list *list, struct pw_job *job);
/* Take the first out; NULL: there is none. */
struct pw_job *pw_job_list_shift(struct pw_job_list *list);

#endif
