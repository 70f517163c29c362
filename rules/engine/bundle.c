/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.c - rule files packed into one block, and the hash that names it.
 *
 * The block: a magic word, the number of files, then of each file: folder,
 * length of path, length of data, path with NUL, data with NUL.  Both sides
 * are the same program, so numbers are in the machine's order.
 */
#include "rules/engine/bundle.h"

#include <gnutls/crypto.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/buf.h"

#define MAGIC          "PWRULES1"
#define MAX_FILES      10000
#define MAX_PACK_BYTES ((size_t)256 << 20)

struct file_head {
	uint32_t folder, path_len;
	uint64_t data_len;
};

static void hash_add(gnutls_hash_hd_t hash, const void *bytes, size_t len)
{
	uint64_t size = len;

	/* Lengths are part of it: else "ab"+"c" would equal "a"+"bc". */
	gnutls_hash(hash, &size, sizeof size);
	gnutls_hash(hash, bytes, len);
}

static void compute_hash(struct pw_bundle *bundle)
{
	gnutls_hash_hd_t hash;
	unsigned char digest[32];
	size_t i;

	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) < 0)
		abort();
	for (i = 0; i < bundle->n_files; i++) {
		hash_add(hash, bundle->files[i].path, strlen(bundle->files[i].path));
		hash_add(hash, bundle->files[i].data, bundle->files[i].len);
	}
	gnutls_hash_deinit(hash, digest);
	for (i = 0; i < sizeof digest; i++)
		snprintf(bundle->hash + 2 * i, 3, "%02x", digest[i]);
}

struct pw_bundle *pw_bundle_new(const struct pw_rule_source *files, size_t n)
{
	struct pw_bundle *bundle = pw_alloc(1, sizeof *bundle);
	size_t total = 1, i, path_len;
	char *at;

	for (i = 0; i < n; i++)
		total += strlen(files[i].path) + files[i].len + 2;
	bundle->files = pw_alloc(n + 1, sizeof *bundle->files);
	bundle->n_files = n;
	bundle->memory = at = pw_alloc(total, 1);
	for (i = 0; i < n; i++) {
		path_len = strlen(files[i].path);
		bundle->files[i] = files[i];
		bundle->files[i].path = memcpy(at, files[i].path, path_len + 1);
		at += path_len + 1;
		bundle->files[i].data = at;
		if (files[i].len)
			memcpy(at, files[i].data, files[i].len);
		at += files[i].len;
		*at++ = '\0';
	}
	compute_hash(bundle);
	return bundle;
}

void pw_bundle_save(struct pw_bundle *bundle, const void *bytes, size_t len)
{
	free(bundle->saved);
	bundle->saved = len ? pw_alloc(len, 1) : NULL;
	bundle->saved_len = len;
	if (len)
		memcpy(bundle->saved, bytes, len);
}

int pw_bundle_pack(const struct pw_bundle *bundle, void **ret, size_t *ret_len,
		   struct pw_err *err)
{
	uint32_t n = (uint32_t)bundle->n_files;
	struct file_head head;
	uint64_t saved_len;
	struct pw_buf out;
	size_t i;

	pw_buf_init(&out, MAX_PACK_BYTES);
	pw_buf_add(&out, MAGIC, 8);
	pw_buf_add(&out, &n, sizeof n);
	for (i = 0; i < bundle->n_files; i++) {
		head.folder = (uint32_t)bundle->files[i].folder;
		head.path_len = (uint32_t)strlen(bundle->files[i].path);
		head.data_len = bundle->files[i].len;
		pw_buf_add(&out, &head, sizeof head);
		pw_buf_add(&out, bundle->files[i].path, head.path_len + 1);
		pw_buf_add(&out, bundle->files[i].data, head.data_len);
		pw_buf_addc(&out, '\0');
	}
	saved_len = bundle->saved_len;
	pw_buf_add(&out, &saved_len, sizeof saved_len);
	pw_buf_add(&out, bundle->saved, bundle->saved_len);
	if (pw_buf_failed(&out)) {
		pw_buf_done(&out);
		return pw_err_set(err, PW_ELIMIT, "the rule files are larger than %zu MB",
				  MAX_PACK_BYTES >> 20);
	}
	*ret_len = out.len;
	*ret = pw_buf_take(&out);
	return 0;
}

static bool take(const char **at, const char *end, void *to, size_t len)
{
	if ((size_t)(end - *at) < len)
		return false;
	memcpy(to, *at, len);
	*at += len;
	return true;
}

/* A string of len bytes and its NUL; NULL where the block is damaged. */
static const char *take_string(const char **at, const char *end, uint64_t len)
{
	const char *string = *at;

	if ((uint64_t)(end - *at) <= len || string[len] != '\0')
		return NULL;
	*at += len + 1;
	return string;
}

static bool take_file(const char **at, const char *end, struct pw_rule_source *file)
{
	struct file_head head;

	if (!take(at, end, &head, sizeof head))
		return false;
	file->folder = (int)head.folder;
	file->path = take_string(at, end, head.path_len);
	if (!file->path || strlen(file->path) != head.path_len)
		return false;
	file->data = take_string(at, end, head.data_len);
	file->len = head.data_len;
	return file->data != NULL;
}

int pw_bundle_unpack(struct pw_bundle **ret, const void *bytes, size_t len,
		     struct pw_err *err)
{
	const char *at = bytes, *end = at + len;
	PW_CLEANUP(pw_freep) struct pw_rule_source *files = NULL;
	char magic[8];
	uint64_t saved_len;
	uint32_t n, i;

	if (!take(&at, end, magic, sizeof magic) || memcmp(magic, MAGIC, 8) != 0 ||
	    !take(&at, end, &n, sizeof n) || n > MAX_FILES)
		return pw_err_set(err, PW_EFORMAT, "not a block of rule files");
	files = pw_alloc(n + 1, sizeof *files);
	for (i = 0; i < n; i++)
		if (!take_file(&at, end, &files[i]))
			return pw_err_set(err, PW_EFORMAT,
					  "the block of rule files is damaged");
	if (!take(&at, end, &saved_len, sizeof saved_len) ||
	    (size_t)(end - at) != saved_len)
		return pw_err_set(err, PW_EFORMAT, "the block of rule files is damaged");
	*ret = pw_bundle_new(files, n);
	pw_bundle_save(*ret, at, (size_t)saved_len);
	return 0;
}

void pw_bundle_free(struct pw_bundle *bundle)
{
	if (!bundle)
		return;
	free(bundle->files);
	free(bundle->memory);
	free(bundle->saved);
	free(bundle);
}
