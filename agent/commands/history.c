/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/history.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/limits.h"

#define PAGE       32 /* rows; each may bring a finding of megabytes */
#define PAGE_BYTES ((size_t)1 << 30)
#define DAY_MS     ((int64_t)86400000)

#define JUDGED (1u << PW_MESSAGE_DECIDED | 1u << PW_MESSAGE_UNREADABLE)

struct page {
	struct pw_arena *arena;
	struct pw_message_row *rows;
	size_t n, at;
	size_t n_found;
	int64_t before_id;
	bool is_last;
};

static int parse_since(const struct pw_history *history, const char *since, int64_t *ret,
		       struct pw_err *err)
{
	char *end = NULL;
	pw_day day;
	long days;

	if (pw_day_from_iso(since, &day)) {
		*ret = day * DAY_MS;
		return 0;
	}
	days = strtol(since, &end, 10);
	if (end == since || strcmp(end, "d") != 0 || days < 0 || days > 36500)
		return pw_err_set(err, PW_EINPUT,
				  "'%s' is neither a day as 2026-03-31 nor a span as 30d",
				  since);
	*ret = pw_store_now(history->store) - days * DAY_MS;
	return 0;
}

int pw_history_open(struct pw_history *history, const struct pw_config *config,
		    const char *since, struct pw_err *err)
{
	*history = (struct pw_history){ .config = config };
	if (pw_store_open(&history->store, config->store, PW_STORE_READER, &pw_clock_real,
			  err) < 0)
		return -1;
	history->page = pw_alloc(1, sizeof *history->page);
	if (!since || parse_since(history, since, &history->since_ms, err) == 0)
		return 0;
	pw_history_close(history);
	return -1;
}

void pw_history_close(struct pw_history *history)
{
	if (history->page)
		pw_arena_free(history->page->arena);
	free(history->page);
	history->page = NULL;
	pw_store_close(history->store);
	history->store = NULL;
}

static int turn_page(struct pw_history *history)
{
	struct page *page = history->page;
	const struct pw_message_filter filter = { .before_id = page->before_id,
						  .since_ms = history->since_ms };

	pw_arena_free(page->arena);
	page->arena = pw_arena_new(PAGE_BYTES);
	page->at = page->n = 0;
	if (pw_store_message_list(history->store, &filter, PAGE, page->arena, &page->rows,
				  &page->n, &history->err) < 0)
		return -1;
	page->is_last = page->n < PAGE;
	page->n_found += page->n;
	if (page->n)
		page->before_id = page->rows[page->n - 1].id;
	return 0;
}

/* The next message that was judged; NULL: no more, or history->err. */
static const struct pw_message_row *next_row(struct pw_history *history)
{
	struct page *page = history->page;
	const struct pw_message_row *row;

	for (;;) {
		while (page->at < page->n) {
			row = &page->rows[page->at++];
			if (!(1u << row->state & JUDGED) || !row->hash)
				history->n_unjudged++;
			else if (!row->has_raw)
				history->n_gone++;
			else
				return row;
		}
		if (page->is_last || turn_page(history) < 0)
			return NULL;
	}
}

/* Who was told of, at the mailbox that it came through. */
static void set_mailbox(const struct pw_history *history,
			const struct pw_message_row *row, struct pw_mailfile *ret)
{
	const struct pw_mailbox_config *mailbox =
		pw_config_mailbox(history->config, row->mailbox);

	if (!mailbox)
		return;
	ret->mailbox = mailbox->address;
	ret->authserv_id = mailbox->authserv_id;
}

static int next_message(void *self, struct pw_mailfile *ret, struct pw_err *err)
{
	struct pw_history *history = self;
	const struct pw_message_row *row;
	void *raw = NULL;
	size_t len = 0;

	(void)err;
	do {
		row = next_row(history);
		if (!row)
			return 0;
		/* The agent may drop it between the list and this look. */
		if (pw_store_message_raw(history->store, row->id, PW_MAX_MESSAGE_BYTES,
					 &raw, &len, &history->err) < 0) {
			if (history->err.code != PW_ELIMIT)
				return 0;
			history->err.code = PW_OK;
		}
		history->n_gone += !raw;
	} while (!raw);
	*ret = (struct pw_mailfile){
		.name = pw_asprintf("message %lld", (long long)row->id),
		.raw = raw,
		.len = len,
		.id = row->id,
		.received =
			row->received_ms ? pw_day_of_ms(row->received_ms) : PW_DAY_NONE,
	};
	set_mailbox(history, row, ret);
	return 1;
}

static size_t messages_found(void *self)
{
	const struct pw_history *history = self;

	return history->page->n_found - history->n_gone - history->n_unjudged;
}

struct pw_mail_source pw_history_source(struct pw_history *history)
{
	return (struct pw_mail_source){ next_message, messages_found, history };
}
