/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases.h - which case a message belongs to, and whether a mail goes out.
 *
 * One open case per rival, customer and vendor.  The first message opens it
 * and alerts; later ones alert again only for something new (a contract, a
 * claim, a more pressing timing); the rest is collected and told at most once
 * a day.  Every decision is written into the case's trail, so that "why no
 * mail?" has an answer.
 *
 * pw_case_decide() is pure; pw_case_take() loads, decides and writes.
 */
#ifndef PW_CASES_H
#define PW_CASES_H

#include "agent/store/store.h"
#include "rules/match/judge.h"

#define PW_CASE_TERM_DAYS 180 /* an open case without a message for so long is over */
#define PW_CASE_UPDATE_MS (INT64_C(24) * 3600 * 1000)
/* After "false-positive" or "duplicate" the same is not told again so long. */
#define PW_CASE_QUIET_DAYS 180

/* What a judged message (alert or review) says; borrowed. */
struct pw_case_input {
	const char *rival;      /* slug or "domain:<domain>", NULL: nobody named */
	const char *rival_name; /* NULL: as rival */
	const char *subject;    /* of the solicitation */
	const char *owner_email;
	const struct pw_judgement *judgement;
	bool is_echo; /* it carries a mail of ours: collected, it owes none */
	int64_t now_ms;
};

enum pw_case_action {
	PW_CASE_ALERT,   /* a mail now */
	PW_CASE_COLLECT, /* told with the next update of the thread */
	PW_CASE_SILENT,  /* no mail at all: snoozed, or settled as not worth one */
};

/* What is new in a message, as bits. */
enum pw_case_new {
	PW_CASE_NEW_CASE = 1 << 0,
	PW_CASE_NEW_CONTRACT = 1 << 1,
	PW_CASE_NEW_CLAIM = 1 << 2,
	PW_CASE_NEW_TIMING = 1 << 3,  /* more pressing than before */
	PW_CASE_NEW_VERDICT = 1 << 4, /* was review, is alert */
};

struct pw_case_decision {
	enum pw_case_action action;
	int64_t case_id;      /* of the open case that it joins; 0: open one */
	int64_t earlier_id;   /* a closed case of the same kind; 0: none */
	unsigned what_is_new; /* enum pw_case_new */
	const char *why;      /* one line; static or in the arena */
	const char *news;     /* what is new in an open case, for people; NULL: nothing,
				 or the case itself is new */
};

/* Cases that may be concerned, as the store holds them. */
struct pw_case_state {
	const struct pw_case_row *open;           /* NULL: none */
	const struct pw_case_row *closed;         /* the newest closed one; NULL: none */
	const struct pw_case_contract *contracts; /* of open */
	size_t n_contracts;
	const struct pw_case_contract *closed_contracts;
	size_t n_closed_contracts;
};

void pw_case_decide(struct pw_case_decision *ret, const struct pw_case_state *state,
		    const struct pw_case_input *input, struct pw_arena *arena);

/* What pw_case_take() did. */
struct pw_case_result {
	struct pw_case_decision decision; /* case_id is set in any case */
	struct pw_case_row *row;          /* as it is now */
	struct pw_case_event *events;     /* earlier ones, oldest first: the history */
	size_t n_events;
};

/* Load, decide, write case, contracts and trail, and tie the message to it
   (message_id is in the store).  Inside the caller's transaction.  After
   PW_CASE_ALERT the caller queues the mail and calls pw_case_mailed(). */
int pw_case_take(struct pw_case_result *ret, struct pw_store *store,
		 const struct pw_case_input *input, int64_t message_id,
		 struct pw_arena *arena, struct pw_err *err) PW_MUST_CHECK;

/* A mail about the case was queued: nothing is pending any more.  kind:
   "alerted" or "updated"; header_id starts the thread where there is none;
   judgement (JSON, NULL: as before) is kept for `alerts resend`. */
int pw_case_mailed(struct pw_store *store, int64_t case_id, const char *kind,
		   int64_t outbox_id, const char *header_id, const char *judgement,
		   struct pw_err *err) PW_MUST_CHECK;

/* The mail that pw_case_take() asked for cannot go out now (a flood): the case
   owes it, and falls due an hour after its last message. */
int pw_case_owe(struct pw_store *store, int64_t case_id,
		struct pw_err *err) PW_MUST_CHECK;

/* Open cases that owe a mail now, alerts first, then the oldest: an update of the thread,
   or (mailed_ms 0) the first one. */
int pw_cases_due(struct pw_store *store, size_t limit, struct pw_arena *arena,
		 struct pw_case_row **ret, size_t *ret_n,
		 struct pw_err *err) PW_MUST_CHECK;
/* When the next update falls due; 0: none is owed. */
int pw_cases_next_ms(struct pw_store *store, int64_t *ret,
		     struct pw_err *err) PW_MUST_CHECK;
/* Close open cases whose term has passed by now_ms ("expired", in the trail). */
int pw_cases_expire(struct pw_store *store, int64_t now_ms,
		    struct pw_err *err) PW_MUST_CHECK;

/* What people do with cases.  outcome: kept, lost, false-positive, duplicate
   (else PW_EINPUT with a suggestion); closing touches the contracts.  A closed case
   may get another outcome or note; the same again is PW_EINPUT. */
int pw_case_close(struct pw_store *store, int64_t case_id, const char *outcome,
		  const char *note, const char *who, struct pw_err *err) PW_MUST_CHECK;
/* No mail about it before until_ms; 0 ends a snooze. */
int pw_case_snooze(struct pw_store *store, int64_t case_id, int64_t until_ms,
		   const char *who, struct pw_err *err) PW_MUST_CHECK;

#endif
