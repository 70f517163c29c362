/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/inspect/job_list.h"

void pw_job_list_init(struct pw_job_list *list)
{
	*list = (struct pw_job_list){ .last = &list->first };
}

void pw_job_list_push(struct pw_job_list *list, struct pw_job *job)
{
	job->next = NULL;
	*list->last = job;
	list->last = &job->next;
	list->n++;
}

void pw_job_list_push_front(struct pw_job_list *list, struct pw_job *job)
{
	job->next = list->first;
	list->first = job;
	if (list->last == &list->first)
		list->last = &job->next;
	list->n++;
}

struct pw_job *pw_job_list_shift(struct pw_job_list *list)
{
	struct pw_job *job = list->first;

	if (!job)
		return NULL;
	list->first = job->next;
	if (!list->first)
		list->last = &list->first;
	list->n--;
	return job;
}
