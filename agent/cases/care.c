/* SPDX-License-Identifier: Apache-2.0 */
/* care.c - what happens to a case after it was opened: mails, people, time. */
#include <stdio.h>

#include "agent/base/str.h"
#include "agent/cases/cases.h"

#define DAY_MS      (INT64_C(24) * 3600 * 1000)
#define CASES_BYTES (64u << 20)
#define CASES_MAX   1000
#define HELD_MS     (INT64_C(3600) * 1000) /* a first mail that was held back */

static const char *const outcomes[] = { "kept", "lost", "false-positive", "duplicate" };

static int must_get(struct pw_store *store, int64_t id, struct pw_arena *arena,
		    struct pw_case_row **ret, struct pw_err *err)
{
	if (pw_store_case_get(store, id, arena, ret, err) < 0)
		return -1;
	if (!*ret)
		return pw_err_set(err, PW_ENOTFOUND, "there is no case %lld",
				  (long long)id);
	return 0;
}

/* Write the row and say in its trail why. */
static int put_with_event(struct pw_store *store, const struct pw_case_row *row,
			  const struct pw_case_event *event, struct pw_err *err)
{
	int64_t id;

	if (pw_store_case_put(store, row, &id, err) < 0)
		return -1;
	return pw_store_case_event_add(store, id, event, err);
}

int pw_case_mailed(struct pw_store *store, int64_t case_id, const char *kind,
		   int64_t outbox_id, const char *header_id, const char *judgement,
		   struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(CASES_BYTES);
	const struct pw_case_event event = { .kind = kind,
					     .outbox_id = outbox_id,
					     .text = header_id };
	struct pw_case_row *row;

	if (must_get(store, case_id, arena, &row, err) < 0)
		return -1;
	row->mailed_ms = pw_store_now(store);
	row->n_pending = 0;
	if (!row->thread_id)
		row->thread_id = header_id;
	if (judgement)
		row->judgement = judgement;
	return put_with_event(store, row, &event, err);
}

int pw_case_owe(struct pw_store *store, int64_t case_id, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(CASES_BYTES);
	struct pw_case_row *row;
	int64_t id;

	if (must_get(store, case_id, arena, &row, err) < 0)
		return -1;
	row->n_pending++;
	return pw_store_case_put(store, row, &id, err);
}

/* What was written in the future was written before the clock was set back. */
static int64_t due_ms(const struct pw_case_row *row, int64_t now)
{
	const int64_t since = row->mailed_ms ? row->mailed_ms : row->last_ms;
	int64_t next = since + (row->mailed_ms ? PW_CASE_UPDATE_MS : HELD_MS);

	if (since > now)
		next = now;
	return next > row->snoozed_until_ms ? next : row->snoozed_until_ms;
}

int pw_cases_due(struct pw_store *store, size_t limit, struct pw_arena *arena,
		 struct pw_case_row **ret, size_t *ret_n, struct pw_err *err)
{
	const struct pw_case_filter filter = { .only_pending = true,
					       .urgent_first = true };
	const int64_t now = pw_store_now(store);
	struct pw_case_row *rows, *due;
	size_t n, n_due = 0, i;

	if (pw_store_case_list(store, &filter, CASES_MAX, arena, &rows, &n, err) < 0)
		return -1;
	due = pw_arena_alloc(arena, n + 1, sizeof *due);
	if (!due)
		return pw_err_set(err, PW_ELIMIT, "cases do not fit into memory");
	for (i = 0; i < n && n_due < limit; i++)
		if (due_ms(&rows[i], now) <= now)
			due[n_due++] = rows[i];
	*ret = due;
	*ret_n = n_due;
	return 0;
}

