/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases.h - one rival going after one customer's contracts with one vendor.
 *
 * Rows and look-ups only; what joins a case and when a mail goes out is
 * decided in agent/cases/.
 */
#ifndef PW_STORE_CASES_H
#define PW_STORE_CASES_H

#include "agent/store/open.h"
#include "rules/match/judge.h"

struct pw_case_row {
	int64_t id;
	const char *rival;       /* slug or "domain:<domain>", NULL: nobody named */
	const char *rival_name;  /* for people */
	const char *customer;    /* NULL: no customer of ours */
	const char *vendor;      /* NULL: none named */
	enum pw_verdict verdict; /* PW_VERDICT_ALERT once any message matched */
	const char *owner_email; /* who is told; NULL: nobody of the contracts' owners */
	int64_t opened_ms;
	int64_t last_ms; /* the last message that joined */
	bool is_open;
	const char
		*outcome; /* kept, lost, false-positive, duplicate, expired; NULL: open */
	const char *note; /* of who closed it */
	int64_t closed_ms;
	int64_t mailed_ms; /* last alert or update that was queued */
	int64_t snoozed_until_ms;
	const char *thread_id; /* Message-ID of the first alert, without <> */
	const char *subject;   /* of the solicitation that opened it */
	unsigned claims;       /* enum pw_claim, of all its messages */
	enum pw_timing timing; /* the most pressing so far */
	enum pw_severity severity;
	pw_day soonest_end; /* of its contracts; PW_DAY_NONE: unknown */
	int64_t n_messages;
	int64_t n_pending; /* joined since the last mail, not told yet */
	const char *
		judgement; /* JSON that the alert is composed from, of the latest alert */
};

int pw_store_case_get(struct pw_store *store, int64_t id, struct pw_arena *arena,
		      struct pw_case_row **ret, struct pw_err *err) PW_MUST_CHECK;
/* Insert (id 0) or replace; *ret_id is its id. */
int pw_store_case_put(struct pw_store *store, const struct pw_case_row *row,
		      int64_t *ret_id, struct pw_err *err) PW_MUST_CHECK;

/* Newest first; a filter of zeros lists everything.  Texts are compared
   exactly. */
struct pw_case_filter {
	const char *rival, *customer, *vendor, *owner_email;
	bool only_open;
	bool only_closed;
	bool only_pending;        /* open with n_pending > 0 */
	bool urgent_first;        /* alerts before reviews, then the oldest */
	int64_t mailed_before_ms; /* 0: any */
	int64_t since_ms;         /* last_ms at or after */
	int64_t last_before_ms;   /* last_ms before; 0: any */
	int64_t before_id;        /* for the next page */
	const char *contract_id;  /* holds this contract */
};
int pw_store_case_list(struct pw_store *store, const struct pw_case_filter *filter,
		       size_t limit, struct pw_arena *arena, struct pw_case_row **ret,
		       size_t *ret_n, struct pw_err *err) PW_MUST_CHECK;

struct pw_case_contract {
	const char *contract_id;
	const char *how;      /* pw_how_name() */
	const char *evidence; /* as written in the mail */
	int64_t message_id;   /* the first message that touched it */
	int64_t since_ms;
};
/* Adding one that is there already changes nothing. */
int pw_store_case_contract_add(struct pw_store *store, int64_t case_id,
			       const struct pw_case_contract *contract,
			       struct pw_err *err) PW_MUST_CHECK;
/* Sorted by contract_id. */
int pw_store_case_contracts(struct pw_store *store, int64_t case_id,
			    struct pw_arena *arena, struct pw_case_contract **ret,
			    size_t *ret_n, struct pw_err *err) PW_MUST_CHECK;

/* The trail that answers "why mail?" and "why no mail?". */
struct pw_case_event {
	int64_t at_ms;      /* set by the store when 0 */
	const char *kind;   /* opened, alerted, collected, updated, snoozed, closed ... */
	int64_t message_id; /* 0: none */
	int64_t outbox_id;  /* 0: none */
	const char *text;   /* one line for people */
};
int pw_store_case_event_add(struct pw_store *store, int64_t case_id,
			    const struct pw_case_event *event,
			    struct pw_err *err) PW_MUST_CHECK;
/* Oldest first. */
int pw_store_case_events(struct pw_store *store, int64_t case_id, size_t limit,
			 struct pw_arena *arena, struct pw_case_event **ret,
			 size_t *ret_n, struct pw_err *err) PW_MUST_CHECK;

/* Something that may happen only once for a case and a person (such as the
   acknowledgement): *ret_first is true the first time it is asked. */
int pw_store_case_once(struct pw_store *store, int64_t case_id, const char *what,
		       const char *person, bool *ret_first,
		       struct pw_err *err) PW_MUST_CHECK;

#endif
