/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - everything that must survive: one file, one interface.
 *
 * The only folder that knows SQLite and holds SQL; nothing of it shows here,
 * so that another database could serve the same functions.
 *
 *   open.h       open, lock, transactions, small values, counts
 *   messages.h   mailboxes, messages, raw mail, acknowledgements
 *   cases.h      cases, their contracts and their trail
 *   outbox.h     mail to be sent, sent, or given up
 *   contracts.h  contracts, their history, touches
 *   stage.h      an import on its way into the contracts
 *   upkeep.h     backup, check, retention, purge
 *
 * Rules that hold for all of them
 * - A struct pw_store belongs to one thread.  Another thread opens its own.
 * - Rows that come back have their strings in the arena that the caller
 *   gives; lists take a limit.  A full arena is PW_ELIMIT.
 * - Strings in rows may be NULL (stored as no value).  Times are
 *   milliseconds since 1970 (UTC); 0 stands for never.  Ids start at 1; 0
 *   stands for none.
 * - A single row asked for and not there: 0 is returned and *ret is NULL.
 * - Errors: PW_ESTORE (the write did not happen: disk full, I/O; try again
 *   later), PW_EBUSY (another process held the store longer than 5 s),
 *   PW_EDAMAGED (the file is damaged: stop, tell a person), PW_ELIMIT.
 *   After any error inside a transaction: pw_store_rollback().
 */
#ifndef PW_STORE_H
#define PW_STORE_H

#include "agent/store/cases.h"
#include "agent/store/contracts.h"
#include "agent/store/messages.h"
#include "agent/store/open.h"
#include "agent/store/outbox.h"
#include "agent/store/stage.h"
#include "agent/store/upkeep.h"

#endif
