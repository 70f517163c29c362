/* SPDX-License-Identifier: Apache-2.0 */
/* upkeep.c - copies, checks and retention. */
#include "agent/store/upkeep.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/store/db.h"

static int sync_file(const char *path)
{
	PW_CLEANUP(pw_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && fsync(fd) == 0 ? 0 : -1;
}

/* SQLite makes the copy in one reading transaction: writers go on. */
static int copy_into(struct pw_store *store, const char *path, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	mode_t mask = umask(077);
	int rc = pw_db_stmt(&stmt, store, "VACUUM INTO ?", err);

	if (rc == 0) {
		pw_db_text(&stmt, path);
		rc = pw_db_run(&stmt, err);
	}
	umask(mask);
	if (rc == 0 && sync_file(path) < 0)
		rc = pw_err_errno(err, PW_EIO, "cannot write '%s'", path);
	return rc;
}

int pw_store_backup(struct pw_store *store, const char *path, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *partial = pw_asprintf("%s.partial", path);
	int rc;

	if (access(path, F_OK) == 0)
		return pw_err_set(err, PW_EINPUT,
				  "'%s' is there already: name a new file", path);
	unlink(partial);
	rc = copy_into(store, partial, err);
	/* link() does not replace what appeared meanwhile. */
	if (rc == 0 && link(partial, path) < 0)
		rc = pw_err_errno(err, PW_EIO, "cannot write '%s'", path);
	unlink(partial);
	return rc < 0 ? pw_err_wrap(err, "backup") : 0;
}

int pw_store_check(struct pw_store *store, struct pw_err *err)
{
	PW_STMT stmt = { 0 }, keys = { 0 };
	const char *found;

	if (pw_db_stmt(&stmt, store, "PRAGMA integrity_check(1)", err) < 0 ||
	    pw_db_step(&stmt, err) < 0)
		return -1;
	found = pw_db_get_text(&stmt, NULL);
	if (!pw_streq(found, "ok"))
		return pw_err_set(err, PW_EDAMAGED, "store '%s' is damaged: %s",
				  store->path ? store->path : "in memory",
				  found ? found : "unknown fault");
	if (pw_db_stmt(&keys, store, "PRAGMA foreign_key_check", err) < 0)
		return -1;
	switch (pw_db_step(&keys, err)) {
	case 0:
		return 0;
	case 1:
		return pw_err_set(err, PW_EDAMAGED,
				  "store '%s' is damaged: a row of '%s' points nowhere",
				  store->path ? store->path : "in memory",
				  pw_db_get_text(&keys, NULL));
	default:
		return -1;
	}
}

/* One statement over the ids that a query finds. */
static int expire_messages(struct pw_store *store, int64_t before_ms, size_t limit,
			   struct pw_err *err)
{
	PW_STMT raws = { 0 }, rows = { 0 };

#define EXPIRABLE                                                                        \
	"SELECT id FROM message WHERE NOT is_expired"                                    \
	" AND case_id IS NULL AND label IS NULL AND stored_ms < ?"                       \
	" ORDER BY stored_ms LIMIT ?"
	if (pw_db_stmt(&raws, store,
		       "DELETE FROM raw WHERE message_id IN (" EXPIRABLE ")", err) < 0 ||
	    pw_db_stmt(&rows, store,
		       "UPDATE message SET is_expired = 1, finding = NULL"
		       " WHERE id IN (" EXPIRABLE ")",
		       err) < 0)
		return -1;
#undef EXPIRABLE
	pw_db_int(&raws, before_ms);
	pw_db_int(&raws, (int64_t)limit);
	pw_db_int(&rows, before_ms);
	pw_db_int(&rows, (int64_t)limit);
	if (pw_db_run(&raws, err) < 0)
		return -1;
	return pw_db_run(&rows, err);
}

static int expire_mails(struct pw_store *store, int64_t before_ms, size_t limit,
			struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, store,
		       "UPDATE outbox SET data = NULL, compose = NULL WHERE id IN"
		       " (SELECT id FROM outbox WHERE state = 1"
		       "  AND (data IS NOT NULL OR compose IS NOT NULL)"
		       "  AND done_ms < ? LIMIT ?)",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, before_ms);
	pw_db_int(&stmt, (int64_t)limit);
	return pw_db_run(&stmt, err);
}

int pw_store_expire(struct pw_store *store, int64_t before_ms, size_t limit,
		    bool *ret_more, struct pw_err *err)
{
	int n_messages, n_mails;

	if (pw_store_begin(store, err) < 0)
		return -1;
	if (expire_messages(store, before_ms, limit, err) < 0)
		goto undo;
	n_messages = sqlite3_changes(store->db);
	if (expire_mails(store, before_ms, limit, err) < 0)
		goto undo;
	n_mails = sqlite3_changes(store->db);
	if (pw_store_commit(store, err) < 0)
		goto undo;
	*ret_more = (size_t)n_messages == limit || (size_t)n_mails == limit;
	return 0;
undo:
	pw_store_rollback(store);
	return -1;
}
