/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history.h - the messages kept in the store, as a source for the inspectors.
 *
 * Newest first, a page at a time, so that memory does not grow with the store
 * and a running agent is never kept waiting.  Only messages that were judged:
 * duplicates, our own mails and those of refused senders were not.
 */
#ifndef PW_COMMANDS_HISTORY_H
#define PW_COMMANDS_HISTORY_H

#include "agent/commands/inspect_all.h"
#include "agent/config/config.h"
#include "agent/store/messages.h"

struct pw_history {
	const struct pw_config *config;
	struct pw_store *store; /* its own, for reading */
	int64_t since_ms;
	size_t n_gone;     /* judged then, their raw bytes not kept any longer */
	size_t n_unjudged; /* never judged */
	struct pw_err err; /* what ended the source before its time; PW_OK: nothing */

	struct page *page; /* private */
};

/* Opens the store that the configuration (borrowed) names.  since:
   "2026-03-31", "30d" (so many days back from now), NULL: everything.  Undo
   with pw_history_close(). */
int pw_history_open(struct pw_history *history, const struct pw_config *config,
		    const char *since, struct pw_err *err) PW_MUST_CHECK;
void pw_history_close(struct pw_history *history);
struct pw_mail_source pw_history_source(struct pw_history *history);

#endif
