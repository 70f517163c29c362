/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contracts.h - what we own, since when, and when somebody last cared for it.
 *
 * Contracts come from imports only (stage.h).  Every state that a contract
 * ever had is kept; the functions here show the present one unless they say
 * otherwise.
 */
#ifndef PW_STORE_CONTRACTS_H
#define PW_STORE_CONTRACTS_H

#include "agent/store/open.h"
#include "rules/match/judge.h"

struct pw_contract_row {
	struct pw_contract contract;  /* vendor_slug is NULL: the rules know it */
	const char *customer_domains; /* ';' between them, lower case */
	const char *customer_aliases; /* ';' between them */
	const char *contact_name, *contact_email, *contact_phone;
	int64_t since_ms;   /* when this state was imported */
	int64_t until_ms;   /* when the next one replaced it; 0: present */
	int64_t missing_ms; /* first import that did not list it any more; 0: listed */
};

int pw_store_contract_get(struct pw_store *store, const char *contract_id,
			  struct pw_arena *arena, struct pw_contract_row **ret,
			  struct pw_err *err) PW_MUST_CHECK;
/* All of a customer (name as imported, exactly), sorted by contract_id. */
int pw_store_contracts_of_customer(struct pw_store *store, const char *customer,
				   size_t limit, struct pw_arena *arena,
				   struct pw_contract_row **ret, size_t *ret_n,
				   struct pw_err *err) PW_MUST_CHECK;
/* Those with this contract number or serial; compared normalised
   (pw_identifier_normalise()). */
int pw_store_contracts_by_identifier(struct pw_store *store, const char *identifier,
				     size_t limit, struct pw_arena *arena,
				     struct pw_contract_row **ret, size_t *ret_n,
				     struct pw_err *err) PW_MUST_CHECK;
/* Those that end from first to last, both included, soonest first. */
int pw_store_contracts_ending(struct pw_store *store, pw_day first, pw_day last,
			      size_t limit, struct pw_arena *arena,
			      struct pw_contract_row **ret, size_t *ret_n,
			      struct pw_err *err) PW_MUST_CHECK;
/* Every state, oldest first. */
int pw_store_contract_history(struct pw_store *store, const char *contract_id,
			      size_t limit, struct pw_arena *arena,
			      struct pw_contract_row **ret, size_t *ret_n,
			      struct pw_err *err) PW_MUST_CHECK;

/* All contracts as of one moment, in constant memory.  Close it soon, and
   write nothing with this store while it is open. */
enum pw_contract_order { PW_ORDER_ID, PW_ORDER_CUSTOMER };
struct pw_contract_cursor;
int pw_contract_cursor_open(struct pw_contract_cursor **ret, struct pw_store *store,
			    enum pw_contract_order order,
			    struct pw_err *err) PW_MUST_CHECK;
/* 1 and a row (borrowed until the next call), 0 at the end, -1 on error. */
int pw_contract_cursor_next(struct pw_contract_cursor *cursor,
			    const struct pw_contract_row **ret,
			    struct pw_err *err) PW_MUST_CHECK;
void pw_contract_cursor_close(struct pw_contract_cursor *cursor);
PW_DEFINE_FREEP(struct pw_contract_cursor, pw_contract_cursor_close)

/* A touch: somebody of ours cared for the contract. */
struct pw_touch {
	const char *contract_id;
	int64_t at_ms;    /* set by the store when 0 */
	const char *kind; /* "note", "import" (its status moved), "case" (closed) */
	const char *note;
	const char *who; /* login name, NULL: not a person */
};
/* An unknown contract_id is PW_ENOTFOUND. */
int pw_store_touch_add(struct pw_store *store, const struct pw_touch *touch,
		       struct pw_err *err) PW_MUST_CHECK;
/* Newest first. */
int pw_store_touches(struct pw_store *store, const char *contract_id, size_t limit,
		     struct pw_arena *arena, struct pw_touch **ret, size_t *ret_n,
		     struct pw_err *err) PW_MUST_CHECK;

#endif
