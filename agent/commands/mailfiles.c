/* SPDX-License-Identifier: Apache-2.0 */
/* mailfiles.c - paths to messages: a stack of paths still to be looked at. */
#include "agent/commands/mailfiles.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/limits.h"

#define DEPTH_MAX 32 /* folders in folders; links may make circles */
#define MBOX_FROM "From "

struct entry {
	char *path;
	int depth; /* 0: named on the command line */
};

struct pw_mailfiles {
	struct entry *stack; /* the next one is the last */
	size_t n, cap;
	size_t found;

	/* The file that is open: an mbox gives several messages. */
	FILE *in;
	char *path;
	bool is_mbox;
	size_t number; /* of the message in the mbox */
	char *line;    /* read ahead: a "From " line when more messages follow */
	size_t line_cap;
	ssize_t line_len;
};

static void push(struct pw_mailfiles *files, const char *path, int depth)
{
	if (files->n == files->cap) {
		files->cap = files->cap ? files->cap * 2 : 64;
		files->stack = pw_realloc(files->stack, files->cap, sizeof *files->stack);
	}
	files->stack[files->n++] = (struct entry){ pw_strdup(path), depth };
}

struct pw_mailfiles *pw_mailfiles_new(const char *const *paths, size_t n)
{
	struct pw_mailfiles *files = pw_alloc(1, sizeof *files);

	while (n > 0)
		push(files, paths[--n], 0);
	return files;
}

static void close_file(struct pw_mailfiles *files)
{
	if (files->in && files->in != stdin)
		fclose(files->in);
	files->in = NULL;
	free(files->path);
	files->path = NULL;
}

void pw_mailfiles_free(struct pw_mailfiles *files)
{
	if (!files)
		return;
	close_file(files);
	while (files->n > 0)
		free(files->stack[--files->n].path);
	free(files->stack);
	free(files->line);
	free(files);
}

void pw_mailfile_done(struct pw_mailfile *file)
{
	free(file->name);
	free(file->raw);
	*file = (struct pw_mailfile){ 0 };
}

size_t pw_mailfiles_found(const struct pw_mailfiles *files)
{
	return files->found + files->n;
}

