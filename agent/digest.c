/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/digest.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/contracts/due.h"

#define ARENA_BYTES ((size_t)256 << 20)
#define ROWS_MAX    100000
#define DAY_MS      INT64_C(86400000)
#define KEY_LAST    "digest.last"

bool pw_digest_is_due(enum pw_digest digest, pw_day last, pw_day today)
{
	if (digest == PW_DIGEST_OFF || last == PW_DAY_NONE)
		return false;
	/* A clock that was set back must not silence the digest for long. */
	if (today < last)
		return last - today > 7;
	return today - last >= (digest == PW_DIGEST_DAILY ? 1 : 7);
}

struct round {
	const struct pw_post *post;
	struct pw_arena *arena;
	pw_day today;
	char since[PW_DAY_TEXT];
	struct pw_store_counts counts;
};

static int queue_one(const struct round *round, const char *owner,
		     const struct pw_due_row *rows, size_t n, struct pw_err *err)
{
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	PW_CLEANUP(pw_buf_done) struct pw_buf subject = { 0 }, value = { 0 };
	struct pw_digest_input input = {
		.owner = owner,
		.today = round->today,
		.rows = rows,
		.n_rows = n,
		.n_mails_seen = (uint64_t)round->counts.messages,
		.n_alerts = (uint64_t)round->counts.alerts,
		.n_reviews = (uint64_t)round->counts.reviews,
		.n_ignored = (uint64_t)round->counts.ignored,
		.since = round->since,
	};
	char unique[64], iso[PW_DAY_TEXT];
	struct pw_post_mail mail = {
		.kind = "digest", .unique = unique, .n_to = 1, .doc = doc
	};
	unsigned long hash = 5381;
	const char *c;
	int64_t id;

	for (c = owner ? owner : ""; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	pw_buf_init(&subject, 1024);
	pw_buf_init(&value, 1024);
	pw_due_value(rows, n, &value);
	input.value = value.data;
	pw_digest_write(doc, &subject, &input);
	snprintf(unique, sizeof unique, "digest-%s-%lx", pw_day_to_iso(round->today, iso),
		 hash);
	mail.to[0] = owner ? owner : round->post->config->alerts.review_to;
	mail.subject = subject.data;
	return pw_post_queue(round->post, &mail, &id, NULL, err);
}

/* One mail to each owner among the rows. */
static int queue_owners(const struct round *round, const struct pw_due_row *rows,
			size_t n, struct pw_err *err)
{
	struct pw_due_row *mine = pw_arena_alloc(round->arena, n + 1, sizeof *mine);
	bool *is_done = pw_arena_alloc(round->arena, n + 1, sizeof *is_done);
	size_t i, k;

	if (!mine || !is_done)
		return pw_err_set(err, PW_ELIMIT, "the digest does not fit into memory");
	for (i = 0; i < n; i++) {
		const char *owner = rows[i].contract.owner_email;
		size_t n_mine = 0;

		if (is_done[i] || !owner || !*owner)
			continue;
		for (k = i; k < n; k++) {
			if (!pw_strieq(rows[k].contract.owner_email, owner))
				continue;
			is_done[k] = true;
			mine[n_mine++] = rows[k];
		}
		if (queue_one(round, owner, mine, n_mine, err) < 0)
			return -1;
	}
	return 0;
}

static int queue_all(const struct pw_post *post, pw_day today, pw_day last,
		     struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct round round = { .post = post, .arena = arena, .today = today };
	const struct pw_due_query query = { today, PW_DUE_DAYS, NULL, ROWS_MAX };
	struct pw_due_row *rows;
	char iso[PW_DAY_TEXT];
	size_t n;

	pw_day_to_iso(last, round.since);
	if (pw_store_counts(post->store, (int64_t)last * DAY_MS, &round.counts, err) <
		    0 ||
	    pw_due_gather(post->store, &query, arena, &rows, &n, err) < 0 ||
	    queue_owners(&round, rows, n, err) < 0 ||
	    queue_one(&round, NULL, rows, n, err) < 0)
		return -1;
	return pw_store_set(post->store, KEY_LAST, pw_day_to_iso(today, iso), err);
}

int pw_digest_tick(const struct pw_post *post, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(4096);
	pw_day today = pw_day_of_ms(pw_wall_ms(post->clock)), last = PW_DAY_NONE;
	const char *text = NULL;
	char iso[PW_DAY_TEXT];

	if (pw_store_get(post->store, KEY_LAST, arena, &text, err) < 0)
		return -1;
	if (!text || !pw_day_from_iso(text, &last))
		return pw_store_set(post->store, KEY_LAST, pw_day_to_iso(today, iso),
				    err);
	if (!pw_digest_is_due(post->config->alerts.digest, last, today))
		return 0;
	if (pw_store_begin(post->store, err) < 0)
		return -1;
	if (pw_store_end(post->store, queue_all(post, today, last, err), err) < 0)
		return pw_err_wrap(err, "digest");
	return 0;
}
