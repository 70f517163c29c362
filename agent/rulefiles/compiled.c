/* SPDX-License-Identifier: Apache-2.0 */
/* compiled.c - one file, written anew when the rules change. */
#include "agent/rulefiles/compiled.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/str.h"

#define FILE_NAME "rules.vectorscan"
#define MAGIC     "pwvs 1\n"
#define SAVED_MAX ((size_t)64 << 20)

struct head {
	char magic[8];
	char hash[64]; /* of the bundle */
};

static bool is_only_ours(const struct stat *st)
{
	return st->st_uid == geteuid() && !(st->st_mode & 022);
}

/* The folder itself, opened; -1 where others may write to it. */
static int open_folder(const char *path, bool may_make)
{
	struct stat st;
	int fd;

	if (may_make)
		(void)mkdir(path, 0700);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && (fstat(fd, &st) < 0 || !is_only_ours(&st)))
		pw_closep(&fd);
	return fd;
}

static bool read_all(int fd, void *to, size_t len)
{
	char *at = to;
	ssize_t n;

	for (; len; at += n, len -= (size_t)n) {
		n = read(fd, at, len);
		if (n <= 0)
			return false;
	}
	return true;
}

static bool write_all(int fd, const void *from, size_t len)
{
	const char *at = from;
	ssize_t n;

	for (; len; at += n, len -= (size_t)n) {
		n = write(fd, at, len);
		if (n <= 0)
			return false;
	}
	return true;
}

static void fetch(struct pw_bundle *bundle, int folder)
{
	PW_CLEANUP(pw_closep)
	int fd =
		openat(folder, FILE_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	PW_CLEANUP(pw_freep) char *bytes = NULL;
	struct head head;
	struct stat st;
	size_t len;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !is_only_ours(&st) ||
	    st.st_size <= (off_t)sizeof head || (size_t)st.st_size > SAVED_MAX ||
	    !read_all(fd, &head, sizeof head) || memcmp(head.magic, MAGIC, 8) != 0 ||
	    memcmp(head.hash, bundle->hash, sizeof head.hash) != 0)
		return;
	len = (size_t)st.st_size - sizeof head;
	bytes = pw_alloc(len, 1);
	if (read_all(fd, bytes, len))
		pw_bundle_save(bundle, bytes, len);
}

/* Whole or not at all; a failure costs the next start some time. */
static void keep(const struct pw_bundle *bundle, int folder)
{
	struct head head = { .magic = MAGIC };
	char name[64];
	bool is_written;
	int fd;

	snprintf(name, sizeof name, FILE_NAME ".%ld", (long)getpid());
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return;
	memcpy(head.hash, bundle->hash, sizeof head.hash);
	is_written = write_all(fd, &head, sizeof head) &&
		     write_all(fd, bundle->saved, bundle->saved_len);
	close(fd);
	if (!is_written || renameat(folder, name, folder, FILE_NAME) < 0)
		(void)unlinkat(folder, name, 0);
}

int pw_compiled_ruleset(struct pw_ruleset **ret, struct pw_bundle *bundle,
			const char *folder, struct pw_diags *diags, struct pw_err *err)
{
	PW_CLEANUP(pw_ruleset_freep) struct pw_ruleset *ruleset = NULL;
	PW_CLEANUP(pw_closep) int fd = folder ? open_folder(folder, true) : -1;
	struct pw_err ignored = PW_ERR_INIT;

	if (fd >= 0)
		fetch(bundle, fd);
	if (pw_ruleset_new(&ruleset, bundle, diags, err) < 0)
		return -1;
	if (!pw_ruleset_is_saved(ruleset) &&
	    pw_ruleset_save(ruleset, bundle, &ignored) == 0 && fd >= 0)
		keep(bundle, fd);
	*ret = PW_TAKE(ruleset);
	return 0;
}

char *pw_compiled_folder(const char *store)
{
	const char *slash = strrchr(store, '/');

	return slash ? pw_asprintf("%.*s/cache", (int)(slash - store), store)
		     : pw_strdup("cache");
}
