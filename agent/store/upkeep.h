/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upkeep.h - copies, checks, retention and privacy of the store.
 */
#ifndef PW_STORE_UPKEEP_H
#define PW_STORE_UPKEEP_H

#include "agent/store/open.h"

/* A complete copy into a new file of mode 0600, while others go on working.
   An existing file is refused (PW_EINPUT); a partial one is never left. */
int pw_store_backup(struct pw_store *store, const char *path,
		    struct pw_err *err) PW_MUST_CHECK;
/* Read everything and check it: PW_EDAMAGED names the first fault. */
int pw_store_check(struct pw_store *store, struct pw_err *err) PW_MUST_CHECK;

/* Forget raw mail and findings of messages without a case (ignored, refused,
   unreadable), and the bytes of mails sent, that are from before that time, at most
   limit at a time (so that a call stays short); *ret_more: call again.  Rows and cases
   stay. */
int pw_store_expire(struct pw_store *store, int64_t before_ms, size_t limit,
		    bool *ret_more, struct pw_err *err) PW_MUST_CHECK;

struct pw_purge_counts {
	int64_t contracts, cases, messages, mails, touches;
};
/* Remove a customer (name as imported) for good: contracts and their history,
   cases, messages of these or from its domains with their raw mail, mails
   about them.  dry_run: count. */
int pw_store_purge_customer(struct pw_store *store, const char *customer, bool dry_run,
			    struct pw_purge_counts *ret,
			    struct pw_err *err) PW_MUST_CHECK;

#endif
