/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open.c - opening the store, and refusing what must not be written to.
 *
 * Everything is looked at through a read-only connection first; only a file
 * that is ours, whole and of a known version is opened for writing.  A new
 * store is made under another name and renamed, so that no crash leaves half
 * of one.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/store/stage_internal.h"

#define CHECK_MS_AGENT      3000
#define CHECK_MS_COMMAND    300
#define PROGRESS_OPERATIONS 10000

static int connect_to(struct pw_store *store, const char *path, int flags,
		      struct pw_err *err)
{
	int rc = sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK) {
		pw_db_error(store, rc, err);
		sqlite3_close(store->db);
		store->db = NULL;
		return -1;
	}
	sqlite3_extended_result_codes(store->db, 1);
	pw_db_wait_for_writers(store);
	return 0;
}

static void disconnect(struct pw_store *store)
{
	int i;

	for (i = 0; i < PW_DB_CACHE; i++) {
		sqlite3_finalize(store->cache[i].stmt);
		store->cache[i].sql = NULL;
		store->cache[i].stmt = NULL;
	}
	sqlite3_close(store->db);
	store->db = NULL;
}

/* Is it ours, and of a version that we know? */
static int check_identity(struct pw_store *store, int *ret_version, struct pw_err *err)
{
	int64_t application, version;

	if (pw_db_number(store, "PRAGMA application_id", &application, err) < 0 ||
	    pw_db_number(store, "PRAGMA user_version", &version, err) < 0) {
		if (err->code == PW_EDAMAGED)
			pw_err_set(err, PW_EDAMAGED,
				   "'%s' is no store of poachwatch, or it is damaged; it "
				   "was left as it is: name another file as `store:`, or "
				   "put a backup in its place",
				   store->path);
		return -1;
	}
	if (application != PW_STORE_APPLICATION)
		return pw_err_set(
			err, PW_EDAMAGED,
			"'%s' is a database, but no store of poachwatch; it was "
			"left as it is: name another file as `store:`",
			store->path);
	if (version > pw_schema_latest())
		return pw_err_set(
			err, PW_EDAMAGED,
			"store '%s' was written by a newer poachwatch (schema "
			"%lld, this one knows %d); it was left as it is: install "
			"the newer version, or put a backup in its place",
			store->path, (long long)version, pw_schema_latest());
	*ret_version = (int)version;
	return 0;
}

struct deadline {
	const struct pw_clock *clock;
	int64_t at_ms;
};

static int is_too_late(void *self)
{
	const struct deadline *deadline = self;

	return pw_monotonic_ms(deadline->clock) >= deadline->at_ms;
}

/* Look for damage, as far as one gets in max_ms; `doctor` looks at all. */
static int check_damage(struct pw_store *store, int64_t max_ms, struct pw_err *err)
{
	struct deadline deadline = { store->clock,
				     pw_monotonic_ms(store->clock) + max_ms };
	char found[256] = "";
	sqlite3_stmt *stmt = NULL;
	int rc;

	sqlite3_progress_handler(store->db, PROGRESS_OPERATIONS, is_too_late, &deadline);
	rc = sqlite3_prepare_v2(store->db, "PRAGMA quick_check(1)", -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		snprintf(found, sizeof found, "%s",
			 (const char *)sqlite3_column_text(stmt, 0));
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	sqlite3_progress_handler(store->db, 0, NULL, NULL);
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_INTERRUPT &&
	    pw_db_error(store, rc, err) < 0 && err->code != PW_EDAMAGED)
		return -1;
	if ((rc == SQLITE_OK && pw_streq(found, "ok")) || (rc & 0xff) == SQLITE_INTERRUPT)
		return 0;
	return pw_err_set(
		err, PW_EDAMAGED,
		"store '%s' is damaged (%s); it was left as it is: keep it, and "
		"put a backup in its place",
		store->path, found[0] ? found : sqlite3_errstr(rc));
}

static int set_up_connection(struct pw_store *store, struct pw_err *err)
{
	return pw_db_exec(
		store,
		"PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
		"PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;"
		"PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864",
		err);
}

static void sync_folder_of(const char *path)
{
	PW_CLEANUP(pw_freep) char *copy = pw_strdup(path);
	PW_CLEANUP(pw_closep)
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		fsync(fd);
}

