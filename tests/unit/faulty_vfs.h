/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faulty_vfs.h - a disk that fails when a test wants it to.
 *
 * Registers itself in front of SQLite's own file layer.  Counts every write,
 * sync and truncation of files; the n-th and all later ones fail.
 */
#ifndef TESTS_FAULTY_VFS_H
#define TESTS_FAULTY_VFS_H

#include <sqlite3.h>
#include <string.h>

static struct {
	long n;       /* operations so far */
	long fail_at; /* from this one on they fail; 0: never */
	int rc;       /* SQLITE_FULL, SQLITE_IOERR_WRITE ... */
	sqlite3_vfs vfs, *real;
} faulty;

struct faulty_file {
	sqlite3_file base;
	sqlite3_file *real; /* lies behind this struct */
};

#define REAL(file) (((struct faulty_file *)(file))->real)

static int faulty_now(void)
{
	return faulty.fail_at && ++faulty.n >= faulty.fail_at;
}

static int faulty_close(sqlite3_file *file)
{
	return REAL(file)->pMethods->xClose(REAL(file));
}

static int faulty_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	return REAL(file)->pMethods->xRead(REAL(file), to, n, at);
}

static int faulty_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	if (faulty_now()) {
		/* Half of it arrives, as on a real disk. */
		REAL(file)->pMethods->xWrite(REAL(file), from, n / 2, at);
		return faulty.rc;
	}
	return REAL(file)->pMethods->xWrite(REAL(file), from, n, at);
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return faulty_now() ? faulty.rc
			    : REAL(file)->pMethods->xTruncate(REAL(file), size);
}

static int faulty_sync(sqlite3_file *file, int flags)
{
	return faulty_now() ? SQLITE_IOERR_FSYNC
			    : REAL(file)->pMethods->xSync(REAL(file), flags);
}

static int faulty_size(sqlite3_file *file, sqlite3_int64 *ret)
{
	return REAL(file)->pMethods->xFileSize(REAL(file), ret);
}

static int faulty_lock(sqlite3_file *file, int level)
{
	return REAL(file)->pMethods->xLock(REAL(file), level);
}

static int faulty_unlock(sqlite3_file *file, int level)
{
	return REAL(file)->pMethods->xUnlock(REAL(file), level);
}

static int faulty_reserved(sqlite3_file *file, int *ret)
{
	return REAL(file)->pMethods->xCheckReservedLock(REAL(file), ret);
}

static int faulty_control(sqlite3_file *file, int op, void *arg)
{
	return REAL(file)->pMethods->xFileControl(REAL(file), op, arg);
}

static int faulty_sector(sqlite3_file *file)
{
	return REAL(file)->pMethods->xSectorSize(REAL(file));
}

static int faulty_device(sqlite3_file *file)
{
	return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}

static int faulty_shm_map(sqlite3_file *file, int page, int size, int extend,
			  void volatile **ret)
{
	return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, ret);
}

static int faulty_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
	return REAL(file)->pMethods->xShmLock(REAL(file), at, n, flags);
}

static void faulty_shm_barrier(sqlite3_file *file)
{
	REAL(file)->pMethods->xShmBarrier(REAL(file));
}

static int faulty_shm_unmap(sqlite3_file *file, int delete)
{
	return REAL(file)->pMethods->xShmUnmap(REAL(file), delete);
}

static const sqlite3_io_methods faulty_methods = {
	.iVersion = 2,
	.xClose = faulty_close,
	.xRead = faulty_read,
	.xWrite = faulty_write,
	.xTruncate = faulty_truncate,
	.xSync = faulty_sync,
	.xFileSize = faulty_size,
	.xLock = faulty_lock,
	.xUnlock = faulty_unlock,
	.xCheckReservedLock = faulty_reserved,
	.xFileControl = faulty_control,
	.xSectorSize = faulty_sector,
	.xDeviceCharacteristics = faulty_device,
	.xShmMap = faulty_shm_map,
	.xShmLock = faulty_shm_lock,
	.xShmBarrier = faulty_shm_barrier,
	.xShmUnmap = faulty_shm_unmap,
};

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		       int *ret_flags)
{
	struct faulty_file *mine = (struct faulty_file *)file;
	int rc;

	(void)vfs;
	mine->real = (sqlite3_file *)(mine + 1);
	rc = faulty.real->xOpen(faulty.real, name, mine->real, flags, ret_flags);
	mine->base.pMethods = mine->real->pMethods ? &faulty_methods : NULL;
	return rc;
}

static void faulty_register(void)
{
	faulty.real = sqlite3_vfs_find(NULL);
	faulty.vfs = *faulty.real;
	faulty.vfs.zName = "faulty";
	faulty.vfs.szOsFile += (int)sizeof(struct faulty_file);
	faulty.vfs.xOpen = faulty_open;
	sqlite3_vfs_register(&faulty.vfs, 1);
}

static void faulty_from(long at, int rc)
{
	faulty.n = 0;
	faulty.fail_at = at;
	faulty.rc = rc;
}

#endif
