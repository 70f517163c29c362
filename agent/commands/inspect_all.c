/* SPDX-License-Identifier: Apache-2.0 */
/* inspect_all.c - a window of messages under way, emptied from its front. */
#include "agent/commands/inspect_all.h"

#include <stdio.h>

#include "agent/commands/cli.h"

#define WINDOW       128                 /* messages under way */
#define WINDOW_BYTES ((size_t)128 << 20) /* ... but not more than this */

struct slot {
	struct pw_mailfile file;
	struct pw_job job;
	bool is_back;
};

struct window {
	struct slot slots[WINDOW];
	size_t first, n;
	size_t bytes;
	size_t n_read, n_unread;
	bool is_end; /* no more files */
};

static void say_unread(const struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *text = pw_cli_escape(err->msg);

	fprintf(stderr, "poachwatch: %s\n", text);
}

static void read_one(const struct pw_inspect_all *run, struct window *window,
		     const struct pw_mail_source *source)
{
	struct slot *slot = &window->slots[(window->first + window->n) % WINDOW];
	struct pw_err err = PW_ERR_INIT;
	int r;

	*slot = (struct slot){ .is_back = false };
	r = source->next(source->self, &slot->file, &err);
	if (r < 0) {
		window->n_unread++;
		say_unread(&err);
		return;
	}
	if (r == 0) {
		window->is_end = true;
		return;
	}
	slot->job = (struct pw_job){
		.kind = run->kind,
		.raw = slot->file.raw,
		.len = slot->file.len,
		.mailbox = slot->file.mailbox ? slot->file.mailbox : run->mailbox,
		.authserv_id = slot->file.id ? slot->file.authserv_id : run->authserv_id,
		.received = slot->file.received,
		.cookie = slot
	};
	window->n++;
	window->n_read++;
	window->bytes += slot->file.len;
	pw_pool_submit(run->pool, &slot->job);
}

static void drop_first(struct window *window)
{
	struct slot *slot = &window->slots[window->first];

	json_decref(slot->job.result);
	window->bytes -= slot->file.len;
	pw_mailfile_done(&slot->file);
	window->first = (window->first + 1) % WINDOW;
	window->n--;
}

static int give_back(const struct pw_inspect_all *run, struct window *window,
		     struct pw_err *err)
{
	while (window->n > 0 && window->slots[window->first].is_back) {
		struct slot *slot = &window->slots[window->first];

		if (run->each(run->self, &slot->file, &slot->job, err) < 0)
			return -1;
		drop_first(window);
	}
	return 0;
}

static int run_window(const struct pw_inspect_all *run, struct window *window,
		      const struct pw_mail_source *source, struct pw_err *err)
{
	struct pw_job *job;

	while (!window->is_end || window->n > 0) {
		while (!window->is_end && window->n < WINDOW &&
		       window->bytes < WINDOW_BYTES)
			read_one(run, window, source);
		if (pw_pool_wait(run->pool, -1, err) < 0)
			return -1;
		while ((job = pw_pool_take(run->pool)) != NULL)
			((struct slot *)job->cookie)->is_back = true;
		pw_progress_end(); /* what is said now begins a line of its own */
		if (give_back(run, window, err) < 0)
			return -1;
		pw_progress("messages", window->n_read - window->n,
			    source->found(source->self));
	}
	return 0;
}

int pw_inspect_source(const struct pw_inspect_all *run,
		      const struct pw_mail_source *source, size_t *ret_unread,
		      struct pw_err *err)
{
	struct window *window = pw_alloc(1, sizeof *window);
	int r = run_window(run, window, source, err);

	pw_progress_end();
	*ret_unread = window->n_unread;
	while (window->n > 0)
		drop_first(window);
	free(window);
	return r;
}

static int next_file(void *self, struct pw_mailfile *ret, struct pw_err *err)
{
	return pw_mailfiles_next(self, ret, err);
}

static size_t files_found(void *self)
{
	return pw_mailfiles_found(self);
}

int pw_inspect_all(const struct pw_inspect_all *run, const char *const *paths,
		   size_t n_paths, size_t *ret_unread, struct pw_err *err)
{
	PW_CLEANUP(pw_mailfiles_freep)
	struct pw_mailfiles *files = pw_mailfiles_new(paths, n_paths);
	const struct pw_mail_source source = { next_file, files_found, files };

	return pw_inspect_source(run, &source, ret_unread, err);
}