/* Make the new store under name, complete and closed. */
static int make_file(struct pw_store *store, const char *name, mode_t mode,
		     struct pw_err *err)
{
	PW_CLEANUP(pw_closep) int fd = -1;

	unlink(name);
	fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || fchmod(fd, mode) < 0)
		return pw_err_errno(err, PW_ESTORE, "cannot create store '%s'",
				    store->path);
	if (connect_to(store, name, SQLITE_OPEN_READWRITE, err) < 0)
		return -1;
	if (set_up_connection(store, err) < 0 || pw_schema_migrate(store, 0, err) < 0 ||
	    pw_db_exec(store, "PRAGMA journal_mode = WAL", err) < 0) {
		disconnect(store);
		return -1;
	}
	disconnect(store);
	return 0;
}

static int create(struct pw_store *store, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *name = pw_asprintf("%s.new", store->path);
	struct stat st;
	mode_t mode = 0600;
	int rc = -1;

	if (pw_lock_take(store, PW_LOCK_SCHEMA, true, err) < 0)
		return -1;
	if (stat(store->path, &st) == 0) {
		if (st.st_size > 0) { /* somebody else was faster */
			pw_lock_drop(store, PW_LOCK_SCHEMA);
			return 0;
		}
		mode = st.st_mode & 0777;
	}
	if (make_file(store, name, mode, err) < 0) {
		unlink(name);
	} else if (rename(name, store->path) < 0) {
		pw_err_errno(err, PW_ESTORE, "cannot create store '%s'", store->path);
		unlink(name);
	} else {
		sync_folder_of(store->path);
		rc = 0;
	}
	pw_lock_drop(store, PW_LOCK_SCHEMA);
	return rc;
}

/* What is at path?  0 with *ret_is_new. */
static int look_at_path(struct pw_store *store, bool *ret_is_new, struct pw_err *err)
{
	struct stat st;

	if (stat(store->path, &st) < 0) {
		if (errno != ENOENT)
			return pw_err_errno(err, PW_ESTORE, "cannot open store '%s'",
					    store->path);
		if (store->mode == PW_STORE_READER)
			return pw_err_set(
				err, PW_ENOTFOUND,
				"there is no store '%s' yet: `poachwatch contracts "
				"import FILE.csv` or `poachwatch run` makes it",
				store->path);
		*ret_is_new = true;
		return 0;
	}
	if (!S_ISREG(st.st_mode))
		return pw_err_set(err, PW_EDAMAGED,
				  "'%s' is not a file: name another one as `store:`",
				  store->path);
	*ret_is_new = st.st_size == 0;
	if (*ret_is_new && store->mode == PW_STORE_READER)
		return pw_err_set(err, PW_ENOTFOUND, "store '%s' is still empty",
				  store->path);
	return 0;
}

static int take_agent_lock(struct pw_store *store, struct pw_err *err)
{
	if (pw_lock_take(store, PW_LOCK_AGENT, false, err) == 0) {
		pw_lock_sign(store);
		return 0;
	}
	if (err->code == PW_EBUSY)
		pw_err_set(err, PW_EBUSY,
			   "store '%s' is in use by another agent: stop that one first "
			   "(systemctl stop poachwatch), or give this one a `store:` of "
			   "its own",
			   store->path);
	return -1;
}

/* Look through a connection that cannot write. */
static int check(struct pw_store *store, int64_t max_ms, int *ret_version,
		 struct pw_err *err)
{
	int rc;

	if (connect_to(store, store->path, SQLITE_OPEN_READONLY, err) < 0)
		return -1;
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	rc = check_identity(store, ret_version, err);
	if (rc == 0 && max_ms)
		rc = check_damage(store, max_ms, err);
	disconnect(store);
	return rc;
}

/* An older schema: brought up to date where no agent of the older program
   works with it. */