int pw_cases_next_ms(struct pw_store *store, int64_t *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(CASES_BYTES);
	const struct pw_case_filter filter = { .only_pending = true };
	const int64_t now = pw_store_now(store);
	struct pw_case_row *rows;
	int64_t next = 0;
	size_t n, i;

	if (pw_store_case_list(store, &filter, CASES_MAX, arena, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (!next || due_ms(&rows[i], now) < next)
			next = due_ms(&rows[i], now);
	*ret = next;
	return 0;
}

static int expire_one(struct pw_store *store, struct pw_case_row *row, struct pw_err *err)
{
	const struct pw_case_event event = {
		.kind = "expired", .text = "no message for 180 days: the case is over"
	};

	row->is_open = false;
	row->outcome = "expired";
	row->closed_ms = pw_store_now(store);
	return put_with_event(store, row, &event, err);
}

int pw_cases_expire(struct pw_store *store, int64_t now_ms, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(CASES_BYTES);
	const struct pw_case_filter filter = {
		.only_open = true,
		.last_before_ms = now_ms - PW_CASE_TERM_DAYS * DAY_MS,
	};
	struct pw_case_row *rows;
	size_t n, i;
	int r = 0;

	if (pw_store_case_list(store, &filter, CASES_MAX, arena, &rows, &n, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	if (pw_store_begin(store, err) < 0)
		return -1;
	for (i = 0; r == 0 && i < n; i++)
		r = expire_one(store, &rows[i], err);
	return pw_store_end(store, r, err);
}

static int check_outcome(const char *outcome, struct pw_err *err)
{
	const char *near;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(outcomes); i++)
		if (pw_streq(outcomes[i], outcome))
			return 0;
	near = pw_str_nearest(outcome, outcomes, PW_ARRAY_LEN(outcomes));
	return pw_err_set(err, PW_EINPUT,
			  "unknown outcome '%s'; %s%s%sthere are kept, lost, "
			  "false-positive and duplicate",
			  outcome, near ? "did you mean '" : "", near ? near : "",
			  near ? "'? " : "");
}

/* Somebody of ours cared for these contracts. */
static int touch_contracts(struct pw_store *store, const struct pw_case_row *row,
			   const char *who, struct pw_arena *arena, struct pw_err *err)
{
	struct pw_case_contract *contracts;
	char note[96];
	size_t n, i;

	snprintf(note, sizeof note, "case %lld closed: %s", (long long)row->id,
		 row->outcome);
	if (pw_store_case_contracts(store, row->id, arena, &contracts, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		const struct pw_touch touch = { contracts[i].contract_id, 0, "case", note,
						who };

		if (pw_store_touch_add(store, &touch, err) < 0 &&
		    err->code != PW_ENOTFOUND) /* since purged */
			return -1;
	}
	return 0;
}

static int close_row(struct pw_store *store, struct pw_case_row *row, const char *who,
		     struct pw_arena *arena, struct pw_err *err)
{
	char text[256];
	const struct pw_case_event event = { .kind = "closed", .text = text };

	snprintf(text, sizeof text, "%s by %s%s%.150s", row->outcome,
		 who ? who : "somebody", row->note ? ": " : "",
		 row->note ? row->note : "");
	if (put_with_event(store, row, &event, err) < 0)
		return -1;
	return touch_contracts(store, row, who, arena, err);
}

int pw_case_close(struct pw_store *store, int64_t case_id, const char *outcome,
		  const char *note, const char *who, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(CASES_BYTES);
	struct pw_case_row *row;

	if (check_outcome(outcome, err) < 0 ||
	    must_get(store, case_id, arena, &row, err) < 0)
		return -1;
	if (!row->is_open && pw_streq(row->outcome, outcome) && !note)
		return pw_err_set(err, PW_EINPUT, "case %lld is closed already ('%s')",
				  (long long)case_id, outcome);
	if (pw_store_begin(store, err) < 0)
		return -1;
	row->is_open = false;
	row->outcome = outcome;
	row->note = note;
	row->closed_ms = pw_store_now(store);
	row->n_pending = 0;
	return pw_store_end(store, close_row(store, row, who, arena, err), err);
}

int pw_case_snooze(struct pw_store *store, int64_t case_id, int64_t until_ms,
		   const char *who, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(CASES_BYTES);
	char day[PW_DAY_TEXT], text[160];
	const struct pw_case_event event = { .kind = "snoozed", .text = text };
	struct pw_case_row *row;

	if (must_get(store, case_id, arena, &row, err) < 0)
		return -1;
	if (!row->is_open)
		return pw_err_set(err, PW_EINPUT, "case %lld is closed ('%s')",
				  (long long)case_id, row->outcome);
	row->snoozed_until_ms = until_ms;
	snprintf(text, sizeof text, "%s%s by %s", until_ms ? "until " : "ended",
		 until_ms ? pw_day_to_iso(pw_day_of_ms(until_ms), day) : "",
		 who ? who : "somebody");
	if (pw_store_begin(store, err) < 0)
		return -1;
	return pw_store_end(store, put_with_event(store, row, &event, err), err);
}