static int has_folder(const char *path, const char *name)
{
	PW_CLEANUP(pw_freep) char *sub = pw_asprintf("%s/%s", path, name);
	struct stat st;

	return stat(sub, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_wanted(const char *folder, const char *name, bool is_maildir_part)
{
	PW_CLEANUP(pw_freep) char *path = NULL;
	struct stat st;

	if (name[0] == '.')
		return false;
	if (is_maildir_part || pw_ends_with_i(name, ".eml") ||
	    pw_ends_with_i(name, ".mbox"))
		return true;
	path = pw_asprintf("%s/%s", folder, name);
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_maildir_part(const char *path)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	return pw_streq(base, "cur") || pw_streq(base, "new");
}

/* Pushed backwards, so that they come off the stack by name. */
static int push_folder(struct pw_mailfiles *files, const char *path, int depth,
		       struct pw_err *err)
{
	bool is_part = is_maildir_part(path);
	struct dirent **names;
	int n;

	if (depth >= DEPTH_MAX)
		return pw_err_set(err, PW_ELIMIT, "'%s': folders lie too deep", path);
	if (has_folder(path, "cur") && has_folder(path, "new")) {
		PW_CLEANUP(pw_freep) char *cur = pw_asprintf("%s/cur", path);
		PW_CLEANUP(pw_freep) char *new = pw_asprintf("%s/new", path);

		push(files, cur, depth + 1);
		push(files, new, depth + 1);
		return 0;
	}
	n = scandir(path, &names, NULL, alphasort);
	if (n < 0)
		return pw_err_errno(err, PW_EINPUT, "cannot read folder '%s'", path);
	while (n-- > 0) {
		if (is_wanted(path, names[n]->d_name, is_part)) {
			PW_CLEANUP(pw_freep)
			char *sub = pw_asprintf("%s/%s", path, names[n]->d_name);

			push(files, sub, depth + 1);
		}
		free(names[n]);
	}
	free(names);
	return 0;
}

static int read_line(struct pw_mailfiles *files)
{
	files->line_len = getline(&files->line, &files->line_cap, files->in);
	return files->line_len > 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "From sender Thu Jan  1 00:00:00 1970": without a time of day it is somebody's
   sentence. */
static bool is_from_line(const struct pw_mailfiles *files)
{
	const char *line = files->line, *colon;

	if (files->line_len < 5 || strncmp(line, MBOX_FROM, 5) != 0)
		return false;
	for (colon = strchr(line, ':'); colon; colon = strchr(colon + 1, ':'))
		if (is_digit(colon[-1]) && is_digit(colon[1]))
			return true;
	return false;
}

static int open_file(struct pw_mailfiles *files, const char *path, struct pw_err *err)
{
	files->in = pw_streq(path, "-") ? stdin : fopen(path, "rbe");
	if (!files->in)
		return pw_err_errno(err, PW_EINPUT, "cannot open '%s'", path);
	files->path = pw_strdup(path);
	files->found++;
	files->number = 0;
	errno = 0;
	if (!read_line(files))
		files->line_len = 0;
	if (ferror(files->in)) {
		pw_err_errno(err, PW_EINPUT, "cannot read '%s'", path);
		close_file(files);
		return -1;
	}
	files->is_mbox = is_from_line(files);
	return 0;
}

/* The next path that is a file; 1, 0 at the end, -1 for one that is none. */
static int open_next(struct pw_mailfiles *files, struct pw_err *err)
{
	while (files->n > 0) {
		struct entry entry = files->stack[--files->n];
		PW_CLEANUP(pw_freep) char *path = entry.path;
		struct stat st = { 0 };

		if (!pw_streq(path, "-") && stat(path, &st) < 0)
			return pw_err_errno(err, PW_EINPUT, "cannot open '%s'", path);
		if (!S_ISDIR(st.st_mode))
			return open_file(files, path, err) < 0 ? -1 : 1;
		if (push_folder(files, path, entry.depth, err) < 0)
			return -1;
	}
	return 0;
}

/* mboxrd: ">From " inside a message lost one '>' less than it has. */
static void add_line(const struct pw_mailfiles *files, struct pw_buf *raw)
{
	const char *line = files->line;
	size_t len = (size_t)files->line_len, quotes = 0;

	if (files->is_mbox) {
		while (quotes < len && line[quotes] == '>')
			quotes++;
		if (quotes > 0 && len - quotes > 5 &&
		    strncmp(line + quotes, MBOX_FROM, 5) == 0) {
			line++;
			len--;
		}
	}
	if (pw_buf_add(raw, line, len) < 0)
		pw_buf_add(raw, line, raw->max - raw->len);
}

/* The blank line before the next "From " belongs to the mbox. */
static void drop_last_blank(struct pw_buf *raw)
{
	if (raw->len >= 2 && raw->data[raw->len - 1] == '\n' &&
	    (raw->data[raw->len - 2] == '\n' ||
	     (raw->len >= 4 && strncmp(raw->data + raw->len - 4, "\r\n\r\n", 4) == 0)))
		raw->data[raw->len -= raw->data[raw->len - 2] == '\r' ? 2 : 1] = '\0';
}

/* Lines up to the next message of the mbox, or the end of the file. */
static void read_message(struct pw_mailfiles *files, struct pw_buf *raw)
{
	bool was_blank = false;

	if (files->is_mbox && !read_line(files))
		return;
	while (files->line_len > 0) {
		if (files->is_mbox && was_blank && is_from_line(files)) {
			drop_last_blank(raw);
			return;
		}
		add_line(files, raw);
		was_blank = files->line[0] == '\n' ||
			    (files->line[0] == '\r' && files->line[1] == '\n');
		if (!read_line(files))
			files->line_len = 0;
	}
}

int pw_mailfiles_next(struct pw_mailfiles *files, struct pw_mailfile *ret,
		      struct pw_err *err)
{
	struct pw_buf raw;
	int r;

	if (!files->in && (r = open_next(files, err)) <= 0)
		return r;
	pw_buf_init(&raw, PW_MAX_MESSAGE_BYTES);
	files->number++;
	errno = 0;
	read_message(files, &raw);
	if (ferror(files->in)) {
		pw_err_errno(err, PW_EINPUT, "cannot read '%s'", files->path);
		pw_buf_done(&raw);
		close_file(files);
		return -1;
	}
	*ret = (struct pw_mailfile){ .received = PW_DAY_NONE };
	ret->name = files->is_mbox ? pw_asprintf("%s#%zu", files->path, files->number)
				   : pw_strdup(files->path);
	ret->len = raw.len;
	ret->raw = pw_buf_take(&raw);
	if (files->line_len <= 0)
		close_file(files);
	return 1;
}