static int migrate(struct pw_store *store, int version, struct pw_err *err)
{
	int64_t now;
	int rc = 0;

	if (version == pw_schema_latest())
		return 0;
	if (store->mode == PW_STORE_READER ||
	    (store->mode == PW_STORE_COMMAND &&
	     pw_lock_take(store, PW_LOCK_AGENT, false, err) < 0))
		return pw_err_set(
			err, PW_EBUSY,
			"store '%s' still has schema %d, this program works with "
			"%d: restart the agent, which brings it up to date",
			store->path, version, pw_schema_latest());
	if (pw_lock_take(store, PW_LOCK_SCHEMA, true, err) < 0 ||
	    pw_db_number(store, "PRAGMA user_version", &now, err) < 0)
		rc = -1;
	if (rc == 0 && now < pw_schema_latest())
		rc = pw_schema_migrate(store, (int)now, err);
	pw_lock_drop(store, PW_LOCK_SCHEMA);
	if (store->mode == PW_STORE_COMMAND)
		pw_lock_drop(store, PW_LOCK_AGENT);
	return rc;
}

static int open_file(struct pw_store *store, struct pw_err *err)
{
	const int64_t check_ms = store->mode == PW_STORE_AGENT     ? CHECK_MS_AGENT
				 : store->mode == PW_STORE_COMMAND ? CHECK_MS_COMMAND
								   : 0;
	bool is_new = false;
	int version = 0;

	if (look_at_path(store, &is_new, err) < 0 || pw_journal_undo(store, err) < 0 ||
	    (!is_new && check(store, 0, &version, err) < 0))
		return -1;
	if (store->mode != PW_STORE_READER && pw_lock_open(store, err) < 0)
		return -1;
	if (store->mode == PW_STORE_AGENT && take_agent_lock(store, err) < 0)
		return -1;
	if (is_new && create(store, err) < 0)
		return -1;
	if (check(store, is_new ? 0 : check_ms, &version, err) < 0)
		return -1;
	if (connect_to(store, store->path,
		       store->mode == PW_STORE_READER ? SQLITE_OPEN_READONLY
						      : SQLITE_OPEN_READWRITE,
		       err) < 0)
		return -1;
	if (set_up_connection(store, err) < 0 || migrate(store, version, err) < 0)
		return -1;
	return store->mode == PW_STORE_READER
		       ? 0
		       : pw_db_exec(store, "PRAGMA journal_mode = WAL", err);
}

static struct pw_store *new_store(enum pw_store_mode mode, const struct pw_clock *clock)
{
	struct pw_store *store = pw_alloc(1, sizeof *store);

	store->mode = mode;
	store->clock = clock;
	store->lock_fd = store->watch_fd = -1;
	store->counted_version = -1;
	return store;
}

int pw_store_open(struct pw_store **ret, const char *path, enum pw_store_mode mode,
		  const struct pw_clock *clock, struct pw_err *err)
{
	PW_CLEANUP(pw_store_closep) struct pw_store *store = new_store(mode, clock);

	store->path = pw_strdup(path);
	if (open_file(store, err) < 0)
		return -1;
	store->changes_told = sqlite3_total_changes(store->db);
	*ret = PW_TAKE(store);
	return 0;
}

int pw_store_open_memory(struct pw_store **ret, const struct pw_clock *clock,
			 struct pw_err *err)
{
	PW_CLEANUP(pw_store_closep)
	struct pw_store *store = new_store(PW_STORE_AGENT, clock);

	if (connect_to(store, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		       err) < 0 ||
	    set_up_connection(store, err) < 0 || pw_schema_migrate(store, 0, err) < 0)
		return -1;
	*ret = PW_TAKE(store);
	return 0;
}

int pw_store_open_scratch(struct pw_store **ret, struct pw_store *like,
			  struct pw_err *err)
{
	PW_CLEANUP(pw_store_closep)
	struct pw_store *store = new_store(PW_STORE_AGENT, like->clock);

	/* The empty name: a file of the database's own that has no name. */
	if (connect_to(store, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err) < 0 ||
	    pw_db_exec(store,
		       "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
		       "PRAGMA cache_size = -32000",
		       err) < 0)
		return -1;
	*ret = PW_TAKE(store);
	return 0;
}

void pw_store_close(struct pw_store *store)
{
	if (!store)
		return;
	while (store->depth > 0)
		pw_store_rollback(store);
	if (store->db && store->mode == PW_STORE_COMMAND &&
	    sqlite3_total_changes(store->db) != store->changes_told)
		pw_lock_tell(store);
	disconnect(store);
	pw_closep(&store->lock_fd);
	pw_closep(&store->watch_fd);
	free(store->path);
	free(store);
}
