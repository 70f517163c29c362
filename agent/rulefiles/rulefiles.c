/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rulefiles.c - walks the rule folders; the order of files is the order of their paths.
 */
#include "agent/rulefiles/rulefiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/str.h"

#define MAX_FILES      2000
#define MAX_DEPTH      8
#define MAX_FILE_BYTES ((off_t)16 << 20)

struct walk {
	char **paths;
	size_t n, cap;
	struct pw_err *err;
};

static void walk_done(struct walk *walk)
{
	size_t i;

	for (i = 0; i < walk->n; i++)
		free(walk->paths[i]);
	free(walk->paths);
}

static int add_path(struct walk *walk, const char *path)
{
	if (walk->n >= MAX_FILES)
		return pw_err_set(walk->err, PW_EINPUT, "'%s': more than %d rule files",
				  path, MAX_FILES);
	if (walk->n == walk->cap) {
		walk->cap = walk->cap ? walk->cap * 2 : 32;
		walk->paths = pw_realloc(walk->paths, walk->cap, sizeof *walk->paths);
	}
	walk->paths[walk->n++] = pw_strdup(path);
	return 0;
}

static int walk_path(struct walk *walk, const char *path, int depth);

static int walk_folder(struct walk *walk, const char *path, int depth)
{
	struct dirent *entry;
	int result = 0;
	char *child;
	DIR *dir;

	if (depth > MAX_DEPTH)
		return pw_err_set(walk->err, PW_EINPUT,
				  "'%s' lies more than %d folders deep; is it a link to "
				  "a folder above?",
				  path, MAX_DEPTH);
	dir = opendir(path);
	if (!dir)
		return pw_err_errno(walk->err, PW_EINPUT, "rule folder '%s'", path);
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		child = pw_asprintf("%s/%s", path, entry->d_name);
		result = walk_path(walk, child, depth + 1);
		free(child);
	}
	closedir(dir);
	return result;
}

static bool is_rule_file(const char *path)
{
	return pw_ends_with_i(path, ".yaml") || pw_ends_with_i(path, ".yml");
}

/* A file that an editor took away meanwhile is none; a link to nowhere, or what
   may not be read, are rules that somebody misses. */
static int no_file(struct walk *walk, const char *path, int depth)
{
	const int saved = errno;
	struct stat st;

	if (depth > 0 && (!is_rule_file(path) || lstat(path, &st) < 0))
		return 0;
	errno = saved;
	return pw_err_errno(walk->err, PW_EINPUT, "rules '%s'", path);
}

static int walk_path(struct walk *walk, const char *path, int depth)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return no_file(walk, path, depth);
	if (S_ISDIR(st.st_mode))
		return walk_folder(walk, path, depth);
	return depth == 0 || is_rule_file(path) ? add_path(walk, path) : 0;
}

static int read_file(const char *path, char **ret, size_t *ret_len, struct pw_err *err)
{
	/* Not to wait for who might write into a pipe. */
	PW_CLEANUP(pw_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	PW_CLEANUP(pw_freep) char *data = NULL;
	struct stat st;
	size_t len = 0;
	ssize_t got;

	if (fd < 0 || fstat(fd, &st) < 0)
		return pw_err_errno(err, PW_EINPUT, "rule file '%s'", path);
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE_BYTES)
		return pw_err_set(err, PW_EINPUT,
				  "rule file '%s' is no file of at most 16 MB", path);
	data = pw_alloc((size_t)st.st_size + 1, 1);
	while (len < (size_t)st.st_size) {
		got = read(fd, data + len, (size_t)st.st_size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pw_err_errno(err, PW_EINPUT, "rule file '%s'", path);
		if (got == 0)
			break;
		len += (size_t)got;
	}
	*ret_len = len;
	*ret = PW_TAKE(data);
	return 0;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct sources {
	struct pw_rule_source *items;
	size_t n;
};

static void sources_done(struct sources *sources)
{
	size_t i;

	for (i = 0; i < sources->n; i++)
		free((void *)(uintptr_t)sources->items[i].data);
	free(sources->items);
}

static int read_all(const struct walk *walk, const int *folders, struct sources *sources,
		    struct pw_err *err)
{
	struct pw_rule_source *source;
	char *data = NULL;
	size_t i;

	sources->items = pw_alloc(walk->n + 1, sizeof *sources->items);
	for (i = 0; i < walk->n; i++) {
		source = &sources->items[i];
		if (read_file(walk->paths[i], &data, &source->len, err) < 0)
			return -1;
		source->data = data;
		source->path = walk->paths[i];
		source->folder = folders[i];
		sources->n++;
	}
	return 0;
}

static int walk_all(struct walk *walk, const char *const *folders, size_t n,
		    int folder_of[MAX_FILES])
{
	size_t i, from, k;

	for (i = 0; i < n; i++) {
		from = walk->n;
		if (walk_path(walk, folders[i], 0) < 0)
			return -1;
		if (walk->n > from)
			qsort(walk->paths + from, walk->n - from, sizeof *walk->paths,
			      compare_paths);
		for (k = from; k < walk->n; k++)
			folder_of[k] = (int)i;
	}
	/* One of several may be empty: rules.d is, until somebody adds a rule. */
	if (walk->n == 0)
		return pw_err_set(
			walk->err, PW_EINPUT, "rule folder '%s' holds no *.yaml%s",
			n ? folders[0] : "", n > 1 ? ", nor do the others" : "");
	return 0;
}

int pw_rulefiles_read(struct pw_bundle **ret, const char *const *folders, size_t n,
		      struct pw_err *err)
{
	PW_CLEANUP(walk_done) struct walk walk = { .err = err };
	PW_CLEANUP(sources_done) struct sources sources = { 0 };
	int folder_of[MAX_FILES];

	if (n == 0)
		return pw_err_set(err, PW_EINPUT, "no rule folder given");
	if (walk_all(&walk, folders, n, folder_of) < 0 ||
	    read_all(&walk, folder_of, &sources, err) < 0)
		return -1;
	*ret = pw_bundle_new(sources.items, sources.n);
	return 0;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	while (len--)
		hash = (hash ^ *at++) * 1099511628211u;
	return hash;
}

unsigned long long pw_rulefiles_stamp(const char *const *folders, size_t n)
{
	PW_CLEANUP(walk_done) struct walk walk = { 0 };
	struct pw_err err = PW_ERR_INIT;
	int folder_of[MAX_FILES];
	uint64_t hash = 14695981039346656037u;
	struct stat st;
	size_t i;

	walk.err = &err;
	if (walk_all(&walk, folders, n, folder_of) < 0)
		return 0;
	for (i = 0; i < walk.n; i++) {
		if (stat(walk.paths[i], &st) < 0)
			continue;
		hash = mix(hash, walk.paths[i], strlen(walk.paths[i]));
		hash = mix(hash, &st.st_mtim, sizeof st.st_mtim);
		hash = mix(hash, &st.st_size, sizeof st.st_size);
	}
	return hash ? hash : 1;
}
