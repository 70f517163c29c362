/* SPDX-License-Identifier: Apache-2.0 */
/* raw.c - raw mail, compressed. */
#include <string.h>
#include <zstd.h>

#include "agent/store/raw.h"

#define LEVEL 3

int pw_raw_add(struct pw_store *store, int64_t message_id, const void *raw, size_t len,
	       struct pw_err *err)
{
	size_t max = ZSTD_compressBound(len), n;
	PW_CLEANUP(pw_freep) void *packed = pw_alloc(max, 1);
	PW_STMT stmt = { 0 };

	n = ZSTD_compress(packed, max, raw, len, LEVEL);
	if (ZSTD_isError(n))
		return pw_err_set(err, PW_ESTORE, "cannot compress a message: %s",
				  ZSTD_getErrorName(n));
	if (pw_db_stmt(&stmt, store,
		       "INSERT INTO raw(message_id, size, zstd) VALUES (?, ?, ?)",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, message_id);
	pw_db_int(&stmt, (int64_t)len);
	pw_db_blob(&stmt, packed, n);
	return pw_db_run(&stmt, err);
}

/* The frame says its size itself, but only the column's is ours. */
static int unpack(void **ret, size_t len, const void *packed, size_t n,
		  struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *raw = pw_alloc(len + 1, 1);
	size_t got = ZSTD_decompress(raw, len, packed, n);

	if (ZSTD_isError(got) || got != len)
		return pw_err_set(err, PW_EDAMAGED, "a stored message is damaged: %s",
				  ZSTD_isError(got) ? ZSTD_getErrorName(got)
						    : "its length differs");
	*ret = PW_TAKE(raw);
	return 0;
}

int pw_store_message_raw(struct pw_store *store, int64_t id, size_t max, void **ret,
			 size_t *ret_len, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	const void *packed;
	size_t len, n;
	int step;

	/* A duplicate has none of its own. */
	if (pw_db_stmt(&stmt, store,
		       "SELECT size, zstd FROM raw WHERE message_id ="
		       " (SELECT coalesce(duplicate_of, id) FROM message WHERE id = ?)",
		       err) < 0)
		return -1;
	pw_db_int(&stmt, id);
	step = pw_db_step(&stmt, err);
	if (step < 0)
		return -1;
	if (!step) {
		*ret = NULL;
		*ret_len = 0;
		return 0;
	}
	len = (size_t)pw_db_get_int(&stmt);
	if (len > max)
		return pw_err_set(err, PW_ELIMIT,
				  "message %lld has %zu bytes, more than the %zu wanted",
				  (long long)id, len, max);
	packed = pw_db_get_blob(&stmt, &n);
	if (unpack(ret, len, packed, n, err) < 0)
		return pw_err_wrap(err, "message %lld", (long long)id);
	*ret_len = len;
	return 0;
}
