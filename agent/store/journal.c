/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal.c - finishing what a crash has left of a rollback journal.
 *
 * A store works with a write-ahead log, but one that was just restored from a
 * backup, or is just being made one, has a rollback journal.  A crash leaves
 * it, and then a connection that only reads cannot look at the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent/store/db.h"

#define HEAD_BYTES     72
#define APPLICATION_AT 68 /* big-endian; "Database File Format", section 1.3 */

/* Ours, as far as the first page tells; only that may be written to. */
static bool is_ours(const char *path)
{
	PW_CLEANUP(pw_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char head[HEAD_BYTES];
	uint32_t id;

	if (fd < 0 || read(fd, head, sizeof head) != (ssize_t)sizeof head ||
	    memcmp(head, "SQLite format 3", 16) != 0)
		return false;
	id = (uint32_t)head[APPLICATION_AT] << 24 |
	     (uint32_t)head[APPLICATION_AT + 1] << 16 |
	     (uint32_t)head[APPLICATION_AT + 2] << 8 | head[APPLICATION_AT + 3];
	return id == PW_STORE_APPLICATION;
}

int pw_journal_undo(struct pw_store *store, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *journal = pw_asprintf("%s-journal", store->path);
	sqlite3 *db = NULL;
	int rc;

	if (access(journal, F_OK) < 0 || !is_ours(store->path))
		return 0;
	rc = sqlite3_open_v2(store->path, &db, SQLITE_OPEN_READWRITE, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL, NULL,
				  NULL);
	sqlite3_close(db);
	/* What is damaged is told by who looks at it next; what is in use is not left. */
	if (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_CORRUPT ||
	    rc == SQLITE_NOTADB)
		return 0;
	return pw_err_set(err, PW_ESTORE,
			  "store '%s': what a crash left of '%s' cannot be undone: %s",
			  store->path, journal, sqlite3_errstr(rc));
}
